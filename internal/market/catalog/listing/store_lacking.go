package listing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Count puts into a batch the question how much a seller ($1) lists: offers that are not archived, and what drafts have
// without one. Variants of own published cards that the seller does not offer are among the listings but not counted: to
// find them takes a look at every card, and this is asked on every page. It counts no further than most.
func Count(b *pgx.Batch, sellerID int64, most int, n *int) {
	b.Queue(`
		select count(*)::int from (
			select 1 from offers o where o.seller_id = $1 and o.status <> 'archived'
			union all
			select 1 from products p join variants v on v.product_id = p.id
			where p.author_id = $1 and p.status = 'draft' and v.status <> 'retired'
				and not exists (select from offers o where o.variant_id = v.id and o.seller_id = $1 and o.status <> 'archived')
			limit $2) l`, sellerID, most).QueryRow(func(row pgx.Row) error { return row.Scan(n) })
}

type glanceRow struct {
	ID, Category               int64
	TitleRU, TitleEN           string
	Title, Description, Photos int
	Brand, GTIN, Weight        bool
	Attributes                 []int64
}

// selectGlances looks at the cards that a seller has on sale, of those ordered and of the latest offers.
func selectGlances(ctx context.Context, tx pg.DB, sellerID int64, ordered []int64, offers int) ([]glance, error) {
	rows, err := pg.List[glanceRow](ctx, tx, `
		with latest as (
			select product_id as id from variants where id = any(array(
				select variant_id from offers where seller_id = $1 and status <> 'archived' order by id desc limit $3))
			union select unnest($2::bigint[])
		)
		select p.id, p.category_id as category, p.title_ru, p.title_en, char_length(p.title_ru) as title,
			char_length(p.description_ru) as description, p.brand_id is not null as brand,
			(select count(*)::int from product_images i where i.product_id = p.id) as photos,
			v.gtin, v.weight, array(
				select attribute_id from product_attributes a where a.product_id = p.id
				union select x.attribute_id from variant_options x join variants w on w.id = x.variant_id
				where w.product_id = p.id and w.status <> 'retired' and x.attribute_id is not null) as attributes
		from latest l join products p on p.id = l.id cross join lateral (
			select coalesce(bool_or(w.gtin is not null), false) as gtin, coalesce(bool_or(w.weight_g > 0), false) as weight
			from variants w where w.product_id = p.id and w.status <> 'retired') v
		where p.status = 'published' and exists (select from variants w join offers o on o.variant_id = w.id
			where w.product_id = p.id and o.seller_id = $1 and o.status <> 'archived')
		order by array_position($2, p.id), p.id desc`, sellerID, ordered, offers)
	list := make([]glance, len(rows))
	for i, r := range rows {
		list[i] = glance{ID: r.ID, Category: r.Category, Name: catalog.Text{RU: r.TitleRU, EN: r.TitleEN}, facts: facts{Title: r.Title,
			Description: r.Description, Photos: r.Photos, Brand: r.Brand, GTIN: r.GTIN, Weight: r.Weight, English: r.TitleEN != "", Attributes: r.Attributes}}
	}
	return list, err
}
