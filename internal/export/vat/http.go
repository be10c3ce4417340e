package vat

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/places"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serves the seller's register.
type Handlers struct{ Registers *Service }

const pagePath = "/seller/export/vat"

// Routes mounts the pages, for owners and managers of a shop.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		r.Get(pagePath, web.Handle(h.show))
		r.Get(pagePath+"/{quarter}/{format}", web.Handle(h.download))
		r.Post(pagePath+"/{quarter}/filed", web.Handle(h.file))
	})
}

var errGone = errs.New(errs.NotFound, "error.not_found")

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	q, after := QuarterOf(moscowDay(h.Registers.Now())), 0
	if text := r.URL.Query().Get("quarter"); text != "" {
		asked, ok := ParseQuarter(text)
		if !ok {
			return errGone
		}
		q = asked
	}
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return errGone
		}
		after = int(n)
	}
	return h.render(w, r, http.StatusOK, q, after, nil)
}

func (h *Handlers) render(w http.ResponseWriter, r *http.Request, status int, q Quarter, after int, problem error) error {
	ctx := r.Context()
	register, err := h.Registers.Read(ctx, account.SessionOf(ctx).SellerID, q, after)
	if err != nil {
		return err
	}
	nav, _ := places.Export(ctx, pagePath)
	return web.Render(w, r, status, registerPage(registerView{Register: register, Lang: i18n.LangOf(ctx), Now: h.Registers.Now(), After: after,
		Hub: places.HubTitle(ctx), Nav: nav, Tabs: places.ExportTabs(ctx, pagePath), Errs: ui.ErrsOf(ctx, problem)}))
}

// formats of the register as a file, and what browsers call them.
var formats = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8", "xml": "application/xml; charset=utf-8",
}

func (h *Handlers) download(w http.ResponseWriter, r *http.Request) error {
	q, ok := ParseQuarter(chi.URLParam(r, "quarter"))
	format := chi.URLParam(r, "format")
	if !ok || formats[format] == "" {
		return errGone
	}
	body, err := h.Registers.Write(r.Context(), account.SessionOf(r.Context()).SellerID, q, format)
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", formats[format])
	head.Set("Content-Disposition", `attachment; filename="vat0-`+q.String()+`.`+format+`"`)
	head.Set("Content-Length", strconv.Itoa(len(body)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	_, err = w.Write(body)
	return err
}

func (h *Handlers) file(w http.ResponseWriter, r *http.Request) error {
	q, ok := ParseQuarter(chi.URLParam(r, "quarter"))
	if !ok {
		return errGone
	}
	session, filed := account.SessionOf(r.Context()), r.PostFormValue("filed") != "no"
	err := h.Registers.File(r.Context(), session.SellerID, session.PersonID, q, filed)
	if errs.Is(err, errs.Conflict) {
		return h.render(w, r, http.StatusConflict, q, 0, err)
	}
	if err != nil {
		return err
	}
	key := "vat.file.done"
	if !filed {
		key = "vat.file.undone"
	}
	return web.RedirectFlash(w, r, pagePath+"?quarter="+q.String(), web.Flash{Kind: ui.OK, Key: key})
}

// day writes a day of the calendar, which has no hour.
func day(lang i18n.Lang, t, now time.Time) string {
	return i18n.Date(lang, time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, i18n.Moscow), now)
}
