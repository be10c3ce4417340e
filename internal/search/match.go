package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search/rank"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// filter is what was chosen, by id.
type filter struct {
	category int64
	brands   map[int64]bool
	attrs    []attrFilter
	min, max int64 // price; 0: open
	way      *Way  // to the visitor's country; nil at home
	sent     bool  // only what goes that way
}

type attrFilter struct {
	attr   int64
	values map[int64]bool
}

func (f *filter) any() bool {
	return len(f.brands) > 0 || len(f.attrs) > 0 || f.min > 0 || f.max > 0 || f.sent
}

func (f *filter) variants() bool { return len(f.attrs) > 0 || f.min > 0 || f.max > 0 || f.sent }

// expressions narrows the index question: a document with no such value at all cannot have a variant with it.
func (f *filter) expressions(k Kind) []string {
	var out []string
	or := func(terms []int32) {
		slices.Sort(terms)
		s := "("
		for i, t := range terms {
			if i > 0 {
				s += "|"
			}
			s += number(t)
		}
		out = append(out, s+")")
	}
	if len(f.brands) > 0 {
		var terms []int32
		for b := range f.brands {
			terms = append(terms, idTerm(k, brandTerm, b))
		}
		or(terms)
	}
	for _, a := range f.attrs {
		var terms []int32
		for v := range a.values {
			terms = append(terms, pairTerm(k, Pair{Attr: a.attr, Value: v}))
		}
		or(terms)
	}
	if f.sent {
		terms := []int32{idTerm(k, valueTerm, nobody)} // an empty choice finds nothing
		for class := range f.way.classes {
			terms = append(terms, pairTerm(k, Pair{Attr: record.AwayAttr, Value: class}))
		}
		or(terms)
	}
	return out
}

// misses are the groups of the filter that a variant fails, one bit each; the lowest is the price.
type misses uint64

const (
	priceMiss misses = 1
	sentMiss  misses = 1 << 63 // it may not be sent; there are never so many groups
)

// test says what a variant at a price fails; goes, whether it may be sent to the visitor.
func (f *filter) test(v *Variant, price int64, goes bool) misses {
	var m misses
	if f.min > 0 && price < f.min || f.max > 0 && price > f.max {
		m |= priceMiss
	}
	if f.sent && !goes {
		m |= sentMiss
	}
	for i := range f.attrs {
		if !f.attrs[i].met(v.Pairs) {
			m |= priceMiss << (i + 1)
		}
	}
	return m
}

func (a *attrFilter) met(pairs []Pair) bool {
	for _, p := range pairs {
		if p.Attr == a.attr && a.values[p.Value] {
			return true
		}
	}
	return false
}

// bitOf is the group of an attribute, 0 when it is not filtered by.
func (f *filter) bitOf(attr int64) misses {
	for i := range f.attrs {
		if f.attrs[i].attr == attr {
			return priceMiss << (i + 1)
		}
	}
	return 0
}

// scored is one document of the list: key orders it, higher first.
type scored struct {
	key     int64
	doc     uint32
	prior   uint16
	inStock bool
	price   int64       // lowest of the variants that meet the filter; 0: not for sale
	away    record.Away // of that variant, for a visitor from abroad
	factor  float64     // of its score, told by its titles
	has     matched
}

// matched has one bit for each word of the query.
type matched uint32

func (m matched) has(i int) bool { return m>>i&1 == 1 }
func (m matched) any() bool      { return m != 0 }

// collector reads candidates, keeps those that meet the filter, and counts facets.
type collector struct {
	r      *run
	strict bool
	skip   map[uint32]bool
	list   []scored

	pairs      tallies
	brands     map[int64]int
	leaves     map[int64]*leaf // by the deepest category
	categories map[int64]int   // made of leaves at the end
	parents    map[int64]int64
	low, high  int64

	sendable, last int  // documents that may be sent to the visitor, and the one counted last
	cut            bool // not all that was found is here
	unpriced       int  // of what may be sent, how much has no price of the post
	dearest        int64
}

// leaf is a shelf: how many documents lie on it, and the way to it from the root.
type leaf struct {
	n    int
	path []int64
}

func newCollector(r *run, strict bool) *collector {
	return &collector{r: r, strict: strict, brands: map[int64]int{}, leaves: map[int64]*leaf{}, categories: map[int64]int{}, parents: map[int64]int64{}, low: math.MaxInt64}
}

func (c *collector) read(packed []byte) error {
	reader := record.Read(packed)
	for n := 0; n < Cap; n++ {
		rec, ok := reader.Next()
		if !ok {
			break
		}
		if !c.skip[rec.Doc] {
			c.take(rec)
		}
	}
	return reader.Err()
}

func (c *collector) take(rec *record.Record) {
	f := &c.r.filt
	brandOK := len(f.brands) == 0 || f.brands[rec.Brand]
	passes := !f.variants()
	var best seen
	for i := range rec.Variants {
		v := f.see(&rec.Variants[i])
		m := f.test(v.Variant, v.price, v.goes)
		if bits.OnesCount64(uint64(m)) <= 1 && brandOK {
			c.count(rec, v, m)
		}
		if m == 0 {
			passes = true
			if c.better(v, best) {
				best = v
			}
		}
	}
	if !passes {
		return
	}
	if rec.Brand != 0 {
		c.brands[rec.Brand]++
	}
	if !brandOK {
		return
	}
	c.countCategories(rec)
	c.list = append(c.list, c.score(rec, best))
}

// count adds a variant to the facets: to a group's own facet even when it fails that group alone, so that the other
// choices of the group keep their numbers.
func (c *collector) count(rec *record.Record, v seen, m misses) {
	if !c.strict {
		return
	}
	if m&^priceMiss == 0 {
		c.low, c.high = min(c.low, v.price), max(c.high, v.price)
	}
	if m&^sentMiss == 0 && v.goes && c.last != int(rec.Doc) {
		c.sendable, c.last = c.sendable+1, int(rec.Doc)
	}
	for _, p := range v.Pairs {
		if p.Attr == record.AwayAttr {
			continue
		}
		if m != 0 && m != c.r.filt.bitOf(p.Attr) {
			continue
		}
		c.pairs.add(p, rec.Doc)
	}
}

func (c *collector) countCategories(rec *record.Record) {
	if !c.strict || len(rec.Categories) == 0 {
		return
	}
	last := rec.Categories[len(rec.Categories)-1]
	l := c.leaves[last]
	if l == nil {
		l = &leaf{path: slices.Clone(rec.Categories)}
		c.leaves[last] = l
	}
	l.n++
}

// sumCategories counts every category by the shelves under it.
func (c *collector) sumCategories() {
	for _, l := range c.leaves {
		parent := int64(0)
		for _, id := range l.path {
			c.categories[id] += l.n
			c.parents[id] = parent
			parent = id
		}
	}
}

func (c *collector) score(rec *record.Record, best seen) scored {
	lowest := best.price
	out := scored{doc: rec.Doc, price: lowest, away: best.away, prior: rec.Prior, inStock: rec.InStock}
	switch c.r.p.Sort {
	case Popular:
		out.key = int64(rec.Prior)
		if !rec.InStock {
			out.key -= 1 << 20
		}
	case Cheap:
		out.key = -lowest
		if lowest == 0 {
			out.key = math.MinInt64 + 1
		}
	case Landed:
		out.key = c.landed(rec, best)
	case Dear:
		out.key = lowest
	case Rated:
		out.key = int64(rec.Score)
	case Newest:
		out.key = int64(rec.Freshness)
	default:
		var score float64
		score, out.factor = c.r.s.weights.Coarse(&c.r.rank, &rec.Titles, float64(rec.Prior)/1000)
		out.key = keyOf(score, rec.InStock)
	}
	return out
}

const (
	outOfStock = 0.75 // what remains of the score of a thing that cannot be bought
	keyScale   = 1e6
)

func keyOf(score float64, inStock bool) int64 {
	if !inStock {
		score *= outOfStock
	}
	return int64(math.Round(score * keyScale))
}

// Documents scored in full stand before those that only their titles were looked at of.
const inFull = int64(1) << 40

// likeliest brings the n documents with the highest keys to the front, in no order, and gives them.
func (c *collector) likeliest(n int) []scored {
	list := c.list
	for lo, hi := 0, len(list); n < len(list) && hi-lo > 1; {
		pivot, i, j := list[lo+(hi-lo)/2], lo, hi-1
		for i <= j {
			for before(list[i], pivot) < 0 {
				i++
			}
			for before(list[j], pivot) > 0 {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			hi = j + 1
		case n >= i:
			lo = i
		default:
			lo = hi
		}
	}
	return list[:min(n, len(list))]
}

// rescore scores the likeliest documents by all their words.
func (c *collector) rescore(top []scored, packed []byte) error {
	place := make(map[uint32]int, len(top))
	for i := range top {
		place[top[i].doc] = i
	}
	return record.EachWords(packed, func(doc uint32, words record.PackedWords) {
		i, ok := place[doc]
		if !ok {
			return
		}
		m := c.r.s.weights.Score(&c.r.rank, words, float64(top[i].prior)/1000)
		top[i].key = inFull + keyOf(m.Score*top[i].factor, top[i].inStock)
		top[i].has = matched(m.Has)
	})
}

// page picks the page after a position out of the list: the best few by insertion, since sorting thousands for the
// sake of two dozen was a sixth of a query's work.
func (c *collector) page(after position, limit int) (page []scored, more bool) {
	top := make([]scored, 0, limit+2)
	for _, s := range c.list {
		if after != (position{}) && before(s, scored{key: after.key, doc: after.doc}) <= 0 {
			continue
		}
		if len(top) > limit && before(s, top[limit]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, s, before)
		top = slices.Insert(top, at, s)
		top = top[:min(len(top), limit+1)]
	}
	return top[:min(len(top), limit)], len(top) > limit
}

// before orders by key, higher first, then by number, higher first.
func before(a, b scored) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(b.doc, a.doc)) }

// fullest is the set of words that the most telling partial match has.
func (c *collector) fullest() (matched, bool) {
	best, bestIDF := matched(0), 0.0
	for _, s := range c.list {
		if idf := sumIDF(c.r.rank.Groups, s.has); idf > bestIDF {
			best, bestIDF = s.has, idf
		}
	}
	return best, bestIDF > 0
}

func sumIDF(groups []rank.Group, has matched) float64 {
	var sum float64
	for i := range groups {
		if has.has(i) && !groups[i].Optional {
			sum += groups[i].IDF
		}
	}
	return sum
}

// into writes counts into the result; names come later.
func (c *collector) into(res *Result) {
	res.Total, res.Sendable, res.Unpriced = len(c.list), c.sendable, c.unpriced
	c.sumCategories()
	if c.high > 0 {
		res.PriceLow, res.PriceHigh = money.Amount(c.low), money.Amount(c.high)
	}
	byAttr := map[int64]*Facet{}
	for _, t := range c.pairs.slots {
		if t.n == 0 {
			continue
		}
		p := t.pair
		f := byAttr[p.Attr]
		if f == nil {
			f = &Facet{Attr: p.Attr}
			byAttr[p.Attr] = f
		}
		f.Options = append(f.Options, Option{ID: p.Value, Count: t.n})
	}
	for _, f := range byAttr {
		res.Attrs = append(res.Attrs, *f)
	}
	for id, n := range c.brands {
		res.Brands.Options = append(res.Brands.Options, Option{ID: id, Count: n})
	}
	parent := c.level()
	for id, n := range c.categories {
		if c.parents[id] == parent || id == c.r.filt.category {
			res.Categories.Options = append(res.Categories.Options, Option{ID: id, Count: n})
		}
	}
}

// level is the category whose children are worth a link: the chosen one; without one, the deepest that holds at least
// nine tenths of what was found, so that the choice says something.
func (c *collector) level() int64 {
	parent := c.r.filt.category
	for parent == 0 || c.r.filt.category == 0 {
		next := c.dominant(parent)
		if next == 0 || !c.hasChildren(next) {
			break
		}
		parent = next
	}
	return parent
}

func (c *collector) dominant(parent int64) int64 {
	for child, n := range c.categories {
		if c.parents[child] == parent && n*10 >= len(c.list)*9 {
			return child
		}
	}
	return 0
}

func (c *collector) hasChildren(id int64) bool {
	for _, p := range c.parents {
		if p == id {
			return true
		}
	}
	return false
}
