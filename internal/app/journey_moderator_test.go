package app_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A moderator takes three changes one after another and decides each another way, with a reason where one is due.
func TestJourneyModerator(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, {enPhone.lang, true, browsertest.Desktop}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			p := someone(t, apptest.New(t, apptest.Options{}), w)
			p.signIn("moderator@example.com")
			p.open("/admin/moderation?kind=card_edit")
			p.takesNext()
			p.refusesWithoutReason()
			p.decides("no", 1, "Это другой товар: в карточке останется прежний.")
			p.decides("back", 4, "Уберите слова про новую партию из названия.")
			p.decides("ok", 0, "")
			p.Wait(p.says("moderation.empty"))
			for status, want := range map[string]string{"rejected": "K01", "changes_requested": "K07", "approved": ""} {
				code, err := pg.Scalar[string](t.Context(), p.at.DB, `
					select coalesce(reason_code, '') from change_requests where kind = 'card_edit' and status = $1`, status)
				if err != nil || code != want {
					t.Errorf("%s with reason %q (%v), want %q", status, code, err, want)
				}
			}
		})
	}
}

// takesNext begins the work: by a key where there are scripts.
func (p *person) takesNext() {
	p.t.Helper()
	p.goes(func() {
		if p.noJS {
			p.Click(p.says("moderation.next"))
		} else {
			p.Keys("j")
		}
	})
	p.WaitPath(p.path("/admin/moderation/"))
}

// refusesWithoutReason: a refusal without a code is not taken, and what was typed stays.
func (p *person) refusesWithoutReason() {
	p.t.Helper()
	p.fill(map[string]string{"note": "Так нельзя"})
	p.follow("button[name=do][value=no]")
	p.Wait(p.says("moderation.choose_code"))
	if got := p.value("note"); got != "Так нельзя" {
		p.t.Errorf("the note is lost: %q", got)
	}
}

// decides about the request on the page with the nth reason; the next one follows. With scripts the keyboard does it
// all, as somebody who judges hundreds a day would.
func (p *person) decides(what string, nth int, note string) {
	p.t.Helper()
	keys := map[string]string{"no": "x", "back": "r", "ok": "a"}
	p.fill(map[string]string{"note": note})
	if p.noJS {
		if nth > 0 {
			p.Eval(`document.querySelectorAll("[name=code]")[`+string(rune('0'+nth-1))+`].click()`, nil)
		}
		p.follow("button[name=do][value=" + what + "]")
		return
	}
	p.Eval("document.activeElement.blur()", nil)
	if nth > 0 {
		p.Keys(string(rune('0' + nth)))
	}
	p.goes(func() { p.Keys(keys[what]) })
}

// An admin closes a shop for a while: its goods leave the search, the card offers them no more, a cart says why; when
// it opens again, everything is as it was.
func TestJourneySuspension(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, {enPhone.lang, true, browsertest.Phone}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			buyer := someone(t, m, w)
			const shop = "kruzhka-i-turka"
			path, title := buyer.onlyAt(shop)
			buyer.open(path)
			buyer.adds("[data-testid=buybox] form[data-add] button:not([name])")
			found := `main .prod a[href$="` + path + `"]`
			search := "/search?q=" + url.QueryEscape(title)
			buyer.open(search)
			buyer.count(found, 1)

			admin := someone(t, m, w)
			admin.signIn("admin@example.com")
			admin.open("/admin/sellers/" + shop)
			admin.follow(`form[action$="/suspend"] button`)
			admin.Wait(admin.says("seller.write_reason"))
			admin.fill(map[string]string{"note": "Проверяем документы"})
			admin.follow(`form[action$="/suspend"] button`)
			admin.count(`form[action$="/reopen"]`, 1)

			buyer.becomes(path, "[data-testid=buybox] form[data-add]", 0)
			buyer.becomes(search, found, 0)
			buyer.open("/cart")
			buyer.count("[data-testid=cart-line]", 1)
			buyer.Wait(buyer.says("cart.notice.shop_closed", "shop", "Кружка и турка", "what", title))

			admin.follow(`form[action$="/reopen"] button`)
			admin.count(`form[action$="/suspend"]`, 1)
			buyer.becomes(path, "[data-testid=buybox] form[data-add]", 1)
			buyer.becomes(search, found, 1)
			buyer.open("/cart")
			buyer.click(buyer.says("cart.checkout"))
			buyer.WaitPath(buyer.path("/checkout"))
		})
	}
}

// onlyAt gives a card that one shop alone sells, and has.
func (p *person) onlyAt(shop string) (path, title string) {
	p.t.Helper()
	type card struct{ Slug, RU, EN string }
	c, err := pg.One[card](p.t.Context(), p.at.DB, `
		select p.slug, p.title_ru as ru, p.title_en as en from products p
		join variants v on v.product_id = p.id join offers o on o.variant_id = v.id join sellers s on s.id = o.seller_id
		join offer_stock k on k.offer_id = o.id
		where p.status = 'published' group by p.id
		having count(distinct s.id) = 1 and min(s.slug) = $1 and min(k.on_hand - k.reserved) > 2 and count(distinct v.id) = 1 order by p.id limit 1`, shop)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.lang == i18n.EN {
		return "/p/" + c.Slug, c.EN
	}
	return "/p/" + c.Slug, c.RU
}

// becomes asks for a page until a CSS selector finds n elements there: the search hears of changes by background work.
func (p *person) becomes(path, selector string, n int) {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		p.open(path)
		if p.Count(selector) == n {
			return
		}
	}
	p.count(selector, n)
}
