package postal

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// orderRow is a row of post_orders. ClaimedUntil is nil where the post has plainly refused.
type orderRow struct {
	ClaimedUntil *time.Time
	PostID       *int64
	Barcode      *string
	FiledAt      *time.Time
}

func insertClaim(ctx context.Context, db pg.DB, number, claim string, until time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		insert into post_orders (number, claim, claimed_until) values ($1, $2, $3) on conflict (number) do nothing`, number, claim, until)
	return n == 1, err
}

func lockOrder(ctx context.Context, db pg.DB, number string) (orderRow, error) {
	return pg.One[orderRow](ctx, db, `
		select nullif(claimed_until, '-infinity') as claimed_until, post_id, barcode, filed_at from post_orders where number = $1 for update`, number)
}

func selectOrder(ctx context.Context, db pg.DB, number string) (orderRow, error) {
	return pg.One[orderRow](ctx, db, `
		select nullif(claimed_until, '-infinity') as claimed_until, post_id, barcode, filed_at from post_orders where number = $1`, number)
}

func updateClaim(ctx context.Context, db pg.DB, number, claim string, until time.Time) error {
	_, err := pg.Exec(ctx, db, `update post_orders set claim = $2, claimed_until = $3 where number = $1`, number, claim, until)
	return err
}

func releaseClaim(ctx context.Context, db pg.DB, number, claim string, doubt bool, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		update post_orders set claimed_until = case when $3 then $4::timestamptz else '-infinity' end
		where number = $1 and claim = $2 and filed_at is null`, number, claim, doubt, now)
	return err
}

// updateFiled says whether the claim was still ours. A number of the post's that another order has is refused.
func updateFiled(ctx context.Context, db pg.DB, f Filed, claim string, now time.Time) (bool, error) {
	tag, err := db.Exec(ctx, `
		update post_orders set post_id = $3, barcode = $4, filed_at = $5 where number = $1 and claim = $2 and filed_at is null`,
		f.Number, claim, f.ID, string(f.Barcode), now)
	return tag.RowsAffected() == 1, errs.FromPG(err, map[string]*errs.Error{
		"post_orders_barcode_key": errs.New(errs.Conflict, "postal.number", "number", f.Barcode.String()).With(ErrNumber)})
}
