package curation_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// site adds to the catalogue of catalogtest what only tests of this package do.
type site struct{ *catalogtest.Site }

func newSite(t *testing.T) *site { return &site{catalogtest.NewSite(t)} }

func (s *site) page(path string, want int) *htmltest.Node {
	s.T.Helper()
	return htmltest.Parse(s.T, s.Do(httptest.NewRequest(http.MethodGet, path, nil), want).Body)
}

// rowsOf lists what the links of a table's first column say.
func rowsOf(page *htmltest.Node, testID string) []string {
	var names []string
	for _, row := range page.All(htmltest.TestID(testID)) {
		names = append(names, row.All(htmltest.Role("link", ""))[0].Text())
	}
	return names
}

func TestABlockedCardLeavesTheMarketAndComesBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, card, offer := catalogtest.Sale(t, s.DB, 319000, 5)
	s.Owns(s.Person("owner@example.ru"), shop)
	s.Owns(s.Person("other@example.ru"), catalogtest.Shop(t, s.DB))
	s.AsStaff(account.Moderator)
	path := "/admin/goods/" + card.Slug
	if got := s.page(path, http.StatusOK).One(htmltest.TestID("offer")).Text(); !strings.Contains(got, shop.Name) || !strings.Contains(got, "можно купить") {
		t.Errorf("the offer says %q", got)
	}
	s.page("/p/"+card.Slug, http.StatusOK)
	htmltest.Parse(t, s.Post(path+"/block", http.StatusUnprocessableEntity, url.Values{"note": {" "}}).Body).One(htmltest.ID("note-e"))
	long := strings.Repeat("я", 1001)
	kept := htmltest.Parse(t, s.Post(path+"/block", http.StatusUnprocessableEntity, url.Values{"note": {long}}).Body)
	if kept.One(htmltest.ID("note")).Value() != long {
		t.Error("the reason is not kept")
	}
	s.Post(path+"/block", http.StatusSeeOther, url.Values{"note": {"Подделка, жалоба № 12"}})
	if got := s.Rows(`select blocked from offer_facts where offer_id = $1`, offer); got != "[[gone]]" {
		t.Errorf("the offer is %s", got)
	}
	s.page("/p/"+card.Slug, http.StatusNotFound)
	letters := notifytest.Mails(t, s.DB, "", "")
	if len(letters) != 1 || letters[0].Recipient != "owner@example.ru" || !strings.HasPrefix(letters[0].Subject, "Карточка «") ||
		!strings.Contains(letters[0].Body, "Причина: Подделка, жалоба № 12") {
		t.Errorf("the letters are %+v", letters)
	}
	again := htmltest.Parse(t, s.Post(path+"/block", http.StatusConflict, url.Values{"note": {"и моя причина"}}).Body)
	if !strings.Contains(again.Text(), "уже принято") {
		t.Error("the second moderator is not told why")
	}
	if history := s.page(path, http.StatusOK).One(htmltest.TestID("history")).Text(); !strings.Contains(history, "Подделка, жалоба № 12") {
		t.Errorf("the history says %q", history)
	}
	s.Post(path+"/unblock", http.StatusSeeOther, nil)
	s.Post(path+"/unblock", http.StatusConflict, nil)
	if got := s.Rows(`select blocked is null from offer_facts where offer_id = $1`, offer); got != "[[true]]" {
		t.Errorf("the offer is blocked: %s", got)
	}
	if got := s.Rows(`select count(*) from mails`); got != "[[1]]" {
		t.Errorf("letters written: %s", got)
	}
	if got := s.Rows(`select act from audit_log order by id`); got != "[[card.blocked] [card.published]]" {
		t.Errorf("the log says %s", got)
	}
	s.Post("/admin/goods/no-such-card/block", http.StatusNotFound, url.Values{"note": {"x"}})
}

func TestCardsAreFoundByTitleCodeAddressAndShop(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, other := catalogtest.Shop(t, s.DB), catalogtest.Shop(t, s.DB)
	kettle := catalogtest.Card(t, s.DB, shop, func(c *intake.Card) {
		c.Title.RU, c.Variants[0].GTIN = "Чайник «Кобальт»", "4006381333931"
	})
	grinder := catalogtest.Card(t, s.DB, other, func(c *intake.Card) { c.Title.RU, c.Publish = "Мельница 100% «Дуб»", false })
	catalogtest.Offer(t, s.DB, other, kettle.Variants["main"], 250000, 3)
	s.AsStaff(account.Moderator)
	tests := []struct {
		query string
		want  []string
	}{
		{"", []string{"Мельница 100% «Дуб»", "Чайник «Кобальт»"}},
		{"?q=" + url.QueryEscape("кобальт"), []string{"Чайник «Кобальт»"}},
		{"?q=4006381333931", []string{"Чайник «Кобальт»"}},
		{"?q=04006381333931", []string{"Чайник «Кобальт»"}},
		{"?q=" + grinder.Slug, []string{"Мельница 100% «Дуб»"}},
		{"?q=" + url.QueryEscape("100%"), []string{"Мельница 100% «Дуб»"}},
		{"?q=" + url.QueryEscape("%"), []string{"Мельница 100% «Дуб»"}},
		{"?q=" + url.QueryEscape(strings.ToUpper(other.Name)), []string{"Чайник «Кобальт»"}},
		{"?seller=" + other.Slug, []string{"Мельница 100% «Дуб»", "Чайник «Кобальт»"}},
		{"?seller=" + shop.Slug, []string{"Чайник «Кобальт»"}},
		{"?seller=" + other.Slug + "&status=draft&q=" + url.QueryEscape("дуб"), []string{"Мельница 100% «Дуб»"}},
		{"?status=blocked", nil},
		{"?seller=nobody", nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, rowsOf(s.page("/admin/goods"+tt.query, http.StatusOK), "card")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
	if draft := s.page("/admin/goods/"+grinder.Slug, http.StatusOK); draft.Has(htmltest.Role("button", "Снять с продажи")) {
		t.Error("a draft can be taken off a market it is not on")
	}
	s.Post("/admin/goods/"+grinder.Slug+"/block", http.StatusConflict, url.Values{"note": {"рано"}})
	s.page("/admin/goods?after=nonsense", http.StatusBadRequest)
}

func TestAllCardsComeInPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, category := catalogtest.Shop(t, s.DB), catalogtest.Category(t, s.DB)
	for range 26 {
		catalogtest.Card(t, s.DB, shop, func(c *intake.Card) { c.CategoryID = category })
	}
	s.AsStaff(account.Moderator)
	first := s.page("/admin/goods?status=published", http.StatusOK)
	second := s.page(first.One(htmltest.Attr("rel", "next")).Attr("href"), http.StatusOK)
	if a, b := len(rowsOf(first, "card")), len(rowsOf(second, "card")); a != 24 || b != 2 {
		t.Errorf("pages of %d and %d cards", a, b)
	}
}

// attribute adds an attribute to a category and answers its id.
func (s *site) attribute(category int64, code, kind string) int64 {
	s.T.Helper()
	var id int64
	err := s.DB.QueryRow(s.T.Context(), `
		with a as (insert into attributes (code, kind, name_ru, name_en) values ($2, $3, 'Цвет ' || $2, 'Colour ' || $2) returning id)
		insert into category_attributes (category_id, attribute_id, facet) select $1, id, $3 <> 'text' from a returning attribute_id`,
		category, code, kind).Scan(&id)
	if err != nil {
		s.T.Fatal(err)
	}
	return id
}

func TestAnAdminEditsACategory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	category := catalogtest.Category(t, s.DB)
	colour, note := s.attribute(category, "colour", "one"), s.attribute(category, "note", "text")
	shop := catalogtest.Shop(t, s.DB)
	catalogtest.Card(t, s.DB, shop, func(c *intake.Card) { c.CategoryID = category })
	s.Exec(`delete from product_changes`)
	s.AsStaff(account.Admin)
	path := "/admin/categories/" + s.SlugOf(category)
	form := s.page(path, http.StatusOK)
	if got := form.One(htmltest.Attr("name", "version")).Value(); got != "1" {
		t.Fatalf("the form is of version %s", got)
	}
	edit := url.Values{"name_ru": {"Мельницы"}, "name_en": {"Mills"}, "position": {"7"}, "hidden": {"1"}, "version": {"1"},
		"facet": {strconv.FormatInt(note, 10)}, "required": {strconv.FormatInt(colour, 10)}}
	s.Post(path, http.StatusSeeOther, edit)
	if got := s.Rows(`select name_ru, name_en, position, hidden, version from categories where id = $1`, category); got != "[[Мельницы Mills 7 true 2]]" {
		t.Errorf("the category is %s", got)
	}
	// Free text filters nothing, whatever was sent.
	if got := s.Rows(`select facet, required from category_attributes where category_id = $1 order by attribute_id`, category); got != "[[false true] [false false]]" {
		t.Errorf("the attributes are %s", got)
	}
	if got := s.Rows(`select count(*) from product_changes`); got != "[[1]]" {
		t.Errorf("%s cards wait for the index", got)
	}
	if got := s.Rows(`select act, before ->> 'name_en', after ->> 'name_en' from audit_log`); !strings.HasPrefix(got, "[[category.edit Grinders ") || !strings.HasSuffix(got, " Mills]]") {
		t.Errorf("the log says %s", got)
	}
	if tree, err := s.Catalog.Tree(t.Context()); err != nil {
		t.Error(err)
	} else if c, _ := tree.ByID(category); c.Name.EN != "Mills" || !c.Hidden {
		t.Errorf("the tree still says %+v", c)
	}
}

func TestACategorysFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	category := catalogtest.Category(t, s.DB)
	s.AsStaff(account.Admin)
	path := "/admin/categories/" + s.SlugOf(category)
	bad := htmltest.Parse(t, s.Post(path, http.StatusUnprocessableEntity, url.Values{"name_ru": {""}, "name_en": {"Mills"}, "position": {"１"}, "version": {"1"}}).Body)
	bad.One(htmltest.ID("position-e"))
	if got := bad.One(htmltest.ID("position")).Value(); got != "１" {
		t.Errorf("the position came back as %q", got)
	}
	if got := bad.One(htmltest.ID("name_en")).Value(); got != "Mills" {
		t.Errorf("the name came back as %q", got)
	}
	nameless := htmltest.Parse(t, s.Post(path, http.StatusUnprocessableEntity, url.Values{"name_en": {"Mills"}, "position": {"1"}, "version": {"1"}}).Body)
	nameless.One(htmltest.ID("name_ru-e"))

	edit := url.Values{"name_ru": {"Мельницы"}, "name_en": {"Mills"}, "position": {"1"}, "version": {"1"}}
	s.Post(path, http.StatusSeeOther, edit)
	edit.Set("name_ru", "Жернова")
	stale := htmltest.Parse(t, s.Post(path, http.StatusConflict, edit).Body)
	if got := stale.One(htmltest.ID("name_ru")).Value(); got != "Жернова" {
		t.Errorf("the name came back as %q", got)
	}
	edit.Set("version", stale.One(htmltest.Attr("name", "version")).Value())
	s.Post(path, http.StatusSeeOther, edit)
	if got := s.Rows(`select name_ru, version from categories where id = $1`, category); got != "[[Жернова 3]]" {
		t.Errorf("the category is %s", got)
	}
}

func TestTheDesksCatalogueIsTheStaffsOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, card, _ := catalogtest.Sale(t, s.DB, 1000, 1)
	category := "/admin/categories/" + s.SlugOf(catalogtest.Category(t, s.DB))
	edit := url.Values{"name_ru": {"Мельницы"}, "name_en": {"Mills"}, "position": {"1"}, "version": {"1"}}
	s.Session = &account.Session{PersonID: s.Person("shopper@example.ru")}
	for _, path := range []string{"/admin/categories", category, "/admin/goods", "/admin/goods/" + card.Slug} {
		s.page(path, http.StatusForbidden)
	}
	s.Post("/admin/goods/"+card.Slug+"/block", http.StatusForbidden, url.Values{"note": {"x"}})
	s.Post("/admin/goods/"+card.Slug+"/unblock", http.StatusForbidden, nil)
	s.Post(category, http.StatusForbidden, edit)
	s.AsStaff(account.Moderator)
	s.Post(category, http.StatusForbidden, edit)
	if s.page(category, http.StatusOK).Has(htmltest.Role("button", "Сохранить")) {
		t.Error("a moderator is offered what only an admin may")
	}
	s.page("/admin/categories/no-such-category", http.StatusNotFound)
	s.page("/admin/categories?in=no-such-category", http.StatusNotFound)
}

func TestAnAdminsEditOutlivesTheNextTaxonomy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := intake.Seed(t.Context(), s.DB); err != nil {
		t.Fatal(err)
	}
	s.AsStaff(account.Admin)
	tops := strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(s.Rows(
		`select slug from categories where parent_id is null and not hidden order by position, id limit 2`)))
	edited, left := tops[0], tops[1]
	s.Post("/admin/categories/"+edited, http.StatusSeeOther, url.Values{"name_ru": {"Наше имя"}, "name_en": {"Our name"}, "position": {"99"}, "version": {"1"}})
	s.Exec(`update categories set name_ru = 'порча' where slug = $1`, left)
	s.Exec(`delete from taxonomy_releases`)
	if err := intake.Seed(t.Context(), s.DB); err != nil {
		t.Fatal(err)
	}
	if got := s.Rows(`select name_ru, name_en, position from categories where slug = $1`, edited); got != "[[Наше имя Our name 99]]" {
		t.Errorf("the release made it %s", got)
	}
	if got := s.Rows(`select name_ru = 'порча' from categories where slug = $1`, left); got != "[[false]]" {
		t.Error("a category nobody edited is not brought up to date")
	}
	top := rowsOf(s.page("/admin/categories", http.StatusOK), "category")
	if top[len(top)-1] != "Наше имя" {
		t.Errorf("the last at the top is %s", top[len(top)-1])
	}
	if got := rowsOf(s.page("/admin/categories?q="+url.QueryEscape("наше имя"), http.StatusOK), "category"); len(got) != 1 {
		t.Errorf("the search finds %v", got)
	}
}

func TestTheDesksCatalogueIsWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, card, _ := catalogtest.Sale(t, s.DB, 1000, 1)
	category := catalogtest.Category(t, s.DB)
	s.attribute(category, "colour", "many")
	s.AsStaff(account.Admin)
	s.Post("/admin/goods/"+card.Slug+"/block", http.StatusSeeOther, url.Values{"note": {"x"}})
	for _, lang := range []string{"ru", "en"} {
		for _, path := range []string{"/admin/categories", "/admin/categories/" + s.SlugOf(category), "/admin/goods", "/admin/goods/" + card.Slug} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Language", lang)
			page := htmltest.Parse(t, s.Do(r, http.StatusOK).Body)
			if strings.Contains(page.Text(), "curation.") {
				t.Errorf("%s in %s shows a key: %s", path, lang, page.Text())
			}
			for _, bad := range page.Lint() {
				if !strings.Contains(bad, "/account") { // the test's visitor has no name
					t.Errorf("%s in %s: %s", path, lang, bad)
				}
			}
		}
	}
}
