package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Fragments shared by the reads below; v is variants, p is products.
const (
	optionsJSON = `(select coalesce(jsonb_agg(jsonb_build_object(
			'attribute_id', coalesce(vo.attribute_id, 0), 'value_id', coalesce(vo.value_id, 0),
			'name', jsonb_build_object('ru', vo.name_ru, 'en', vo.name_en),
			'value', jsonb_build_object('ru', vo.value_ru, 'en', vo.value_en)) order by vo.position), '[]')
		from variant_options vo where vo.variant_id = v.id)`
	photoJSON = `(select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height,
			'alt', jsonb_build_object('ru', pi.alt_ru, 'en', pi.alt_en))
		from product_images pi join media_files m on m.id = pi.media_id
		where pi.product_id = p.id
		order by (pi.variant_id = v.id) is true desc, pi.variant_id is not null, pi.position, pi.id limit 1)`
)

type offerRow struct {
	OfferID, SellerID, ProductID, VariantID int64
	SellerSKU, Slug, TitleRU, TitleEN, Art  string
	Options                                 []Option
	Photo                                   *Photo
	Price                                   int64
	Currency, VATCode, Condition            string
	SellerName, SellerSlug, Reason          string
	BackOn                                  *time.Time
	DispatchDays, Free, MaxQty              int
	WeightG, LengthMM, WidthMM, HeightMM    int
}

// selectOfferLines hides how many ids there are from the planner: a plan made for two would look
// cheaper than the kept one every time, and making it takes ten times as long as reading the rows.
func selectOfferLines(ctx context.Context, db pg.DB, ids []int64) ([]offerRow, error) {
	return pg.List[offerRow](ctx, db, `
		select o.id as offer_id, o.seller_id, p.id as product_id, v.id as variant_id,
			o.seller_sku, p.slug, p.title_ru, p.title_en, c.art,
			`+optionsJSON+` as options, `+photoJSON+` as photo,
			o.price, o.currency, o.vat_code, o.condition,
			s.name as seller_name, s.slug as seller_slug, coalesce(f.blocked, '') as reason,
			s.vacation_to + 1 as back_on, f.dispatch_days, f.free, o.max_qty,
			coalesce(v.weight_g, 0) as weight_g, coalesce(v.length_mm, 0) as length_mm,
			coalesce(v.width_mm, 0) as width_mm, coalesce(v.height_mm, 0) as height_mm
		from offers o
		join offer_facts f on f.offer_id = o.id
		join variants v on v.id = o.variant_id
		join products p on p.id = v.product_id
		join categories c on c.id = p.category_id
		join sellers s on s.id = o.seller_id
		where o.id = any((select $1::bigint[])::bigint[])`, ids)
}
