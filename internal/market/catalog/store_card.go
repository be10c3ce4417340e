package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const specsJSON = `(select coalesce(jsonb_agg(jsonb_build_object('attribute_id', a.id, 'code', a.code, 'kind', a.kind,
			'unit', a.unit, 'name', jsonb_build_object('ru', a.name_ru, 'en', a.name_en), 'value_id', coalesce(pa.value_id, 0),
			'value', jsonb_build_object('ru', coalesce(av.name_ru, pa.text_ru, ''), 'en', coalesce(av.name_en, pa.text_en, '')),
			'number', coalesce(pa.number::text, ''), 'flag', pa.flag) order by coalesce(ca.position, 9999), a.id, pa.position), '[]')
		from product_attributes pa
		join attributes a on a.id = pa.attribute_id
		left join attribute_values av on av.id = pa.value_id
		left join category_attributes ca on ca.category_id = p.category_id and ca.attribute_id = a.id
		where pa.product_id = p.id)`

const photosJSON = `(select coalesce(jsonb_agg(jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width,
			'height', m.height, 'variant_id', coalesce(pi.variant_id, 0),
			'alt', jsonb_build_object('ru', pi.alt_ru, 'en', pi.alt_en)) order by pi.position, pi.id), '[]')
		from product_images pi join media_files m on m.id = pi.media_id where pi.product_id = p.id)`

const variantsJSON = `(select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'status', v.status, 'gtin', coalesce(v.gtin, ''),
			'options', ` + OptionsJSON + `, 'from', coalesce(f.price, 0), 'currency', coalesce(f.currency, ''), 'sellers', f.n,
			'weight_g', coalesce(v.weight_g, 0), 'length_mm', coalesce(v.length_mm, 0),
			'width_mm', coalesce(v.width_mm, 0), 'height_mm', coalesce(v.height_mm, 0)) order by v.position, v.id), '[]')
		from variants v
		cross join lateral (select min(f.price) as price, min(f.currency) as currency, count(*) as n
			from offer_facts f where f.variant_id = v.id and f.blocked is null) f
		where v.product_id = p.id and v.status <> 'retired')`

// cardRecord is a card as its row has it.
type cardRecord struct {
	ID, AuthorID, CategoryID, BrandID              int64
	Slug, Status, Art, Brand, PartNumber           string
	TitleRU, TitleEN, DescriptionRU, DescriptionEN string
	Version                                        int
	PublishedAt                                    *time.Time
	UpdatedAt                                      time.Time
	Specs                                          []Spec
	Photos                                         []CardPhoto
	Variants                                       []Variant
}

const selectCards = `
	select p.id, p.slug, p.status, p.version, coalesce(p.author_id, 0) as author_id, p.category_id, c.art,
		coalesce(b.id, 0) as brand_id, coalesce(b.name, '') as brand, p.part_number,
		p.title_ru, p.title_en, p.description_ru, p.description_en, p.published_at, p.updated_at,
		` + specsJSON + ` as specs, ` + photosJSON + ` as photos, ` + variantsJSON + ` as variants
	from products p
	join categories c on c.id = p.category_id
	left join brands b on b.id = p.brand_id
	where `

func getCard(ctx context.Context, db pg.DB, where string, args ...any) (Card, error) {
	row, err := pg.One[cardRecord](ctx, db, selectCards+where, args...)
	return row.card(), err
}

// CardByID reads a card whatever its state.
func CardByID(ctx context.Context, db pg.DB, id int64) (Card, error) {
	return getCard(ctx, db, `p.id = $1`, id)
}

// CardAt reads a card by its address whatever its state.
func CardAt(ctx context.Context, db pg.DB, slug string) (Card, error) {
	return getCard(ctx, db, `p.slug = $1`, slug)
}

// CardOfSeller reads a card that a seller may propose changes to: their own, or a published one that they sell.
func CardOfSeller(ctx context.Context, db pg.DB, sellerID, id int64) (Card, error) {
	return getCard(ctx, db, `p.id = $1 and (p.author_id = $2 or p.status = 'published' and exists (
		select from offers o join variants v on v.id = o.variant_id where v.product_id = p.id and o.seller_id = $2))`, id, sellerID)
}

func listCards(ctx context.Context, db pg.DB, ids []int64) ([]cardRecord, error) {
	return pg.List[cardRecord](ctx, db, selectCards+`p.id = any($1)`, ids)
}

func (r cardRecord) card() Card {
	return Card{ID: r.ID, Slug: r.Slug, Status: r.Status, Version: r.Version, AuthorID: r.AuthorID,
		CategoryID: r.CategoryID, Art: r.Art, BrandID: r.BrandID, Brand: r.Brand, PartNumber: r.PartNumber,
		Title: Text{RU: r.TitleRU, EN: r.TitleEN}, Description: Text{RU: r.DescriptionRU, EN: r.DescriptionEN},
		PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt, Specs: r.Specs, Photos: r.Photos, Variants: r.Variants}
}

const historyJSON = `(select coalesce(jsonb_agg(jsonb_build_object('price', h.price, 'from', h.from_at, 'to', h.to_at) order by h.from_at), '[]')
		from offer_prices h where h.offer_id = f.offer_id and h.currency = f.currency
			and (h.to_at is null or h.to_at > now() - interval '30 days'))`

// rivalFacts is an offer as offer_facts has it.
type rivalFacts struct {
	OfferID          int64  `json:"offer_id"`
	SellerID         int64  `json:"seller_id"`
	SellerName       string `json:"seller_name"`
	SellerSlug       string `json:"seller_slug"`
	Condition        string `json:"condition"`
	Currency         string `json:"currency"`
	Price            int64  `json:"price"`
	DeliveryFee      int64  `json:"delivery_fee"`
	Days             int    `json:"days"`
	Free             int    `json:"free"`
	MaxQty           int    `json:"max_qty"`
	RatingHundredths int    `json:"rating_hundredths"`
	Ratings          int    `json:"ratings"`
	Sales            int    `json:"sales"`
	OnTimePermille   int    `json:"on_time_permille"`
	CancelPermille   int    `json:"cancel_permille"`
}

type rivalRow struct {
	rivalFacts
	History []Charged `json:"history"`
	Abroad  bool      `json:"abroad"` // known to the index only
}

func (r rivalFacts) rival() Rival {
	return Rival{OfferID: r.OfferID, SellerID: r.SellerID, SellerName: r.SellerName, SellerSlug: r.SellerSlug,
		Condition: Condition(r.Condition), Price: Price{Amount: money.Amount(r.Price), Currency: money.Currency(r.Currency)},
		DeliveryFee: money.Amount(r.DeliveryFee), Days: r.Days, Free: r.Free, MaxQty: r.MaxQty,
		RatingHundredths: r.RatingHundredths, Ratings: r.Ratings, Sales: r.Sales,
		OnTimePermille: r.OnTimePermille, CancelPermille: r.CancelPermille}
}

const rivalColumns = `f.offer_id, f.seller_id, f.seller_name, f.seller_slug, f.condition, f.currency, f.price, f.delivery_fee,
	f.days, f.free, f.max_qty, f.rating_hundredths, f.ratings, f.sales, f.on_time_permille, f.cancel_permille`

// maxRivals bounds how many sellers of one variant are compared; the cheapest come first.
const maxRivals = 100
