// Package lawdesk is where an admin reads and edits the rules of export: the list with its filters, one row with its
// history and source, and an edit that is previewed against the last parcels before it is published. It owns no tables
// and no rules: both are clearance's.
package lawdesk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of the rules at the operator's desk.
type Handlers struct {
	Law *clearance.Service
	Now func() time.Time
}

// Routes mounts the pages; the caller lets only admins in.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/admin/export/rules", web.Handle(h.list))
	r.Get("/admin/export/rules/edit", web.Handle(h.edit))
	r.Post("/admin/export/rules/edit", web.Handle(h.submit))
	r.Get("/admin/export/rules/{kind}/{name}", web.Handle(h.show))
}

// Kinds of rows, as addresses and forms have them.
const (
	kindRule   = "rule"
	kindList   = "list"
	kindFigure = "figure"
)

func kindOf(r clearance.Row) string {
	if d, ok := r.(*clearance.Dated); ok {
		if d.Figure {
			return kindFigure
		}
		return kindList
	}
	return kindRule
}

func path(r clearance.Row) string { return "/admin/export/rules/" + kindOf(r) + "/" + r.Named() }

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	lib, err := h.Law.Library(ctx)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(printList(ctx, lib, asked(r), h.Now())))
}

// versions finds all versions of the row that an address names, the newest first.
func (h *Handlers) versions(r *http.Request, kind, name string) ([]clearance.Row, error) {
	lib, err := h.Law.Library(r.Context())
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(lib.Rows(), func(row clearance.Row) bool { return row.Named() != name || kindOf(row) != kind })
	if len(list) == 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	slices.SortFunc(list, func(a, b clearance.Row) int { return b.Its().Version - a.Its().Version })
	return list, nil
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	list, err := h.versions(r, chi.URLParam(r, "kind"), chi.URLParam(r, "name"))
	if err != nil {
		return err
	}
	lib, err := h.Law.Library(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, rowPage(printRow(r.Context(), lib, list, h.Now())))
}

// edit opens the form: for a new row, or filled with a version that is there.
func (h *Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := formView{Kind: q.Get("kind")}
	switch {
	case !slices.Contains([]string{kindRule, kindList, kindFigure}, v.Kind):
		return errs.New(errs.NotFound, "error.not_found")
	case q.Get("name") == "":
		v.Area, v.Outcome, v.Status = "import", string(clearance.Needs), string(clearance.Hypothesis)
		v.From, v.Step = h.Now().Format(time.DateOnly), "10"
	default:
		list, err := h.versions(r, v.Kind, q.Get("name"))
		if err != nil {
			return err
		}
		row := list[0]
		if n, err := strconv.Atoi(q.Get("version")); err == nil {
			if at := slices.IndexFunc(list, func(row clearance.Row) bool { return row.Its().Version == n }); at >= 0 {
				row = list[at]
			}
		}
		v = filled(row, list[0].Its().Version, h.Now())
	}
	return web.Render(w, r, http.StatusOK, editPage(v))
}

// submit previews or publishes what was written; what cannot stand comes back with what there is to mend.
func (h *Handlers) submit(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v, do := readForm(f), f.OneOf("do", "preview", "publish", "back")
	row, err := v.row(f)
	switch {
	case err == nil && do == "preview":
		return h.preview(w, r, v, row)
	case err == nil && do == "publish":
		return h.publish(w, r, v, row)
	case err == nil || errs.Is(err, errs.Invalid) && do == "back":
		return web.Render(w, r, http.StatusOK, editPage(v))
	}
	return h.again(w, r, v, err)
}

func (h *Handlers) preview(w http.ResponseWriter, r *http.Request, v formView, row clearance.Row) error {
	pv, err := h.Law.Preview(r.Context(), row)
	if err != nil {
		return h.again(w, r, v, err)
	}
	return web.Render(w, r, http.StatusOK, previewPage(printPreview(r.Context(), v, row, pv)))
}

func (h *Handlers) publish(w http.ResponseWriter, r *http.Request, v formView, row clearance.Row) error {
	_, err := h.Law.Publish(r.Context(), account.SessionOf(r.Context()).PersonID, v.Base, row)
	if errs.Is(err, errs.Conflict) {
		list, other := h.versions(r, v.Kind, v.Name)
		tables, unread := h.Law.Tables(r.Context(), h.Now())
		if other == nil && unread == nil {
			v.Base = list[0].Its().Version
			v.Newest = printVersion(r.Context(), list[0], tables)
		}
	}
	if err != nil {
		return h.again(w, r, v, err)
	}
	return web.RedirectFlash(w, r, path(row), web.Flash{Kind: "ok", Key: "clearance.admin.published"})
}

// again shows the form with what was typed and what is wrong with it.
func (h *Handlers) again(w http.ResponseWriter, r *http.Request, v formView, err error) error {
	if !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Conflict) {
		return err
	}
	v.Errs = ui.ErrsOf(r.Context(), err)
	return web.Render(w, r, web.StatusOf(err), editPage(v))
}
