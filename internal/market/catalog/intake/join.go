package intake

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ErrCardGone says that a card is no longer one that offers may stand on.
var ErrCardGone = errs.New(errs.Conflict, "catalog.join.gone")

// Joined says what Join did. Moved is false when the offer stood there already; Left is the card of
// the seller's own that has nothing to buy any more, 0 for none.
type Joined struct {
	Moved bool
	Left  int64
}

// Join moves a seller's offer, with its price, stock and history, to a variant of a published card,
// within the caller's transaction. A variant of the seller's own that nobody offers any more is
// retired, and a card without variants goes back to being a draft, so that it lingers nowhere; a
// later import of it begins anew.
func Join(ctx context.Context, tx pg.DB, sellerID int64, sku string, variantID int64) (j Joined, err error) {
	defer errs.Wrap(&err, "intake.Join(%d %q to %d)", sellerID, sku, variantID)
	from, ok, err := lockOfferPlace(ctx, tx, sellerID, sku)
	if err != nil {
		return j, err
	}
	if !ok {
		return j, errs.New(errs.NotFound, "catalog.offer.not_found")
	}
	if ok, err = lockOpenVariant(ctx, tx, variantID); err != nil {
		return j, err
	}
	if !ok {
		return j, ErrCardGone
	}
	if from.VariantID == variantID {
		return j, nil
	}
	if err := moveOffer(ctx, tx, from.OfferID, variantID); err != nil {
		return j, err
	}
	j.Moved = true
	if from.AuthorID == sellerID {
		if j.Left, err = leaveCard(ctx, tx, from); err != nil {
			return j, err
		}
	}
	_, err = pg.Exec(ctx, tx, `
		insert into product_changes (product_id)
		select product_id from variants where id in ($1, $2)`, from.VariantID, variantID)
	return j, err
}

// leaveCard retires the variant if nobody offers it, and unpublishes the card if that was its last.
func leaveCard(ctx context.Context, tx pg.DB, from offerPlace) (left int64, err error) {
	n, err := retireEmpty(ctx, tx, from.VariantID)
	if err != nil || n == 0 {
		return 0, err
	}
	n, err = withdrawEmpty(ctx, tx, from.ProductID)
	if n == 1 {
		left = from.ProductID
	}
	return left, err
}

// offerPlace is where an offer stands.
type offerPlace struct{ OfferID, VariantID, ProductID, AuthorID int64 }

func lockOfferPlace(ctx context.Context, tx pg.DB, sellerID int64, sku string) (offerPlace, bool, error) {
	return pg.Opt[offerPlace](ctx, tx, `
		select o.id as offer_id, o.variant_id, v.product_id, coalesce(p.author_id, 0) as author_id
		from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id
		where o.seller_id = $1 and o.seller_sku = $2 for update of o`, sellerID, sku)
}

// lockOpenVariant keeps a moderator from taking the card away until the transaction ends.
func lockOpenVariant(ctx context.Context, tx pg.DB, variantID int64) (bool, error) {
	_, ok, err := pg.Opt[struct{ ID int64 }](ctx, tx, `
		select v.id from variants v join products p on p.id = v.product_id
		where v.id = $1 and v.status = 'active' and p.status = 'published' for share of v, p`, variantID)
	return ok, err
}

func moveOffer(ctx context.Context, tx pg.DB, offerID, variantID int64) error {
	_, err := pg.Exec(ctx, tx, `
		update offers set variant_id = $2, version = version + 1, updated_at = now() where id = $1`, offerID, variantID)
	return err
}

func retireEmpty(ctx context.Context, tx pg.DB, variantID int64) (int64, error) {
	return pg.Exec(ctx, tx, `
		update variants v set status = 'retired'
		where v.id = $1 and v.status <> 'retired'
			and not exists (select from offers o where o.variant_id = v.id and o.status <> 'archived')`, variantID)
}

// withdrawEmpty forgets the author's hash, so that the same card given again is written anew.
func withdrawEmpty(ctx context.Context, tx pg.DB, productID int64) (int64, error) {
	return pg.Exec(ctx, tx, `
		update products p set status = 'draft', author_hash = null, version = version + 1, updated_at = now()
		where p.id = $1 and p.status <> 'blocked'
			and not exists (select from variants v where v.product_id = p.id and v.status <> 'retired')`, productID)
}
