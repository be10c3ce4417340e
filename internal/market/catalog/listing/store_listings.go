package listing

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type listingRow struct {
	OfferID, ProductID, VariantID     int64
	SellerSKU, Slug, TitleRU, TitleEN string
	Options                           []catalog.Option
	Photo                             *catalog.Photo
	Art, Card, Variant, Status        string
	Price, Pending                    int64
	Currency                          string
	OnHand, Reserved                  int
	Reason                            string
	Request, RequestNote, RequestCode string
}

// listingSource is every line of a seller ($1): offers, and variants of own cards without one.
const listingSource = `
	select o.id as offer_id, v.product_id, v.id as variant_id from offers o join variants v on v.id = o.variant_id
	where o.seller_id = $1 and o.status <> 'archived'
	union all
	select null, v.product_id, v.id from products p join variants v on v.product_id = p.id
	where p.author_id = $1 and v.status <> 'retired'
		and not exists (select from offers o where o.variant_id = v.id and o.seller_id = $1 and o.status <> 'archived')`

const listingColumns = `coalesce(o.id, 0) as offer_id, p.id as product_id, v.id as variant_id,
	coalesce(o.seller_sku, '') as seller_sku, p.slug, p.title_ru, p.title_en, ` + catalog.OptionsJSON + ` as options, ` + catalog.PhotoJSON + ` as photo,
	c.art, p.status as card, v.status as variant, coalesce(o.status, '') as status, coalesce(o.price, 0) as price,
	coalesce(o.pending_price, 0) as pending, coalesce(o.currency, 'RUB') as currency, coalesce(st.on_hand, 0) as on_hand,
	coalesce(st.reserved, 0) as reserved, coalesce(f.blocked, '') as reason, coalesce(` + openRequest + `, '') as request,
	coalesce(r.note, '') as request_note, coalesce(r.reason_code, '') as request_code`

const listingJoins = `
	join products p on p.id = l.product_id
	join categories c on c.id = p.category_id
	join variants v on v.id = l.variant_id
	left join offers o on o.id = l.offer_id
	left join offer_stock st on st.offer_id = o.id
	left join offer_facts f on f.offer_id = o.id
	left join lateral (select cr.status, cr.note, cr.reason_code from change_requests cr
		where cr.kind in ('card_new', 'card_edit') and cr.target_id = p.id and cr.seller_id = $1 order by cr.id desc limit 1) r on true ` + importedJoin

// importedJoin finds the drafts of a seller ($1) that an import sent to the desk, many in one request.
const importedJoin = `
	left join (select distinct card::bigint as id from change_requests cr, jsonb_array_elements_text(cr.patch -> 'cards') card
		where cr.seller_id = $1 and cr.kind = 'import' and cr.status in ('submitted', 'in_review')) imported on imported.id = p.id`

// openRequest is how the last request about a line's card stands.
const openRequest = `case when p.status = 'draft' and imported.id is not null then 'submitted' else r.status end`

// shows tells the lines of each tab apart.
const shows = `case
	when p.status = 'draft' and coalesce(` + openRequest + `, '') in ('submitted', 'in_review') then 'review'
	when p.status = 'draft' or o.id is null then 'draft'
	when o.status = 'paused' then 'paused'
	when st.on_hand - st.reserved <= 0 then 'out'
	else 'live' end`

func selectListings(ctx context.Context, tx pg.DB, sellerID int64, f Filter) ([]Line, error) {
	rows, err := pg.List[listingRow](ctx, tx, `
		select `+listingColumns+` from (`+listingSource+`) l `+listingJoins+`
		where ($2 = '' or p.title_ru ilike '%' || $2 || '%' or p.title_en ilike '%' || $2 || '%' or o.seller_sku = $2 or v.gtin = $2)
			and ($3 = '' or `+shows+` = $3)
			and ($4::bigint = 0 or (p.id, v.id) < ($4, $5))
		order by p.id desc, v.id desc limit $6`, sellerID, pg.LikeSafe(f.Q), f.Show, f.Before[0], f.Before[1], f.Limit)
	return listings(rows), err
}

func selectListingsOf(ctx context.Context, tx pg.DB, sellerID, productID int64) ([]Line, error) {
	rows, err := pg.List[listingRow](ctx, tx, `
		select `+listingColumns+`
		from (select (select o.id from offers o where o.variant_id = v.id and o.seller_id = $1 and o.status <> 'archived'
				order by o.id limit 1) as offer_id, v.product_id, v.id as variant_id
			from variants v where v.product_id = $2 and v.status <> 'retired') l `+listingJoins+`
		order by v.position, v.id limit 200`, sellerID, productID)
	return listings(rows), err
}

func listings(rows []listingRow) []Line {
	list := make([]Line, len(rows))
	for i, r := range rows {
		l := Line{OfferID: r.OfferID, ProductID: r.ProductID, VariantID: r.VariantID, SellerSKU: r.SellerSKU, Slug: r.Slug,
			Title: catalog.Text{RU: r.TitleRU, EN: r.TitleEN}, Options: r.Options, Card: r.Card, Variant: r.Variant, Status: r.Status,
			Price: catalog.Price{Amount: money.Amount(r.Price), Currency: money.Currency(r.Currency)}, Pending: money.Amount(r.Pending),
			OnHand: r.OnHand, Reserved: r.Reserved, Reason: catalog.Reason(r.Reason), Request: r.Request,
			RequestNote: r.RequestNote, RequestCode: r.RequestCode}
		if r.Photo != nil {
			l.Photo = *r.Photo
		}
		l.Photo.Art = catalog.ArtPath(r.Art, r.ProductID)
		list[i] = l
	}
	return list
}

func countListings(ctx context.Context, tx pg.DB, sellerID int64) (map[string]int, error) {
	type row struct {
		Show string
		N    int
	}
	rows, err := pg.List[row](ctx, tx, `
		select `+shows+` as show, count(*) as n from (`+listingSource+`) l
		join products p on p.id = l.product_id
		left join offers o on o.id = l.offer_id
		left join offer_stock st on st.offer_id = o.id
		left join lateral (select cr.status from change_requests cr
			where p.status = 'draft' and cr.kind = 'card_new' and cr.target_id = p.id and cr.seller_id = $1 order by cr.id desc limit 1) r on true `+importedJoin+`
		group by 1`, sellerID)
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Show] = r.N
		counts[""] += r.N
	}
	return counts, err
}

// selectOpenVariants gives those of the variants that the seller may put on sale, with the article
// number the seller already uses for each.
func selectOpenVariants(ctx context.Context, tx pg.DB, sellerID int64, ids []int64) (map[int64]string, error) {
	type row struct {
		ID  int64
		SKU string
	}
	rows, err := pg.List[row](ctx, tx, `
		select v.id, coalesce((select o.seller_sku from offers o where o.variant_id = v.id and o.seller_id = $1 order by o.id limit 1), '') as sku
		from variants v join products p on p.id = v.product_id
		where v.id = any($2) and v.status <> 'retired' and (p.status = 'published' or p.author_id = $1)`, sellerID, ids)
	open := make(map[int64]string, len(rows))
	for _, r := range rows {
		open[r.ID] = r.SKU
	}
	return open, err
}

func changeMany(ctx context.Context, tx pg.DB, sellerID int64, b Bulk) ([]int64, error) {
	switch b.Do {
	case "pause", "resume":
		from, to := catalog.OfferActive, catalog.OfferPaused
		if b.Do == "resume" {
			from, to = catalog.OfferPaused, catalog.OfferActive
		}
		return pg.Scalars[int64](ctx, tx, `
			update offers set status = $4, version = version + 1, updated_at = now()
			where seller_id = $1 and id = any($2) and status = $3 returning id`, sellerID, b.OfferIDs, from, to)
	case "price":
		return pg.Scalars[int64](ctx, tx, `
			with n as (
				select id, greatest(100, round(price::numeric * (100 + $3::int) / 10000) * 100)::bigint as price
				from offers where seller_id = $1 and id = any($2) and status <> 'archived'
			)
			update offers o set version = o.version + 1, updated_at = now(),
				price = case when n.price < o.price - n.price then o.price else n.price end,
				pending_price = case when n.price < o.price - n.price then n.price end
			from n where o.id = n.id and o.seller_id = $1 returning o.id`, sellerID, b.OfferIDs, b.Percent)
	case "stock":
		return pg.Scalars[int64](ctx, tx, `
			with locked as (
				select offer_id from offer_stock where seller_id = $1 and offer_id = any($2) order by offer_id for no key update
			)
			update offer_stock s set on_hand = greatest($3::int, s.reserved)
			from locked where s.offer_id = locked.offer_id returning s.offer_id`, sellerID, b.OfferIDs, b.OnHand)
	}
	return nil, nil
}

func confirmPrice(ctx context.Context, tx pg.DB, sellerID, offerID int64, keep bool) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		update offers set price = case when $3 then pending_price else price end, pending_price = null,
			version = version + 1, updated_at = now()
		where seller_id = $1 and id = $2 and pending_price is not null`, sellerID, offerID, keep)
	return n == 1, err
}

const matchColumns = `v.id as variant_id, p.id as product_id, p.slug, p.title_ru, p.title_en, ` + catalog.OptionsJSON + ` as options,
	coalesce(v.gtin, '') as gtin, ` + catalog.PhotoJSON + ` as photo, c.art`

type matchRow struct {
	VariantID, ProductID         int64
	Slug, TitleRU, TitleEN, GTIN string
	Options                      []catalog.Option
	Photo                        *catalog.Photo
	Art                          string
	Exact                        bool
}

func matches(rows []matchRow) []Match {
	list := make([]Match, len(rows))
	for i, r := range rows {
		m := Match{VariantID: r.VariantID, ProductID: r.ProductID, Slug: r.Slug, Title: catalog.Text{RU: r.TitleRU, EN: r.TitleEN},
			Options: r.Options, GTIN: r.GTIN, Exact: r.Exact}
		if r.Photo != nil {
			m.Photo = *r.Photo
		}
		m.Photo.Art = catalog.ArtPath(r.Art, r.ProductID)
		list[i] = m
	}
	return list
}

func selectMatches(ctx context.Context, db pg.DB, q, gtin string) ([]Match, error) {
	rows, err := pg.List[matchRow](ctx, db, `
		select `+matchColumns+`, $2 <> '' and lpad(v.gtin, 14, '0') = lpad($2, 14, '0') as exact
		from products p join variants v on v.product_id = p.id join categories c on c.id = p.category_id
		where p.status = 'published' and v.status = 'active'
			and case when $2 <> '' then lpad(v.gtin, 14, '0') = lpad($2, 14, '0') else lower(p.title_ru) like '%' || lower($1) || '%' end
		order by p.published_at desc, v.position, v.id limit 12`, pg.LikeSafe(q), gtin)
	return matches(rows), err
}
