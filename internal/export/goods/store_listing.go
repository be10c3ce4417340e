package goods

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type listingRow struct {
	OfferID, SellerID, ProductID, Category int64
	SKU, TitleRU, TitleEN, Slug, Condition string
	WeightG, LengthMM, WidthMM, HeightMM   int64
	Path                                   []hs.Place
	Specs                                  []Spec
}

func selectListings(ctx context.Context, tx pg.DB, sellerID int64, offers []int64) ([]Listing, error) {
	rows, err := pg.List[listingRow](ctx, tx, `
		select o.id as offer_id, o.seller_id, p.id as product_id, p.category_id as category, o.seller_sku as sku, p.title_ru, p.title_en,
			p.slug, o.condition, coalesce(v.weight_g, 0)::bigint as weight_g, coalesce(v.length_mm, 0)::bigint as length_mm,
			coalesce(v.width_mm, 0)::bigint as width_mm, coalesce(v.height_mm, 0)::bigint as height_mm,
			(select coalesce(jsonb_agg(jsonb_build_object('Code', a.code, 'NameRU', a.name_ru, 'NameEN', a.name_en) order by array_position(c.path, a.id)), '[]')
				from categories a where a.id = any(c.path)) as path,
			(select coalesce(jsonb_agg(jsonb_build_object('Code', a.code, 'Value', coalesce(av.code, ''), 'RU', coalesce(av.name_ru, pa.text_ru, pa.number::text, ''),
					'EN', coalesce(av.name_en, pa.text_en, pa.number::text, '')) order by a.id, pa.position), '[]')
				from product_attributes pa join attributes a on a.id = pa.attribute_id left join attribute_values av on av.id = pa.value_id
				where pa.product_id = p.id and (a.code in ('origin', 'composition', 'fabric', 'author', 'year') or a.code like '%material%')) as specs
		from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id join categories c on c.id = p.category_id
		where o.seller_id = $1 and o.id = any($2) and o.status <> 'archived'
		order by o.id`, sellerID, offers)
	list := make([]Listing, len(rows))
	for i, r := range rows {
		list[i] = Listing{OfferID: r.OfferID, SellerID: r.SellerID, ProductID: r.ProductID, Category: r.Category, SKU: r.SKU, TitleRU: r.TitleRU,
			TitleEN: r.TitleEN, Slug: r.Slug, Condition: r.Condition, WeightG: r.WeightG, LengthMM: r.LengthMM, WidthMM: r.WidthMM,
			HeightMM: r.HeightMM, Path: r.Path, Specs: r.Specs}
	}
	return list, err
}

func selectOwnPassports(ctx context.Context, tx pg.DB, sellerID int64, offers []int64) ([]Passport, error) {
	return pg.List[Passport](ctx, tx, `select `+passportColumns+` from export_goods g where g.seller_id = $1 and g.offer_id = any($2)`, sellerID, offers)
}

// upsertPassport writes a passport as the version after the one it was made from; false says that another came first.
func upsertPassport(ctx context.Context, tx pg.DB, by Actor, p *Passport, from int, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		insert into export_goods as g (seller_id, offer_id, abroad, hs, confirmed_at, confirmed_by, confidence, tnved, htsus, origin, net_g, gross_g,
			length_mm, width_mm, height_mm, text_en, text_ru, material, technique, author, by_author, year_made, making, collection, traits,
			documents, verdict, asked, ready, lacks, judged_on, version, updated_at)
		select @seller, @offer, @abroad, @hs, case when @confirmed then @now::timestamptz end, case when @confirmed then nullif(@person::bigint, 0) end,
			@confidence, @tnved, @htsus, @origin, @net, @gross, @length, @width, @height, @text_en, @text_ru, @material, @technique, @author, @by_author,
			@year, @making, @collection, @traits, @documents, @verdict, @asked, @ready, @lacks, @now::timestamptz::date, 1, @now
		where @from::bigint = 0 or exists (select from export_goods x where x.seller_id = @seller and x.offer_id = @offer)
		on conflict (seller_id, offer_id) do update set abroad = excluded.abroad, hs = excluded.hs,
			confirmed_at = case when g.hs = excluded.hs and g.confirmed_at is not null and excluded.confirmed_at is not null then g.confirmed_at else excluded.confirmed_at end,
			confirmed_by = case when g.hs = excluded.hs and g.confirmed_at is not null and excluded.confirmed_at is not null then g.confirmed_by else excluded.confirmed_by end,
			confidence = excluded.confidence, tnved = excluded.tnved, htsus = excluded.htsus, origin = excluded.origin, net_g = excluded.net_g, gross_g = excluded.gross_g,
			length_mm = excluded.length_mm, width_mm = excluded.width_mm, height_mm = excluded.height_mm, text_en = excluded.text_en,
			text_ru = excluded.text_ru, material = excluded.material, technique = excluded.technique, author = excluded.author,
			by_author = excluded.by_author, year_made = excluded.year_made, making = excluded.making, collection = excluded.collection,
			traits = excluded.traits, documents = excluded.documents, verdict = excluded.verdict, asked = excluded.asked, ready = excluded.ready,
			lacks = excluded.lacks, judged_on = excluded.judged_on, version = g.version + 1, updated_at = excluded.updated_at
		where g.version = @from`,
		pg.Args{"seller": p.SellerID, "offer": p.OfferID, "abroad": p.Abroad, "hs": p.HS, "confirmed": p.Confirmed, "now": now,
			"person": by.PersonID, "confidence": p.Confidence, "tnved": p.TNVED, "htsus": p.HTSUS, "origin": p.Origin, "net": p.NetGrams, "gross": p.GrossGrams,
			"length": p.LengthMM, "width": p.WidthMM, "height": p.HeightMM, "text_en": p.TextEN, "text_ru": p.TextRU, "material": p.Material,
			"technique": p.Technique, "author": p.Author, "by_author": p.ByAuthor, "year": p.YearMade, "making": showMaking(p),
			"collection": p.Collection, "traits": some(p.Traits), "documents": some(p.Documents), "verdict": p.Verdict, "asked": some(p.Asked),
			"ready": p.Ready(), "lacks": some(p.Lacks()), "from": from})
	return n == 1, err
}

// some is a list that is never null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Event is a line of what happened to a passport.
type Event struct {
	At   time.Time
	Kind string // code, asked, document, withdrawn, refused, more
	Note string
}

func insertEvent(ctx context.Context, tx pg.DB, by Actor, offerID int64, kind, note string, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `insert into export_goods_events (seller_id, offer_id, at, person_id, kind, note) values ($1, $2, $3, nullif($4::bigint, 0), $5, $6)`,
		by.SellerID, offerID, now, by.PersonID, kind, note)
	return err
}

func selectEvents(ctx context.Context, tx pg.DB, sellerID, offerID int64) ([]Event, error) {
	return pg.List[Event](ctx, tx, `
		select at, kind, note from export_goods_events where seller_id = $1 and offer_id = $2 order by id desc limit 20`, sellerID, offerID)
}
