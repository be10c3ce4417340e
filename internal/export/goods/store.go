package goods

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// passportColumns are a passport as RowToStructByName reads it.
const passportColumns = `g.offer_id, g.seller_id, g.abroad, g.hs, g.confirmed_at is not null as confirmed, g.confidence::int as confidence,
	g.tnved, g.htsus, g.origin, g.net_g as net_grams, g.gross_g as gross_grams, g.length_mm, g.width_mm, g.height_mm, g.text_en, g.text_ru,
	g.material, g.technique, g.author, g.year_made::int as year_made, g.by_author, g.making = 'mass' as mass,
	g.making = 'unique' as "unique", g.collection, g.traits, g.documents, g.verdict, g.asked, g.version`

func selectPassports(ctx context.Context, db pg.DB, offers []int64) ([]Passport, error) {
	return pg.List[Passport](ctx, db, `select `+passportColumns+` from export_goods g where g.offer_id = any($1)`, offers)
}

func selectTerms(ctx context.Context, db pg.DB, sellers []int64) ([]SellerTerms, error) {
	return pg.List[SellerTerms](ctx, db, `
		select seller_id, kind, vat_payer, wants_vat0, signature, inn, kpp, ogrn, name_latin, address_latin, city_latin, postcode, phone, email, version
		from export_sellers where seller_id = any($1)`, sellers)
}

// upsertTerms writes a seller's terms as the version after the one they were made from; false says that another came
// first.
func upsertTerms(ctx context.Context, tx pg.DB, t SellerTerms, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		insert into export_sellers as s (seller_id, kind, vat_payer, wants_vat0, signature, inn, kpp, ogrn, name_latin, address_latin, city_latin, postcode,
			phone, email, updated_at)
		select @seller, @kind, @vat_payer, @wants_vat0, @signature, @inn, @kpp, @ogrn, @name, @address, @city, @postcode, @phone, @email, @now
		where @from::bigint = 0 or exists (select from export_sellers x where x.seller_id = @seller)
		on conflict (seller_id) do update set kind = excluded.kind, vat_payer = excluded.vat_payer, wants_vat0 = excluded.wants_vat0,
			signature = excluded.signature, inn = excluded.inn, kpp = excluded.kpp, ogrn = excluded.ogrn, name_latin = excluded.name_latin,
			address_latin = excluded.address_latin, city_latin = excluded.city_latin, postcode = excluded.postcode, phone = excluded.phone, email = excluded.email,
			version = s.version + 1, updated_at = excluded.updated_at
		where s.version = @from`,
		pg.Args{"seller": t.SellerID, "kind": t.Kind, "vat_payer": t.VATPayer, "wants_vat0": t.WantsVAT0, "signature": t.Signature,
			"inn": t.INN, "kpp": t.KPP, "ogrn": t.OGRN, "name": t.NameLatin, "address": t.AddressLatin, "city": t.CityLatin, "postcode": t.Postcode, "phone": t.Phone,
			"email": t.Email, "now": now, "from": t.Version})
	return n == 1, err
}
