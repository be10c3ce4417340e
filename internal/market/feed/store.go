package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const importColumns = `id, seller_id, source_id, dry_run, state, file_name, blob_key, size, cursor, confirmed, total, created, changed,
	unchanged, stopped, failed, warned, paused, drafts, message_key, message_args, author_id, created_at, finished_at`

var importConstraints = map[string]*errs.Error{"imports_one_live": ErrBusy}

func insertImport(ctx context.Context, db pg.DB, i Import) (int64, error) {
	id, err := pg.Scalar[int64](ctx, db, `
		insert into imports (seller_id, source_id, dry_run, file_name, blob_key, size, author_id)
		values ($1, $2, $3, $4, $5, $6, $7) returning id`, i.SellerID, i.SourceID, i.DryRun, i.FileName, i.BlobKey, i.Size, i.AuthorID)
	return id, errs.FromPG(err, importConstraints)
}

func getImport(ctx context.Context, db pg.DB, sellerID, id int64) (Import, error) {
	return pg.One[Import](ctx, db, `select `+importColumns+` from imports where seller_id = $1 and id = $2`, sellerID, id)
}

func listImports(ctx context.Context, db pg.DB, sellerID int64, before int64, limit int) ([]Import, error) {
	return pg.List[Import](ctx, db, `
		select `+importColumns+` from imports
		where seller_id = $1 and ($2::bigint = 0 or id < $2) order by id desc limit $3`, sellerID, before, limit)
}

// claimImport takes a live import nobody works at for lease long.
func claimImport(ctx context.Context, db pg.DB, id int64, lease time.Duration) (Import, bool, error) {
	return pg.Opt[Import](ctx, db, `
		update imports set lease_until = now() + $2, state = case state when 'queued' then 'checking' else state end
		where id = $1 and state in ('queued', 'checking', 'applying') and (lease_until is null or lease_until < now())
		returning `+importColumns, id, lease)
}

func extendLease(ctx context.Context, db pg.DB, id int64, lease time.Duration) error {
	_, err := pg.Exec(ctx, db, `update imports set lease_until = now() + $2 where id = $1 and state in ('checking', 'applying')`, id, lease)
	return err
}

func dropLease(ctx context.Context, db pg.DB, id int64) error {
	_, err := pg.Exec(ctx, db, `update imports set lease_until = null where id = $1`, id)
	return err
}

// abandoned lists imports whose worker is gone.
func abandoned(ctx context.Context, db pg.DB) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select id from imports where state in ('queued', 'checking', 'applying')
			and coalesce(lease_until, created_at + interval '1 minute') < now() order by id limit 100`)
}

// saveProgress writes cursor and counts; it answers false when the import was cancelled meanwhile.
func saveProgress(ctx context.Context, db pg.DB, i Import) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update imports set state = $3, cursor = $4, total = $5, created = $6, changed = $7, unchanged = $8, stopped = $9,
			failed = $10, warned = $11, paused = $12, drafts = $13
		where seller_id = $1 and id = $2 and state in ('checking', 'applying')`,
		i.SellerID, i.ID, i.State, i.Cursor, i.Total, i.Created, i.Changed, i.Unchanged, i.Stopped, i.Failed, i.Warned, i.Paused, i.Drafts)
	return n == 1, err
}

// closeImport ends an import, or holds it, with a message.
func closeImport(ctx context.Context, db pg.DB, i Import, state, key string, args []any) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		update imports set state = $3, message_key = $4, message_args = coalesce(nullif($5::jsonb, 'null'), '[]'), lease_until = null,
			finished_at = case when $3 = 'held' then null else now() end
		where seller_id = $1 and id = $2 and state in ('queued', 'checking', 'applying', 'held')`, i.SellerID, i.ID, state, key, raw)
	return err
}

func confirmImport(ctx context.Context, db pg.DB, sellerID, id int64) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update imports set state = 'queued', confirmed = true, message_key = '', message_args = '[]'
		where seller_id = $1 and id = $2 and state = 'held'`, sellerID, id)
	return n == 1, err
}

func cancelImport(ctx context.Context, db pg.DB, sellerID, id int64) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update imports set state = 'cancelled', finished_at = now(), lease_until = null
		where seller_id = $1 and id = $2 and state in ('queued', 'checking', 'held', 'applying')`, sellerID, id)
	return n == 1, err
}

func insertProblems(ctx context.Context, db pg.DB, i Import, problems []pricelist.Problem) error {
	type row struct {
		N     int    `json:"n"`
		Line  int    `json:"line"`
		SKU   string `json:"sku"`
		Field string `json:"field"`
		Key   string `json:"key"`
		Args  []any  `json:"args"`
		Fatal bool   `json:"fatal"`
		Value string `json:"value"`
	}
	rows := make([]row, len(problems))
	for k, p := range problems {
		rows[k] = row{p.N, p.Line, p.SKU, p.Field, p.Key, append([]any{}, p.Args...), p.Fatal, p.Value}
	}
	_, err := pg.Exec(ctx, db, `
		insert into import_problems (import_id, seller_id, n, line, sku, field, key, args, fatal, value)
		select $1, $2, n, line, sku, field, key, args, fatal, value
		from jsonb_to_recordset($3) as r (n int, line int, sku text, field text, key text, args jsonb, fatal boolean, value text)`,
		i.ID, i.SellerID, rows)
	return err
}

// dropNotes forgets problems and differences behind the cursor: an import that goes on writes them again.
func dropNotes(ctx context.Context, db pg.DB, i Import) error {
	for _, sql := range []string{
		`delete from import_problems where seller_id = $1 and import_id = $2 and n > $3`,
		`delete from import_diffs where seller_id = $1 and import_id = $2 and n > $3`,
	} {
		if _, err := pg.Exec(ctx, db, sql, i.SellerID, i.ID, i.Cursor); err != nil {
			return err
		}
	}
	return nil
}

func listProblems(ctx context.Context, db pg.DB, sellerID, importID, after int64, limit int) ([]ProblemRow, error) {
	return pg.List[ProblemRow](ctx, db, `
		select n, line, sku, field, key, args, fatal, value from import_problems
		where seller_id = $1 and import_id = $2 and n > $3::bigint order by n, id limit $4`, sellerID, importID, after, limit)
}

func insertDiffs(ctx context.Context, db pg.DB, i Import, diffs []Diff) error {
	_, err := pg.Exec(ctx, db, `
		insert into import_diffs (import_id, seller_id, n, sku, title, what, before, after)
		select $1, $2, n, sku, title, what, before, after
		from jsonb_to_recordset($3) as r (n int, sku text, title text, what text, before text, after text)`, i.ID, i.SellerID, lowered(diffs))
	return err
}

// lowered gives diffs the names jsonb_to_recordset looks for.
func lowered(diffs []Diff) []map[string]any {
	rows := make([]map[string]any, len(diffs))
	for k, d := range diffs {
		rows[k] = map[string]any{"n": d.N, "sku": d.SKU, "title": d.Title, "what": d.What, "before": d.Before, "after": d.After}
	}
	return rows
}

func listDiffs(ctx context.Context, db pg.DB, sellerID, importID int64, limit int) ([]Diff, error) {
	return pg.List[Diff](ctx, db, `
		select n, sku, title, what, before, after from import_diffs
		where seller_id = $1 and import_id = $2 order by id limit $3`, sellerID, importID, limit)
}
