// Package pg is how the house talks to PostgreSQL: one small interface that a pool and a
// transaction both meet, generic readers that fail on a missing or surplus column, and
// transactions that retry what PostgreSQL asks to retry. It holds no SQL of any module.
package pg

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// DB is what store functions take: a pool, a connection or a transaction.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Begin(ctx context.Context) (pgx.Tx, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error)
}

// List reads every row into a T by column name.
func List[T any](ctx context.Context, db DB, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, errs.FromPG(err, nil)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return list, errs.FromPG(err, nil)
}

// One reads exactly one row; none is NotFound.
func One[T any](ctx context.Context, db DB, sql string, args ...any) (T, error) {
	v, ok, err := Opt[T](ctx, db, sql, args...)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return v, err
}

// Opt reads one row or none; more than one is an error.
func Opt[T any](ctx context.Context, db DB, sql string, args ...any) (v T, ok bool, err error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return v, false, errs.FromPG(err, nil)
	}
	v, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, errs.FromPG(err, nil)
}

// Into reads every row into *list by column name, for a statement queued in a batch.
func Into[T any](list *[]T) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	}
}

// Send runs a batch in one round trip and hands its rows to what each statement was queued with. Every statement sees
// what was committed before it began. An empty batch asks nothing.
func Send(ctx context.Context, db DB, b *pgx.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	if tx, ok := db.(interface{ first(*pgx.Batch) *pgx.Batch }); ok {
		b = tx.first(b)
	}
	return errs.FromPG(db.SendBatch(ctx, b).Close(), nil)
}

// Scalars reads a single column of every row.
func Scalars[T any](ctx context.Context, db DB, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, errs.FromPG(err, nil)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	return list, errs.FromPG(err, nil)
}

// Scalar reads one column of exactly one row; no row is NotFound.
func Scalar[T any](ctx context.Context, db DB, sql string, args ...any) (T, error) {
	var v T
	err := db.QueryRow(ctx, sql, args...).Scan(&v)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, errs.New(errs.NotFound, "error.not_found")
	}
	return v, errs.FromPG(err, nil)
}

// Exec runs a statement and says how many rows it touched.
func Exec(ctx context.Context, db DB, sql string, args ...any) (int64, error) {
	tag, err := db.Exec(ctx, sql, args...)
	return tag.RowsAffected(), errs.FromPG(err, nil)
}

// maxTries bounds how often a transaction that PostgreSQL aborted is run again.
const maxTries = 4

// InTx runs fn in a transaction and commits it, running it again after a serialisation failure or
// a deadlock. fn may run several times, so it must keep its effects inside tx.
func InTx(ctx context.Context, db DB, fn func(tx pgx.Tx) error) error {
	for try := 1; ; try++ {
		err := once(ctx, db, fn)
		if err == nil || try == maxTries || !retryable(err) {
			return err
		}
		pause := time.Duration(try*10+rand.IntN(20)) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// once runs fn in a transaction that begins with its first statement, or in a savepoint of the one that db is.
func once(ctx context.Context, db DB, fn func(tx pgx.Tx) error) error {
	if pool, ok := db.(*pgxpool.Pool); ok {
		return pgx.BeginFunc(ctx, lender{pool}, fn)
	}
	return pgx.BeginFunc(ctx, db, fn)
}

func retryable(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pgErr.Code == "40001" || pgErr.Code == "40P01")
}

// AsSeller runs fn in a transaction that row-level security confines to one seller's rows: the
// second wall behind every `where seller_id = $1`. The role and the setting end with the
// transaction, so it works through a transaction pooler.
func AsSeller(ctx context.Context, db DB, sellerID int64, fn func(tx pgx.Tx) error) error {
	return InTx(ctx, db, func(tx pgx.Tx) error {
		if err := BecomeSeller(ctx, tx, sellerID); err != nil {
			return err
		}
		return fn(tx)
	})
}

// BecomeSeller confines the rest of tx to one seller's rows.
func BecomeSeller(ctx context.Context, tx pgx.Tx, sellerID int64) error {
	_, err := tx.Exec(ctx, `select set_config('role', 'yarmarka_seller', true), set_config('app.seller_id', $1, true)`,
		strconv.FormatInt(sellerID, 10))
	return err
}

// ResumeOwner ends the confinement of BecomeSeller within tx, for the part of a seller's act that
// writes what is not the seller's (a mail, a refund, a job).
func ResumeOwner(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `reset role`)
	return err
}

// Options tune a pool.
type Options struct {
	MaxConns int32 // 0: 8, which on two cores beats 32 (measured)
	// Pooler says that a transaction pooler (PgBouncer) stands between: no prepared statements, no settings of a session.
	Pooler bool
}

// Open makes a pool with the time-outs every connection of the house has: a statement may take
// 10 s, wait 5 s for a lock, and idle 30 s inside a transaction.
func Open(ctx context.Context, url string, o Options) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = o.MaxConns
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 8
	}
	for name, value := range map[string]string{
		"statement_timeout": "10s", "lock_timeout": "5s",
		"idle_in_transaction_session_timeout": "30s", "timezone": "UTC",
		// Queries here take milliseconds and many run at once: compiling one takes longer than running it, and a
		// second process for it only takes the processor from another visitor's.
		"jit": "off", "max_parallel_workers_per_gather": "0",
	} {
		if _, set := cfg.ConnConfig.RuntimeParams[name]; !set && !o.Pooler {
			cfg.ConnConfig.RuntimeParams[name] = value
		}
	}
	if o.Pooler {
		// A statement is described once and then sent whole, each time: nothing of it stays on the server, and the
		// types of its parameters are known, which JSON and arrays of structs need (with QueryExecModeExec they are not).
		cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	} else {
		cfg.ConnConfig.DescriptionCacheCapacity = 0 // only that mode asks it, and it takes its memory at once
	}
	return pgxpool.NewWithConfig(ctx, cfg)
}
