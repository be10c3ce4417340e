package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// claimRelease is true for the one caller that is to seed this release.
func claimRelease(ctx context.Context, db pg.DB, hash string) (bool, error) {
	n, err := pg.Exec(ctx, db, `insert into taxonomy_releases (hash) values ($1) on conflict do nothing`, hash)
	return n == 1, err
}

func seedCategories(ctx context.Context, db pg.DB, list []taxonomy.Category) error {
	_, err := pg.Exec(ctx, db, `
		insert into categories (code, slug, name_ru, name_en, art, position, hidden)
		select "Code", "Slug", "RU", "EN", "Art", "Position", "Hidden"
		from jsonb_to_recordset($1) as r ("Code" text, "Slug" text, "RU" text, "EN" text, "Art" text, "Position" int, "Hidden" boolean)
		on conflict (code) do update set slug = excluded.slug, name_ru = excluded.name_ru, name_en = excluded.name_en,
			art = excluded.art, position = excluded.position, hidden = excluded.hidden`, list)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		with recursive r as (
			select * from jsonb_to_recordset($1) as r ("Code" text, "Parent" text)
		), tree as (
			select c.id, c.code, null::bigint as parent_id, array[c.id] as path
			from r join categories c on c.code = r."Code" where r."Parent" = ''
			union all
			select c.id, c.code, t.id, t.path || c.id
			from tree t join r on r."Parent" = t.code join categories c on c.code = r."Code"
		)
		update categories c set parent_id = t.parent_id, path = t.path from tree t where t.id = c.id`, list)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		update categories set hidden = true
		where code <> all (select r."Code" from jsonb_to_recordset($1) as r ("Code" text))`, list)
	return err
}

func seedAttributes(ctx context.Context, db pg.DB, list []taxonomy.Attribute) error {
	_, err := pg.Exec(ctx, db, `
		insert into attributes (code, kind, unit, name_ru, name_en)
		select "Code", "Kind", "Unit", "RU", "EN"
		from jsonb_to_recordset($1) as r ("Code" text, "Kind" text, "Unit" text, "RU" text, "EN" text)
		on conflict (code) do update set kind = excluded.kind, unit = excluded.unit,
			name_ru = excluded.name_ru, name_en = excluded.name_en`, list)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		insert into attribute_values (attribute_id, code, name_ru, name_en, position)
		select a.id, v.v ->> 'Code', v.v ->> 'RU', v.v ->> 'EN', v.n
		from jsonb_to_recordset($1) as r ("Code" text, "Values" jsonb)
		join attributes a on a.code = r."Code"
		cross join lateral jsonb_array_elements(case jsonb_typeof(r."Values") when 'array' then r."Values" else '[]' end)
			with ordinality as v (v, n)
		on conflict (attribute_id, code) do update set name_ru = excluded.name_ru, name_en = excluded.name_en,
			position = excluded.position`, list)
	return err
}

func seedCategoryAttributes(ctx context.Context, db pg.DB, list []taxonomy.Category) error {
	_, err := pg.Exec(ctx, db, `
		insert into category_attributes (category_id, attribute_id, facet, position)
		select c.id, a.id, a.kind <> 'text', v.n
		from jsonb_to_recordset($1) as r ("Code" text, "Attributes" jsonb)
		join categories c on c.code = r."Code"
		cross join lateral jsonb_array_elements_text(case jsonb_typeof(r."Attributes") when 'array' then r."Attributes" else '[]' end)
			with ordinality as v (code, n)
		join attributes a on a.code = v.code
		on conflict (category_id, attribute_id) do update set position = excluded.position`, list)
	return err
}
