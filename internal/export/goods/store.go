package goods

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// passportColumns are a passport as RowToStructByName reads it.
const passportColumns = `g.offer_id, g.seller_id, g.abroad, g.hs, g.confirmed_at is not null as confirmed, g.confidence::int as confidence,
	g.tnved, g.origin, g.net_g as net_grams, g.gross_g as gross_grams, g.length_mm, g.width_mm, g.height_mm, g.text_en, g.text_ru,
	g.material, g.technique, g.author, g.year_made::int as year_made, g.by_author, g.making = 'mass' as mass,
	g.making = 'unique' as "unique", g.collection, g.traits, g.documents, g.verdict, g.asked, g.version`

func selectPassports(ctx context.Context, db pg.DB, offers []int64) ([]Passport, error) {
	return pg.List[Passport](ctx, db, `select `+passportColumns+` from export_goods g where g.offer_id = any($1)`, offers)
}

// appendDocument gives a passport a document it does not have yet.
func appendDocument(ctx context.Context, db pg.DB, sellerID, offerID int64, doc string) (Passport, error) {
	return pg.One[Passport](ctx, db, `
		update export_goods g set documents = case when $3 = any(g.documents) then g.documents else g.documents || $3 end,
			version = g.version + 1, updated_at = now()
		where g.seller_id = $1 and g.offer_id = $2 returning `+passportColumns, sellerID, offerID, doc)
}

func selectTerms(ctx context.Context, db pg.DB, sellers []int64) ([]SellerTerms, error) {
	return pg.List[SellerTerms](ctx, db, `
		select seller_id, kind, vat_payer, wants_vat0 as wants_vat0, signature, inn, kpp, ogrn, name_latin, address_latin, postcode, phone, email, version
		from export_sellers where seller_id = any($1)`, sellers)
}
