package goods

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type confirmedRow struct {
	SellerID, ProductID            int64
	HS, TitleRU, TitleEN, Material string
}

// selectConfirmed reads across sellers, so it never runs inside pg.AsSeller: codes are no secret, and only they and the
// public card are read.
func selectConfirmed(ctx context.Context, db pg.DB, sellerID, productID, categoryID int64) ([]confirmedRow, error) {
	return pg.List[confirmedRow](ctx, db, `
		select distinct on (g.seller_id, p.id, g.hs) g.seller_id, p.id as product_id, g.hs, p.title_ru, p.title_en, g.material
		from products p join variants v on v.product_id = p.id join offers o on o.variant_id = v.id
			join export_goods g on g.seller_id = o.seller_id and g.offer_id = o.id
		where p.category_id = $3 and g.confirmed_at is not null and g.seller_id <> $1 and p.status = 'published'
		order by g.seller_id, p.id, g.hs, (p.id = $2) desc limit 400`, sellerID, productID, categoryID)
}

// Filter narrows the list of listings.
type Filter struct {
	Show  string // "" all, ready, lacking, off
	Lack  string // a key of Lacks
	Q     string
	After int64 // the last offer seen; 0 starts at the newest
	Limit int
}

// shows tells a listing's state; o is its offer, g its passport, if any.
const shows = `case when g.ready then 'ready' when g.abroad then 'lacking' else 'off' end`

func selectOffers(ctx context.Context, tx pg.DB, sellerID int64, f Filter) ([]int64, error) {
	return pg.Scalars[int64](ctx, tx, `
		select o.id from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id
			left join export_goods g on g.seller_id = o.seller_id and g.offer_id = o.id
		where o.seller_id = $1 and o.status <> 'archived'
			and ($2 = '' or `+shows+` = $2)
			and ($3 = '' or $3 = any(g.lacks) or $3 = 'htsus' and g.abroad and g.hs <> '' and g.htsus = '')
			and ($4 = '' or p.title_ru ilike '%' || $4 || '%' or p.title_en ilike '%' || $4 || '%' or o.seller_sku = $5 or g.hs = $5)
			and ($6::bigint = 0 or o.id < $6)
		order by o.id desc limit $7`, sellerID, f.Show, f.Lack, pg.LikeSafe(f.Q), f.Q, f.After, f.Limit)
}

type count struct {
	Key string
	N   int
}

// countStates counts a seller's listings by state.
func countStates(ctx context.Context, tx pg.DB, sellerID int64) ([]count, error) {
	return pg.List[count](ctx, tx, `
		select `+shows+` as key, count(*)::int as n from offers o left join export_goods g on g.seller_id = o.seller_id and g.offer_id = o.id
		where o.seller_id = $1 and o.status <> 'archived' group by 1`, sellerID)
}

// countLacks counts what keeps a seller's switched-on listings at home, the most frequent first.
func countLacks(ctx context.Context, tx pg.DB, sellerID int64) ([]count, error) {
	return pg.List[count](ctx, tx, `
		select l.key, count(*)::int as n from export_goods g join offers o on o.id = g.offer_id, unnest(g.lacks) as l (key)
		where g.seller_id = $1 and g.abroad and o.status <> 'archived' group by 1 order by 2 desc, 1`, sellerID)
}

// countHTSUS counts a seller's switched-on listings that have a code, and not yet the USA's own.
func countHTSUS(ctx context.Context, tx pg.DB, sellerID int64) (int, error) {
	return pg.Scalar[int](ctx, tx, `
		select count(*)::int from export_goods g join offers o on o.id = g.offer_id
		where g.seller_id = $1 and g.abroad and g.hs <> '' and g.htsus = '' and o.status <> 'archived'`, sellerID)
}

// lockPassport reads a passport for a desk's verdict, whatever seller's it is. A desk may have been asked about a thing
// that its seller has told nothing of yet; its passport begins with the verdict.
func lockPassport(ctx context.Context, tx pg.DB, sellerID, offerID int64) (Passport, error) {
	if _, err := pg.Exec(ctx, tx, `insert into export_goods (seller_id, offer_id) values ($1, $2) on conflict do nothing`, sellerID, offerID); err != nil {
		return Passport{}, err
	}
	return pg.One[Passport](ctx, tx, `select `+passportColumns+` from export_goods g where g.seller_id = $1 and g.offer_id = $2 for update`, sellerID, offerID)
}

// updateDocuments writes what a desk gave and what that leaves to be asked.
func updateDocuments(ctx context.Context, tx pg.DB, p Passport, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		update export_goods set documents = $3, verdict = $4, asked = $5, ready = $6, lacks = $7, version = version + 1, updated_at = $8
		where seller_id = $1 and offer_id = $2`,
		p.SellerID, p.OfferID, some(p.Documents), p.Verdict, some(p.Asked), p.Ready(), some(p.Lacks()), now)
	return err
}

// updateHTSUS writes the USA's own code of a thing, which begins with the thing's.
func updateHTSUS(ctx context.Context, tx pg.DB, sellerID, offerID int64, code string, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		update export_goods set htsus = $3, version = version + 1, updated_at = $4
		where seller_id = $1 and offer_id = $2 and hs <> '' and left($3, 6) = hs and htsus <> $3`, sellerID, offerID, code, now)
	return err
}

// selectUnjudged are listings that are sold abroad and were judged by the rules of another day.
func selectUnjudged(ctx context.Context, db pg.DB, today time.Time, limit int) ([]Passport, error) {
	return pg.List[Passport](ctx, db, `
		select `+passportColumns+` from export_goods g where g.abroad and (g.judged_on is null or g.judged_on < $1::date)
		order by g.judged_on nulls first, g.offer_id limit $2`, today, limit)
}

// updateJudged keeps what the rules of a day say; false says that the seller has changed the passport meanwhile, which
// judged it too.
func updateJudged(ctx context.Context, db pg.DB, p Passport, today time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update export_goods set verdict = $4, asked = $5, ready = $6, lacks = $7, judged_on = $8::date
		where seller_id = $1 and offer_id = $2 and version = $3`,
		p.SellerID, p.OfferID, p.Version, p.Verdict, some(p.Asked), p.Ready(), some(p.Lacks()), today)
	return n == 1, err
}
