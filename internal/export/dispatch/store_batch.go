package dispatch

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func insertBatch(ctx context.Context, db pg.DB, b Batch) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into export_batches (seller_id, number, state, act_id, signed_at)
		values ($1, $2, $3, $4, $5) returning id`, b.SellerID, b.Number, b.State, b.ActID, b.SignedAt)
}

func selectBatch(ctx context.Context, db pg.DB, id int64) (Batch, error) {
	return pg.One[Batch](ctx, db, `
		select id, seller_id, number, state, act_id, signed_at, post_names, sent_at
		from export_batches where id = $1`, id)
}

func selectOfBatch(ctx context.Context, db pg.DB, batchID int64) ([]Parcel, error) {
	return pg.List[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.batch_id = $1 order by e.id`, batchID)
}

func setFormed(ctx context.Context, db pg.DB, id int64, names []string) error {
	_, err := pg.Exec(ctx, db, `update export_batches set state = 'formed', post_names = $2 where id = $1 and state = 'signed'`, id, orNone(names))
	return err
}

func setSent(ctx context.Context, db pg.DB, id int64, at time.Time) error {
	_, err := pg.Exec(ctx, db, `update export_batches set state = 'sent', sent_at = $2 where id = $1 and state = 'formed'`, id, at)
	return err
}
