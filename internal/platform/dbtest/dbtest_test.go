package dbtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	for i := range 5 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			pool := New(t)
			if _, err := pool.Exec(t.Context(), `create table mine (n int)`); err != nil {
				t.Fatal(err)
			}
			n, err := pg.Scalar[int](t.Context(), pool, `select count(*) from mine`)
			if err != nil || n != 0 {
				t.Errorf("count = %d, %v; another test's rows are here", n, err)
			}
		})
	}
}

func TestCyrillicWorks(t *testing.T) {
	t.Parallel()
	pool := New(t)
	var lower, encoding string
	var alike float64
	err := pool.QueryRow(t.Context(), `select lower('ЁЖИК'), similarity('ярмарка', 'ярмарки'), current_setting('server_encoding')`).
		Scan(&lower, &alike, &encoding)
	if err != nil {
		t.Fatal(err)
	}
	if lower != "ёжик" || alike < 0.3 || encoding != "UTF8" {
		t.Errorf("lower %q, similarity %v, encoding %s", lower, alike, encoding)
	}
}

func TestADatabaseIsDroppedAfterItsTest(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		var err error
		if name, err = pg.Scalar[string](t.Context(), New(t), `select current_database()::text`); err != nil {
			t.Fatal(err)
		}
	})
	s, err := theServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there, err := pg.Scalar[bool](t.Context(), s.admin, `select exists (select from pg_database where datname = $1)`, name)
	if err != nil || there {
		t.Errorf("%s is still there (%v)", name, err)
	}
}

func TestSweepDropsOnlyWhatIsOld(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := theServer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	old, young := cloneName(time.Now().Add(-leftAfter-time.Minute)), cloneName(time.Now())
	for _, name := range []string{old, young} {
		if err := s.clone(ctx, name, "template0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.drop(context.Background(), name); err != nil {
				t.Error(err)
			}
		})
	}
	if err := s.sweep(ctx); err != nil {
		t.Fatal(err)
	}
	left, err := pg.Scalars[string](ctx, s.admin, `select datname::text from pg_database where datname = any($1)`, []string{old, young})
	if err != nil || len(left) != 1 || left[0] != young {
		t.Errorf("left %v, %v; want only %s", left, err, young)
	}
}
