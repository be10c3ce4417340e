package listing

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var cardConstraints = map[string]*errs.Error{
	"variants_gtin": errs.New(errs.Conflict, "listing.bad.gtin_taken"),
}

func lockVersion(ctx context.Context, tx pg.DB, productID int64) (int, error) {
	return pg.Scalar[int](ctx, tx, `select version from products where id = $1 for update`, productID)
}

func getAuthor(ctx context.Context, tx pg.DB, sellerID int64) (author, error) {
	return pg.One[author](ctx, tx, `select trusted, sales from sellers where id = $1`, sellerID)
}

func insertDraft(ctx context.Context, tx pg.DB, sellerID int64, key, slug string, d CardDoc) (int64, error) {
	return pg.Scalar[int64](ctx, tx, `
		insert into products (slug, category_id, author_id, author_key, title_ru, status)
		values ($1, $2, $3, $4, $5, 'draft') returning id`, slug, d.CategoryID, sellerID, key, d.Title.RU)
}

func insertVariant(ctx context.Context, tx pg.DB, productID int64, status string, v VariantDoc) (int64, error) {
	id, err := pg.Scalar[int64](ctx, tx, `
		insert into variants (product_id, status, gtin, weight_g, length_mm, width_mm, height_mm, position)
		select $1, $2, nullif($3, ''), nullif($4::int, 0), nullif($5::int, 0), nullif($6::int, 0), nullif($7::int, 0),
			(select coalesce(max(position) + 1, 0) from variants where product_id = $1)
		returning id`, productID, status, v.GTIN, v.WeightG, v.LengthMM, v.WidthMM, v.HeightMM)
	return id, errs.FromPG(err, cardConstraints)
}

func insertVariantOptions(ctx context.Context, tx pg.DB, variantID int64, options []catalog.Option) error {
	if len(options) == 0 {
		return nil
	}
	_, err := pg.Exec(ctx, tx, `
		insert into variant_options (variant_id, position, attribute_id, value_id, name_ru, name_en, value_ru, value_en)
		select $1, o.n - 1, nullif((o.v ->> 'attribute_id')::bigint, 0), nullif((o.v ->> 'value_id')::bigint, 0),
			o.v -> 'name' ->> 'ru', coalesce(o.v -> 'name' ->> 'en', ''),
			o.v -> 'value' ->> 'ru', coalesce(o.v -> 'value' ->> 'en', '')
		from jsonb_array_elements($2::jsonb) with ordinality as o (v, n) where o.n <= 3`, variantID, options)
	return err
}

// writeDoc replaces what the card says; version is the one it was written against.
func writeDoc(ctx context.Context, tx pg.DB, productID int64, version int, d CardDoc) error {
	norm := catalog.BrandNorm(d.Brand)
	if norm != "" {
		if _, err := pg.Exec(ctx, tx, `insert into brands (slug, name, norm) values ($1, $2, $3) on conflict do nothing`,
			catalog.BrandSlug(d.Brand, norm), d.Brand, norm); err != nil {
			return err
		}
	}
	n, err := pg.Exec(ctx, tx, `
		update products set category_id = $3, brand_id = (select id from brands where norm = $4), part_number = $5,
			title_ru = $6, title_en = $7, description_ru = $8, description_en = $9, author_hash = null,
			version = version + 1, updated_at = now()
		where id = $1 and version = $2`,
		productID, version, d.CategoryID, norm, d.PartNumber, d.Title.RU, d.Title.EN, d.Description.RU, d.Description.EN)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrStaleCard
	}
	return writeDocParts(ctx, tx, productID, d)
}

func writeDocParts(ctx context.Context, tx pg.DB, productID int64, d CardDoc) error {
	for _, step := range []struct {
		sql string
		arg any
	}{
		{`delete from product_attributes where product_id = $1 and $2::jsonb is not null`, d.Attributes},
		{`insert into product_attributes (product_id, attribute_id, position, value_id, number, flag, text_ru, text_en)
			select $1, a.attribute_id, row_number() over (partition by a.attribute_id) - 1, a.value_id, a.number, a.flag,
				a.text ->> 'ru', a.text ->> 'en'
			from jsonb_to_recordset($2) as a (attribute_id bigint, value_id bigint, number numeric, flag boolean, text jsonb)`, d.Attributes},
		{`delete from product_images where product_id = $1 and variant_id is null and media_id <> all (
			select i.media_id from jsonb_to_recordset($2) as i (media_id bigint))`, d.Images},
		{`insert into product_images (product_id, media_id, alt_ru, alt_en, position)
			select $1, (i.v ->> 'media_id')::bigint, coalesce(i.v -> 'alt' ->> 'ru', ''), coalesce(i.v -> 'alt' ->> 'en', ''), i.n - 1
			from jsonb_array_elements($2::jsonb) with ordinality as i (v, n)
			on conflict (product_id, media_id) do update set position = excluded.position,
				alt_ru = excluded.alt_ru, alt_en = excluded.alt_en`, d.Images},
		{`update variants v set gtin = nullif(w.gtin, ''), weight_g = nullif(w.weight_g, 0), length_mm = nullif(w.length_mm, 0),
				width_mm = nullif(w.width_mm, 0), height_mm = nullif(w.height_mm, 0)
			from jsonb_to_recordset($2) as w (id bigint, gtin text, weight_g int, length_mm int, width_mm int, height_mm int)
			where v.product_id = $1 and v.id = w.id`, d.Variants},
		{`insert into product_changes (product_id) select $1 where $2::jsonb is not null`, d.Variants},
	} {
		arg := step.arg
		if isEmpty(arg) {
			arg = []int{}
		}
		if _, err := pg.Exec(ctx, tx, step.sql, productID, arg); err != nil {
			return errs.FromPG(err, cardConstraints)
		}
	}
	return nil
}

// isEmpty tells nil lists apart, which would become a JSON null instead of a list.
func isEmpty(list any) bool {
	switch l := list.(type) {
	case []intake.Attribute:
		return len(l) == 0
	case []intake.Image:
		return len(l) == 0
	case []VariantDoc:
		return len(l) == 0
	}
	return false
}

func activateVariants(ctx context.Context, tx pg.DB, productID int64, d CardDoc) error {
	ids := make([]int64, len(d.Variants))
	for i, v := range d.Variants {
		ids[i] = v.ID
	}
	_, err := pg.Exec(ctx, tx, `
		update variants set status = 'active' where product_id = $1 and id = any($2) and status = 'proposed'`, productID, ids)
	return err
}

func publishCard(ctx context.Context, tx pg.DB, productID int64, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		with p as (
			update products set status = 'published', published_at = coalesce(published_at, $2), version = version + 1, updated_at = $2
			where id = $1 and status = 'draft' returning id
		)
		insert into product_changes (product_id) select id from p`, productID, now)
	return err
}

// attributeNames looks up the names of what the docs speak of.
func attributeNames(ctx context.Context, db pg.DB, docs ...CardDoc) (attributeBook, error) {
	book := attributeBook{attributes: map[int64]catalog.Spec{}, values: map[int64]catalog.Text{}}
	attributes, values := []int64{}, []int64{}
	for _, d := range docs {
		for _, a := range d.Attributes {
			attributes = append(attributes, a.AttributeID)
			if a.ValueID != nil {
				values = append(values, *a.ValueID)
			}
		}
	}
	type named struct {
		ID             int64
		Kind, Unit     string
		NameRU, NameEN string
	}
	list, err := pg.List[named](ctx, db, `
		select id, kind, unit, name_ru, name_en from attributes where id = any($1)
		union all select id, 'value', '', name_ru, name_en from attribute_values where id = any($2)`, attributes, values)
	for _, n := range list {
		name := catalog.Text{RU: n.NameRU, EN: n.NameEN}
		if n.Kind == "value" {
			book.values[n.ID] = name
			continue
		}
		book.attributes[n.ID] = catalog.Spec{AttributeID: n.ID, Kind: n.Kind, Unit: n.Unit, Name: name}
	}
	return book, err
}
