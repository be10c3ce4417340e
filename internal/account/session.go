package account

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// CookieName is the session cookie's name; the __Host- prefix makes browsers refuse one that a
// subdomain or an unprotected answer tries to plant.
func (s *Service) CookieName() string {
	if s.secure {
		return "__Host-session"
	}
	return "session"
}

// Load finds the session of each request and keeps it in the context for SessionOf. A request
// without the cookie costs nothing; a cookie that opens nothing is taken away.
func (s *Service) Load(next http.Handler) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		c, err := r.Cookie(s.CookieName())
		if err != nil {
			next.ServeHTTP(w, r)
			return nil
		}
		sess, err := s.find(r.Context(), c.Value, clientOf(r))
		if err != nil {
			return err
		}
		if sess == nil {
			s.dropCookie(w)
			next.ServeHTTP(w, r)
			return nil
		}
		next.ServeHTTP(w, r.WithContext(WithSession(r.Context(), sess)))
		return nil
	})
}

// find looks a cookie's session up and notes that it is in use, at most every few minutes.
func (s *Service) find(ctx context.Context, token string, c Client) (*Session, error) {
	if token == "" || len(token) > maxTokenChars {
		return nil, nil
	}
	now, hash := s.o.Now(), hashToken(token)
	sess, ok := s.guests.find(hash, now)
	if !ok {
		var err error
		if sess, ok, err = selectSession(ctx, s.db, hash, now); err != nil || !ok {
			return nil, err
		}
		if sess.PersonID == 0 {
			s.guests.keep(hash, sess, now)
		}
	}
	if now.Sub(sess.SeenAt) < touchEvery {
		return &sess, nil
	}
	idle, _ := lifetimes(sess.PersonID, sess.Platform, sess.Remember)
	if err := touchSession(ctx, s.db, sess.ID, now, now.Add(idle), c); err != nil {
		return nil, err
	}
	sess.SeenAt = now
	if sess.PersonID == 0 {
		s.guests.keep(hash, sess, now)
	}
	return &sess, nil
}

// EnsureSession gives the session of r, making a guest's when there is none: the visitor is about
// to do something that must be remembered. It writes the cookie, so call it before the body.
func (s *Service) EnsureSession(w http.ResponseWriter, r *http.Request) (*Session, error) {
	ctx := r.Context()
	if sess := SessionOf(ctx); sess != nil {
		return sess, nil
	}
	g, err := s.openSession(ctx, s.db, entry{client: clientOf(r), lang: langOf(ctx)})
	if err != nil {
		return nil, err
	}
	s.setCookie(w, g)
	return &g.Session, nil
}

// entry is who opens a session and how.
type entry struct {
	personID int64
	platform Role
	remember bool
	lang     string
	client   Client
}

// Grant is a session just opened, with the secret that goes into the cookie and nowhere else.
type Grant struct {
	Session
	Token string
	// MaxAge is the cookie's, 0 for one that ends with the browser.
	MaxAge time.Duration
}

// openSession writes a session. A guest's, which is had for nothing, is counted in the same statement.
func (s *Service) openSession(ctx context.Context, db pg.DB, e entry) (Grant, error) {
	now := s.o.Now()
	idle, life := lifetimes(e.personID, e.platform, e.remember)
	token, hash := newToken()
	row := newSession{TokenHash: hash, PersonID: e.personID, Remember: e.remember, UserAgent: e.client.UserAgent,
		Address: textOf(e.client.Addr), Now: now, IdleUntil: now.Add(idle), ExpiresAt: now.Add(life)}
	var id int64
	var err error
	if e.personID == 0 {
		id, err = s.o.Limiter.TakeFor(ctx, limitGuests, e.client.subject(), writeSession, row.args())
	} else {
		id, err = insertSession(ctx, db, row)
	}
	if err != nil {
		return Grant{}, err
	}
	g := Grant{Token: token, Session: Session{ID: id, PersonID: e.personID, Lang: e.lang, Platform: e.platform, Remember: e.remember,
		CreatedAt: now, SeenAt: now, ExpiresAt: row.ExpiresAt}}
	if e.remember || e.personID == 0 {
		g.MaxAge = idle
	}
	return g, nil
}

// enter signs a person in within tx: hooks move the guest's things, the old session ends, a new
// one with a new secret begins. The person's row is locked against a password change or a block
// that happens at the same moment.
func (s *Service) enter(ctx context.Context, tx pgx.Tx, p person, remember bool, c Client) (Grant, error) {
	still, err := lockEntrant(ctx, tx, p.ID, p.PasswordHash)
	if err != nil {
		return Grant{}, err
	}
	if !still {
		return Grant{}, errs.New(errs.Conflict, "account.sign_in.changed")
	}
	var guest int64
	if c.Session != nil && c.Session.PersonID == 0 {
		guest = c.Session.ID
	}
	for _, hook := range s.onEnter {
		if err := hook(ctx, tx, guest, p.ID); err != nil {
			return Grant{}, err
		}
	}
	if c.Session != nil {
		s.guests.end(c.Session.ID, s.o.Now())
		if err := deleteSession(ctx, tx, c.Session.ID); err != nil {
			return Grant{}, err
		}
	}
	platform, err := selectPlatformRole(ctx, tx, p.ID)
	if err != nil {
		return Grant{}, err
	}
	return s.openSession(ctx, tx, entry{personID: p.ID, platform: platform, remember: remember, lang: p.Lang, client: c})
}

func (s *Service) setCookie(w http.ResponseWriter, g Grant) {
	http.SetCookie(w, &http.Cookie{Name: s.CookieName(), Value: g.Token, Path: "/", MaxAge: int(g.MaxAge.Seconds()),
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (s *Service) dropCookie(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: s.CookieName(), Path: "/", MaxAge: -1,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func clientOf(r *http.Request) Client {
	ctx := r.Context()
	return Client{Addr: clientip.From(ctx), UserAgent: cut(form.Clean(r.UserAgent()), maxUserAgent), Session: SessionOf(ctx)}
}

// textOf writes an address for the list of sessions; nothing where there is none.
func textOf(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// cut keeps the first n characters.
func cut(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), n)])
}
