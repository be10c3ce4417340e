package intake

import (
	"context"
	"slices"

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
		on conflict (code) do update set slug = excluded.slug, art = excluded.art,
			name_ru = case when categories.edited_at is null then excluded.name_ru else categories.name_ru end,
			name_en = case when categories.edited_at is null then excluded.name_en else categories.name_en end,
			position = case when categories.edited_at is null then excluded.position else categories.position end,
			hidden = case when categories.edited_at is null then excluded.hidden else categories.hidden end`, list)
	if err != nil {
		return err
	}
	if err := seedPaths(ctx, db, list); err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		update categories c set hidden = true
		where not exists (select from jsonb_to_recordset($1) as r ("Code" text) where r."Code" = c.code)
			and not hidden and edited_at is null`, list)
	return err
}

// placeRow is where a category stands in the tree.
type placeRow struct {
	ID       int64   `json:"id"`
	ParentID *int64  `json:"parent_id"`
	Path     []int64 `json:"path"`
}

// seedPaths writes parents and paths. They are worked out here: a recursive query over ten thousand
// rows of jsonb, of which the planner knows nothing, takes a hundred times as long.
func seedPaths(ctx context.Context, db pg.DB, list []taxonomy.Category) error {
	type known struct {
		ID   int64
		Code string
	}
	rows, err := pg.List[known](ctx, db, `select id, code from categories`)
	if err != nil {
		return err
	}
	ids, parents := make(map[string]int64, len(rows)), make(map[string]string, len(list))
	for _, r := range rows {
		ids[r.Code] = r.ID
	}
	for _, c := range list {
		parents[c.Code] = c.Parent
	}
	places := make([]placeRow, len(list))
	for i, c := range list {
		places[i].ID = ids[c.Code]
		if parent, ok := ids[c.Parent]; ok {
			places[i].ParentID = &parent
		}
		for code := c.Code; code != ""; code = parents[code] {
			places[i].Path = append(places[i].Path, ids[code])
		}
		slices.Reverse(places[i].Path)
	}
	_, err = pg.Exec(ctx, db, `
		update categories c set parent_id = r.parent_id, path = r.path
		from jsonb_to_recordset($1) as r (id bigint, parent_id bigint, path bigint[])
		where c.id = r.id and (c.parent_id, c.path) is distinct from (r.parent_id, r.path)`, places)
	return err
}

// seedAttributes takes the first of two attributes that the source calls by one code.
func seedAttributes(ctx context.Context, db pg.DB, list []taxonomy.Attribute) error {
	_, err := pg.Exec(ctx, db, `
		insert into attributes (code, kind, unit, name_ru, name_en)
		select distinct on ("Code") "Code", "Kind", "Unit", "RU", "EN"
		from jsonb_to_recordset($1) as r ("Code" text, "Kind" text, "Unit" text, "RU" text, "EN" text)
		on conflict (code) do update set kind = excluded.kind, unit = excluded.unit,
			name_ru = excluded.name_ru, name_en = excluded.name_en`, list)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `
		insert into attribute_values (attribute_id, code, name_ru, name_en, position)
		select distinct on (a.id, v.v ->> 'Code') a.id, v.v ->> 'Code', v.v ->> 'RU', v.v ->> 'EN', v.n
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

// unhurried lets the copy take as long as it needs on a busy machine: it runs once per release,
// before anybody is served.
func unhurried(ctx context.Context, db pg.DB) error {
	_, err := db.Exec(ctx, `set local statement_timeout = 0`)
	return err
}
