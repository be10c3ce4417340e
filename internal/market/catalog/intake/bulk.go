package intake

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// PauseOffers pauses active offers of one seller within the caller's transaction and says how many
// it paused; ids of others are left alone.
func PauseOffers(ctx context.Context, tx pg.DB, sellerID int64, ids []int64) (n int, err error) {
	defer errs.Wrap(&err, "intake.PauseOffers(%d, %d ids)", sellerID, len(ids))
	paused, err := pg.Scalars[int64](ctx, tx, `
		update offers set status = 'paused', version = version + 1, updated_at = now()
		where id in (select id from offers where seller_id = $1 and id = any($2) and status = 'active' order by id for update)
		returning id`, sellerID, ids)
	if err != nil {
		return 0, err
	}
	return len(paused), catalog.TouchOffers(ctx, tx, paused)
}

// PublishDrafts puts draft cards of one author on sale within the caller's transaction: the verdict
// of a moderator on a whole import. Cards of others, cards that are no drafts, and cards that nothing
// can be bought of any more are left alone.
func PublishDrafts(ctx context.Context, tx pg.DB, authorID int64, ids []int64) (n int, err error) {
	defer errs.Wrap(&err, "intake.PublishDrafts(%d, %d ids)", authorID, len(ids))
	published, err := pg.Scalars[int64](ctx, tx, `
		update products set status = 'published', published_at = coalesce(published_at, now()), version = version + 1, updated_at = now()
		where id in (select id from products where author_id = $1 and id = any($2) and status = 'draft'
			and exists (select from variants v where v.product_id = products.id and v.status = 'active') order by id for update)
		returning id`, authorID, ids)
	if err != nil {
		return 0, err
	}
	_, err = pg.Exec(ctx, tx, `insert into product_changes (product_id) select id from unnest($1::bigint[]) as id`, published)
	return len(published), err
}

// AttachPhoto adds a picture to a card at a place among its pictures and queues the card for the
// index. A card that is gone is no error: the picture is then unused.
func AttachPhoto(ctx context.Context, db pg.DB, productID int64, position int, image Image) (err error) {
	defer errs.Wrap(&err, "intake.AttachPhoto(%d)", productID)
	_, err = pg.Exec(ctx, db, `
		with added as (
			insert into product_images (product_id, media_id, alt_ru, alt_en, position)
			select id, $2, $3, $4, $5 from products where id = $1
			on conflict (product_id, media_id) do nothing
			returning product_id)
		insert into product_changes (product_id) select product_id from added`, productID, image.MediaID, image.Alt.RU, image.Alt.EN, position)
	return err
}
