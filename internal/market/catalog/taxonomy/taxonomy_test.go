package taxonomy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/platform/art"
)

func load(t *testing.T) *taxonomy.Taxonomy {
	t.Helper()
	x, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWholeTreeIsHere(t *testing.T) {
	t.Parallel()
	x := load(t)
	if len(x.Categories) != 10_595 {
		t.Errorf("%d categories, want 10,595", len(x.Categories))
	}
	values := 0
	for _, a := range x.Attributes {
		values += len(a.Values)
	}
	if len(x.Attributes) < 1_987 || values < 20_000 {
		t.Errorf("%d attributes with %d values", len(x.Attributes), values)
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestCategories(t *testing.T) {
	t.Parallel()
	x := load(t)
	seen := map[string]string{}
	for _, c := range x.Categories {
		if c.RU == "" || c.EN == "" {
			t.Errorf("%s has no name: %+v", c.Code, c)
		}
		if !slugForm.MatchString(c.Slug) || len(c.Slug) > 120 {
			t.Errorf("%s: slug %q", c.Code, c.Slug)
		}
		if other, ok := seen[c.Slug]; ok {
			t.Errorf("%s and %s share the slug %q", c.Code, other, c.Slug)
		}
		seen[c.Slug] = c.Code
		if !art.Has(c.Art) {
			t.Errorf("%s: no illustration %q", c.Code, c.Art)
		}
		if parent, ok := x.Category(c.Parent); c.Parent != "" && (!ok || parent.Level != c.Level-1) {
			t.Errorf("%s: parent %q", c.Code, c.Parent)
		}
		for _, code := range c.Attributes {
			if _, ok := x.Attribute(code); !ok {
				t.Errorf("%s: no attribute %q", c.Code, code)
			}
		}
		if dup := slices.Compact(slices.Sorted(slices.Values(c.Attributes))); len(dup) != len(c.Attributes) {
			t.Errorf("%s: an attribute twice: %v", c.Code, c.Attributes)
		}
	}
}

func TestParentsComeFirst(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"": true}
	for _, c := range load(t).Categories {
		if !seen[c.Parent] {
			t.Fatalf("%s comes before its parent %s", c.Code, c.Parent)
		}
		seen[c.Code] = true
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	for _, a := range load(t).Attributes {
		listed := a.Kind == taxonomy.One || a.Kind == taxonomy.Many
		if a.RU == "" || a.EN == "" || listed != (len(a.Values) > 0) || a.Unit != "" && a.Kind != taxonomy.Number {
			t.Errorf("attribute %s of kind %q, unit %q, %d values, %q %q", a.Code, a.Kind, a.Unit, len(a.Values), a.RU, a.EN)
		}
		codes := map[string]bool{}
		for _, v := range a.Values {
			if v.Code == "" || v.RU == "" || v.EN == "" || codes[v.Code] {
				t.Errorf("%s: value %+v is incomplete or given twice", a.Code, v)
			}
			codes[v.Code] = true
		}
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	x := load(t)
	if len(x.Groups) != 12 {
		t.Errorf("%d groups, want 12", len(x.Groups))
	}
	for _, g := range x.Groups {
		if g.RU == "" || g.EN == "" || !slugForm.MatchString(g.Slug) || !art.Has(g.Art) {
			t.Errorf("group %+v", g)
		}
		for _, code := range g.Categories {
			if c, ok := x.Category(code); !ok || c.Hidden {
				t.Errorf("group %s opens %q, which is absent or hidden", g.Slug, code)
			}
		}
	}
}

func TestTopNamesAreRussian(t *testing.T) {
	t.Parallel()
	for _, c := range load(t).Categories {
		if c.Level > 1 || c.Hidden {
			continue
		}
		if !strings.ContainsFunc(c.RU, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			t.Errorf("%s is called %q in Russian", c.Code, c.RU)
		}
	}
}

func TestKnownCategories(t *testing.T) {
	t.Parallel()
	x := load(t)
	got := map[string]string{}
	for _, code := range []string{"hg", "hg-11-6-2-6", "aa-1-13-12", "tg-4-7", "fb-1-1-7", "lb-13"} {
		c, ok := x.Category(code)
		if !ok {
			t.Errorf("no category %s", code)
		}
		got[code] = strings.Join([]string{c.Slug, c.RU, c.Art, map[bool]string{true: "hidden"}[c.Hidden]}, "|")
	}
	want := map[string]string{
		"hg":          "home-and-garden|Дом и сад|plant|",
		"hg-11-6-2-6": "coffee-grinders|Кофемолки|grinder|",
		"aa-1-13-12":  "sweaters|Свитеры|sweater|",
		"tg-4-7":      "jigsaw-puzzles|Пазлы|puzzle|",
		"fb-1-1-7":    "wine|Вино|bottle|hidden",
		"lb-13":       "tote-bags|Сумки-шоперы|backpack|",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	color, _ := x.Attribute("color")
	if v, ok := color.Value("gray"); !ok || v.RU != "Серый" || v.EN != "Grey" || color.Kind != taxonomy.Many {
		t.Errorf("color.gray = %+v of a %s attribute", v, color.Kind)
	}
	var path []string
	for c := range x.Ancestors("hg-11-6-2-6") {
		path = append(path, c.Code)
	}
	if d := cmp.Diff([]string{"hg-11-6-2-6", "hg-11-6-2", "hg-11-6", "hg-11", "hg"}, path); d != "" {
		t.Errorf("ancestors (-want +got):\n%s", d)
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Кофемолка ручная «Ёжик»": "kofemolka-ruchnaya-ezhik", "Coffee & Tea Sets": "coffee-and-tea-sets",
		"Boys' Underwear": "boys-underwear", "Crêpe & Blini Pans": "crepe-and-blini-pans", "—": "item",
		"Подъезд, объявление": "podezd-obyavlenie", "100% хлопок": "100-khlopok", "漢字": "item",
	} {
		if got := taxonomy.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSlugIsAlwaysAnAddress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := taxonomy.Slug(rapid.String().Draw(t, "name"))
		if !slugForm.MatchString(s) || len(s) > taxonomy.MaxSlug || taxonomy.Slug(s) != s {
			t.Fatalf("slug %q", s)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := taxonomy.LoadForTest(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSpelling(t *testing.T) {
	t.Parallel()
	x := load(t)
	for _, c := range x.Categories {
		for _, bad := range []string{"Паззл", "тоут", "Черный", "зеленые", "Щетк", "шёлковиц", "чёрнил", "чёрник"} {
			if strings.Contains(c.RU, bad) {
				t.Errorf("%s is called %q", c.Code, c.RU)
			}
		}
	}
	color, _ := x.Attribute("color")
	for code, want := range map[string]string{"black": "Чёрный", "navy": "Тёмно-синий", "green": "Зелёный", "gold": "Золотистый"} {
		if v, _ := color.Value(code); v.RU != want {
			t.Errorf("color.%s is %q, want %q", code, v.RU, want)
		}
	}
}

// The tables take each code once, and so must the release.
func TestCodesAreGivenOnce(t *testing.T) {
	t.Parallel()
	x := load(t)
	seen := map[string]bool{}
	for _, a := range x.Attributes {
		if seen[a.Code] {
			t.Errorf("attribute %s is given twice", a.Code)
		}
		seen[a.Code] = true
		values := map[string]bool{}
		for _, v := range a.Values {
			if values[v.Code] {
				t.Errorf("value %s of %s is given twice", v.Code, a.Code)
			}
			values[v.Code] = true
		}
	}
}

// Whatever is offered on the market has a drawing of its own kind: the parcel stands only for what no drawing fits.
func TestEveryTopCategoryIsDrawn(t *testing.T) {
	t.Parallel()
	tax := load(t)
	for _, c := range tax.Categories {
		switch {
		case c.Art != "" && !art.Has(c.Art):
			t.Errorf("%s %s: nobody draws %q", c.Code, c.EN, c.Art)
		case c.Level == 0 && !c.Hidden && (c.Art == "" || c.Art == art.Fallback):
			t.Errorf("%s %s has no drawing", c.Code, c.EN)
		}
	}
	seen := map[string]bool{}
	for _, g := range tax.Groups {
		if seen[g.Art] || !art.Has(g.Art) {
			t.Errorf("the group %s has the drawing %q, which is another's or nobody's", g.Slug, g.Art)
		}
		seen[g.Art] = true
	}
}
