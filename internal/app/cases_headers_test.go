package app

import (
	"encoding/json"
	"go/ast"
	"go/types"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// Every answer, whatever it is to whom, carries what browsers need to keep it in its place.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secure := newSite(t, func(c *Config) { c.BaseURL = "https://yarmarka.test" })
	for _, r := range rules() {
		for _, role := range []string{anonymous, anna, ownerA, admin} {
			if r.method() != http.MethodGet || strings.HasPrefix(r.route, "GET /dev/") { // letters of the demonstration, in a sandbox of their own
				continue
			}
			got := w.get(r.path(w), w.actors[role].cookies()...)
			h, what := got.Header, r.route+" as "+role
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" ||
				h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Permissions-Policy") == "" {
				t.Errorf("%s lacks headers: %v", what, h)
			}
			if strings.HasPrefix(h.Get("Content-Type"), "text/html") && (!strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "base-uri 'none'") || !strings.Contains(policy, "object-src 'none'")) {
				t.Errorf("%s: policy %q", what, policy)
			}
			if h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
				t.Errorf("%s says too much: %v", what, h)
			}
			kind := h.Get("Content-Type")
			if text := strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xml"); len(got.body) > 0 && (kind == "" || text && !strings.Contains(strings.ToLower(kind), "charset=utf-8")) {
				t.Errorf("%s: Content-Type %q", what, kind)
			}
			for directive := range strings.SplitSeq(policy, ";") { // nothing is loaded from elsewhere, and nobody is told of a visit
				words := strings.Fields(directive)
				for _, source := range words[min(1, len(words)):] {
					if words[0] != "form-action" && !slices.Contains([]string{"'none'", "'self'", "data:"}, source) {
						t.Errorf("%s lets in %q by %q", what, source, directive)
					}
				}
			}
			if mine := r.who != byAnyone && r.who != bySigned || role != anonymous && strings.HasPrefix(kind, "text/html"); mine && strings.Contains(h.Get("Cache-Control"), "public") {
				t.Errorf("%s may be shared: %q", what, h.Get("Cache-Control"))
			}
			if r.who >= byPerson && got.StatusCode == http.StatusOK && !strings.Contains(h.Get("Cache-Control"), "no-store") {
				t.Errorf("%s: Cache-Control %q", what, h.Get("Cache-Control"))
			}
			if role == anonymous && !strings.ContainsAny(r.route, "{") && secure.get(r.path(w)).Header.Get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains" {
				t.Errorf("%s: no HSTS", what)
			}
		}
	}
}

// Every cookie that is ever set over TLS is of this host alone, for this site alone, and hidden from scripts.
func TestEveryCookieIsOfThisHost(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.BaseURL = "https://yarmarka.test" })
	accounttest.PersonWithPassword(t, s.db, s.m.account, "vera@example.ru")
	seen := map[string]bool{}
	note := func(got reply) []*http.Cookie {
		for _, c := range got.Cookies() {
			seen[c.Name] = true
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Name)+len(c.Value) > 4096 {
				t.Errorf("cookie %+v", c)
			}
		}
		return got.Cookies()
	}
	in := note(s.post("/sign-in", values("email", "vera@example.ru", "password", accounttest.Password)))
	saved := note(s.post("/account/profile", values("name", "Вера", "lang", "ru"), in...))
	note(s.get("/account", append(in, saved...)...))
	note(s.post("/account/sessions/end-others", nil, in...))
	note(s.post("/sign-out", nil, in...))
	note(s.get("/cart", &http.Cookie{Name: "__Host-session", Value: "nobody's"}))
	if !seen["__Host-session"] || !seen["__Host-flash"] {
		t.Errorf("cookies seen: %v", seen)
	}
}

// Password fields hide what is typed, take what is pasted, and say to password managers what they are for.
func TestPasswordFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, cookies := range map[string][]*http.Cookie{"/sign-in": nil, "/sign-up": nil, "/account/security": w.actors[anna].cookies(), "/account/prove": w.actors[anna].cookies()} {
		for _, form := range htmltest.ParseString(t, w.get(path, cookies...).body).All(htmltest.Tag("form")) {
			for name := range form.Form().Values {
				if strings.Contains(name, "password") && !strings.EqualFold(form.Form().Method, http.MethodPost) {
					t.Errorf("%s: the form of %s would write it into the address", path, name)
				}
			}
		}
	}
	fields := 0
	for path, cookies := range map[string][]*http.Cookie{"/sign-in": nil, "/sign-up": nil, "/account/security": w.actors[anna].cookies(), "/account/prove": w.actors[anna].cookies()} {
		for _, input := range htmltest.ParseString(t, w.get(path, cookies...).body).All(htmltest.Tag("input")) {
			if !strings.Contains(input.Attr("name"), "password") {
				continue
			}
			fields++
			if auto := input.Attr("autocomplete"); input.Attr("type") != "password" || auto != "current-password" && auto != "new-password" || input.HasAttr("onpaste") || input.HasAttr("maxlength") || input.HasAttr("pattern") {
				t.Errorf("%s: %s is %q, autocomplete %q", path, input.Attr("name"), input.Attr("type"), auto)
			}
		}
	}
	if fields < 6 {
		t.Errorf("only %d password fields were seen", fields)
	}
}

// The ways in are those that docs/security.md names: what opens a session is a password or a passkey, and what needs none is
// opened by a key in its head, by a signature or by an address that cannot be guessed. A session is opened in one place of the
// program, and whoever calls it is one of those ways.
func TestEveryWayInIsWrittenDown(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, told, _ := strings.Cut(string(text), "## Signing in\n")
	told, _, _ = strings.Cut(told, "\n## ")
	say := func(way string) {
		t.Helper()
		if !strings.Contains(told, "`"+way+"`") {
			t.Errorf("%s is a way in, and docs/security.md does not say so", way)
		}
	}
	for _, r := range routeTable {
		method, path, _ := strings.Cut(r.route, " ")
		switch {
		case r.who == byBearer, r.who == byKey, r.who == bySigned:
			path, _, _ = strings.Cut(path, "{")
			say(path + "…")
		case method == http.MethodPost && strings.HasPrefix(path, "/sign-") && path != "/sign-out",
			method == http.MethodPost && r.who == byAnyone && (strings.HasPrefix(path, "/account/") || strings.Contains(path, "token") || strings.Contains(path, "oauth")):
			say(path)
		}
	}
	callers := map[string]bool{}
	for path, file := range parsed(t) {
		if !strings.HasPrefix(path, "internal/") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if name := types.ExprString(call.Fun); name == "s.openSession" || name == "s.enter" && strings.HasPrefix(path, "internal/account/") {
					callers[fn.Name.Name] = true
				}
				return true
			})
		}
	}
	if diff := cmp.Diff(waysIn, slices.Sorted(maps.Keys(callers))); diff != "" {
		t.Errorf("sessions are opened elsewhere than is known (-want +got):\n%s", diff)
	}
}

// waysIn are the functions that open a session: a guest's, those of a password and a passkey, and that of a password that was
// just changed by its owner.
var waysIn = []string{"ChangePassword", "ConfirmSignUp", "EnsureSession", "FinishPasskeySignIn", "SignIn", "enter"}

// Whoever is signed in can sign out from any page, and then nothing of theirs stays in the browser.
func TestSigningOutIsInView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for role, paths := range map[string][]string{anna: {"/", "/cart", "/account", "/account/addresses", "/search?q=x"}, ownerA: {"/seller", "/seller/orders"}, admin: {"/admin", "/admin/people"}} {
		for _, path := range paths {
			got := w.get(path, w.actors[role].cookies()...)
			if got.StatusCode != http.StatusOK || !strings.Contains(got.body, `action="/sign-out"`) && !strings.Contains(got.body, `href="/account"`) {
				t.Errorf("%s as %s: no way to sign out", path, role)
			}
		}
		if got := w.get("/account", w.actors[role].cookies()...); !strings.Contains(got.body, `action="/sign-out"`) {
			t.Errorf("the account, which every page leads to, has no way to sign out %s", role)
		}
	}
}

// What a person proves themselves by is a password, a passkey or a link: no form asks for a question's answer or a hint, and
// nothing is kept that could be one.
func TestNobodyIsAskedAQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := []string{"email", "password", "old_password", "email_password", "key_password", "key_name", "name", "label", "remember", "next", "token", "lang", "terms", "q"}
	seen := map[string]bool{}
	for path, cookies := range map[string][]*http.Cookie{"/sign-in": nil, "/sign-up": nil, "/account/reset": nil, "/account/reset/new?token=x": nil, "/account/security": w.actors[anna].cookies(), "/account/prove": w.actors[anna].cookies()} {
		for _, input := range htmltest.ParseString(t, w.get(path, cookies...).body).All(htmltest.Tag("input")) {
			name := input.Attr("name")
			if seen[name] = true; name != "" && !slices.Contains(known, name) {
				t.Errorf("%s asks for %q", path, name)
			}
		}
	}
	if !seen["email"] || !seen["old_password"] || !seen["remember"] {
		t.Errorf("the forms were not seen: %v", seen)
	}
	for _, column := range one[[]string](w.site, `select coalesce(array_agg(table_name || '.' || column_name), '{}') from information_schema.columns
		where table_schema = 'public' and table_name in ('people', 'sessions', 'person_tokens', 'passkeys') and column_name ~ 'hint|question|answer|secret|birth|maiden'`) {
		t.Errorf("%s is kept", column)
	}
}

func TestSigningOutClearsTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookies := w.actors[anna].cookies()
	page := w.get("/account", cookies...)
	if !strings.Contains(page.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("Cache-Control %q", page.Header.Get("Cache-Control"))
	}
	got := w.post("/sign-out", nil, cookies...)
	if !strings.Contains(got.Header.Get("Clear-Site-Data"), `"storage"`) {
		t.Errorf("Clear-Site-Data %q", got.Header.Get("Clear-Site-Data"))
	}
	if c := got.cookie(w.actors[anna].cookie.Name); c == nil || c.MaxAge >= 0 {
		t.Errorf("the cookie stays: %+v", c)
	}
}

// What nobody means to serve is not served: sources, settings, listings of folders, probes of the inside.
func TestNothingUnintendedIsServed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/.git/config", "/.git/HEAD", "/.env", "/.svn/entries", "/go.mod", "/main.go", "/debug/pprof/", "/debug/vars", "/metrics", "/static/", "/static", "/media/", "/media", "/api/", "/swagger", "/server-status",
		"/phpinfo.php", "/wp-login.php", "/actuator", "/.well-known/security.txt/..", "/backup.sql", "/var/secret", "/.DS_Store", "/static/css/", "/static/js/"} {
		if got := s.get(path); got.StatusCode == http.StatusOK && !strings.HasPrefix(got.Header.Get("Location"), "/") {
			t.Errorf("%s answers %d: %.100q", path, got.StatusCode, got.body)
		}
	}
}

// The secret that the program makes for itself can be read by its own user alone.
func TestSecretsAreForTheProgramAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	if _, err := ownSecret(path, false); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %s", info.Mode())
	}
}

// Whoever is refused, slowed down or turned away leaves a line that says so.
func TestRefusalsAreLogged(t *testing.T) { //nolint:paralleltest // it looks at the program's one log
	log := overhear(t)
	w := newWorld(t)
	w.get("/admin/people", w.actors[boris].cookies()...)
	w.get("/account/addresses/"+w.things["address"], w.actors[boris].cookies()...)
	w.do(call{method: http.MethodPost, path: "/account/addresses", form: values("x", "1"), cookies: w.actors[boris].cookies(), header: map[string]string{"Sec-Fetch-Site": "cross-site"}})
	for range 40 {
		w.post("/account/prove", values("password", "guessing words"), w.actors[boris].cookies()...)
	}
	for what, want := range map[string]string{"a door that is closed": `"kind":"forbidden"`, "an object that is another's": `"path":"/account/addresses/{id}","status":404`, "a form from elsewhere": `error.cross_origin`,
		"guessing": `"outcome":"limit.`} {
		text := log.String()
		if what == "an object that is another's" {
			want = `"path":"/account/addresses/` + w.things["address"] + `","status":404`
		}
		if !strings.Contains(text, want) {
			t.Errorf("%s leaves no line with %s", what, want)
		}
	}
}

// Logs are one stream of JSON lines in UTC, whatever is sent to get a line of one's own into it.
func TestLogsAreOneStreamInUTC(t *testing.T) { //nolint:paralleltest // it looks at the program's one log
	log := overhear(t)
	w := newWorld(t)
	abroad := time.Date(2026, 5, 1, 3, 0, 0, 0, time.FixedZone("", 11*60*60))
	w.must(slog.Default().Handler().Handle(t.Context(), slog.NewRecord(abroad, slog.LevelInfo, "from far in the east", 0)))
	if !strings.Contains(log.String(), `"time":"2026-04-30T16:00:00Z"`) {
		t.Errorf("a machine eleven hours ahead logs %s", log.String())
	}
	for _, text := range []string{"a\nb", "a\r\n{\"level\":\"ERROR\",\"msg\":\"forged\"}", "\x1b[31m", "a\u2028b", "%0a", "\x00"} {
		w.do(call{method: http.MethodPost, path: "/sign-in", form: values("email", text+"@example.ru", "password", text+" a good phrase"), header: map[string]string{"User-Agent": text, "X-Forwarded-For": text, "Referer": text}})
	}
	w.get("/no/such%0apage%0d%0a%7b%22level%22%3a%22ERROR%22%7d")
	lines := 0
	for line := range strings.SplitSeq(strings.TrimSpace(log.String()), "\n") {
		lines++
		var record struct {
			Time  time.Time
			Level string
			Msg   string
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Msg == "" || record.Msg == "forged" || record.Time.IsZero() {
			t.Errorf("%q: %v", line, err)
		}
	}
	if lines < 5 {
		t.Errorf("%d lines", lines)
	}
}

// A day in the market leaves nothing of a person in the log: no name, address, telephone, password, key or secret.
func TestLogsHoldNoPersonalData(t *testing.T) { //nolint:paralleltest // it looks at the program's one log
	log := overhear(t)
	w := newWorld(t)
	accounttest.PersonWithPassword(t, w.db, w.m.account, "vera@private.example")
	w.post("/sign-in", values("email", "vera@private.example", "password", accounttest.Password))
	w.post("/sign-in", values("email", "vera@private.example", "password", "wrong secret words"))
	w.post("/account/reset", values("email", "vera@private.example"))
	w.strangers()
	w.rightful()
	text := log.String()
	for what, secret := range map[string]string{"an e-mail": "private.example", "a name": "Соколова", "a street": annaStreet, "a telephone": "5551234", "a password": accounttest.Password, "a wrong password": "wrong secret words",
		"the key of a payment": w.things["unpaid token"], "a session": w.actors[anna].cookie.Value, "a note": secretNote, "a draft": draftTitle, "Stripe's key": "sk_test_matrix", "Stripe's secret": "whsec_matrix"} {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("the log holds %s: …%s…", what, text[max(0, at-300):min(len(text), at+100)])
		}
	}
	// Whatever the world knows of people besides: buyers at home and abroad, those who get their parcels, shops' own lines.
	known := one[[]string](w.site, `select array_agg(distinct v) from (
		select unnest(array[email, name]) as v from people union all select recipient from mails
		union all select unnest(array[recipient, phone, street, note]) from addresses union all select unnest(array[legal_name, phone, email]) from sellers
		union all select v from orders o, jsonb_each_text(o.recipient) as r (k, v) where k <> 'country'
		union all select phone from export_sellers) t where length(v) > 5`)
	if len(known) < 20 {
		t.Errorf("only %d facts of people are looked for", len(known))
	}
	for _, fact := range known {
		if at := strings.Index(text, fact); at >= 0 {
			t.Errorf("the log holds %q: …%s…", fact, text[max(0, at-300):min(len(text), at+100)])
		}
	}
	if strings.Count(text, "\n") < 500 {
		t.Error("nothing was logged")
	}
}
