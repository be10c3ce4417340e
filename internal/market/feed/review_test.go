package feed_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// A moderator of an import sees of each card what a buyer would: its description, its characteristics and its picture; what
// needs an eye comes first, and long imports come in pages.
func TestAModeratorSeesWhatAnImportWouldSell(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, feed.Source{})
	var doc strings.Builder
	doc.WriteString(feedtest.Head)
	const rows = 60
	for i := 1; i <= rows; i++ {
		about := fmt.Sprintf("Жернова из стали, партия %d.", i)
		if i == 40 {
			about = "Звоните +7 916 555-12-34, отдам дешевле."
		}
		fmt.Fprintf(&doc, `<offer id="g-%d"><name>Кофемолка ручная %d</name><price>%d</price><categoryId>2</categoryId><description>%s</description><param name="Материал">дуб</param></offer>`, i, i, 1000+i, about)
	}
	doc.WriteString(feedtest.Tail)
	b.Run(doc.String(), false)
	queue, err := b.Desk.Queue(t.Context(), []string{feed.KindName}, 10)
	if err != nil || len(queue) != 1 {
		t.Fatalf("%d requests, %v", len(queue), err)
	}
	if queue[0].Risk <= 25 {
		t.Errorf("a telephone in a description is no risk: %d, %+v", queue[0].Risk, queue[0].Reasons)
	}
	people := accounttest.Service(t, b.DB)
	me := accounttest.PersonWithPassword(t, b.DB, people, "mod@example.ru")
	cookie := accounttest.SignIn(t, people, "mod@example.ru")
	r := chi.NewRouter()
	r.Use(people.Load)
	moderation.NewHandlers(b.Desk, func(context.Context, []int64) (map[int64]string, error) { return nil, nil }, feed.KindName).Routes(r)
	get := func(query string) *htmltest.Node {
		req := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/admin/moderation/%d%s", queue[0].ID, query), nil)
		req = req.WithContext(web.WithShell(req.Context(), &web.Shell{Lang: i18n.RU, Path: req.URL.Path, Person: web.Person{ID: me, Staff: true}}))
		req.AddCookie(cookie)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", query, w.Code)
		}
		return htmltest.ParseString(t, w.Body.String())
	}
	first := get("")
	cards := first.All(htmltest.TestID("reviewed"))
	if len(cards) != 25 || !strings.Contains(cards[0].Text(), "Звоните +7 916 555-12-34") || !strings.Contains(cards[0].Text(), "Контакты в тексте") {
		t.Fatalf("%d cards, the first one: %q", len(cards), cards[0].Text())
	}
	if text := cards[1].Text(); !strings.Contains(text, "Кофемолка ручная 1") || !strings.Contains(text, "Жернова из стали, партия 1.") || !strings.Contains(text, "1\u00a0001\u00a0₽") {
		t.Errorf("a card is shown as %q", text)
	}
	if !cards[1].Has(htmltest.Tag("img")) || !strings.Contains(first.Text(), "Карточки 1–25 из 60") {
		t.Error("no picture, or no word on how many cards there are")
	}
	if last := get("?page=3&open=1").All(htmltest.TestID("reviewed")); len(last) != 10 || !last[9].Find(htmltest.Tag("details")).HasAttr("open") {
		t.Errorf("%d cards on the last page, unfolded: %v", len(last), last[9].Find(htmltest.Tag("details")).HasAttr("open"))
	}
	for _, beyond := range []string{"?page=4", "?page=0", "?page=-1", "?page=x", "?page=99999999999"} {
		get(beyond)
	}
	if err := b.Desk.Approve(t.Context(), me, queue[0].ID); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`select count(*) from products where status = 'published'`); n != rows {
		t.Errorf("%d cards are on sale, want %d", n, rows)
	}
}
