// Package accounttest makes people and sessions for the tests of other modules.
package accounttest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Password is what the people made here sign in with.
const Password = "correct horse battery staple"

// BaseURL is the address of the site in tests.
const BaseURL = "http://localhost:8080"

// Service makes an account service on db with the system's clock.
func Service(t testing.TB, db *pgxpool.Pool) *account.Service {
	t.Helper()
	return ServiceAt(t, db, time.Now)
}

// ServiceAt is Service with a clock of the test's own.
func ServiceAt(t testing.TB, db *pgxpool.Pool, now func() time.Time) *account.Service {
	t.Helper()
	s, err := account.New(db, account.Options{BaseURL: BaseURL, Limiter: limit.New(db, now), Now: now, DevMail: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var counter atomic.Int64

// Person makes a person and gives the id. It writes the row by hand with no password, which is
// quicker than a hash; use PersonWithPassword where somebody signs in.
func Person(t testing.TB, db *pgxpool.Pool) int64 {
	t.Helper()
	n := strconv.FormatInt(counter.Add(1), 10)
	var id int64
	err := db.QueryRow(t.Context(), `
		insert into people (email, email_key, name, passkey_handle)
		values ('p' || $1 || '@example.ru', 'p' || $1 || '@example.ru', 'Анна ' || $1, sha256(convert_to($1, 'UTF8')))
		returning id`, n).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// PersonWithPassword makes a person with the given address and Password.
func PersonWithPassword(t testing.TB, db *pgxpool.Pool, s *account.Service, email string) int64 {
	t.Helper()
	var id int64
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) (err error) {
		id, err = s.CreatePerson(t.Context(), tx, account.NewPerson{Name: "Анна Соколова", Email: email, Password: Password, Lang: i18n.RU})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Grant gives a role: in a shop, or of the platform when sellerID is 0.
func Grant(t testing.TB, db *pgxpool.Pool, s *account.Service, personID, sellerID int64, role account.Role) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		return s.GrantMembership(t.Context(), tx, personID, sellerID, role)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Guest opens a guest's session and gives it with its cookie.
func Guest(t testing.TB, s *account.Service) (*account.Session, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	sess, err := s.EnsureSession(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if err != nil {
		t.Fatal(err)
	}
	return sess, w.Result().Cookies()[0]
}

// SignIn signs a person made by PersonWithPassword in and gives the cookie of the session.
func SignIn(t testing.TB, s *account.Service, email string) *http.Cookie {
	t.Helper()
	g, err := s.SignIn(context.WithoutCancel(t.Context()), account.SignIn{Email: email, Password: Password}, account.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return &http.Cookie{Name: s.CookieName(), Value: g.Token}
}
