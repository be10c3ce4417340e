package search

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Name is how people and addresses call a category, a brand, an attribute or a value.
type Name struct {
	Code  string
	Label string
	Place int // among its like; facets show lower ones first, then by count
}

// IDs asks for names. Pairs are values within attributes.
type IDs struct {
	Categories, Brands, Attrs []int64
	Pairs                     []Pair
}

// Names answers IDs; what has no name, or is no facet, is left out and not shown.
type Names struct {
	Categories, Brands, Attrs map[int64]Name
	Pairs                     map[Pair]Name
}

// Codes asks for the ids of what an address names.
type Codes struct {
	Category string
	Brands   []string
	Attrs    map[string][]string
}

// Resolved answers Codes. Unknown ones are left out: they match nothing.
type Resolved struct {
	Category int64
	Brands   []int64
	Attrs    map[int64][]int64
}

// Labels is how the owner of categories, brands and attributes is asked for names; app wires it. Without it, ids stand
// for codes and labels.
type Labels struct {
	Names   func(ctx context.Context, lang i18n.Lang, ids IDs) (Names, error)
	Resolve func(ctx context.Context, codes Codes) (Resolved, error)
}

// resolve makes a filter of ids out of what the address says. A category that does not exist is NotFound; a brand or
// a value that does not exist finds nothing.
func (s *Service) resolve(ctx context.Context, p Params) (filter, error) {
	codes := Codes{Category: p.Category, Brands: p.Brands, Attrs: p.Attrs}
	if p.CategoryID != 0 {
		codes.Category = ""
	}
	f := filter{category: p.CategoryID, min: int64(p.PriceMin), max: int64(p.PriceMax)}
	if codes.Category == "" && len(codes.Brands) == 0 && len(codes.Attrs) == 0 {
		f.addBrands(p.BrandIDs)
		return f, nil
	}
	resolve := s.labels.Resolve
	if resolve == nil {
		resolve = numbersAsCodes
	}
	got, err := resolve(ctx, codes)
	if err != nil {
		return f, err
	}
	if codes.Category != "" {
		if f.category = got.Category; f.category == 0 {
			return f, errs.New(errs.NotFound, "search.no_category")
		}
	}
	f.addBrands(append(got.Brands, p.BrandIDs...))
	if len(p.Brands) > 0 && len(f.brands) == 0 {
		f.addBrands([]int64{nobody})
	}
	f.addAttrs(got.Attrs, len(p.Attrs))
	return f, nil
}

const nobody = -1 // an id that nothing has

func (f *filter) addBrands(ids []int64) {
	for _, id := range ids {
		if f.brands == nil {
			f.brands = map[int64]bool{}
		}
		f.brands[id] = true
	}
}

func (f *filter) addAttrs(attrs map[int64][]int64, asked int) {
	for id, values := range attrs {
		a := attrFilter{attr: id, values: map[int64]bool{nobody: true}}
		for _, v := range values {
			a.values[v] = true
		}
		f.attrs = append(f.attrs, a)
	}
	for len(f.attrs) < asked {
		f.attrs = append(f.attrs, attrFilter{attr: nobody, values: map[int64]bool{nobody: true}})
	}
	slices.SortFunc(f.attrs, func(a, b attrFilter) int { return cmp.Compare(a.attr, b.attr) })
}

func numbersAsCodes(_ context.Context, c Codes) (Resolved, error) {
	id := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nobody
		}
		return n
	}
	r := Resolved{Attrs: map[int64][]int64{}}
	if c.Category != "" {
		r.Category = max(0, id(c.Category))
	}
	for _, b := range c.Brands {
		r.Brands = append(r.Brands, id(b))
	}
	for a, values := range c.Attrs {
		for _, v := range values {
			r.Attrs[id(a)] = append(r.Attrs[id(a)], id(v))
		}
	}
	return r, nil
}

// Sizes of the list of facets. A facet of MaxOptions may have had more.
const (
	maxFacets  = 8
	MaxOptions = 30
)

// trim leaves of the facets what a page has room for.
func (res *Result) trim(f filter) {
	chosen := f.choices()
	trim(&res.Categories, f.category, nil)
	trim(&res.Brands, 0, f.brands)
	res.Attrs = useful(res.Attrs, f)
	for i := range res.Attrs {
		trim(&res.Attrs[i], 0, chosen[res.Attrs[i].Attr])
	}
}

// label gives the facets names, drops those that nobody named, and puts them in order.
func (s *Service) label(ctx context.Context, lang i18n.Lang, res *Result) error {
	names, err := s.names(ctx, lang, idsOf(res))
	if err != nil {
		return err
	}
	name(&res.Categories, func(id int64) (Name, bool) { n, ok := names.Categories[id]; return n, ok })
	name(&res.Brands, func(id int64) (Name, bool) { n, ok := names.Brands[id]; return n, ok })
	res.Attrs = slices.DeleteFunc(res.Attrs, func(a Facet) bool { _, ok := names.Attrs[a.Attr]; return !ok })
	for i := range res.Attrs {
		a := &res.Attrs[i]
		a.Code, a.Label = names.Attrs[a.Attr].Code, names.Attrs[a.Attr].Label
		name(a, func(id int64) (Name, bool) { n, ok := names.Pairs[Pair{Attr: a.Attr, Value: id}]; return n, ok })
	}
	slices.SortStableFunc(res.Attrs, func(a, b Facet) int {
		return cmp.Compare(names.Attrs[a.Attr].Place, names.Attrs[b.Attr].Place)
	})
	return nil
}

func (f *filter) choices() map[int64]map[int64]bool {
	out := map[int64]map[int64]bool{}
	for _, a := range f.attrs {
		out[a.attr] = a.values
	}
	return out
}

// trim keeps the most frequent options and those chosen, and marks the latter.
func trim(f *Facet, one int64, chosen map[int64]bool) {
	for i := range f.Options {
		f.Options[i].On = f.Options[i].ID == one && one != 0 || chosen[f.Options[i].ID]
	}
	for id := range chosen {
		if id != nobody && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.ID == id }) {
			f.Options = append(f.Options, Option{ID: id, On: true})
		}
	}
	slices.SortFunc(f.Options, func(a, b Option) int {
		return cmp.Or(-boolCompare(a.On, b.On), cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID))
	})
	f.Options = f.Options[:min(len(f.Options), MaxOptions)]
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// useful keeps the attributes that most of what was found has, and those filtered by, which must stay to be undone.
func useful(list []Facet, f filter) []Facet {
	chosen := f.choices()
	for id := range chosen {
		if id != nobody && !slices.ContainsFunc(list, func(a Facet) bool { return a.Attr == id }) {
			list = append(list, Facet{Attr: id})
		}
	}
	weight := func(a Facet) int {
		sum := 0
		for _, o := range a.Options {
			sum += o.Count
		}
		if chosen[a.Attr] != nil {
			sum += 1 << 40
		}
		return sum
	}
	list = slices.DeleteFunc(list, func(a Facet) bool { return len(a.Options) < 2 && chosen[a.Attr] == nil })
	slices.SortFunc(list, func(a, b Facet) int { return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.Attr, b.Attr)) })
	return list[:min(len(list), maxFacets)]
}

func idsOf(res *Result) IDs {
	var ids IDs
	for _, o := range res.Categories.Options {
		ids.Categories = append(ids.Categories, o.ID)
	}
	for _, o := range res.Brands.Options {
		ids.Brands = append(ids.Brands, o.ID)
	}
	for _, a := range res.Attrs {
		ids.Attrs = append(ids.Attrs, a.Attr)
		for _, o := range a.Options {
			ids.Pairs = append(ids.Pairs, Pair{Attr: a.Attr, Value: o.ID})
		}
	}
	return ids
}

func (s *Service) names(ctx context.Context, lang i18n.Lang, ids IDs) (Names, error) {
	if s.labels.Names != nil {
		return s.labels.Names(ctx, lang, ids)
	}
	number := func(id int64) Name {
		return Name{Code: strconv.FormatInt(id, 10), Label: "#" + strconv.FormatInt(id, 10)}
	}
	n := Names{Categories: map[int64]Name{}, Brands: map[int64]Name{}, Attrs: map[int64]Name{}, Pairs: map[Pair]Name{}}
	for _, id := range ids.Categories {
		n.Categories[id] = number(id)
	}
	for _, id := range ids.Brands {
		n.Brands[id] = number(id)
	}
	for _, id := range ids.Attrs {
		n.Attrs[id] = number(id)
	}
	for _, p := range ids.Pairs {
		n.Pairs[p] = number(p.Value)
	}
	return n, nil
}

func name(f *Facet, of func(int64) (Name, bool)) {
	place := map[int64]int{}
	f.Options = slices.DeleteFunc(f.Options, func(o Option) bool { _, ok := of(o.ID); return !ok })
	for i := range f.Options {
		o := &f.Options[i]
		n, _ := of(o.ID)
		o.Code, o.Label, place[o.ID] = n.Code, n.Label, n.Place
	}
	slices.SortStableFunc(f.Options, func(a, b Option) int { return cmp.Compare(place[a.ID], place[b.ID]) })
}
