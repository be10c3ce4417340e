package search_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// keeping is patient, and keeps answers as the program does.
var keeping = search.Options{Timeout: time.Minute, KeepFor: time.Hour}

var shelfIDs = []int64{kitchen, grinders, grinders + 1, grinders + 2}

// sameAsIndex compares what a program that has kept nothing in memory says of each category with what the index says.
func sameAsIndex(t *testing.T, pool *pgxpool.Pool, when string) {
	t.Helper()
	index, shelves := search.New(pool, patient), search.New(pool, keeping)
	for _, category := range shelfIDs {
		for _, p := range []search.Params{
			{CategoryID: category}, {CategoryID: category, Lang: i18n.EN}, {CategoryID: category, List: true}, {CategoryID: category, Sort: search.Cheap},
		} {
			want, got := ask(t, index, p), ask(t, shelves, p)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(search.Result{}, "Took"), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s, category %d, %+v (-index +shelf):\n%s", when, category, p, diff)
			}
		}
	}
}

func write(t *testing.T, s *search.Service) int {
	t.Helper()
	n, err := s.WriteShelves(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestShelvesSayWhatTheIndexSays(t *testing.T) {
	t.Parallel()
	docs := shop(5, 90)
	s, pool := put(t, docs...)
	r := rand.New(rand.NewPCG(8, 1))
	for round := range 25 {
		i := r.IntN(len(docs))
		d, what := docs[i], "nothing"
		switch r.IntN(5) {
		case 0:
			what = "moved"
			d.Categories = []int64{kitchen, int64(grinders + r.IntN(3))}
		case 1:
			what = "sold out"
			d.Variants, d.Price, d.InStock = nil, 0, false
		case 2:
			what = "deleted"
			if err := search.Delete(t.Context(), pool, search.Goods, []int64{d.RefID}); err != nil {
				t.Fatal(err)
			}
		case 3:
			what = "bought"
			if err := search.SetPopularity(t.Context(), pool, search.Goods, map[int64]int{d.RefID: 40}); err != nil {
				t.Fatal(err)
			}
		}
		if what != "deleted" {
			docs[i] = d
			if err := search.Put(t.Context(), pool, []search.Doc{d}); err != nil {
				t.Fatal(err)
			}
		}
		sameAsIndex(t, pool, fmt.Sprintf("round %d, %s, before the shelves are written", round, what))
		write(t, s)
		sameAsIndex(t, pool, fmt.Sprintf("round %d, %s", round, what))
		if n := write(t, s); n != 0 {
			t.Fatalf("round %d: %d shelves are written that nothing changed", round, n)
		}
	}
}

// A page comes from its shelf, and a shelf is written when its own goods changed, when it is old, or in another form.
func TestAShelfIsReadAndWrittenWhenDue(t *testing.T) {
	t.Parallel()
	s, pool := put(t, shop(5, 60)...)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	if n := write(t, s); n != len(shelfIDs) {
		t.Fatalf("%d shelves, want %d", n, len(shelfIDs))
	}
	exec(`update search_shelves set page = jsonb_set(page::jsonb, '{Total}', '7777') where category = $1`, grinders)
	total := func() int { return ask(t, search.New(pool, keeping), search.Params{CategoryID: grinders}).Total }
	if got := total(); got != 7777 {
		t.Fatalf("%d goods: not of the shelf", got)
	}
	for _, step := range []struct {
		what, sql string
		writes    int
	}{
		{"old", `update search_shelves set made_at = made_at - interval '1 hour' where category = 101`, 1},
		{"another form", `update search_shelves set form = form + 1 where category = 101`, 1},
		{"gone", `delete from search_shelves where category = 101`, 1},
		{"all of them", `insert into page_changes (topic) values ('shelves')`, len(shelfIDs)},
		{"names", `insert into page_changes (topic) values ('tree')`, len(shelfIDs)},
	} {
		exec(step.sql)
		if n := write(t, s); n != step.writes {
			t.Errorf("%s: %d written, want %d", step.what, n, step.writes)
		}
		if got := total(); got == 7777 {
			t.Errorf("%s: it was not written anew", step.what)
		}
	}
	exec(`update search_shelves set page = jsonb_set(page::jsonb, '{Total}', '7777'), made_at = made_at - interval '3 hours'`)
	if got := total(); got == 7777 {
		t.Error("a shelf of three hours ago is shown")
	}
	if err := search.Put(t.Context(), pool, []search.Doc{thing(1, "Кружка", func(d *search.Doc) { d.Categories = []int64{kitchen, grinders + 2} })}); err != nil {
		t.Fatal(err)
	}
	write(t, s)
	exec(`insert into page_changes (topic) values ($1)`, pagecache.Shelf(grinders+2))
	if n := write(t, s); n != 1 {
		t.Errorf("%d shelves are written for one that changed", n)
	}
}

// A category that cannot be read keeps no other from being written.
func TestADamagedShelfStopsNoOther(t *testing.T) {
	t.Parallel()
	s, pool := put(t, shop(5, 60)...)
	if _, err := pool.Exec(t.Context(), `update search_facts set facts = facts || '\x00' where doc_id = (select min(doc_id) from search_facts)`); err != nil {
		t.Fatal(err)
	}
	n, err := s.WriteShelves(t.Context())
	if !errors.Is(err, record.ErrDamaged) || n != 2 {
		t.Errorf("%d of %d shelves written: %v", n, len(shelfIDs), err)
	}
}

// A document whose record cannot be read is mended by putting it again and can be taken away; then any shelf is another.
func TestADamagedRecordIsMendedByPuttingItAgain(t *testing.T) {
	t.Parallel()
	docs := shop(5, 60)
	s, pool := put(t, docs...)
	sameAsIndex(t, pool, "at first")
	write(t, s)
	damaged := docs[len(docs)-2:]
	if _, err := pool.Exec(t.Context(), `update search_facts set facts = facts || '\x00' where doc_id in (
		select id from search_docs where ref_id = any($1))`, []int64{damaged[0].RefID, damaged[1].RefID}); err != nil {
		t.Fatal(err)
	}
	damaged[0].Categories = []int64{kitchen}
	if err := search.Put(t.Context(), pool, damaged[:1]); err != nil {
		t.Fatal(err)
	}
	if err := search.Delete(t.Context(), pool, search.Goods, []int64{damaged[1].RefID}); err != nil {
		t.Fatal(err)
	}
	sameAsIndex(t, pool, "mended")
	if n := write(t, s); n != len(shelfIDs) {
		t.Errorf("%d of %d shelves are written anew", n, len(shelfIDs))
	}
	sameAsIndex(t, pool, "written anew")
}

// Whoever moves things between categories while shelves are written leaves none behind.
func TestShelvesAreTrueAfterARace(t *testing.T) {
	t.Parallel()
	docs := shop(9, 30)
	s, pool := put(t, docs...)
	var movers, writers sync.WaitGroup
	done := make(chan struct{})
	for m := range 4 {
		movers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(m), 2))
			for range 60 {
				d := docs[r.IntN(5)] // few, so that they meet
				d.Categories = []int64{kitchen, int64(grinders + r.IntN(3))}
				if err := pg.InTx(t.Context(), pool, func(tx pgx.Tx) error {
					if r.IntN(4) == 0 {
						return search.Delete(t.Context(), tx, search.Goods, []int64{d.RefID})
					}
					return search.Put(t.Context(), tx, []search.Doc{d})
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 2 {
		writers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := s.WriteShelves(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	movers.Wait()
	close(done)
	writers.Wait()
	sameAsIndex(t, pool, "after the race")
	write(t, s)
	sameAsIndex(t, pool, "after the race and a round")
}

// A load names the shelves that it fills, and what it brings is seen on those that were written before.
func TestALoadFillsShelves(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	s := search.New(pool, patient)
	docs := shop(5, 60)
	for _, part := range [][]search.Doc{docs[:30], docs[30:]} {
		if _, err := search.Load(t.Context(), pool, func(yield func(search.Doc, error) bool) {
			for _, d := range part {
				if !yield(d, nil) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		sameAsIndex(t, pool, "loaded")
		if n := write(t, s); n != len(shelfIDs) {
			t.Errorf("%d shelves written, want %d", n, len(shelfIDs))
		}
		sameAsIndex(t, pool, "loaded and written")
	}
}

// A copy of the program that keeps an answer learns of every change to its category, and makes nothing anew for another's.
func TestAKeptAnswerSpeaksOfItsCategory(t *testing.T) {
	t.Parallel()
	_, pool := put(t, shop(5, 60)...)
	s := search.New(pool, keeping)
	p := search.Params{CategoryID: grinders}
	was := ask(t, s, p)
	stamps := pagecache.NewStamps(pool)
	stamp := func() int64 {
		t.Helper()
		n, err := stamps.Of(t.Context(), was.Topics)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := stamp()
	add := func(id int64, leaf int64) {
		t.Helper()
		if err := search.Put(t.Context(), pool, []search.Doc{thing(id, "Кружка", func(d *search.Doc) { d.Categories = []int64{kitchen, leaf} })}); err != nil {
			t.Fatal(err)
		}
	}
	add(500, grinders+1)
	if stamp() != before || ask(t, s, p).Total != was.Total {
		t.Error("a change to another category is a change to this one")
	}
	add(501, grinders)
	if stamp() == before || ask(t, s, p).Total != was.Total+1 {
		t.Error("a change to the category is not seen")
	}
	add(501, grinders+1)
	if got := ask(t, s, p).Total; got != was.Total {
		t.Errorf("%d goods where one was moved away, want %d", got, was.Total)
	}
	bare := search.Params{CategoryID: 999}
	near := ask(t, s, bare).Near
	if len(near) == 0 {
		t.Fatal("a bare category leads nowhere")
	}
	if err := search.Delete(t.Context(), pool, search.Goods, []int64{near[0].RefID}); err != nil {
		t.Fatal(err)
	}
	if again := ask(t, s, bare).Near; again[0].RefID == near[0].RefID {
		t.Error("a bare category shows what is gone")
	}
}
