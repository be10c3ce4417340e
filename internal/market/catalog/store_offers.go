package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Fragments shared by the reads below; v is variants, p is products.
const (
	OptionsJSON = `(select coalesce(jsonb_agg(jsonb_build_object(
			'attribute_id', coalesce(vo.attribute_id, 0), 'value_id', coalesce(vo.value_id, 0),
			'name', jsonb_build_object('ru', vo.name_ru, 'en', vo.name_en),
			'value', jsonb_build_object('ru', vo.value_ru, 'en', vo.value_en)) order by vo.position), '[]')
		from variant_options vo where vo.variant_id = v.id)`
	PhotoJSON = `(select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height,
			'alt', jsonb_build_object('ru', pi.alt_ru, 'en', pi.alt_en))
		from product_images pi join media_files m on m.id = pi.media_id
		where pi.product_id = p.id
		order by (pi.variant_id = v.id) is true desc, pi.variant_id is not null, pi.position, pi.id limit 1)`
)

// termsRow is what decides whether an offer can be bought.
type termsRow struct {
	OfferID, SellerID int64
	Price             int64
	Currency, Reason  string
	Free, MaxQty      int
}

type offerRow struct {
	termsRow
	ProductID, VariantID                 int64
	SellerSKU, Slug, TitleRU, TitleEN    string
	Art                                  string
	Options                              []Option
	Photo                                *Photo
	VATCode, Condition                   string
	SellerName, SellerSlug               string
	BackOn                               *time.Time
	DispatchDays                         int
	WeightG, LengthMM, WidthMM, HeightMM int
}

// Both end where a query of a bigint[] follows, and theirs after it. How many ids there are is hidden from the planner
// so: a plan made for two would look cheaper than the kept one every time, and making it takes ten times as long as
// reading the rows.
const (
	idsGiven   = `select $1::bigint[]`
	theirs     = `)::bigint[])`
	offerTerms = `
		select f.offer_id, f.seller_id, f.price, f.currency, coalesce(f.blocked, '') as reason, f.free, f.max_qty
		from offer_facts f
		where f.offer_id = any((`
	offerLines = `
		select f.offer_id, f.seller_id, f.product_id, f.variant_id, f.seller_sku, f.slug, f.title_ru, f.title_en, f.art,
			` + OptionsJSON + ` as options, ` + PhotoJSON + ` as photo,
			f.price, f.currency, f.vat_code, f.condition, f.seller_name, f.seller_slug, coalesce(f.blocked, '') as reason,
			f.back_on, f.dispatch_days, f.free, f.max_qty,
			coalesce(f.weight_g, 0) as weight_g, coalesce(f.length_mm, 0) as length_mm,
			coalesce(f.width_mm, 0) as width_mm, coalesce(f.height_mm, 0) as height_mm
		from offer_facts f
		cross join lateral (select f.variant_id as id) v
		cross join lateral (select f.product_id as id) p
		where f.offer_id = any((`
)

func countOffers(ctx context.Context, db pg.DB, sellerID int64) (offers, onSale int, err error) {
	type row struct{ Offers, OnSale int }
	r, err := pg.One[row](ctx, db, `
		select count(*)::int as offers, (count(*) filter (where blocked is null))::int as on_sale
		from offer_facts where seller_id = $1`, sellerID)
	return r.Offers, r.OnSale, err
}
