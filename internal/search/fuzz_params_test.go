package search_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/yarmarka/yarmarka/internal/search"
)

// Any query of an address is read as a search or refused; what is read is bounded.
func FuzzParseParams(f *testing.F) {
	for _, seed := range []string{"q=чай", "q=%00", "q=%ff&sort=price&after=x", "price_min=-1&price_max=1e309", "a.color=red&a.color=blue&a.=", "kind=goods,shops,nothing", "category=../..&brand=%27", "q=" + url.QueryEscape("чай & ( \" -"), "sort=1;drop"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/search", nil)
		r.URL.RawQuery = query
		if _, err := search.ParseParams(r); err != nil {
			return
		}
	})
}
