package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
)

// newLiveSite serves the pages at a localhost address, the only unprotected one that browsers allow
// passkeys on.
func newLiveSite(t *testing.T) (s *site, base string) {
	t.Helper()
	s = &site{db: dbtest.New(t)}
	s.move(1_795_262_400e9)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	base = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	var err error
	s.account, err = account.New(s.db, account.Options{BaseURL: base, Limiter: limit.New(s.db, s.now), Now: s.now, DevMail: true})
	if err != nil {
		t.Fatal(err)
	}
	s.route()
	return s, base
}

// authenticator gives the tab a device that says yes to everything.
func authenticator() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		if err := webauthn.Enable().Do(ctx); err != nil {
			return err
		}
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	})
}

func TestPasskey(t *testing.T) {
	t.Parallel()
	s, base := newLiveSite(t)
	s.person(t, "anna@example.ru")
	p := browsertest.Open(t, base, browsertest.Options{})
	p.Run("plug a key in", authenticator())
	p.Goto("/sign-in").Fill("Почта", "anna@example.ru").Fill("Пароль", accounttest.Password).Click("Войти").WaitPath("/account")

	p.Goto("/account/security").Fill("Название", "Рабочий ноутбук").Eval(`document.getElementById('key_password').value = 'не он'`, nil)
	p.Click("Добавить ключ").Wait("Пароль не подходит")
	p.Eval(`document.getElementById('key_password').value = '`+accounttest.Password+`'`, nil).Click("Добавить ключ").Wait("Ключ добавлен")
	p.Wait("Рабочий ноутбук")
	if s.mail(t, "account.passkey_added", "anna@example.ru") == "" {
		t.Error("Anna is not told of the key")
	}

	p.Goto("/account").Click("Выйти").WaitPath("/")
	p.Goto("/sign-in?next=/account/sessions").Click("По отпечатку или ключу").WaitPath("/account/sessions").Wait("Вы вошли на")

	p.Goto("/account/security").Click("Удалить ключ Рабочий ноутбук").Wait("Ключ удалён")
	p.Goto("/account").Click("Выйти").WaitPath("/")
	p.Goto("/sign-in").Click("По отпечатку или ключу").Wait("ключ не подошёл")
}

// By its bare address a program on one's own machine says where keys work, and offers none in vain.
func TestPasskeysAreElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	b := s.signedIn(t, "anna@example.ru")
	for host, here := range map[string]bool{"localhost:8080": true, "127.0.0.1:8080": false, "[::1]:8080": false} {
		page := b.get("http://" + host + "/account/security").wantStatus(http.StatusOK).page()
		if got := page.Has(htmltest.Attr("data-passkey", "add")); got != here {
			t.Errorf("%s: the form is offered: %v, want %v", host, got, here)
		}
		if got := page.Has(htmltest.Role("link", "http://localhost:8080")); got == here {
			t.Errorf("%s: the other address is shown: %v, want %v", host, got, !here)
		}
	}
}

func TestPasskeyCeremoniesOpenOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, err := s.account.BeginPasskeySignIn(t.Context(), account.Client{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"account.passkey.refused", "account.passkey.late"} {
		_, err := s.account.FinishPasskeySignIn(t.Context(), c.Token, []byte(`{}`), false, account.Client{})
		if !errs.Is(err, errs.Invalid) || errs.KeyOf(err) != want {
			t.Errorf("answer %d: %v, want %s", i+1, err, want)
		}
	}
}

// A ceremony waits five minutes for its answer, and an answer to one opens no other.
func TestPasskeyCeremoniesRunOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for after, want := range map[time.Duration]string{5*time.Minute - time.Second: "account.passkey.refused", 5*time.Minute + time.Second: "account.passkey.late"} {
		c, err := s.account.BeginPasskeySignIn(t.Context(), account.Client{})
		if err != nil {
			t.Fatal(err)
		}
		s.move(after)
		if _, err := s.account.FinishPasskeySignIn(t.Context(), c.Token, []byte(`{}`), false, account.Client{}); errs.KeyOf(err) != want {
			t.Errorf("after %s: %v, want %s", after, err, want)
		}
	}
}

// A bare address cannot own keys: the pages do not offer them there.
func TestNoPasskeysOnABareAddress(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:8080": true, "https://yarmarka.example": true, "http://192.0.2.7:8080": false,
	} {
		s, err := account.New(nil, account.Options{BaseURL: base})
		if err != nil || s.Passkeys() != want {
			t.Errorf("%s: passkeys %v, %v; want %v", base, s.Passkeys(), err, want)
		}
	}
	for _, base := range []string{"", "yarmarka.example", "ftp://yarmarka.example"} {
		if _, err := account.New(nil, account.Options{BaseURL: base}); err == nil {
			t.Errorf("%q: no error", base)
		}
	}
}
