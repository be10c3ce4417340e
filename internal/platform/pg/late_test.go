package pg_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A transaction that begins within a batch is one transaction with what follows: all of it is kept, or nothing.
func TestABatchBeginsATransaction(t *testing.T) {
	t.Parallel()
	db := purses(t)
	no := errors.New("no")
	for _, c := range []struct {
		err  error
		want int64
	}{{nil, 3}, {no, 3}} {
		var in []int64
		err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			b.Queue(`update purses set coins = coins + 1 where id = 1`)
			b.Queue(`select txid_current()`).QueryRow(func(row pgx.Row) error { in = append(in, 0); return row.Scan(&in[0]) })
			if err := pg.Send(t.Context(), tx, b); err != nil {
				return err
			}
			if _, err := pg.Exec(t.Context(), tx, `update purses set coins = coins + 2 where id = 2`); err != nil {
				return err
			}
			id, err := pg.Scalar[int64](t.Context(), tx, `select txid_current()`)
			in = append(in, id)
			return errors.Join(err, c.err)
		})
		if !errors.Is(err, c.err) || len(in) != 2 || in[0] != in[1] {
			t.Errorf("err = %v, transactions %d; want %v and one transaction", err, in, c.err)
		}
		if n := coins(t, db); n != c.want {
			t.Errorf("%d coins, want %d", n, c.want)
		}
	}
}

// A part of a transaction can be undone alone, also where it is the first that is asked.
func TestASavepoint(t *testing.T) {
	t.Parallel()
	db := purses(t)
	no := errors.New("no")
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		for _, undo := range []error{no, nil} {
			err := pg.InTx(t.Context(), tx, func(tx pgx.Tx) error {
				b := &pgx.Batch{}
				b.Queue(`update purses set coins = coins + 1 where id = 1`)
				return errors.Join(pg.Send(t.Context(), tx, b), undo)
			})
			if !errors.Is(err, undo) {
				return err
			}
		}
		_, err := pg.Exec(t.Context(), tx, `update purses set coins = coins + 10 where id = 2`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := coins(t, db); n != 11 {
		t.Errorf("%d coins, want 11: of the two parts one was undone", n)
	}
}

// An error in the batch that begins a transaction ends it, and leaves a connection that works.
func TestABatchThatFailsEndsItsTransaction(t *testing.T) {
	t.Parallel()
	db := purses(t)
	for range 20 {
		err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			b.Queue(`update purses set coins = coins + 1 where id = 1`)
			b.Queue(`update purses set coins = 1 / (coins - coins) where id = 2`)
			return pg.Send(t.Context(), tx, b)
		})
		if err == nil {
			t.Fatal("a division by zero went well")
		}
	}
	if n := coins(t, db); n != 0 {
		t.Errorf("%d coins, want none", n)
	}
	if err := pg.InTx(t.Context(), db, func(pgx.Tx) error { return nil }); err != nil {
		t.Errorf("a transaction that asks nothing: %v", err)
	}
	if n := db.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are still lent", n)
	}
}
