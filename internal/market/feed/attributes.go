package feed

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// attribute is one a category has, with its values by folded name.
type attribute struct {
	ID     int64
	Kind   string
	Unit   string
	NameRU string
	NameEN string
	Values map[string]int64
}

func listAttributes(ctx context.Context, db pg.DB, categoryID int64) ([]attribute, error) {
	return pg.List[attribute](ctx, db, `
		select a.id, a.kind, a.unit, a.name_ru, a.name_en,
			(select coalesce(jsonb_object_agg(n.name, v.id), '{}') from attribute_values v,
				lateral (values (replace(lower(v.name_ru), 'ё', 'е')), (lower(v.name_en))) as n (name)
			 where v.attribute_id = a.id) as values
		from category_attributes ca join attributes a on a.id = ca.attribute_id
		where ca.category_id = $1 order by ca.position, a.id`, categoryID)
}

// attributes maps a row's characteristics to the typed attributes of its category by name; what
// fits none comes back as rest.
func (b *batcher) attributes(tx pgx.Tx, categoryID int64, r *pricelist.Row) ([]intake.Attribute, []pricelist.Param, error) {
	if b.known == nil {
		b.known = map[int64]map[string]attribute{}
	}
	byName, ok := b.known[categoryID]
	if !ok {
		list, err := listAttributes(b.ctx, tx, categoryID)
		if err != nil {
			return nil, nil, err
		}
		byName = map[string]attribute{}
		for _, a := range list {
			byName[fold(a.NameRU)], byName[fold(a.NameEN)] = a, a
		}
		b.known[categoryID] = byName
	}
	var typed []intake.Attribute
	var rest []pricelist.Param
	used := map[int64]bool{}
	for _, p := range r.Params {
		if r.Group != "" && axes[fold(p.Name)] {
			continue // an option of the variant
		}
		a, ok := byName[fold(p.Name)]
		in, fits := a.read(p)
		if !ok || !fits || used[a.ID] && a.Kind != "many" {
			rest = append(rest, p)
			continue
		}
		used[a.ID] = true
		typed = append(typed, in)
	}
	return typed, rest, nil
}

// read makes a typed value of a characteristic, if it is one.
func (a attribute) read(p pricelist.Param) (intake.Attribute, bool) {
	in := intake.Attribute{AttributeID: a.ID}
	value := strings.ReplaceAll(strings.ToLower(p.Value), "ё", "е")
	switch a.Kind {
	case "one", "many":
		id, ok := a.Values[value]
		in.ValueID = &id
		return in, ok
	case "boolean":
		yes := value == "да" || value == "есть" || value == "yes" || value == "true"
		no := value == "нет" || value == "no" || value == "false"
		in.Flag = &yes
		return in, yes || no
	case "number":
		number, ok := measure(p, a.Unit)
		in.Number = &number
		return in, ok
	case "text":
		in.Text = &catalog.Text{RU: p.Value}
		return in, true
	}
	return in, false
}

// units says what a Russian or English unit is in the unit attributes are kept in.
var units = map[string]struct {
	unit   string
	factor float64
}{
	"г": {"g", 1}, "гр": {"g", 1}, "g": {"g", 1}, "кг": {"g", 1000}, "kg": {"g", 1000},
	"мм": {"mm", 1}, "mm": {"mm", 1}, "см": {"mm", 10}, "cm": {"mm", 10}, "м": {"mm", 1000}, "m": {"mm", 1000},
	"мл": {"ml", 1}, "ml": {"ml", 1}, "л": {"ml", 1000}, "l": {"ml", 1000}, "вт": {"W", 1}, "w": {"W", 1}, "квт": {"W", 1000},
}

// measure reads "0,48" with the unit of the name ("Вес, кг"), of the param, or of the value itself.
func measure(p pricelist.Param, want string) (string, bool) {
	text := strings.ReplaceAll(strings.TrimSpace(p.Value), ",", ".")
	digits := text
	unit := strings.ToLower(p.Unit)
	if at := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ' ' && r != '-' }); at > 0 {
		digits, unit = text[:at], strings.ToLower(strings.Trim(text[at:], " ."))
	} else if _, after, ok := strings.Cut(p.Name, ","); ok && unit == "" {
		unit = strings.ToLower(strings.TrimSpace(after))
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(digits, " ", ""), 64)
	if err != nil || n < 0 || n > 1e9 {
		return "", false
	}
	if unit != "" || want != "" {
		u, ok := units[unit]
		if !ok || u.unit != want {
			return "", false
		}
		n *= u.factor
	}
	return strconv.FormatFloat(n, 'f', -1, 64), true
}
