package taxonomy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// curateCategories puts our names, illustrations, own attributes and hidden marks into the tree and
// gives every category its slug.
func (t *Taxonomy) curateCategories(c curated) {
	slices.SortStableFunc(t.Categories, func(a, b Category) int { return cmp.Compare(a.Level, b.Level) })
	for i := range t.Categories {
		k := &t.Categories[i]
		t.category[k.Code] = i
		if own, ok := c.Names[k.Code]; ok {
			k.RU, k.EN = orKeep(own[0], k.RU), orKeep(own[1], k.EN)
		}
		if art, ok := nearest(c.Art, k.Code); ok {
			k.Art = art
		}
		k.Hidden = slices.ContainsFunc(c.Hidden, func(root string) bool { return Below(k.Code, root) })
		for _, a := range c.Own {
			if slices.ContainsFunc(a.For, func(root string) bool { return root == "*" || Below(k.Code, root) }) &&
				!slices.Contains(k.Attributes, a.Code) {
				k.Attributes = append(k.Attributes, a.Code)
			}
		}
	}
	t.giveSlugs()
}

func orKeep(own, source string) string {
	if own == "" {
		return source
	}
	return own
}

// nearest looks a code up, then its parents.
func nearest(m map[string]string, code string) (string, bool) {
	for code != "" {
		if v, ok := m[code]; ok {
			return v, true
		}
		at := strings.LastIndex(code, "-")
		if at < 0 {
			break
		}
		code = code[:at]
	}
	return "", false
}

// giveSlugs names each category in its address by its English name. Where several share a name the
// one nearest to the top has it bare and the others carry their parent's slug before it.
func (t *Taxonomy) giveSlugs() {
	taken := map[string]bool{}
	for i := range t.Categories { // sorted by level
		c := &t.Categories[i]
		s := Slug(c.EN)
		if taken[s] && c.Parent != "" {
			s = Slug(t.Categories[t.category[c.Parent]].EN + " " + c.EN)
		}
		base := s
		for n := 2; taken[s]; n++ {
			s = base + "-" + strconv.Itoa(n)
		}
		taken[s] = true
		c.Slug = s
	}
}

// curateAttributes puts our names and kinds onto the source's attributes and adds our own.
func (t *Taxonomy) curateAttributes(c curated) {
	for i := range t.Attributes {
		a := &t.Attributes[i]
		if own, ok := c.Attributes[a.Code]; ok {
			a.RU, a.EN = orKeep(own[0], a.RU), orKeep(own[1], a.EN)
		}
		if slices.ContainsFunc(c.Many, func(part string) bool { return strings.Contains(a.Code, part) }) {
			a.Kind = Many
		}
		a.Values = slices.Clone(a.Values)
		for j := range a.Values {
			v := &a.Values[j]
			if own, ok := c.Values[a.Code+"."+v.Code]; ok {
				v.RU, v.EN = orKeep(own[0], v.RU), orKeep(own[1], v.EN)
			}
		}
	}
	for _, o := range c.Own {
		a := Attribute{Code: o.Code, RU: o.RU, EN: o.EN, Kind: o.Kind, Unit: o.Unit}
		for _, v := range o.Values {
			a.Values = append(a.Values, Value{Code: v[0], RU: v[1], EN: v[2]})
		}
		t.addAttribute(a)
	}
}

// check finds entries of curated.toml about what the source has no longer.
func (c curated) check(t *Taxonomy) error {
	codes := slices.Concat(slices.Collect(maps.Keys(c.Names)), slices.Collect(maps.Keys(c.Art)), c.Hidden)
	for _, o := range c.Own {
		codes = append(codes, o.For...)
	}
	for _, code := range codes {
		if _, ok := t.category[code]; !ok && code != "*" {
			return fmt.Errorf("curated.toml: no category %q", code)
		}
	}
	for code := range c.Attributes {
		if _, ok := t.attribute[code]; !ok {
			return fmt.Errorf("curated.toml: no attribute %q", code)
		}
	}
	for key := range c.Values {
		code, value, _ := strings.Cut(key, ".")
		a, _ := t.Attribute(code)
		if _, ok := a.Value(value); !ok {
			return fmt.Errorf("curated.toml: no value %q", key)
		}
	}
	return nil
}
