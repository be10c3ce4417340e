package search_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/search"
)

// TestWhatTheProgramBeforeWritesIsFound stores a document as the program before the narrow tables did, byte by byte:
// while it still serves beside this one, what it writes is carried over.
func TestWhatTheProgramBeforeWritesIsFound(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	if err := search.Put(t.Context(), pool, []search.Doc{thing(1, "Самовар угольный", with(variant(5000, colour, blue)))}); err != nil {
		t.Fatal(err)
	}
	// The old record is made of the new one as the step down makes it, then the new one is lost.
	for _, sql := range []string{
		`create table kept as select * from search_facts join search_forward using (doc_id)`,
		`delete from search_facts`, `delete from search_forward`,
		`insert into search_index (doc_id, kind, prior, price, freshness, score, terms, packed)
		 select doc_id, kind, prior, price, freshness, score, terms,
		        search_little(doc_id) || search_little(10 + length(body)) || substring(words from 10 for 2) || body
		 from (select *, substring(words from 5) || substring(facts from 9 for 9) || substring(facts from 20 + 2 * get_byte(facts, 17)) as body from kept) k`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var same bool
	if err := pool.QueryRow(t.Context(), `
		select f.facts = k.facts and w.words = k.words and f.terms = k.terms
		from kept k join search_facts f using (doc_id) join search_forward w using (doc_id)`).Scan(&same); err != nil || !same {
		t.Fatalf("the record came back different: %v, %v", same, err)
	}
	res := ask(t, search.New(pool, patient), search.Params{Q: "угольный самовар", Attrs: map[string][]string{"1": {"11"}}})
	if res.Total != 1 || res.Hits[0].Title != "Самовар угольный" {
		t.Errorf("%d found", res.Total)
	}
}
