package seller

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const columns = `s.id, s.slug, s.name, s.status, s.status_note, s.trusted, coalesce(s.applicant_id, 0) as applicant_id,
	s.legal_form, s.legal_name, s.inn, s.ogrn, s.legal_address, s.email, s.phone, s.city, s.about_ru, s.about_en,
	s.vacation_from, s.vacation_to, s.dispatch_days, s.transit_days, s.delivery_fee, s.free_from,
	coalesce(s.rating_hundredths, 0) as rating_hundredths, s.ratings, s.sales,
	coalesce(s.on_time_permille, -1) as on_time_permille, coalesce(s.cancel_permille, -1) as cancel_permille,
	s.version, s.created_at, s.opened_at`

func one(ctx context.Context, db pg.DB, where string, args ...any) (Seller, error) {
	shop, err := pg.One[Seller](ctx, db, `select `+columns+` from sellers s `+where, args...)
	if errs.Is(err, errs.NotFound) {
		return shop, ErrNotFound
	}
	return shop, err
}

func getSeller(ctx context.Context, db pg.DB, id int64) (Seller, error) {
	return one(ctx, db, `where s.id = $1`, id)
}

func lockSeller(ctx context.Context, tx pg.DB, id int64) (Seller, error) {
	return one(ctx, tx, `where s.id = $1 for no key update`, id)
}

func getBySlug(ctx context.Context, db pg.DB, slug string) (Seller, error) {
	return one(ctx, db, `where s.slug = $1 and s.status in ('open', 'suspended')`, slug)
}

func listOpen(ctx context.Context, db pg.DB, limit int) ([]Seller, error) {
	return pg.List[Seller](ctx, db, `select `+columns+` from sellers s
		where s.status = 'open' order by s.sales desc, s.ratings desc, s.id limit $1`, limit)
}

func listByIDs(ctx context.Context, db pg.DB, ids []int64) ([]Seller, error) {
	return pg.List[Seller](ctx, db, `select `+columns+` from sellers s where s.id = any($1)`, ids)
}

func countSellers(ctx context.Context, db pg.DB) (map[string]int, error) {
	type row struct {
		Status string
		N      int
	}
	rows, err := pg.List[row](ctx, db, `select status, count(*) as n from sellers group by status`)
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Status] = r.N
	}
	return counts, err
}

// lockApplicant makes two applications of one person wait for each other.
func lockApplicant(ctx context.Context, tx pg.DB, personID int64) error {
	_, err := pg.Exec(ctx, tx, `select pg_advisory_xact_lock(hashtextextended('seller.apply', $1))`, personID)
	return err
}

func findApplication(ctx context.Context, db pg.DB, personID int64) (Seller, bool, error) {
	return pg.Opt[Seller](ctx, db, `select `+columns+` from sellers s
		where s.applicant_id = $1 and s.status <> 'terminated' order by s.id desc limit 1`, personID)
}

func selectSlugs(ctx context.Context, db pg.DB, base string) ([]string, error) {
	like := pg.LikeSafe(base) + "%"
	return pg.Scalars[string](ctx, db, `select slug from sellers where slug like $1`, like)
}

func insertSeller(ctx context.Context, tx pg.DB, personID int64, slug string, a Application) (Seller, error) {
	return pg.One[Seller](ctx, tx, `
		insert into sellers as s (slug, name, applicant_id, legal_form, legal_name, inn, ogrn, legal_address, email, phone, city, about_ru)
		values (@slug, @name, @person, @form, @legal, @inn, @ogrn, @address, @email, @phone, @city, @about)
		returning `+columns,
		pg.Args{"slug": slug, "name": a.Name, "person": personID, "form": a.LegalForm, "legal": a.LegalName, "inn": a.INN,
			"ogrn": a.OGRN, "address": a.LegalAddress, "email": a.Email, "phone": a.Phone, "city": a.City, "about": a.About})
}

func updateStatus(ctx context.Context, tx pg.DB, id int64, status, note string, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		update sellers set status = $2, status_note = $3, updated_at = $4,
			opened_at = case when $2 = 'open' then coalesce(opened_at, $4) else opened_at end
		where id = $1`, id, status, note, now)
	return err
}

func updateTrusted(ctx context.Context, tx pg.DB, id int64, trusted bool) error {
	_, err := pg.Exec(ctx, tx, `update sellers set trusted = $2 where id = $1`, id, trusted)
	return err
}

func updateSettings(ctx context.Context, tx pg.DB, id int64, x Settings, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		update sellers set name = @name, about_ru = @ru, about_en = @en, legal_form = @form, legal_name = @legal, inn = @inn,
			ogrn = @ogrn, legal_address = @address, email = @email, phone = @phone, city = @city, dispatch_days = @dispatch,
			transit_days = @transit, delivery_fee = @fee, free_from = @free, vacation_from = @from, vacation_to = @to,
			version = version + 1, updated_at = @now
		where id = @id and version = @version`,
		pg.Args{"id": id, "version": x.Version, "name": x.Name, "ru": x.AboutRU, "en": x.AboutEN, "form": x.LegalForm,
			"legal": x.LegalName, "inn": x.INN, "ogrn": x.OGRN, "address": x.LegalAddress, "email": x.Email, "phone": x.Phone,
			"city": x.City, "dispatch": x.DispatchDays, "transit": x.TransitDays, "fee": x.DeliveryFee, "free": x.FreeFrom,
			"from": x.VacationFrom, "to": x.VacationTo, "now": now})
	return n == 1, err
}

func updateQuality(ctx context.Context, tx pg.DB, id int64, q Quality) error {
	_, err := pg.Exec(ctx, tx, `
		update sellers set rating_hundredths = nullif($2, 0), ratings = $3, sales = $4,
			on_time_permille = nullif($5, -1), cancel_permille = nullif($6, -1)
		where id = $1`, id, q.RatingHundredths, q.Ratings, q.Sales, q.OnTimePermille, q.CancelPermille)
	return err
}

func upsertSeller(ctx context.Context, tx pg.DB, x Seller) (Seller, error) {
	return pg.One[Seller](ctx, tx, `
		insert into sellers as s (slug, name, status, trusted, applicant_id, legal_form, legal_name, inn, ogrn, legal_address,
			email, phone, city, about_ru, about_en, dispatch_days, transit_days, delivery_fee, free_from,
			rating_hundredths, ratings, sales, on_time_permille, cancel_permille, opened_at)
		values (@slug, @name, @status, @trusted, nullif(@applicant::bigint, 0), @form, @legal, @inn, @ogrn, @address, @email, @phone, @city,
			@ru, @en, @dispatch, @transit, @fee, @free, nullif(@rating, 0), @ratings, @sales,
			nullif(@on_time, -1), nullif(@cancel, -1), case when @status = 'open' then now() end)
		on conflict (slug) do update set name = excluded.name, trusted = excluded.trusted, legal_form = excluded.legal_form,
			legal_name = excluded.legal_name, inn = excluded.inn, ogrn = excluded.ogrn, legal_address = excluded.legal_address,
			city = excluded.city, about_ru = excluded.about_ru, about_en = excluded.about_en,
			dispatch_days = excluded.dispatch_days, transit_days = excluded.transit_days,
			delivery_fee = excluded.delivery_fee, free_from = excluded.free_from
		returning `+columns,
		pg.Args{"slug": x.Slug, "name": x.Name, "status": x.Status, "trusted": x.Trusted, "applicant": x.ApplicantID,
			"form": x.LegalForm, "legal": x.LegalName, "inn": x.INN, "ogrn": x.OGRN, "address": x.LegalAddress, "email": x.Email,
			"phone": x.Phone, "city": x.City, "ru": x.AboutRU, "en": x.AboutEN, "dispatch": x.DispatchDays,
			"transit": x.TransitDays, "fee": x.DeliveryFee, "free": x.FreeFrom, "rating": x.RatingHundredths,
			"ratings": x.Ratings, "sales": x.Sales, "on_time": x.OnTimePermille, "cancel": x.CancelPermille})
}
