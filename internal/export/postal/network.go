package postal

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Network is what the post says of every country on a day, without its prices: what it would carry there. It asks nobody
// anything and may be used by many at once.
type Network struct {
	s      *Service
	day    time.Time
	limits limits
	rows   map[string][]termsRow
}

// Network reads the post's terms of every country for a day, as they are kept; while nothing is kept the post is asked,
// so it belongs before any transaction.
func (s *Service) Network(ctx context.Context, day time.Time) (n *Network, err error) {
	defer errs.Wrap(&err, "postal.Network")
	n = &Network{s: s, day: dayOf(day)}
	if n.limits, err = s.limitsOn(ctx, n.day); err != nil {
		return nil, err
	}
	list, err := selectAllTerms(ctx, s.db, s.post.cfg.Demonstration, n.day)
	if err == nil && len(list) == 0 {
		if err = s.refresh(ctx, n.day); err == nil {
			list, err = selectAllTerms(ctx, s.db, s.post.cfg.Demonstration, n.day)
		}
	}
	n.rows = map[string][]termsRow{}
	for _, r := range list {
		n.rows[r.Country] = append(n.rows[r.Country], r)
	}
	return n, err
}

// Profile tells countries apart as far as the post's terms do: to two of one profile the same is carried.
func (n *Network) Profile(country string) string {
	var b strings.Builder
	for _, r := range n.rows[country] {
		fmt.Fprintf(&b, "%s %v;", r.Service, r.terms().limiting())
	}
	return b.String()
}

// limiting are the terms that decide what is carried; notes for people are not among them.
func (t terms) limiting() []any {
	return []any{t.Block, t.WeightMax, t.SizeMax, t.LineMax, t.Insurable, t.InsuredMax, t.facts()}
}

// Digest changes with the terms of any country.
func (n *Network) Digest() uint64 {
	h := fnv.New64a()
	for _, country := range oksm.Countries() {
		fmt.Fprintf(h, "%s %s\n", country, n.Profile(country))
	}
	fmt.Fprint(h, n.limits) // in the order of its keys
	return h.Sum64()
}

// Carriers are the services that would carry an item, with no price: Candidates names the same and asks what they cost.
func (n *Network) Carriers(a Ask) []Candidate {
	var list []Candidate
	for _, c := range n.s.judged(a, n.rows[a.Country], n.limits) {
		if c.Lost == "" {
			list = append(list, c)
		}
	}
	return list
}

// Fare is what a service charges for an uninsured item.
type Fare struct {
	Price   money.Amount // kopecks, VAT in
	Refused bool         // the post will not carry it
}

type fareKey struct {
	object int
	grams  int64
}

// Fares are the post's prices for a country as far as they are known today.
type Fares struct {
	n       *Network
	country string
	known   map[fareKey]Fare
}

// Fares reads the prices that the post has named for a country and that still hold, without asking for others.
func (n *Network) Fares(ctx context.Context, country string) (f *Fares, err error) {
	defer errs.Wrap(&err, "postal.Fares(%s)", country)
	now := n.s.now()
	rows, err := selectFares(ctx, n.s.db, country, n.s.post.cfg.Demonstration, n.day, now.Add(-goodFor))
	f = &Fares{n: n, country: country, known: make(map[fareKey]Fare, len(rows))}
	for _, r := range rows {
		f.known[fareKey{r.Object, r.Grams}] = Fare{Price: r.Price}
	}
	return f, err
}

// Of is what a service charges for an item of a weight; false while the post has not said.
func (f *Fares) Of(object int, grams int64) (Fare, bool) {
	c, ok := CarriageOf(object)
	if !ok {
		return Fare{}, false
	}
	k := keyOf(c, Ask{Country: f.country, GrossGrams: grams}, termsIn(f.n.rows[f.country], c), f.n.limits)
	if p, ok := f.n.s.prices.get(k, f.n.s.now()); ok {
		return Fare{Price: p.Price, Refused: p.refused != ""}, true
	}
	fare, ok := f.known[fareKey{object, k.Grams}]
	return fare, ok
}
