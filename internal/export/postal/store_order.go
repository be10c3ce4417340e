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

// insertClaims claims the numbers that nobody has claimed yet, in their order, and gives these.
func insertClaims(ctx context.Context, db pg.DB, numbers []string, claim string, until time.Time) ([]string, error) {
	return pg.Scalars[string](ctx, db, `
		insert into post_orders (number, claim, claimed_until)
		select n, $2, $3 from unnest($1::text[]) n order by n
		on conflict (number) do nothing returning number`, numbers, claim, until)
}

// updateAllFiled is updateFiled for many orders: all of them or, where one of the post's numbers is another order's, none.
func updateAllFiled(ctx context.Context, db pg.DB, filed []Filed, claim string, now time.Time) (mine map[string]bool, err error) {
	n := len(filed)
	numbers, barcodes, ids := make([]string, n), make([]string, n), make([]int64, n)
	for i, f := range filed {
		numbers[i], barcodes[i], ids[i] = f.Number, string(f.Barcode), f.ID
	}
	list, err := pg.Scalars[string](ctx, db, `
		update post_orders o set post_id = x.id, barcode = x.barcode, filed_at = $5
		from unnest($1::text[], $2::text[], $3::bigint[]) as x (number, barcode, id)
		where o.number = x.number and o.number = any($1) and o.claim = $4 and o.filed_at is null returning o.number`,
		numbers, barcodes, ids, claim, now)
	mine = make(map[string]bool, len(list))
	for _, number := range list {
		mine[number] = true
	}
	return mine, err
}
