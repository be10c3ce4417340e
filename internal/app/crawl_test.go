package app_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// ofAShape bounds how many pages of one shape (the same kind of address with the same names in its query) a crawler
// opens: links of a shop have no end, its kinds of pages do.
const ofAShape = 4

// crawler follows every link of the site as one visitor.
type crawler struct {
	t      *testing.T
	base   *url.URL
	who    string // "" is a stranger
	client *http.Client
	queue  []link
	seen   map[string]bool
	shapes map[string]int
	rules  map[string]bool // names of rules of export, and of their lists and figures
}

type link struct{ to, from string }

func newCrawler(t *testing.T, m *apptest.Market, who string) *crawler {
	t.Helper()
	base, err := url.Parse(m.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{t: t, base: base, who: who, seen: map[string]bool{}, shapes: map[string]int{}, rules: map[string]bool{}}
	rows, err := m.DB.Query(t.Context(), `select id from export_rules union select id from export_tables`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		c.rules[name] = true
		c.rules[keyLike.FindString(name)] = true // as far as a message's name may go: no further than a hyphen
	}
	c.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if who != "" {
		res, err := c.client.PostForm(m.URL+"/sign-in", url.Values{"email": {who}, "password": {demo.Password}})
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("signing in as %s answers %d (%v)", who, res.StatusCode, err)
		}
	}
	return c
}

// add puts an address of this site into the queue, once, and not too many alike.
func (c *crawler) add(href, from string) {
	u, err := c.base.Parse(from)
	if err == nil {
		u, err = u.Parse(href)
	}
	if err != nil {
		c.t.Errorf("%s links to %q: %v", from, href, err)
		return
	}
	if u.Host != c.base.Host || (u.Scheme != "http" && u.Scheme != "https") {
		return
	}
	u.Fragment = ""
	to := u.RequestURI()
	if c.seen[to] {
		return
	}
	c.seen[to] = true
	shape := shapeOf(u)
	if c.shapes[shape]++; c.shapes[shape] <= ofAShape {
		c.queue = append(c.queue, link{to, from})
	}
}

// kept are addresses whose second word is a page's own name, not an object's.
var kept = []string{"help", "account", "seller", "admin", "about", "sitemaps"}

func shapeOf(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	named := 1
	if parts[0] == "en" {
		named = 2
	}
	if len(parts) >= named && slices.Contains(kept, parts[named-1]) {
		named++
	}
	for i := named; i < len(parts); i++ {
		parts[i] = "*"
	}
	var names []string
	for name := range u.Query() {
		names = append(names, regexp.MustCompile(`^a\..*`).ReplaceAllString(name, "a"))
	}
	slices.Sort(names)
	return strings.Join(parts, "/") + "?" + strings.Join(slices.Compact(names), "&")
}

func (c *crawler) get(path string, header ...string) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		c.t.Fatal(err)
	}
	return res, string(raw)
}

// crawl opens everything that can be reached from the starts.
func (c *crawler) crawl(starts ...string) int {
	for _, start := range starts {
		c.add(start, "/")
	}
	opened := 0
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		opened++
		c.open(next)
	}
	return opened
}

// papers are documents of the demonstration: a test's database is a clone, and the files beside the first are not.
var papers = regexp.MustCompile(`/files/\d+$|/contracts/\d+/file$|/media/documents/\d+$`)

func (c *crawler) open(at link) {
	res, body := c.get(at.to)
	switch {
	case res.StatusCode == http.StatusNotFound && papers.MatchString(at.to):
		return
	case res.StatusCode >= 400:
		c.t.Errorf("%s (from %s) answers %d", at.to, at.from, res.StatusCode)
		return
	case res.StatusCode >= 300:
		c.add(res.Header.Get("Location"), at.to)
	}
	c.headers(at.to, res)
	if res.StatusCode == http.StatusOK && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		c.page(at.to, res, body)
	}
}

// headers checks what every answer carries.
func (c *crawler) headers(path string, res *http.Response) {
	policy := res.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'"} {
		if !strings.Contains(policy, part) || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			c.t.Errorf("%s: policy %q", path, policy)
		}
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("X-Request-Id") == "" {
		c.t.Errorf("%s lacks nosniff or the request's id", path)
	}
	if c.who == "" && len(res.Header.Values("Set-Cookie")) > 0 {
		c.t.Errorf("%s gives a stranger a cookie: %v", path, res.Header.Values("Set-Cookie"))
	}
	if shared := strings.Contains(res.Header.Get("Cache-Control"), "public"); c.who != "" && shared && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		c.t.Errorf("%s may be shared although %s is signed in", path, c.who)
	}
}

// personal are the pages that no cache may keep even for a stranger.
var personal = regexp.MustCompile(`^(/en)?/(cart|checkout|orders|wishes|compare|recent|sign-in|sign-up|account|seller|admin|dev|pay|suggest|search|destination)\b`)

// page checks one page of HTML and queues its links.
func (c *crawler) page(path string, res *http.Response, body string) {
	doc := htmltest.ParseString(c.t, body)
	if strings.Contains(path, "/html") { // a letter, shown in a frame
		return
	}
	for _, problem := range doc.Lint() {
		c.t.Errorf("%s: %s", path, problem)
	}
	lang := i18n.RU
	if path == "/en" || strings.HasPrefix(path, "/en/") || strings.HasPrefix(path, "/en?") {
		lang = i18n.EN
	}
	if got := doc.Find(htmltest.Tag("html")).Attr("lang"); got != string(lang) {
		c.t.Errorf("%s is in %q", path, got)
	}
	if strings.TrimSpace(doc.Find(htmltest.Tag("title")).Text()) == "" || doc.Count(htmltest.Tag("h1")) != 1 {
		c.t.Errorf("%s: no title, or not one h1", path)
	}
	if key := c.rawKey(path, doc.Text()); key != "" {
		c.t.Errorf("%s shows the raw key %q", path, key)
	}
	if c.who == "" && !personal.MatchString(path) {
		c.shared(path, res, doc)
	}
	c.resources(path, doc)
	c.nothingInline(path, doc)
	for _, a := range doc.All(htmltest.Tag("a")) {
		if href := a.Attr("href"); href != "" && !strings.HasPrefix(href, "#") {
			c.add(href, path)
		}
	}
}

// shared checks a page that everybody may see: caches keep it, robots find its one address and its other language.
func (c *crawler) shared(path string, res *http.Response, doc *htmltest.Node) {
	etag := res.Header.Get("ETag")
	if cc := res.Header.Get("Cache-Control"); !strings.Contains(cc, "public") || etag == "" {
		c.t.Errorf("%s: Cache-Control %q, ETag %q", path, cc, etag)
	} else if again, _ := c.get(path, "If-None-Match", etag); again.StatusCode != http.StatusNotModified {
		c.t.Errorf("%s answers %d to its own ETag", path, again.StatusCode)
	}
	if strings.Contains(path, "?") {
		return
	}
	canonical := doc.All(htmltest.Tag("link"), htmltest.Attr("rel", "canonical"))
	if len(canonical) != 1 || !strings.HasPrefix(canonical[0].Attr("href"), c.base.String()) {
		c.t.Errorf("%s has %d canonical addresses", path, len(canonical))
	}
	for _, lang := range i18n.Langs {
		if !doc.Has(htmltest.Tag("link"), htmltest.Attr("hreflang", string(lang))) {
			c.t.Errorf("%s names no page in %s", path, lang)
		}
	}
}

// resources checks that a page loads nothing from elsewhere.
func (c *crawler) resources(path string, doc *htmltest.Node) {
	for tag, attrs := range map[string][]string{"link": {"href"}, "script": {"src"}, "img": {"src", "srcset"}, "source": {"srcset"}, "iframe": {"src"}, "form": {"action"}} {
		for _, n := range doc.All(htmltest.Tag(tag)) {
			for _, attr := range attrs {
				v := n.Attr(attr)
				foreign := strings.HasPrefix(v, "//") || strings.Contains(v, "://") && !strings.HasPrefix(v, c.base.String())
				if foreign {
					c.t.Errorf("%s: <%s %s> leads to %q", path, tag, attr, v)
				}
			}
		}
	}
}

// nothingInline checks that a page has no script, style or handler of its own: the policy would refuse it.
func (c *crawler) nothingInline(path string, doc *htmltest.Node) {
	for _, n := range doc.All() {
		inline := n.Tag() == "style" || n.Tag() == "script" && n.Attr("src") == "" && n.Attr("type") != "application/ld+json"
		if inline || n.HasAttr("style") || strings.HasPrefix(strings.ToLower(n.Attr("href")), "javascript:") {
			c.t.Errorf("%s has an inline <%s>", path, n.Tag())
		}
		for _, event := range []string{"onclick", "onload", "onerror", "onsubmit", "onchange", "oninput", "onfocus"} {
			if n.HasAttr(event) {
				c.t.Errorf("%s: <%s %s>", path, n.Tag(), event)
			}
		}
	}
}

var keyLike = regexp.MustCompile(`\b[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\b`)

// lawbook are the pages where a rule of export is called by its name, which lawyers cite and which looks like a message's:
// the rules, and the calculator, which says what it read.
var lawbook = regexp.MustCompile(`^(/en)?(/admin)?/export(/rules\b|\?|$)`)

// rawKey finds the name of a message that is shown instead of the message.
func (c *crawler) rawKey(path, text string) string {
	for _, word := range keyLike.FindAllString(text, -1) {
		first, _, _ := strings.Cut(word, ".")
		if lawbook.MatchString(path) && c.rules[word] {
			continue
		}
		if i18n.Has(i18n.RU, word) || slices.ContainsFunc(i18n.Keys(i18n.RU), func(k string) bool { return strings.HasPrefix(k, first+".") }) {
			return word
		}
	}
	return ""
}

// restlessTables change without anybody's asking: jobs, limits, sessions' marks, what was looked at.
var restlessTables = []string{"rate_limits", "sessions", "product_views", "mails", "schema_migrations", "passkey_ceremonies",
	"product_changes", "search_docs", "search_facts", "search_forward", "search_popularity", "search_shelves", "search_words", "page_changes", "card_sheets", "card_prints", // jobs put changed cards into the index
	"export_reaches", "export_reach", "export_reach_walk"} // and find out where things may be sent

// answersKept hold what others answered, for the next visitor who asks the same: looking at a price abroad asks the post and
// the Central Bank when nobody has asked them yet that day. Nobody's own data lies in them, and all of it may be thrown away.
var answersKept = []string{
	"post_prices_abroad", // prices the post named
	"post_countries",     // the post's dictionary of countries
	"post_requests",      // how many of a day's questions are used up
	"currency_rates",     // a day's rates
	"rate_trouble",       // and what came in their place
	// Not an answer, but the calendar: the hourly look at papers that end marks whose sellers were told.
	"export_goods_documents",
}

// sums gives a checksum of every table.
func sums(t *testing.T, m *apptest.Market) map[string]string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	rows, err := m.DB.Query(ctx, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind = 'r' and n.nspname = 'public' and c.relname not like 'river%' and c.relname <> all($1)`, slices.Concat(restlessTables, answersKept))
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, table := range tables {
		var sum string
		err := m.DB.QueryRow(ctx, fmt.Sprintf(`select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0))::text, '') from %s t`,
			pgx.Identifier{table}.Sanitize())).Scan(&sum)
		if err != nil {
			t.Fatal(err)
		}
		all[table] = sum
	}
	return all
}

// Every link of the site leads to a whole page for whoever sees it, and following links changes nothing.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.KnowRates(t) // the job that fetches them may be slower than the first visitor
	before := sums(t, m)
	t.Run("as", func(t *testing.T) {
		visitors := []demo.Account{{}}
		visitors = append(visitors, demo.Accounts...)
		for _, visitor := range visitors {
			t.Run(cmp.Or(visitor.Role, "stranger"), func(t *testing.T) {
				t.Parallel()
				if n := newCrawler(t, m, visitor.Email).crawl("/", "/en", "/sitemap.xml", "/robots.txt", "/opensearch.xml", "/cart", "/en/search?q=tea"); n < 60 {
					t.Errorf("only %d pages were found", n)
				}
			})
		}
	})
	for table, sum := range sums(t, m) {
		if sum != before[table] {
			t.Errorf("following links changed %s: %s, was %s", table, sum, before[table])
		}
	}
}
