package app

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

func TestCrossSitePostsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := one[int64](w.site, `select count(*) from addresses`)
	elsewhere := map[string]map[string]string{
		"another site": {"Sec-Fetch-Site": "cross-site"}, "a subdomain": {"Sec-Fetch-Site": "same-site"}, "a word not known yet": {"Sec-Fetch-Site": "near"},
		"an old browser from elsewhere": {"Origin": "https://evil.example"}, "no origin of its own": {"Origin": "null"},
		"a host that looks alike": {"Origin": "http://yarmarka.test.evil.example"}, "another port": {"Origin": "http://yarmarka.test:8081"},
		"a host that ends alike": {"Origin": "http://notyarmarka.test"}, "an old browser on a subdomain": {"Origin": "http://www.yarmarka.test"},
		"a frame without an origin":           {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
		"two headers of which one is ours":    {"Sec-Fetch-Site": "cross-site", "Origin": "http://yarmarka.test", "Referer": "http://yarmarka.test/"},
		"an origin elsewhere, a page of ours": {"Origin": "https://evil.example", "Referer": "http://yarmarka.test/"},
		"what looks like a script of ours":    {"Sec-Fetch-Site": "cross-site", "Hx-Request": "true", "Authorization": "Bearer x"},
	}
	for name, header := range elsewhere {
		for _, path := range []string{"/sign-in", "/sign-out", "/account/addresses", "/cart/lines", "/checkout/place", "/seller/listings/bulk", "/admin/people/1/role", "/en/cart/lines", "/webhooks/stripe/refunds"} {
			got := w.do(call{method: http.MethodPost, path: path, form: values("x", "1"), cookies: w.actors[anna].cookies(), header: header})
			if got.StatusCode != http.StatusForbidden {
				t.Errorf("%s posts to %s: %d", name, path, got.StatusCode)
			}
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			for _, kind := range []string{"multipart/form-data; boundary=x", "application/json", "text/plain", ""} {
				header := maps.Clone(header)
				header["Content-Type"] = kind
				if got := w.do(call{method: method, path: "/account/addresses", raw: "x", cookies: w.actors[anna].cookies(), header: header}); got.StatusCode != http.StatusForbidden {
					t.Errorf("%s sends %q by %s: %d", name, kind, method, got.StatusCode)
				}
			}
		}
	}
	for _, r := range rules() {
		path := r.path(w)
		if r.method() == http.MethodGet || strings.HasPrefix(path, "/webhooks/") {
			continue
		}
		role := anonymous // a rightful one where there is any: whoever may not use the route is refused for that
		for _, of := range []string{anna, ownerA, admin} {
			if r.who.allowed(of) {
				role = of
			}
		}
		if got := w.do(call{method: r.method(), path: path, form: values("x", "1"), cookies: w.actors[role].cookies(), header: elsewhere["another site"]}); got.StatusCode != http.StatusForbidden {
			t.Errorf("another site sends %s as %s: %d", r.route, role, got.StatusCode)
		}
	}
	own := w.do(call{method: http.MethodPost, path: "/account/addresses", form: mustParse(t, addressForm), cookies: w.actors[anna].cookies(),
		header: map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://yarmarka.test"}})
	if n := one[int64](w.site, `select count(*) from addresses`); own.StatusCode != http.StatusSeeOther || n != before+1 {
		t.Errorf("our own form answers %d, %d addresses of %d", own.StatusCode, n, before)
	}
	if got := w.do(call{method: http.MethodPost, path: "/webhooks/stripe", raw: "{}", header: map[string]string{"Origin": "https://evil.example"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("an unsigned webhook answers %d", got.StatusCode)
	}
}

func mustParse(t *testing.T, form string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(strings.ReplaceAll(form, " ", "+"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// redirects are addresses that must never be gone to; the list of the test data joins them where it is at hand.
func redirects(t *testing.T) []string {
	t.Helper()
	list := []string{"//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "http:evil.example",
		"/\n/evil.example", " //evil.example", "///evil.example", "https:/evil.example", "/%0d%0aLocation:%20https://evil.example", "evil.example", "@evil.example",
		"/" + strings.Repeat("a", 4000), "data:text/html,x", "\u00a0//evil.example", "/.//evil.example"}
	given, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv("YARMARKA_TESTDATA"), "../../../shared/data"), "hostile/payloads/given/Open_Redirect__*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range given {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			list = append(list, lines.Text())
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func TestRedirectsStayOnThisSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	accounttest.PersonWithPassword(t, s.db, s.m.account, "anna@example.ru")
	base, err := url.Parse("http://yarmarka.test/account")
	s.must(err)
	stays := func(from, to string) {
		t.Helper()
		// A browser reads a backslash as a slash and drops tabs and newlines.
		u, err := base.Parse(strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(to))
		if err != nil || u.Host != base.Host || u.Scheme != "http" {
			t.Errorf("next=%q leads to %q", from, to)
		}
	}
	for i, next := range redirects(t) {
		if web.Local(next) {
			stays(next, next)
		}
		if i < 8 { // an account takes ten attempts
			got := s.do(call{method: http.MethodPost, path: "/sign-in", form: values("email", "anna@example.ru", "password", accounttest.Password, "next", next),
				from: "198.51.100." + strconv.Itoa(i+1) + ":1"})
			if got.StatusCode != http.StatusSeeOther {
				t.Errorf("signing in with next=%q answers %d", next, got.StatusCode)
			}
			stays(next, got.Header.Get("Location"))
		}
	}
	stays("//evil", s.get("//evil.example/..").Header.Get("Location"))
}

func TestSessionsCannotBeFixed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accounttest.PersonWithPassword(t, w.db, w.m.account, "vera@example.ru")
	guestCookie := w.actors[guest].cookie
	in := values("email", "vera@example.ru", "password", accounttest.Password)
	got := w.post("/sign-in", in, guestCookie)
	after := got.cookie(guestCookie.Name)
	if after == nil || after.Value == guestCookie.Value {
		t.Fatalf("the session keeps its secret at sign-in: %d", got.StatusCode)
	}
	if got := w.get("/account", guestCookie); got.StatusCode != http.StatusSeeOther {
		t.Errorf("the cookie from before the sign-in opens the account: %d", got.StatusCode)
	}
	planted := &http.Cookie{Name: guestCookie.Name, Value: "planted-by-somebody-else"}
	if c := w.post("/sign-in", in, planted).cookie(planted.Name); c == nil || c.Value == planted.Value {
		t.Error("a planted cookie becomes a session")
	}
	w.post("/sign-out", nil, after)
	if got := w.get("/account", after); got.StatusCode != http.StatusSeeOther {
		t.Errorf("a session that was ended opens the account: %d", got.StatusCode)
	}
}

func TestStaffWhoAreDismissedAreOutAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for role, path := range map[string]string{packerA: "/seller", ownerA: "/seller/listings", admin: "/admin/people"} {
		a := w.actors[role]
		if got := w.get(path, a.cookie); got.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", role, got.StatusCode)
		}
		w.exec(`delete from memberships where person_id = $1`, a.person)
		if got := w.get(path, a.cookie); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s, dismissed, opens %s: %d", role, path, got.StatusCode)
		}
	}
	chief := w.fresh(w.actors[moderator])
	w.exec(`update memberships set role = 'admin' where person_id = $1`, chief.person)
	if got := w.post(fmt.Sprintf("/admin/people/%d/sign-out", w.actors[boris].person), nil, chief.cookie); got.StatusCode != http.StatusSeeOther {
		t.Errorf("ending a person's sessions answers %d", got.StatusCode)
	}
	if got := w.get("/account", w.actors[boris].cookie); got.StatusCode != http.StatusSeeOther {
		t.Errorf("a session that an admin ended opens the account: %d", got.StatusCode)
	}
	w.exec(`update people set blocked_at = now() where id = $1`, w.actors[anna].person)
	if got := w.get("/account", w.actors[anna].cookie); got.StatusCode != http.StatusSeeOther {
		t.Errorf("a blocked person opens their account: %d", got.StatusCode)
	}
}

func TestCookiesOverTLS(t *testing.T) {
	t.Parallel()
	w := newSite(t, func(c *Config) { c.BaseURL = "https://yarmarka.test" })
	accounttest.PersonWithPassword(t, w.db, w.m.account, "vera@example.ru")
	got := w.post("/sign-in", values("email", "vera@example.ru", "password", accounttest.Password, "remember", "1"))
	c := got.cookie("__Host-session")
	if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
	for _, other := range got.Cookies() {
		if !other.Secure || !strings.HasPrefix(other.Name, "__Host-") && other.Domain != "" {
			t.Errorf("cookie %+v", other)
		}
	}
	if hsts := got.Header.Get("Strict-Transport-Security"); !strings.Contains(hsts, "max-age=31536000") {
		t.Errorf("HSTS %q", hsts)
	}
}

// A client that invents forwarding headers is still one client.
func TestForwardedHeadersDoNotResetLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const tries = 400
	for i := range tries {
		octet := strconv.Itoa(i % 250)
		got := w.do(call{method: http.MethodPost, path: "/cart/lines", form: values("offer", w.things["offer"], "qty", "1"), from: "203.0.113.7:1",
			header: map[string]string{"X-Forwarded-For": "198.51.100." + octet, "X-Real-Ip": "198.51.100." + octet, "Forwarded": "for=198.51.100." + octet, "True-Client-Ip": "198.51.100." + octet}})
		if got.StatusCode == http.StatusTooManyRequests {
			if got.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			return
		}
	}
	t.Errorf("%d sessions for one client who invents addresses", tries)
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/", "/cart", "/cart/lines", "/sign-in", "/account", "/seller/orders", "/admin/people", "/webhooks/stripe", "/robots.txt", "/static/app.css", "/media/art/parcel.svg"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodTrace} {
			if got := s.do(call{method: method, path: path}); got.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s %s answers %d", method, path, got.StatusCode)
			}
		}
	}
	for _, path := range []string{"/", "/help", "/cart", "/search?q=tea", "/robots.txt", "/static/app.css"} {
		if got := s.do(call{method: http.MethodHead, path: path}); got.StatusCode == http.StatusMethodNotAllowed {
			t.Errorf("HEAD %s answers %d", path, got.StatusCode)
		}
	}
	for _, path := range []string{"/cart/lines", "/sign-out", "/checkout/place"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := s.do(call{method: method, path: path}); got.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s %s answers %d", method, path, got.StatusCode)
			}
		}
	}
}

// A form's field that is not one of the form's own changes nothing.
func TestMassAssignmentIsIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	extra := values("role", "admin", "platform", "admin", "seller_id", w.things["seller"], "person_id", w.things["person"], "verified", "1", "trusted", "1",
		"status", "open", "slug", "taken-over", "price", "1", "total", "1", "id", w.things["address"], "is_admin", "true", "blocked_at", "", "email_key", "x")
	before := w.snap([]int64{w.actors[boris].person}, []int64{w.shopB.ID})
	roles := one[int64](w.site, `select count(*) from memberships`)
	w.post("/account/profile", with(extra, values("name", "Борис", "lang", "ru")), w.actors[boris].cookie)
	w.post("/account/addresses", with(extra, mustParse(t, addressForm)), w.actors[boris].cookie)
	w.post("/seller/apply", with(extra, mustParse(t, applyForm)), w.actors[boris].cookie)
	w.post("/seller/shop", with(extra, mustParse(t, shopForm)), w.actors[ownerB].cookie)
	w.post("/cart/lines", with(extra, values("offer", w.things["offer"], "qty", "1")), w.actors[boris].cookie)
	if lost := before.lost(w.snap([]int64{w.actors[boris].person}, []int64{w.shopB.ID})); len(lost) > 0 {
		t.Errorf("rows of others changed: %v", lost)
	}
	if n := one[int64](w.site, `select count(*) from memberships`); n != roles {
		t.Errorf("%d roles, were %d", n, roles)
	}
	if n := one[int64](w.site, `select count(*) from sellers where trusted or slug = 'taken-over' or (status = 'open' and applicant_id = $1)`, w.actors[boris].person); n != 0 {
		t.Errorf("%d shops gave themselves what is the operator's to give", n)
	}
	if n := one[int64](w.site, `select count(*) from cart_lines where seen_price = 1`); n != 0 {
		t.Error("a buyer names the price")
	}
}

// The link in a guest's mail opens the order once and leaves its key in no address, no referrer and no log.
// It looks at the program's one log, so it does not run beside others.
func TestCapabilityLinkLeavesNoTrace(t *testing.T) { //nolint:paralleltest // see above
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(old)
	w := newWorld(t)
	offer, err := strconv.ParseInt(w.things["offer"], 10, 64)
	w.must(err)
	number := w.place(offer, order.Buyer{Owner: cart.Owner{SessionID: w.actors[guest].session}, Lang: i18n.RU})
	body := notifytest.Last(t, w.db, "order.placed", "")
	_, rest, _ := strings.Cut(body, "?key=")
	key := rest[:strings.IndexAny(rest+" ", " \r\n\"<&")]
	got := w.get("/orders/" + number + "?key=" + key)
	if got.StatusCode != http.StatusSeeOther || strings.Contains(got.Header.Get("Location"), key) || got.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("the link answers %d to %q, Referrer-Policy %q", got.StatusCode, got.Header.Get("Location"), got.Header.Get("Referrer-Policy"))
	}
	cookies := got.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookies %v", cookies)
	}
	if page := w.get(got.Header.Get("Location"), cookies...); page.StatusCode != http.StatusOK || strings.Contains(page.body, key) {
		t.Errorf("the order answers %d, or shows the key", page.StatusCode)
	}
	for _, wrong := range []string{key[:len(key)-1], key + "A", strings.Repeat("A", len(key)), ""} {
		if got := w.get("/orders/" + number + "?key=" + wrong); got.StatusCode != http.StatusNotFound {
			t.Errorf("the key %q answers %d", wrong, got.StatusCode)
		}
	}
	if text := log.String(); strings.Contains(text, key) || strings.Contains(text, annaEmail) || !strings.Contains(text, "/orders/") {
		t.Error("the log holds the key or the address, or nothing at all")
	}
}

// With the database gone every page says that something went wrong, with a number to ask about, and nothing of what.
func TestInternalErrorsShowOnlyANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookie := w.actors[anna].cookie
	w.db.Close()
	for _, tt := range []call{
		{method: http.MethodGet, path: "/"}, {method: http.MethodGet, path: "/en/p/anything"}, {method: http.MethodGet, path: "/search?q=чай"},
		{method: http.MethodGet, path: "/cart", cookies: []*http.Cookie{cookie}}, {method: http.MethodGet, path: "/en/account", cookies: []*http.Cookie{cookie}},
		{method: http.MethodPost, path: "/sign-in", form: values("email", "a@example.ru", "password", "correct horse battery")},
		{method: http.MethodPost, path: "/cart/lines", form: values("offer", w.things["offer"], "qty", "1")},
		{method: http.MethodPost, path: "/webhooks/stripe", raw: "{}"},
	} {
		got := w.do(tt)
		if got.StatusCode < 400 || got.StatusCode == http.StatusNotFound {
			t.Errorf("%s %s answers %d without a database", tt.method, tt.path, got.StatusCode)
		}
		for _, inside := range []string{"closed pool", "pgx", "pgconn", "SQL", "sql", "select ", "internal/", ".go:", "goroutine", "panic", "127.0.0.1"} {
			if strings.Contains(strings.ReplaceAll(got.body, "<select ", "<"), inside) {
				t.Errorf("%s %s shows %q", tt.method, tt.path, inside)
			}
		}
		if id := got.Header.Get("X-Request-Id"); got.StatusCode >= 500 && (id == "" || !strings.Contains(got.body, id)) {
			t.Errorf("%s %s answers %d without the request's number", tt.method, tt.path, got.StatusCode)
		}
		if got.Header.Get("Cache-Control") != "no-store" && got.StatusCode >= 500 {
			t.Errorf("%s %s: Cache-Control %q of a failure", tt.method, tt.path, got.Header.Get("Cache-Control"))
		}
	}
}

// Letters are for everybody to read in the demonstration, so they are nowhere else; neither is play money.
func TestProductionHasNoDemonstration(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) {
		c.Env, c.Demo, c.SMTPURL, c.StripeKey, c.StripeHooks = "production", false, "smtp://127.0.0.1:1", "sk_live_x", "whsec_x"
		c.MailFrom = "robot@yarmarka.test"
	})
	for _, path := range []string{"/dev/mail", "/dev/mail/1", "/pay/sandbox/anything"} {
		if got := s.get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d in production", path, got.StatusCode)
		}
	}
	if got := s.get("/sign-in"); strings.Contains(got.body, demo.Password) {
		t.Error("production shows the demonstration's password")
	}
	if n := one[int64](s, `select count(*) from people`); n != 0 {
		t.Errorf("production begins with %d people", n)
	}
	for _, a := range demo.Accounts {
		if got := s.post("/sign-in", values("email", a.Email, "password", demo.Password)); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s signs in to production: %d", a.Email, got.StatusCode)
		}
	}
}
