package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// Labels answers the search's questions for names; wiring passes it to search.New.
func Labels(db pg.DB) search.Labels {
	return search.Labels{
		Names: func(ctx context.Context, lang i18n.Lang, ids search.IDs) (search.Names, error) {
			return selectNames(ctx, db, lang, ids)
		},
		Resolve: func(ctx context.Context, codes search.Codes) (search.Resolved, error) {
			return resolveCodes(ctx, db, codes)
		},
	}
}

func selectNames(ctx context.Context, db pg.DB, lang i18n.Lang, ids search.IDs) (search.Names, error) {
	values := make([]int64, len(ids.Pairs))
	for i, p := range ids.Pairs {
		values[i] = p.Value
	}
	rows, err := listNames(ctx, db, ids.Categories, ids.Brands, ids.Attrs, values)
	n := search.Names{Categories: map[int64]search.Name{}, Brands: map[int64]search.Name{}, Attrs: map[int64]search.Name{}, Pairs: map[search.Pair]search.Name{}}
	for _, r := range rows {
		name := search.Name{Code: r.Code, Label: Text{RU: r.NameRU, EN: r.NameEN}.In(lang), Place: r.Place}
		switch r.What {
		case "category":
			n.Categories[r.ID] = name
		case "brand":
			n.Brands[r.ID] = name
		case "attribute":
			n.Attrs[r.ID] = name
		case "value":
			n.Pairs[search.Pair{Attr: r.Attr, Value: r.ID}] = name
		}
	}
	return n, err
}

type nameRow struct {
	What           string
	ID, Attr       int64
	Code           string
	NameRU, NameEN string
	Place          int
}

// listNames hides from the planner how many ids there are, as selectTiles does.
func listNames(ctx context.Context, db pg.DB, categories, brands, attributes, values []int64) ([]nameRow, error) {
	return pg.List[nameRow](ctx, db, `
		select 'category' as what, id, 0::bigint as attr, slug as code, name_ru, name_en, 0 as place
		from categories where id = any(array(select unnest($1::bigint[]))) and shown
		union all select 'brand', id, 0, slug, name, name, 0 from brands where id = any(array(select unnest($2::bigint[])))
		union all select 'attribute', id, 0, code, name_ru, name_en, 0 from attributes where id = any(array(select unnest($3::bigint[]))) and kind <> 'text'
		union all select 'value', id, attribute_id, code, name_ru, name_en, 0 from attribute_values where id = any(array(select unnest($4::bigint[])))`,
		list(categories), list(brands), list(attributes), list(values))
}

// list makes an empty array of nil, which would be null.
func list(ids []int64) []int64 {
	if ids == nil {
		return []int64{}
	}
	return ids
}

func resolveCodes(ctx context.Context, db pg.DB, codes search.Codes) (search.Resolved, error) {
	var attrs, values []string
	for attr, list := range codes.Attrs {
		for _, value := range list {
			attrs, values = append(attrs, attr), append(values, value)
		}
	}
	type row struct {
		What     string
		ID, Attr int64
	}
	rows, err := pg.List[row](ctx, db, `
		select 'category' as what, id, 0::bigint as attr from categories where slug = $1 and not hidden
		union all select 'brand', id, 0 from brands where slug = any($2)
		union all select 'value', v.id, a.id
		from unnest($3::text[], $4::text[]) as w (attr, value)
		join attributes a on a.code = w.attr join attribute_values v on v.attribute_id = a.id and v.code = w.value`,
		codes.Category, texts(codes.Brands), texts(attrs), texts(values))
	r := search.Resolved{Attrs: map[int64][]int64{}}
	for _, x := range rows {
		switch x.What {
		case "category":
			r.Category = x.ID
		case "brand":
			r.Brands = append(r.Brands, x.ID)
		case "value":
			r.Attrs[x.Attr] = append(r.Attrs[x.Attr], x.ID)
		}
	}
	return r, err
}

func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
