package httpx_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/httpx"
)

func serve(t *testing.T, h http.Handler, r *http.Request) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestRequestIDIsOurs(t *testing.T) {
	t.Parallel()
	var seen string
	h := httpx.RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = httpx.RequestIDOf(r.Context()) }))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Id", "forged\nline")
	got := serve(t, h, r).Header.Get("X-Request-Id")
	if got == "" || got != seen || strings.Contains(got, "forged") {
		t.Errorf("id %q, in context %q", got, seen)
	}
}

func TestLogsKeepNoKeys(t *testing.T) {
	t.Parallel()
	for range 200 {
		key := rand.Text()
		for path, want := range map[string]string{
			"/pay/sandbox/" + key + "?token=" + key: "/pay/sandbox/{key}",
			"/en/pay/invoice/" + key + "/qr.png":    "/en/pay/invoice/{key}/qr.png",
			"/pay/return/" + key + "/":              "/pay/return/{key}/",
			"/orders/K7-204":                        "/orders/K7-204",
			"/p/chaynik-zavarochny-kobalt-900-ml":   "/p/chaynik-zavarochny-kobalt-900-ml",
		} {
			if got := httpx.LogPath(httptest.NewRequest("GET", path, nil)); got != want {
				t.Fatalf("%s is logged as %s, want %s", path, got, want)
			}
		}
	}
}

func TestRecoverAnswers(t *testing.T) {
	t.Parallel()
	fail := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	h := httpx.Recover(fail)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") }))
	if got := serve(t, h, httptest.NewRequest("GET", "/", nil)).StatusCode; got != 500 {
		t.Errorf("status %d", got)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	limit := func(path string) int64 {
		if path == "/big" {
			return 100
		}
		return 10
	}
	read := 0
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestEntityTooLarge) }
	h := httpx.BodyLimit(limit, refuse)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read++
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))
	for path, want := range map[string]int{"/": 413, "/big": 200} {
		for _, length := range []int64{50, -1} { // said, and not said
			r := httptest.NewRequest("POST", path, strings.NewReader(strings.Repeat("x", 50)))
			r.ContentLength = length
			if got := serve(t, h, r).StatusCode; got != want {
				t.Errorf("%s, length %d: %d, want %d", path, length, got, want)
			}
		}
	}
	if read != 3 {
		t.Errorf("%d bodies were opened, want 3: one that says it is too long is not", read)
	}
}

func TestSecurityForbidsInline(t *testing.T) {
	t.Parallel()
	h := httpx.Security(true)(http.NotFoundHandler())
	head := serve(t, h, httptest.NewRequest("GET", "/", nil)).Header
	policy := head.Get("Content-Security-Policy")
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "%") || !strings.Contains(policy, "base-uri 'none'") {
		t.Errorf("policy %q", policy)
	}
	if head.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over TLS")
	}
}

func TestCompressPicksWhatTheClientTakes(t *testing.T) {
	t.Parallel()
	compress, err := httpx.Compress()
	if err != nil {
		t.Fatal(err)
	}
	h := compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, strings.Repeat("ярмарка ", 1000))
	}))
	for accept, want := range map[string]string{"gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		if got := serve(t, h, r).Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: %q, want %q", accept, got, want)
		}
	}
}

// What changes something and names, by its Referer alone, another place than ours goes no further, by whatever method and in
// whatever form; what says more of itself is http.CrossOriginProtection's to judge.
func TestRefererGuard(t *testing.T) {
	t.Parallel()
	passed := false
	h := httpx.RefererGuard(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true }))
	ask := func(method, kind string, header map[string]string) bool {
		r := httptest.NewRequest(method, "http://yarmarka.test:8080/cart/lines", strings.NewReader("x"))
		r.Header.Set("Content-Type", kind)
		for name, value := range header {
			r.Header.Set(name, value)
		}
		passed = false
		if status := serve(t, h, r).StatusCode; passed != (status == http.StatusOK) {
			t.Errorf("%s %q %v: %d, and passed is %t", method, kind, header, status, passed)
		}
		return passed
	}
	ours := []map[string]string{nil, {"Referer": "http://yarmarka.test:8080/cart"}, {"Referer": "https://evil.example/", "Sec-Fetch-Site": "same-origin"},
		{"Referer": "https://evil.example/", "Origin": "http://yarmarka.test:8080"}}
	foreign := []string{"https://evil.example/", "http://yarmarka.test:8081/", "http://yarmarka.test/", "http://yarmarka.test:80801/", "http://yarmarka.test:8080.evil.example/",
		"http://notyarmarka.test:8080/", "http://www.yarmarka.test:8080/", "https://evil.example/?http://yarmarka.test:8080/", "http://yarmarka.test:8080@evil.example/", "data:text/html,x", "about:blank", "null", "/cart",
		"://", "http://[evil", "http://yarmarka.test:8080/%zz"}
	for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json", ""} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for _, header := range ours {
				if !ask(method, kind, header) {
					t.Errorf("%s %q %v is refused", method, kind, header)
				}
			}
			for _, from := range foreign {
				if ask(method, kind, map[string]string{"Referer": from, "Hx-Request": "true"}) {
					t.Errorf("%s %q from %s passes", method, kind, from)
				}
			}
		}
	}
	for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
		if !ask(method, "", map[string]string{"Referer": "https://evil.example/"}) {
			t.Errorf("a link elsewhere cannot lead here: %s is refused", method)
		}
	}
}
