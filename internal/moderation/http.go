package moderation

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of the queue at the operator's desk.
type Handlers struct {
	s *Service
	// Shops names shops by id; wiring gives it, because shops are not this module's.
	Shops func(ctx context.Context, ids []int64) (map[int64]string, error)
	// Tabs are the kinds that have a queue, in order.
	Tabs []string
}

// NewHandlers makes the pages with a tab for each of the kinds.
func NewHandlers(s *Service, shops func(ctx context.Context, ids []int64) (map[int64]string, error), tabs ...string) *Handlers {
	return &Handlers{s: s, Shops: shops, Tabs: tabs}
}

// Routes mounts the pages; the caller guards them with account.RequireStaff.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/admin/moderation", web.Handle(h.queue))
	r.Post("/admin/moderation/next", web.Handle(h.next))
	r.Get("/admin/moderation/{request}", web.Handle(h.show))
	r.Post("/admin/moderation/{request}", web.Handle(h.decide))
}

const queueSize = 50

func moderator(r *http.Request) int64 { return account.SessionOf(r.Context()).PersonID }

// queue opens the queue of a kind at its first request.
func (h *Handlers) queue(w http.ResponseWriter, r *http.Request) error {
	kind := r.URL.Query().Get("kind")
	if kind == "" {
		counts, err := h.s.Counts(r.Context())
		if err != nil {
			return err
		}
		kind = busiest(h.Tabs, counts)
	}
	v, err := h.view(r, kind, Request{})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, queueTempl(v))
}

// busiest is the first tab in which something waits, or simply the first.
func busiest(tabs []string, counts map[string]int) string {
	for _, tab := range tabs {
		if counts[tab] > 0 {
			return tab
		}
	}
	return tabs[0]
}

// next takes the riskiest request nobody has.
func (h *Handlers) next(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	return h.goNext(w, r, f.Raw("kind"), nil)
}

func (h *Handlers) goNext(w http.ResponseWriter, r *http.Request, kind string, note *web.Flash) error {
	req, ok, err := h.s.Claim(r.Context(), moderator(r), []string{kind})
	if err != nil {
		return err
	}
	path := "/admin/moderation?kind=" + url.QueryEscape(kind)
	if ok {
		path = "/admin/moderation/" + strconv.FormatInt(req.ID, 10)
	}
	if note != nil {
		return web.RedirectFlash(w, r, path, *note)
	}
	return web.Redirect(w, r, path)
}

func (h *Handlers) request(r *http.Request) (Request, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "request"), 10, 64)
	if err != nil {
		return Request{}, errs.New(errs.NotFound, "error.not_found")
	}
	return h.s.Get(r.Context(), id)
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	req, err := h.request(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, req.Kind, req)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, queueTempl(v))
}

// decide takes the moderator's button; what is refused comes back with what was typed.
func (h *Handlers) decide(w http.ResponseWriter, r *http.Request) error {
	req, err := h.request(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	ctx, by, code, note := r.Context(), moderator(r), f.Raw("code"), f.Optional("note", 2000)
	if !f.OK() {
		return h.again(w, r, req, code, note, f.Err())
	}
	said := "moderation.done.approved"
	switch f.Raw("do") {
	case "ok":
		err = h.s.Approve(ctx, by, req.ID)
	case "back":
		said, err = "moderation.done.changes_requested", h.s.AskChanges(ctx, by, req.ID, code, note)
	case "no":
		said, err = "moderation.done.rejected", h.s.Reject(ctx, by, req.ID, code, note)
	case "skip":
		said, err = "moderation.done.skipped", h.s.Skip(ctx, by, req.ID)
	default:
		return errs.New(errs.BadRequest, "form.unreadable")
	}
	if errs.Is(err, errs.Invalid) || errors.Is(err, ErrStale) {
		return h.again(w, r, req, code, note, err)
	}
	if err != nil {
		return err
	}
	flash := &web.Flash{Kind: ui.OK, Key: said, Args: []string{"title", req.Title}}
	if f.Raw("do") == "skip" {
		return web.RedirectFlash(w, r, "/admin/moderation?kind="+req.Kind, *flash)
	}
	return h.goNext(w, r, req.Kind, flash)
}

func (h *Handlers) again(w http.ResponseWriter, r *http.Request, req Request, code, note string, problem error) error {
	v, err := h.view(r, req.Kind, req)
	if err != nil {
		return err
	}
	v.Item.Code, v.Item.Note, v.Errs = code, note, ui.ErrsOf(r.Context(), problem)
	v.Page.Errors = len(v.Errs)
	return web.Render(w, r, web.StatusOf(problem), queueTempl(v))
}

// view gathers a queue and, where there is one, the request in hand.
func (h *Handlers) view(r *http.Request, kind string, req Request) (queueView, error) {
	ctx, now := r.Context(), h.s.now()
	list, err := h.s.Queue(ctx, []string{kind}, queueSize)
	if err != nil {
		return queueView{}, err
	}
	counts, err := h.s.Counts(ctx)
	if err != nil {
		return queueView{}, err
	}
	ids := []int64{req.SellerID}
	for _, q := range list {
		ids = append(ids, q.SellerID)
	}
	shops, err := h.Shops(ctx, ids)
	if err != nil {
		return queueView{}, err
	}
	today, err := h.s.Today(ctx, moderator(r), midnight(now))
	if err != nil {
		return queueView{}, err
	}
	v := printQueue(ctx, h.Tabs, kind, list, counts, shops, req.ID, now)
	v.Today = printDay(ctx, today)
	if err := h.illustrate(ctx, &v, kind, list, req); err != nil {
		return v, err
	}
	if req.ID == 0 {
		return v, nil
	}
	fields, err := h.s.Diff(ctx, req)
	if err != nil {
		return v, err
	}
	past, err := h.s.History(ctx, h.Tabs, req.TargetID, 10)
	if err != nil {
		return v, err
	}
	page := pageOf(r)
	shown, err := h.s.Show(ctx, req, (page-1)*cardsShown, cardsShown)
	if err != nil {
		return v, err
	}
	v.Item = printItem(ctx, req, fields, past, h.s.CodesOf(req), shops[req.SellerID], moderator(r), now)
	v.Item.Pic = v.Pic
	v.Item.show(ctx, shown, page, r.URL.Query().Has("open"))
	v.Page.Title = req.Title
	return v, nil
}

// cardsShown is how many of the many things that one request asks about stand on a page.
const cardsShown = 25

// pageOf is the page of things asked for, from 1.
func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > 10_000 {
		return 1
	}
	return n
}

// illustrate puts pictures beside the requests of a queue and the one in hand.
func (h *Handlers) illustrate(ctx context.Context, v *queueView, kind string, list []Request, req Request) error {
	all := list
	if req.ID != 0 {
		all = append(slices.Clone(list), req)
	}
	pics, err := h.s.Pics(ctx, kind, all)
	if err != nil {
		return err
	}
	for i, q := range list {
		v.Queue[i].Pic = pics[q.TargetID]
	}
	v.Pic = pics[req.TargetID]
	return nil
}

// midnight is the beginning of the day in Moscow.
func midnight(now time.Time) time.Time {
	t := now.In(i18n.Moscow)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Moscow)
}
