package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

const (
	makerEmail    = "maker@example.com"
	makerPassword = "гончарный круг и печь"
)

// Somebody signs up by mail, asks for a shop, gets it, brings goods by feed, puts right what the feed got wrong, sees the
// cards go on sale after a moderator's look, and sends off the first thing that a stranger buys.
func TestJourneySellerOpensShop(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, {enPhone.lang, true, browsertest.Desktop}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{SMTP: true})
			maker, staff := someone(t, m, w), someone(t, m, w)
			maker.signsUp()
			maker.applies()
			staff.signIn("admin@example.com")
			staff.opensShop("Печь и круг")
			m.Mail.Link(t, makerEmail, m.URL+maker.path("/seller"))

			maker.open("/seller/imports")
			maker.imports(feedFile(t, "../market/feed/pricelist/testdata/zonesmart_valid_feed.xml"))
			if real, err := filepath.Abs("../../../shared/data/yml/given/kazandelikates/yml.xml"); err == nil && exists(real) {
				maker.imports(real) // a shop's own export, whose licence keeps it out of here
			}
			maker.imports(feedFile(t, "testdata/journey_feed.xml"))
			maker.seesRowErrors()
			maker.mapsCategory()
			maker.imports(feedFile(t, "testdata/journey_feed.xml"))
			const found = `main .prod a[href*="svistulka-skopinskaya-solovey"]`
			staff.open("/search?q=свистулька")
			staff.count(found, 0)
			staff.approvesImport()
			maker.becomes("/search?q=свистулька", found, 1)

			buyer := someone(t, m, way{w.lang, w.noJS, browsertest.Phone})
			number := buyer.buysFirst("/search?q=свистулька", found)
			maker.open("/seller/orders")
			maker.count(`main a[href*="/seller/orders/`+number+`"]`, 1)
			maker.sends(number)
			buyer.open("/orders/" + number)
			buyer.count(`[data-testid=parcel][data-state=handed_over]`, 1)
			buyer.Wait("80110012345678")
			buyer.Wait("Печь и круг")
		})
	}
}

// buysFirst finds what a selector finds in a search, pays for one of it by the sandbox, and gives the order's number.
func (p *person) buysFirst(search, found string) string {
	p.t.Helper()
	p.open(search)
	p.follow(found)
	p.adds("[data-testid=buybox] form[data-add] button:not([name])")
	p.open("/cart")
	p.click(p.says("cart.checkout"))
	p.fill(map[string]string{"city": "Казань", "postcode": "420111", "street": "Баумана, 7", "flat": "2",
		"name": "Анна Соколова", "phone": "+7 916 555-12-34", "email": guestEmail})
	p.click(p.says("order.checkout.requote"))
	p.Eval(`[...document.querySelectorAll('[name^="ship."]')].find(r => r.value.startsWith("courier:")).click()`, nil)
	p.click(p.says("order.checkout.requote"))
	p.pays()
	p.WaitPath(p.path("/pay/sandbox/"))
	p.follow("button[name=outcome][value=pay]")
	p.WaitPath(p.path("/orders/"))
	p.sees(p.says("order.note.new", "email", guestEmail))
	return strings.TrimPrefix(p.Path(), p.path("/orders/"))
}

// feedFile is a feed beside the tests.
func feedFile(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	if !exists(path) {
		t.Fatalf("%s is missing", name)
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (p *person) signsUp() {
	p.t.Helper()
	p.open("/sign-up")
	p.fill(map[string]string{"name": "Пётр", "email": makerEmail, "password": "12345678"})
	p.follow(`main form[action$="/sign-up"] button[type=submit]`)
	p.Wait(p.says("account.password.common"))
	p.fill(map[string]string{"password": makerPassword})
	p.follow(`main form[action$="/sign-up"] button[type=submit]`)
	p.Wait(p.says("account.sent.sign_up.title"))
	link := p.at.Mail.Link(p.t, makerEmail, "/sign-up/confirm")
	p.Goto(strings.TrimPrefix(link, p.at.URL))
	p.fill(map[string]string{"password": makerPassword})
	p.follow(`main form button[type=submit]`)
	p.Wait(p.says("account.confirm.done"))
}

func (p *person) applies() {
	p.t.Helper()
	p.open("/seller/apply")
	p.fill(map[string]string{"name": "Печь и круг", "city": "Скопин", "inn": "500100732258", "legal_name": "Гончаров Пётр Ильич"})
	p.press("[name=legal_form][value=self]")
	p.follow(`main form[action$="/seller/apply"] button[type=submit]`)
	p.Wait(p.says("seller.bad.inn", "n", 12))
	if got := p.value("city"); got != "Скопин" {
		p.t.Errorf("the city is lost: %q", got)
	}
	p.fill(map[string]string{"inn": "500100732259"})
	p.follow(`main form[action$="/seller/apply"] button[type=submit]`)
	p.Wait(p.says("seller.status.h1.applied", "name", "Печь и круг"))
}

func (p *person) opensShop(name string) {
	p.t.Helper()
	p.open("/admin/sellers")
	p.click(name)
	p.follow(`button[formaction$="/approve"]`)
	p.Wait(p.says("seller.admin.done.approved", "shop", name))
}

// imports rehearses a feed, looks at what would change, and applies it.
func (p *person) imports(file string) {
	p.t.Helper()
	p.open("/seller/imports")
	p.Upload("[name=file]", file)
	p.follow(`form[enctype] button[type=submit]`)
	p.sees(p.says("feed.h1.dry"))
	p.follow(`form[action$="/apply"] button`)
	p.sees(p.says("feed.h1.done", "file", filepath.Base(file)))
}

func (p *person) seesRowErrors() {
	p.t.Helper()
	for _, key := range []string{"feed.row.zero_price", "feed.row.no_title", "feed.row.bad_price", "feed.row.twice"} {
		p.Wait(p.says(key))
	}
	var csv string
	p.Eval(`document.querySelector('a[href$="/problems.csv"]').getAttribute("href")`, &csv)
	if status, start := p.answer(csv); status != 200 || start == "" {
		p.t.Errorf("the table of problems answers %d, %q", status, start)
	}
}

// mapsCategory puts right where the feed's own category lies with us.
func (p *person) mapsCategory() {
	p.t.Helper()
	const row = `[...document.querySelectorAll("main tbody tr")].find(r => r.textContent.includes("Звонкие диковины"))`
	p.open("/seller/imports/shelves")
	p.goes(func() { p.Eval(row+`.querySelector("a").click()`, nil) })
	word := "игрушки"
	if p.lang == i18n.EN {
		word = "toys"
	}
	p.fill(map[string]string{"find": word})
	p.follow(`main form:has([name=find]) button`)
	p.follow(`main form:has([name=category]) button`)
	p.Wait(p.says("feed.shelf.saved"))
	var text string
	p.Eval(row+".textContent", &text)
	if strings.Contains(text, p.says("feed.shelf.guess")) || strings.Contains(text, p.says("feed.shelf.unknown")) {
		p.t.Errorf("the choice does not show: %s", text)
	}
}

// approvesImport takes everything that waits for a look and lets it through.
func (p *person) approvesImport() {
	p.t.Helper()
	for _, kind := range []string{"import", "card_new"} {
		p.open("/admin/moderation?kind=" + kind)
		p.click(p.says("moderation.next"))
		for p.Count("button[name=do][value=ok]") > 0 {
			p.follow("button[name=do][value=ok]")
		}
	}
}
