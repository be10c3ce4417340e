package dispatch

import (
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/places"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serves the seller's pages of foreign parcels and the operator's overview.
type Handlers struct{ Parcels *Service }

const listPath = "/seller/export/parcels"

// Routes mounts the pages.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller())
		r.Get(listPath, web.Handle(h.list))
		r.Get(listPath+"/{number}", web.Handle(h.show))
		r.Get(listPath+"/{number}/papers/{kind}", web.Handle(h.paper))
		r.Post(listPath+"/{number}/weigh", web.Handle(h.weigh))
		r.Post(listPath+"/hand-over", web.Handle(h.handOver))
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		r.Post(listPath+"/sign", web.Handle(h.sign))
		r.Post(listPath+"/{number}/again", web.Handle(h.again))
		r.Post(listPath+"/{number}/call-off", web.Handle(h.callOff))
		r.Post(listPath+"/{number}/resume", web.Handle(h.resume))
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		r.Get("/admin/export", web.Handle(h.overview))
		r.Post("/admin/export/parcels/{number}/resume", web.Handle(h.resumeByAdmin))
	})
}

// voice writes values in the reader's language.
type voice struct {
	Lang i18n.Lang
	Now  time.Time
}

func (h *Handlers) voice(r *http.Request) voice {
	return voice{Lang: i18n.LangOf(r.Context()), Now: h.Parcels.Now()}
}

func (v voice) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v voice) n(key string, n int, args ...any) string {
	return i18n.NIn(v.Lang, key, int64(n), args...)
}

func (v voice) sum(a money.Amount, cur money.Currency) string { return money.Format(v.Lang, a, cur) }

func (v voice) at(t time.Time) string { return i18n.DateTime(v.Lang, t, v.Now) }

// workplace is what every page of the seller's hub begins with.
type workplace struct {
	voice
	Title string
	Nav   []web.NavItem
	Strip []ui.Tab // of the pages about selling abroad; none at the operator's desk
}

func (h *Handlers) hub(r *http.Request) workplace {
	ctx := r.Context()
	nav, strip := places.Export(ctx, listPath)
	return workplace{h.voice(r), places.HubTitle(ctx), nav, strip}
}

// staffer is the person who works in a shop.
func staffer(r *http.Request) order.Staffer {
	s := account.SessionOf(r.Context())
	return order.Staffer{SellerID: s.SellerID, PersonID: s.PersonID}
}

// listView is a pile of parcels with what may be done to them.
type listView struct {
	workplace
	Pile   Pile
	Page   paging.Page[ListRow]
	Counts map[Pile]int
	Errs   ui.Errs
	Signs  bool // may sign: an owner or a manager
	Chosen []string
	Meters templ.Component // of the agency contracts that the parcels count under
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	pile := Pile(r.URL.Query().Get("pile"))
	if pile == "" {
		pile = PileTodo
	}
	return h.renderList(w, r, http.StatusOK, pile, nil)
}

func (h *Handlers) renderList(w http.ResponseWriter, r *http.Request, status int, pile Pile, problem error) error {
	if !slices.Contains(Piles, pile) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	page, counts, err := h.Parcels.List(r.Context(), staffer(r).SellerID, pile, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	v := listView{workplace: h.hub(r), Pile: pile, Page: page, Counts: counts, Errs: ui.ErrsOf(r.Context(), problem),
		Signs: account.SessionOf(r.Context()).Sells(account.Owner, account.Manager)}
	if r.Method == http.MethodPost {
		v.Chosen = r.PostForm["parcel"]
	}
	if v.Meters, err = h.Parcels.Desk.Contracts.Strip(r.Context(), staffer(r).SellerID); err != nil {
		return err
	}
	return web.Render(w, r, status, listPage(v))
}

// many answers an act on several parcels: back to the pile they are in now, or the same page with what is wrong.
func (h *Handlers) many(w http.ResponseWriter, r *http.Request, err error, from, to Pile, done web.Flash) error {
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderList(w, r, web.StatusOf(err), from, err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, listPath+"?pile="+string(to), done)
}

func (h *Handlers) sign(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	numbers := f.All("parcel")
	left, err := h.Parcels.Sign(r.Context(), staffer(r), numbers)
	done := web.Flash{Kind: ui.OK, Key: "dispatch.sign.done"}
	if len(left) > 0 {
		done = web.Flash{Kind: ui.Warn, Key: "dispatch.sign.left"}
	}
	return h.many(w, r, err, PileTodo, PileWay, done)
}

func (h *Handlers) handOver(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	err = h.Parcels.HandOver(r.Context(), staffer(r), f.All("parcel"))
	return h.many(w, r, err, PileWay, PileWay, web.Flash{Kind: ui.OK, Key: "dispatch.hand_over.done"})
}

func (h *Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Parcels.Overview(r.Context())
	if err != nil {
		return err
	}
	ctx := r.Context()
	place := workplace{voice: h.voice(r), Title: places.DeskTitle(ctx), Nav: places.Desk(ctx, "/admin/export")}
	return web.Render(w, r, http.StatusOK, overviewPage(overviewView{place, o}))
}

func (h *Handlers) resumeByAdmin(w http.ResponseWriter, r *http.Request) error {
	who := account.SessionOf(r.Context()).PersonID
	if err := h.Parcels.Resume(r.Context(), chi.URLParam(r, "number"), 0, &who); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/export", web.Flash{Kind: ui.OK, Key: "dispatch.resume.done"})
}
