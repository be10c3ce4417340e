package catalog

import (
	"context"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type tileRow struct {
	ProductID        int64
	Slug             string
	TitleRU, TitleEN string
	Art              string
	Photo            *Photo
	OfferID          *int64
	Price            *int64
	Currency         *string
	SellerName       *string
	Days             *int
	DeliveryFee      *int64
	Rating           *int
	Variants         int
	PublishedAt      time.Time
}

func (r tileRow) tile() Tile {
	t := Tile{ProductID: r.ProductID, Slug: r.Slug, Title: Text{RU: r.TitleRU, EN: r.TitleEN}, Variants: r.Variants, PublishedAt: r.PublishedAt}
	if r.Photo != nil {
		t.Photo = *r.Photo
	}
	t.Photo.Art = ArtPath(r.Art, r.ProductID)
	if r.OfferID == nil {
		return t
	}
	t.OfferID, t.SellerName, t.Days = *r.OfferID, *r.SellerName, *r.Days
	t.Price = Price{Amount: money.Amount(*r.Price), Currency: money.Currency(*r.Currency)}
	t.DeliveryFee, t.Rating = money.Amount(*r.DeliveryFee), *r.Rating
	return t
}

// selectTiles hides from the planner how many ids there are: for a short list it would plan the statement anew each time,
// which takes ten times as long as running it.
// An offer that is preferred goes before a cheaper one.
func selectTiles(ctx context.Context, db pg.DB, ids []int64, sellerID int64, prefer []int64) ([]tileRow, error) {
	return pg.List[tileRow](ctx, db, `
		select p.id as product_id, p.slug, p.title_ru, p.title_en, c.art,
			(select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height)
			 from product_images pi join media_files m on m.id = pi.media_id
			 where pi.product_id = p.id order by pi.variant_id is not null, pi.position, pi.id limit 1) as photo,
			o.offer_id, o.price, o.currency, o.seller_name, o.days, o.delivery_fee, o.rating,
			(select count(*) from variants v where v.product_id = p.id and v.status = 'active') as variants, p.published_at
		from products p
		join categories c on c.id = p.category_id
		left join lateral (
			select f.offer_id, f.price, f.currency, f.seller_name, f.days, f.delivery_fee, f.rating_hundredths as rating
			from offer_facts f where f.product_id = p.id and f.blocked is null and ($2::bigint = 0 or f.seller_id = $2)
			order by f.offer_id = any($3::bigint[]) desc, f.price, f.offer_id limit 1) o on true
		where p.id = any(array(select unnest($1::bigint[]))) and p.status = 'published' and c.shown`, ids, sellerID, prefer)
}

type fallenRow struct {
	ProductID int64
	Price     int64
	History   []Charged
}

// selectFallen looks at prices that ended lately and were higher than today's. The limit is a part of the statement, here
// and below: one that is a parameter would be planned anew each time.
func selectFallen(ctx context.Context, db pg.DB, limit int) ([]fallenRow, error) {
	return pg.List[fallenRow](ctx, db, `
		with ended as (
			select offer_id, price from offer_prices
			where to_at is not null and to_at > now() - interval '16 days' order by to_at desc limit `+strconv.Itoa(limit)+`
		)
		select distinct on (f.offer_id) f.product_id, f.price, `+historyJSON+` as history
		from ended e join offer_facts f on f.offer_id = e.offer_id
		where f.blocked is null and e.price > f.price`)
}

func selectNewest(ctx context.Context, db pg.DB, categoryID, sellerID int64, limit int) ([]int64, error) {
	switch {
	case sellerID != 0:
		return pg.Scalars[int64](ctx, db, `
			select p.id from products p where p.status = 'published' and exists (
				select from offer_facts f where f.product_id = p.id and f.seller_id = $1 and f.blocked is null)
			order by p.published_at desc, p.id desc limit `+strconv.Itoa(limit), sellerID)
	case categoryID != 0:
		return pg.Scalars[int64](ctx, db, `
			select p.id from products p join categories c on c.id = p.category_id
			where p.status = 'published' and c.path @> array[$1::bigint] and exists (
				select from offer_facts f where f.product_id = p.id and f.blocked is null)
			order by p.published_at desc, p.id desc limit `+strconv.Itoa(limit), categoryID)
	}
	return pg.Scalars[int64](ctx, db, `
		select p.id from products p where p.status = 'published' and exists (
			select from offer_facts f where f.product_id = p.id and f.blocked is null)
		order by p.published_at desc, p.id desc limit `+strconv.Itoa(limit))
}

// selectSiblings picks the newest cards of a category for the foot of a product page.
func selectSiblings(ctx context.Context, db pg.DB, categoryID int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select id from products where category_id = $1 and status = 'published'
		order by published_at desc, id desc limit `+strconv.Itoa(limit), categoryID)
}

// shopGoods pages through what a shop sells now by product id, newest first.
func shopGoods(ctx context.Context, db pg.DB, sellerID, before int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select p.id from products p where p.status = 'published' and ($2::bigint = 0 or p.id < $2) and exists (
			select from offer_facts f where f.product_id = p.id and f.seller_id = $1 and f.blocked is null)
		order by p.id desc limit `+strconv.Itoa(limit), sellerID, before)
}

// SitemapEntry is a page for machines that read.
type SitemapEntry struct {
	ID        int64
	Slug      string
	UpdatedAt time.Time
}

func listSitemap(ctx context.Context, db pg.DB, after int64, limit int) ([]SitemapEntry, error) {
	return pg.List[SitemapEntry](ctx, db, `
		select p.id, p.slug, p.updated_at from products p join categories c on c.id = p.category_id
		where p.status = 'published' and c.shown and p.id > $1 order by p.id limit $2`, after, limit)
}

func upsertViews(ctx context.Context, db pg.DB, personID int64, ids []int64, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		insert into product_views (person_id, product_id, viewed_at)
		select $1, p.id, $3::timestamptz - w.n * interval '1 second'
		from unnest($2::bigint[]) with ordinality as w (id, n) join products p on p.id = w.id and p.status = 'published'
		on conflict (person_id, product_id) do update set viewed_at = greatest(product_views.viewed_at, excluded.viewed_at)`,
		personID, ids, now)
	return err
}

func listViews(ctx context.Context, db pg.DB, personID int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select product_id from product_views where person_id = $1 order by viewed_at desc limit $2`, personID, limit)
}
