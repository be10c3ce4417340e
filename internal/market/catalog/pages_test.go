package catalog_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/search"
)

func TestProductPageComparesSellers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, card, cheap := catalogtest.Sale(t, s.DB, 429000, 46)
	other := catalogtest.Shop(t, s.DB, func(x *seller.Seller) { x.DeliveryFee, x.Name = 19000, "Медный ряд" })
	dear := catalogtest.Offer(t, s.DB, other, card.Variants["main"], 431000, 3)

	page := s.Get("/p/" + card.Slug)
	box := page.One(htmltest.TestID("buybox"))
	if got := box.One(htmltest.Role("button", "В корзину")).Form(); got.Action != "/cart/lines" || got.Values.Get("offer") != strconv.FormatInt(cheap, 10) {
		t.Errorf("the amber button sends %v to %s", got.Values, got.Action)
	}
	for _, want := range []string{"4 290 ₽", shop.Name, "В наличии", "Итог с доставкой ниже других на 210 ₽", "Место не продаётся"} {
		if !strings.Contains(plain(box), want) {
			t.Errorf("the buy box does not say %q: %s", want, box.Text())
		}
	}
	row := page.One(htmltest.TestID("rival"))
	if got := row.One(htmltest.Role("button", "Медный ряд")).Form().Values.Get("offer"); got != strconv.FormatInt(dear, 10) || !strings.Contains(plain(row), "4 500 ₽") {
		t.Errorf("the other seller's row: offer %s, %s", got, row.Text())
	}
	if page.Has(htmltest.TestID("leaves")) {
		t.Error("what nobody sends abroad is offered to be sent there")
	}
	s.Exec(`update offers set abroad = true where id = $1`, dear)
	where := s.Get("/p/" + card.Slug).One(htmltest.TestID("leaves")).One(htmltest.Role("button", "Посчитать")).Form()
	if where.Action != "/destination" || where.Values.Get("next") != "/p/"+card.Slug || where.Values.Get("country") != "" {
		t.Errorf("where it may go is asked by %v to %s", where.Values, where.Action)
	}
	body := s.Do(httptest.NewRequest(http.MethodGet, "/p/"+card.Slug, nil), http.StatusOK).Body.String()
	_, raw, _ := strings.Cut(body, `application/ld+json`)
	_, raw, _ = strings.Cut(raw, ">")
	raw, _, _ = strings.Cut(raw, "</script>")
	var ld struct {
		Type   string `json:"@type"`
		Offers struct {
			Type     string `json:"@type"`
			LowPrice string `json:"lowPrice"`
			Count    int    `json:"offerCount"`
		} `json:"offers"`
	}
	if err := json.Unmarshal([]byte(raw), &ld); err != nil || ld.Type != "Product" || ld.Offers.Type != "AggregateOffer" || ld.Offers.LowPrice != "4290.00" || ld.Offers.Count != 2 {
		t.Errorf("structured data: %+v %v in %s", ld, err, raw)
	}
}

// plain is what an element says, with ordinary spaces.
func plain(n *htmltest.Node) string { return strings.ReplaceAll(n.Text(), "\u00a0", " ") }

func TestProductPageInEnglish(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, card, _ := catalogtest.Sale(t, s.DB, 429000, 1)
	r := httptest.NewRequest(http.MethodGet, "/p/"+card.Slug, nil)
	r.Header.Set("Accept-Language", "en")
	w := s.Do(r, http.StatusOK)
	page := htmltest.Parse(t, w.Body)
	if h1 := page.One(htmltest.Tag("h1")).Text(); !strings.HasPrefix(h1, "Tula hand grinder") {
		t.Errorf("h1: %s", h1)
	}
	box := page.One(htmltest.TestID("buybox"))
	if !strings.Contains(box.Text(), "₽4,290") || !box.Has(htmltest.Role("button", "Add to cart")) {
		t.Errorf("buy box: %s", box.Text())
	}
	if w.Header().Get("Set-Cookie") != "" || !strings.Contains(w.Header().Get("Cache-Control"), "s-maxage") {
		t.Errorf("a stranger's page must be cacheable: %v", w.Header())
	}
}

func TestProductPageOfVariants(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop := catalogtest.Shop(t, s.DB)
	colour := func(ru string) []catalog.Option {
		return []catalog.Option{{Name: catalog.Text{RU: "Цвет"}, Value: catalog.Text{RU: ru}}}
	}
	card := catalogtest.Card(t, s.DB, shop, func(c *intake.Card) {
		c.Variants = []intake.Variant{{Key: "a", Options: colour("Малахит")}, {Key: "b", Options: colour("Яшма")}}
	})
	catalogtest.Offer(t, s.DB, shop, card.Variants["b"], 50000, 2)
	page := s.Get("/p/" + card.Slug)
	if !strings.Contains(plain(page.One(htmltest.TestID("buybox"))), "500 ₽") {
		t.Error("the page opens at the variant that can be bought")
	}
	href := page.One(htmltest.Role("link", "Малахит")).Attr("href")
	if gone := s.Get(href).One(htmltest.TestID("buybox")); gone.Has(htmltest.Role("button", "В корзину")) || !strings.Contains(gone.Text(), "Нет в наличии") {
		t.Errorf("a variant nobody sells: %s", gone.Text())
	}
	for _, bad := range []string{"?variant=0", "?variant=x", "?variant=99999999", "?variant=９"} {
		s.Do(httptest.NewRequest(http.MethodGet, "/p/"+card.Slug+bad, nil), http.StatusNotFound)
	}
}

func TestDraftsAndBlockedCardsAreNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop := catalogtest.Shop(t, s.DB)
	draft := catalogtest.Card(t, s.DB, shop, func(c *intake.Card) { c.Publish = false })
	s.Do(httptest.NewRequest(http.MethodGet, "/p/"+draft.Slug, nil), http.StatusNotFound)
	s.Do(httptest.NewRequest(http.MethodGet, "/p/no-such-card", nil), http.StatusNotFound)
	_, card, _ := catalogtest.Sale(t, s.DB, 100, 1)
	if err := s.Curation.BlockCard(t.Context(), s.AsModerator("m@example.ru"), card.ProductID, true, "подделка"); err != nil {
		t.Fatal(err)
	}
	s.Do(httptest.NewRequest(http.MethodGet, "/p/"+card.Slug, nil), http.StatusNotFound)
}

// Nothing that people write comes out as markup.
func TestProductPageIsInert(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	evil := `<script>alert(1)</script><img src=x onerror=alert(2)>`
	shop := catalogtest.Shop(t, s.DB, func(x *seller.Seller) { x.Name = "<b onclick=x>Лавка</b>" })
	card := catalogtest.Card(t, s.DB, shop, func(c *intake.Card) {
		c.Title.RU, c.Brand = evil, `"><script>`
		c.Description.RU = evil + "\n\n[сюда](javascript:alert(1)) </script> **жирный**"
	})
	catalogtest.Offer(t, s.DB, shop, card.Variants["main"], 100, 1)
	body := s.Do(httptest.NewRequest(http.MethodGet, "/p/"+card.Slug, nil), http.StatusOK).Body.String()
	for _, bad := range []string{"<script>alert", "<img src=x", "<b onclick", `href="javascript`, "\"><script>"} {
		if strings.Contains(body, bad) {
			t.Errorf("%q came out as it went in", bad)
		}
	}
	if !strings.Contains(body, "<strong>жирный</strong>") {
		t.Error("Markdown is not rendered")
	}
}

func TestCategoryHomeShopAndFeeds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, card, offer := catalogtest.Sale(t, s.DB, 429000, 5)
	if n, err := s.Catalog.DrainIndex(t.Context()); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	tree, err := catalog.ReadTree(t.Context(), s.DB)
	if err != nil {
		t.Fatal(err)
	}
	category := tree.Children(0)[0]
	for _, path := range []string{"/", catalog.CategoryPath(category.Slug), "/shops/" + shop.Slug} {
		page := s.Get(path)
		link := page.One(htmltest.Role("link", "Кофемолка ручная"))
		if link.Attr("href") != "/p/"+card.Slug {
			t.Errorf("%s leads to %s", path, link.Attr("href"))
		}
		if got := page.One(htmltest.Role("button", "В корзину: Кофемолка")).Form().Values.Get("offer"); got != fmt.Sprint(offer) {
			t.Errorf("%s: the button buys %s", path, got)
		}
	}
	for _, path := range []string{"/c", "/shops", "/recent?ids=" + fmt.Sprint(card.ProductID) + ",0,-1,x"} {
		s.Get(path)
	}
	if legal := s.Get("/shops/" + shop.Slug).One(htmltest.ID("legal")).Parent(htmltest.Tag("section")).Text(); !strings.Contains(legal, "500100732259") {
		t.Errorf("the shop page hides who sells: %s", legal)
	}
	for _, path := range []string{"/feeds/new.xml", "/feeds/c/" + category.Slug + ".xml", "/feeds/shops/" + shop.Slug + ".xml"} {
		var feed struct {
			Items []struct {
				Link string `xml:"link"`
			} `xml:"channel>item"`
		}
		body := s.Do(httptest.NewRequest(http.MethodGet, path, nil), http.StatusOK).Body.Bytes()
		if err := xml.Unmarshal(body, &feed); err != nil || len(feed.Items) != 1 || feed.Items[0].Link != "https://yarmarka.test/p/"+card.Slug {
			t.Errorf("%s: %v %+v", path, err, feed)
		}
	}
	for _, path := range []string{"/c/no-such", "/shops/no-such", "/feeds/c/no-such.xml"} {
		s.Do(httptest.NewRequest(http.MethodGet, path, nil), http.StatusNotFound)
	}
}

func TestSuspensionHidesGoodsAndBringsThemBackUnchanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, _, offer := catalogtest.Sale(t, s.DB, 100, 1)
	shops := seller.New(s.DB, s.Now())
	shops.Changed = catalog.SellerChanged
	admin := s.AsModerator("admin@example.ru")
	s.Session = nil
	found := func() int {
		t.Helper()
		if _, err := s.Catalog.DrainIndex(t.Context()); err != nil {
			t.Fatal(err)
		}
		res, err := search.New(s.DB, search.Options{}).Query(t.Context(), search.Params{Q: "кофемолка", Kind: search.Goods})
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	}
	if n := found(); n != 1 {
		t.Fatalf("before: %d found", n)
	}
	before := s.Rows(`select p.status, o.status, o.version, p.version from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id`)
	if err := shops.Suspend(t.Context(), admin, shop.ID, "нет документов"); err != nil {
		t.Fatal(err)
	}
	if n := found(); n != 0 {
		t.Errorf("a suspended shop's goods are found: %d", n)
	}
	lines, err := catalog.OffersForCart(t.Context(), s.DB, []int64{offer})
	if err != nil || lines[offer].Reason != catalog.ShopClosed {
		t.Errorf("the cart says %q %v", lines[offer].Reason, err)
	}
	if page := s.Get("/shops/" + shop.Slug); !strings.Contains(page.Text(), "временно закрыт") {
		t.Error("the shop's page does not say that it is closed")
	}
	if err := shops.Reopen(t.Context(), admin, shop.ID); err != nil {
		t.Fatal(err)
	}
	if n := found(); n != 1 {
		t.Errorf("after: %d found", n)
	}
	if after := s.Rows(`select p.status, o.status, o.version, p.version from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id`); after != before {
		t.Errorf("suspension left a mark: %s, was %s", after, before)
	}
	if log := s.Rows(`select act from audit_log order by id`); log != "[[seller.suspended] [seller.open]]" {
		t.Errorf("audit: %s", log)
	}
}

func TestHonestDealsReachTheHomePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, card, offer := catalogtest.Sale(t, s.DB, 429000, 5)
	s.Exec(`update offer_prices set from_at = now() - interval '5 days' where offer_id = $1`, offer)
	s.Exec(`insert into offer_prices (offer_id, seller_id, price, currency, from_at, to_at)
		select offer_id, seller_id, 560000, 'RUB', now() - interval '40 days', now() - interval '5 days' from offer_prices where offer_id = $1`, offer)
	deals := plain(s.Get("/").One(htmltest.ID("deals")).Parent(htmltest.Tag("section")))
	for _, want := range []string{"4 290 ₽", "5 600 ₽", "−23 %", "Минимум за 30 дней"} {
		if !strings.Contains(deals, want) {
			t.Errorf("deals do not say %q: %s", want, deals)
		}
	}
	if page := s.Get("/p/" + card.Slug); !page.Has(htmltest.ID("ph-t")) {
		t.Error("no price history on the card")
	}
}

func TestRecentIsKeptForPeopleAndNeedsNoCookieForGuests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, card, _ := catalogtest.Sale(t, s.DB, 100, 1)
	ids := url.Values{"ids": {fmt.Sprint(card.ProductID)}}
	if w := s.Post("/recent", http.StatusNoContent, ids); w.Header().Get("Set-Cookie") != "" {
		t.Error("a guest got a cookie for looking")
	}
	if n := s.Rows(`select count(*) from product_views`); n != "[[0]]" {
		t.Errorf("views of a guest: %s", n)
	}
	s.AsModerator("reader@example.ru")
	s.Post("/recent", http.StatusNoContent, ids)
	if page := s.Get("/recent"); !page.Has(htmltest.Role("link", "Кофемолка")) {
		t.Error("a person's list is empty on another device")
	}
}
