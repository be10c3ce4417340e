package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// site is the whole program over a database of its own, asked through its handler as a browser would.
type site struct {
	*App
	t    testing.TB
	data string // the folder of its files
}

// newSite wires the program; change edits the configuration before.
func newSite(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	return siteOn(t, dbtest.Filled(t, "taxonomy and law", func(ctx context.Context, db *pgxpool.Pool) error {
		return errors.Join(intake.Seed(ctx, db), seedLaw(ctx, db))
	}), change...)
}

func siteOn(t testing.TB, db *pgxpool.Pool, change ...func(*Config)) *site {
	t.Helper()
	c := Config{Env: "development", BaseURL: "http://yarmarka.test", Data: t.TempDir(), Secret: demoSecret, Demo: true, Scale: "small"}
	for _, edit := range change {
		edit(&c)
	}
	a, err := New(t.Context(), c, db)
	if err != nil {
		t.Fatal(err)
	}
	return &site{App: a, t: t, data: c.Data}
}

// reply is what the site said.
type reply struct {
	*http.Response
	body string
}

// call is one request: what differs from a plain one is said by the fields that are set.
type call struct {
	method, path string
	form         url.Values // sent as a browser sends a form
	raw          string     // sent as it is, where there is no form
	cookies      []*http.Cookie
	header       map[string]string
	from         string // address of the client
}

// do sends a request through the whole stack.
func (s *site) do(c call) reply {
	s.t.Helper()
	body := c.raw
	if c.form != nil {
		body = c.form.Encode()
	}
	r := httptest.NewRequestWithContext(context.WithoutCancel(s.t.Context()), c.method, "http://yarmarka.test"+c.path, strings.NewReader(body))
	if c.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	if c.from != "" {
		r.RemoteAddr = c.from
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	res := w.Result()
	raw, err := io.ReadAll(res.Body)
	s.must(err)
	return reply{res, string(raw)}
}

func (s *site) get(path string, cookies ...*http.Cookie) reply {
	s.t.Helper()
	return s.do(call{method: http.MethodGet, path: path, cookies: cookies})
}

func (s *site) post(path string, form url.Values, cookies ...*http.Cookie) reply {
	s.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return s.do(call{method: http.MethodPost, path: path, form: form, cookies: cookies})
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// one reads a single value.
func one[T any](s *site, sql string, args ...any) T {
	s.t.Helper()
	var v T
	s.must(s.db.QueryRow(context.WithoutCancel(s.t.Context()), sql, args...).Scan(&v))
	return v
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(context.WithoutCancel(s.t.Context()), sql, args...)
	s.must(err)
}

// session opens a browser's session for a person, 0 for a guest, without the cost of a password.
func (s *site) session(personID, sellerID int64) (int64, *http.Cookie) {
	s.t.Helper()
	token := rand.Text()
	sum := sha256.Sum256([]byte(token))
	id := one[int64](s, `
		insert into sessions (token_hash, person_id, seller_id, created_at, seen_at, idle_until, expires_at, proved_at)
		values ($1, nullif($2, 0), nullif($3, 0), now(), now(), now() + interval '1 hour', now() + interval '1 day', now()) returning id`,
		sum[:], personID, sellerID)
	return id, &http.Cookie{Name: s.m.account.CookieName(), Value: token}
}

// cookie gives the cookie of an answer by name, nil where it sets none.
func (a reply) cookie(name string) *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// values makes a form of name, value pairs; more maps are laid over it.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// with gives form and more in one.
func with(form, more url.Values) url.Values {
	all := maps.Clone(form)
	maps.Copy(all, more)
	return all
}
