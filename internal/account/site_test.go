package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/static"
)

// site is the account's pages behind the middleware they live under, with a clock of its own.
type site struct {
	db      *pgxpool.Pool
	account *account.Service
	router  http.Handler
	clock   atomic.Int64
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{db: dbtest.New(t)}
	s.clock.Store(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixNano())
	s.account = accounttest.ServiceAt(t, s.db, s.now)
	s.route()
	return s
}

// route puts the pages behind the middleware.
func (s *site) route() {
	r := chi.NewRouter()
	r.Use(shell, s.account.Load)
	r.Mount("/static", static.Handler())
	h := account.Handlers{Account: s.account}
	h.Routes(r)
	s.router = r
}

func (s *site) now() time.Time       { return time.Unix(0, s.clock.Load()).UTC() }
func (s *site) move(d time.Duration) { s.clock.Add(int64(d)) }

// shell does the part of app's middleware that pages cannot be without.
func shell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := i18n.RU
		if rest, ok := strings.CutPrefix(r.URL.Path, "/en"); ok && (rest == "" || rest[0] == '/') {
			lang, r.URL.Path = i18n.EN, rest
		}
		addr, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			addr = netip.AddrPort{}
		}
		ctx := clientip.With(r.Context(), addr.Addr())
		ctx = web.WithShell(ctx, &web.Shell{Lang: lang, Path: r.URL.Path, Query: r.URL.RawQuery, BaseURL: accounttest.BaseURL,
			Flash: web.TakeFlash(w, r)})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// browser keeps cookies over requests.
type browser struct {
	t       testing.TB
	site    *site
	cookies map[string]string
	from    string
}

func (s *site) browser(t testing.TB) *browser {
	return &browser{t: t, site: s, cookies: map[string]string{}, from: "203.0.113.7:1"}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
	t    testing.TB
}

func (a answer) page() *htmltest.Node { return htmltest.ParseString(a.t, a.body) }

func (b *browser) do(method, target string, fields url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(fields.Encode()))
	r = r.WithContext(context.WithoutCancel(b.t.Context()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36")
	r.RemoteAddr = b.from
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.site.router.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{w.Result(), w.Body.String(), b.t}
}

func (b *browser) get(target string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, target, nil)
}

// post sends a form; pairs are name, value.
func (b *browser) post(target string, pairs ...string) answer {
	b.t.Helper()
	fields := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, target, fields)
}

func (a answer) wantStatus(status int) answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d\n%s", a.StatusCode, status, htmltest.ParseString(a.t, a.body).Text())
	}
	return a
}

// wantTo checks a redirect.
func (a answer) wantTo(path string) answer {
	a.t.Helper()
	a.wantStatus(http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != path {
		a.t.Fatalf("went to %s, want %s", got, path)
	}
	return a
}

// person makes somebody with accounttest.Password.
func (s *site) person(t testing.TB, email string) int64 {
	t.Helper()
	return accounttest.PersonWithPassword(t, s.db, s.account, email)
}

// signedIn gives a browser of somebody signed in.
func (s *site) signedIn(t testing.TB, email string) *browser {
	t.Helper()
	b := s.browser(t)
	b.post("/sign-in", "email", email, "password", accounttest.Password).wantTo("/account")
	return b
}

var tokenLink = regexp.MustCompile(`http://localhost:8080(/\S+\?token=[A-Za-z0-9_-]+)`)

// link finds the path in the latest mail of a kind to an address.
func (s *site) link(t testing.TB, template, to string) string {
	t.Helper()
	m := tokenLink.FindStringSubmatch(s.mail(t, template, to))
	if m == nil {
		t.Fatalf("no link in the mail %s to %s", template, to)
	}
	return m[1]
}

// mail gives the text of the latest mail of a kind to an address, "" when there is none.
func (s *site) mail(t testing.TB, template, to string) string {
	t.Helper()
	return notifytest.Last(t, s.db, template, to)
}

func (s *site) count(t testing.TB, sql string, args ...any) int {
	t.Helper()
	n, err := pg.Scalar[int](t.Context(), s.db, sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func tokenOf(t testing.TB, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("token")
}
