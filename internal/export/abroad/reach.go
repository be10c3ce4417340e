package abroad

import (
	"context"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Shown is the offer that a card of a list stands for on its way abroad: the one that the card names, else the one that
// catalog.AwayOffers finds, else the cheapest there is.
type Shown struct {
	Card              destination.Carded `db:"-"`
	OfferID, SellerID int64
	Price             money.Amount // of one piece, kopecks
	Offered           bool         // its seller wants to sell it abroad
	Ready             bool         // and has told everything
	Version, Terms    int          // of its passport, and of the seller's terms
}

// A list is told in this time what can be told: what has to be asked of the post anew, the next list knows.
const (
	reachWithin = 500 * time.Millisecond
	reachAtOnce = 4 // questions at a time
)

// Reach says of the products of a list whether one piece of each may go to a country, for how much and with what on top,
// or in a few words why not: what the page of the thing says at length, found out in the same way. One small query for a
// list; an answer is kept while the offer, the rules and the rates are the same. It is a destination.Reacher. A product
// that nobody sells is not in the answer.
func (s *Service) Reach(ctx context.Context, country string, cards []destination.Carded) (_ map[destination.Carded]destination.Reach, err error) {
	defer errs.Wrap(&err, "abroad.Reach(%s)", country)
	list, err := s.Shelf(ctx, cards)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	day := rates.Today(s.Now())
	table, err := s.Rates(ctx, day)
	if err != nil {
		return nil, err
	}
	book, err := s.Book(ctx, day)
	if err != nil {
		return nil, err
	}
	found := make(map[destination.Carded]destination.Reach, len(list))
	var asked []Shown
	var keys []reachKey
	for _, o := range list {
		key := reachKey{o, country, day, table.Day, book}
		switch r, known := s.told.find(key, s.Now()); {
		case !o.Ready:
			found[o.Card] = destination.Reach{Outcome: destination.Stays, Why: unready(o)}
		case known:
			found[o.Card] = r
		default:
			asked, keys = append(asked, o), append(keys, key)
		}
	}
	if len(asked) == 0 {
		return found, nil
	}
	told, err := s.reachAll(ctx, country, asked)
	for i, r := range told {
		found[asked[i].Card] = r
		if r.Outcome != destination.Unknown {
			s.told.put(keys[i], r, s.Now())
		}
	}
	return found, err
}

// reachAll asks about several offers, a few at a time.
func (s *Service) reachAll(ctx context.Context, country string, list []Shown) ([]destination.Reach, error) {
	offers, sellers := make([]int64, len(list)), make([]int64, len(list))
	for i, o := range list {
		offers[i], sellers[i] = o.OfferID, o.SellerID
	}
	n, err := s.gather(ctx, offers, sellers)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	told, faults := make([]destination.Reach, len(list)), make([]error, len(list))
	var wait sync.WaitGroup
	gate := make(chan struct{}, reachAtOnce)
	for i, o := range list {
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			told[i], faults[i] = s.reach(ctx, n, country, o)
		})
	}
	wait.Wait()
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return told, nil
}

// reach is what is said of one offer. What cannot be found out in time is Unknown.
func (s *Service) reach(ctx context.Context, n notes, country string, o Shown) (destination.Reach, error) {
	items := []Item{{OfferID: o.OfferID, Qty: 1, Value: o.Price}}
	c, err := s.court(n, Ask{SellerID: o.SellerID, Items: items, Country: country})
	if err != nil {
		return destination.Reach{}, err
	}
	ans, err := c.answer(ctx, items, 0, nil)
	switch {
	case err == nil && ans.May():
		way := ans.Candidates[0]
		return destination.Reach{Outcome: destination.Goes, Price: o.Price, Postage: way.Price, MinDays: way.MinDays, MaxDays: way.MaxDays,
			Extra: ans.Duty + ans.Tax, Unsaid: ans.Unsaid()}, nil
	case err == nil && !ans.Unsure():
		return destination.Reach{Outcome: destination.Stays, Why: shortly(country, ans)}, nil
	case err == nil, errs.Is(err, errs.Unavailable), ctx.Err() != nil:
		return destination.Reach{Outcome: destination.Unknown}, nil
	}
	return destination.Reach{}, err
}

// unready says of an offer that no rule was asked about why it stays.
func unready(o Shown) destination.Text {
	if o.Offered {
		return words("abroad.card.lacks")
	}
	return words("abroad.card.not_offered")
}

// shortly says in a few words why a thing stays; the zero text where only its page can say it.
func shortly(country string, ans Answer) destination.Text {
	switch _, fits := ans.Chosen(); {
	case len(ans.Blocked) > 0:
		return words("abroad.card.lacks")
	case len(ans.Candidates) == 0 || ans.Candidates[0].Lost == postal.LostClosed:
		return placed("abroad.card.closed", country)
	case !fits:
		return placed("abroad.card.big", country)
	}
	worst := clearance.Finding{Outcome: clearance.Pass}
	for _, f := range ans.Decision.Findings {
		if worst.Outcome == clearance.Pass || f.Outcome == ans.Decision.Outcome && worst.Outcome != f.Outcome {
			worst = f
		}
	}
	switch {
	case worst.Then == clearance.Human:
		return words("abroad.card.human")
	case worst.Step == closedStep:
		return placed("abroad.card.closed", country)
	case worst.Step == importStep:
		return placed("abroad.card.import", country)
	case worst.Step == postStep:
		return words("abroad.card.post")
	case worst.Step == cultureStep && worst.Outcome == clearance.Needs:
		return words("abroad.card.expert")
	case worst.Step == currencyStep:
		return words("abroad.card.currency")
	case worst.Step == exportStep, worst.Step == cultureStep:
		return words("abroad.card.export")
	}
	return destination.Text{}
}

// Steps of the decision that have short words of their own.
const (
	closedStep   = 1
	exportStep   = 8
	postStep     = 9
	importStep   = 10
	cultureStep  = 11
	currencyStep = 16
)

// placed is a text that names the country.
func placed(key, country string) destination.Text {
	return destination.Text{RU: i18n.In(i18n.RU, key, "place", destination.NameIn(i18n.RU, country)),
		EN: i18n.In(i18n.EN, key, "place", destination.NameIn(i18n.EN, country))}
}
