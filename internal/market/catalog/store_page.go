package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// cardParts is everything that the pages of some cards say of them, read in one round trip. The states come first, so that
// nothing below them can be older.
type cardParts struct {
	States   []stateRow
	Cards    []faceRow
	Specs    map[int64][]specRow
	Photos   map[int64][]cardPhotoRow
	Variants map[int64][]variantRow
	Offers   map[int64][]cardOfferRow
}

// stateRow is the state of a card's page: what it speaks of, and how long nothing but a change can make it another.
type stateRow struct {
	ID int64
	pageStamp
	Until *time.Time // the first day of another state, nil for none
	At    time.Time  // when it was read
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
	ProductID                    int64
	AttributeID, ValueID         int64
	Code, Kind, Unit             string
	NameRU, NameEN, TextRU, Text string
	Number                       string
	Flag                         *bool
}

type cardPhotoRow struct {
	ProductID          int64
	MediaID, VariantID int64
	Key                string
	Width, Height      int
	AltRU, AltEN       string
}

// variantRow is one option of one variant, or a variant without any.
type variantRow struct {
	ProductID                            int64
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
	Abroad bool // it is ready to be sent abroad
}

func (r cardOfferRow) rival() Rival {
	v := r.rivalFacts.rival()
	v.Abroad = r.Abroad
	return v
}

type pageOfferRow struct {
	ProductID int64
	cardOfferRow
}

// theCards hides from the planner how many ids there are, as in selectTiles.
const theCards = `any(array(select unnest($1::bigint[])))`

// pageSQL are the statements of product pages; $1 are the cards' ids.
var pageSQL = struct{ states, face, specs, photos, variants, offers string }{
	states: `
		select p.id, t.topics, s.stamp, s.tree, clock_timestamp() as at, (
			select min(case when x.vacation_from > current_date then x.vacation_from when x.vacation_to >= current_date then x.vacation_to + 1 end)
			from variants v join offers o on o.variant_id = v.id join sellers x on x.id = o.seller_id where v.product_id = p.id) as until
		from products p cross join lateral (
			select array['card:' || p.id, 'tree'] || array(select distinct 'shop:' || o.seller_id
				from variants v join offers o on o.variant_id = v.id where v.product_id = p.id) as topics offset 0) t
		cross join lateral (
			select coalesce(sum(x.nonce), 0)::bigint as stamp, coalesce(sum(x.nonce) filter (where x.topic = 'tree'), 0)::bigint as tree
			from page_stamps(t.topics) x) s
		where p.id = ` + theCards,
	face: `
		select p.id, p.slug, p.version, coalesce(p.author_id, 0) as author_id, p.category_id, c.art, coalesce(b.id, 0) as brand_id,
			coalesce(b.name, '') as brand, p.part_number, p.title_ru, p.title_en, p.description_ru, p.description_en,
			p.published_at, p.updated_at
		from products p join categories c on c.id = p.category_id left join brands b on b.id = p.brand_id
		where p.id = ` + theCards + ` and p.status = 'published' and c.shown`,
	specs: `
		select p.id as product_id, a.id as attribute_id, a.code, a.kind, a.unit, a.name_ru, a.name_en, coalesce(pa.value_id, 0) as value_id,
			coalesce(av.name_ru, pa.text_ru, '') as text_ru, coalesce(av.name_en, pa.text_en, '') as text,
			coalesce(pa.number::text, '') as number, pa.flag
		from products p join product_attributes pa on pa.product_id = p.id
		join attributes a on a.id = pa.attribute_id
		left join attribute_values av on av.id = pa.value_id
		left join category_attributes ca on ca.category_id = p.category_id and ca.attribute_id = a.id
		where p.id = ` + theCards + ` order by coalesce(ca.position, 9999), a.id, pa.position`,
	photos: `
		select pi.product_id, m.id as media_id, coalesce(pi.variant_id, 0) as variant_id, m.key, m.width, m.height, pi.alt_ru, pi.alt_en
		from product_images pi join media_files m on m.id = pi.media_id
		where pi.product_id = ` + theCards + ` order by pi.position, pi.id`,
	variants: `
		select v.product_id, v.id, v.status, coalesce(v.gtin, '') as gtin, coalesce(v.weight_g, 0) as weight_g, coalesce(v.length_mm, 0) as length_mm,
			coalesce(v.width_mm, 0) as width_mm, coalesce(v.height_mm, 0) as height_mm, coalesce(vo.attribute_id, 0) as attribute_id,
			coalesce(vo.value_id, 0) as value_id, coalesce(vo.name_ru, '') as name_ru, coalesce(vo.name_en, '') as name_en,
			coalesce(vo.value_ru, '') as value_ru, coalesce(vo.value_en, '') as value_en, vo.position is not null as optional
		from variants v left join variant_options vo on vo.variant_id = v.id
		where v.product_id = ` + theCards + ` and v.status = 'active' order by v.position, v.id, vo.position`,
	offers: `
		select q.id as product_id, f.*
		from unnest($1::bigint[]) as q (id) cross join lateral (
			select f.variant_id, ` + rivalColumns + `, (select o.abroad from offers o where o.id = f.offer_id) as abroad
			from offer_facts f where f.product_id = q.id and f.blocked is null
			order by f.price, f.offer_id limit 2000) f
		order by f.price, f.offer_id`,
}

func selectCardParts(ctx context.Context, db pg.DB, ids []int64) (cardParts, error) {
	var x cardParts
	var specs []specRow
	var photos []cardPhotoRow
	var variants []variantRow
	var offers []pageOfferRow
	b := &pgx.Batch{}
	b.Queue(pageSQL.states, ids).Query(pg.Into(&x.States))
	b.Queue(pageSQL.face, ids).Query(pg.Into(&x.Cards))
	b.Queue(pageSQL.specs, ids).Query(pg.Into(&specs))
	b.Queue(pageSQL.photos, ids).Query(pg.Into(&photos))
	b.Queue(pageSQL.variants, ids).Query(pg.Into(&variants))
	b.Queue(pageSQL.offers, ids).Query(pg.Into(&offers))
	if err := pg.Send(ctx, db, b); err != nil {
		return x, err
	}
	x.Specs = byCard(specs, func(r specRow) int64 { return r.ProductID })
	x.Photos = byCard(photos, func(r cardPhotoRow) int64 { return r.ProductID })
	x.Variants = byCard(variants, func(r variantRow) int64 { return r.ProductID })
	x.Offers = map[int64][]cardOfferRow{}
	for _, r := range offers {
		x.Offers[r.ProductID] = append(x.Offers[r.ProductID], r.cardOfferRow)
	}
	return x, nil
}

// byCard sorts rows by the card they belong to and leaves their order within it.
func byCard[T any](rows []T, id func(T) int64) map[int64][]T {
	m := map[int64][]T{}
	for _, r := range rows {
		m[id(r)] = append(m[id(r)], r)
	}
	return m
}

// card puts the rows of one card together. Only variants that can be chosen are among them.
func (x cardParts) card(r faceRow) Card {
	c := Card{ID: r.ID, Slug: r.Slug, Status: CardPublished, Version: r.Version, AuthorID: r.AuthorID, CategoryID: r.CategoryID,
		Art: r.Art, BrandID: r.BrandID, Brand: r.Brand, PartNumber: r.PartNumber, Title: Text{RU: r.TitleRU, EN: r.TitleEN},
		Description: Text{RU: r.DescriptionRU, EN: r.DescriptionEN}, PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt}
	for _, s := range x.Specs[r.ID] {
		c.Specs = append(c.Specs, Spec{AttributeID: s.AttributeID, Code: s.Code, Kind: s.Kind, Unit: s.Unit, ValueID: s.ValueID,
			Name: Text{RU: s.NameRU, EN: s.NameEN}, Value: Text{RU: s.TextRU, EN: s.Text}, Number: s.Number, Flag: s.Flag})
	}
	for _, p := range x.Photos[r.ID] {
		c.Photos = append(c.Photos, CardPhoto{VariantID: p.VariantID, Photo: Photo{MediaID: p.MediaID, Key: p.Key,
			Width: p.Width, Height: p.Height, Alt: Text{RU: p.AltRU, EN: p.AltEN}}})
	}
	for _, v := range x.Variants[r.ID] {
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

func (x cardParts) variant(r variantRow) Variant {
	v := Variant{ID: r.ID, Status: r.Status, GTIN: r.GTIN, WeightG: r.WeightG, LengthMM: r.LengthMM, WidthMM: r.WidthMM, HeightMM: r.HeightMM}
	for _, o := range x.Offers[r.ProductID] { // the cheapest comes first
		if o.VariantID != r.ID {
			continue
		}
		if v.Sellers++; v.Sellers == 1 {
			v.From, v.Currency = money.Amount(o.Price), o.Currency
		}
	}
	return v
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
