package intake

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// The statements below look every row up by itself, through a lateral with a limit, instead of
// leaving it to the planner: statistics know nothing of a shop that is being filled.

// upsertBrands makes the brands that are not known yet; of several spellings the first stands.
func upsertBrands(ctx context.Context, db pg.DB, rows []cardRow) error {
	byNorm := map[string]cardRow{}
	for _, r := range rows {
		if have, ok := byNorm[r.BrandNorm]; r.BrandNorm != "" && (!ok || r.Brand < have.Brand) {
			byNorm[r.BrandNorm] = r
		}
	}
	var slugs, names []string
	norms := slices.Sorted(maps.Keys(byNorm))
	for _, norm := range norms {
		slugs, names = append(slugs, byNorm[norm].BrandSlug), append(names, byNorm[norm].Brand)
	}
	if len(norms) == 0 {
		return nil
	}
	_, err := pg.Exec(ctx, db, `
		insert into brands (slug, name, norm)
		select r.slug, r.name, r.norm from unnest($1::text[], $2::text[], $3::text[]) as r (slug, name, norm)
		where not exists (select from brands b where b.norm = r.norm) order by r.norm
		on conflict do nothing`, slugs, names, norms)
	return err
}

// written is a card that was made (Fresh) or changed.
type written struct {
	ID    int64
	Fresh bool
}

// upsertProducts gives the cards that were made or changed. raw is rows as JSON.
func upsertProducts(ctx context.Context, db pg.DB, raw string) ([]written, error) {
	return pg.List[written](ctx, db, `
		insert into products as p (slug, category_id, brand_id, author_id, author_key, author_hash, part_number,
			title_ru, title_en, description_ru, description_en, status, published_at)
		select r.slug, r.category_id, (select b.id from brands b where b.norm = r.brand_norm), r.author_id, r.key, r.hash, r.part_number,
			r.title_ru, r.title_en, r.description_ru, r.description_en,
			case when r.publish then 'published' else 'draft' end, case when r.publish then now() end
		from jsonb_to_recordset($1) as r (slug text, category_id bigint, brand_norm text, author_id bigint, key text, hash text,
			part_number text, title_ru text, title_en text, description_ru text, description_en text, publish boolean)
		order by r.author_id, r.key
		on conflict (author_id, author_key) do update set
			category_id = excluded.category_id, brand_id = excluded.brand_id, author_hash = excluded.author_hash,
			part_number = excluded.part_number, title_ru = excluded.title_ru, title_en = excluded.title_en,
			description_ru = excluded.description_ru, description_en = excluded.description_en,
			status = excluded.status, published_at = coalesce(p.published_at, excluded.published_at),
			version = p.version + 1, updated_at = now()
		where p.status <> 'blocked' and (p.status = 'draft' or excluded.status = 'published')
			and (p.author_hash, p.status) is distinct from (excluded.author_hash, excluded.status)
		returning p.id, p.xmax = 0 as fresh`, raw)
}

// parts is what writeCardParts needs of a card: its texts stay out.
type parts struct {
	AuthorID   int64       `json:"author_id"`
	Key        string      `json:"key"`
	Attributes []Attribute `json:"attributes"`
	Images     []Image     `json:"images"`
	Variants   []Variant   `json:"variants"`
}

// writeCardParts replaces attributes and options of the changed cards, and adds what is new of
// variants and pictures: an import that names fewer variants takes none away. What no card has
// costs no statement.
func writeCardParts(ctx context.Context, db pg.DB, rows []cardRow, changed []written) error {
	list := make([]parts, len(rows))
	var attributes, options, images bool
	for i, r := range rows {
		list[i] = parts{r.AuthorID, r.Key, r.Attributes, r.Images, r.Variants}
		attributes, images = attributes || len(r.Attributes) > 0, images || len(r.Images) > 0
		options = options || slices.ContainsFunc(r.Variants, func(v Variant) bool { return len(v.Options) > 0 })
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	ids, old := splitWritten(changed)
	if err := clearParts(ctx, db, string(raw), old); err != nil {
		return err
	}
	for _, step := range []struct {
		needed bool
		sql    string
	}{{attributes, insertAttributes}, {true, upsertVariants}, {options, insertOptions}, {images, insertImages}} {
		if !step.needed {
			continue
		}
		if _, err := pg.Exec(ctx, db, step.sql, string(raw), ids); err != nil {
			return err
		}
	}
	_, err = pg.Exec(ctx, db, `insert into product_changes (product_id) select id from unnest($1::bigint[]) as id`, ids)
	return err
}

// splitWritten gives the ids of all cards, and of those that were there before.
func splitWritten(changed []written) (all, old []int64) {
	all = make([]int64, 0, len(changed)) // never null, which any() would pass on
	for _, w := range changed {
		all = append(all, w.ID)
		if !w.Fresh {
			old = append(old, w.ID)
		}
	}
	return all, old
}

// clearParts takes away what the cards say anew.
func clearParts(ctx context.Context, db pg.DB, raw string, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := pg.Exec(ctx, db, `delete from product_attributes where product_id = any($1)`, ids); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, db, `
		delete from variant_options vo using variants v, products p,
			jsonb_to_recordset($1) as r (author_id bigint, key text, variants jsonb), jsonb_to_recordset(r.variants) as w (key text)
		where p.id = any($2) and p.author_id = r.author_id and p.author_key = r.key
			and v.product_id = p.id and v.author_key = w.key and vo.variant_id = v.id`, raw, ids)
	return err
}

const insertAttributes = `
	insert into product_attributes (product_id, attribute_id, position, value_id, number, flag, text_ru, text_en)
	select p.id, a.attribute_id, row_number() over (partition by p.id, a.attribute_id) - 1,
		a.value_id, a.number, a.flag, a.text ->> 'ru', a.text ->> 'en'
	from jsonb_to_recordset($1) as r (author_id bigint, key text, attributes jsonb)
	join products p on p.author_id = r.author_id and p.author_key = r.key and p.id = any($2)
	cross join lateral jsonb_to_recordset(case jsonb_typeof(r.attributes) when 'array' then r.attributes else '[]' end)
		as a (attribute_id bigint, value_id bigint, number numeric, flag boolean, text jsonb)`

const upsertVariants = `
	insert into variants as v (product_id, author_key, gtin, weight_g, length_mm, width_mm, height_mm, position)
	select w.product_id, w.key, case when row_number() over (partition by lpad(w.gtin, 14, '0') order by w.product_id, w.n) = 1
			and not exists (select from variants o where lpad(o.gtin, 14, '0') = lpad(w.gtin, 14, '0') and o.status <> 'retired'
				and (o.product_id, o.author_key) is distinct from (w.product_id, w.key)) then nullif(w.gtin, '') end,
		nullif(w.weight_g, 0), nullif(w.length_mm, 0), nullif(w.width_mm, 0), nullif(w.height_mm, 0), w.n - 1
	from (
		select p.id as product_id, i.n, i.v ->> 'key' as key, i.v ->> 'gtin' as gtin, (i.v ->> 'weight_g')::int as weight_g,
			(i.v ->> 'length_mm')::int as length_mm, (i.v ->> 'width_mm')::int as width_mm, (i.v ->> 'height_mm')::int as height_mm
		from jsonb_to_recordset($1) as r (author_id bigint, key text, variants jsonb)
		join products p on p.author_id = r.author_id and p.author_key = r.key and p.id = any($2)
		cross join lateral jsonb_array_elements(r.variants) with ordinality as i (v, n)
	) w
	order by w.product_id, w.n
	on conflict (product_id, author_key) do update set gtin = coalesce(excluded.gtin, v.gtin),
		weight_g = coalesce(excluded.weight_g, v.weight_g), length_mm = coalesce(excluded.length_mm, v.length_mm),
		width_mm = coalesce(excluded.width_mm, v.width_mm), height_mm = coalesce(excluded.height_mm, v.height_mm),
		position = excluded.position, status = 'active'`

const insertOptions = `
	insert into variant_options (variant_id, position, attribute_id, value_id, name_ru, name_en, value_ru, value_en)
	select v.id, o.n - 1, nullif((o.v ->> 'attribute_id')::bigint, 0), nullif((o.v ->> 'value_id')::bigint, 0),
		o.v -> 'name' ->> 'ru', coalesce(o.v -> 'name' ->> 'en', ''),
		o.v -> 'value' ->> 'ru', coalesce(o.v -> 'value' ->> 'en', '')
	from jsonb_to_recordset($1) as r (author_id bigint, key text, variants jsonb)
	join products p on p.author_id = r.author_id and p.author_key = r.key and p.id = any($2)
	cross join lateral jsonb_to_recordset(r.variants) as w (key text, options jsonb)
	join variants v on v.product_id = p.id and v.author_key = w.key
	cross join lateral jsonb_array_elements(case jsonb_typeof(w.options) when 'array' then w.options else '[]' end)
		with ordinality as o (v, n)
	where o.n <= 3`

const insertImages = `
	insert into product_images (product_id, media_id, alt_ru, alt_en, position)
	select p.id, (i.v ->> 'media_id')::bigint, coalesce(i.v -> 'alt' ->> 'ru', ''), coalesce(i.v -> 'alt' ->> 'en', ''), i.n - 1
	from jsonb_to_recordset($1) as r (author_id bigint, key text, images jsonb)
	join products p on p.author_id = r.author_id and p.author_key = r.key and p.id = any($2)
	cross join lateral jsonb_array_elements(case jsonb_typeof(r.images) when 'array' then r.images else '[]' end)
		with ordinality as i (v, n)
	on conflict (product_id, media_id) do update set
		position = excluded.position, alt_ru = excluded.alt_ru, alt_en = excluded.alt_en`

func cardResults(ctx context.Context, db pg.DB, rows []cardRow, changed []written) ([]CardResult, error) {
	type row struct {
		CardResult
		AuthorID int64
		Key      string
	}
	authors, keys := make([]int64, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		authors[i], keys[i] = r.AuthorID, r.Key
	}
	ids, _ := splitWritten(changed)
	found, err := pg.List[row](ctx, db, `
		select p.id as product_id, p.slug, p.status, p.id = any($3) as changed, p.author_id, p.author_key as key,
			(select coalesce(jsonb_object_agg(v.author_key, v.id), '{}') from variants v
			 where v.product_id = p.id and v.author_key is not null) as variants
		from unnest($1::bigint[], $2::text[]) as r (author_id, key)
		cross join lateral (select * from products p where p.author_id = r.author_id and p.author_key = r.key limit 1) p`, authors, keys, ids)
	if err != nil {
		return nil, err
	}
	type name struct {
		author int64
		key    string
	}
	byName := make(map[name]CardResult, len(found))
	for _, f := range found {
		byName[name{f.AuthorID, f.Key}] = f.CardResult
	}
	results := make([]CardResult, len(rows))
	for i, r := range rows {
		results[i] = byName[name{r.AuthorID, r.Key}]
	}
	return results, nil
}

const offerColumns = `(seller_id bigint, seller_sku text, variant_id bigint, price bigint, currency text, on_hand int,
	vat_code text, condition text, status text, dispatch_days smallint, max_qty int)`

func upsertOffers(ctx context.Context, db pg.DB, rows []Offer) ([]OfferResult, error) {
	list, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	raw := string(list)
	moved, err := pg.Scalars[int64](ctx, db, `
		insert into offers as o (seller_id, seller_sku, variant_id, price, currency, vat_code, condition, status, dispatch_days, max_qty)
		select seller_id, seller_sku, variant_id, price, currency, vat_code, condition, status, dispatch_days, max_qty
		from jsonb_to_recordset($1) as r `+offerColumns+`
		order by seller_id, seller_sku
		on conflict (seller_id, seller_sku) do update set variant_id = excluded.variant_id,
			price = case when excluded.price < o.price - excluded.price then o.price else excluded.price end,
			pending_price = case when excluded.price < o.price - excluded.price then excluded.price end,
			currency = excluded.currency, vat_code = excluded.vat_code, condition = excluded.condition,
			status = excluded.status, dispatch_days = excluded.dispatch_days, max_qty = excluded.max_qty,
			version = o.version + 1, updated_at = now()
		where (o.variant_id, coalesce(o.pending_price, o.price), o.currency, o.vat_code, o.condition, o.status, o.dispatch_days, o.max_qty)
			is distinct from (excluded.variant_id, excluded.price, excluded.currency, excluded.vat_code, excluded.condition,
				excluded.status, excluded.dispatch_days, excluded.max_qty)
		returning o.id`, raw)
	if err != nil {
		return nil, err
	}
	stocked, err := pg.Scalars[int64](ctx, db, `
		insert into offer_stock as s (offer_id, seller_id, on_hand)
		select o.id, o.seller_id, r.on_hand
		from jsonb_to_recordset($1) as r `+offerColumns+`
		cross join lateral (select id, seller_id from offers o where o.seller_id = r.seller_id and o.seller_sku = r.seller_sku limit 1) o
		order by o.id
		on conflict (offer_id) do update set on_hand = greatest(excluded.on_hand, s.reserved)
		where s.on_hand is distinct from greatest(excluded.on_hand, s.reserved)
		returning s.offer_id`, raw)
	if err != nil {
		return nil, err
	}
	changed := append(moved, stocked...)
	if err := catalog.TouchOffers(ctx, db, changed); err != nil {
		return nil, err
	}
	return pg.List[OfferResult](ctx, db, `
		select o.id as offer_id, o.id = any($2) as changed, o.pending_price is not null as stopped
		from rows from (jsonb_to_recordset($1) as (seller_id bigint, seller_sku text)) with ordinality as r (seller_id, seller_sku, n)
		cross join lateral (select * from offers o where o.seller_id = r.seller_id and o.seller_sku = r.seller_sku limit 1) o
		order by r.n`, raw, changed)
}
