package feed

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// spentFiles lists files of which every import is over: for file long, or for spent when it was a catalogue and no rehearsal.
func spentFiles(ctx context.Context, db pg.DB, file, spent time.Duration, limit int) ([]string, error) {
	return pg.Scalars[string](ctx, db, `
		select i.blob_key from imports i join feed_sources s on s.seller_id = i.seller_id and s.id = i.source_id
		where i.blob_key <> ''
		group by i.blob_key
		having bool_and(i.finished_at < now() - $1::interval or not i.dry_run and s.kind = 'yml' and i.finished_at < now() - $2::interval)
			and count(*) = count(i.finished_at)
		order by i.blob_key limit $3`, file, spent, limit)
}

func forgetFile(ctx context.Context, db pg.DB, key string) error {
	_, err := pg.Exec(ctx, db, `update imports set blob_key = '' where blob_key = $1`, key)
	return err
}

func sumKept(ctx context.Context, db pg.DB, sellerID int64) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		select coalesce(sum(size), 0)::bigint from (
			select distinct on (blob_key) size from imports where seller_id = $1 and blob_key <> '') files`, sellerID)
}

// deleteNotes forgets the problems and differences of imports that ended long ago; their counts stay.
func deleteNotes(ctx context.Context, db pg.DB, after time.Duration, limit int) error {
	for _, notes := range []string{"import_problems", "import_diffs"} {
		if _, err := pg.Exec(ctx, db, `
			delete from `+notes+` n using (
				select i.seller_id, i.id from imports i where i.finished_at < now() - $1::interval
					and exists (select from `+notes+` n where n.seller_id = i.seller_id and n.import_id = i.id)
				order by i.id limit $2) old
			where n.seller_id = old.seller_id and n.import_id = old.id`, after, limit); err != nil {
			return err
		}
	}
	return nil
}
