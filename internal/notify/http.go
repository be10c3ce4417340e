package notify

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// DevHandlers show the outbox at /dev/mail. Mount them in the demonstration only: everybody who
// reaches them reads everybody's mail.
type DevHandlers struct {
	Notify *Service
}

// Routes mounts the pages under /dev/mail.
func (h *DevHandlers) Routes(r chi.Router) {
	r.Get("/dev/mail", web.Handle(h.list))
	r.Get("/dev/mail/{id}", web.Handle(h.show))
	r.Get("/dev/mail/{id}/html", web.Handle(h.html))
}

func (h *DevHandlers) list(w http.ResponseWriter, r *http.Request) error {
	entries, err := h.Notify.List(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, http.StatusOK, devListPage(h.rows(r, entries)))
}

func (h *DevHandlers) show(w http.ResponseWriter, r *http.Request) error {
	e, err := h.entry(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, http.StatusOK, devShowPage(h.rows(r, []Entry{e})[0], paragraphs(e.Body)))
}

// html serves the letter alone, as a mailbox would show it. Its styles are inline, which the site's
// own policy forbids, so it has a policy of its own: the sandbox keeps scripts and forms dead.
func (h *DevHandlers) html(w http.ResponseWriter, r *http.Request) error {
	e, err := h.entry(r)
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-top-navigation allow-popups allow-popups-to-escape-sandbox")
	_, err = w.Write([]byte(e.HTML))
	return err
}

func (h *DevHandlers) entry(r *http.Request) (Entry, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return Entry{}, errs.New(errs.NotFound, "error.not_found")
	}
	return h.Notify.Get(r.Context(), id)
}

// devRow is a mail as the page prints it.
type devRow struct {
	Entry
	When string
}

// textPart is a run of plain text, or an address within it.
type textPart struct{ Text, Href string }

func (h *DevHandlers) rows(r *http.Request, entries []Entry) []devRow {
	rows := make([]devRow, len(entries))
	for i, e := range entries {
		when := i18n.DateTime(i18n.LangOf(r.Context()), e.CreatedAt, h.Notify.now())
		rows[i] = devRow{Entry: e, When: when}
	}
	return rows
}
