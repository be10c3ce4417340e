package order

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// A script's question about the price of delivery is answered for what it sends and changes nothing:
// an answer that comes late cannot undo what was typed and kept meanwhile.
func TestAScriptsQuestionKeepsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.browser()
	kept := b.courier(b.atCheckout(offer)).Values
	asked := url.Values{}
	for name, values := range kept {
		asked[name] = values
	}
	asked.Set("city", "Владивосток")
	asked.Del("street")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.server.URL+"/checkout/quote", strings.NewReader(asked.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("HX-Request", "true")
	answer := b.want(b.read(b.client.Do(req)), http.StatusOK)
	if got := answer.Find(htmltest.Class("btn--buy")).Press().Values.Get("city"); got != "Владивосток" {
		t.Errorf("the answer is for %q", got)
	}
	after := b.get("/checkout").Find(htmltest.Class("btn--buy")).Press().Values
	for _, name := range []string{"city", "street"} {
		if after.Get(name) != kept.Get(name) {
			t.Errorf("%s is %q now, kept was %q", name, after.Get(name), kept.Get(name))
		}
	}
}
