package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// A guest finds a grinder in spite of a typing error, fills a cart at three shops, pays once after trouble with the
// bank, and later takes a part back.
func TestJourneyGuestBuysFromThreeShops(t *testing.T) {
	t.Parallel()
	for _, w := range everyWay() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			p := someone(t, m, w)
			p.findsGrinder()
			p.comparesSellers()
			p.fillsCart()
			p.rearrangesCart()
			p.checksOut()
			number := p.paysAfterTrouble()
			p.seesThreeParcels(number)
			p.opensByLetterOnly(number)
			p.cancelsOnePart(number)
		})
	}
}

// typo is a search with a mistake, what it is put right to, and the country to filter by.
func (p *person) typo() (typed, meant, country string) {
	if p.lang == i18n.EN {
		return "coffee grindre", "coffee grinder", "Russia"
	}
	return "кофимолка", "кофемолка", "Россия"
}

func (p *person) findsGrinder() {
	p.t.Helper()
	typed, meant, country := p.typo()
	p.open("/")
	p.Eval(`void (document.querySelector("main [name=q]").value = `+quoted(typed)+`)`, nil)
	p.goes(func() { p.Eval(`document.querySelector("main [name=q]").form.requestSubmit()`, nil) })
	p.WaitPath(p.path("/search"))
	if got := p.Text("[data-testid=corrected] b"); got != meant {
		p.t.Errorf("%q was put right to %q, want %q", typed, got, meant)
	}
	before := p.Count(".prods .prod")
	if p.width == browsertest.Phone {
		p.Click(p.says("ui.filters"))
	}
	p.filter(func() { p.Tick(country) })
	p.filter(func() { p.Fill(p.says("search.price.max"), "6000") })
	p.count(".prods .prod", 1)
	if before < 2 {
		p.t.Errorf("%d goods before the filters: nothing was filtered", before)
	}
	if p.width == browsertest.Phone {
		p.Click(p.says("ui.close"))
	}
	p.follow(".prods .prod-t a")
	p.WaitPath(p.path("/p/"))
}

// filter changes a filter; without scripts the button applies it.
func (p *person) filter(change func()) {
	p.t.Helper()
	if !p.noJS {
		was := p.Path()
		change()
		p.WaitFor("location.pathname+location.search !== "+quoted(was), "the filter to apply")
		p.WaitFor("document.querySelector('#facets').offsetWidth > 0", "the filters to stay open")
		// The address changes before the new part listens: no hand is so quick as to notice.
		p.WaitFor("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')", "the new part to settle")
		return
	}
	change()
	p.follow("#facets [type=submit]")
	if p.width == browsertest.Phone {
		p.Click(p.says("ui.filters"))
	}
}

func (p *person) comparesSellers() {
	p.t.Helper()
	if n := p.Count("[data-testid=rivals] tbody tr"); n < 2 {
		p.t.Fatalf("%d other sellers to compare", n)
	}
	p.Click(p.says("catalog.why"))
	p.Wait(p.says("catalog.why.rule"))
	p.Wait(p.says("catalog.score.sum"))
}

// fillsCart puts the thing into the cart from three shops: the best seller and two rivals.
func (p *person) fillsCart() {
	p.t.Helper()
	p.adds("[data-testid=buybox] form[data-add] button:not([name])")
	product := strings.TrimPrefix(p.Path(), p.path(""))
	p.adds("[data-testid=rivals] tr:nth-child(1) form[data-add] button")
	p.open(product)
	p.adds("[data-testid=rivals] tr:nth-child(2) form[data-add] button")
	p.open("/cart")
	p.count("[data-testid=cart-seller]", 3)
	p.count("[data-testid=cart-line]", 3)
}

// adds presses a button that puts something into the cart: a script says so in place, without one a page does.
func (p *person) adds(selector string) {
	p.t.Helper()
	if p.noJS {
		p.follow(selector)
		p.Wait(p.says("cart.added"))
		return
	}
	var was string
	p.Eval(`document.querySelector("[data-cart-count]").textContent`, &was)
	p.press(selector)
	p.WaitFor(`document.querySelector("[data-cart-count]").textContent !== `+quoted(was), "the cart to count")
}

func (p *person) rearrangesCart() {
	p.t.Helper()
	const qty = "[data-testid=cart-line] input[name=qty]"
	p.inCart("[data-testid=cart-line] button[value=plus]", `document.querySelector("`+qty+`").value === "2"`)
	p.inCart("[data-testid=cart-line] button[value=minus]", `document.querySelector("`+qty+`").value === "1"`)
	p.inCart("[data-testid=cart-line] button[value=del]", `document.querySelectorAll("[data-testid=cart-line]").length === 2`)
	p.count("[data-testid=cart-removed]", 1)
	p.inCart("[data-testid=cart-removed] button", `document.querySelectorAll("[data-testid=cart-line]").length === 3`)
}

// inCart presses a button of the cart and waits for what it does.
func (p *person) inCart(selector, until string) {
	p.t.Helper()
	p.press(selector)
	p.WaitFor(until, "the cart after "+selector)
}

func (p *person) checksOut() {
	p.t.Helper()
	p.click(p.says("cart.checkout"))
	p.WaitPath(p.path("/checkout"))
	p.watchesHold()
	p.fill(map[string]string{"city": "Казань", "postcode": "420111", "street": "Баумана, 7"})
	p.click(p.says("order.checkout.requote"))
	p.count(`[data-testid=checkout] fieldset:has([name^="ship."])`, 3)
	p.Eval(`document.querySelectorAll('[data-testid=checkout] fieldset:has([name^="ship."])').forEach(f => {
		[...f.querySelectorAll('label')].find(l => l.textContent.includes(`+quoted(p.says("shipping.kind.courier"))+`)).click() })`, nil)
	p.click(p.says("order.checkout.requote"))
	if n := p.Count(`[name^="ship."]:checked`); n != 3 {
		p.t.Fatalf("%d deliveries are chosen, want 3", n)
	}
	p.isTold()
	p.fill(map[string]string{"name": "Анна Соколова", "phone": "8 916 555-12-34", "email": guestEmail})
	p.pays()
	p.WaitPath(p.path("/pay/sandbox/"))
}

const guestEmail = "guest@example.com"

// watchesHold sees the time that is left, ticking where scripts run, and takes the one extension.
func (p *person) watchesHold() {
	p.t.Helper()
	left := p.Text("[data-hold-left]")
	if !regexp.MustCompile(`^(10:00|9:\d\d)$`).MatchString(left) {
		p.t.Errorf("%q left of ten minutes", left)
	}
	if !p.noJS {
		p.WaitFor(`document.querySelector("[data-hold-left]").textContent !== `+quoted(left), "the countdown")
	}
	p.click(p.says("order.checkout.extend"))
	if left := p.Text("[data-hold-left]"); !regexp.MustCompile(`^(20:00|1\d:\d\d)$`).MatchString(left) {
		p.t.Errorf("%q left after the extension", left)
	}
	if n := p.Count(`.hold button`); n != 0 {
		p.t.Errorf("a second extension is offered")
	}
}

// isTold sends the recipient with mistakes: each is named, nothing typed is lost.
func (p *person) isTold() {
	p.t.Helper()
	typed := map[string]string{"name": "", "phone": "12", "email": "нет@"}
	p.fill(typed)
	p.pays()
	p.count("[data-errsum] a", len(typed))
	for _, key := range []string{"name", "phone", "email"} {
		if text := p.Text("[data-errsum]"); !strings.Contains(text, p.says("order.checkout."+key)) {
			p.t.Errorf("the summary does not tell about %s: %s", key, text)
		}
		if got := p.value(key); got != typed[key] {
			p.t.Errorf("%s lost: %q, typed %q", key, got, typed[key])
		}
	}
	if got := p.value("street"); got != "Баумана, 7" {
		p.t.Errorf("street lost: %q", got)
	}
	if !p.noJS {
		p.WaitFor(`document.activeElement === document.querySelector("[data-errsum]")`, "the focus on the summary")
	}
}

// fill types into fields by their names.
func (p *person) fill(fields map[string]string) {
	p.t.Helper()
	for name, value := range fields {
		p.Eval(`(e => { e.focus(); e.value = `+quoted(value)+`; e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector(`+quoted("main [name="+name+"]")+`))`, nil)
	}
}

func (p *person) pays() {
	p.t.Helper()
	p.click(strings.TrimSpace(p.says("order.checkout.pay", "sum", "")))
}

// paysAfterTrouble is refused by the bank, tries again, confirms, and gives the order's number.
func (p *person) paysAfterTrouble() string {
	p.t.Helper()
	p.click(p.says("payment.sandbox.decline"))
	p.WaitPath(p.path("/orders/"))
	p.Wait(p.says("order.note.failed"))
	p.pays()
	p.WaitPath(p.path("/pay/sandbox/"))
	p.click(p.says("payment.sandbox.confirm"))
	p.click(p.says("payment.sandbox.confirm_yes"))
	p.WaitPath(p.path("/orders/"))
	return strings.TrimPrefix(p.Path(), p.path("/orders/"))
}

func (p *person) seesThreeParcels(number string) {
	p.t.Helper()
	p.sees(p.says("order.note.new", "email", guestEmail))
	p.count("[data-testid=parcel]", 3)
	p.count(`[data-testid=parcel][data-state=confirmed]`, 3)
	if status, start := p.answer(p.path("/orders/" + number + "/invoice.pdf")); status != 200 || start != "%PDF-" {
		p.t.Errorf("the invoice answers %d, %q", status, start)
	}
}

// opensByLetterOnly: another browser finds nothing by the number, and the order by the link of the letter.
func (p *person) opensByLetterOnly(number string) {
	p.t.Helper()
	other := someone(p.t, p.at, p.way)
	other.open("/contacts")
	if status, _ := other.answer(p.path("/orders/" + number)); status != 404 {
		p.t.Errorf("the number alone answers %d", status)
	}
	other.open("/dev/mail")
	paid := p.says("order.mail.paid.title", "number", number)
	other.sees(paid)
	other.click(paid)
	other.follow(`[data-testid=mail-text] a[href*="/orders/` + number + `"]`)
	other.count("[data-testid=parcel]", 3)
	if strings.Contains(other.Path(), "key=") {
		p.t.Errorf("the key stays in the address: %s", other.Path())
	}
}

func (p *person) cancelsOnePart(number string) {
	p.t.Helper()
	p.open("/orders/" + number)
	p.press("[data-testid=order] details.panel summary")
	p.follow("[data-testid=order] details.panel form button")
	p.count(`[data-testid=parcel][data-state=cancelled]`, 1)
	p.count(`[data-testid=parcel][data-state=confirmed]`, 2)
	_, done, _ := strings.Cut(p.says("order.refund.succeeded", "sum", "~", "at", ""), "~")
	p.sees(strings.TrimSpace(done))
}
