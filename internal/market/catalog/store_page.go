package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// productRows is everything that the product page says of its own card, read in one round trip. The stamp comes first,
// so that nothing below it can be older.
type productRows struct {
	Stamps   []pageStamp
	Cards    []faceRow
	Specs    []specRow
	Photos   []cardPhotoRow
	Variants []variantRow
	Offers   []cardOfferRow
}

// pageStamp is the state of what a page speaks of, and that of the tree alone, which is one of its topics.
type pageStamp struct {
	Topics []string
	Stamp  int64
	Tree   int64
}

type faceRow struct {
	ID, AuthorID, CategoryID, BrandID              int64
	Slug, Art, Brand, PartNumber                   string
	TitleRU, TitleEN, DescriptionRU, DescriptionEN string
	Version                                        int
	PublishedAt                                    *time.Time
	UpdatedAt                                      time.Time
}

type specRow struct {
	AttributeID, ValueID         int64
	Code, Kind, Unit             string
	NameRU, NameEN, TextRU, Text string
	Number                       string
	Flag                         *bool
}

type cardPhotoRow struct {
	MediaID, VariantID int64
	Key                string
	Width, Height      int
	AltRU, AltEN       string
}

// variantRow is one option of one variant, or a variant without any.
type variantRow struct {
	ID                                   int64
	Status, GTIN                         string
	WeightG, LengthMM, WidthMM, HeightMM int
	AttributeID, ValueID                 int64
	NameRU, NameEN, ValueRU, ValueEN     string
	Optional                             bool // there is an option in this row
}

// cardOfferRow is an offer that can be bought now.
type cardOfferRow struct {
	VariantID int64
	rivalFacts
}

// pageSQL are the statements of a product page; $1 is the card's address. Each finds the card for itself, which costs
// less than a round trip.
var pageSQL = struct{ stamps, face, specs, photos, variants, offers string }{
	stamps: `
		select t.topics, s.stamp, s.tree
		from products p cross join lateral (
			select array['card:' || p.id, 'tree'] || array(select distinct 'shop:' || o.seller_id
				from variants v join offers o on o.variant_id = v.id where v.product_id = p.id) as topics offset 0) t
		cross join lateral (
			select coalesce(sum(x.nonce), 0)::bigint as stamp, coalesce(sum(x.nonce) filter (where x.topic = 'tree'), 0)::bigint as tree
			from page_stamps(t.topics) x) s
		where p.slug = $1`,
	face: `
		select p.id, p.slug, p.version, coalesce(p.author_id, 0) as author_id, p.category_id, c.art, coalesce(b.id, 0) as brand_id,
			coalesce(b.name, '') as brand, p.part_number, p.title_ru, p.title_en, p.description_ru, p.description_en,
			p.published_at, p.updated_at
		from products p join categories c on c.id = p.category_id left join brands b on b.id = p.brand_id
		where p.slug = $1 and p.status = 'published' and c.shown`,
	specs: `
		select a.id as attribute_id, a.code, a.kind, a.unit, a.name_ru, a.name_en, coalesce(pa.value_id, 0) as value_id,
			coalesce(av.name_ru, pa.text_ru, '') as text_ru, coalesce(av.name_en, pa.text_en, '') as text,
			coalesce(pa.number::text, '') as number, pa.flag
		from products p join product_attributes pa on pa.product_id = p.id
		join attributes a on a.id = pa.attribute_id
		left join attribute_values av on av.id = pa.value_id
		left join category_attributes ca on ca.category_id = p.category_id and ca.attribute_id = a.id
		where p.slug = $1 order by coalesce(ca.position, 9999), a.id, pa.position`,
	photos: `
		select m.id as media_id, coalesce(pi.variant_id, 0) as variant_id, m.key, m.width, m.height, pi.alt_ru, pi.alt_en
		from products p join product_images pi on pi.product_id = p.id join media_files m on m.id = pi.media_id
		where p.slug = $1 order by pi.position, pi.id`,
	variants: `
		select v.id, v.status, coalesce(v.gtin, '') as gtin, coalesce(v.weight_g, 0) as weight_g, coalesce(v.length_mm, 0) as length_mm,
			coalesce(v.width_mm, 0) as width_mm, coalesce(v.height_mm, 0) as height_mm, coalesce(vo.attribute_id, 0) as attribute_id,
			coalesce(vo.value_id, 0) as value_id, coalesce(vo.name_ru, '') as name_ru, coalesce(vo.name_en, '') as name_en,
			coalesce(vo.value_ru, '') as value_ru, coalesce(vo.value_en, '') as value_en, vo.position is not null as optional
		from products p join variants v on v.product_id = p.id left join variant_options vo on vo.variant_id = v.id
		where p.slug = $1 and v.status = 'active' order by v.position, v.id, vo.position`,
	offers: `
		select f.variant_id, ` + rivalColumns + `
		from offer_facts f
		where f.product_id = (select id from products where slug = $1) and f.blocked is null
		order by f.price, f.offer_id limit 2000`,
}

func selectProductRows(ctx context.Context, db pg.DB, slug string) (productRows, error) {
	var x productRows
	b := &pgx.Batch{}
	b.Queue(pageSQL.stamps, slug).Query(pg.Into(&x.Stamps))
	b.Queue(pageSQL.face, slug).Query(pg.Into(&x.Cards))
	b.Queue(pageSQL.specs, slug).Query(pg.Into(&x.Specs))
	b.Queue(pageSQL.photos, slug).Query(pg.Into(&x.Photos))
	b.Queue(pageSQL.variants, slug).Query(pg.Into(&x.Variants))
	b.Queue(pageSQL.offers, slug).Query(pg.Into(&x.Offers))
	if err := pg.Send(ctx, db, b); err != nil {
		return x, err
	}
	if len(x.Stamps) == 0 || len(x.Cards) == 0 {
		return x, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return x, nil
}

// card puts the rows together. Only variants that can be chosen are among them.
func (x productRows) card() Card {
	r := x.Cards[0]
	c := Card{ID: r.ID, Slug: r.Slug, Status: CardPublished, Version: r.Version, AuthorID: r.AuthorID, CategoryID: r.CategoryID,
		Art: r.Art, BrandID: r.BrandID, Brand: r.Brand, PartNumber: r.PartNumber, Title: Text{RU: r.TitleRU, EN: r.TitleEN},
		Description: Text{RU: r.DescriptionRU, EN: r.DescriptionEN}, PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt}
	for _, s := range x.Specs {
		c.Specs = append(c.Specs, Spec{AttributeID: s.AttributeID, Code: s.Code, Kind: s.Kind, Unit: s.Unit, ValueID: s.ValueID,
			Name: Text{RU: s.NameRU, EN: s.NameEN}, Value: Text{RU: s.TextRU, EN: s.Text}, Number: s.Number, Flag: s.Flag})
	}
	for _, p := range x.Photos {
		c.Photos = append(c.Photos, CardPhoto{VariantID: p.VariantID, Photo: Photo{MediaID: p.MediaID, Key: p.Key,
			Width: p.Width, Height: p.Height, Alt: Text{RU: p.AltRU, EN: p.AltEN}}})
	}
	for _, v := range x.Variants {
		if n := len(c.Variants); n == 0 || c.Variants[n-1].ID != v.ID {
			c.Variants = append(c.Variants, x.variant(v))
		}
		if v.Optional {
			last := &c.Variants[len(c.Variants)-1]
			last.Options = append(last.Options, Option{AttributeID: v.AttributeID, ValueID: v.ValueID,
				Name: Text{RU: v.NameRU, EN: v.NameEN}, Value: Text{RU: v.ValueRU, EN: v.ValueEN}})
		}
	}
	return c
}

func (x productRows) variant(r variantRow) Variant {
	v := Variant{ID: r.ID, Status: r.Status, GTIN: r.GTIN, WeightG: r.WeightG, LengthMM: r.LengthMM, WidthMM: r.WidthMM, HeightMM: r.HeightMM}
	for _, o := range x.Offers { // the cheapest comes first
		if o.VariantID != r.ID {
			continue
		}
		if v.Sellers++; v.Sellers == 1 {
			v.From, v.Currency = money.Amount(o.Price), o.Currency
		}
	}
	return v
}

// rivals are the offers of one variant, the cheapest first.
func (x productRows) rivals(variantID int64) []Rival {
	var list []Rival
	for _, r := range x.Offers {
		if r.VariantID == variantID && len(list) < maxRivals {
			list = append(list, r.rival())
		}
	}
	return list
}

// historyRow is a price that an offer had.
type historyRow struct {
	Price  int64
	FromAt time.Time
	ToAt   *time.Time
}

// selectHistory reads what an offer charged in the last 30 days.
func selectHistory(ctx context.Context, db pg.DB, offerID int64, currency money.Currency) ([]Charged, error) {
	rows, err := pg.List[historyRow](ctx, db, `
		select price, from_at, to_at from offer_prices
		where offer_id = $1 and currency = $2 and (to_at is null or to_at > now() - interval '30 days') order by from_at`,
		offerID, string(currency))
	history := make([]Charged, len(rows))
	for i, r := range rows {
		history[i] = Charged{Price: money.Amount(r.Price), From: r.FromAt}
		if r.ToAt != nil {
			history[i].To = *r.ToAt
		}
	}
	return history, err
}

// cardTopics are the topics of cards and of everybody who sells them.
const cardTopics = `array(
	select 'card:' || x.id from unnest($1::bigint[]) as x (id)
	union select 'shop:' || o.seller_id from variants v join offers o on o.variant_id = v.id
		where v.product_id = any(array(select unnest($1::bigint[]))))`

// stampCards reads the state of cards that a list is about to show.
func stampCards(ctx context.Context, db pg.DB, ids []int64) (pageStamp, error) {
	return pg.One[pageStamp](ctx, db, `
		select t.topics, page_stamp(t.topics) as stamp, 0::bigint as tree from (select `+cardTopics+` as topics offset 0) t`, ids)
}
