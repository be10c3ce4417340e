package notify_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

func TestDevMail(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := notify.New(db, nil, time.Now)
	r := chi.NewRouter()
	h := notify.DevHandlers{Notify: s}
	h.Routes(r)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Security-Policy", "default-src 'none'") // as the site's middleware does
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	if got := htmltest.Parse(t, get("/dev/mail").Body).Text(); !strings.Contains(got, "Писем пока нет") {
		t.Errorf("the empty page says %s", got)
	}
	m := letter("purchase:1:paid", "anna@example.ru")
	m.Letter.Blocks = append(m.Letter.Blocks, notify.Para("<script>alert(1)</script>"), notify.Button("Открыть", "https://yarmarka.example/orders/1?a=b"))
	enqueue(t, db, m)
	row := htmltest.Parse(t, get("/dev/mail").Body).One(htmltest.TestID("mail"))
	path := row.Find(htmltest.Role("link", "Заказ оплачен")).Attr("href")
	if want := "/dev/mail/" + strconv.FormatInt(entries(t, s)[0].ID, 10); path != want {
		t.Errorf("link %s, want %s", path, want)
	}
	page := htmltest.Parse(t, get(path).Body)
	if got := page.Find(htmltest.Role("link", "Открыть, как в почте")).Attr("href"); got != path+"/html" {
		t.Errorf("the letter itself is at %s", got)
	}
	text := page.Find(htmltest.TestID("mail-text"))
	if !strings.Contains(text.Text(), "<script>alert(1)</script>") || !text.Has(htmltest.Role("link", "https://yarmarka.example/orders/1?a=b")) {
		t.Errorf("the text says %s", text.Text())
	}
	w := get(path + "/html")
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") {
		t.Errorf("policy %s", policy)
	}
	if strings.Contains(w.Body.String(), "<script>") {
		t.Error("the letter holds a script")
	}
	for _, bad := range []string{"/dev/mail/0", "/dev/mail/x", "/dev/mail/999", "/dev/mail/99999999999999999999/html"} {
		if code := get(bad).Code; code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", bad, code)
		}
	}
}

// The site's languages and the letters': every key of this module in both.
func TestMessagesAreComplete(t *testing.T) {
	t.Parallel()
	for _, key := range i18n.Keys(i18n.RU) {
		if strings.HasPrefix(key, "notify.") && !i18n.Has(i18n.EN, key) {
			t.Errorf("%s has no English", key)
		}
	}
}
