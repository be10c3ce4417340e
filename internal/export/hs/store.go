package hs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// inForce narrows rows of the nomenclature to a day ($1). Of a code's rows that are in force together, the newest counts.
const inForce = `valid_from <= $1 and (valid_to is null or valid_to >= $1)`

func selectImported(ctx context.Context, db pg.DB) (bool, error) {
	return pg.Scalar[bool](ctx, db, `select exists (select from tnved where level = 4)`)
}

func selectLines(ctx context.Context, db pg.DB, day time.Time, prefix string) ([]Line, error) {
	return pg.List[Line](ctx, db, `
		select distinct on (code) code, name, valid_from as from, valid_to as to from tnved
		where level = 4 and code like $2 || '%' and `+inForce+` order by code, valid_from desc limit 200`, day, prefix)
}

func selectFileHash(ctx context.Context, db pg.DB, name string) (string, bool, error) {
	type row struct{ SHA256 string }
	r, ok, err := pg.Opt[row](ctx, db, `select sha256 from tnved_files where name = $1`, name)
	return r.SHA256, ok, err
}

func createStage(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `create temp table if not exists tnved_stage
		(line integer, code text, valid_from date, valid_to date, name text, note text) on commit drop`)
	if err == nil {
		_, err = tx.Exec(ctx, `truncate tnved_stage`)
	}
	return err
}

// replaceLevel puts the staged rows in the place of a level's; of two rows of a code from the same day the later line
// counts. It answers how many rows the level has now.
func replaceLevel(ctx context.Context, tx pg.DB, level int) (int64, error) {
	if _, err := pg.Exec(ctx, tx, `delete from tnved where level = $1`, level); err != nil {
		return 0, err
	}
	return pg.Exec(ctx, tx, `
		insert into tnved (level, code, valid_from, valid_to, name, note)
		select distinct on (code, valid_from) $1, code, valid_from, valid_to, name, note from tnved_stage order by code, valid_from, line desc`, level)
}

func upsertFile(ctx context.Context, tx pg.DB, f File, sum string, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		insert into tnved_files (name, version, day, sha256, row_count, imported_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (name) do update set version = excluded.version, day = excluded.day, sha256 = excluded.sha256,
			row_count = excluded.row_count, imported_at = excluded.imported_at`, f.Name, f.Version, f.Day, sum, f.Rows, now)
	return err
}
