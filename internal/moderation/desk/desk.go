// Package desk is the operator's desk around the queue: what waits today, the people of the site,
// and the log of every act. Each act on a person is written to the audit log in the transaction
// that makes it. The package owns no tables: people are account's, the log is moderation's.
package desk

import (
	"context"
	"embed"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// Waiting is one kind of thing that waits at the desk.
type Waiting struct {
	Key  string // message that counts: "{n} …"
	Path string
	// Admin says that only an admin may open Path.
	Admin bool
	Count func(ctx context.Context) (int, error)
}

// Handlers are the pages of the desk.
type Handlers struct {
	DB      *pgxpool.Pool
	Account *account.Service
	Waiting []Waiting
	Now     func() time.Time
}

// Routes mounts the pages; staff only, people and log for admins.
func (h *Handlers) Routes(r chi.Router) {
	r.With(account.RequireStaff()).Get("/admin", web.Handle(h.today))
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		r.Get("/admin/people", web.Handle(h.people))
		r.Get("/admin/people/{person}", web.Handle(h.person))
		r.Post("/admin/people/{person}/block", web.Handle(h.block))
		r.Post("/admin/people/{person}/unblock", web.Handle(h.unblock))
		r.Post("/admin/people/{person}/sign-out", web.Handle(h.signOut))
		r.Post("/admin/people/{person}/role", web.Handle(h.role))
		r.Get("/admin/audit", web.Handle(h.audit))
	})
}

// todayView lists what waits, with its numbers.
type todayView struct {
	Name  string
	Tasks []ui.Todo
}

func (h *Handlers) today(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	shell := web.ShellFrom(ctx)
	v := todayView{Name: shell.Person.Name}
	for _, waiting := range h.Waiting {
		if waiting.Admin && !shell.Person.Admin {
			continue
		}
		n, err := waiting.Count(ctx)
		if err != nil {
			return err
		}
		v.Tasks = append(v.Tasks, ui.Todo{Count: i18n.Number(shell.Lang, int64(n)), Title: i18n.N(ctx, waiting.Key, int64(n)),
			Href: web.Path(ctx, waiting.Path), Hot: n > 0})
	}
	return web.Render(w, r, http.StatusOK, todayPage(v))
}

// peopleView is a page of people.
type peopleView struct {
	Query string
	List  []account.PersonRow
	Next  string
	Now   time.Time
}

func (h *Handlers) people(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page, err := h.Account.ListPeople(r.Context(), q.Get("q"), q.Get("after"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, peoplePage(peopleView{Query: form.Clean(q.Get("q")), List: page.Items, Next: page.Next, Now: h.Now()}))
}

// personView is one person with what may be done.
type personView struct {
	Person account.PersonRow
	Self   bool
	Errs   ui.Errs
	Reason string
	Now    time.Time
}

func (h *Handlers) load(r *http.Request) (personView, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "person"), 10, 64)
	if err != nil {
		return personView{}, errs.New(errs.NotFound, "error.not_found")
	}
	p, err := h.Account.GetPerson(r.Context(), id)
	return personView{Person: p, Self: p.ID == account.SessionOf(r.Context()).PersonID, Now: h.Now()}, err
}

func (h *Handlers) person(w http.ResponseWriter, r *http.Request) error {
	v, err := h.load(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, personPage(v))
}

func (h *Handlers) block(w http.ResponseWriter, r *http.Request) error {
	v, err := h.load(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v.Reason = f.Required("reason", 500)
	if v.Self {
		f.Add("reason", "desk.not_yourself")
	}
	if err := f.Err(); err != nil {
		v.Errs = ui.ErrsOf(r.Context(), err)
		return web.Render(w, r, http.StatusUnprocessableEntity, personPage(v))
	}
	return h.act(w, r, v, "person.block", "desk.blocked", nil, func(tx pgx.Tx) error {
		return h.Account.Block(r.Context(), tx, v.Person.ID, v.Reason)
	})
}

func (h *Handlers) unblock(w http.ResponseWriter, r *http.Request) error {
	v, err := h.load(r)
	if err != nil {
		return err
	}
	return h.act(w, r, v, "person.unblock", "desk.unblocked", nil, func(tx pgx.Tx) error {
		return h.Account.Unblock(r.Context(), tx, v.Person.ID)
	})
}

func (h *Handlers) signOut(w http.ResponseWriter, r *http.Request) error {
	v, err := h.load(r)
	if err != nil {
		return err
	}
	return h.act(w, r, v, "person.sign_out", "desk.signed_out", nil, func(tx pgx.Tx) error {
		_, err := h.Account.RevokeSessions(r.Context(), tx, v.Person.ID)
		return err
	})
}

// role gives a person one of the platform's roles, or none. Nobody changes their own role, so the
// last admin cannot shut the door behind themselves.
func (h *Handlers) role(w http.ResponseWriter, r *http.Request) error {
	v, err := h.load(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	role := account.Role(f.OneOf("role", append([]string{"none"}, account.PlatformRoles...)...))
	if v.Self {
		f.Add("role", "desk.not_yourself")
	}
	if err := f.Err(); err != nil {
		v.Errs = ui.ErrsOf(r.Context(), err)
		return web.Render(w, r, http.StatusUnprocessableEntity, personPage(v))
	}
	after := map[string]string{"role": string(role)}
	return h.act(w, r, v, "person.role", "desk.role_set", after, func(tx pgx.Tx) error {
		if role != "none" {
			return h.Account.GrantMembership(r.Context(), tx, v.Person.ID, 0, role)
		}
		if v.Person.Platform == "" {
			return nil
		}
		return h.Account.RevokeMembership(r.Context(), tx, v.Person.ID, 0)
	})
}

// act runs verb and writes its line of the log, both or neither, and comes back to the person.
func (h *Handlers) act(w http.ResponseWriter, r *http.Request, v personView, name, flash string, after any, verb func(tx pgx.Tx) error) error {
	ctx := r.Context()
	err := pg.InTx(ctx, h.DB, func(tx pgx.Tx) error {
		if err := verb(tx); err != nil {
			return err
		}
		before := map[string]any{"role": v.Person.Platform, "blocked": v.Person.BlockedAt != nil}
		return moderation.Audit(ctx, tx, moderation.Act{ActorID: account.SessionOf(ctx).PersonID, Name: name, Kind: "person",
			TargetID: v.Person.ID, Before: before, After: after})
	})
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/people/"+strconv.FormatInt(v.Person.ID, 10), web.Flash{Kind: "ok", Key: flash})
}

// auditView is a page of the log.
type auditView struct {
	Lines []moderation.AuditLine
	Next  int64
	Now   time.Time
}

const auditPageSize = 50

func (h *Handlers) audit(w http.ResponseWriter, r *http.Request) error {
	before, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	v := auditView{Now: h.Now()}
	if v.Lines, err = moderation.AuditLog(r.Context(), h.DB, before, auditPageSize+1); err != nil {
		return err
	}
	if len(v.Lines) > auditPageSize {
		v.Lines = v.Lines[:auditPageSize]
		v.Next = v.Lines[auditPageSize-1].ID
	}
	return web.Render(w, r, http.StatusOK, auditPage(v))
}
