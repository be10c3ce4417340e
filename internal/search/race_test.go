package search_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search"
)

// TestManySearchWhileOneWrites has searchers ask for words that come while they ask, so that the dictionary in memory is
// made anew under them. A card that was put before the query is always found.
func TestManySearchWhileOneWrites(t *testing.T) {
	t.Parallel()
	s, pool := put(t, thing(1, "Самовар медный"), thing(2, "Чайник медный"))
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 12 {
				q := []string{"самовар", "чайнек", "rjatvjkrf", "медный", fmt.Sprintf("термоз%d", w)}[(w+i)%5]
				res, err := s.Query(t.Context(), search.Params{Q: q})
				if err != nil || (w+i)%5 != 2 && (w+i)%5 != 4 && res.Total == 0 {
					t.Errorf("%q: %d found, %v", q, res.Total, err)
				}
				if _, err := s.Suggest(t.Context(), q[:len(q)/2/2*2], i18n.RU); err != nil {
					t.Errorf("suggestions for half of %q: %v", q, err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 12 {
			if err := search.Put(t.Context(), pool, []search.Doc{thing(int64(10+i), fmt.Sprintf("Кофемолка ручная %c", 'а'+i))}); err != nil {
				t.Error(err)
			}
			if err := search.SetPopularity(t.Context(), pool, search.Goods, map[int64]int{1: i}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	if res := ask(t, s, search.Params{Q: "кофемолка"}); res.Total != 12 {
		t.Errorf("%d of 12 new cards found", res.Total)
	}
}
