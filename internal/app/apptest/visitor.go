package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// Visitor asks for pages as one person would: with that person's cookies, seeing redirects instead of following them.
type Visitor struct {
	t      testing.TB
	base   *url.URL
	client *http.Client
}

// Visitor comes to the market; email is an account of the demonstration, "" is a stranger.
func (m *Market) Visitor(t testing.TB, email string) *Visitor {
	t.Helper()
	base, err := url.Parse(m.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &Visitor{t, base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if email != "" {
		if status := v.Post("/sign-in", url.Values{"email": {email}, "password": {demo.Password}}); status != http.StatusSeeOther {
			t.Fatalf("signing in as %s answers %d", email, status)
		}
	}
	return v
}

// Cookies are what the visitor's browser holds for the market.
func (v *Visitor) Cookies() []*http.Cookie { return v.client.Jar.Cookies(v.base) }

// Post sends a form and gives the answer's status.
func (v *Visitor) Post(path string, form url.Values) int { return v.post(path, form).StatusCode }

// Lead sends a form and gives the path that the answer leads to.
func (v *Visitor) Lead(path string, form url.Values) string {
	v.t.Helper()
	res := v.post(path, form)
	if res.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("%s answers %d and leads nowhere", path, res.StatusCode)
	}
	return res.Header.Get("Location")
}

func (v *Visitor) post(path string, form url.Values) *http.Response {
	v.t.Helper()
	res, err := v.client.PostForm(v.base.String()+path, form)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		v.t.Fatal(err)
	}
	return res
}

// Get asks for a page.
func (v *Visitor) Get(path string) (res *http.Response, body string) {
	v.t.Helper()
	res, err := v.client.Get(v.base.String() + path)
	if err != nil {
		v.t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		v.t.Fatal(err)
	}
	return res, string(raw)
}

// Walk follows links from the starts and gives the pages of HTML it comes to, at most perShape of each shape: links of
// a shop have no end, its kinds of pages do. The language of a start is kept.
func (v *Visitor) Walk(perShape int, starts ...string) []string {
	v.t.Helper()
	queue, seen, shapes, pages := slices.Clone(starts), map[string]bool{}, map[string]int{}, []string(nil)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		res, body := v.Get(path)
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		pages = append(pages, path)
		for _, a := range htmltest.ParseString(v.t, body).All(htmltest.Tag("a")) {
			to, err := v.base.Parse(path)
			if err == nil {
				to, err = to.Parse(a.Attr("href"))
			}
			if err != nil || to.Host != v.base.Host || english(to.Path) != english(path) || seen[to.RequestURI()] {
				continue
			}
			seen[to.RequestURI()] = true
			shape := Shape(to)
			if shapes[shape]++; shapes[shape] <= perShape {
				queue = append(queue, to.RequestURI())
			}
		}
	}
	slices.Sort(pages)
	return slices.Compact(pages)
}

func english(path string) bool { return path == "/en" || strings.HasPrefix(path, "/en/") }

var (
	attribute = regexp.MustCompile(`^a\..*`)
	// named tells an object's number, and the name of a rule of export: culture.art.
	named = regexp.MustCompile(`[0-9.]`)
	// bySlug are the words that an object's own name follows.
	bySlug = []string{"p", "c", "shops", "rule", "list", "figure", "categories", "goods", "sellers"}
)

// Shape is what the addresses of one kind of page have in common: the words of the path without the names and numbers
// of objects, and the names in the query without their values.
func Shape(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i := range parts {
		if named.MatchString(parts[i]) || i > 0 && slices.Contains(bySlug, parts[i-1]) {
			parts[i] = "*"
		}
	}
	var names []string
	for name := range u.Query() {
		names = append(names, attribute.ReplaceAllString(name, "a"))
	}
	slices.Sort(names)
	return strings.Join(parts, "/") + "?" + strings.Join(slices.Compact(names), "&")
}
