package pg_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// purses is a database with two rows to quarrel about.
func purses(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := dbtest.New(t)
	if _, err := db.Exec(t.Context(), `create table purses (id int primary key, coins int not null); insert into purses values (1, 0), (2, 0)`); err != nil {
		t.Fatal(err)
	}
	return db
}

func coins(t *testing.T, db pg.DB) int64 {
	t.Helper()
	n, err := pg.Scalar[int64](t.Context(), db, `select sum(coins) from purses`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Two transactions that lock the same rows the other way round both succeed, each exactly once.
func TestADeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	db := purses(t)
	var runs atomic.Int64
	var both, wg sync.WaitGroup
	both.Add(2)
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		wg.Go(func() {
			first := true
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				runs.Add(1)
				for i, id := range order {
					if _, err := pg.Exec(t.Context(), tx, `update purses set coins = coins + 1 where id = $1`, id); err != nil {
						return err
					}
					if i == 0 && first { // both hold their first row before either asks for the second
						first = false
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := coins(t, db); n != 4 {
		t.Errorf("%d coins, want 4", n)
	}
	if runs.Load() != 3 {
		t.Errorf("the two ran %d times, want 3: there was no deadlock, or its victim was not run again", runs.Load())
	}
}

func TestASerialisationFailureIsRunAgain(t *testing.T) {
	t.Parallel()
	db := purses(t)
	runs := 0
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		runs++
		if _, err := pg.Exec(t.Context(), tx, `set transaction isolation level repeatable read`); err != nil {
			return err
		}
		n, err := pg.Scalar[int](t.Context(), tx, `select coins from purses where id = 1`)
		if err != nil {
			return err
		}
		if runs == 1 { // somebody else is quicker
			if _, err := pg.Exec(t.Context(), db, `update purses set coins = 10 where id = 1`); err != nil {
				return err
			}
		}
		_, err = pg.Exec(t.Context(), tx, `update purses set coins = $1 where id = 1`, n+1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := coins(t, db); n != 11 || runs != 2 {
		t.Errorf("%d coins after %d runs, want 11 after 2", n, runs)
	}
}

func TestWhatIsRunAgain(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	for name, tt := range map[string]struct {
		err  error
		runs int
	}{
		"a serialisation failure that never ends": {&pgconn.PgError{Code: "40001"}, 4},
		"a deadlock, wrapped":                     {errs.FromPG(&pgconn.PgError{Code: "40P01"}, nil), 4},
		"a row that exists already":               {&pgconn.PgError{Code: "23505"}, 1},
		"a refusal of ours":                       {errs.New(errs.Conflict, "error.conflict"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := 0
			err := pg.InTx(t.Context(), db, func(pgx.Tx) error { runs++; return tt.err })
			if !errors.Is(err, tt.err) || runs != tt.runs {
				t.Errorf("%v after %d runs, want %v after %d", err, runs, tt.err, tt.runs)
			}
		})
	}
}

// Whoever went away is not waited for.
func TestNothingIsRunAgainForNobody(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := pg.InTx(ctx, db, func(pgx.Tx) error {
		runs++
		cancel()
		return &pgconn.PgError{Code: "40001"}
	})
	if err == nil || runs != 1 {
		t.Errorf("%v after %d runs", err, runs)
	}
}

// A seller's part of a transaction ends where it says, and never reaches whoever has the connection next.
func TestASellersPartEnds(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	conn, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	who := func(db pg.DB) string {
		t.Helper()
		who, err := pg.Scalar[string](t.Context(), db, `select current_user || ' ' || coalesce(nullif(current_setting('app.seller_id', true), ''), 'nobody')`)
		if err != nil {
			t.Fatal(err)
		}
		return who
	}
	owner := who(conn)
	if err := pg.AsSeller(t.Context(), conn, 42, func(tx pgx.Tx) error {
		if got := who(tx); got != "yarmarka_seller 42" {
			t.Errorf("within: %s", got)
		}
		if err := pg.ResumeOwner(t.Context(), tx); err != nil {
			return err
		}
		if got, err := pg.Scalar[string](t.Context(), tx, `select current_user`); err != nil || got == "yarmarka_seller" {
			t.Errorf("after its end: %s, %v", got, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := who(conn); got != owner {
		t.Errorf("the next has the connection as %s, want %s", got, owner)
	}
}

func TestHowManyRows(t *testing.T) {
	t.Parallel()
	db := purses(t)
	type purse struct{ ID, Coins int }
	if _, err := pg.One[purse](t.Context(), db, `select id, coins from purses where id = 3`); !errs.Is(err, errs.NotFound) {
		t.Errorf("one of none: %v", err)
	}
	if _, err := pg.Scalar[int](t.Context(), db, `select coins from purses where id = 3`); !errs.Is(err, errs.NotFound) {
		t.Errorf("a scalar of none: %v", err)
	}
	if _, ok, err := pg.Opt[purse](t.Context(), db, `select id, coins from purses where id = 3`); ok || err != nil {
		t.Errorf("none or one of none: %v, %v", ok, err)
	}
	if _, ok, err := pg.Opt[purse](t.Context(), db, `select id, coins from purses`); ok || err == nil {
		t.Errorf("none or one of two: %v, %v", ok, err)
	}
	var list []purse
	batch := &pgx.Batch{}
	batch.Queue(`select id, coins from purses order by id`).Query(pg.Into(&list))
	if err := pg.Send(t.Context(), db, batch); err != nil || len(list) != 2 || list[1].ID != 2 {
		t.Errorf("a batch: %v, %v", list, err)
	}
}

// No connection of the house waits for ever, unless its address says so.
func TestConnectionsHaveLimits(t *testing.T) {
	t.Parallel()
	address := dbtest.URL(t)
	show := func(address, name string, o pg.Options) string {
		t.Helper()
		db, err := pg.Open(t.Context(), address, o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		value, err := pg.Scalar[string](t.Context(), db, `select current_setting($1)`, name)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for name, want := range map[string]string{"statement_timeout": "10s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s", "TimeZone": "UTC"} {
		if got := show(address, name, pg.Options{}); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := show(address+"&statement_timeout=3s", "statement_timeout", pg.Options{}); got != "3s" {
		t.Errorf("the address asks for 3s, the connection has %s", got)
	}
}
