package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func listCategories(ctx context.Context, db pg.DB) ([]Category, error) {
	type row struct {
		ID, ParentID int64
		Code, Slug   string
		NameRU       string
		NameEN       string
		Art          string
		Path         []int64
		Hidden       bool
		Shown        bool
		Position     int
		Version      int
	}
	rows, err := pg.List[row](ctx, db, `
		select id, coalesce(parent_id, 0) as parent_id, code, slug, name_ru, name_en, art, path, hidden, shown, position, version
		from categories order by parent_id nulls first, position, id`)
	list := make([]Category, len(rows))
	for i, r := range rows {
		list[i] = Category{ID: r.ID, ParentID: r.ParentID, Code: r.Code, Slug: r.Slug, Name: Text{RU: r.NameRU, EN: r.NameEN},
			Art: r.Art, Path: r.Path, Hidden: r.Hidden, Shown: r.Shown, Position: r.Position, Version: r.Version}
	}
	return list, err
}

// FormAttribute is an attribute as a seller's form asks for it.
type FormAttribute struct {
	ID       int64
	Code     string
	Kind     string
	Unit     string
	NameRU   string
	NameEN   string
	Required bool
	Values   []FormValue
}

// FormValue is one choice.
type FormValue struct {
	ID int64  `json:"id"`
	RU string `json:"ru"`
	EN string `json:"en"`
}

// FormAttributes lists what a category asks of a card, with the values to choose from, in the order of the form.
func FormAttributes(ctx context.Context, db pg.DB, categoryID int64) ([]FormAttribute, error) {
	return pg.List[FormAttribute](ctx, db, `
		select a.id, a.code, a.kind, a.unit, a.name_ru, a.name_en, ca.required,
			(select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'ru', v.name_ru, 'en', v.name_en) order by v.position), '[]')
			 from attribute_values v where v.attribute_id = a.id) as values
		from category_attributes ca join attributes a on a.id = ca.attribute_id
		where ca.category_id = $1 order by ca.required desc, ca.position, a.id limit 60`, categoryID)
}

// Asked lists the first attributes that each of some categories asks of a card, in the order of the form and without the
// values to choose from.
func Asked(ctx context.Context, db pg.DB, categories []int64, first int) (map[int64][]FormAttribute, error) {
	type row struct {
		Category, ID   int64
		NameRU, NameEN string
		Required       bool
	}
	rows, err := pg.List[row](ctx, db, `
		select q.id as category, x.id, x.name_ru, x.name_en, x.required
		from unnest($1::bigint[]) as q (id) cross join lateral (
			select a.id, a.name_ru, a.name_en, ca.required, ca.position
			from category_attributes ca join attributes a on a.id = ca.attribute_id
			where ca.category_id = q.id order by ca.required desc, ca.position, a.id limit $2) x
		order by q.id, x.required desc, x.position, x.id`, categories, first)
	asked := map[int64][]FormAttribute{}
	for _, r := range rows {
		asked[r.Category] = append(asked[r.Category], FormAttribute{ID: r.ID, NameRU: r.NameRU, NameEN: r.NameEN, Required: r.Required})
	}
	return asked, err
}
