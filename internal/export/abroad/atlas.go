package abroad

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Network is what the post would carry on a day, and what it charges as far as that is known; see postal.Network.
type Network struct {
	Countries []string
	Profile   func(country string) string
	Digest    uint64
	Carriers  func(a postal.Ask) []postal.Candidate
	Fares     func(ctx context.Context, country string) (Fares, error)
}

// Fares is what a service charges for a weight in grams; false while the post has not said.
type Fares func(object int, grams int64) (postal.Fare, bool)

// atlas is the world as the rules of a day and the post's terms have it. A place is all countries that neither tells from
// one another, so that a thing is judged a few dozen times for the whole world. It asks nobody anything.
type atlas struct {
	*Service
	law    string // what it was made from: another law is another atlas
	day    time.Time
	book   *clearance.Book
	net    Network
	rates  rates.Table
	tables clearance.Tables
	places []place
}

type place struct {
	countries []string
	rules     string // its profile among the rules
}

// atlasFor is how long an atlas is used before anybody looks whether the law is another.
const atlasFor = 10 * time.Second

// atlas gives the world of today. It may ask the post over the network when nothing of its terms is kept, so it belongs
// before any transaction.
func (s *Service) atlas(ctx context.Context) (_ *atlas, err error) {
	defer errs.Wrap(&err, "abroad.atlas")
	s.mapping.Lock()
	defer s.mapping.Unlock()
	now := s.Now()
	if s.world != nil && now.Sub(s.drawn).Abs() < atlasFor && s.world.day.Equal(rates.Today(now)) {
		return s.world, nil
	}
	a := &atlas{Service: s, day: rates.Today(now)}
	edition, err := s.Edition(ctx)
	if err != nil {
		return nil, err
	}
	if a.net, err = s.Network(ctx, a.day); err != nil {
		return nil, err
	}
	if a.rates, err = s.Rates(ctx, a.day); err != nil {
		return nil, err
	}
	a.law = fmt.Sprintf("%d/%s/%x", edition, a.day.Format(time.DateOnly), a.net.Digest)
	if s.world != nil && s.world.law == a.law {
		kept := *s.world
		kept.rates, kept.net = a.rates, a.net
		s.world, s.drawn = &kept, now
		return s.world, nil
	}
	if a.book, err = s.Book(ctx, a.day); err != nil {
		return nil, err
	}
	if a.tables, err = s.Tables(ctx, a.day); err != nil {
		return nil, err
	}
	a.draw()
	s.world, s.drawn = a, now
	return a, nil
}

// draw puts the countries together that nothing tells apart.
func (a *atlas) draw() {
	at := map[[2]string]int{}
	for _, country := range a.net.Countries {
		key := [2]string{a.book.Profile(country), a.net.Profile(country)}
		i, known := at[key]
		if !known {
			i = len(a.places)
			at[key], a.places = i, append(a.places, place{rules: key[0]})
		}
		a.places[i].countries = append(a.places[i].countries, country)
	}
}

// asked is a decision that does not hang on which country of a rules' profile it is for.
type asked struct {
	rules, service, facts string
	contract              money.Amount // under it
	documents             string       // that currency control holds of it
}

// ways finds out by which services of the post one piece of a thing may go to which country: exactly those that its page
// would offer there, while the post names a price for them.
func (a *atlas) ways(p goods.Passport, terms goods.SellerTerms, contracts []contract.Contract, price money.Amount) (map[string][]int, error) {
	items := []Item{{OfferID: p.OfferID, Qty: 1, Value: price}}
	found := map[string][]int{}
	n := notes{day: a.day, passports: map[int64]goods.Passport{p.OfferID: p}, terms: map[int64]goods.SellerTerms{p.SellerID: terms},
		contracts: map[int64][]contract.Contract{p.SellerID: contracts}, rates: a.rates, tables: a.tables}
	if len(blocked(items, n.passports, terms)) > 0 {
		return found, nil
	}
	c, err := a.court(n, Ask{SellerID: p.SellerID, Items: items})
	if err != nil {
		return nil, err
	}
	facts, err := c.facts(items, nil)
	if err != nil {
		return nil, err
	}
	decided := map[asked]bool{}
	for _, place := range a.places {
		carriers := a.net.Carriers(c.parcelAsk(items, place.countries[0]))
		for _, country := range place.countries {
			facts.Country = country
			c.under(&facts)
			if by := a.by(&facts, place, carriers, decided); len(by) > 0 {
				found[country] = by
			}
		}
	}
	return found, nil
}

// by lists the services that the rules let pass.
func (a *atlas) by(facts *clearance.Parcel, at place, carriers []postal.Candidate, decided map[asked]bool) (list []int) {
	for _, cand := range carriers {
		key := asked{at.rules, cand.Service, strings.Join(cand.Facts, " "), facts.ContractRUB, strings.Join(facts.Documents, " ")}
		passes, known := decided[key]
		if !known {
			facts.Service, facts.Destination = cand.Service, cand.Facts
			passes = a.book.Decide(facts).Outcome == clearance.Pass
			decided[key] = passes
		}
		if passes {
			list = append(list, cand.Object)
		}
	}
	return list
}
