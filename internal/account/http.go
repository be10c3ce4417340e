package account

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serve the person's own pages.
type Handlers struct {
	Account *Service
}

// Routes mounts them. Nothing here may be kept by a cache, and no address of these pages (some
// carry a secret) may leave in a Referer.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(private)
		r.Get("/sign-in", web.Handle(h.showSignIn))
		r.Post("/sign-in", web.Handle(h.signIn))
		r.Post("/sign-in/passkey/options", web.Handle(h.passkeySignInOptions))
		r.Post("/sign-in/passkey", web.Handle(h.passkeySignIn))
		r.Get("/sign-up", web.Handle(h.showSignUp))
		r.Post("/sign-up", web.Handle(h.signUp))
		r.Get("/sign-up/sent", web.Handle(h.signUpSent))
		r.Get("/sign-up/confirm", web.Handle(h.showConfirm))
		r.Post("/sign-up/confirm", web.Handle(h.confirm))
		r.Post("/sign-out", web.Handle(h.signOut))
		r.Get("/account/reset", web.Handle(h.showAskReset))
		r.Post("/account/reset", web.Handle(h.askReset))
		r.Get("/account/reset/sent", web.Handle(h.resetSent))
		r.Get("/account/reset/new", web.Handle(h.showReset))
		r.Post("/account/reset/new", web.Handle(h.reset))
		r.Get("/account/email/confirm", web.Handle(h.showConfirmEmail))
		r.Post("/account/email/confirm", web.Handle(h.confirmEmail))
	})
	r.Group(func(r chi.Router) {
		r.Use(private, RequirePerson)
		r.Get("/account", web.Handle(h.overview))
		r.Post("/account/profile", web.Handle(h.saveProfile))
		r.Get("/account/sessions", web.Handle(h.sessions))
		r.With(h.recent("/account/sessions")).Post("/account/sessions/{id}/end", web.Handle(h.endSession))
		r.With(h.recent("/account/sessions")).Post("/account/sessions/end-others", web.Handle(h.endOthers))
		r.Get("/account/prove", web.Handle(h.showProve))
		r.Post("/account/prove", web.Handle(h.prove))
		r.Get("/account/security", web.Handle(h.security))
		r.Post("/account/security/password", web.Handle(h.changePassword))
		r.Post("/account/security/email", web.Handle(h.changeEmail))
		r.Post("/account/security/passkeys/options", web.Handle(h.passkeyOptions))
		r.Post("/account/security/passkeys", web.Handle(h.addPasskey))
		r.With(h.recent("/account/security")).Post("/account/security/passkeys/{id}/remove", web.Handle(h.removePasskey))
		r.Get("/account/addresses", web.Handle(h.addresses))
		r.Get("/account/addresses/new", web.Handle(h.newAddress))
		r.Post("/account/addresses", web.Handle(h.saveAddress))
		r.Get("/account/addresses/{id}", web.Handle(h.editAddress))
		r.Post("/account/addresses/{id}", web.Handle(h.saveAddress))
		r.Post("/account/addresses/{id}/remove", web.Handle(h.removeAddress))
	})
}

// private keeps an answer out of caches and its address out of other sites' logs. (no-referrer would
// also blank the Origin of our own forms, by which cross-site posts are told apart.)
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-store")
		w.Header().Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// again shows a refused form once more with what is wrong; errors a form cannot show pass on.
func again(w http.ResponseWriter, r *http.Request, err error, page func(ui.Errs) templ.Component) error {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return web.Render(w, r, http.StatusUnprocessableEntity, page(ui.ErrsOf(r.Context(), err)))
	case errs.TooMany, errs.Unavailable:
		w.Header().Set("Retry-After", "60")
		return web.Render(w, r, web.StatusOf(err), page(ui.Errs{{Text: web.Message(r.Context(), err)}}))
	}
	return err
}

// onward leads to where a visitor was going; next is followed only within this site.
func onward(w http.ResponseWriter, r *http.Request, who *Session, next string) error {
	http.Redirect(w, r, destination(r.Context(), who, next), http.StatusSeeOther)
	return nil
}

// home is where somebody lands who was going nowhere: an officer at their desk, others at their own page.
func home(who *Session) string {
	if who.Officer() {
		return "/export/desks"
	}
	return "/account"
}

// destination makes the address next stands for: a path of this site, with the language prefix if
// it has none, or the person's own page.
func destination(ctx context.Context, who *Session, next string) string {
	if !web.Local(next) || strings.HasPrefix(next, "/sign-") {
		return web.Path(ctx, home(who))
	}
	if next == "/en" || strings.HasPrefix(next, "/en/") || strings.HasPrefix(next, "/en?") {
		return next
	}
	return web.Path(ctx, next)
}

// pathID reads the {id} of a path.
func pathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return id, nil
}

func (h *Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	ctx, sess := r.Context(), SessionOf(r.Context())
	p, err := h.Account.GetProfile(ctx, sess.PersonID)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, overviewPage(overviewView{Session: sess, Profile: p}))
}

func (h *Handlers) saveProfile(w http.ResponseWriter, r *http.Request) error {
	ctx, sess := r.Context(), SessionOf(r.Context())
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := Profile{Name: f.Raw("name"), Phone: f.Raw("phone"), Lang: f.Raw("lang")}
	if err := h.Account.SaveProfile(ctx, sess.PersonID, in); err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component {
			in.Name, in.Phone = form.Clean(in.Name), form.Clean(in.Phone)
			return overviewPage(overviewView{Session: sess, Profile: in, Errs: e})
		})
	}
	path := web.PathIn(i18n.Parse(in.Lang), "/account")
	web.SetFlash(w, r, web.Flash{Kind: ui.OK, Key: "account.profile.saved"})
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

func (h *Handlers) sessions(w http.ResponseWriter, r *http.Request) error {
	ctx, sess := r.Context(), SessionOf(r.Context())
	list, err := h.Account.Sessions(ctx, sess.PersonID)
	if err != nil {
		return err
	}
	rows := make([]sessionRow, len(list))
	for i, s := range list {
		now, lang := h.Account.o.Now(), i18n.LangOf(ctx)
		rows[i] = sessionRow{ID: s.ID, Device: deviceOf(ctx, s.UserAgent), Phone: isPhone(s.UserAgent), Address: s.Address,
			Since: i18n.Date(lang, s.CreatedAt, now), Seen: i18n.DateTime(lang, s.SeenAt, now), Current: s.ID == sess.ID}
	}
	return web.Render(w, r, http.StatusOK, sessionsPage(rows))
}

func (h *Handlers) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	sess := SessionOf(r.Context())
	if err := h.Account.EndSession(r.Context(), sess.PersonID, id); err != nil {
		return err
	}
	if id == sess.ID {
		h.Account.dropCookie(w)
		return web.Redirect(w, r, "/")
	}
	return web.RedirectFlash(w, r, "/account/sessions", web.Flash{Kind: ui.OK, Key: "account.sessions.ended"})
}

func (h *Handlers) endOthers(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.Account.EndOtherSessions(r.Context(), SessionOf(r.Context())); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/account/sessions", web.Flash{Kind: ui.OK, Key: "account.sessions.others_ended"})
}

// isGone reports whether a link from a mail opens nothing, which has a page of its own.
func isGone(err error) bool { return errs.KeyOf(err) == errGone.Key }
