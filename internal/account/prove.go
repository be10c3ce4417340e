package account

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// proofLife is how long a sign-in, or a password given again, stands for acts that a passer-by at an open screen must not do.
const proofLife = 30 * time.Minute

// Proved reports whether the person behind the session showed who they are a short while before now.
func (s *Session) Proved(now time.Time) bool {
	return s.SignedIn() && s.ProvedAt != nil && now.Sub(*s.ProvedAt) < proofLife
}

// Prove takes the password again from somebody who is signed in. The session goes on under a new secret.
func (s *Service) Prove(ctx context.Context, sess *Session, password string) (g Grant, err error) {
	defer errs.Wrap(&err, "account.Prove(%d)", sess.PersonID)
	defer s.note(ctx, "proof", &sess.PersonID, &err)
	if _, err := s.prove(ctx, sess, "password", password); err != nil {
		return g, err
	}
	now := s.o.Now()
	token, hash := newToken()
	if err := renewSession(ctx, s.db, sess.ID, hash, now); err != nil {
		return g, err
	}
	g = Grant{Session: *sess, Token: token}
	g.ProvedAt = &now
	if g.Remember {
		g.MaxAge, _ = lifetimes(g.PersonID, g.Platform, g.Remember)
	}
	return g, nil
}

// recent lets those pass who proved themselves a short while ago, and asks others for their password first. What they sent is
// not kept: they come back to the page it was sent from and press again.
func (h *Handlers) recent(from string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
			if SessionOf(r.Context()).Proved(h.Account.o.Now()) {
				next.ServeHTTP(w, r)
				return nil
			}
			return web.Redirect(w, r, "/account/prove?next="+from)
		})
	}
}

// proveView is what the page that asks for the password again prints.
type proveView struct {
	Next string
	Errs ui.Errs
}

func (h *Handlers) showProve(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, provePage(proveView{Next: r.URL.Query().Get("next")}))
}

func (h *Handlers) prove(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	g, err := h.Account.Prove(r.Context(), SessionOf(r.Context()), f.Raw("password"))
	if err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component { return provePage(proveView{Next: f.Raw("next"), Errs: e}) })
	}
	h.Account.setCookie(w, g)
	return onward(w, r, SessionOf(r.Context()), f.Raw("next"))
}
