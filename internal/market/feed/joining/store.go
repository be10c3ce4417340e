package joining

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// openSuggestion is what every read of suggestions shares: the card is still on sale, and the offer
// does not stand there already.
const openSuggestion = `
	from feed_offers f
	join variants v on v.id = f.suggestion and v.status = 'active'
	join products p on p.id = v.product_id and p.status = 'published'
	join offers o on o.seller_id = f.seller_id and o.seller_sku = f.seller_sku and o.variant_id <> f.suggestion
	join variants w on w.id = o.variant_id
	where f.seller_id = $1 and f.suggestion is not null and ($2::bigint = 0 or f.import_id = $2)`

type suggested struct {
	SKU       string
	VariantID int64 // of the card on sale
	ProductID int64
	OwnID     int64 // the variant the offer stands on now
	OwnCard   int64
	Price     money.Amount
}

func listSuggestions(ctx context.Context, db pg.DB, sellerID, importID int64, after string, limit int) ([]suggested, error) {
	return pg.List[suggested](ctx, db, `
		select f.seller_sku as sku, v.id as variant_id, v.product_id, w.id as own_id, w.product_id as own_card, o.price`+openSuggestion+`
			and f.seller_sku > $3 order by f.seller_sku limit $4`, sellerID, importID, after, limit)
}

// Count tells how many rows of a seller may be cards on sale, of one import where importID is set.
func Count(ctx context.Context, db pg.DB, sellerID, importID int64) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select count(*)`+openSuggestion, sellerID, importID)
}

func findSuggestion(ctx context.Context, db pg.DB, sellerID int64, sku string, variantID int64) (suggested, bool, error) {
	return pg.Opt[suggested](ctx, db, `
		select f.seller_sku as sku, v.id as variant_id, v.product_id, w.id as own_id, w.product_id as own_card, o.price`+openSuggestion+`
			and f.seller_sku = $3 and f.suggestion = $4`, sellerID, 0, sku, variantID)
}

// lockRow keeps a running import, and a second press, away from a row; its suggestion is answered.
func lockRow(ctx context.Context, db pg.DB, sellerID int64, sku string) (suggestion int64, ok bool, err error) {
	row, ok, err := pg.Opt[struct{ Suggestion int64 }](ctx, db, `
		select coalesce(suggestion, 0) as suggestion from feed_offers
		where seller_id = $1 and seller_sku = $2 for update`, sellerID, sku)
	return row.Suggestion, ok, err
}

func dropSuggestion(ctx context.Context, db pg.DB, sellerID int64, sku string) error {
	_, err := pg.Exec(ctx, db, `update feed_offers set suggestion = null where seller_id = $1 and seller_sku = $2`, sellerID, sku)
	return err
}

func findVerdict(ctx context.Context, db pg.DB, sellerID int64, sku string, variantID int64) (string, bool, error) {
	row, ok, err := pg.Opt[struct{ Verdict string }](ctx, db, `
		select verdict from feed_answers where seller_id = $1 and seller_sku = $2 and variant_id = $3`, sellerID, sku, variantID)
	return row.Verdict, ok, err
}

func insertVerdict(ctx context.Context, db pg.DB, sellerID int64, sku string, variantID int64, verdict string, personID int64) error {
	_, err := pg.Exec(ctx, db, `
		insert into feed_answers (seller_id, seller_sku, variant_id, verdict, part, person_id)
		select $1, $2, v.id, $4, coalesce(b.norm, '') || E'\n' || p.part_number, nullif($5::bigint, 0)
		from variants v join products p on p.id = v.product_id left join brands b on b.id = p.brand_id where v.id = $3`,
		sellerID, sku, variantID, verdict, personID)
	return err
}

func settleVerdict(ctx context.Context, db pg.DB, sellerID int64, sku string, variantID int64) error {
	_, err := pg.Exec(ctx, db, `
		update feed_answers set verdict = 'same' where seller_id = $1 and seller_sku = $2 and variant_id = $3`, sellerID, sku, variantID)
	return err
}

// LockAnswers reads what was said of rows, and keeps further answers away until the transaction ends.
func LockAnswers(ctx context.Context, db pg.DB, sellerID int64, skus []string) (map[string]Answers, error) {
	if _, err := pg.Exec(ctx, db, `
		select from feed_offers f
		where f.seller_id = $1 and f.seller_sku = any($2) and (f.suggestion is not null or exists (
			select from feed_answers a where a.seller_id = f.seller_id and a.seller_sku = f.seller_sku and a.verdict = 'waiting'))
		order by f.seller_sku for update`, sellerID, skus); err != nil {
		return nil, err
	}
	list, err := pg.List[answered](ctx, db, `
		select a.seller_sku, a.variant_id, v.product_id, a.verdict, a.part, v.status = 'active' and p.status = 'published' as open
		from feed_answers a join variants v on v.id = a.variant_id join products p on p.id = v.product_id
		where a.seller_id = $1 and a.seller_sku = any($2)`, sellerID, skus)
	bySKU := map[string]Answers{}
	for _, a := range list {
		bySKU[a.SellerSKU] = append(bySKU[a.SellerSKU], a)
	}
	return bySKU, err
}

// asked is a row whose joining a moderator judges or has refused.
type asked struct {
	SKU    string
	Title  string // of the card
	Slug   string
	Status string // of the newest request
	Note   string
}

func listAsked(ctx context.Context, db pg.DB, sellerID int64, limit int) ([]asked, error) {
	return pg.List[asked](ctx, db, `
		select a.seller_sku as sku, p.title_ru as title, p.slug, r.status, r.note
		from feed_answers a
		join variants v on v.id = a.variant_id
		join products p on p.id = v.product_id
		join offers o on o.seller_id = a.seller_id and o.seller_sku = a.seller_sku
		join lateral (select cr.status, cr.note from change_requests cr
			where cr.kind = 'card_join' and cr.target_id = o.id and cr.seller_id = a.seller_id order by cr.id desc limit 1) r on true
		where a.seller_id = $1 and a.verdict = 'waiting'
		order by a.answered_at desc, a.seller_sku limit $2`, sellerID, limit)
}
