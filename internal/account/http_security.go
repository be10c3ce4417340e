package account

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// securityView is what the page of ways to sign in prints. Errs belong to one of its forms; their
// fields have names of their own.
type securityView struct {
	Email    string // of the account
	NewEmail string // as typed
	Passkeys bool
	KeysAt   string // the address to go to for keys, when it is not this one
	Keys     []keyRow
	Errs     ui.Errs
}

// keyRow is a passkey as the page prints it.
type keyRow struct {
	ID          int64
	Name        string
	Since, Used string
}

func (h *Handlers) securityView(r *http.Request) (securityView, error) {
	ctx, sess := r.Context(), SessionOf(r.Context())
	keys, err := h.Account.ListPasskeys(ctx, sess.PersonID)
	if err != nil {
		return securityView{}, err
	}
	v := securityView{Email: sess.Email, Passkeys: h.Account.Passkeys()}
	if v.Passkeys {
		v.KeysAt = h.Account.passkeysAt(r.Host)
	}
	now, lang := h.Account.o.Now(), i18n.LangOf(ctx)
	for _, k := range keys {
		row := keyRow{ID: k.ID, Name: k.Name, Since: i18n.Date(lang, k.CreatedAt, now)}
		if k.UsedAt != nil {
			row.Used = i18n.DateTime(lang, *k.UsedAt, now)
		}
		v.Keys = append(v.Keys, row)
	}
	return v, nil
}

func (h *Handlers) security(w http.ResponseWriter, r *http.Request) error {
	v, err := h.securityView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, securityPage(v))
}

func (h *Handlers) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	g, err := h.Account.ChangePassword(r.Context(), SessionOf(r.Context()), f.Raw("old_password"), f.Raw("password"), clientOf(r))
	if err != nil {
		return h.securityAgain(w, r, err, "")
	}
	h.Account.setCookie(w, g)
	return web.RedirectFlash(w, r, "/account/security", web.Flash{Kind: ui.OK, Key: "account.password.changed"})
}

func (h *Handlers) changeEmail(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if err := h.Account.ChangeEmail(r.Context(), SessionOf(r.Context()), f.Raw("email"), f.Raw("email_password")); err != nil {
		return h.securityAgain(w, r, err, f.Text("email"))
	}
	return web.RedirectFlash(w, r, "/account/security", web.Flash{Kind: ui.Info, Key: "account.email.sent"})
}

func (h *Handlers) securityAgain(w http.ResponseWriter, r *http.Request, refusal error, newEmail string) error {
	v, err := h.securityView(r)
	if err != nil {
		return err
	}
	return again(w, r, refusal, func(e ui.Errs) templ.Component {
		v.Errs, v.NewEmail = e, newEmail
		return securityPage(v)
	})
}

func (h *Handlers) removePasskey(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Account.RemovePasskey(r.Context(), SessionOf(r.Context()).PersonID, id); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/account/security", web.Flash{Kind: ui.OK, Key: "account.passkey.removed"})
}

// maxAnswer bounds what an authenticator has to say.
const maxAnswer = 64 << 10

// keyRequest is what passkey.js sends.
type keyRequest struct {
	Password   string          `json:"password"`
	Ceremony   string          `json:"ceremony"`
	Name       string          `json:"name"`
	Next       string          `json:"next"`
	Remember   bool            `json:"remember"`
	Credential json.RawMessage `json:"credential"`
}

func readKeyRequest(w http.ResponseWriter, r *http.Request) (in keyRequest, err error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAnswer))
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return in, errs.New(errs.TooLarge, "form.too_large").With(err)
	}
	if err != nil { // it was cut off, or came too slowly
		return in, errs.New(errs.BadRequest, "form.unreadable").With(err)
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, errs.New(errs.BadRequest, "form.unreadable").With(err)
	}
	return in, nil
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// went tells passkey.js where to go.
func went(w http.ResponseWriter, path string) error {
	return writeJSON(w, map[string]string{"location": path})
}

func (h *Handlers) passkeyOptions(w http.ResponseWriter, r *http.Request) error {
	in, err := readKeyRequest(w, r)
	if err != nil {
		return err
	}
	c, err := h.Account.BeginPasskey(r.Context(), SessionOf(r.Context()), in.Password)
	if err != nil {
		return err
	}
	return writeJSON(w, c)
}

func (h *Handlers) addPasskey(w http.ResponseWriter, r *http.Request) error {
	in, err := readKeyRequest(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	name := in.Name
	if name == "" {
		name = deviceOf(ctx, r.UserAgent())
	}
	if err := h.Account.FinishPasskey(ctx, SessionOf(ctx), in.Ceremony, name, in.Credential); err != nil {
		return err
	}
	web.SetFlash(w, r, web.Flash{Kind: ui.OK, Key: "account.passkey.added"})
	return went(w, web.Path(ctx, "/account/security"))
}

func (h *Handlers) passkeySignInOptions(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Account.BeginPasskeySignIn(r.Context(), clientOf(r))
	if err != nil {
		return err
	}
	return writeJSON(w, c)
}

func (h *Handlers) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	in, err := readKeyRequest(w, r)
	if err != nil {
		return err
	}
	g, err := h.Account.FinishPasskeySignIn(r.Context(), in.Ceremony, in.Credential, in.Remember, clientOf(r))
	if err != nil {
		return err
	}
	h.Account.setCookie(w, g)
	return went(w, destination(r.Context(), &g.Session, in.Next))
}
