package app_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A guest signs in, keeps cart and wishes, pays by card on Stripe's own page, and follows the parcel while the shop
// packs it and sends it off.
func TestJourneyCardPaymentAndParcel(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, ruBare, enPhone} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{Stripe: true})
			buyer := someone(t, m, w)
			card := buyer.product("grinder-berkut-38")
			wished := buyer.product("cezve-ceramic")
			buyer.open(card)
			buyer.adds("[data-testid=buybox] form[data-add] button:not([name])")
			buyer.wishes(wished)
			buyer.signIn("anna@example.com")
			buyer.open("/wishes")
			buyer.count(`main .prod a[href$="`+wished+`"]`, 1)
			buyer.open("/cart")
			buyer.count("[data-testid=cart-line]", 1)
			number := buyer.paysByCard()

			shop := someone(t, m, way{w.lang, w.noJS, browsertest.Desktop})
			shop.signIn("alsu@example.com")
			shop.sends(number)
			buyer.follows(number)
			shop.delivers(number)
			buyer.open("/orders/" + number)
			buyer.count(`[data-testid=parcel][data-state=delivered]`, 1)
		})
	}
}

// product is the path of a card of the demonstration.
func (p *person) product(id string) string {
	p.t.Helper()
	slug, err := pg.Scalar[string](p.t.Context(), p.at.DB, `select slug from products where author_key = $1`, "demo:"+id)
	if err != nil {
		p.t.Fatal(err)
	}
	return "/p/" + slug
}

func (p *person) wishes(path string) {
	p.t.Helper()
	p.open(path)
	const heart = `[data-testid=buybox] form[action$="/wishes"] button`
	if p.noJS {
		p.follow(heart)
		return
	}
	p.press(heart)
	p.WaitFor(`document.querySelector(`+quoted(heart+`[aria-pressed=true]:not([aria-busy])`)+`) !== null`, "the heart to turn and the server to know")
	p.open("/wishes")
	p.count(`main .prod a[href$="`+path+`"]`, 1)
}

// paysByCard goes to Stripe's stand-in and back, and gives the order's number.
func (p *person) paysByCard() string {
	p.t.Helper()
	p.click(p.says("cart.checkout"))
	p.fill(map[string]string{"city": "Казань", "postcode": "420111", "street": "Баумана, 7", "flat": "2",
		"name": "Анна Соколова", "phone": "+7 916 555-12-34"})
	p.click(p.says("order.checkout.requote"))
	p.Eval(`[...document.querySelectorAll('[name^="ship."]')].find(r => r.value.startsWith("courier:")).click()`, nil)
	p.press(`[name=payment][value=stripe]`)
	p.click(p.says("order.checkout.requote"))
	p.pays()
	p.WaitFor(`location.pathname.startsWith("/pay/") && document.querySelector("[data-testid=amount]")`, "Stripe's page")
	p.follow(`button[value=decline]`)
	p.Wait("declined")
	p.follow(`button[value=confirm]`)
	p.follow(`button[value=succeed]`)
	p.WaitPath(p.path("/orders/"))
	number := strings.TrimPrefix(p.Path(), p.path("/orders/"))
	p.sees(p.says("order.note.new", "email", "anna@example.com"))
	p.at.Stripe.Wait()
	if charged, refunded := p.at.Stripe.Totals(p.session(number)); charged == 0 || refunded != 0 {
		p.t.Errorf("charged %d, refunded %d", charged, refunded)
	}
	return number
}

// session is the payment of an order at Stripe's.
func (p *person) session(number string) string {
	p.t.Helper()
	id, err := pg.Scalar[string](p.t.Context(), p.at.DB, `select provider_ref from payments where reference = $1`, number)
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// sends takes an order up, packs it and hands it over, after a try without a tracking number.
func (p *person) sends(number string) {
	p.t.Helper()
	p.open("/seller")
	p.follow(`main a[href*="/seller/orders/` + number + `"]`)
	p.follow(`form:has([name=to][value=assembling]) button`)
	p.count(`[data-testid=parcel][data-state=assembling]`, 1)
	p.follow(`form:has([name=to][value=packed]) button`)
	p.count(`[data-testid=parcel][data-state=packed]`, 1)
	p.fill(map[string]string{"carrier": "Почта России"})
	p.follow(`form:has([name=to][value=handed_over]) button`)
	p.Wait(p.says("order.move.tracking"))
	if got := p.value("carrier"); got != "Почта России" {
		p.t.Errorf("the carrier is lost: %q", got)
	}
	p.fill(map[string]string{"tracking": "80110012345678"})
	p.follow(`form:has([name=to][value=handed_over]) button`)
	p.count(`[data-testid=parcel][data-state=handed_over]`, 1)
}

// follows sees where the parcel is.
func (p *person) follows(number string) {
	p.t.Helper()
	p.open("/orders")
	p.follow(`[data-testid=order-row] a[href$="/orders/` + number + `"]`)
	p.count(`[data-testid=parcel][data-state=handed_over]`, 1)
	p.Wait("80110012345678")
	if n := p.Count("[data-testid=parcel] .tl .done"); n < 3 {
		p.t.Errorf("%d steps are behind the parcel, want at least 3", n)
	}
}

func (p *person) delivers(number string) {
	p.t.Helper()
	for _, state := range []string{"in_transit", "delivered"} {
		p.press(`details:has(select[name=to]) summary`)
		p.Eval(`void (document.querySelector("select[name=to]").value = "`+state+`")`, nil)
		p.follow(`form:has(select[name=to]) button`)
		p.count(`[data-testid=parcel][data-state=`+state+`]`, 1)
	}
}
