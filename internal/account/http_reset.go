package account

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func (h *Handlers) showAskReset(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, askResetPage("", nil))
}

func (h *Handlers) askReset(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if err := h.Account.AskReset(r.Context(), f.Raw("email"), clientOf(r)); err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component { return askResetPage(f.Text("email"), e) })
	}
	return web.Redirect(w, r, "/account/reset/sent")
}

func (h *Handlers) resetSent(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, sentPage(sentView{Key: "account.sent.reset", Again: "/account/reset", DevMail: h.Account.o.DevMail}))
}

func (h *Handlers) showReset(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	ok, err := h.Account.PeekReset(r.Context(), token)
	if err != nil {
		return err
	}
	if !ok {
		return web.Render(w, r, http.StatusGone, gonePage("/account/reset", "account.reset.title"))
	}
	return web.Render(w, r, http.StatusOK, resetPage(token, nil))
}

func (h *Handlers) reset(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	token := f.Raw("token")
	err = h.Account.Reset(r.Context(), token, f.Raw("password"))
	if isGone(err) {
		return web.Render(w, r, http.StatusGone, gonePage("/account/reset", "account.reset.title"))
	}
	if err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component { return resetPage(token, e) })
	}
	h.Account.dropCookie(w) // its session ended with the others
	return web.RedirectFlash(w, r, "/sign-in", web.Flash{Kind: ui.OK, Key: "account.reset.done"})
}

func (h *Handlers) showConfirmEmail(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	email, ok, err := h.Account.PeekEmail(r.Context(), token)
	if err != nil {
		return err
	}
	if !ok {
		return web.Render(w, r, http.StatusGone, gonePage("/account/security", "account.nav.security"))
	}
	return web.Render(w, r, http.StatusOK, confirmEmailPage(token, email, nil))
}

func (h *Handlers) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	token := f.Raw("token")
	email, _, err := h.Account.PeekEmail(r.Context(), token)
	if err != nil {
		return err
	}
	err = h.Account.ConfirmEmail(r.Context(), token)
	if isGone(err) {
		return web.Render(w, r, http.StatusGone, gonePage("/account/security", "account.nav.security"))
	}
	if err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component { return confirmEmailPage(token, email, e) })
	}
	return web.RedirectFlash(w, r, "/account/security", web.Flash{Kind: ui.OK, Key: "account.email.changed"})
}
