package app_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A foreigner buys from two shops to Germany and from one to Kazakhstan, and is told of what may not go; a thing that an
// expert has to see goes abroad only after the verdict; the sellers weigh, sign and hand over; parcels leave and arrive;
// the register of VAT has the row, and a replay prints what was decided.
func TestJourneyExport(t *testing.T) {
	t.Parallel()
	for _, w := range []way{{i18n.EN, false, browsertest.Desktop}, {i18n.EN, true, browsertest.Phone}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			m.KnowRates(t)
			list := things(t, m, 2)
			m.SellAbroad(t, list[0].offer, list[1].offer)
			m.ProveExports(t, list[0].seller)
			p := someone(t, m, w)
			p.isRefused("US", list[0])
			p.waitsForExpert(m)
			germany := p.buysAbroad("DE", "Berlin", "10115", list...)
			union := p.buysAbroad("KZ", "Almaty", "050000", list[1])
			for _, x := range list {
				s := someone(t, m, w).signIn(ownerOf(t, m, x.seller))
				s.signsParcels()
			}
			if err := m.Post.Push(200 * time.Hour); err != nil {
				t.Fatal(err)
			}
			p.open("/orders/" + germany).sees(p.says("order.state.left_country"))
			p.open("/orders/" + union).sees(p.says("order.state.delivered"))
			p.open("/orders/" + germany).sees(p.says("order.now.delivered"))
			s := someone(t, m, w).signIn(ownerOf(t, m, list[0].seller))
			s.open("/seller/export/parcels?pile=over").sees(s.says("dispatch.line.vat", "n", 1))
			s.open("/seller/export/vat").sees(germany)
			replays(t, m, germany+"-1-1")
		})
	}
}

// ownerOf is the address by which a shop's owner signs in.
func ownerOf(t *testing.T, m *apptest.Market, sellerID int64) string {
	t.Helper()
	email, err := pg.Scalar[string](t.Context(), m.DB, `select p.email from people p join memberships w on w.person_id = p.id
		where w.seller_id = $1 and w.role = 'owner' order by p.id limit 1`, sellerID)
	if err != nil {
		t.Fatal(err)
	}
	return email
}

// goesTo chooses where things are to be sent.
func (p *person) goesTo(country string) {
	p.t.Helper()
	p.open("/destination")
	p.Eval(`void (document.querySelector("[data-testid=destination] [name=country]").value = `+quoted(country)+`)`, nil)
	p.follow("[data-testid=destination] button[type=submit]")
}

// isRefused is told on the card, before anything is paid, that the thing does not go there.
func (p *person) isRefused(country string, x thing) {
	p.t.Helper()
	p.goesTo(country)
	p.open(x.path)
	p.count("[data-testid=abroad-stays]", 1)
}

// waitsForExpert sees that an old camera stays at home until the expert has looked at it, and goes afterwards.
func (p *person) waitsForExpert(m *apptest.Market) {
	p.t.Helper()
	type camera struct {
		ID   int64
		Path string
	}
	c, err := pg.One[camera](p.t.Context(), m.DB, `select c.id, '/p/' || pr.slug as path from export_cases c join offers o on o.id = c.offer_id
		join variants v on v.id = o.variant_id join products pr on pr.id = v.product_id where pr.author_key = 'demo:camera-zorkiy-1955' limit 1`)
	if err != nil {
		p.t.Fatal(err)
	}
	p.goesTo("DE")
	p.open(c.Path).count("[data-testid=abroad-stays]", 1)
	expert := someone(p.t, m, p.way).signIn("expert@example.com")
	for range 4 { // the desk decides which case must not wait
		expert.takesNextCase("culture")
		here := strings.HasSuffix(expert.Path(), "/"+strconv.FormatInt(c.ID, 10))
		expert.answersQuestions()
		if expert.Count(`[name="q.science"]`) > 0 {
			expert.Eval(`document.querySelector('[name="q.science"]').value = "no"`, nil)
		}
		expert.rules("release", "a", "Factory made, may leave.")
		if here {
			break
		}
	}
	p.open(c.Path).count("[data-testid=abroad-goes]", 1)
}

// buysAbroad buys things to an address in another country and gives the purchase's number.
func (p *person) buysAbroad(country, city, postcode string, list ...thing) string {
	p.t.Helper()
	p.goesTo(country)
	for _, x := range list {
		p.open(x.path)
		p.adds("[data-testid=buybox] form[data-add] button:not([name])")
	}
	p.open("/cart")
	p.click(p.says("cart.checkout"))
	p.count("[data-testid=abroad-sale]", len(list))
	p.fill(map[string]string{"name": "Greta Hoffmann", "phone": "+49 30 1234567", "email": "greta@example.net", "city": city,
		"street": "Invalidenstrasse 12", "postcode": postcode})
	p.follow("main .btn--buy")
	p.WaitPath(p.path("/pay/sandbox/"))
	p.follow(`main form:has([name=outcome][value=pay]) button[type=submit], main button[name=outcome][value=pay]`)
	p.WaitPath(p.path("/orders/"))
	number := strings.TrimPrefix(p.Path(), p.path("/orders/"))
	number, _, _ = strings.Cut(number, "?")
	return number
}

// signsParcels weighs every parcel that waits, signs all of them at once and hands them over.
func (p *person) signsParcels() {
	p.t.Helper()
	p.open("/seller/export/parcels")
	for p.sees(p.says("dispatch.weigh.short")); p.Count("[data-testid=parcel] a.btn") > 0; p.open("/seller/export/parcels") {
		p.follow("[data-testid=parcel] a.btn")
		p.Wait(p.says("dispatch.verdict.ready"))
		p.fill(map[string]string{"gross_g": "460", "length_cm": "18", "width_cm": "12", "height_cm": "12"})
		p.follow(`form[action$="/weigh"] button[type=submit]`)
		p.Wait(p.says("dispatch.weigh.again"))
	}
	p.follow(`button[formaction$="/parcels/sign"]`)
	p.WaitPath(p.path("/seller/export/parcels?pile=way"))
	p.sees(p.says("dispatch.state.declared"))
	p.follow(`button[formaction$="/parcels/hand-over"]`)
	p.Wait(p.says("dispatch.hand_over.done"))
}

// replays decides about a parcel again, by the facts and rules that were kept, and finds the same. Its day is Moscow's,
// which for three hours of every night is not the machine's.
func replays(t *testing.T, m *apptest.Market, number string) {
	t.Helper()
	h, err := clearance.New(m.DB, time.Now).Replay(t.Context(), number, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if !h.Chain.Whole() || len(h.Decisions) != 2 {
		t.Errorf("%d decisions, the chain is broken at %v", len(h.Decisions), h.Chain.Broken)
	}
	for _, d := range h.Decisions {
		d.Decision.Book = "" // a decision made again is by a book that no database keeps
		kept, err := json.Marshal(d.Decision)
		if err != nil {
			t.Fatal(err)
		}
		for what, again := range map[string]clearance.Decision{"by what was known": d.Known, "by the rules of its day": d.Again} {
			now, err := json.Marshal(again)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(kept), string(now)); diff != "" {
				t.Errorf("decided at %s, replayed %s (-then +now):\n%s", d.Moment, what, diff)
			}
		}
	}
}
