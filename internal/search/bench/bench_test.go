package bench

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

func TestNDCG(t *testing.T) {
	t.Parallel()
	grades := map[int64]int{1: 3, 2: 1}
	if got, ok := ndcg([]int64{1, 2, 9}, grades, 10); !ok || got != 1 {
		t.Errorf("ideal order: %v %v", got, ok)
	}
	if got, _ := ndcg([]int64{9, 1}, grades, 10); math.Abs(got-7/math.Log2(3)/(7+1/math.Log2(3))) > 1e-9 {
		t.Errorf("an unjudged thing first: %v", got)
	}
	if _, ok := ndcg([]int64{1}, map[int64]int{1: 0}, 10); ok {
		t.Error("a query without a relevant document has no score")
	}
}

func TestBM25PutsTheRareWordFirst(t *testing.T) {
	t.Parallel()
	b := newBM25([]product{{ID: 1, Title: "coffee mug"}, {ID: 2, Title: "coffee grinder"}, {ID: 3, Title: "coffee cup"}})
	if got := b.rank("the coffee grinders", 2); len(got) != 2 || got[0] != 2 {
		t.Errorf("got %v", got)
	}
}

// TestBenchRunsOnASmallSet goes through all of it but the size: load, judge, report, and a schema dropped at the end.
func TestBenchRunsOnASmallSet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	products := `[{"id":"1","name":"A1","title":"Coffee grinder","supplier":"Tula","price":100,"attr_t_colour":"blue"},
		{"id":"2","name":"B2","title":"Coffee mug","supplier":"Gzhel","price":200}]`
	for name, text := range map[string]string{"products.json": products, "judgments.csv": "query,docid,rating\ncoffee grinder,1,3\ncoffee grinder,2,0\nmug,1,0\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := dbtest.New(t)
	var report bytes.Buffer
	figures, err := Measure(t.Context(), pool, Options{Products: dir, Judgments: filepath.Join(dir, "judgments.csv"), Scale: 50}, &report)
	if err != nil {
		t.Fatal(err)
	}
	if figures[0].Name != "ndcg@10" || figures[0].Value != 1 || figures[1].Value != 0.5 ||
		!strings.Contains(report.String(), "NDCG@10 1.000 over the 1 queries that have") || !strings.Contains(report.String(), "NDCG@10 0.500 over all 2 queries") {
		t.Errorf("%v\n%s", figures, report.String())
	}
	var left int
	if err := pool.QueryRow(t.Context(), `select count(*) from pg_namespace where nspname like 'search_bench%'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d schemas left, %v", left, err)
	}
}
