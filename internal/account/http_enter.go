package account

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// signInView is what the sign-in page prints.
type signInView struct {
	Email    string
	Next     string
	Remember bool
	Passkeys bool
	Errs     ui.Errs
}

func (h *Handlers) showSignIn(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.Query().Get("next")
	if SessionOf(r.Context()).SignedIn() {
		return onward(w, r, SessionOf(r.Context()), next)
	}
	return web.Render(w, r, http.StatusOK, signInPage(signInView{Next: next, Remember: true, Passkeys: h.passkeysHere(r)}))
}

// passkeysHere reports whether this visitor can use keys at the address they came by.
func (h *Handlers) passkeysHere(r *http.Request) bool {
	return h.Account.Passkeys() && h.Account.passkeysAt(r.Host) == ""
}

func (h *Handlers) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := SignIn{Email: f.Raw("email"), Password: f.Raw("password"), Remember: f.Bool("remember")}
	g, err := h.Account.SignIn(r.Context(), in, clientOf(r))
	if err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component {
			return signInPage(signInView{Email: form.Clean(in.Email), Next: f.Raw("next"), Remember: in.Remember,
				Passkeys: h.passkeysHere(r), Errs: e})
		})
	}
	h.Account.setCookie(w, g)
	return onward(w, r, &g.Session, f.Raw("next"))
}

// signUpView is what the sign-up page prints.
type signUpView struct {
	Name  string
	Email string
	Errs  ui.Errs
}

func (h *Handlers) showSignUp(w http.ResponseWriter, r *http.Request) error {
	if SessionOf(r.Context()).SignedIn() {
		return web.Redirect(w, r, "/account")
	}
	return web.Render(w, r, http.StatusOK, signUpPage(signUpView{}))
}

func (h *Handlers) signUp(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := SignUp{Name: f.Raw("name"), Email: f.Raw("email"), Password: f.Raw("password")}
	if err := h.Account.SignUp(r.Context(), in, clientOf(r)); err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component {
			return signUpPage(signUpView{Name: form.Clean(in.Name), Email: form.Clean(in.Email), Errs: e})
		})
	}
	return web.Redirect(w, r, "/sign-up/sent")
}

func (h *Handlers) signUpSent(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, sentPage(sentView{Key: "account.sent.sign_up", Again: "/sign-up", DevMail: h.Account.o.DevMail}))
}

// confirmView is what the page behind a sign-up's link prints.
type confirmView struct {
	Token string
	Email string
	Errs  ui.Errs
}

func (h *Handlers) showConfirm(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	email, ok, err := h.Account.PeekSignUp(r.Context(), token)
	if err != nil {
		return err
	}
	if !ok {
		return web.Render(w, r, http.StatusGone, gonePage("/sign-up", "account.sign_up.title"))
	}
	return web.Render(w, r, http.StatusOK, confirmPage(confirmView{Token: token, Email: email}))
}

func (h *Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	token := f.Raw("token")
	email, _, err := h.Account.PeekSignUp(r.Context(), token)
	if err != nil {
		return err
	}
	g, err := h.Account.ConfirmSignUp(r.Context(), token, f.Raw("password"), clientOf(r))
	if isGone(err) {
		return web.Render(w, r, http.StatusGone, gonePage("/sign-up", "account.sign_up.title"))
	}
	if err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component {
			return confirmPage(confirmView{Token: token, Email: email, Errs: e})
		})
	}
	h.Account.setCookie(w, g)
	return web.RedirectFlash(w, r, "/account", web.Flash{Kind: ui.OK, Key: "account.confirm.done"})
}

func (h *Handlers) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.Account.SignOut(r.Context(), SessionOf(r.Context())); err != nil {
		return err
	}
	h.Account.dropCookie(w)
	// What scripts keep in the browser (the last pages seen, a half-typed form) goes with the session.
	w.Header().Set("Clear-Site-Data", `"storage"`)
	return web.RedirectFlash(w, r, "/", web.Flash{Kind: ui.OK, Key: "account.signed_out"})
}
