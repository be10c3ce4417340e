package catalog

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// takeChanges empties the front of the queue. The lock keeps other drainers out until this
// transaction ends; nothing else depends on it.
func takeChanges(ctx context.Context, tx pg.DB, limit int) ([]int64, error) {
	if _, err := pg.Exec(ctx, tx, `select pg_advisory_xact_lock(hashtextextended('catalog.index', 0))`); err != nil {
		return nil, err
	}
	return pg.Scalars[int64](ctx, tx, `
		with front as (
			delete from product_changes where id in (select id from product_changes order by id limit $1) returning product_id
		)
		select distinct product_id from front`, limit)
}

func deleteChanges(ctx context.Context, db pg.DB) error {
	_, err := pg.Exec(ctx, db, `delete from product_changes`)
	return err
}

func touchSeller(ctx context.Context, tx pg.DB, sellerID int64) error {
	_, err := pg.Exec(ctx, tx, `
		insert into product_changes (product_id)
		select distinct v.product_id from offers o join variants v on v.id = o.variant_id where o.seller_id = $1`, sellerID)
	return err
}

func pageOfProducts(ctx context.Context, db pg.DB, after int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select id from products where status = 'published' and id > $1 order by id limit $2`, after, limit)
}

type indexRow struct {
	ID, CategoryID, BrandID                        int64
	Slug, Brand, PartNumber, Art                   string
	TitleRU, TitleEN, DescriptionRU, DescriptionEN string
	PublishedAt                                    *time.Time
	Specs                                          []Spec
	Photo                                          *Photo
	Variants                                       []indexVariant
	SoldOut                                        bool
	Quiet                                          []int64 // attributes that are no filter in this category
	Abroad                                         []int64 // the attribute, and its value, of what may be sold abroad
}

type indexVariant struct {
	GTIN    string     `json:"gtin"`
	Options []Option   `json:"options"`
	Offers  []rivalRow `json:"offers"`
}

func selectIndexRows(ctx context.Context, db pg.DB, ids []int64) ([]indexRow, error) {
	return pg.List[indexRow](ctx, db, `
		select p.id, p.category_id, coalesce(b.id, 0) as brand_id, p.slug, coalesce(b.name, '') as brand, p.part_number, c.art,
			p.title_ru, p.title_en, p.description_ru, p.description_en, p.published_at, `+specsJSON+` as specs,
			(select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height)
			 from product_images pi join media_files m on m.id = pi.media_id
			 where pi.product_id = p.id order by pi.variant_id is not null, pi.position, pi.id limit 1) as photo,
			(select coalesce(jsonb_agg(jsonb_build_object('gtin', coalesce(v.gtin, ''), 'options', `+OptionsJSON+`, 'offers', (
				select coalesce(jsonb_agg(to_jsonb(q)), '[]') from (
					select `+rivalColumns+`, `+historyJSON+` as history, (select o.abroad from offers o where o.id = f.offer_id) as abroad
					from offer_facts f
					where f.variant_id = v.id and f.blocked is null order by f.price, f.offer_id limit 50) q
			)) order by v.position, v.id), '[]')
			 from variants v where v.product_id = p.id and v.status = 'active') as variants,
			exists (select from offer_facts f where f.product_id = p.id and f.blocked in ('sold_out', 'away')) as sold_out,
			(select coalesce(array_agg(ca.attribute_id), '{}') from category_attributes ca
			 where ca.category_id = p.category_id and not ca.facet) as quiet,
			coalesce((select array[a.id, v.id] from attributes a join attribute_values v on v.attribute_id = a.id
			 where a.code = 'abroad' and v.code = 'yes'), '{}') as abroad
		from products p
		join categories c on c.id = p.category_id
		left join brands b on b.id = p.brand_id
		where p.id = any($1) and p.status = 'published' and c.shown
		order by p.id`, ids)
}

// TouchOffers queues the cards of offers for the index.
func TouchOffers(ctx context.Context, db pg.DB, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := pg.Exec(ctx, db, `
		insert into product_changes (product_id)
		select distinct v.product_id from offers o join variants v on v.id = o.variant_id where o.id = any($1)`, ids)
	return err
}
