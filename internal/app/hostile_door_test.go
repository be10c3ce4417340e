package app

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stripe/stripe-go/v76/webhook"
)

// parts finds the {parts} of a route's pattern.
var parts = regexp.MustCompile(`\{[^}]*\}|\*`)

// texts is everything that people and scanners type, the lists of the test data thinned to every nth line.
func texts(t testing.TB, nth int) []string {
	list := slices.Clone(nasty)
	for _, text := range unkeepable("ЩЪ") {
		list = append(list, text[:min(len(text), 3000)])
	}
	for i, line := range naughty(t) {
		if i%nth == 0 {
			list = append(list, line)
		}
	}
	return list
}

// Search and its kin take any text: an empty result or a clear refusal, never a failure.
func TestHostileQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var open []entrance
	for _, e := range w.entrances() {
		if e.method == http.MethodGet {
			open = append(open, e)
		}
	}
	for _, path := range []string{"/search", "/suggest", "/c/" + w.things["category"], "/shops/" + w.things["shop"], "/p/" + w.things["slug"], "/sitemaps/goods-0.xml", "/sign-in", "/account/reset/new",
		"/sign-up/confirm", "/account/email/confirm", "/orders/" + w.things["purchase"]} {
		names := []string{"q", "kind", "category", "brand", "price_min", "price_max", "sort", "after", "before", "page", "a.color", "a." + strings.Repeat("x", 3000), "variant", "seller", "lang", "next", "token", "key", "limit", "offset", "exact", "state", "from", "to"}
		open = append(open, entrance{role: anonymous, method: http.MethodGet, path: path, values: pairs(names, "x")})
	}
	for _, path := range []string{"/seller/orders", "/seller/listings", "/seller/imports", "/seller/imports/shelves", "/seller/imports/" + w.things["import"]} {
		open = append(open, entrance{role: ownerA, method: http.MethodGet, path: path, values: pairs([]string{"q", "status", "state", "after", "before", "sort", "path", "find", "tab"}, "x")})
	}
	for _, path := range []string{"/admin/orders", "/admin/sellers", "/admin/goods", "/admin/people", "/admin/audit", "/admin/payments", "/admin/moderation", "/admin/categories"} {
		open = append(open, entrance{role: admin, method: http.MethodGet, path: path, values: pairs([]string{"q", "status", "state", "after", "before", "kind", "role", "sort", "parent", "act", "page"}, "x")})
	}
	for _, path := range []string{"/export/desks", "/export/desks/culture", "/export/desks/currency/contracts", "/export/desks/customs", "/export/desks/keys"} {
		open = append(open, entrance{role: admin, method: http.MethodGet, path: path, values: pairs([]string{"pile", "country", "number", "after"}, "x")})
	}
	before, next := w.counts(), 0
	all := texts(t, 12)
	for _, e := range open {
		w.exec(`delete from rate_limits`)
		for field := range e.values {
			for range 6 {
				text := all[next%len(all)]
				next += 5
				w.sane(fmt.Sprintf("%s?%s=%.80q", e.path, field, text), w.send(e, with(e.values, values(field, text))))
			}
		}
	}
	for i, text := range all {
		path := []string{"/search?q=", "/suggest?q=", "/en/search?q="}[i%3]
		w.sane(fmt.Sprintf("%s%.80q", path, text), w.get(path+url.QueryEscape(text)))
	}
	w.same("asking", before)
}

// A cursor is opaque and not secret: whoever makes one up, of figures and times that no list has, gets a page or a refusal.
func TestForgedCursors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	forged := []string{"Ag0000\n\n\n\n\n\n\n0000000000"} // what base64 passes over makes it shorter than it looks
	for _, key := range []string{`9223372036854775807`, `-9223372036854775808`, `[9223372036854775807,-9223372036854775808]`, `[]`, `null`, `"x"`,
		`{"Now":"9999-12-31T23:59:59.9Z","At":"0000-01-01T00:00:00Z","Late":true,"Risk":1,"ID":-1}`, `{"Risk":2147483648}`, `{"Risk":-9223372036854775808}`,
		`{"Sum":9223372036854775807,"ID":9223372036854775807}`, `{"At":"0000-01-01T00:00:00Z","ID":9223372036854775807}`, `{"At":"9999-12-31T23:59:59Z"}`} {
		forged = append(forged, base64.RawURLEncoding.EncodeToString([]byte(key)))
	}
	before := w.counts()
	for role, paths := range map[string][]string{
		anonymous: {"/search", "/en/search", "/c/" + w.things["category"], "/shops/" + w.things["shop"]},
		anna:      {"/account/orders"},
		ownerA:    {"/seller/orders", "/seller/listings", "/seller/export/goods", "/seller/export/cases", "/seller/export/parcels"},
		admin: {"/admin/orders", "/admin/sellers", "/admin/goods", "/admin/people", "/admin/payments", "/admin/moderation",
			"/export/desks/culture", "/export/desks/currency", "/export/desks/customs", "/export/desks/currency/contracts"},
	} {
		for _, path := range paths {
			ask := func(after string) reply {
				got := w.get(path+"?after="+url.QueryEscape(after), w.actors[role].cookies()...)
				w.sane(fmt.Sprintf("%s?after=%q", path, after), got)
				return got
			}
			if got := ask(""); got.StatusCode != http.StatusOK {
				t.Errorf("%s as %s answers %d, so nothing is shown here", path, role, got.StatusCode)
			}
			for _, after := range forged {
				w.exec(`delete from rate_limits`)
				if got := ask(after); got.StatusCode != http.StatusOK && got.StatusCode != http.StatusBadRequest {
					t.Errorf("%s?after=%q answers %d", path, after, got.StatusCode)
				}
			}
		}
	}
	w.same("forged cursors", before)
}

// pairs gives every name the same value.
func pairs(names []string, value string) url.Values {
	v := url.Values{}
	for _, name := range names {
		v.Set(name, value)
	}
	return v
}

// Whatever JSON comes to whatever reads JSON: a clear refusal as JSON, nothing kept.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bodies := append(madeJSON(), given(t, "json", "naughty-strings")...)
	before := w.counts()
	for _, path := range []string{"/sign-in/passkey", "/account/security/passkeys/options", "/account/security/passkeys", "/en/account/security/passkeys"} {
		for _, body := range bodies {
			w.exec(`delete from rate_limits`)
			got := w.do(call{method: http.MethodPost, path: path, raw: string(body.content), cookies: w.actors[anna].cookies(),
				header: map[string]string{"Content-Type": "application/json", "Accept": "application/json"}})
			what := path + " given " + body.name
			w.sane(what, got)
			if got.StatusCode < 400 {
				t.Errorf("%s answers %d", what, got.StatusCode)
			}
			if !strings.HasPrefix(got.Header.Get("Content-Type"), "application/") || !utf8.ValidString(got.body) {
				t.Errorf("%s answers %s", what, got.Header.Get("Content-Type"))
			}
		}
	}
	w.same("JSON", before)
}

// A webhook is refused by its signature before anybody reads it, and a signed one that makes no sense is refused too.
func TestHostileWebhooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.counts()
	for _, body := range slices.Concat(made(), given(t, "json", "xml", "images")) {
		if len(body.content) > 1<<20 {
			continue
		}
		for _, provider := range []string{"stripe", "sandbox", "nobody"} {
			got := w.do(call{method: http.MethodPost, path: "/webhooks/" + provider, raw: string(body.content), header: map[string]string{"Stripe-Signature": "t=1,v1=00"}})
			what := "a webhook of " + provider + " with " + body.name
			w.sane(what, got)
			if got.StatusCode < 400 {
				t.Errorf("%s answers %d", what, got.StatusCode)
			}
		}
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body.content, Secret: "whsec_matrix"})
		got := w.do(call{method: http.MethodPost, path: "/webhooks/stripe", raw: string(body.content), header: map[string]string{"Stripe-Signature": signed.Header}})
		what := "a signed webhook with " + body.name
		w.sane(what, got)
		if got.StatusCode < 400 {
			t.Errorf("%s answers %d", what, got.StatusCode)
		}
	}
	for _, signature := range append(texts(t, 40), "t=,v1=", "t=99999999999999999999,v1=00", "v1=00,t=1", strings.Repeat("v1=00,", 10_000)) {
		got := w.do(call{method: http.MethodPost, path: "/webhooks/stripe", raw: "{}", header: map[string]string{"Stripe-Signature": signature}})
		if w.sane(fmt.Sprintf("the signature %.80q", signature), got); got.StatusCode != http.StatusBadRequest {
			t.Errorf("the signature %.80q answers %d", signature, got.StatusCode)
		}
	}
	if got := w.do(call{method: http.MethodPost, path: "/webhooks/stripe", raw: strings.Repeat("x", 7<<20)}); got.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a webhook of seven megabytes answers %d", got.StatusCode)
	}
	w.same("webhooks", before)
}

// Headers and cookies are input like any other.
func TestHostileHeadersAndCookies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.counts()
	names := []string{"Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "Referer", "Origin", "Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match", "X-Forwarded-For", "X-Forwarded-Host",
		"X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "X-Request-Id", "X-HTTP-Method-Override", "Content-Type", "Authorization", "HX-Request", "HX-Current-URL", "HX-Target", "Sec-Fetch-Site", "Last-Event-ID", "DNT", "Cookie", "Host", "Transfer-Encoding",
		"traceparent"}
	paths, next := []string{"/account", "/static/app.css", "/media/" + w.things["image"] + "/320.jpg", "/help", "/"}, 0
	for _, text := range texts(t, 250) {
		for _, name := range names {
			path := paths[next%len(paths)]
			next++
			got := w.do(call{method: http.MethodGet, path: path, cookies: w.actors[anna].cookies(), header: map[string]string{name: text}})
			w.sane(fmt.Sprintf("%s with %s: %.60q", path, name, text), got)
			if name == "X-Request-Id" && text != "" && got.Header.Get("X-Request-Id") == text {
				t.Errorf("the id %q is believed", text)
			}
		}
		for _, cookie := range []string{w.actors[anna].cookie.Name, "__Host-session", "flash", "lang", "key", "recent", "orders", "compare"} {
			got := w.do(call{method: http.MethodGet, path: "/account", header: map[string]string{"Cookie": cookie + "=" + text + "; " + text}})
			w.sane(fmt.Sprintf("the cookie %s=%.60q", cookie, text), got)
			if got.StatusCode == http.StatusOK {
				t.Errorf("the cookie %s=%.60q opens the account", cookie, text)
			}
		}
	}
	for _, ranges := range []string{"bytes=0-0,1-1,2-2" + strings.Repeat(",0-", 5000), "bytes=-1", "bytes=9999999999999999999-", "bytes=5-1", "bytes=a-b", "bytes=" + strings.Repeat("0-9,", 3000)} {
		got := w.do(call{method: http.MethodGet, path: "/media/" + w.things["image"] + "/320.jpg", header: map[string]string{"Range": ranges}})
		if w.sane("Range "+ranges[:min(40, len(ranges))], got); len(got.body) > 1<<20 {
			t.Errorf("a Range of many parts is answered with %d bytes", len(got.body))
		}
	}
	w.same("headers and cookies", before)
}

// Every {part} of every address, and addresses that are none.
func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all, next := texts(t, 12), 0
	before := w.counts()
	for _, r := range routeTable {
		_, pattern, _ := strings.Cut(r.route, " ")
		if !strings.ContainsAny(pattern, "{*") || r.method() != http.MethodGet {
			continue
		}
		role := w.rightly(r)
		for range 12 {
			text := all[next%len(all)]
			next += 3
			path := parts.ReplaceAllLiteralString(pattern, url.PathEscape(text[:min(len(text), 2000)]))
			got := w.get(path, w.actors[role].cookies()...)
			w.sane(fmt.Sprintf("%s with %.60q", pattern, text), got)
			if text != "" && got.StatusCode == http.StatusOK && !strings.HasSuffix(pattern, "*") && text != "0" && text != "1" {
				t.Logf("%s with %q answers 200", pattern, text)
			}
		}
	}
	for _, text := range all {
		if !strings.HasPrefix(text, "/") {
			text = "/" + text
		}
		if u, err := url.ParseRequestURI(strings.NewReplacer(" ", "%20", "\r", "%0d", "\n", "%0a", "\t", "%09").Replace(text)); err == nil && len(text) < 3000 {
			got := w.get(u.RequestURI())
			w.sane(fmt.Sprintf("GET %.80q", text), got)
			if strings.Contains(got.body, "root:x:0:0") {
				t.Errorf("GET %q reads files", text)
			}
		}
	}
	for _, prefix := range []string{"/static/", "/media/", "/media/art/", "/media/" + w.things["image"] + "/"} {
		for _, climb := range []string{"../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd", "..%5c..%5cwindows", "%00", "a%00.css", ".", "..", "con", "%c0%ae%c0%ae/"} {
			got := w.get(prefix + climb)
			if w.sane(prefix+climb, got); got.StatusCode == http.StatusOK {
				t.Errorf("%s%s answers 200", prefix, climb)
			}
		}
	}
	w.same("addresses", before)
}

// What is asked in bytes that are no text is refused in words, in both languages and to programs, and not answered as if
// something else had been asked; but for what advertisers write on a link.
func TestAddressesThatAreNoText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := []string{"%ff%fe", "%c0%af", "%ed%a0%80", "%cf%f0%e8", "%d0", "%f8%88%80%80%80", "a%00b", "%e2%28%a1"}
	for _, path := range []string{"/search?q=", "/en/search?q=", "/suggest?q=", "/search?q=ok&brand=", "/c/" + w.things["category"] + "?sort=", "/?", "/sign-in?next="} {
		for _, text := range bad {
			got := w.get(path + text)
			what := path + text
			w.sane(what, got)
			if word := map[bool]string{false: "Адрес повреждён", true: "address is damaged"}[strings.HasPrefix(path, "/en")]; got.StatusCode != http.StatusBadRequest || !strings.Contains(got.body, word) {
				t.Errorf("%s answers %d: %.200q", what, got.StatusCode, got.body)
			}
			asked := w.do(call{method: http.MethodGet, path: what, header: map[string]string{"Accept": "application/json"}})
			if kind := asked.Header.Get("Content-Type"); asked.StatusCode != http.StatusBadRequest || !strings.HasPrefix(kind, "application/problem+json") {
				t.Errorf("%s answers a program %d as %s", what, asked.StatusCode, kind)
			}
		}
	}
	for _, path := range []string{"/search?q=чайник", "/search?q=%D1%87%D0%B0%D0%B9", "/?utm_term=%cf%f0%e8", "/search?q=tea&utm_campaign=%ff"} {
		if got := w.get(path); got.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, got.StatusCode)
		}
	}
}
