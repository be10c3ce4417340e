package account_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func TestReset(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	elsewhere := s.signedIn(t, "anna@example.ru")
	b := s.browser(t)
	b.post("/account/reset", "email", "anna@example.ru").wantTo("/account/reset/sent")
	link := s.link(t, "account.reset", "anna@example.ru")
	token := tokenOf(t, link)
	if n := s.count(t, `select count(*)::int from person_tokens where encode(token_hash, 'escape') like '%' || $1 || '%'`, token); n != 0 {
		t.Error("the token lies in the open")
	}
	for range 2 { // mail scanners open links
		b.get(link).wantStatus(http.StatusOK)
	}
	b.post("/account/reset/new", "token", token, "password", "qwerty123").wantStatus(http.StatusUnprocessableEntity)
	b.post("/account/reset/new", "token", token, "password", phrase).wantTo("/sign-in")
	b.post("/account/reset/new", "token", token, "password", phrase).wantStatus(http.StatusGone)
	b.get(link).wantStatus(http.StatusGone)
	elsewhere.get("/account").wantTo("/sign-in?next=%2Faccount")
	b.post("/sign-in", "email", "anna@example.ru", "password", phrase).wantTo("/account")
	if s.mail(t, "account.password_changed", "anna@example.ru") == "" {
		t.Error("Anna is not told")
	}
}

func TestResetLinksDie(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*testing.T, *site){
		"after half an hour": func(_ *testing.T, s *site) { s.move(31 * time.Minute) },
		"when the address changes": func(t *testing.T, s *site) {
			b := s.signedIn(t, "anna@example.ru")
			b.post("/account/security/email", "email", "new@example.ru", "email_password", accounttest.Password).wantTo("/account/security")
			link := s.link(t, "account.new_email", "new@example.ru")
			b.get(link).wantStatus(http.StatusOK)
			b.post("/account/email/confirm", "token", tokenOf(t, link)).wantTo("/account/security")
		},
		"when the password changes": func(t *testing.T, s *site) {
			b := s.signedIn(t, "anna@example.ru")
			b.post("/account/security/password", "old_password", accounttest.Password, "password", phrase).wantTo("/account/security")
		},
		"when the person is blocked": func(t *testing.T, s *site) {
			_, err := s.db.Exec(t.Context(), `update people set blocked_at = now()`)
			if err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, kill := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.person(t, "anna@example.ru")
			b := s.browser(t)
			b.post("/account/reset", "email", "anna@example.ru").wantTo("/account/reset/sent")
			link := s.link(t, "account.reset", "anna@example.ru")
			kill(t, s)
			b.post("/account/reset/new", "token", tokenOf(t, link), "password", "совсем другая фраза").wantStatus(http.StatusGone)
		})
	}
}

// The link in a mail is made from the configured address, whatever a request calls us.
func TestResetLinkIgnoresHost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	r := httptest.NewRequest(http.MethodPost, "http://evil.test/account/reset", strings.NewReader("email=anna%40example.ru"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-Host", "evil.test")
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	if mail := s.mail(t, "account.reset", "anna@example.ru"); !strings.Contains(mail, accounttest.BaseURL) || strings.Contains(mail, "evil.test") {
		t.Errorf("the mail says:\n%s", mail)
	}
}

func TestMailboxIsNotFlooded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	for i := range 12 {
		b := s.browser(t)
		b.from = fmt.Sprintf("198.51.100.%d:1", i+1)
		b.post("/account/reset", "email", "anna@example.ru").wantTo("/account/reset/sent")
	}
	if n := s.count(t, `select count(*)::int from mails`); n != 5 {
		t.Errorf("%d mails within an hour, want 5", n)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	mine, other := s.signedIn(t, "anna@example.ru"), s.signedIn(t, "anna@example.ru")
	before := mine.cookies["session"]
	page := mine.post("/account/security/password", "old_password", "не он", "password", phrase).wantStatus(http.StatusUnprocessableEntity).page()
	if got := page.Find(htmltest.ID("old_password-e")).Text(); !strings.Contains(got, "Пароль не подходит") {
		t.Errorf("message %q", got)
	}
	mine.post("/account/security/password", "old_password", accounttest.Password, "password", "йцукен123").wantStatus(http.StatusUnprocessableEntity)
	mine.post("/account/security/password", "old_password", accounttest.Password, "password", phrase).wantTo("/account/security")
	if mine.cookies["session"] == before {
		t.Error("the session kept its secret")
	}
	mine.get("/account").wantStatus(http.StatusOK)
	other.get("/account").wantTo("/sign-in?next=%2Faccount")
}

func TestChangeEmail(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	s.person(t, "boris@example.ru")
	b := s.signedIn(t, "anna@example.ru")
	page := b.post("/account/security/email", "email", "new@example.ru", "email_password", "не он").wantStatus(http.StatusUnprocessableEntity).page()
	if got := page.Find(htmltest.ID("email")).Value(); got != "new@example.ru" {
		t.Errorf("the new address is lost: %q", got)
	}
	b.post("/account/security/email", "email", "boris@example.ru", "email_password", accounttest.Password).wantTo("/account/security")
	if s.mail(t, "account.known", "boris@example.ru") == "" || s.mail(t, "account.new_email", "boris@example.ru") != "" {
		t.Error("an address that is taken must get a word, not a link")
	}
	b.post("/account/security/email", "email", "new@example.ru", "email_password", accounttest.Password).wantTo("/account/security")
	token := tokenOf(t, s.link(t, "account.new_email", "new@example.ru"))
	b.post("/account/email/confirm", "token", token).wantTo("/account/security")
	b.post("/account/email/confirm", "token", token).wantStatus(http.StatusGone)
	if !strings.Contains(s.mail(t, "account.email_changed", "anna@example.ru"), "new@example.ru") {
		t.Error("the old address is not told")
	}
	s.browser(t).post("/sign-in", "email", "new@example.ru", "password", accounttest.Password).wantTo("/account")
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	s.person(t, "boris@example.ru")
	mine, other, third := s.signedIn(t, "anna@example.ru"), s.signedIn(t, "anna@example.ru"), s.signedIn(t, "anna@example.ru")
	stranger := s.signedIn(t, "boris@example.ru")
	page := mine.get("/account/sessions").wantStatus(http.StatusOK).page()
	if got := page.Find(htmltest.Tag("h1")).Text(); got != "Вы вошли на 3 устройствах" {
		t.Errorf("h1 %q", got)
	}
	rows := page.All(htmltest.TestID("session"))
	if len(rows) != 3 || !strings.Contains(rows[0].Text(), "Chrome, Windows") || !strings.Contains(rows[0].Text(), "203.0.113.7") {
		t.Fatalf("%d rows, the first says %q", len(rows), rows[0].Text())
	}
	end := ""
	for _, row := range rows {
		if !strings.Contains(row.Text(), "это устройство") {
			end = row.Find(htmltest.Tag("form")).Attr("action")
		}
	}
	stranger.post(end).wantStatus(http.StatusNotFound)
	mine.post(end).wantTo("/account/sessions")
	mine.post(end).wantStatus(http.StatusNotFound)
	mine.post("/account/sessions/end-others").wantTo("/account/sessions")
	other.get("/account").wantTo("/sign-in?next=%2Faccount")
	third.get("/account").wantTo("/sign-in?next=%2Faccount")
	stranger.get("/account").wantStatus(http.StatusOK)
	mine.post("/sign-out").wantTo("/")
	if _, kept := mine.cookies["session"]; kept {
		t.Error("the cookie is still there")
	}
	mine.get("/account").wantTo("/sign-in?next=%2Faccount")
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		remember string
		role     account.Role
		idle     time.Duration // still alive a little before, dead a little after
	}{
		{"an evening", "", "", 12 * time.Hour},
		{"remembered", "1", "", 30 * 24 * time.Hour},
		{"staff, remembered or not", "1", account.Moderator, 4 * time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			anna := s.person(t, "anna@example.ru")
			if tt.role != "" {
				accounttest.Grant(t, s.db, s.account, anna, 0, tt.role)
			}
			b := s.browser(t)
			b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password, "remember", tt.remember).wantTo("/account")
			s.move(tt.idle - time.Minute)
			b.get("/account").wantStatus(http.StatusOK)
			s.move(tt.idle - time.Minute) // use prolongs it
			b.get("/account").wantStatus(http.StatusOK)
			s.move(tt.idle + time.Minute)
			b.get("/account").wantTo("/sign-in?next=%2Faccount")
			if err := s.account.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := s.count(t, `select count(*)::int from sessions`); n != 0 {
				t.Errorf("%d dead sessions are left", n)
			}
			s.move(3 * 365 * 24 * time.Hour) // a session runs out, a password never does
			b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
		})
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	s.person(t, "boris@example.ru")
	anna, boris := s.signedIn(t, "anna@example.ru"), s.signedIn(t, "boris@example.ru")
	fields := []string{"recipient", "Анна Соколова", "phone", "8 (912) 345-67-89", "country", "RU", "postcode", "101 000",
		"city", "Москва", "street", "ул. Мясницкая, 26", "flat", "кв. 7"}
	with := func(name, value string) []string { return append(append([]string{}, fields...), name, value) }

	bad := anna.post("/account/addresses", "recipient", "Анна", "phone", "12", "country", "XX", "postcode", "012345", "city", "", "street", "Мясницкая").
		wantStatus(http.StatusUnprocessableEntity).page()
	for _, field := range []string{"phone", "country", "city"} {
		if bad.Find(htmltest.ID(field)).Attr("aria-invalid") != "true" {
			t.Errorf("%s is not marked", field)
		}
	}
	if got := bad.Find(htmltest.ID("street")).Value(); got != "Мясницкая" {
		t.Errorf("what was typed is lost: %q", got)
	}

	anna.post("/account/addresses", with("next", "/checkout")...).wantTo("/checkout")
	anna.post("/account/addresses", fields...).wantTo("/account/addresses")
	cards := anna.get("/account/addresses").page().All(htmltest.TestID("address"))
	if len(cards) != 2 || !strings.Contains(cards[0].Text(), "основной") || !strings.Contains(cards[0].Text(), "+7\u00a0912\u00a0345\u201167\u201189") ||
		!strings.Contains(cards[0].Text(), "ул. Мясницкая, 26, кв. 7, Москва, 101000") {
		t.Fatalf("%d cards, the first says %q", len(cards), cards[0].Text())
	}
	path := strings.TrimSuffix(cards[0].Find(htmltest.Tag("form")).Attr("action"), "/remove")
	boris.get(path).wantStatus(http.StatusNotFound)
	boris.post(path, fields...).wantStatus(http.StatusNotFound)
	boris.post(path + "/remove").wantStatus(http.StatusNotFound)
	anna.post(path, with("note", "домофон 7")...).wantTo("/account/addresses")
	if got := anna.get(path).page().Find(htmltest.ID("note")).Value(); got != "домофон 7" {
		t.Errorf("note %q", got)
	}
	anna.post(path + "/remove").wantTo("/account/addresses")
	if got := anna.get("/account/addresses").page().Find(htmltest.TestID("address")).Text(); !strings.Contains(got, "основной") {
		t.Error("the address left is not the default")
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for email, grant := range map[string]func(id int64){
		"buyer@example.ru":     func(int64) {},
		"owner@example.ru":     func(id int64) { accounttest.Grant(t, s.db, s.account, id, 7, account.Owner) },
		"packer@example.ru":    func(id int64) { accounttest.Grant(t, s.db, s.account, id, 7, account.Packer) },
		"moderator@example.ru": func(id int64) { accounttest.Grant(t, s.db, s.account, id, 0, account.Moderator) },
		"admin@example.ru":     func(id int64) { accounttest.Grant(t, s.db, s.account, id, 0, account.Admin) },
	} {
		grant(s.person(t, email))
	}
	r := chi.NewRouter()
	r.Use(shell, s.account.Load)
	page := func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, account.SessionOf(r.Context()).SellerID)
	}
	h := account.Handlers{Account: s.account}
	h.Routes(r)
	r.With(account.RequireSeller()).Get("/seller", page)
	r.With(account.RequireSeller(account.Owner, account.Manager)).Get("/seller/money", page)
	r.With(account.RequireStaff()).Get("/admin", page)
	r.With(account.RequireStaff(account.Moderator)).Get("/admin/moderation", page)
	r.With(account.RequireStaff(account.Admin)).Get("/admin/payouts", page)
	s.router = r
	want := map[string][5]int{ // seller, money, admin, moderation, payouts
		"buyer@example.ru": {403, 403, 403, 403, 403}, "owner@example.ru": {200, 200, 403, 403, 403},
		"packer@example.ru": {200, 403, 403, 403, 403}, "moderator@example.ru": {403, 403, 200, 200, 403},
		"admin@example.ru": {403, 403, 200, 200, 200}, "": {303, 303, 303, 303, 303},
	}
	for email, statuses := range want {
		b := s.browser(t)
		if email != "" {
			b = s.signedIn(t, email)
		}
		for i, path := range []string{"/seller", "/seller/money", "/admin", "/admin/moderation", "/admin/payouts"} {
			if got := b.get(path).StatusCode; got != statuses[i] {
				t.Errorf("%q %s: %d, want %d", email, path, got, statuses[i])
			}
		}
	}
	s.browser(t).post("/account/addresses").wantStatus(http.StatusUnauthorized)
}

// A role taken away and a person blocked are so at the next request.
func TestRolesAndBlocksWorkAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anna := s.person(t, "anna@example.ru")
	accounttest.Grant(t, s.db, s.account, anna, 7, account.Owner)
	b := s.signedIn(t, "anna@example.ru")
	sells := func() bool {
		return b.get("/account").wantStatus(http.StatusOK).page().Has(htmltest.Role("link", "Мой магазин"))
	}
	if !sells() {
		t.Error("the owner sees no shop")
	}
	act := func(fn func(tx pgx.Tx) error) {
		t.Helper()
		if err := pg.InTx(t.Context(), s.db, fn); err != nil {
			t.Fatal(err)
		}
	}
	act(func(tx pgx.Tx) error { return s.account.RevokeMembership(t.Context(), tx, anna, 7) })
	if sells() {
		t.Error("a dismissed owner still sees the shop")
	}
	act(func(tx pgx.Tx) error { return s.account.Block(t.Context(), tx, anna, "fraud") })
	b.get("/account").wantTo("/sign-in?next=%2Faccount")
	refused := b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantStatus(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.page().Text(), "заблокирована") {
		t.Error("the blocked person is not told")
	}
	act(func(tx pgx.Tx) error { return s.account.Unblock(t.Context(), tx, anna) })
	b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password).wantTo("/account")
	err := pg.InTx(t.Context(), s.db, func(tx pgx.Tx) error { return s.account.Block(t.Context(), tx, 999, "nobody") })
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("blocking nobody: %v", err)
	}
}

func TestListPeople(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 30 {
		accounttest.Person(t, s.db)
	}
	special := s.person(t, "zoya%_@example.ru")
	first, err := s.account.ListPeople(t.Context(), "", "")
	if err != nil || len(first.Items) != 24 || first.Next == "" || first.Items[0].ID != special {
		t.Fatalf("%d people, next %q, %v", len(first.Items), first.Next, err)
	}
	second, err := s.account.ListPeople(t.Context(), "", first.Next)
	if err != nil || len(second.Items) != 7 || second.Next != "" {
		t.Errorf("second page: %d people, next %q, %v", len(second.Items), second.Next, err)
	}
	for query, want := range map[string]int{"zoya%_": 1, "сокол": 1, "%": 0, "анна соколова": 1} {
		got, err := s.account.ListPeople(t.Context(), query, "")
		if err != nil || len(got.Items) != want {
			t.Errorf("%q finds %d, %v; want %d", query, len(got.Items), err, want)
		}
	}
	if _, err := s.account.ListPeople(t.Context(), "", "garbage!"); !errs.Is(err, errs.BadRequest) {
		t.Errorf("a broken cursor: %v", err)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	b := s.signedIn(t, "anna@example.ru")
	page := b.post("/account/profile", "name", "<b>Анна</b>", "phone", "номер", "lang", "en").wantStatus(http.StatusUnprocessableEntity).page()
	for _, field := range []string{"name", "phone"} {
		if page.Find(htmltest.ID(field)).Attr("aria-invalid") != "true" {
			t.Errorf("%s is not marked", field)
		}
	}
	b.post("/account/profile", "name", "  Анна\u202e  Петровна ", "phone", "912 345-67-89", "lang", "en", "role", "admin", "email", "x@example.ru").wantTo("/en/account")
	got := b.get("/en/account").wantStatus(http.StatusOK).page()
	if h1 := got.Find(htmltest.Tag("h1")).Text(); h1 != "Hello, Анна Петровна" {
		t.Errorf("h1 %q", h1)
	}
	if phone := got.Find(htmltest.ID("phone")).Value(); phone != "+79123456789" {
		t.Errorf("phone %q", phone)
	}
	if n := s.count(t, `select (select count(*) from memberships)::int + (select count(*) from people where email = 'x@example.ru')::int`); n != 0 {
		t.Error("fields nobody offered were taken")
	}
}
