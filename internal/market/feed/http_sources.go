package feed

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// sourceForm is what the seller typed about a source.
type sourceForm struct {
	ID                              int64 // 0: a new one
	Name, URL, Absent, Stock, Every string
}

func (f sourceForm) path() string {
	if f.ID == 0 {
		return "/seller/imports/sources"
	}
	return sourcePath(f.ID)
}

func sourcePath(id int64) string { return "/seller/imports/sources/" + itoa(id) }

func fetchPath(id int64) string { return "/seller/imports/fetches/" + itoa(id) }

func formOf(src Source) sourceForm {
	return sourceForm{ID: src.ID, Name: src.Name, URL: src.URL, Absent: src.Absent, Stock: strconv.Itoa(src.DefaultStock), Every: everyText(src.EveryMinutes)}
}

func everyText(minutes *int) string {
	if minutes == nil {
		return ""
	}
	return strconv.Itoa(*minutes)
}

// rhythms are how often a source may be fetched, in minutes; "" is only when asked.
var rhythms = []string{"", "60", "180", "360", "720", "1440", "10080"}

// rhythm says in words how often.
func rhythm(ctx context.Context, minutes string) string {
	n, err := strconv.ParseInt(minutes, 10, 64)
	switch {
	case err != nil:
		return i18n.T(ctx, "feed.every.hand")
	case n == 1440:
		return i18n.T(ctx, "feed.every.day")
	case n == 10080:
		return i18n.T(ctx, "feed.every.week")
	case n%60 == 0:
		return i18n.N(ctx, "feed.every.hours", n/60)
	}
	return i18n.N(ctx, "feed.every.minutes", n)
}

func rhythmOptions(ctx context.Context, chosen string) []ui.Option {
	var options []ui.Option
	known := false
	for _, minutes := range rhythms {
		options = append(options, ui.Option{Value: minutes, Label: rhythm(ctx, minutes)})
		known = known || minutes == chosen
	}
	if !known {
		options = append(options, ui.Option{Value: chosen, Label: rhythm(ctx, chosen)})
	}
	return options
}

// sourcesView is the page of all addresses.
type sourcesView struct {
	List []sourceLine
	Form sourceForm
	Errs ui.Errs
	Now  time.Time
}

func (h *Handlers) sources(w http.ResponseWriter, r *http.Request) error {
	return h.renderSources(w, r, http.StatusOK, sourcesView{Form: sourceForm{Absent: KeepAbsent, Stock: "10", Every: "1440"}})
}

func (h *Handlers) renderSources(w http.ResponseWriter, r *http.Request, status int, v sourcesView) (err error) {
	if v.List, err = h.s.Sources(r.Context(), sellerOf(r)); err != nil {
		return err
	}
	v.Now = h.now()
	return web.Render(w, r, status, sourcesPage(v))
}

func (h *Handlers) source(w http.ResponseWriter, r *http.Request) error {
	src, err := h.sourceOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, sourcePage(sourcesView{Form: formOf(src), Now: h.now()}))
}

func (h *Handlers) sourceOf(r *http.Request) (Source, error) {
	id, err := numberIn(r, "source")
	if err != nil {
		return Source{}, err
	}
	src, err := h.s.Source(r.Context(), sellerOf(r), id)
	if err == nil && src.URL == "" {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return src, err
}

func numberIn(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return id, nil
}

func (h *Handlers) addSource(w http.ResponseWriter, r *http.Request) error {
	return h.saveSource(w, r, Source{SellerID: sellerOf(r), Kind: pricelist.YML})
}

func (h *Handlers) changeSource(w http.ResponseWriter, r *http.Request) error {
	src, err := h.sourceOf(r)
	if err != nil {
		return err
	}
	return h.saveSource(w, r, src)
}

func (h *Handlers) saveSource(w http.ResponseWriter, r *http.Request, src Source) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	typed := sourceForm{ID: src.ID, Name: f.Text("name"), URL: f.Text("url"), Absent: f.Raw("absent"), Stock: f.Raw("stock"), Every: f.Raw("every")}
	src.Name, src.URL = f.Optional("name", 120), f.Required("url", 2048)
	src.Absent, src.DefaultStock = f.OneOf("absent", KeepAbsent, PauseAbsent), int(f.Int("stock", 0, 100_000))
	src.EveryMinutes = everyOf(f)
	if src.Name == "" {
		src.Name = hostOf(src.URL)
	}
	if err = f.Err(); err == nil {
		_, err = h.s.SaveSource(r.Context(), src)
	}
	if errs.Is(err, errs.Invalid) {
		v := sourcesView{Form: typed, Errs: ui.ErrsOf(r.Context(), err), Now: h.now()}
		if src.ID != 0 {
			return web.Render(w, r, http.StatusUnprocessableEntity, sourcePage(v))
		}
		return h.renderSources(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/seller/imports/sources", web.Flash{Kind: ui.OK, Key: "feed.source.saved"})
}

// everyOf reads how often, nil for only when asked.
func everyOf(f *form.Form) *int {
	if f.Raw("every") == "" {
		return nil
	}
	every := int(f.Int("every", 60, 10_080))
	return &every
}

// hostOf names a source after its server.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "YML"
	}
	return form.Cut(form.Clean(u.Hostname()), 120)
}

func (h *Handlers) pauseSource(w http.ResponseWriter, r *http.Request) error {
	return h.setPaused(w, r, true, "feed.source.paused")
}

func (h *Handlers) resumeSource(w http.ResponseWriter, r *http.Request) error {
	return h.setPaused(w, r, false, "feed.source.resumed")
}

func (h *Handlers) setPaused(w http.ResponseWriter, r *http.Request, paused bool, done string) error {
	src, err := h.sourceOf(r)
	if err != nil {
		return err
	}
	if err := h.s.Pause(r.Context(), src.SellerID, src.ID, paused); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/seller/imports/sources", web.Flash{Kind: ui.OK, Key: done})
}

func (h *Handlers) fetchSource(w http.ResponseWriter, r *http.Request) error {
	src, err := h.sourceOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	id, err := h.s.AskFetch(r.Context(), src.SellerID, src.ID, f.Bool("dry_run"), account.SessionOf(r.Context()).PersonID)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, fetchPath(id))
}

// fetchView is the page of one trip: under way, or over without a file.
type fetchView struct {
	Fetch  Fetch
	Source Source
}

// fetch shows a trip until the file is there, and then its import.
func (h *Handlers) fetch(w http.ResponseWriter, r *http.Request) error {
	id, err := numberIn(r, "fetch")
	if err != nil {
		return err
	}
	f, src, err := h.s.GetFetch(r.Context(), sellerOf(r), id)
	if err != nil {
		return err
	}
	if f.State == FetchDone {
		return web.Redirect(w, r, importPath(Import{ID: f.ImportID}))
	}
	if f.Live() {
		w.Header().Set("Refresh", "2")
	}
	return web.Render(w, r, http.StatusOK, fetchPage(fetchView{f, src}))
}

// takeURL makes or finds the source of an address and sends for what lies there.
func (h *Handlers) takeURL(r *http.Request, f *form.Form, src Source, dryRun bool) (string, error) {
	src.URL = f.Required("url", 2048)
	src.EveryMinutes = everyOf(f)
	if err := f.Err(); err != nil {
		return "", err
	}
	src.Name = hostOf(src.URL)
	id, err := h.s.SourceNamed(r.Context(), src)
	if err != nil {
		return "", err
	}
	fetchID, err := h.s.AskFetch(r.Context(), src.SellerID, id, dryRun, account.SessionOf(r.Context()).PersonID)
	return fetchPath(fetchID), err
}

func (v fetchView) received(ctx context.Context) string {
	if v.Fetch.Bytes == 0 {
		return i18n.T(ctx, "feed.fetch.waiting")
	}
	return i18n.T(ctx, "feed.fetch.received", "mb", catalog.FormatNumber(i18n.LangOf(ctx), strconv.FormatFloat(float64(v.Fetch.Bytes)/(1<<20), 'f', 1, 64), ""))
}
