package demodata

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/art"
)

func market(t *testing.T) *Market {
	t.Helper()
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEnoughOfEverything(t *testing.T) {
	t.Parallel()
	m := market(t)
	bySource, byRoot, rivals := map[string]int{}, map[string]int{}, 0
	for _, p := range m.Products {
		bySource[p.Source]++
		root, _, _ := strings.Cut(p.Category, "-")
		byRoot[root]++
		if n := len(p.Offers) / len(p.Variants); n > 1 {
			rivals++
		}
	}
	t.Log(bySource, byRoot, rivals)
	if len(m.Shops) < 6 || bySource[Authored] < 160 || bySource[Grocery] != 81 || bySource[OFF] < 200 || rivals < 60 || len(byRoot) < 14 {
		t.Errorf("%d shops, %v, roots %v, %d cards with several sellers", len(m.Shops), bySource, byRoot, rivals)
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestProducts(t *testing.T) {
	t.Parallel()
	m := market(t)
	ids, titles, gtins, brands := map[string]bool{}, map[string]string{}, map[string]string{}, map[string]bool{}
	for _, b := range m.Brands {
		brands[b.Name] = true
	}
	for _, p := range m.Products {
		if !idForm.MatchString(p.ID) || ids[p.ID] {
			t.Errorf("id %q is malformed or given twice", p.ID)
		}
		ids[p.ID] = true
		if other, ok := titles[strings.ToLower(p.Title.RU)]; ok {
			t.Errorf("%s and %s are both called %q", p.ID, other, p.Title.RU)
		}
		titles[strings.ToLower(p.Title.RU)] = p.ID
		if p.Brand != "" && !brands[p.Brand] {
			t.Errorf("%s: brand %q is not in brands.toml", p.ID, p.Brand)
		}
		if !art.Has(p.Art) || !slices.Contains(Palettes, p.Palette) {
			t.Errorf("%s: no illustration %s-%s", p.ID, p.Art, p.Palette)
		}
		checkTexts(t, p)
		for _, v := range p.Variants {
			if len(v.Choices) != len(p.Options) || v.Weight <= 0 {
				t.Errorf("%s: variant %+v", p.ID, v)
			}
			if v.GTIN == "" {
				continue
			}
			if other, ok := gtins[v.GTIN]; !validGTIN(v.GTIN) || ok {
				t.Errorf("%s: GTIN %q is wrong or %s has it", p.ID, v.GTIN, other)
			}
			gtins[v.GTIN] = p.ID
		}
		checkOffers(t, m, p)
	}
}

func hasCyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

func checkTexts(t *testing.T, p Product) {
	t.Helper()
	if !hasCyrillic(p.Title.RU) || len([]rune(p.Title.RU)) > 120 {
		t.Errorf("%s: Russian title %q", p.ID, p.Title.RU)
	}
	if p.Source == OFF {
		return // the source has Russian names and nothing else
	}
	if p.Title.EN == "" || hasCyrillic(p.Title.EN) || p.Title.EN == p.Title.RU {
		t.Errorf("%s: English title %q", p.ID, p.Title.EN)
	}
	if len([]rune(p.About.RU)) < 30 || !hasCyrillic(p.About.RU) || len(p.About.EN) < 30 {
		t.Errorf("%s: descriptions %q, %q", p.ID, p.About.RU, p.About.EN)
	}
	for _, o := range p.Options {
		if o.Name.RU == "" || hasCyrillic(o.Name.EN) {
			t.Errorf("%s: option %+v", p.ID, o)
		}
	}
	for _, v := range p.Variants {
		for _, c := range v.Choices {
			if c.Text.RU == "" || c.Text.EN == "" || hasCyrillic(c.Text.EN) {
				t.Errorf("%s: choice %+v", p.ID, c)
			}
		}
	}
	for _, a := range p.Attrs {
		if hasCyrillic(a.Text.EN) {
			t.Errorf("%s: %s is %q in English", p.ID, a.Code, a.Text.EN)
		}
	}
}

func checkOffers(t *testing.T, m *Market, p Product) {
	t.Helper()
	if len(p.Offers) == 0 {
		t.Errorf("%s: nobody sells it", p.ID)
	}
	seen := map[[2]any]bool{}
	for _, o := range p.Offers {
		if _, ok := m.shop(o.Shop); !ok || o.Variant >= len(p.Variants) || o.Price <= 0 || o.Stock < 0 || o.SKU == "" {
			t.Errorf("%s: offer %+v", p.ID, o)
		}
		if key := [2]any{o.Shop, o.Variant}; seen[key] {
			t.Errorf("%s: %s offers variant %d twice", p.ID, o.Shop, o.Variant)
		} else {
			seen[key] = true
		}
		last := o.History[len(o.History)-1]
		if last.Price != o.Price || !slices.IsSortedFunc(o.History, func(a, b PricePoint) int { return b.DaysAgo - a.DaysAgo }) {
			t.Errorf("%s: history %+v of price %d", p.ID, o.History, o.Price)
		}
		if o.History[0].DaysAgo < 30 {
			t.Errorf("%s: history begins %d days ago", p.ID, o.History[0].DaysAgo)
		}
	}
}

func TestShops(t *testing.T) {
	t.Parallel()
	slugs, sellers := map[string]bool{}, map[string]bool{}
	m := market(t)
	for _, p := range m.Products {
		for _, o := range p.Offers {
			sellers[o.Shop] = true
		}
	}
	for _, s := range m.Shops {
		if !idForm.MatchString(s.Slug) || slugs[s.Slug] || !sellers[s.Slug] {
			t.Errorf("shop %q: malformed, twice, or sells nothing", s.Slug)
		}
		slugs[s.Slug] = true
		if !strings.HasSuffix(s.Owner.Email, "@example.com") || !strings.Contains(s.Legal.Name, "демонстрация") ||
			!strings.HasPrefix(s.Legal.INN, "00") || len(s.Methods) == 0 || hasCyrillic(s.Owner.Name.EN) || hasCyrillic(s.City.EN) {
			t.Errorf("shop %+v", s)
		}
		for _, m := range s.Methods {
			if (m.Name == "") == (m.Kind == "own") || m.Price < 0 || m.MinDays > m.MaxDays {
				t.Errorf("%s: delivery %+v", s.Slug, m)
			}
		}
	}
}

// TestParticulars checks the check digits against numbers worked out by hand.
func TestParticulars(t *testing.T) {
	t.Parallel()
	if got := weighted("770708389", 2, 4, 10, 3, 5, 9, 4, 6, 8); got != "3" { // INN of a bank everybody knows
		t.Errorf("control digit %s, want 3", got)
	}
	if got := checkDigit("460008002734"); got != checkDigitByHand("460008002734") {
		t.Errorf("GTIN check digit %d", got)
	}
	if got := len(inn("ip", 7)); got != 12 {
		t.Errorf("a person's INN has %d digits", got)
	}
	if a, b := len(ogrn("ip", 7)), len(ogrn("ooo", 7)); a != 15 || b != 13 {
		t.Errorf("OGRN lengths %d, %d", a, b)
	}
}

func checkDigitByHand(body string) int {
	sum := 0
	for i, c := range body { // 12 digits: even positions from the left weigh 1, odd ones 3
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return (10 - sum%10) % 10
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, p := range market(t).Products {
		if p.Photo == "" {
			continue
		}
		used[p.Photo] = true
		raw, err := Photo(p.Photo)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err != nil {
			t.Errorf("%s: %v", p.Photo, err)
		}
	}
	all, err := fs.Glob(files, "photos/*.jpg")
	if err != nil || len(all) != len(used) {
		t.Errorf("%d photographs, %d used (%v)", len(all), len(used), err)
	}
}

// TestLifeOfPrices: a shopper finds cuts, rises and steady prices, and sold-out goods.
func TestLifeOfPrices(t *testing.T) {
	t.Parallel()
	var cut, rise, steady, gone int
	for _, p := range market(t).Products {
		for _, o := range p.Offers {
			switch was := o.History[0].Price; {
			case was > o.Price:
				cut++
			case was < o.Price:
				rise++
			default:
				steady++
			}
			if o.Stock == 0 {
				gone++
			}
		}
	}
	if cut == 0 || rise == 0 || steady < cut+rise || gone == 0 {
		t.Errorf("%d cuts, %d rises, %d steady, %d sold out", cut, rise, steady, gone)
	}
}

func TestBrandAliases(t *testing.T) {
	t.Parallel()
	taken := map[string]string{}
	for _, b := range market(t).Brands {
		if len(b.Aliases) == 0 {
			t.Errorf("%s has no alias", b.Name)
		}
		for _, a := range b.Aliases {
			if a != strings.ToLower(a) || taken[a] != "" {
				t.Errorf("%s: alias %q is not lower case or is %s's", b.Name, a, taken[a])
			}
			taken[a] = b.Name
		}
	}
}
