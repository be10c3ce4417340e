package destination

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Service keeps choices and shows prices by them.
type Service struct {
	accounts *account.Service
	secure   bool
	// Rates gives the rate of a currency today, set at wiring; nil shows roubles alone.
	Rates func(ctx context.Context, c money.Currency) (Exchange, error)
	// Reach says what of a list may be sent abroad, set at wiring; nil says nothing of it.
	Reach Reacher
}

// New makes the service; secure says that the site is served over TLS.
func New(accounts *account.Service, secure bool) *Service {
	return &Service{accounts: accounts, secure: secure}
}

// CookieNames are what makes an answer somebody's own.
func CookieNames() []string { return []string{CookieName, "__Host-" + CookieName} }

// cookieName has the prefix by which browsers refuse a cookie that a subdomain plants.
func (s *Service) cookieName() string {
	if s.secure {
		return "__Host-" + CookieName
	}
	return CookieName
}

// Middleware puts the visitor's choice into the request. A stranger without the cookie costs nothing. Those who have
// chosen with their account are asked for no cookie: one that a guest left goes with the next form, whose answer nobody
// keeps, so that signing out leaves nothing behind.
func (s *Service) Middleware(next http.Handler) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		choice, present := s.read(r)
		if own, ok := ofPerson(account.SessionOf(ctx)); ok {
			choice = own
			if present && r.Method == http.MethodPost {
				s.set(w, Choice{})
			}
		}
		if !present && choice.Zero() {
			next.ServeHTTP(w, r)
			return nil
		}
		ctx = with(ctx, state{choice: choice, exchange: s.Exchange(ctx, choice), present: present})
		if choice.Abroad() && s.Reach != nil {
			ctx = ui.WithReach(ctx, s.mark)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
		return nil
	})
}

// Exchange is the rate the choice's prices are shown by; where none is known the roubles stand alone.
func (s *Service) Exchange(ctx context.Context, c Choice) Exchange {
	if s.Rates == nil || c.Show() == money.RUB {
		return Exchange{}
	}
	e, err := s.Rates(ctx, c.Show())
	if err != nil {
		httpx.Warn(ctx, "prices are shown in roubles alone", err)
		return Exchange{}
	}
	return e
}

// ofPerson is what a person chose, on whatever device; ok is false for guests and for those who chose nothing.
func ofPerson(sess *account.Session) (c Choice, ok bool) {
	if !sess.SignedIn() || sess.Place == nil {
		return c, false
	}
	if c = (Choice{Country: sess.Place.Country, Currency: money.Currency(sess.Place.Currency)}); !c.known() {
		return Choice{}, true // a currency of former years
	}
	return c, true
}

func (c Choice) place() account.Place {
	return account.Place{Country: c.Country, Currency: string(c.Currency)}
}

// Adopt gives a guest who signs in what they chose, unless they chose with their account before. It is a hook of
// account.OnSignIn.
func Adopt(ctx context.Context, tx pgx.Tx, _, personID int64) error {
	c := Of(ctx)
	if c.Zero() {
		return nil
	}
	return account.AdoptPlace(ctx, tx, personID, c.place())
}

// Choose keeps a choice: with the account of those who are signed in, else in the browser. What we do not offer is
// Invalid.
func (s *Service) Choose(w http.ResponseWriter, r *http.Request, c Choice) (err error) {
	defer errs.Wrap(&err, "destination.Choose")
	c = c.tidy()
	if _, ok := byCode[c.Country]; c.Country != "" && !ok {
		return errs.Fields([]errs.Field{{Name: "country", Key: "destination.unknown_country"}})
	}
	if !c.known() {
		return errs.Fields([]errs.Field{{Name: "currency", Key: "destination.unknown_currency"}})
	}
	sess := account.SessionOf(r.Context())
	if !sess.SignedIn() {
		s.set(w, c)
		return nil
	}
	if Present(r.Context()) && sess.Place == nil { // else Middleware has taken it away
		s.set(w, Choice{})
	}
	return s.accounts.SavePlace(r.Context(), sess.PersonID, c.place())
}
