package search

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

type shownDoc struct {
	ID                                            int32
	RefID                                         int64
	Slug, TitleRU, TitleEN, BodyRU, BodyEN, Image string
	Price, Was                                    *int64
	Currency                                      string
	OfferID                                       *int64
	Seller                                        string
	Sellers, Reviews                              int32
	Rating                                        int16
	InStock, Low30                                bool
	Days                                          *int16
	Fee                                           int64
}

// selectShown gives what cards show, the bodies only where a snippet is cut from them.
func selectShown(ctx context.Context, db pg.DB, ids []int32, bodies bool) ([]shownDoc, error) {
	return pg.List[shownDoc](ctx, db, `
select id, ref_id, slug, title_ru, title_en, case when $2 then body_ru else '' end as body_ru, case when $2 then body_en else '' end as body_en, image, price, was, currency, offer_id,
       seller, sellers, reviews, rating, in_stock, low30, days, fee
from search_docs
where id = any($1)`, ids, bodies)
}

// show turns a page of documents into hits.
func (r *run) show(ctx context.Context, page []scored, into *[]Hit) error {
	if len(page) == 0 {
		return nil
	}
	ids := make([]int32, len(page))
	for i, s := range page {
		ids[i] = int32(s.doc)
	}
	docs, err := selectShown(ctx, r.s.db, ids, r.p.snippets())
	if err != nil {
		return err
	}
	byID := make(map[int32]*shownDoc, len(docs))
	for i := range docs {
		byID[docs[i].ID] = &docs[i]
	}
	marks := r.m.marks()
	for _, s := range page {
		if d := byID[int32(s.doc)]; d != nil {
			*into = append(*into, d.hit(r.p, s, marks))
		}
	}
	return nil
}

func (d *shownDoc) hit(p Params, s scored, marks marker) Hit {
	h := Hit{
		Kind: p.Kind, RefID: d.RefID, Slug: d.Slug, Image: d.Image, Currency: money.Currency(d.Currency), Seller: d.Seller,
		Sellers: int(d.Sellers), Rating: int(d.Rating), Reviews: int(d.Reviews), InStock: d.InStock, Low30: d.Low30, Days: -1, Fee: money.Amount(d.Fee),
		Title: Both{d.TitleRU, d.TitleEN}.In(p.Lang),
	}
	h.Price, h.Was, h.OfferID = money.Amount(zero(d.Price)), money.Amount(zero(d.Was)), zero(d.OfferID)
	if d.Days != nil {
		h.Days = int(*d.Days)
	}
	if s.away.Offer != 0 {
		h.sentBy(s)
	}
	if s.price > 0 && s.price != int64(h.Price) && (p.PriceMin > 0 || p.PriceMax > 0 || len(p.Attrs) > 0) {
		// Another variant than the card's cheapest meets the filters: its price, and the choice on the card.
		h.Price, h.Was, h.OfferID, h.Low30, h.Fee = money.Amount(s.price), 0, 0, false, -1
	}
	h.Marked = highlight(h.Title, marks)
	if !p.snippets() {
		return h
	}
	h.Snippet = snippet(Both{d.BodyRU, d.BodyEN}.In(p.Lang), marks)
	return h
}

// snippets reports whether results show a piece of their bodies: a tile has no room for one, and cutting it costs.
func (p Params) snippets() bool { return p.Kind != Goods || p.List }

func zero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// marker knows the stems that count as found in a text, and their first letters: most words need not be stemmed.
type marker struct {
	stems  map[string]bool
	begins map[string]bool
}

func (m *meaning) marks() marker {
	var stems []string
	for _, w := range m.words {
		if w.stop {
			continue
		}
		for _, a := range w.alts {
			stems = append(stems, a.stems...)
		}
	}
	return newMarker(stems)
}

func newMarker(stems []string) marker {
	k := marker{stems: map[string]bool{}, begins: map[string]bool{}}
	for _, st := range stems {
		k.stems[st] = true
		k.begins[begin(st)] = true
	}
	return k
}

// begin is the first two letters, which stemming never changes.
func begin(word string) string {
	n := 0
	for i := range word {
		if n == 2 {
			return word[:i]
		}
		n++
	}
	return word
}

func (k marker) has(word string) bool {
	return k.begins[begin(word)] && (k.stems[word] || k.stems[text.Stem(word)])
}

// highlight cuts a text into pieces that matched and pieces that did not; together they are the text. Escaping is
// left to the page: no markup is made here.
func highlight(s string, marks marker) []Span {
	var out []Span
	at := 0
	for _, t := range text.Split(s) {
		if t.Start < at || !marks.has(t.Word) {
			continue
		}
		if t.Start > at {
			out = append(out, Span{Text: s[at:t.Start]})
		}
		out = append(out, Span{Text: s[t.Start:t.End], Mark: true})
		at = t.End
	}
	if at < len(s) {
		out = append(out, Span{Text: s[at:]})
	}
	return out
}

const (
	snippetLetters = 160
	snippetLead    = 40 // letters before the first word found
)

// snippet is the piece of a body around the first word found, or nothing.
func snippet(body string, marks marker) []Span {
	start := -1
	for _, t := range text.Split(body) {
		if marks.has(t.Word) {
			start = t.Start
			break
		}
	}
	if start < 0 {
		return nil
	}
	for n := 0; n < snippetLead && start > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(body[:start])
		start -= size
	}
	lead, tail := "", ""
	if start > 0 {
		if space := strings.IndexByte(body[start:], ' '); space >= 0 {
			start += space + 1
		}
		lead = "… "
	}
	piece := cut(body[start:], snippetLetters)
	if len(piece) < len(body)-start {
		tail = " …"
	}
	return highlight(lead+piece+tail, marks)
}

// sentBy makes the hit speak of the offer that a visitor from abroad is told of.
func (h *Hit) sentBy(s scored) {
	h.Away = s.away.Offer
	if h.OfferID != 0 {
		h.OfferID = s.away.Offer
	}
	if h.Price != money.Amount(s.price) {
		h.Price, h.Was, h.Low30 = money.Amount(s.price), 0, false
	}
}
