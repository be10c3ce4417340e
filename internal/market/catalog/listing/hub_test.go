package listing_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// A seller makes a card, a moderator returns it and then approves it, and a shopper sees it.
func TestACardFromDraftToShelf(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop := catalogtest.Shop(t, s.DB)
	s.AsSeller(shop)
	sellerSession := s.Session
	category := catalogtest.Category(t, s.DB)

	page := s.Get("/seller/listings/new?q=" + url.QueryEscape("Кофемолка «Тула»"))
	create := page.One(htmltest.Role("button", "Дальше")).Form()
	create.Values.Set("category", fmt.Sprint(category))
	edit := s.Post(create.Action, http.StatusSeeOther, create.Values).Header().Get("Location")

	f := s.Get(edit).One(htmltest.Role("button", "Опубликовать")).Press()
	f.Values.Set("title_ru", "")
	f.Values.Set("brand", "Тулажернов")
	page = htmltest.Parse(t, s.Post(f.Action, http.StatusUnprocessableEntity, f.Values).Body)
	if page.One(htmltest.Label("Бренд")).Value() != "Тулажернов" {
		t.Error("a refused form forgot what was typed")
	}
	f.Values.Set("title_ru", "Кофемолка ручная «Тула», 25 г")
	f.Values.Set("description_ru", "Стальные жернова, лечит давление. Помол от турки до френч-пресса.")
	for name := range f.Values {
		switch {
		case strings.HasPrefix(name, "price_"):
			f.Values.Set(name, "4 290,50")
		case strings.HasPrefix(name, "stock_"):
			f.Values.Set(name, "12")
		case strings.HasPrefix(name, "gtin_"):
			f.Values.Set(name, "4006381333931")
		}
	}
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if list := s.Get("/seller/listings"); !strings.Contains(list.One(htmltest.TestID("listing")).Text(), "На проверке") {
		t.Errorf("the list says %s", list.One(htmltest.TestID("listing")).Text())
	}
	slug := s.Rows(`select slug from products`)
	slug = strings.Trim(slug, "[]")
	s.Session = nil
	s.Do(httptest.NewRequest(http.MethodGet, "/p/"+slug, nil), http.StatusNotFound)

	s.AsModerator("moderator@example.ru")
	next := s.Get("/admin/moderation?kind=card_new").One(htmltest.Role("button", "Взять следующую")).Press()
	item := s.Post(next.Action, http.StatusSeeOther, next.Values).Header().Get("Location")
	page = s.Get(item)
	if text := page.Text(); !strings.Contains(text, "лечит давление") || !strings.Contains(text, "Лечебное обещание") {
		t.Errorf("the desk shows neither the words nor the risk: %s", text)
	}
	back := page.One(htmltest.Role("button", "Вернуть на правку")).Press()
	s.Post(back.Action, http.StatusUnprocessableEntity, back.Values)
	back.Values.Set("code", "K04")
	back.Values.Set("note", "Уберите слова о давлении: посуда не лечит.")
	s.Post(back.Action, http.StatusSeeOther, back.Values)
	moderator := s.Session

	s.Session = sellerSession
	page = s.Get(edit)
	if !strings.Contains(page.Text(), "посуда не лечит") {
		t.Error("the seller does not read why the card came back")
	}
	f = page.One(htmltest.Role("button", "Опубликовать")).Press()
	f.Values.Set("description_ru", "Стальные жернова, 36 ступеней помола от турки до френч-пресса.")
	s.Post(f.Action, http.StatusSeeOther, f.Values)

	s.Session = moderator
	item = s.Post(next.Action, http.StatusSeeOther, next.Values).Header().Get("Location")
	ok := s.Get(item).One(htmltest.Role("button", "Одобрить")).Press()
	s.Post(ok.Action, http.StatusSeeOther, ok.Values)

	s.Session = nil
	if box := s.Get("/p/" + slug).One(htmltest.TestID("buybox")); !strings.Contains(box.Text(), "4\u00a0290,50\u00a0₽") {
		t.Errorf("the shelf: %s", box.Text())
	}
	if log := s.Rows(`select act from moderation_decisions order by id`); log != "[[submitted] [changes_requested] [submitted] [approved]]" {
		t.Errorf("decisions: %s", log)
	}
}

// An edit of a published card leaves the old one in place until it is approved; price and stock are live at once.
func TestAnEditWaitsAndThePriceDoesNot(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, card, offer := catalogtest.Sale(t, s.DB, 429000, 5)
	s.AsSeller(shop)
	f := s.Get(fmt.Sprintf("/seller/listings/%d", card.ProductID)).One(htmltest.Role("button", "Сохранить")).Press()
	f.Values.Set("title_ru", "Совсем другая вещь, не кофемолка")
	variant := fmt.Sprint(card.Variants["main"])
	f.Values.Set("price_"+variant, "3 990")
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if page := s.Get("/p/" + card.Slug); !strings.HasPrefix(page.One(htmltest.Tag("h1")).Text(), "Кофемолка") || !strings.Contains(page.Text(), "3\u00a0990\u00a0₽") {
		t.Error("the old card and the new price must both be there")
	}
	// Half the price and less waits for a yes.
	f = s.Get(fmt.Sprintf("/seller/listings/%d", card.ProductID)).One(htmltest.Role("button", "Сохранить")).Press()
	if f.Values.Get("title_ru") != "Совсем другая вещь, не кофемолка" {
		t.Errorf("the form shows %q, not what was proposed", f.Values.Get("title_ru"))
	}
	f.Values.Set("price_"+variant, "399")
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	lines, err := catalog.OffersForCart(t.Context(), s.DB, []int64{offer})
	if err != nil || lines[offer].Price.Amount != 399000 {
		t.Errorf("the price guard let %d through: %v", lines[offer].Price.Amount, err)
	}
	keep := s.Get("/seller/listings").One(htmltest.Role("button", "Поставить новую цену")).Press()
	s.Post(keep.Action, http.StatusSeeOther, keep.Values)
	if lines, err = catalog.OffersForCart(t.Context(), s.DB, []int64{offer}); err != nil || lines[offer].Price.Amount != 39900 {
		t.Errorf("after the yes: %d %v", lines[offer].Price.Amount, err)
	}
}

func TestTrustedHarmlessEditsGoLive(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop := catalogtest.Shop(t, s.DB, func(x *seller.Seller) { x.Trusted, x.Sales = true, 500 })
	card := catalogtest.Card(t, s.DB, shop)
	s.AsSeller(shop)
	f := s.Get(fmt.Sprintf("/seller/listings/%d", card.ProductID)).One(htmltest.Role("button", "Сохранить")).Press()
	f.Values.Set("description_ru", f.Values.Get("description_ru")+" Щётка в комплекте.")
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if page := s.Get("/p/" + card.Slug); !strings.Contains(page.Text(), "Щётка в комплекте") {
		t.Error("a harmless edit of a trusted seller must be live")
	}
	f = s.Get(fmt.Sprintf("/seller/listings/%d", card.ProductID)).One(htmltest.Role("button", "Сохранить")).Press()
	f.Values.Set("description_ru", "Пишите нам в телеграм t.me/lavka, дешевле мимо площадки")
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if page := s.Get("/p/" + card.Slug); strings.Contains(page.Text(), "t.me") {
		t.Error("a risky edit went live because the seller is trusted")
	}
}

func TestStaleFormsAreRefused(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, card, _ := catalogtest.Sale(t, s.DB, 429000, 5)
	s.AsSeller(shop)
	f := s.Get(fmt.Sprintf("/seller/listings/%d", card.ProductID)).One(htmltest.Role("button", "Сохранить")).Press()
	s.Exec(`update products set version = version + 1`)
	f.Values.Set("title_ru", "Моё новое название")
	page := htmltest.Parse(t, s.Post(f.Action, http.StatusConflict, f.Values).Body)
	if page.One(htmltest.ID("title_ru")).Value() != "Моё новое название" {
		t.Error("the conflict lost what was typed")
	}
}

func TestBulkChangesTouchOnlyOnesOwn(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, _, mine := catalogtest.Sale(t, s.DB, 100000, 5)
	_, _, foreign := catalogtest.Sale(t, s.DB, 100000, 5)
	s.AsSeller(shop)
	both := []string{fmt.Sprint(mine), fmt.Sprint(foreign), "x", "-1"}
	s.Post("/seller/listings/bulk", http.StatusSeeOther, url.Values{"do": {"pause"}, "offers": both})
	s.Post("/seller/listings/bulk", http.StatusSeeOther, url.Values{"do": {"price"}, "percent": {"10"}, "offers": both})
	s.Post("/seller/listings/bulk", http.StatusSeeOther, url.Values{"do": {"stock"}, "stock": {"7"}, "offers": both})
	got := s.Rows(`select o.status, o.price, st.on_hand from offers o join offer_stock st on st.offer_id = o.id order by o.id`)
	if want := "[[paused 110000 7] [active 100000 5]]"; got != want {
		t.Errorf("offers: %s, want %s", got, want)
	}
	for _, bad := range []url.Values{
		{"do": {"pause"}}, {"do": {"burn"}, "offers": both}, {"do": {"stock"}, "stock": {"１"}, "offers": both},
		{"do": {"price"}, "percent": {"-95"}, "offers": both}, {"do": {"stock"}, "stock": {"2147483648"}, "offers": both},
	} {
		s.Post("/seller/listings/bulk", http.StatusUnprocessableEntity, bad)
	}
}

// What belongs to another shop does not exist.
func TestAnotherShopsCardsAreNotFound(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	_, card, offer := catalogtest.Sale(t, s.DB, 100000, 5)
	s.AsSeller(catalogtest.Shop(t, s.DB))
	edit := fmt.Sprintf("/seller/listings/%d", card.ProductID)
	s.Do(httptest.NewRequest(http.MethodGet, edit, nil), http.StatusNotFound)
	s.Post(edit, http.StatusNotFound, url.Values{"title_ru": {"Взлом"}})
	s.Post(edit+"/variants", http.StatusNotFound, url.Values{"option_name": {"a"}, "option_value": {"b"}})
	s.Upload(edit+"/photos", http.StatusNotFound, "a.png", catalogtest.Picture(t, 9))
	s.Post(fmt.Sprintf("/seller/offers/%d/price", offer), http.StatusNotFound, url.Values{"do": {"keep"}})
	s.Do(httptest.NewRequest(http.MethodGet, "/seller/listings/x", nil), http.StatusNotFound)
	if list := s.Get("/seller/listings"); list.Has(htmltest.TestID("listing")) {
		t.Error("the list shows goods of another shop")
	}
}

// A photograph for a card that another shop's edit waits for is refused before anything of it is kept.
func TestPhotosOfBusyCardsAreNotKept(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, card, _ := catalogtest.Sale(t, s.DB, 100000, 5)
	other := catalogtest.Shop(t, s.DB)
	catalogtest.Offer(t, s.DB, other, card.Variants["main"], 90000, 3)
	photos := fmt.Sprintf("/seller/listings/%d/photos", card.ProductID)
	s.AsSeller(shop)
	s.Upload(photos, http.StatusSeeOther, "a.png", catalogtest.Picture(t, 9))
	s.AsSeller(other)
	before := s.Rows(`select count(*) from media_files`)
	s.Upload(photos, http.StatusConflict, "b.png", catalogtest.Picture(t, 10))
	if after := s.Rows(`select count(*) from media_files`); after != before {
		t.Errorf("%s files are kept, there were %s", after, before)
	}
}

func TestPhotosAndVariants(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop := catalogtest.Shop(t, s.DB)
	by := s.AsSeller(shop)
	id, err := s.Listings.StartCard(t.Context(), by, "Кофемолка ручная «Тула»", catalogtest.Category(t, s.DB))
	if err != nil {
		t.Fatal(err)
	}
	edit := fmt.Sprintf("/seller/listings/%d", id)
	s.Upload(edit+"/photos", http.StatusSeeOther, "one.png", catalogtest.Picture(t, 10))
	s.Upload(edit+"/photos", http.StatusSeeOther, "two.png", catalogtest.Picture(t, 200))
	s.Upload(edit+"/photos", http.StatusUnprocessableEntity, "lie.png", []byte("<html>not a picture</html>"))
	s.Post(edit+"/variants", http.StatusSeeOther, url.Values{"option_name": {"Цвет"}, "option_value": {"Яшма"}})
	page := htmltest.Parse(t, s.Post(edit+"/variants", http.StatusUnprocessableEntity, url.Values{"option_name": {"Цвет"}, "option_value": {"Яшма"}}).Body)
	if page.One(htmltest.ID("option_value")).Value() != "Яшма" {
		t.Error("the refused variant was forgotten")
	}
	page = s.Get(edit)
	f := page.One(htmltest.Role("button", "Сохранить черновик")).Press()
	second := strings.Trim(s.Rows(`select max(media_id) from product_images`), "[]")
	f.Values.Set("main", second)
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if got := strings.Trim(s.Rows(`select media_id from product_images order by position limit 1`), "[]"); got != second {
		t.Errorf("the main photo is %s, not %s", got, second)
	}
	if n := s.Rows(`select count(*) from variants`); n != "[[2]]" {
		t.Errorf("variants: %s", n)
	}
}

func TestJoiningACard(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	_, card, _ := catalogtest.Sale(t, s.DB, 429000, 5)
	s.AsSeller(catalogtest.Shop(t, s.DB))
	page := s.Get("/seller/listings/new?q=" + url.QueryEscape("кофемолка"))
	f := page.One(htmltest.Role("button", "Продавать по карточке")).Press()
	f.Values.Set("price", "даром")
	f.Values.Set("stock", "3 шт")
	again := htmltest.Parse(t, s.Post(f.Action, http.StatusUnprocessableEntity, f.Values).Body)
	if again.One(htmltest.ID("stock")).Value() != "3 шт" {
		t.Error("the refused form forgot the stock")
	}
	f.Values.Set("price", "4 100")
	f.Values.Set("stock", "3")
	s.Post(f.Action, http.StatusSeeOther, f.Values)
	if page := s.Get("/p/" + card.Slug); page.Count(htmltest.TestID("rival")) != 1 {
		t.Error("the card does not show the second seller")
	}
}

// Row-level security is the second wall: without any where clause a seller's transaction sees its own rows only.
func TestTheSecondWall(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, _, _ := catalogtest.Sale(t, s.DB, 100, 1)
	_, foreignCard, foreign := catalogtest.Sale(t, s.DB, 100, 1)
	for sql, want := range map[string]string{
		`select count(*) from offers`:                                                                           "1",
		`select count(*) from offer_stock`:                                                                      "1",
		`select count(*) from offer_prices`:                                                                     "1",
		`with u as (update offers set price = 1 returning 1) select count(*) from u`:                            "1",
		`with u as (update products set title_ru = 'x' returning 1) select count(*) from u`:                     "0",
		fmt.Sprintf(`with u as (delete from offers where id = %d returning 1) select count(*) from u`, foreign): "0",
		fmt.Sprintf(`with u as (update variants set gtin = null where product_id = %d returning 1) select count(*) from u`, foreignCard.ProductID): "0",
	} {
		if got := s.AsRole(shop.ID, sql); got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	for _, sql := range []string{
		`update sellers set trusted = true`, `update sellers set status = 'open'`, `insert into holds (key) values ('x')`,
		`select * from people`, `update change_requests set seller_id = 0 where false returning (select email from people limit 1)`,
	} {
		if got := s.AsRole(shop.ID, sql); !strings.HasPrefix(got, "42501") {
			t.Errorf("%s: %s, want permission denied", sql, got)
		}
	}
}
