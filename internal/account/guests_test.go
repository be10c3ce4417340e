package account_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// known is whom a cookie opens; nil for nobody.
func known(s *account.Service, c *http.Cookie) (sess *account.Session) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(c)
	s.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { sess = account.SessionOf(r.Context()) })).
		ServeHTTP(httptest.NewRecorder(), r)
	return sess
}

// A guest is read once for a few seconds, a person every time: whoever is signed out or blocked is so at once.
func TestOnlyGuestsAreKept(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	var passed atomic.Int64
	began := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := accounttest.ServiceAt(t, db, func() time.Time { return began.Add(time.Duration(passed.Load())) })
	guest, cookie := accounttest.Guest(t, s)
	accounttest.PersonWithPassword(t, db, s, "anna@example.ru")
	anna := accounttest.SignIn(t, s, "anna@example.ru")
	if g, p := known(s, cookie), known(s, anna); g == nil || g.ID != guest.ID || !p.SignedIn() {
		t.Fatalf("guest %+v, person %+v", g, p)
	}
	if _, err := pg.Exec(t.Context(), db, `delete from sessions`); err != nil {
		t.Fatal(err)
	}
	if known(s, anna) != nil {
		t.Error("a person whose session has ended is still known")
	}
	if known(s, cookie) == nil {
		t.Error("a guest is read at every request")
	}
	passed.Store(int64(4 * time.Second))
	if known(s, cookie) != nil {
		t.Error("a guest's session that has ended is known for longer than a moment")
	}
}

// Who signs in leaves the guest's session behind, at once.
func TestAGuestWhoEntersIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	guest, cookie := accounttest.Guest(t, s.account)
	if known(s.account, cookie) == nil {
		t.Fatal("the guest is not known")
	}
	b := s.browser(t)
	b.cookies[cookie.Name] = cookie.Value
	b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
	if left := known(s.account, cookie); left != nil {
		t.Errorf("session %d, which has ended, opens %+v", guest.ID, left)
	}
}
