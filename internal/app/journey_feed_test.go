package app_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
)

// A shop's price list names two things that others sell already: one is the same and joins the shared card, the other is
// not, and the same list sent again asks about neither. Then the shop tells where its list lies, mistyped at first.
func TestJourneyKnownGoodsAndAddresses(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, {enPhone.lang, true, browsertest.Phone}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			p := someone(t, apptest.New(t, apptest.Options{}), w)
			p.signIn("alsu@example.com")
			file := feedFile(t, "testdata/journey_feed_known.xml")
			p.imports(file)
			p.answersSuggestions()
			p.imports(file)
			p.open("/seller/imports/suggestions")
			p.count("[data-testid=suggestion]", 0)
			p.addsAddress()
		})
	}
}

func (p *person) answersSuggestions() {
	p.t.Helper()
	p.open("/seller/imports")
	p.click(p.says("feed.suggested.see"))
	p.count("[data-testid=suggestion]", 2)
	p.follow("button[name=all][value=same]")
	p.Wait(p.says("feed.suggestion.choose"))
	p.follow(`[data-testid=suggestion] button[name=other][value$=":K-649"]`)
	p.Wait(p.says("feed.outcome.apart"))
	p.count("[data-testid=suggestion]", 1)
	p.follow(`[data-testid=suggestion] button[name=same]`)
	p.Wait(p.says("feed.outcome.moved"))
	p.count("[data-testid=suggestion]", 0)
}

func (p *person) addsAddress() {
	p.t.Helper()
	p.open("/seller/imports/sources")
	p.fill(map[string]string{"url": "http://10.0.0.7/price.xml", "name": "Склад"})
	p.follow(`main form[action$="/sources"] button[type=submit]`)
	p.Wait(p.says("feed.bad_url"))
	if got := p.value("name"); got != "Склад" {
		p.t.Errorf("the name is lost: %q", got)
	}
	// A name too long to be one, so that nobody outside is asked for it.
	p.fill(map[string]string{"url": "https://" + strings.Repeat("nowhere-", 9) + ".invalid/price.xml"})
	p.follow(`main form[action$="/sources"] button[type=submit]`)
	p.count("[data-testid=source]", 1)
	p.follow(`form[action$="/pause"] button`)
	p.Wait(p.says("feed.source.paused"))
	p.follow(`form[action$="/fetch"] button`)
	p.sees(p.says("feed.fetch.h1.failed", "name", "Склад"))
	p.open("/seller/imports/sources")
	p.Wait(p.says("feed.source.next.paused"))
}
