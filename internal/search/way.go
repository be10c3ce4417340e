package search

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// Away is what is kept of a variant for visitors from abroad; see record.Away.
type Away = record.Away

// Way is what is known of sending things to a country. Which classes of things go there, and what a thing comes to at a
// door there, is told by who makes it; this package compares and counts.
type Way struct {
	classes map[int64]bool
	// landed is what one piece comes to: its price, the postage, and what the country asks on top; false while the post
	// has not named a price.
	landed func(Away) (kopecks int64, known bool)
	least  int64
}

// NewWay makes a way to a country.
func NewWay(classes []int64, landed func(Away) (kopecks int64, known bool)) *Way {
	w := &Way{classes: make(map[int64]bool, len(classes)), landed: landed}
	for _, c := range classes {
		w.classes[c] = true
	}
	return w
}

// AtLeast gives w, told what sending anything at all that way costs at least, in kopecks: a list by the whole price that is
// cut off is the longer for it.
func (w *Way) AtLeast(kopecks int64) *Way {
	w.least = kopecks
	return w
}

// way is what is known of the visitor's country, nil at home. Where it cannot be told, a list stands without it, unless
// it is what was asked for.
func (s *Service) way(ctx context.Context, p Params) (*Way, error) {
	if p.Country == "" {
		return nil, nil
	}
	nowhere := NewWay(nil, func(Away) (int64, bool) { return 0, false })
	if s.ways == nil {
		return nowhere, nil
	}
	w, err := s.ways(ctx, p.Country)
	switch {
	case err == nil:
		return w, nil
	case p.Sent:
		return nil, errs.New(errs.Unavailable, "search.busy").With(err)
	}
	httpx.Warn(ctx, "a list does not say what may be sent abroad", err)
	return nowhere, nil
}

// seen is a variant as the visitor sees it: abroad by the offer that they are told of, at its price.
type seen struct {
	*Variant
	price int64
	away  Away
	goes  bool
}

func (f *filter) see(v *Variant) seen {
	out := seen{Variant: v, price: v.Price}
	if f.way == nil {
		return out
	}
	if a, ok := v.Away(); ok {
		out.away, out.price, out.goes = a, a.Price, f.way.classes[a.Class]
	}
	return out
}

// Below all whose whole price is known stands what may be sent and has no price of the post yet, below that what may not be
// sent, each by its own price.
const (
	unpricedBelow = -(1 << 60)
	staysBelow    = -(1 << 61)
)

// better reports whether a variant stands for its card rather than another: the cheaper one, and where the list is by the
// whole price one that may be sent.
func (c *collector) better(a, b seen) bool {
	if c.r.p.Sort == Landed && a.goes != b.goes && b.Variant != nil {
		return a.goes
	}
	return b.Variant == nil || a.price < b.price
}

// landed is the place of a thing in the list by what it all comes to.
func (c *collector) landed(rec *record.Record, best seen) int64 {
	switch {
	case best.Variant == nil:
		return math.MinInt64 + 1 // nobody sells it now
	case !best.goes:
		return staysBelow - best.price
	}
	own := slices.MinFunc(rec.Variants, func(a, b Variant) int { return cmp.Compare(a.Price, b.Price) }).Price
	c.dearest = max(c.dearest, own)
	if sum, known := c.r.filt.way.landed(best.away); known {
		return -sum
	}
	c.unpriced++
	return unpricedBelow - best.price
}

// bounded keeps of a list by the whole price that was cut off at Cap what is surely in its place. The candidates were the
// cheapest by their own price, so whatever is not among them costs more than the dearest of them and the least that sending
// costs: what comes to no more than that with its way stands before anything left out, and the rest might not. (Left out
// may be, beyond ten thousand, a thing that somebody else sells abroad for less than it costs at home.)
func (c *collector) bounded() {
	if c.r.p.Sort != Landed || !c.cut {
		return
	}
	least := -c.dearest
	if c.r.filt.way != nil {
		least -= c.r.filt.way.least
	}
	unsure := func(s scored) bool { return s.key < least }
	if slices.ContainsFunc(c.list, func(s scored) bool { return !unsure(s) }) {
		c.list = slices.DeleteFunc(c.list, unsure)
	} // where nothing is surely in its place, as while the post has named no prices yet, what was found is shown all the same
}
