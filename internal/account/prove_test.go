package account_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
)

// Whoever comes to a screen left open half an hour ago ends no sessions and takes no keys away without the password; with it,
// the session goes on under a new secret.
func TestOldSessionsProveThemselvesAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	mine, other := s.signedIn(t, "anna@example.ru"), s.signedIn(t, "anna@example.ru")
	s.move(31 * time.Minute)
	const ask = "/account/prove?next=%2Faccount%2Fsessions"
	for _, act := range []string{"/account/sessions/end-others", "/account/sessions/1/end", "/account/security/passkeys/1/remove"} {
		if to := mine.post(act).Header.Get("Location"); !strings.HasPrefix(to, "/account/prove?next=/account/") {
			t.Errorf("%s leads to %q", act, to)
		}
	}
	other.get("/account").wantStatus(http.StatusOK)
	mine.get(ask).wantStatus(http.StatusOK)
	before := mine.cookies["session"]
	mine.post("/account/prove", "password", "not the password", "next", "/account/sessions").wantStatus(http.StatusUnprocessableEntity)
	mine.post("/account/prove", "password", accounttest.Password, "next", "//evil.example").wantTo("/account")
	after := mine.cookies["session"]
	if before == "" || before == after {
		t.Errorf("the session keeps its secret: %v, %v", before, after)
	}
	mine.post("/account/sessions/end-others").wantTo("/account/sessions")
	other.get("/account").wantTo("/sign-in?next=%2Faccount")
	mine.cookies["session"] = before
	mine.get("/account").wantTo("/sign-in?next=%2Faccount")
}

// Every attempt to enter leaves a line that says what, whose by number, and how it ended, and holds no address and no password.
// It looks at the program's one log, so it does not run beside others.
func TestSecurityEventsAreLogged(t *testing.T) { //nolint:paralleltest // see above
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	defer slog.SetDefault(old)
	s := newSite(t)
	s.person(t, "anna@private.example")
	b := s.browser(t)
	b.post("/sign-in", "email", "anna@private.example", "password", "wrong secret words").wantStatus(http.StatusUnprocessableEntity)
	b.post("/sign-in", "email", "nobody@private.example", "password", "wrong secret words").wantStatus(http.StatusUnprocessableEntity)
	b.post("/sign-in", "email", "anna@private.example", "password", accounttest.Password).wantTo("/account")
	b.post("/account/prove", "password", "wrong secret words").wantStatus(http.StatusUnprocessableEntity)
	b.post("/account/security/email", "email", "other@private.example", "email_password", accounttest.Password).wantTo("/account/security")
	b.post("/account/security/password", "old_password", accounttest.Password, "password", "another good phrase").wantTo("/account/security")
	b.post("/account/reset", "email", "anna@private.example").wantTo("/account/reset/sent")
	b.post("/sign-out").wantTo("/")
	text := log.String()
	for _, want := range []string{`"event":"sign_in","person":1,"outcome":"account.sign_in.wrong"`, `"event":"sign_in","person":0,"outcome":"account.sign_in.wrong"`,
		`"event":"sign_in","person":1,"outcome":"done"`, `"event":"proof","person":1,"outcome":"password:account.password.wrong"`, `"event":"email.ask"`,
		`"event":"password.change","person":1,"outcome":"done"`, `"event":"reset.ask"`, `"event":"sign_out","person":1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no line with %s", want)
		}
	}
	for _, private := range []string{"private.example", "wrong secret", accounttest.Password, "good phrase", "203.0.113."} {
		if strings.Contains(text, private) {
			t.Errorf("the log holds %q", private)
		}
	}
	if !strings.Contains(text, `"time":"`) {
		t.Error("no time")
	}
}

// The secret of a session is long, never the same, and not what the database keeps.
func TestSessionSecretsAreLong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	seen := map[string]bool{}
	for range 5 {
		secret := s.signedIn(t, "anna@example.ru").cookies["session"]
		raw, err := base64.RawURLEncoding.DecodeString(secret)
		if err != nil || len(raw) < 16 || seen[secret] {
			t.Errorf("the secret %q: %d bytes, %v", secret, len(raw), err)
		}
		seen[secret] = true
		if n := s.count(t, `select count(*)::int from sessions where encode(token_hash, 'escape') like '%`+secret[:10]+`%'`); n != 0 {
			t.Error("the database keeps the secret itself")
		}
	}
}

// However often a session is used, it ends at last.
func TestSessionsEndAtLast(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, tt := range map[string]struct {
		remember   string
		role       account.Role
		step, life time.Duration
	}{
		"of an evening": {"", "", 6 * time.Hour, 7 * day}, "remembered": {"1", "", 20 * day, 180 * day}, "of staff": {"1", account.Moderator, 3 * time.Hour, day},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			anna := s.person(t, "anna@example.ru")
			if tt.role != "" {
				accounttest.Grant(t, s.db, s.account, anna, 0, tt.role)
			}
			b := s.browser(t)
			b.post("/sign-in", "email", "anna@example.ru", "password", accounttest.Password, "remember", tt.remember).wantTo("/account")
			for used := tt.step; used < tt.life; used += tt.step {
				s.move(tt.step)
				b.get("/account").wantStatus(http.StatusOK)
			}
			s.move(tt.step + time.Minute)
			b.get("/account").wantTo("/sign-in?next=%2Faccount")
		})
	}
}
