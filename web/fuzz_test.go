package web_test

import (
	"encoding/base64"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/web"
)

// An address that is local stays on this site as a browser reads it.
func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/cart", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x", "/%2f/evil", "/.//x", "/@evil", "/\u2028/evil"} {
		f.Add(seed)
	}
	base, err := url.Parse("http://yarmarka.test/account")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		if !web.Local(next) {
			return
		}
		if u, err := base.Parse(strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(next)); err == nil && (u.Host != base.Host || u.Scheme != "http") {
			t.Fatalf("%q leads to %v", next, u)
		}
	})
}

// The cookie of a message is a stranger's text: it is read or dropped.
func FuzzTakeFlash(f *testing.F) {
	f.Add("eyJrIjoib2siLCJtIjoieCJ9")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"k":"ok","m":"x","a":["a","b"],"u":"//evil","f":{"a":"b"}}`)))
	f.Add("!!!")
	f.Fuzz(func(t *testing.T, value string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", "flash="+value)
		w := httptest.NewRecorder()
		if got := web.TakeFlash(w, r); got != nil && w.Result().Header.Get("Set-Cookie") == "" {
			t.Fatal("a message that was read stays")
		}
	})
}
