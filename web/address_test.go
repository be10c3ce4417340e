package web

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// browser reads an address as browsers do: a backslash is a slash, what cannot be seen is nothing, and whatever number of
// slashes at the beginning names a host.
var browser = strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "")

// Whatever a page's address is, its links back to itself lead to this site and to that very page.
func FuzzAddress(f *testing.F) {
	for _, path := range []string{"/", "", "*", "/cart", "//evil.example", "///evil.example/x", "/\\evil.example", "/\t/evil.example", "/\r\nSet-Cookie: a=b", "/a%2fb", "/?x#y", "/%zz", "/чай", "/\xff"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := (&Shell{Path: path}).address()
		if !Local(got) && len(got) < 2048 || browser.Replace(got) != got {
			t.Fatalf("the page %q is linked to as %q", path, got)
		}
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || strings.HasPrefix(path, "/") && u.Path != path {
			t.Fatalf("the page %q is linked to as %q, which is %q, %v", path, got, u, err)
		}
	})
}

// Where a form came from is a stranger's word, and what leads back there stays on this site.
func FuzzLeft(f *testing.F) {
	for _, from := range []string{"http://yarmarka.test/cart?a=b", "http://yarmarka.test//evil.example", "http://yarmarka.test/%2F/evil.example", "http://yarmarka.test/\\evil.example", "http://evil.example/",
		"http://yarmarka.test:evil@/x", "//yarmarka.test/x", "http://yarmarka.test", "http://yarmarka.test/%0d%0ax", "javascript:1"} {
		f.Add(from)
	}
	f.Fuzz(func(t *testing.T, from string) {
		r := httptest.NewRequest("POST", "http://yarmarka.test/cart", nil)
		r.Header["Referer"] = []string{from}
		if got := left(r); got != "" && (!Local(got) && len(got) < 2048 || browser.Replace(got) != got) {
			t.Fatalf("from %q one is led back to %q", from, got)
		}
	})
}
