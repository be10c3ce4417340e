package catalog_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// Who follows an old link reads its address and sees what is like it; words that somebody else put there are not repeated.
func TestALostCardLeadsToWhatIsLikeIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	s.drain()
	lost := func(path string) *htmltest.Node {
		return htmltest.Parse(t, s.Do(httptest.NewRequest(http.MethodGet, path, nil), http.StatusNotFound).Body).One(htmltest.Tag("main"))
	}
	page := lost("/p/kofemolka-ruchnaya-staraya")
	if text := page.Text(); !strings.Contains(text, "/p/kofemolka-ruchnaya-staraya") || !strings.Contains(text, "Похоже на то, что вы искали") {
		t.Errorf("the page says %q", text)
	}
	if !strings.Contains(page.Text(), "Кофемолка") || !linksTo(page, "/p/"+x.card.Slug) {
		t.Error("the card that is like it is not there")
	}
	if text := lost("/p/zzqqxx-wwvvkk").Text(); strings.Contains(text, "Похоже") {
		t.Errorf("nothing is like it, yet the page says %q", text)
	}
	if text := lost("/p/%D0%97%D0%B2%D0%BE%D0%BD%D0%B8%D1%82%D0%B5-900").Text(); strings.Contains(text, "900") {
		t.Errorf("somebody else's words are said: %q", text)
	}
}

func linksTo(page *htmltest.Node, path string) bool {
	return slices.ContainsFunc(page.All(htmltest.Role("link", "")), func(a *htmltest.Node) bool { return strings.HasPrefix(a.Attr("href"), path) })
}
