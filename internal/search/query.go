package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/search/dict"
	"github.com/yarmarka/yarmarka/internal/search/rank"
	"github.com/yarmarka/yarmarka/internal/search/record"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// Query answers p. Text of any kind is taken; a cursor, an order or a filter that no page of ours would send is
// BadRequest; a query that the database cannot answer in time is Unavailable.
func (s *Service) Query(ctx context.Context, p Params) (res Result, err error) {
	defer errs.Wrap(&err, "search.Query(%d characters, %v)", len(p.Q), p.Kind)
	started := s.now()
	if p, err = p.checked(); err != nil {
		return res, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	res, err = s.kept.get(ctx, p, func(lines pagecache.Lines) (Result, error) { return s.answer(ctx, p, lines) })
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = errs.New(errs.Unavailable, "search.busy").With(err)
	}
	res.Took = s.now().Sub(started)
	return res, err
}

// checked cleans the words and refuses what cannot be meant.
func (p Params) checked() (Params, error) {
	p.Q = text.Clean(p.Q)
	if p.Kind == 0 {
		p.Kind = Goods
	}
	if p.Lang == "" {
		p.Lang = i18n.RU
	}
	if p.Limit <= 0 {
		p.Limit = DefaultSize
	}
	p.Limit = min(p.Limit, MaxSize)
	if p.Sort == "" || p.Sort == Relevance && p.Q == "" {
		p.Sort = Relevance
		if p.Q == "" {
			p.Sort = Popular
		}
	}
	p = p.placed()
	if _, known := kindNames[p.Kind]; !known || !slices.Contains(Sorts, p.Sort) {
		return p, errs.New(errs.BadRequest, "search.bad_address")
	}
	if p.PriceMin < 0 || p.PriceMax < 0 || p.filters() > maxFilters {
		return p, errs.New(errs.BadRequest, "search.bad_filter")
	}
	return p, nil
}

func (p Params) filters() int {
	n := len(p.Brands) + len(p.BrandIDs)
	for _, list := range p.Attrs {
		n += 1 + len(list)
	}
	return n
}

// run is the work of one query.
type run struct {
	s     *Service
	p     Params
	filt  filter
	m     *meaning
	rank  rank.Query
	docs  int
	after position
	res   Result
}

// answer makes the answer anew. With lines, the first page of a category may be one that was made ready under them.
func (s *Service) answer(ctx context.Context, p Params, lines pagecache.Lines) (Result, error) {
	r, err := s.begin(ctx, p)
	if err != nil {
		return r.res, err
	}
	page, err := r.first(ctx, lines)
	if err != nil {
		return r.res, err
	}
	if err := r.show(ctx, page, &r.res.Hits); err != nil {
		return r.res, err
	}
	if p.After == "" && (r.res.Total == 0 || r.res.Total < fewResults && !r.filt.any()) {
		if err := r.wayOn(ctx, page); err != nil {
			return r.res, err
		}
	}
	r.res.Topics = r.topics()
	return r.res, s.label(ctx, p.Lang, &r.res)
}

// begin reads the query: what is filtered by and what the words mean.
func (s *Service) begin(ctx context.Context, p Params) (*run, error) {
	r := &run{s: s, p: p}
	var err error
	if r.after, err = decodeCursor(p); err != nil {
		return r, err
	}
	if r.docs, _, err = s.learn(ctx); err != nil {
		return r, err
	}
	if r.filt, err = s.resolve(ctx, p); err != nil {
		return r, err
	}
	if r.filt.way, err = s.way(ctx, p); err != nil {
		return r, err
	}
	r.filt.sent = p.Sent
	if r.m, err = s.understand(ctx, p.Q, p.Exact); err != nil {
		return r, err
	}
	r.rank = r.m.rankQuery(r.docs, p.Lang)
	r.res.Searched = p.Q
	if r.m.changed {
		r.res.Searched, r.res.CorrectedFrom = r.m.shown(), p.Q
	}
	return r, nil
}

// strict finds documents that have every word, in some reading.
func (r *run) strict(ctx context.Context) ([]scored, error) {
	expr := expression{kind: r.p.Kind, category: r.filt.category, words: r.m.words}
	if r.m.thin {
		r.res.Kinds = map[Kind]int{r.p.Kind: 0}
		for _, k := range r.s.kinds {
			r.res.Kinds[k] = 0
		}
		return nil, nil
	}
	// By relevance no order is asked for: the rows lie about in order of popularity, and sorting tens of thousands to
	// rank ten thousand of them costs more than all the rest.
	broad := r.p.Sort == Relevance || r.estimate() > Cap
	found, err := r.candidates(ctx, expr, broad, true)
	if err != nil {
		return nil, err
	}
	narrowed := found.n > Cap && (!broad || r.narrows())
	if narrowed {
		// Cut off in no order, or before the filters: again, the best first and with the filters in the index.
		narrow := r.filt
		narrow.sent = narrow.sent || r.p.Sort == Landed // what may not be sent stands behind all that is left out
		expr.filter = &narrow
		if found, err = r.candidates(ctx, expr, true, false); err != nil {
			return nil, err
		}
	}
	c := newCollector(r, true)
	c.cut = found.n > Cap
	if err := c.read(found.packed); err != nil {
		return nil, err
	}
	if err := r.score(ctx, c); err != nil {
		return nil, err
	}
	r.res.Capped = found.n > Cap || narrowed && r.p.Sort == Landed && !r.filt.sent // what stays is left out then
	c.bounded()
	c.into(&r.res)
	r.res.Kinds[r.p.Kind] = r.res.Total
	page, more := c.page(r.after, r.p.Limit)
	if more {
		last := page[len(page)-1]
		r.res.NextCursor = encodeCursor(r.p, position{last.key, last.doc})
	}
	return page, nil
}

// narrows says that something is asked of documents that the index can tell: a filter, or that they may be sent, without
// which a list by the whole price is not begun.
func (r *run) narrows() bool { return r.filt.any() || r.p.Sort == Landed && r.filt.way != nil }

// scoredInFull is how many documents are ranked by all their words; the titles choose them.
const scoredInFull = 300

// score ranks the likeliest of what was collected by all their words, where relevance is asked for.
func (r *run) score(ctx context.Context, c *collector) error {
	if c.r.p.Sort != Relevance || len(c.r.rank.Groups) == 0 || len(c.list) == 0 {
		return nil
	}
	top := c.likeliest(scoredInFull)
	ids := make([]int32, len(top))
	for i := range top {
		ids[i] = int32(top[i].doc)
	}
	packed, err := selectForward(ctx, r.s.db, ids)
	if err != nil {
		return err
	}
	return c.rescore(top, packed)
}

// estimate bounds the number of candidates from above by the rarest word.
func (r *run) estimate() int {
	least := r.docs
	for _, w := range r.m.words {
		if !w.stop {
			sum := 0
			for range w.alts[:1] {
				sum += w.df
			}
			least = min(least, sum)
		}
	}
	return least
}

// wayOn fills Near and says which words stand in the way when there is little or nothing.
func (r *run) wayOn(ctx context.Context, have []scored) error {
	seen := map[uint32]bool{}
	for _, h := range have {
		seen[h.doc] = true
	}
	near, err := r.partial(ctx, seen)
	if err != nil {
		return err
	}
	if len(near) == 0 && r.res.Total == 0 {
		if near, err = r.popular(ctx); err != nil {
			return err
		}
	}
	if err := r.show(ctx, near, &r.res.Near); err != nil {
		return err
	}
	r.didYouMean()
	return nil
}

// partial finds documents with some of the words, or with what the whole query is near to in meaning.
func (r *run) partial(ctx context.Context, seen map[uint32]bool) ([]scored, error) {
	words := slices.DeleteFunc(slices.Clone(r.m.words), func(w *word) bool { return w.stop || w.df == 0 })
	weak := r.m.weak()
	if len(weak) > 0 {
		r.addWeak(weak)
		for _, p := range weak {
			w := &word{df: 1}
			w.add(weightWeak, p...)
			words = append(words, w)
		}
	}
	if len(words) == 0 || len(words) == 1 && len(r.m.words) == 1 && len(weak) == 0 && !r.filt.any() {
		return nil, nil
	}
	found, err := r.someOf(ctx, words, len(weak))
	if err != nil {
		return nil, err
	}
	loose := *r
	loose.filt = filter{way: r.filt.way}
	loose.p.Sort, loose.rank.Any = Relevance, true
	c := newCollector(&loose, false)
	c.skip = seen
	if err := c.read(found.packed); err != nil {
		return nil, err
	}
	if err := r.score(ctx, c); err != nil {
		return nil, err
	}
	page, _ := c.page(position{}, nearSize)
	if r.res.Total == 0 && len(r.m.words) > 1 {
		return page, r.dropWords(ctx, c)
	}
	return page, nil
}

const (
	nearSize = 12
	nearPool = 600 // documents looked at for it, the popular ones
)

// someOf gives documents that have all words but one, or where those are too few any of them. The rarest words say most
// of what was meant: only the three rarest are asked for, and what the whole query is near to.
func (r *run) someOf(ctx context.Context, words []*word, weak int) (candidateSet, error) {
	slices.SortStableFunc(words, func(a, b *word) int { return a.df - b.df })
	rare := words[:min(3+weak, len(words))]
	if weak == 0 && len(rare) == 3 {
		pairs := expression{kind: r.p.Kind, words: rare, butOne: true}
		found, err := selectCandidates(ctx, r.s.db, r.p.Kind, pairs.in(r.p.Kind), "", 0, nearPool)
		if err != nil || found.n >= nearSize {
			return found, err
		}
	}
	any := expression{kind: r.p.Kind, words: rare, any: true}
	return selectCandidates(ctx, r.s.db, r.p.Kind, any.in(r.p.Kind), "", 0, nearPool)
}

// addWeak lets the ranking know what the whole query is near to.
func (r *run) addWeak(weak []dict.Phrase) {
	for _, p := range weak {
		g := rank.Group{IDF: rank.IDF(1, r.docs), Optional: true}
		a := rank.Alt{Weight: weightWeak}
		for _, st := range p {
			a.Terms = append(a.Terms, record.Hash(st))
		}
		g.Alts = append(g.Alts, a)
		r.rank.Groups = append(r.rank.Groups, g)
	}
}

// dropWords says which words to leave out: those that the best partial match lacks.
func (r *run) dropWords(ctx context.Context, c *collector) error {
	best, ok := c.fullest()
	if !ok {
		return nil
	}
	var keep, drop []string
	left := expression{kind: r.p.Kind}
	for i, w := range r.m.words {
		if w.stop || best.has(i) {
			keep = append(keep, w.shown)
			left.words = append(left.words, w)
		} else {
			drop = append(drop, w.typed)
		}
	}
	if len(drop) == 0 || !best.any() {
		return nil
	}
	n, err := selectCount(ctx, r.s.db, r.p.Kind, left.in(r.p.Kind), Cap)
	if err != nil || n == 0 {
		return err
	}
	r.res.Without, r.res.Dropped, r.res.WithoutTotal = strings.Join(keep, " "), strings.Join(drop, " "), n
	return nil
}

func (r *run) popular(ctx context.Context) ([]scored, error) {
	plain := *r
	plain.filt, plain.p.Sort = filter{way: r.filt.way}, Popular
	found, err := selectCandidates(ctx, r.s.db, r.p.Kind, "", Popular, 0, nearSize)
	if err != nil {
		return nil, err
	}
	plain.rank = rank.Query{}
	c := newCollector(&plain, false)
	if err := c.read(found.packed); err != nil {
		return nil, err
	}
	page, _ := c.page(position{}, nearSize)
	return page, nil
}

// didYouMean offers a much more usual neighbour of a rare word that was taken as typed.
func (r *run) didYouMean() {
	const usual = 20 // times as frequent
	if r.m.changed || r.p.Exact {
		return
	}
	var typed, better []string
	for _, w := range r.m.words {
		likelier, cheapest := w.typed, math.Inf(1)
		for _, n := range r.m.lex.near(w.typed) {
			if n.word == w.typed || int(n.df) < usual*max(1, w.df) || text.Stem(n.word) == w.stem {
				continue
			}
			if g, ok := judge(w.typed, n, false); ok && g.cost < cheapest {
				likelier, cheapest = n.word, g.cost
			}
		}
		typed, better = append(typed, w.typed), append(better, likelier)
	}
	if !slices.Equal(better, typed) {
		r.res.DidYouMean = strings.Join(better, " ")
	}
}
