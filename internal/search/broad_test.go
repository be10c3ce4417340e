package search_test

import (
	"fmt"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/search"
)

// TestABroadWordIsCutWhereThePopularEnd loads more than one query looks at: the most popular are among those seen, the
// page says that there are more, and paging goes on past those that were ranked by all their words.
func TestABroadWordIsCutWhereThePopularEnd(t *testing.T) {
	t.Parallel()
	const cards = search.Cap + 50
	pool := dbtest.New(t)
	_, err := search.Load(t.Context(), pool, func(yield func(search.Doc, error) bool) {
		for i := range cards {
			d := thing(int64(i+1), fmt.Sprintf("Кружка %d", i+1), func(d *search.Doc) { d.Popularity = float64(i) / cards })
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	s := search.New(pool, patient)
	p := search.Params{Q: "кружка", Limit: search.MaxSize}
	seen := map[int64]bool{}
	for page := range 6 {
		res := ask(t, s, p)
		if res.Total != search.Cap || !res.Capped {
			t.Fatalf("page %d: %d found, capped %v", page, res.Total, res.Capped)
		}
		if page == 0 && res.Hits[0].RefID != cards {
			t.Errorf("the most popular is %d, first came %d", cards, res.Hits[0].RefID)
		}
		for _, id := range ids(res.Hits) {
			if seen[id] {
				t.Fatalf("page %d shows %d again", page, id)
			}
			seen[id] = true
		}
		p.After = res.NextCursor
	}
	if len(seen) != 6*search.MaxSize {
		t.Errorf("six pages showed %d cards", len(seen))
	}
}
