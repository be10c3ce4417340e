package destination

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Service keeps choices and shows prices by them.
type Service struct {
	db     *pgxpool.Pool
	now    func() time.Time
	secure bool
	// Rates gives the rate of a currency today, set at wiring; nil shows roubles alone.
	Rates func(ctx context.Context, c money.Currency) (Exchange, error)
	// Reach says what of a list may be sent abroad, set at wiring; nil says nothing of it.
	Reach Reacher

	mu   sync.Mutex
	kept map[int64]remembered
}

// remembered is a person's stored choice while it need not be asked for again.
type remembered struct {
	choice Choice
	until  time.Time
}

// rememberFor is how long another copy of the program, or another browser, may show what was chosen before.
const (
	rememberFor = 10 * time.Minute
	rememberMax = 10_000 // people
)

// New makes the service; secure says that the site is served over TLS.
func New(db *pgxpool.Pool, now func() time.Time, secure bool) *Service {
	return &Service{db: db, now: now, secure: secure, kept: map[int64]remembered{}}
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

// Middleware puts the visitor's choice into the request. A stranger without the cookie costs nothing.
func (s *Service) Middleware(next http.Handler) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		choice, present := s.read(r)
		if sess := account.SessionOf(ctx); !present && sess.SignedIn() {
			var err error
			if choice, err = s.stored(ctx, sess.PersonID); err != nil {
				return err
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

// stored is what the person chose last, on whatever device.
func (s *Service) stored(ctx context.Context, personID int64) (c Choice, err error) {
	defer errs.Wrap(&err, "destination.stored(%d)", personID)
	s.mu.Lock()
	k, ok := s.kept[personID]
	s.mu.Unlock()
	if ok && s.now().Before(k.until) {
		return k.choice, nil
	}
	if c, err = selectChoice(ctx, s.db, personID); err != nil {
		return c, err
	}
	if !c.known() {
		c = Choice{} // a currency of former years
	}
	s.remember(personID, c)
	return c, nil
}

func (s *Service) remember(personID int64, c Choice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= rememberMax {
		clear(s.kept)
	}
	s.kept[personID] = remembered{c, s.now().Add(rememberFor)}
}

// Choose keeps a choice: in the browser, and for those who are signed in in the database too. What we do not offer is
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
	if sess := account.SessionOf(r.Context()); sess.SignedIn() {
		if err := upsertChoice(r.Context(), s.db, sess.PersonID, c, s.now()); err != nil {
			return err
		}
		s.remember(sess.PersonID, c)
	}
	s.set(w, c)
	return nil
}
