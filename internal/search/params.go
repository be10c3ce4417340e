package search

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search/text"
	"github.com/yarmarka/yarmarka/web/ui"
)

var codePattern = regexp.MustCompile(`^[\p{L}\p{N}_.:+-]{1,100}$`)

// ParseParams reads the query of an address: q, kind, category, brand, price_min, price_max, a.<attribute>, sort,
// after, view, exact, and abroad=1: what may be sent to the visitor's country, or for one at home what is ready to be sent
// to any, which is short for a.abroad=yes. What no page of ours would send is BadRequest; a price that a person mistyped is Invalid, and
// the Params given beside the error are those without it, so that the page can be shown with the message.
func ParseParams(r *http.Request) (Params, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Params{}, errs.New(errs.BadRequest, "search.bad_address").With(err)
	}
	p := Params{
		Q: text.Clean(v.Get("q")), Lang: i18n.LangOf(r.Context()), Kind: Goods, Category: v.Get("category"), Sort: Sort(v.Get("sort")),
		After: v.Get("after"), Exact: v.Get("exact") == "1", List: v.Get("view") == "list", Country: ui.Place(r.Context()).Code,
	}
	bad := errs.New(errs.BadRequest, "search.bad_address")
	if k := v.Get("kind"); k != "" {
		kind, ok := KindOf(k)
		if !ok {
			return p, bad
		}
		p.Kind = kind
	}
	if p.Sort != "" && !slices.Contains(Sorts, p.Sort) || p.Category != "" && !codePattern.MatchString(p.Category) {
		return p, bad
	}
	if err := p.parseFilters(v); err != nil {
		return p, err
	}
	err = p.parsePrices(v)
	return p.placed(), err
}

// placed gives p without what only a visitor from abroad may ask for, if they are none.
func (p Params) placed() Params {
	if p.Country == "" || p.Kind != Goods && p.Kind != 0 {
		p.Country, p.Sent = "", false
	}
	if p.Sort == Landed && p.Country == "" {
		p.Sort = Cheap
	}
	return p
}

func (p *Params) parseFilters(v url.Values) error {
	add := func(list []string, values []string) ([]string, error) {
		for _, s := range values {
			if s == "" {
				continue
			}
			if !codePattern.MatchString(s) {
				return nil, errs.New(errs.BadRequest, "search.bad_filter")
			}
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list, nil
	}
	var err error
	if p.Brands, err = add(nil, v["brand"]); err != nil {
		return err
	}
	if v.Get("abroad") == "1" {
		v = maps.Clone(v)
		v["a.abroad"] = []string{"yes"}
	}
	if p.Country != "" && slices.Contains(v["a.abroad"], "yes") {
		v = maps.Clone(v)
		delete(v, "a.abroad")
		p.Sent = true
	}
	for name, values := range v {
		attr, ok := strings.CutPrefix(name, "a.")
		if !ok {
			continue
		}
		if !codePattern.MatchString(attr) {
			return errs.New(errs.BadRequest, "search.bad_filter")
		}
		list, err := add(nil, values)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			if p.Attrs == nil {
				p.Attrs = map[string][]string{}
			}
			p.Attrs[attr] = list
		}
	}
	if p.filters() > maxFilters {
		return errs.New(errs.BadRequest, "search.bad_filter")
	}
	return nil
}

// parsePrices reads whole or decimal amounts as people type them.
func (p *Params) parsePrices(v url.Values) error {
	var fields []errs.Field
	for name, into := range map[string]*money.Amount{"price_min": &p.PriceMin, "price_max": &p.PriceMax} {
		typed := text.Clean(v.Get(name))
		if name == "price_min" {
			p.typedMin = typed
		} else {
			p.typedMax = typed
		}
		if typed == "" {
			continue
		}
		a, err := money.Parse(typed)
		if err != nil || a < 0 {
			fields = append(fields, errs.Field{Name: name, Key: "search.bad_price"})
			continue
		}
		*into = a
	}
	return errs.Fields(fields)
}

// Values is p as the query of an address, without the page.
func (p Params) Values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", p.Q)
	if p.Kind != 0 && p.Kind != Goods {
		set("kind", p.Kind.String())
	}
	set("category", p.Category)
	v["brand"] = p.Brands
	if p.PriceMin > 0 {
		set("price_min", amountText(p.PriceMin))
	}
	if p.PriceMax > 0 {
		set("price_max", amountText(p.PriceMax))
	}
	for a, values := range p.Attrs {
		v["a."+a] = values
	}
	if p.Sort != "" && p.Sort != Relevance {
		set("sort", string(p.Sort))
	}
	if p.Sent {
		set("abroad", "1")
	}
	if p.List {
		set("view", "list")
	}
	if p.Exact {
		set("exact", "1")
	}
	if len(p.Brands) == 0 {
		delete(v, "brand")
	}
	return v
}

func amountText(a money.Amount) string { return strings.TrimSuffix(money.Decimal(a), ".00") }

// Address is the address of the list on a page at path.
func (p Params) Address(path string) string {
	if q := p.Values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// next is the address of the page after the cursor.
func (p Params) next(path, cursor string) string {
	v := p.Values()
	v.Set("after", cursor)
	return path + "?" + v.Encode()
}

// keep lists the values that a form must carry on, apart from the named ones, which the form itself asks for.
func (p Params) keep(without ...string) []ui.Pair {
	var out []ui.Pair
	v := p.Values()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if slices.ContainsFunc(without, func(w string) bool { return name == w || strings.HasSuffix(w, ".") && strings.HasPrefix(name, w) }) {
			continue
		}
		for _, value := range v[name] {
			out = append(out, ui.Pair{Key: name, Value: value})
		}
	}
	return out
}

// sent gives p with nothing but what may be sent to the visitor's country.
func (p Params) sent() Params {
	p.After, p.Sent = "", true
	return p
}

// anywhere takes sent back.
func (p Params) anywhere() Params {
	p.After, p.Sent = "", false
	return p
}

// without gives p without one choice of a facet.
func (p Params) without(attr, value string) Params {
	drop := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == value })
	}
	if attr == "" {
		p.Brands = drop(p.Brands)
		return p
	}
	attrs := map[string][]string{}
	for a, list := range p.Attrs {
		if a == attr {
			list = drop(list)
		}
		if len(list) > 0 {
			attrs[a] = list
		}
	}
	p.Attrs = attrs
	return p
}

// bare gives p without any filter but the category.
func (p Params) bare() Params {
	p.Brands, p.Attrs, p.PriceMin, p.PriceMax = nil, nil, 0, 0
	p = p.anywhere()
	return p
}
