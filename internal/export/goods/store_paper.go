package goods

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const paperColumns = `d.id, d.seller_id, d.offer_id, d.kind, d.number, d.issued_on, d.authority, d.valid_until, coalesce(d.file_id, 0) as file_id, d.warned_at`

// insertPaper puts a paper in the place of the one of its kind that held until now; the same paper again changes nothing.
func insertPaper(ctx context.Context, tx pg.DB, p Paper, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		update export_goods_documents set ended_at = $5 where seller_id = $1 and offer_id = $2 and kind = $3 and ended_at is null and number <> $4`,
		p.SellerID, p.OfferID, p.Kind, p.Number, now)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		insert into export_goods_documents (seller_id, offer_id, kind, number, issued_on, authority, valid_until, file_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9) on conflict do nothing`,
		p.SellerID, p.OfferID, p.Kind, p.Number, p.IssuedOn, p.Authority, p.ValidUntil, p.FileID, now)
	return err
}

// endPapers ends everything that holds for a listing.
func endPapers(ctx context.Context, tx pg.DB, sellerID, offerID int64, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `update export_goods_documents set ended_at = $3 where seller_id = $1 and offer_id = $2 and ended_at is null`, sellerID, offerID, now)
	return err
}

// endPaper ends one; false says that it has ended already.
func endPaper(ctx context.Context, tx pg.DB, p Paper, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, tx, `update export_goods_documents set ended_at = $3 where seller_id = $1 and id = $2 and ended_at is null`, p.SellerID, p.ID, now)
	return n == 1, err
}

// warnPaper notes that the seller is told; false says that they were.
func warnPaper(ctx context.Context, tx pg.DB, p Paper, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, tx, `update export_goods_documents set warned_at = $3 where seller_id = $1 and id = $2 and warned_at is null and ended_at is null`,
		p.SellerID, p.ID, now)
	return n == 1, err
}

func selectPapers(ctx context.Context, tx pg.DB, sellerID, offerID int64) ([]Paper, error) {
	return pg.List[Paper](ctx, tx, `select `+paperColumns+` from export_goods_documents d
		where d.seller_id = $1 and d.offer_id = $2 and d.ended_at is null order by d.id`, sellerID, offerID)
}

// selectOver reads papers whose last day was before today.
func selectOver(ctx context.Context, db pg.DB, today time.Time, limit int) ([]Paper, error) {
	return pg.List[Paper](ctx, db, `select `+paperColumns+` from export_goods_documents d
		where d.ended_at is null and d.valid_until < $1::date order by d.valid_until, d.id limit $2`, today, limit)
}

// selectEnding reads papers that end by a day and whose sellers do not know it.
func selectEnding(ctx context.Context, db pg.DB, by time.Time, limit int) ([]Paper, error) {
	return pg.List[Paper](ctx, db, `select `+paperColumns+` from export_goods_documents d
		where d.ended_at is null and d.warned_at is null and d.valid_until <= $1::date order by d.valid_until, d.id limit $2`, by, limit)
}

type titles struct{ RU, EN string }

func (t titles) in(lang i18n.Lang) string {
	if lang == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.RU
}

func titleOf(ctx context.Context, db pg.DB, offerID int64) (titles, error) {
	return pg.One[titles](ctx, db, `select p.title_ru as ru, p.title_en as en from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id
		where o.id = $1`, offerID)
}
