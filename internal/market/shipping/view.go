package shipping

import (
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// fields are the inputs of one method's form: what was typed if it was refused, else what is stored.
type fields struct {
	view
	id      int64
	refused bool
}

func (v view) fields(m Method) fields {
	return fields{view: v, id: m.ID, refused: len(v.Errs) > 0 && v.Method == m.ID}
}

func (f fields) typed(name, stored string) string {
	if f.refused {
		return f.Typed[name]
	}
	return stored
}

func (f fields) err(name string) string {
	if f.refused {
		return f.Errs.Of(name)
	}
	return ""
}

// input makes a field; the refused form's keeps the bare name as its id, so that the summary finds it.
func (f fields) input(name, stored, width, hint string) ui.Input {
	i := ui.Input{Name: name, ID: name + "-" + strconv.FormatInt(f.id, 10), Label: f.t("shipping.settings." + name), Value: f.typed(name, stored),
		Width: width, Hint: hint, Err: f.err(name)}
	if f.refused {
		i.ID = name
	}
	return i
}

func (v view) kinds() []ui.Option {
	var list []ui.Option
	for _, k := range Kinds {
		list = append(list, ui.Option{Value: string(k), Label: v.t("shipping.kind." + string(k))})
	}
	return list
}

func (v view) methodTitle(m Method) string {
	switch {
	case m.ID == 0:
		return v.t("shipping.settings.add")
	case m.Name != "":
		return m.Name
	}
	return v.t("shipping.kind." + string(m.Kind))
}

// methodLine is what a buyer gets by a method, in one line.
func (v view) methodLine(m Method) string {
	price := v.sum(m.Price, m.Currency)
	switch {
	case m.Kind == Post && m.Price == 0:
		price = v.t("shipping.settings.by_tariff")
	case m.Kind == Post:
		price = v.t("shipping.settings.over_tariff", "sum", price)
	case m.Price == 0:
		price = v.t("shipping.settings.free")
	}
	parts := []string{price}
	if m.FreeFrom != nil && m.Price > 0 {
		parts = append(parts, v.t("shipping.settings.free_over", "sum", v.sum(*m.FreeFrom, m.Currency)))
	}
	days := i18n.NIn(v.Lang, "shipping.settings.days", int64(m.MaxDays))
	if m.MinDays != m.MaxDays {
		days = strconv.Itoa(m.MinDays) + "–" + days
	}
	parts = append(parts, days)
	if m.City != "" {
		parts = append(parts, m.City)
	}
	return strings.Join(parts, " · ")
}

func methodPath(m Method) string {
	if m.ID == 0 {
		return "/seller/shipping"
	}
	return "/seller/shipping/" + strconv.FormatInt(m.ID, 10)
}

func freeFrom(m Method) string {
	if m.FreeFrom == nil {
		return ""
	}
	return plain(*m.FreeFrom)
}

// plain writes an amount without kopecks when there are none.
func plain(a money.Amount) string {
	if a%100 == 0 {
		return strconv.FormatInt(int64(a/100), 10)
	}
	return money.Decimal(a)
}
