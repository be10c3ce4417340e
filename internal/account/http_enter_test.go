package account_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const phrase = "шесть тихих лошадей у реки"

func TestSignUp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/sign-up").wantStatus(http.StatusOK).page().Find(htmltest.Label("Почта"))
	b.post("/sign-up", "name", "Анна", "email", "Anna@Example.ru", "password", phrase).wantTo("/sign-up/sent")
	if got := b.get("/sign-up/sent").page().Text(); !strings.Contains(got, "Проверьте почту") {
		t.Errorf("the page says %s", got)
	}
	if n := s.count(t, `select count(*)::int from people`); n != 0 {
		t.Errorf("%d people before the mailbox is proven", n)
	}
	if len(b.cookies) != 0 {
		t.Errorf("cookies before signing in: %v", b.cookies)
	}
	link := s.link(t, "account.confirm", "Anna@example.ru")
	for range 2 { // a mail scanner opens links; that uses nothing up
		b.get(link).wantStatus(http.StatusOK)
	}
	wrong := b.post("/sign-up/confirm", "token", tokenOf(t, link), "password", "не тот пароль").wantStatus(http.StatusUnprocessableEntity)
	if !strings.Contains(wrong.page().Text(), "не тот пароль, с которым вы регистрировались") {
		t.Error("no word about the wrong password")
	}
	b.post("/sign-up/confirm", "token", tokenOf(t, link), "password", phrase).wantTo("/account")
	if got := b.get("/account").wantStatus(http.StatusOK).page().Find(htmltest.Tag("h1")).Text(); got != "Здравствуйте, Анна" {
		t.Errorf("h1 %q", got)
	}
	b.get(link).wantStatus(http.StatusGone)
}

func TestSignUpRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tests := []struct{ name, lang, person, email, password, field, message string }{
		{"no name", "", " ", "anna@example.ru", phrase, "name", "Напишите имя."},
		{"a name that is an advertisement", "", "Приз http://x.ru", "anna@example.ru", phrase, "name", "В имени не может быть ссылок"},
		{"no address", "", "Анна", "anna", phrase, "email", "Введите адрес почты"},
		{"look-alike address", "", "Анна", "аnna@example.ru", phrase, "email", "смешаны буквы разных алфавитов"},
		{"short password", "", "Анна", "anna@example.ru", "кот", "password", "не меньше 8 знаков"},
		{"common password", "", "Анна", "anna@example.ru", "йцукен123", "password", "подбирают первым"},
		{"common password in English", "/en", "Anna", "anna@example.ru", "qwerty123", "password", "among the first to be guessed"},
		{"a megabyte", "", "Анна", "anna@example.ru", strings.Repeat("a", 1<<20), "password", "не больше 512 знаков"},
		{"broken text", "", "Анна", "anna@example.ru", "\xff\xff\xff\xff\xff\xff\xff\xff", "password", "символы, которые нельзя сохранить"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := s.browser(t).post(tt.lang+"/sign-up", "name", tt.person, "email", tt.email, "password", tt.password).
				wantStatus(http.StatusUnprocessableEntity).page()
			field := page.Find(htmltest.ID(tt.field))
			if field.Attr("aria-invalid") != "true" {
				t.Errorf("the field %s is not marked", tt.field)
			}
			if got := page.Find(htmltest.ID(tt.field + "-e")).Text(); !strings.Contains(got, tt.message) {
				t.Errorf("message %q, want %q", got, tt.message)
			}
			if got := page.Find(htmltest.ID("email")).Value(); got != tt.email {
				t.Errorf("the address typed is lost: %q", got)
			}
			if got := page.Find(htmltest.ID("password")).Value(); got != "" {
				t.Error("the page repeats the password")
			}
		})
	}
	if n := s.count(t, `select (select count(*) from sign_ups)::int + (select count(*) from mails)::int`); n != 0 {
		t.Errorf("%d rows of refused sign-ups", n)
	}
}

func TestSignInKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	for lang, message := range map[string]string{"": "Почта или пароль не подходят", "/en": "The e-mail or the password does not match"} {
		page := s.browser(t).post(lang+"/sign-in", "email", "ANNA@example.ru", "password", "не тот", "next", "/cart?x=1").
			wantStatus(http.StatusUnprocessableEntity).page()
		if !strings.Contains(page.Text(), message) {
			t.Errorf("%s: no %q", lang, message)
		}
		if got := page.Find(htmltest.ID("email")).Value(); got != "ANNA@example.ru" {
			t.Errorf("address %q", got)
		}
		if got := page.Find(htmltest.Attr("name", "next")).Value(); got != "/cart?x=1" {
			t.Errorf("next %q", got)
		}
	}
}

func TestSignInGoesOnlyWithinTheSite(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	for next, want := range map[string]string{
		"/cart?x=1": "/cart?x=1", "/en/cart": "/en/cart", "": "/account", "//evil.test": "/account", `/\evil.test`: "/account",
		"https:evil.test": "/account", "https://evil.test/": "/account", "/\tevil": "/account", "javascript:alert(1)": "/account",
		"/sign-in": "/account",
	} {
		s.browser(t).post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password, "next", next).wantTo(want)
	}
	b := s.signedIn(t, "anna@example.ru")
	b.get("/sign-in?next=//evil.test").wantTo("/account")
}

// A cookie planted before the sign-in opens nothing after it.
func TestSignInMakesANewSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anna := s.person(t, "anna@example.ru")
	guest, cookie := accounttest.Guest(t, s.account)
	var moved [2]int64
	s.account.OnSignIn(func(ctx context.Context, tx pgx.Tx, guestID, personID int64) error {
		moved = [2]int64{guestID, personID}
		_, err := pg.Scalar[int64](ctx, tx, `select id from sessions where id = $1`, guestID) // still there to be read
		return err
	})
	b := s.browser(t)
	b.cookies[cookie.Name] = cookie.Value
	b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
	if b.cookies[cookie.Name] == cookie.Value {
		t.Error("the session kept its secret")
	}
	if moved != [2]int64{guest.ID, anna} {
		t.Errorf("the hook was told %v, want %v", moved, [2]int64{guest.ID, anna})
	}
	if n := s.count(t, `select count(*)::int from sessions where id = $1`, guest.ID); n != 0 {
		t.Error("the guest's session is still there")
	}
	planted := s.browser(t)
	planted.cookies[cookie.Name] = "planted-by-somebody"
	planted.get("/account").wantTo("/sign-in?next=%2Faccount")
	if len(planted.cookies) != 0 {
		t.Error("a cookie that opens nothing stays")
	}
}

func TestSignInIsLimited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	s.person(t, "boris@example.ru")
	b := s.browser(t)
	for i := range 10 {
		b.from = fmt.Sprintf("198.51.100.%d:1", i+1) // from everywhere at once
		b.post("/sign-in", "email", "anna@example.ru", "password", "guess "+fmt.Sprint(i)).wantStatus(http.StatusUnprocessableEntity)
	}
	limited := b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantStatus(http.StatusTooManyRequests)
	if limited.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if got := limited.page().Find(htmltest.ID("email")).Value(); got != "anna@example.ru" {
		t.Error("the address typed is lost")
	}
	b.post("/sign-in", "email", "boris@example.ru", "password", accounttest.Password).wantTo("/account")
	s.move(2 * time.Minute)
	b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
}

// A family behind one address that signs in rightly is not counted as guessing.
func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	family := s.browser(t)
	for range 5 {
		family.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
	}
	if n := s.count(t, `select count(*)::int from rate_limits where key like 'sign_in.client:%' and due_at > $1`, s.now()); n != 0 {
		t.Error("right passwords count against the address")
	}
}

func TestCookieFlags(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	for remember, age := range map[string]int{"": 0, "1": 30 * 24 * 60 * 60} {
		a := s.browser(t).post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password, "remember", remember)
		c := a.Cookies()[0]
		if c.Name != "session" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure || c.MaxAge != age {
			t.Errorf("remember %q: cookie %+v", remember, c)
		}
		if got := a.Header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("Cache-Control %q", got)
		}
	}
}
