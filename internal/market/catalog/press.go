package catalog

import (
	"bytes"
	"context"
	"hash/fnv"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/s2"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
)

// Product pages of strangers at home who read Russian are printed when their sheet is written, and kept in card_prints: a
// page that nobody has asked for lately is then one row, read for many visitors in one question, in whose gaps the day, the
// site's address and the strip of the category are put. Everybody else gets the page that is made of the sheet. A print
// is as true as a sheet, or it is passed over.

// printLang is the language of prints; a second one would double what they take on the disk.
const printLang = i18n.RU

// printForm is part of every press's form.
const printForm = "1"

// press prints pages. Its sample is a page that has everything a page can have, of this program, as it is set up: its sum is
// the form of the prints, so that a program shows none that it would print another way, and prints are kept as what
// differs from it.
type press struct {
	form int64
	dict *s2.Dict
}

// thePress gives the press, made on first use; nil where pages are not printed.
func (s *Service) thePress() *press {
	s.pressing.Do(func() {
		if s.Stranger == nil {
			return
		}
		sample, err := s.sample()
		if err != nil {
			slog.Error("pages are not printed ahead", "err", err)
			return
		}
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(printForm)) // a sum takes everything
		_, _ = sum.Write(sample)
		if dict := s2.MakeDict(sample, nil); dict != nil {
			s.pressed = &press{form: int64(sum.Sum64() >> 1), dict: dict}
		}
	})
	return s.pressed
}

// printing is what a Service needs to print.
type printing struct {
	// Stranger, when set, gives the context in which a stranger at home sees a page of the site; without it nothing is
	// printed ahead.
	Stranger func(ctx context.Context, site, path string) context.Context

	pressing sync.Once
	pressed  *press
	prints   *pagecache.Together[string, printRow]
}

// render prints the page of a sheet with its gaps marked; ok is false for a card that has no page.
func (s *Service) render(ctx context.Context, g *gaps, tree *Tree, x sheet, now time.Time) (page []byte, box Box, ok bool, err error) {
	v, ok := x.Card.Variant(0)
	if !ok {
		return nil, box, false, nil
	}
	ctx = s.Stranger(i18n.WithLang(ctx, printLang), g.mark(gapSite, 0), x.Card.Path())
	view, box := s.view(ctx, tree, x, v, now)
	view.Below = templ.Raw(g.mark(gapBelow, 0))
	var b bytes.Buffer
	err = productTempl(view).Render(ctx, &b)
	return b.Bytes(), box, true, err
}

// printSheet fills in what is printed of a sheet. A page that would change by itself in a way that cannot be foreseen, or
// with words that spoil its gaps, is not printed: it is looked at again a day later.
func (s *Service) printSheet(ctx context.Context, p *press, x freshSheet, now time.Time) (k keptPrint, err error) {
	k = keptPrint{ID: x.ID, Slug: x.Card.Slug, Form: p.form, Category: x.Card.CategoryID}
	tree, err := s.tree.shared(ctx, s.db, x.Tree, now)
	if err != nil {
		return k, err
	}
	ctx, g := withGaps(ctx)
	page, box, ok, err := s.render(ctx, g, tree, x.sheet, now)
	if err != nil || !ok {
		return k, err
	}
	w := box.Winner
	fade, told := fades(int64(w.Price.Amount), x.Charged[w.OfferID], now)
	text, holes, err := g.cut(page)
	if err != nil || !told {
		again := now.Add(24 * time.Hour)
		k.Fades = &again
		return k, nil
	}
	if !fade.IsZero() {
		k.Fades = &fade
	}
	k.Body = p.encodePrint(x.ID, text, holes)
	return k, nil
}

// plain reports whether a request is that of a stranger at home, for the page of a card as it is shown first: what prints
// are for.
func plain(r *http.Request) bool {
	ctx := r.Context()
	return r.URL.RawQuery == "" && i18n.LangOf(ctx) == printLang && destination.Of(ctx).Zero() && web.ShellFrom(ctx).Stranger()
}

// printBuffer is room for a page on its way.
type printBuffer struct {
	text, page []byte
	below      bytes.Buffer
}

var printBuffers = sync.Pool{New: func() any { return new(printBuffer) }}

// printed answers with a page's print where there is a true one.
func (h *Handlers) printed(w http.ResponseWriter, r *http.Request, slug string) (done bool, err error) {
	p := h.s.thePress()
	if p == nil || !plain(r) {
		return false, nil
	}
	ctx, now := r.Context(), h.s.now()
	found, err := h.s.prints.Of(ctx, slug)
	row, ok := found[slug]
	if err != nil || !ok || row.Fades != nil && !now.Before(*row.Fades) {
		return false, err
	}
	buf := printBuffers.Get().(*printBuffer) //nolint:forcetypeassert // the pool holds nothing else
	defer printBuffers.Put(buf)
	card, text, holes, err := p.decodePrint(row.Body, buf.text)
	buf.text = text
	if err != nil {
		slog.WarnContext(ctx, "a card's print cannot be read", "product", slug, "err", err)
		return false, nil
	}
	strip, err := h.s.related(ctx, row.Category, card)
	if err != nil {
		return false, err
	}
	f := filling{site: web.ShellFrom(ctx).BaseURL, lang: printLang, now: now}
	if strip != nil {
		buf.below.Reset()
		if err := below(strip).Render(ctx, &buf.below); err != nil {
			return false, err
		}
		f.below = buf.below.Bytes()
	}
	buf.page = f.fill(buf.page[:0], text, holes)
	pagecache.Keep(ctx, row.Stamp, row.Topics...)
	pagecache.Light(ctx)
	web.Public(w, r, keepProduct)
	web.Send(w, r, http.StatusOK, buf.page)
	return true, nil
}

// sample prints the page that the others are told apart from.
func (s *Service) sample() ([]byte, error) {
	g := &gaps{"0sample"}
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	tree := &Tree{byID: map[int64]Category{1: {ID: 1, Slug: "kuhnya", Name: Text{RU: "Кухня", EN: "Kitchen"}, Path: []int64{1}},
		2: {ID: 2, ParentID: 1, Slug: "posuda", Name: Text{RU: "Посуда", EN: "Dishes"}, Path: []int64{1, 2}}}}
	page, _, _, err := s.render(context.WithValue(context.Background(), gapsKey{}, g), g, tree, sampleSheet(now), now)
	return page, err
}

// sampleSheet is a card with something of everything: two options, one of them with pictures, two sellers, of whom one has a
// thing that was used and one sends abroad, and a price that fell.
func sampleSheet(now time.Time) sheet {
	flag := true
	words := func(ru, en string) Text { return Text{RU: ru, EN: en} }
	c := Card{ID: 1, Slug: "obrazec", CategoryID: 2, Art: "cup", BrandID: 1, Brand: "Образец", PartNumber: "A-1", Title: words("Кружка с крышкой", "Mug with a lid"),
		Description: words(strings.Repeat("Кружка из керамики с крышкой и ложкой. Подходит для чая и кофе, её можно мыть в посудомоечной машине.\n\n", 3), "A mug."),
		Specs: []Spec{{AttributeID: 1, Kind: "number", Unit: "ml", Name: words("Объём", "Volume"), Number: "350"},
			{AttributeID: 2, Name: words("Материал", "Material"), Value: words("Керамика", "Ceramics")}, {AttributeID: 3, Name: words("Крышка", "Lid"), Flag: &flag}},
		Photos: []CardPhoto{{Photo: Photo{Key: strings.Repeat("a", 32), Width: 800, Height: 800}}, {VariantID: 1, Photo: Photo{Key: strings.Repeat("b", 32), Width: 800, Height: 800}},
			{VariantID: 2, Photo: Photo{Key: strings.Repeat("c", 32), Width: 800, Height: 800}}, {VariantID: 3, Photo: Photo{Key: strings.Repeat("d", 32), Width: 800, Height: 800}}}}
	for i, o := range [][2]string{{"Белый", "350"}, {"Синий", "350"}, {"Белый", "500"}} {
		c.Variants = append(c.Variants, Variant{ID: int64(i + 1), Status: VariantActive, GTIN: "4600000000001", From: money.Amount(100000 + 1000*i), Currency: "RUB", Sellers: 2,
			Options: []Option{{AttributeID: 4, Name: words("Цвет", "Colour"), Value: words(o[0], o[0])}, {AttributeID: 5, Name: words("Объём", "Volume"), Value: words(o[1], o[1])}}})
	}
	facts := func(id int64, condition string) rivalFacts {
		return rivalFacts{OfferID: id, SellerID: id, SellerName: "Лавка посуды", SellerSlug: "lavka", Condition: condition, Currency: "RUB", Price: 100000 + 5000*id, DeliveryFee: 29000 * (id - 1),
			Days: 3, Free: 3, MaxQty: 10, RatingHundredths: 480, Ratings: 1200, Sales: 3400, OnTimePermille: 986, CancelPermille: 4}
	}
	return sheet{Card: c, Offers: []cardOfferRow{{VariantID: 1, rivalFacts: facts(1, string(ConditionNew)), Abroad: true}, {VariantID: 1, rivalFacts: facts(2, string(ConditionUsed))}},
		Charged: map[int64][]Charged{1: {{Price: 150000, From: now.AddDate(0, 0, -40), To: now.AddDate(0, 0, -10)}, {Price: 105000, From: now.AddDate(0, 0, -10)}}}}
}
