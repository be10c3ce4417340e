package abroad

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// wayKept is how long what is known of a country is used without looking again, and how many countries are kept.
const (
	wayKept = 5 * time.Second
	waysMax = 300
)

// way is a country as a list sees it.
type way struct {
	a       *atlas
	country string
	classes map[int64][]int32 // services of the post, by class
	fares   Fares
	levy    levy
	until   time.Time
}

// ways are those kept.
type ways struct {
	mu   sync.Mutex
	kept map[string]*way
}

// Way tells the search what may be sent to a country and what it comes to at a door there: it is a search.Options.Ways. A
// sum is what the card of the same thing adds up to; the post is not asked for it. Prices that it has not named yet are
// asked for by a job, which a list by the whole price wakes.
func (s *Service) Way(ctx context.Context, country string) (_ *search.Way, err error) {
	defer errs.Wrap(&err, "abroad.Way(%s)", country)
	w, err := s.to(ctx, country)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(w.classes))
	for id := range w.classes {
		ids = append(ids, id)
	}
	var once sync.Once
	return search.NewWay(ids, func(a search.Away) (int64, bool) {
		sum, known := w.landed(a)
		if !known {
			once.Do(func() { s.wake(ctx, country) })
		}
		return int64(sum), known
	}).AtLeast(int64(w.least())), nil
}

// lightest is a weight that nothing is lighter than, grams: what the post charges for it, it charges for anything.
const lightest = 1

// least is what sending anything to the country costs at least; 0 while the post has not said.
func (w *way) least() (least money.Amount) {
	for _, objects := range w.classes {
		price, known := w.postage(objects, lightest)
		if !known {
			return 0
		}
		if least == 0 || price < least {
			least = price
		}
	}
	return least
}

// wake asks for the prices of a country that are not known. A list does not wait for it, nor fail with it.
func (s *Service) wake(ctx context.Context, country string) {
	if s.AskPrices == nil {
		return
	}
	if err := s.AskPrices(ctx, country); err != nil {
		httpx.Warn(ctx, "the post is not asked for prices", err)
	}
}

// to is what is known of a country now.
func (s *Service) to(ctx context.Context, country string) (*way, error) {
	now := s.Now()
	s.ways.mu.Lock()
	w, ok := s.ways.kept[country]
	s.ways.mu.Unlock()
	if ok && now.Before(w.until) {
		return w, nil
	}
	a, err := s.atlas(ctx)
	if err != nil {
		return nil, err
	}
	w = &way{a: a, country: country, classes: map[int64][]int32{}, until: now.Add(wayKept)}
	if w.levy, err = levyOf(country, a.tables, a.rates); err != nil {
		return nil, err
	}
	if a.open(country) {
		list, err := selectClasses(ctx, s.DB, country)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			w.classes[c.ID] = c.Objects
		}
	}
	if w.fares, err = a.net.Fares(ctx, country); err != nil {
		return nil, err
	}
	s.ways.mu.Lock()
	defer s.ways.mu.Unlock()
	if s.ways.kept == nil || len(s.ways.kept) >= waysMax {
		s.ways.kept = map[string]*way{}
	}
	s.ways.kept[country] = w
	return w, nil
}

// open says whether anything goes to a country today: what was closed a moment ago is not offered until the walk has come
// round.
func (a *atlas) open(country string) bool {
	if len(a.net.Carriers(postal.Ask{Country: country, GrossGrams: 1, Contents: contents, Day: a.day})) == 0 {
		return false
	}
	v := a.book.Sendable(&clearance.Line{Quantity: 1}, country)
	return v.Step != closedStep || v.Outcome == clearance.Pass
}

// landed is what one piece comes to at a door in the country, at least where nobody knows what the country asks. It is
// false while the post has not named every price that it may go by.
func (w *way) landed(a search.Away) (sum money.Amount, known bool) {
	postage, ok := w.postage(w.classes[a.Class], a.Grams)
	if !ok {
		return 0, false
	}
	price := money.Amount(a.Price)
	asked, err := w.levy.on(price, postage, 1, w.a.rates)
	if err != nil {
		return 0, false
	}
	sum, err = money.Add(price, postage, asked.duty, asked.tax)
	return sum, err == nil
}

// postage is the cheapest of some services; false while one of them has no price, or none takes it.
func (w *way) postage(objects []int32, grams int64) (least money.Amount, ok bool) {
	for _, object := range objects {
		fare, known := w.fares(int(object), grams)
		switch {
		case !known:
			return 0, false
		case !fare.Refused && (!ok || fare.Price < least):
			least, ok = fare.Price, true
		}
	}
	return least, ok
}

// Bounds of what one Price asks of the post.
const (
	pricesAtOnce = 400
	pricesFor    = 45 * time.Second
)

// Price asks the post for the prices to a country that lists by the whole price need and do not know. left says that there
// are more. The post's own memory keeps them.
func (s *Service) Price(ctx context.Context, country string) (left bool, err error) {
	defer errs.Wrap(&err, "abroad.Price(%s)", country)
	w, err := s.to(ctx, country)
	if err != nil {
		return false, err
	}
	loads, err := selectLoads(ctx, s.DB)
	if err != nil {
		return false, err
	}
	for class := range w.classes {
		loads = append(loads, load{class, lightest})
	}
	slices.SortFunc(loads, func(a, b load) int { return int(a.Grams - b.Grams) })
	asked, until := 0, s.Now().Add(pricesFor)
	for _, l := range loads {
		if _, goes := w.classes[l.ReachID]; !goes || l.Grams <= 0 {
			continue
		}
		if _, known := w.postage(w.classes[l.ReachID], l.Grams); known {
			continue
		}
		if asked++; asked > pricesAtOnce || s.Now().After(until) {
			return true, nil
		}
		list, err := s.Candidates(ctx, postal.Ask{Country: country, GrossGrams: l.Grams, Contents: contents, Day: w.a.day})
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(list, func(c postal.Candidate) bool { return c.Lost == postal.LostUnknown }) {
			return false, nil // the post is away: the next list asks again
		}
	}
	return false, nil
}
