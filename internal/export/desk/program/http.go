package program

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of keys and the API that they open.
type Handlers struct {
	Programs *Service
	Files    *media.Handlers
}

// Routes mounts the page of keys: each officer's own, and everybody's for an admin.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Officers...))
		r.Get("/export/desks/keys", web.Handle(h.keys))
		r.Post("/export/desks/keys", web.Handle(h.makeKey))
		r.Post("/export/desks/keys/{key}/revoke", web.Handle(h.revokeKey))
	})
}

var errGone = errs.New(errs.NotFound, "error.not_found")

// number reads a number out of an address; what is none finds nothing.
func number(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errGone
	}
	return id, nil
}

// t is a text of this package.
func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "export.desk."+key, args...)
}

// keysView is the page of API keys.
type keysView struct {
	Made  string // the text of a new key, shown this once
	Name  string
	Desk  string
	Desks []ui.Option
	Rows  []keyRow
	Errs  ui.Errs
}

type keyRow struct {
	ID, Title, Under string
	Tag              ui.Tag
	Alive            bool
}

// mine says whose keys a visitor sees and ends: their own, and an admin everybody's.
func mine(s *account.Session) int64 {
	if s.Platform == account.Admin {
		return 0
	}
	return s.PersonID
}

// ownDesks are the desks a visitor may make keys of.
func ownDesks(s *account.Session) []desk.Kind {
	var list []desk.Kind
	for _, k := range desk.Kinds {
		if s.Staff(k.Role()) {
			list = append(list, k)
		}
	}
	return list
}

func (h *Handlers) keysPage(r *http.Request) (keysView, error) {
	ctx, sess, now := r.Context(), account.SessionOf(r.Context()), h.Programs.Now()
	var v keysView
	for _, k := range ownDesks(sess) {
		v.Desks = append(v.Desks, ui.Option{Value: string(k), Label: t(ctx, "title."+string(k))})
	}
	list, err := h.Programs.KeysOf(ctx, mine(sess))
	if err != nil {
		return v, err
	}
	lang := i18n.LangOf(ctx)
	for _, k := range list {
		row := keyRow{ID: strconv.FormatInt(k.ID, 10), Title: k.Name, Alive: k.RevokedAt == nil, Tag: ui.Tag{Label: t(ctx, "key.works"), Kind: ui.OK},
			Under: t(ctx, "title."+string(k.Desk)) + " · " + k.Person + " · " + t(ctx, "key.made", "at", i18n.Date(lang, k.CreatedAt, now))}
		if k.UsedAt != nil {
			row.Under += " · " + t(ctx, "key.used", "at", i18n.DateTime(lang, *k.UsedAt, now))
		}
		if !row.Alive {
			row.Tag = ui.Tag{Label: t(ctx, "key.revoked")}
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

func (h *Handlers) keys(w http.ResponseWriter, r *http.Request) error {
	v, err := h.keysPage(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, keysTempl(v))
}

// makeKey answers with the page itself and not with a redirect: the key is in no address, no cookie and no other page.
func (h *Handlers) makeKey(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	sess, k := account.SessionOf(r.Context()), desk.Kind(f.Raw("desk"))
	if k.Valid() && !sess.Staff(k.Role()) {
		return errs.New(errs.Forbidden, "account.forbidden.staff")
	}
	label, text := f.Required("label", 80), ""
	problem := f.Err()
	if problem == nil {
		text, problem = h.Programs.MakeKey(r.Context(), sess.PersonID, k, label)
	}
	if problem != nil && !errs.Is(problem, errs.Invalid) && !errs.Is(problem, errs.Conflict) {
		return problem
	}
	v, err := h.keysPage(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	v.Made = text
	if problem != nil {
		v.Name, v.Desk, v.Errs, status = label, string(k), ui.ErrsOf(r.Context(), problem), web.StatusOf(problem)
	}
	return web.Render(w, r, status, keysTempl(v))
}

func (h *Handlers) revokeKey(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "key")
	if err != nil {
		return err
	}
	if err := h.Programs.RevokeKey(r.Context(), mine(account.SessionOf(r.Context())), id); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/export/desks/keys", web.Flash{Kind: ui.OK, Key: "export.desk.key.ended"})
}
