package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// Attributes and values of the fixtures.
const (
	colour, size      = 1, 2
	blue, red         = 11, 12
	medium, large     = 21, 22
	kitchen, grinders = 100, 101
)

func thing(id int64, title string, change ...func(*search.Doc)) search.Doc {
	d := search.Doc{
		Kind: search.Goods, RefID: id, Slug: fmt.Sprintf("thing-%d", id), Title: search.Both{RU: title}, Price: 1000, OfferID: id,
		InStock: true, Days: 1, Published: time.Date(2026, 1, int(id%28)+1, 0, 0, 0, 0, time.UTC),
		Variants: []search.Variant{{Price: 1000}},
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func with(variants ...search.Variant) func(*search.Doc) {
	return func(d *search.Doc) { d.Variants = variants }
}

func variant(price int64, pairs ...int64) search.Variant {
	v := search.Variant{Price: price}
	for i := 0; i < len(pairs); i += 2 {
		v.Pairs = append(v.Pairs, search.Pair{Attr: pairs[i], Value: pairs[i+1]})
	}
	return v
}

// patient waits for an answer however busy the machine is that the tests run on.
var patient = search.Options{Timeout: time.Minute}

func put(t *testing.T, docs ...search.Doc) (*search.Service, *pgxpool.Pool) {
	t.Helper()
	pool := dbtest.New(t)
	if err := search.Put(t.Context(), pool, docs); err != nil {
		t.Fatal(err)
	}
	return search.New(pool, patient), pool
}

func ask(t *testing.T, s *search.Service, p search.Params) search.Result {
	t.Helper()
	res, err := s.Query(t.Context(), p)
	if err != nil {
		t.Fatalf("Query(%+v): %v", p, err)
	}
	return res
}

func ids(hits []search.Hit) []int64 {
	var out []int64
	for _, h := range hits {
		out = append(out, h.RefID)
	}
	return out
}

func count(f search.Facet, value int64) int {
	for _, o := range f.Options {
		if o.ID == value {
			return o.Count
		}
	}
	return 0
}

func facet(res search.Result, attr int64) search.Facet {
	for _, f := range res.Attrs {
		if f.Attr == attr {
			return f
		}
	}
	return search.Facet{}
}

func TestFiltersHoldOnOneVariant(t *testing.T) {
	t.Parallel()
	s, _ := put(t,
		thing(1, "Свитер шерстяной", with(variant(1000, colour, blue, size, medium), variant(1200, colour, red, size, large))),
		thing(2, "Свитер хлопковый", with(variant(1500, colour, blue, size, large), variant(900, colour, red, size, medium))),
	)
	res := ask(t, s, search.Params{Q: "свитер", Attrs: map[string][]string{"1": {"11"}, "2": {"22"}}})
	if diff := cmp.Diff([]int64{2}, ids(res.Hits)); diff != "" {
		t.Errorf("blue and large (-want +got):\n%s", diff)
	}
	if res.Total != 1 || res.Hits[0].Price != 1500 || res.Hits[0].OfferID != 0 {
		t.Errorf("total %d, price %d, offer %d; want the price of the variant that meets the filters, and no offer of another", res.Total, res.Hits[0].Price, res.Hits[0].OfferID)
	}
	// The other choices of a filtered group keep their true numbers: what one more click would find.
	if got := count(facet(res, colour), red); got != 1 {
		t.Errorf("red and large: %d, want 1", got)
	}
	if got := count(facet(res, size), medium); got != 1 {
		t.Errorf("blue and medium: %d, want 1", got)
	}
	res = ask(t, s, search.Params{Q: "свитер", Attrs: map[string][]string{"1": {"11"}}, PriceMax: 1100})
	if diff := cmp.Diff([]int64{1}, ids(res.Hits)); diff != "" {
		t.Errorf("blue up to 11 roubles (-want +got):\n%s", diff)
	}
}

func TestUnsellableVariantsCountNowhere(t *testing.T) {
	t.Parallel()
	s, _ := put(t,
		thing(1, "Ваза синяя", with(variant(1000, colour, blue))),
		thing(2, "Ваза красная", with(), func(d *search.Doc) { d.InStock, d.Price, d.OfferID = false, 0, 0 }),
		thing(3, "Ваза зеленая", with(variant(1000, colour, red))),
	)
	res := ask(t, s, search.Params{Q: "ваза"})
	if res.Total != 3 || res.Hits[len(res.Hits)-1].RefID != 2 {
		t.Errorf("a sold out thing stays findable, last: %v", ids(res.Hits))
	}
	if got := count(facet(res, colour), red); got != 1 {
		t.Errorf("red: %d, want 1", got)
	}
	if res := ask(t, s, search.Params{Q: "ваза", PriceMin: 1}); res.Total != 2 {
		t.Errorf("with a price: %d, want 2", res.Total)
	}
}

// russian is a small shop for the tests of words.
func russian(t *testing.T) *search.Service {
	t.Helper()
	s, _ := put(t,
		thing(1, "Кофемолка ручная «Тула», стальные жернова", func(d *search.Doc) {
			d.Body.RU = "Мелет зерно <b>тихо</b> и ровно. Ёмкость 25 г."
			d.Keywords.RU = "Тулажернов"
		}),
		thing(2, "Чайник заварочный фарфоровый"),
		thing(3, "Ноутбук Samsung Galaxy Book"),
		thing(4, "Молоко пастеризованное 500мл"),
		thing(5, "Ёлка искусственная"),
		thing(6, "Чехол для телефона"),
		thing(7, "Wi-Fi роутер"),
		thing(8, "Беспроводные наушники", func(d *search.Doc) { d.Title.EN = "Wireless headphones" }),
	)
	return s
}

func TestWordsAreUnderstood(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, c := range []struct {
		q         string
		want      int64
		corrected string
	}{
		{"кофемолки ручные", 1, ""},
		{"кофималка", 1, "кофемолка"},
		{"чехлол", 6, "чехол"},
		{"лека", 5, ""},
		{"rjatvjkrf", 1, "кофемолка"},
		{"kofemolka", 1, "кофемолка"},
		{"лэптоп", 3, ""},
		{"самсунг", 3, ""},
		{"ЁЛКА", 5, ""},
		{"елка", 5, ""},
		{"500 мл", 4, ""},
		{"молоко 500мл", 4, ""},
		{"wifi", 7, ""},
		{"wi fi роутер", 7, ""},
		{"headphones", 8, ""},
		{"тулажернов", 1, ""},
		{"vjkjrj", 4, "молоко"},
		{"нет такого слова молоко", 4, ""},
	} {
		res := ask(t, s, search.Params{Q: c.q})
		all := append(ids(res.Hits), ids(res.Near)...)
		if len(all) == 0 || all[0] != c.want {
			t.Errorf("%q found %v, want %d first", c.q, all, c.want)
		}
		if c.corrected != "" && (res.Searched != c.corrected || res.CorrectedFrom != c.q) {
			t.Errorf("%q was read as %q (from %q), want %q", c.q, res.Searched, res.CorrectedFrom, c.corrected)
		}
	}
}

func TestExactTakesWordsAsTyped(t *testing.T) {
	t.Parallel()
	res := ask(t, russian(t), search.Params{Q: "кофималка", Exact: true})
	if res.Total != 0 || res.CorrectedFrom != "" {
		t.Errorf("total %d, corrected from %q", res.Total, res.CorrectedFrom)
	}
	if len(res.Near) == 0 {
		t.Error("an empty result offers no way on")
	}
}

func TestNothingFoundSaysWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	res := ask(t, russian(t), search.Params{Q: "кофемолка фарфоровый"})
	if res.Total != 0 || res.Without == "" || res.WithoutTotal == 0 || len(res.Near) != 2 {
		t.Errorf("total %d, without %q (%d), near %v", res.Total, res.Without, res.WithoutTotal, ids(res.Near))
	}
}

func TestDidYouMeanOffersTheUsualSpelling(t *testing.T) {
	t.Parallel()
	var docs []search.Doc
	for i := range 30 {
		docs = append(docs, thing(int64(i+1), "Полотенце льняное"))
	}
	docs = append(docs, thing(99, "Палотенце"))
	s, pool := put(t, docs...)
	if err := search.Refresh(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	res := ask(t, s, search.Params{Q: "палотенце"})
	if res.Total != 1 || res.DidYouMean != "полотенце" {
		t.Errorf("total %d, did you mean %q", res.Total, res.DidYouMean)
	}
}

// Words are counted once an hour, however often programs start.
func TestWordsAreCountedWhenDue(t *testing.T) {
	t.Parallel()
	_, pool := put(t, thing(1, "Полотенце льняное"), thing(2, "Полотенце вафельное"))
	for _, step := range []struct {
		before string
		counts bool
	}{
		{`select 1`, true},
		{`update search_words set df = 7 where word = 'полотенце'`, false},
		{`update search_counted set at = at - interval '1 hour'`, true},
	} {
		if _, err := pool.Exec(t.Context(), step.before); err != nil {
			t.Fatal(err)
		}
		if err := search.RefreshDue(t.Context(), pool); err != nil {
			t.Fatal(err)
		}
		var df int
		if err := pool.QueryRow(t.Context(), `select df from search_words where word = 'полотенце'`).Scan(&df); err != nil || (df == 2) != step.counts {
			t.Errorf("after %q the word is in %d documents: %v", step.before, df, err)
		}
	}
}

func TestHighlightMarksTheTextAndAddsNothing(t *testing.T) {
	t.Parallel()
	res := ask(t, russian(t), search.Params{Q: "зерно кофемолки", List: true})
	var title, body strings.Builder
	marked := 0
	for _, sp := range res.Hits[0].Marked {
		title.WriteString(sp.Text)
	}
	for _, sp := range res.Hits[0].Snippet {
		body.WriteString(sp.Text)
		if sp.Mark {
			marked++
		}
	}
	if title.String() != res.Hits[0].Title || marked != 1 || !strings.Contains(body.String(), "<b>тихо</b>") {
		t.Errorf("title %q, snippet %q, %d marks: the text must come through as text", title.String(), body.String(), marked)
	}
}

func TestDeletedThingsAreGone(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Термос стальной"), thing(2, "Термос детский"))
	if err := search.Delete(t.Context(), pool, search.Goods, []int64{1, 77}); err != nil {
		t.Fatal(err)
	}
	if got := ids(ask(t, s, search.Params{Q: "термос"}).Hits); !slices.Equal(got, []int64{2}) {
		t.Errorf("found %v", got)
	}
	if err := search.Put(t.Context(), pool, []search.Doc{thing(2, "Кружка детская")}); err != nil {
		t.Fatal(err)
	}
	if res := ask(t, s, search.Params{Q: "термос"}); res.Total != 0 {
		t.Errorf("the old title is still found: %v", ids(res.Hits))
	}
}

func TestKindsAreApart(t *testing.T) {
	t.Parallel()
	s, _ := put(t, thing(1, "Чай вологодский"), search.Doc{Kind: search.Shops, RefID: 1, Slug: "chay", Title: search.Both{RU: "Лавка чая"}, InStock: true, Days: -1})
	res := ask(t, s, search.Params{Q: "чай"})
	if diff := cmp.Diff(map[search.Kind]int{search.Goods: 1, search.Shops: 1}, res.Kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := ask(t, s, search.Params{Q: "чай", Kind: search.Shops}); len(got.Hits) != 1 || got.Hits[0].Slug != "chay" {
		t.Errorf("shops: %+v", got.Hits)
	}
}

func TestLoadFindsWhatPutFinds(t *testing.T) {
	t.Parallel()
	docs := []search.Doc{thing(1, "Паровоз деревянный"), thing(2, "Кукла тряпичная"), thing(3, "Деревянный конструктор")}
	pool := dbtest.New(t)
	n, err := search.Load(t.Context(), pool, func(yield func(search.Doc, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	loaded := search.New(pool, patient)
	written, _ := put(t, docs...)
	for _, q := range []string{"деревянный", "паравоз", "кукла тряпичная", ""} {
		a, b := ask(t, loaded, search.Params{Q: q}), ask(t, written, search.Params{Q: q})
		if diff := cmp.Diff(ids(a.Hits), ids(b.Hits)); diff != "" {
			t.Errorf("%q (-loaded +put):\n%s", q, diff)
		}
	}
	_, err = search.Load(t.Context(), pool, func(yield func(search.Doc, error) bool) { yield(docs[0], nil) })
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("loading twice: %v", err)
	}
	if err := search.Clear(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	if res := ask(t, loaded, search.Params{Q: "кукла"}); res.Total != 0 {
		t.Errorf("%d found in an index that was cleared", res.Total)
	}
}

func TestGarbageNeverFails(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for _, q := range []string{
		"", " ", "чай & & ( \" -", "\x00", "a\x00b", "\xff\xfe", strings.Repeat(`%_\`, 3400), "' or 1=1 --", "|!()<->:*", "<script>alert(1)</script>",
		"{{7*7}} ${7*7}", strings.Repeat("слово ", 3000), strings.Repeat("щ", 10_000), "a\u202eb\u200bc", "🙂🙂", "()", "1&2|3", "-1", "日本語", "и в на",
	} {
		for _, kind := range []search.Kind{search.Goods, search.Shops} {
			started := time.Now()
			res, err := s.Query(t.Context(), search.Params{Q: q, Kind: kind})
			if err != nil {
				t.Errorf("Query(%.40q): %v", q, err)
			}
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("Query(%.40q) took %v", q, took)
			}
			if kind == search.Goods && res.Total == 0 && len(res.Near) == 0 {
				t.Errorf("Query(%.40q) leads nowhere", q)
			}
		}
		if _, err := s.Suggest(t.Context(), q, i18n.RU); err != nil {
			t.Errorf("Suggest(%.40q): %v", q, err)
		}
	}
}

func TestWhatNoPageSendsIsRefused(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for name, p := range map[string]search.Params{
		"order":        {Sort: "price; drop table search_docs"},
		"cursor":       {After: "AAAA"},
		"long cursor":  {After: strings.Repeat("A", 5000)},
		"kind":         {Kind: 99},
		"price":        {PriceMin: -1},
		"many filters": {Brands: slices.Repeat([]string{"x"}, 1000)},
	} {
		if _, err := s.Query(t.Context(), p); !errs.Is(err, errs.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
	if _, err := s.Query(t.Context(), search.Params{Category: "no-such"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown category: %v", err)
	}
	if res := ask(t, s, search.Params{Brands: []string{"no-such"}}); res.Total != 0 {
		t.Errorf("an unknown brand finds %d", res.Total)
	}
}

func TestACursorLeadsOnlyInItsOwnList(t *testing.T) {
	t.Parallel()
	var docs []search.Doc
	for i := range 5 {
		docs = append(docs, thing(int64(i+1), "Ложка резная"))
	}
	s, _ := put(t, docs...)
	first := ask(t, s, search.Params{Q: "ложка", Limit: 2})
	for _, p := range []search.Params{{Q: "резная"}, {Q: "ложка", Sort: search.Cheap}, {Q: "ложка", PriceMin: 1}} {
		p.After, p.Limit = first.NextCursor, 2
		if _, err := s.Query(t.Context(), p); !errs.Is(err, errs.BadRequest) {
			t.Errorf("%+v took a foreign cursor: %v", p, err)
		}
	}
	if _, err := s.Query(t.Context(), search.Params{Q: "ложка", After: first.NextCursor}); err != nil {
		t.Errorf("its own list: %v", err)
	}
}

func TestASlowDatabaseIsSaidToBeBusy(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	s := search.New(pool, search.Options{Timeout: time.Nanosecond})
	if _, err := s.Query(context.Background(), search.Params{Q: "чай"}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
}

func TestRefreshCountsAndForgetsWordsInTwoRounds(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Самовар угольный"), thing(2, "Самовар электрический"))
	df := func(word string) int {
		var n int
		if err := pool.QueryRow(t.Context(), `select coalesce((select df from search_words where word = $1), -1)`, word).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	refresh := func() {
		t.Helper()
		if err := s.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	if df("самовар") != 2 || df("угольный") != 1 {
		t.Fatalf("counted %d and %d", df("самовар"), df("угольный"))
	}
	if err := search.Delete(t.Context(), pool, search.Goods, []int64{1}); err != nil {
		t.Fatal(err)
	}
	refresh()
	if df("самовар") != 1 || df("угольный") != 0 {
		t.Errorf("after a deletion: %d and %d", df("самовар"), df("угольный"))
	}
	if err := search.Put(t.Context(), pool, []search.Doc{thing(3, "Утюг угольный")}); err != nil {
		t.Fatal(err)
	}
	if got := ids(ask(t, s, search.Params{Q: "угольный"}).Hits); !slices.Equal(got, []int64{3}) {
		t.Errorf("a word that came back finds %v", got)
	}
	if err := search.Delete(t.Context(), pool, search.Goods, []int64{3}); err != nil {
		t.Fatal(err)
	}
	refresh()
	refresh()
	if df("угольный") != -1 {
		t.Errorf("a word that is gone stays with %d", df("угольный"))
	}
}

func TestOperatorsSynonymsAreUsed(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Бурдюк кожаный"))
	if _, err := pool.Exec(t.Context(), `insert into search_synonyms (phrase, means) values ('мех для вина', 'бурдюк')`); err != nil {
		t.Fatal(err)
	}
	res := ask(t, s, search.Params{Q: "мех для вина"})
	if got := ids(res.Hits); !slices.Equal(got, []int64{1}) {
		t.Errorf("found %v", got)
	}
}

func TestSuggestionsFindSomething(t *testing.T) {
	t.Parallel()
	s := russian(t)
	for q, want := range map[string]string{"коф": "кофемолка", "rja": "кофемолка", "беспроводные на": "беспроводные наушники", "kofe": "кофемолка"} {
		got, err := s.Suggest(t.Context(), q, i18n.RU)
		if err != nil || !slices.Contains(got.Queries, want) || len(got.Hits) == 0 {
			t.Errorf("Suggest(%q) = %v, %d hits, %v; want %q", q, got.Queries, len(got.Hits), err, want)
		}
	}
}

func TestMoneyFilterReadsMinorUnits(t *testing.T) {
	t.Parallel()
	s, _ := put(t, thing(1, "Мед липовый", with(variant(55_000))), thing(2, "Мед гречишный", with(variant(45_000))))
	if got := ids(ask(t, s, search.Params{Q: "мед", PriceMin: money.Amount(50_000)}).Hits); !slices.Equal(got, []int64{1}) {
		t.Errorf("found %v", got)
	}
}
