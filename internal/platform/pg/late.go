package pg

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// late is a transaction that begins with its first statement: where that is a batch, in the same round trip. A
// transaction that asks nothing costs nothing. It is used by one goroutine, as any transaction.
type late struct {
	conn   *pgxpool.Conn
	begun  bool
	closed bool
	points int // savepoints so far
}

// lender lends a pool's connections to transactions; a connection goes back when its transaction ends.
type lender struct{ pool *pgxpool.Pool }

func (l lender) Begin(ctx context.Context) (pgx.Tx, error) {
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &late{conn: conn}, nil
}

// ready begins the transaction if nothing has yet.
func (t *late) ready(ctx context.Context) error {
	switch {
	case t.closed:
		return pgx.ErrTxClosed
	case t.begun:
		return nil
	}
	t.begun = true // also if the answer is lost: there may be something to roll back
	_, err := t.conn.Exec(ctx, "begin")
	return err
}

// first is b, with the beginning of the transaction before it where there is none yet.
func (t *late) first(b *pgx.Batch) *pgx.Batch {
	if t.begun || t.closed {
		return b
	}
	t.begun = true
	whole := &pgx.Batch{}
	whole.Queue("begin")
	whole.QueuedQueries = append(whole.QueuedQueries, b.QueuedQueries...)
	return whole
}

// Begin makes a savepoint, which the transaction inside commits or goes back to.
func (t *late) Begin(ctx context.Context) (pgx.Tx, error) {
	t.points++
	p := &point{late: t, name: "late_" + strconv.Itoa(t.points)}
	_, err := t.Exec(ctx, "savepoint "+p.name)
	return p, err
}

func (t *late) end(ctx context.Context, sql string) (pgconn.CommandTag, error) {
	if t.closed {
		return pgconn.CommandTag{}, pgx.ErrTxClosed
	}
	t.closed = true
	defer t.conn.Release() // which closes a connection whose transaction goes on
	if !t.begun {
		return pgconn.CommandTag{}, nil
	}
	return t.conn.Exec(ctx, sql)
}

func (t *late) Commit(ctx context.Context) error {
	tag, err := t.end(ctx, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback
	}
	return err
}

func (t *late) Rollback(ctx context.Context) error {
	_, err := t.end(ctx, "rollback")
	return err
}

func (t *late) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := t.ready(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return t.conn.Exec(ctx, sql, args...)
}

func (t *late) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	return t.conn.Query(ctx, sql, args...)
}

func (t *late) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := t.ready(ctx); err != nil {
		return failed{err}
	}
	return t.conn.QueryRow(ctx, sql, args...)
}

func (t *late) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := t.ready(ctx); err != nil {
		return pgx.FailedBatchResults(b, err)
	}
	return t.conn.SendBatch(ctx, b)
}

func (t *late) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error) {
	if err := t.ready(ctx); err != nil {
		return 0, err
	}
	return t.conn.CopyFrom(ctx, table, columns, src)
}

func (t *late) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if err := t.ready(ctx); err != nil {
		return nil, err
	}
	return t.conn.Conn().Prepare(ctx, name, sql)
}

// LargeObjects are not used here; the zero value fails.
func (t *late) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn is the transaction's connection, on which something of it has run.
func (t *late) Conn() *pgx.Conn { return t.conn.Conn() }

// failed is the row of a statement that was never sent.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// point is a part of a transaction that can be undone alone.
type point struct {
	*late
	name string
	done bool
}

func (p *point) Commit(ctx context.Context) error { return p.finish(ctx, "release savepoint ") }

func (p *point) Rollback(ctx context.Context) error { return p.finish(ctx, "rollback to savepoint ") }

func (p *point) finish(ctx context.Context, how string) error {
	if p.done {
		return pgx.ErrTxClosed
	}
	p.done = true
	_, err := p.Exec(ctx, how+p.name)
	return err
}
