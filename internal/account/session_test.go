package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
)

// Junk cookies cost a look-up and leave nothing.
func TestNoSessionBeforeItIsNeeded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, junk := range []string{"", "x", strings.Repeat("x", 5000), "../../etc", "%00"} {
		b := s.browser(t)
		b.cookies["session"] = junk
		b.get("/sign-in").wantStatus(http.StatusOK)
	}
	s.browser(t).get("/sign-in").wantStatus(http.StatusOK)
	if n := s.count(t, `select count(*)::int from sessions`); n != 0 {
		t.Errorf("%d sessions of nobody", n)
	}
}

func TestEnsureSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	guest, cookie := accounttest.Guest(t, s.account)
	if guest.ID == 0 || guest.PersonID != 0 || guest.SignedIn() || cookie.MaxAge != 30*24*60*60 {
		t.Errorf("guest %+v, cookie %+v", guest, cookie)
	}
	if n := s.count(t, `select count(*)::int from sessions where token_hash = convert_to($1, 'UTF8')`, cookie.Value); n != 0 {
		t.Error("the secret lies in the open")
	}
	var again *account.Session
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.AddCookie(cookie)
	s.account.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if again, err = s.account.EnsureSession(w, r); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
	if again == nil || again.ID != guest.ID {
		t.Errorf("a second session %+v, want %d", again, guest.ID)
	}
}

func TestGuestSessionsAreLimited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r = r.WithContext(clientip.With(r.Context(), netip.MustParseAddr("203.0.113.7")))
	for range 300 {
		if _, err := s.account.EnsureSession(httptest.NewRecorder(), r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.account.EnsureSession(httptest.NewRecorder(), r); !errs.Is(err, errs.TooMany) {
		t.Errorf("the 301st guest of an hour: %v, want TooMany", err)
	}
	if n := s.count(t, `select count(*)::int from sessions`); n != 300 {
		t.Errorf("%d sessions of 300 guests", n)
	}
}

func TestHTTPSCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secure, err := account.New(s.db, account.Options{BaseURL: "https://yarmarka.example/", Limiter: limit.New(s.db, time.Now), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	_, c := accounttest.Guest(t, secure)
	if c.Name != "__Host-session" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
}

func TestChooseSeller(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anna := s.person(t, "anna@example.ru")
	for _, shop := range []int64{7, 9} {
		accounttest.Grant(t, s.db, s.account, anna, shop, account.Owner)
	}
	b := s.signedIn(t, "anna@example.ru")
	sessionNow := func() *account.Session {
		var got *account.Session
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: b.cookies["session"]})
		s.account.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = account.SessionOf(r.Context())
		})).ServeHTTP(httptest.NewRecorder(), r)
		return got
	}
	sess := sessionNow()
	if sess.SellerID != 7 {
		t.Errorf("works in %d, want the first shop, 7", sess.SellerID)
	}
	if err := s.account.ChooseSeller(t.Context(), sess, 9); err != nil {
		t.Fatal(err)
	}
	if got := sessionNow().SellerID; got != 9 {
		t.Errorf("works in %d, want 9", got)
	}
	if err := s.account.ChooseSeller(t.Context(), sess, 8); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger's shop: %v, want NotFound", err)
	}
	contacts, err := account.Contacts(t.Context(), s.db, 9, account.Owner, account.Manager)
	want := []account.Contact{{ID: anna, Name: "Анна Соколова", Email: "anna@example.ru", Lang: "ru"}}
	if diff := cmp.Diff(want, contacts); err != nil || diff != "" {
		t.Errorf("contacts: %v (-want +got)\n%s", err, diff)
	}
}

func TestNilSessionIsNobody(t *testing.T) {
	t.Parallel()
	if s := account.SessionOf(t.Context()); s.SignedIn() || s.Sells() || s.Staff() {
		t.Error("nobody may do something")
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// Every text of the module is there in both languages and takes the same values.
func TestMessagesAreComplete(t *testing.T) {
	t.Parallel()
	for _, key := range i18n.Keys(i18n.RU) {
		if !strings.HasPrefix(key, "account.") {
			continue
		}
		ru, en := i18n.Raw(i18n.RU, key), i18n.Raw(i18n.EN, key)
		if diff := cmp.Diff(placeholder.FindAllString(ru[3], -1), placeholder.FindAllString(en[3], -1)); diff != "" || en[3] == "" {
			t.Errorf("%s: English %q (-ru +en)\n%s", key, en[3], diff)
		}
	}
	for _, key := range i18n.Keys(i18n.EN) {
		if !i18n.Has(i18n.RU, key) {
			t.Errorf("%s has no Russian", key)
		}
	}
}
