package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of imports in the seller's hub.
type Handlers struct {
	s   *Service
	now func() time.Time
}

// NewHandlers makes the pages of a service.
func NewHandlers(s *Service, now func() time.Time) *Handlers { return &Handlers{s: s, now: now} }

// Routes mounts the pages. The caller guards them: owners and managers of a shop only.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/seller/imports", web.Handle(h.list))
	r.Post("/seller/imports", web.Handle(h.upload))
	r.Get("/seller/imports/shelves", web.Handle(h.shelves))
	r.Post("/seller/imports/shelves", web.Handle(h.saveShelf))
	r.Get("/seller/imports/sources", web.Handle(h.sources))
	r.Post("/seller/imports/sources", web.Handle(h.addSource))
	r.Get("/seller/imports/sources/{source}", web.Handle(h.source))
	r.Post("/seller/imports/sources/{source}", web.Handle(h.changeSource))
	r.Post("/seller/imports/sources/{source}/fetch", web.Handle(h.fetchSource))
	r.Post("/seller/imports/sources/{source}/pause", web.Handle(h.pauseSource))
	r.Post("/seller/imports/sources/{source}/resume", web.Handle(h.resumeSource))
	r.Get("/seller/imports/fetches/{fetch}", web.Handle(h.fetch))
	r.Get("/seller/imports/{import}", web.Handle(h.show))
	r.Get("/seller/imports/{import}/problems.csv", web.Handle(h.problemsCSV))
	r.Get("/seller/imports/{import}/columns", web.Handle(h.columns))
	r.Post("/seller/imports/{import}/columns", web.Handle(h.saveColumns))
	r.Post("/seller/imports/{import}/confirm", web.Handle(h.confirm))
	r.Post("/seller/imports/{import}/cancel", web.Handle(h.cancel))
	r.Post("/seller/imports/{import}/apply", web.Handle(h.applyRehearsed))
}

func sellerOf(r *http.Request) int64 { return account.SessionOf(r.Context()).SellerID }

func importID(r *http.Request) (int64, error) { return numberIn(r, "import") }

// newForm is what the seller typed into the upload form.
type newForm struct {
	Origin, URL, Absent, Stock, Every string
	DryRun                            bool
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.renderList(w, r, http.StatusOK, newForm{Origin: "file", Absent: KeepAbsent, Stock: "10", DryRun: true}, nil)
}

func (h *Handlers) renderList(w http.ResponseWriter, r *http.Request, status int, f newForm, problems ui.Errs) error {
	v, err := h.s.Page(r.Context(), sellerOf(r), beforeOf(r))
	if err != nil {
		return err
	}
	return web.Render(w, r, status, listPage(listView{overview: v, Form: f, Errs: problems, Now: h.now()}))
}

func beforeOf(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

// uploadWithin is how long the largest file may travel over a slow line. The server's own time-outs,
// made for pages, would cut it off; only a shop's people get this far.
const uploadWithin = 15 * time.Minute

// patience gives a request the time of an upload. A writer without deadlines has none to move.
func patience(w http.ResponseWriter, until time.Time) error {
	c := http.NewResponseController(w)
	if err := errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// upload takes a file or an address, makes or finds its source, and queues the import.
func (h *Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if err := patience(w, h.now().Add(uploadWithin)); err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	typed := newForm{Origin: f.Raw("origin"), URL: f.Text("url"), Absent: f.Raw("absent"), Stock: f.Raw("stock"), Every: f.Raw("every"), DryRun: f.Bool("dry_run")}
	src := Source{SellerID: sellerOf(r), Kind: pricelist.YML, Absent: f.OneOf("absent", KeepAbsent, PauseAbsent),
		DefaultStock: int(f.Int("stock", 0, 100_000))}
	var next string
	switch f.OneOf("origin", "file", "url") {
	case "file":
		next, err = h.takeFile(r, f, src, typed.DryRun)
	case "url":
		next, err = h.takeURL(r, f, src, typed.DryRun)
	default:
		err = f.Err()
	}
	if err != nil {
		if k := errs.KindOf(err); k == errs.Invalid || k == errs.Conflict || k == errs.TooLarge || k == errs.Unavailable {
			return h.renderList(w, r, web.StatusOf(err), typed, problemsOf(r.Context(), err))
		}
		return err
	}
	return web.Redirect(w, r, next)
}

// problemsOf shows any expected refusal on the form itself, so that what was typed stays.
func problemsOf(ctx context.Context, err error) ui.Errs {
	if list := ui.ErrsOf(ctx, err); len(list) > 0 {
		return list
	}
	return ui.Errs{{Text: web.Message(ctx, err)}}
}

func (h *Handlers) takeFile(r *http.Request, f *form.Form, src Source, dryRun bool) (string, error) {
	file, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && head.Size == 0 {
		f.Add("file", "feed.choose_file")
		return "", f.Err()
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	if !f.OK() {
		return "", f.Err()
	}
	src.Name = form.Cut(form.Clean(head.Filename), 120)
	if src.Name == "" {
		src.Name = "feed"
	}
	me := account.SessionOf(r.Context()).PersonID
	id, err := h.s.Take(r.Context(), src, Import{DryRun: dryRun, FileName: head.Filename, AuthorID: &me}, file)
	return importPath(Import{ID: id}), err
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := importID(r)
	if err != nil {
		return err
	}
	v, err := h.s.View(r.Context(), sellerOf(r), id, max(0, beforeOf(r)))
	if err != nil {
		return err
	}
	v.Now = h.now()
	if v.Import.Live() && v.Import.State != Held {
		w.Header().Set("Refresh", "3")
	}
	return web.Render(w, r, http.StatusOK, showPage(v))
}

// problemsCSV gives every problem as a table that a spreadsheet opens, with the row it is about.
func (h *Handlers) problemsCSV(w http.ResponseWriter, r *http.Request) error {
	id, err := importID(r)
	if err != nil {
		return err
	}
	if _, err := h.s.Get(r.Context(), sellerOf(r), id); err != nil {
		return err
	}
	rows, err := h.s.Problems(r.Context(), sellerOf(r), id)
	if err != nil {
		return err
	}
	ctx := r.Context()
	table := [][]string{{i18n.T(ctx, "feed.col.row"), i18n.T(ctx, "feed.col.line"), i18n.T(ctx, "feed.col.sku"), i18n.T(ctx, "feed.col.field"),
		i18n.T(ctx, "feed.col.value"), i18n.T(ctx, "feed.col.problem")}}
	for _, p := range rows {
		table = append(table, []string{strconv.Itoa(p.N), strconv.Itoa(p.Line), p.SKU, i18n.T(ctx, "feed.field."+p.Field), p.Value, i18n.T(ctx, p.Key, p.MessageArgs()...)})
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="import-%d-problems.csv"`, id))
	return httpx.Sent(ctx, sheet.WriteCSV(w, table))
}

func (h *Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, h.s.Confirm)
}

func (h *Handlers) cancel(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, h.s.Cancel)
}

func (h *Handlers) act(w http.ResponseWriter, r *http.Request, verb func(ctx context.Context, sellerID, id int64) error) error {
	id, err := importID(r)
	if err != nil {
		return err
	}
	if _, err := h.s.Get(r.Context(), sellerOf(r), id); err != nil {
		return err
	}
	if err := verb(r.Context(), sellerOf(r), id); err != nil {
		return err
	}
	return web.Redirect(w, r, fmt.Sprintf("/seller/imports/%d", id))
}

// applyRehearsed runs for real the file of a finished dry run.
func (h *Handlers) applyRehearsed(w http.ResponseWriter, r *http.Request) error {
	id, err := importID(r)
	if err != nil {
		return err
	}
	me := account.SessionOf(r.Context()).PersonID
	next, err := h.s.ApplyRehearsed(r.Context(), sellerOf(r), id, me)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, fmt.Sprintf("/seller/imports/%d", next))
}

func (h *Handlers) shelves(w http.ResponseWriter, r *http.Request) error {
	return h.renderShelves(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderShelves(w http.ResponseWriter, r *http.Request, status int, problems ui.Errs) error {
	v, err := h.s.ShelvesView(r.Context(), sellerOf(r), r.URL.Query().Get("path"), form.Clean(r.URL.Query().Get("find")))
	if err != nil {
		return err
	}
	v.Errs = problems
	return web.Render(w, r, status, shelvesPage(v))
}

func (h *Handlers) saveShelf(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	path, category := f.Required("path", 500), f.ID("category")
	if err := f.Err(); err != nil {
		return h.renderShelves(w, r, http.StatusUnprocessableEntity, ui.ErrsOf(r.Context(), err))
	}
	if err := h.s.DecideShelf(r.Context(), sellerOf(r), path, category); err != nil {
		if errs.Is(err, errs.Invalid) {
			return h.renderShelves(w, r, http.StatusUnprocessableEntity, ui.ErrsOf(r.Context(), err))
		}
		return err
	}
	return web.RedirectFlash(w, r, "/seller/imports/shelves", web.Flash{Kind: "ok", Key: "feed.shelf.saved"})
}
