package feed

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// standing is what the catalogue has of an offer before its row is applied.
type standing struct {
	SellerSKU string
	VariantID int64
	Price     money.Amount
	OnHand    int
	Status    string
	ProductID int64
}

// selectStanding looks each row up by itself, whatever the planner believes: while a shop is being
// filled, statistics know nothing of it, and a plan over all its offers makes an import quadratic.
func selectStanding(ctx context.Context, db pg.DB, sellerID int64, skus []string) (map[string]standing, error) {
	list, err := pg.List[standing](ctx, db, `
		select o.seller_sku, o.variant_id, coalesce(o.pending_price, o.price) as price, o.status,
			coalesce((select s.on_hand from offer_stock s where s.offer_id = o.id), 0) as on_hand,
			(select v.product_id from variants v where v.id = o.variant_id) as product_id
		from unnest($2::text[]) as k (sku)
		cross join lateral (select * from offers o where o.seller_id = $1 and o.seller_sku = k.sku limit 1) o`, sellerID, skus)
	bySKU := make(map[string]standing, len(list))
	for _, s := range list {
		bySKU[s.SellerSKU] = s
	}
	return bySKU, err
}

// match is a published card's variant that a row may belong to. OwnKey is the row that made it,
// where the seller's own did.
type match struct {
	Key       string
	VariantID int64
	ProductID int64
	OwnKey    string
}

// matchGTINs finds active variants of published cards by their GTIN.
func matchGTINs(ctx context.Context, db pg.DB, sellerID int64, gtins []string) (map[string][]match, error) {
	return matches(ctx, db, `
		select g.gtin as key, v.id as variant_id, v.product_id, case when p.author_id = $2 then coalesce(v.author_key, '') else '' end as own_key
		from unnest($1::text[]) as g (gtin)
		join variants v on lpad(v.gtin, 14, '0') = lpad(g.gtin, 14, '0') and v.gtin is not null and v.status = 'active'
		join products p on p.id = v.product_id and p.status = 'published'`, gtins, sellerID)
}

// matchParts suggests cards of other authors by brand and part number; keys are "brand\npart". The brands are found first,
// all at once: in one step, while the tables grow within an import and the planner still takes them for empty, each key was
// held against each card, text by text.
func matchParts(ctx context.Context, db pg.DB, sellerID int64, keys []string) (map[string][]match, error) {
	return matches(ctx, db, `
		with k as materialized (
			select k.key, b.id as brand_id, split_part(k.key, E'\n', 2) as part
			from unnest($1::text[]) as k (key) join brands b on b.norm = split_part(k.key, E'\n', 1))
		select k.key, v.id as variant_id, v.product_id, '' as own_key
		from k cross join lateral (
			select p.id from products p
			where p.brand_id = k.brand_id and p.part_number = k.part and p.status = 'published' and p.author_id is distinct from $2
			order by p.id limit 20) p
		join variants v on v.product_id = p.id and v.status = 'active'
		order by v.product_id, v.position, v.id`, keys, sellerID)
}

func matches(ctx context.Context, db pg.DB, sql string, keys []string, sellerID int64) (map[string][]match, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	list, err := pg.List[match](ctx, db, sql, keys, sellerID)
	found := make(map[string][]match, len(list))
	for _, m := range list {
		found[m.Key] = append(found[m.Key], m)
	}
	return found, err
}

// seen is what is remembered of a row that was applied.
type seen struct {
	SKU        string   `json:"sku"`
	Pictures   []string `json:"pictures"`
	Suggestion *int64   `json:"suggestion"`
}

func upsertSeen(ctx context.Context, db pg.DB, i Import, rows []seen) error {
	_, err := pg.Exec(ctx, db, `
		insert into feed_offers (seller_id, seller_sku, source_id, import_id, pictures, suggestion)
		select $1, r.sku, $2, $3, array(select jsonb_array_elements_text(r.pictures)), r.suggestion
		from jsonb_to_recordset($4) as r (sku text, pictures jsonb, suggestion bigint) order by r.sku
		on conflict (seller_id, seller_sku) do update set source_id = excluded.source_id, import_id = excluded.import_id,
			pictures = excluded.pictures, suggestion = excluded.suggestion,
			picture_tries = case when feed_offers.pictures = excluded.pictures then feed_offers.picture_tries else 0 end`, i.SellerID, i.SourceID, i.ID, rows)
	return err
}

// absentOffers lists active offers of the source that the import does not name, in id order.
func absentOffers(ctx context.Context, db pg.DB, i Import, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select o.id from feed_offers f
		join offers o on o.seller_id = f.seller_id and o.seller_sku = f.seller_sku and o.status = 'active'
		where f.seller_id = $1 and f.source_id = $2 and f.import_id <> $3 order by o.id limit $4`, i.SellerID, i.SourceID, i.ID, limit)
}

func liveOffersOfSource(ctx context.Context, db pg.DB, sellerID, sourceID int64) (int, error) {
	return pg.Scalar[int](ctx, db, `
		select count(*) from feed_offers f
		join offers o on o.seller_id = f.seller_id and o.seller_sku = f.seller_sku and o.status = 'active'
		where f.seller_id = $1 and f.source_id = $2`, sellerID, sourceID)
}

// draftCards lists the seller's draft cards that offers of the import stand on.
func draftCards(ctx context.Context, db pg.DB, sellerID, importID int64) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select distinct p.id from feed_offers f
		join offers o on o.seller_id = f.seller_id and o.seller_sku = f.seller_sku
		join variants v on v.id = o.variant_id
		join products p on p.id = v.product_id and p.status = 'draft' and p.author_id = f.seller_id
		where f.seller_id = $1 and f.import_id = $2 order by p.id`, sellerID, importID)
}

type shelf struct {
	Path       string
	CategoryID *int64
	DecidedBy  string
}

func listShelves(ctx context.Context, db pg.DB, sellerID int64) ([]shelf, error) {
	return pg.List[shelf](ctx, db, `select path, category_id, decided_by from feed_categories where seller_id = $1 order by path limit 5000`, sellerID)
}

// countGuesses says how many of the seller's shelves stand in a category that we chose and nobody confirmed.
func countGuesses(ctx context.Context, db pg.DB, sellerID int64) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		select count(*) from feed_categories
		where seller_id = $1 and decided_by = 'guess' and category_id is not null`, sellerID)
}

func upsertShelf(ctx context.Context, db pg.DB, sellerID int64, s shelf) error {
	_, err := pg.Exec(ctx, db, `
		insert into feed_categories (seller_id, path, category_id, decided_by) values ($1, $2, $3, $4)
		on conflict (seller_id, path) do update set category_id = excluded.category_id, decided_by = excluded.decided_by
		where feed_categories.decided_by = 'guess' or excluded.decided_by = 'seller'`, sellerID, s.Path, s.CategoryID, s.DecidedBy)
	return err
}

type category struct {
	ID     int64
	NameRU string
	NameEN string
	Path   []int64
}

func listCategories(ctx context.Context, db pg.DB) ([]category, error) {
	return pg.List[category](ctx, db, `select id, name_ru, name_en, path from categories order by id`)
}
