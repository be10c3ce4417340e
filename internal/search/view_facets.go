package search

import (
	"cmp"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// ResultsID is the element that holds filters and list; ListID is the list alone, which htmx swaps
// when a filter is chosen.
const (
	ResultsID = "results"
	ListID    = "list"
)

// shownOptions is how many answers of a facet are seen before "more".
const shownOptions = 8

// filters is the form beside the list.
func (b viewer) filters() ui.Filters {
	f := ui.Filters{
		Action: b.path, Keep: b.p.keep("brand", "price_min", "price_max", "a.", "category", "abroad"), Close: "#" + ResultsID, Target: ListID,
		Apply: b.t("search.apply", "count", b.count(b.res.Total, b.res.Capped)),
	}
	if b.p.Category != "" {
		f.Keep = append(f.Keep, ui.Pair{Key: "category", Value: b.p.Category})
	}
	if g, ok := b.categories(); ok {
		f.Groups = append(f.Groups, g)
	}
	if b.p.Country != "" {
		f.Groups = append(f.Groups, b.sendable())
	}
	if b.res.PriceHigh > 0 || b.p.typedMin+b.p.typedMax != "" {
		f.Groups = append(f.Groups, b.prices())
	}
	for _, a := range b.res.Attrs {
		f.Groups = append(f.Groups, b.options("a."+a.Code, a.Label, a.Options))
	}
	if len(b.res.Brands.Options) > 0 {
		f.Groups = append(f.Groups, b.options("brand", b.t("search.facet.brand"), b.res.Brands.Options))
	}
	return f
}

// categories are links, not answers: one category at a time.
func (b viewer) categories() (ui.Facet, bool) {
	g := ui.Facet{Title: b.t("search.facet.category")}
	options := slices.Clone(b.res.Categories.Options)
	slices.SortStableFunc(options, func(x, y Option) int { return cmp.Compare(y.Count, x.Count) })
	for _, o := range options[:min(len(options), 12)] {
		p := b.p.bare()
		p.Category = o.Code
		href := p.Address(b.path)
		if b.categoryHref != nil {
			href = web.Path(b.ctx, b.categoryHref(o.Code))
		}
		g.Links = append(g.Links, ui.Link{Label: o.Label, Href: href, Current: o.On})
		g.Counts = append(g.Counts, i18n.Number(b.p.Lang, int64(o.Count)))
	}
	if b.p.Category != "" && b.categoryHref == nil {
		p := b.p
		p.Category = ""
		g.Links = append(g.Links, ui.Link{Label: b.t("search.facet.all"), Href: p.Address(b.path)})
	}
	return g, len(g.Links) > 0
}

// sendable asks for what may be sent to the visitor's country. It speaks of one piece: several together may weigh too much,
// which the cart says.
func (b viewer) sendable() ui.Facet {
	g := ui.Facet{Title: b.t("search.facet.sendable"), Name: "abroad", Options: []ui.Choice{{Value: "1",
		Label: b.t("search.sendable", "place", ui.Place(b.ctx).Name), Hint: b.t("search.sendable.hint"), Extra: b.number(b.res.Sendable)}}}
	if b.p.Sent {
		g.Values = []string{"1"}
	}
	return g
}

func (b viewer) prices() ui.Facet {
	r := &ui.Range{LabelMin: b.t("search.price.min"), LabelMax: b.t("search.price.max")}
	r.Min, r.Max = b.p.typedMin, b.p.typedMax
	if b.p.PriceMin > 0 {
		r.Min = amountText(b.p.PriceMin)
	}
	if b.p.PriceMax > 0 {
		r.Max = amountText(b.p.PriceMax)
	}
	if b.res.PriceHigh > 0 {
		r.HintMin, r.HintMax = b.round(b.res.PriceLow), b.round(b.res.PriceHigh+99)
	}
	return ui.Facet{Title: b.t("search.facet.price"), Name: "price", Range: r}
}

func (b viewer) round(a money.Amount) string { return i18n.Group(b.p.Lang, amountText(a/100*100)) }

func (b viewer) options(name, title string, options []Option) ui.Facet {
	g := ui.Facet{Title: title, Name: name}
	for i, o := range options {
		c := ui.Choice{Value: o.Code, Label: o.Label, Extra: i18n.Number(b.p.Lang, int64(o.Count))}
		if o.On {
			g.Values = append(g.Values, o.Code)
		}
		if i < shownOptions || o.On {
			g.Options = append(g.Options, c)
		} else {
			g.More = append(g.More, c)
		}
	}
	return g
}

// chosen are the filters as chips that take themselves away.
func (b viewer) chosen() []ui.Filter {
	var out []ui.Filter
	add := func(label string, p Params) {
		out = append(out, ui.Filter{Label: label, Href: p.Address(b.path), On: true, Remove: true})
	}
	if b.p.PriceMin > 0 {
		p := b.p
		p.PriceMin = 0
		add(b.t("search.chip.from", "price", money.Format(b.p.Lang, b.p.PriceMin, money.RUB)), p)
	}
	if b.p.PriceMax > 0 {
		p := b.p
		p.PriceMax = 0
		add(b.t("search.chip.to", "price", money.Format(b.p.Lang, b.p.PriceMax, money.RUB)), p)
	}
	if b.p.Sent {
		add(b.t("search.sendable", "place", ui.Place(b.ctx).Name), b.p.anywhere())
	}
	for _, a := range b.res.Attrs {
		for _, o := range a.Options {
			if o.On {
				add(o.Label, b.p.without(a.Code, o.Code))
			}
		}
	}
	for _, o := range b.res.Brands.Options {
		if o.On {
			add(o.Label, b.p.without("", o.Code))
		}
	}
	return out
}

func (b viewer) sort() ui.Sort {
	s := ui.Sort{Action: b.path, Keep: b.p.keep("sort"), Value: string(b.p.Sort), Target: ResultsID}
	sorts := Sorts
	if b.p.Q == "" {
		sorts = Sorts[1:]
	}
	if s.Value == "" {
		s.Value = string(sorts[0])
	}
	for _, o := range sorts {
		if o == Landed && b.p.Country == "" {
			continue
		}
		s.Options = append(s.Options, ui.Option{Value: string(o), Label: b.t("search.sort." + string(o))})
	}
	return s
}
