package search_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/yarmarka/yarmarka/internal/search"
)

func TestWhatIsBoughtOftenerComesFirst(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Термос стальной"), thing(2, "Термос стальной"), thing(3, "Термос стальной"))
	first := func(p search.Params) int64 { return ask(t, s, p).Hits[0].RefID }
	if got := first(search.Params{Q: "термос"}); got != 3 {
		t.Fatalf("of equals the newest number comes first, not %d", got)
	}
	sales := func(sold map[int64]int) {
		t.Helper()
		if err := search.SetPopularity(t.Context(), pool, search.Goods, sold); err != nil {
			t.Fatal(err)
		}
	}
	sales(map[int64]int{1: 40, 2: 3, 77: 5})
	for _, p := range []search.Params{{Q: "термос"}, {Q: "термос", Sort: search.Popular}, {}} {
		if got := ids(ask(t, s, p).Hits); !slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("%+v: %v", p, got)
		}
	}
	// A card that is written anew keeps its sales; one that nobody bought lately loses them.
	if err := search.Put(t.Context(), pool, []search.Doc{thing(1, "Термос стальной большой")}); err != nil {
		t.Fatal(err)
	}
	if got := first(search.Params{Sort: search.Popular}); got != 1 {
		t.Errorf("after a change of the card %d is first", got)
	}
	sales(map[int64]int{2: 3})
	if got := first(search.Params{Sort: search.Popular}); got != 2 {
		t.Errorf("after its sales were forgotten %d is first", got)
	}
}

func TestPopularityMovesTheStoredRecordAndNothingElse(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Ваза синяя", with(variant(5000, colour, blue))))
	before := ask(t, s, search.Params{Q: "ваза"})
	if err := search.SetPopularity(t.Context(), pool, search.Goods, map[int64]int{1: 1000}); err != nil {
		t.Fatal(err)
	}
	after := ask(t, s, search.Params{Q: "ваза"})
	if fmt.Sprint(before.Hits, before.Attrs, before.PriceHigh) != fmt.Sprint(after.Hits, after.Attrs, after.PriceHigh) {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	var stored int
	if err := pool.QueryRow(t.Context(), `select prior from search_facts`).Scan(&stored); err != nil || stored != 600 {
		t.Errorf("popularity %d, %v; want 600: all that sales can give", stored, err)
	}
}
