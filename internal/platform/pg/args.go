package pg

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// Args are a statement's arguments by name, "@name" in its text: pgx.StrictNamedArgs that reads each text once. The house's
// statements are constants of up to a hundred lines, and reading one took longer than sending it.
type Args map[string]any

// RewriteQuery answers the text with "$1" for each name, and the arguments in that order. A name without an argument and
// an argument without a name are errors.
func (a Args) RewriteQuery(ctx context.Context, conn *pgx.Conn, sql string, _ []any) (string, []any, error) {
	t, err := textOf(ctx, conn, sql, a)
	if err != nil {
		return "", nil, err
	}
	values := make([]any, 0, len(t.names))
	for _, name := range t.names {
		if value, given := a[name]; given {
			values = append(values, value)
		}
	}
	if len(values) != len(t.names) || len(values) != len(a) {
		return pgx.StrictNamedArgs(a).RewriteQuery(ctx, conn, sql, nil) // which says what is missing
	}
	return t.sql, values, nil
}

// text is a statement as PostgreSQL reads it, and the names of its arguments in their order.
type text struct {
	sql   string
	names []string
}

// Texts that were read before. A statement put together anew each time would fill any store: more than maxTexts are not kept.
const maxTexts = 4096

var (
	texts     sync.Map // of the statement to its text
	textsKept atomic.Int64
)

func textOf(ctx context.Context, conn *pgx.Conn, sql string, a Args) (text, error) {
	if t, ok := texts.Load(sql); ok {
		return t.(text), nil
	}
	named := make(pgx.StrictNamedArgs, len(a))
	for name := range a {
		named[name] = name
	}
	positional, order, err := named.RewriteQuery(ctx, conn, sql, nil)
	if err != nil {
		return text{}, err
	}
	t := text{sql: positional, names: make([]string, len(order))}
	for i, name := range order {
		t.names[i] = name.(string)
	}
	if textsKept.Add(1) <= maxTexts {
		texts.Store(sql, t)
	}
	return t, nil
}
