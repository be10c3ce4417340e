package order

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/art"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/web/static"
)

// TestCartToPaymentInABrowser buys from two sellers as a guest, with scripts on and off, wide and narrow.
func TestCartToPaymentInABrowser(t *testing.T) {
	t.Parallel()
	for _, o := range []browsertest.Options{{Width: 1280}, {Width: 390}, {Width: 1280, NoJS: true}, {Width: 390, NoJS: true}} {
		t.Run(fmt.Sprintf("%d no scripts %v", o.Width, o.NoJS), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			u, cookie := accounttest.Guest(t, s.accounts)
			for _, title := range []string{"Кофемолка «Тула»", "Чайник «Кобальт»"} {
				shop := catalogtest.Shop(t, s.pool)
				card := catalogtest.Card(t, s.pool, shop, func(c *intake.Card) { c.Title = catalog.Text{RU: title} })
				offer := catalogtest.Offer(t, s.pool, shop, card.Variants["main"], 429000, 5)
				s.must(s.Carts.Add(t.Context(), cart.Owner{SessionID: u.ID}, offer, 1))
			}
			p := browsertest.Open(t, s.withCookie(cookie), o)
			p.Goto("/enter").WaitPath("/cart")
			p.Click("Больше: Кофемолка «Тула»").WaitFor(`document.querySelector('input[name=qty]').value === '2'`, "two grinders")
			p.Click("Удалить: Чайник «Кобальт»").Wait("убран из корзины")
			p.Click("Вернуть").WaitFor(`document.querySelectorAll('[data-testid=cart-line]').length === 2`, "the kettle again")
			p.Click("К оформлению").WaitPath("/checkout")
			if n := p.Count("[data-hold]"); n != 1 {
				t.Fatalf("%d countdowns", n)
			}
			p.Fill("Город", "Тула").Fill("Индекс", "300000").Fill("Улица и дом", "ул. Ленина, 1")
			p.Fill("Фамилия и имя", "Соколова Анна").Fill("Телефон", "8 916 55")
			p.Fill("Электронная почта", "anna@example.ru")
			p.WaitFor(quiet, "the ways to the new address") // till then they may be replaced under a finger
			for i := range p.Count("input[value='courier:0']") {
				p.Run("choose a courier", chromedp.Click(fmt.Sprintf(`(//input[@value="courier:0"])[%d]`, i+1), chromedp.BySearch))
			}
			p.WaitFor(quiet, "the sum with both couriers")
			// The page before has all that is waited for, too: a press there is lost when the next one comes.
			p.Eval(`window.before = true`, nil).Click("Пересчитать доставку")
			p.WaitFor(`!window.before && document.readyState === 'complete' && document.querySelector('[name=postcode]').value === '300000'`, "what was typed")
			p.Click("Оплатить 12 870 ₽").Wait("Введите номер телефона из 11 цифр")
			p.Fill("Телефон", "8 916 555-12-34")
			p.Click("Оплатить 12 870 ₽").WaitFor(`location.pathname.startsWith('/pay/sandbox/')`, "the bank's page")
			if n := s.count(`select count(*)::int from purchases`); n != 1 {
				t.Fatalf("%d purchases", n)
			}
		})
	}
}

// quiet is true when no part of the page is being asked for.
const quiet = `!document.querySelector('.htmx-request')`

// withCookie serves the site with its files, and an address that lets a browser in as a guest.
func (s *site) withCookie(cookie *http.Cookie) string {
	inner := s.server.Config.Handler
	r := chi.NewRouter()
	r.Handle(static.Prefix+"*", static.Handler())
	r.Handle("/media/art/*", art.Handler())
	r.Get("/enter", func(w http.ResponseWriter, q *http.Request) {
		http.SetCookie(w, cookie)
		http.Redirect(w, q, "/cart", http.StatusSeeOther)
	})
	r.NotFound(inner.ServeHTTP)
	s.server.Config.Handler = r
	return s.server.URL
}
