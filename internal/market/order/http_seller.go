package order

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// shopView is what every page of a seller's workplace begins with.
type shopView struct {
	voice
	Hub string
	Nav []web.NavItem
}

func (h *Handlers) shop(r *http.Request, current string) shopView {
	v := shopView{voice: voice{Lang: i18n.LangOf(r.Context()), Now: h.Orders.Now()}}
	if h.SellerNav != nil {
		v.Hub, v.Nav = h.SellerNav(r, current)
	}
	return v
}

// queueView is a seller's list of orders.
type queueView struct {
	shopView
	Queue  Queue
	Find   string
	Page   paging.Page[Row]
	Counts map[State]stateCount
}

func (h *Handlers) sellerList(w http.ResponseWriter, r *http.Request) error {
	q := Queue(r.URL.Query().Get("queue"))
	if q == "" {
		q = QueueNew
	}
	if !slices.Contains(Queues, q) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	find := form.Limit(form.Clean(r.URL.Query().Get("q")), 100)
	if find != "" && r.URL.Query().Get("queue") == "" {
		q = QueueAll
	}
	seller := staffer(r).SellerID
	page, err := h.Orders.ListForSeller(r.Context(), seller, q, find, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	counts, err := h.Orders.Counts(r.Context(), seller)
	if err != nil {
		return err
	}
	v := queueView{shopView: h.shop(r, "/seller/orders"), Queue: q, Find: find, Page: page, Counts: counts}
	return web.Render(w, r, http.StatusOK, queuePage(v))
}

// sellerOrderView is one order as its seller sees it.
type sellerOrderView struct {
	shopView
	Dossier
	Account
	Order  Order
	Errs   ui.Errs
	Pack   bool // may call off: an owner or a manager
	Typed  map[string]string
	Parcel int // the parcel whose form was refused
}

func (h *Handlers) sellerShow(w http.ResponseWriter, r *http.Request) error {
	return h.renderSeller(w, r, http.StatusOK, nil, 0)
}

func (h *Handlers) sellerView(r *http.Request) (sellerOrderView, error) {
	d, err := h.Orders.GetForSeller(r.Context(), staffer(r).SellerID, chi.URLParam(r, "number"))
	if err != nil {
		return sellerOrderView{}, err
	}
	if len(d.Orders) != 1 {
		return sellerOrderView{}, errs.New(errs.NotFound, "error.not_found")
	}
	a, err := h.Orders.account(r.Context(), h.Orders.Pool, purchaseNumber(d.Orders[0].Number))
	if err != nil {
		return sellerOrderView{}, err
	}
	return sellerOrderView{shopView: h.shop(r, "/seller/orders"), Dossier: d, Order: d.Orders[0], Account: a.of(d.Orders[0].ID),
		Pack: account.SessionOf(r.Context()).Sells(account.Owner, account.Manager)}, nil
}

func (h *Handlers) renderSeller(w http.ResponseWriter, r *http.Request, status int, problem error, parcel int) error {
	v, err := h.sellerView(r)
	if err != nil {
		return err
	}
	v.Errs, v.Parcel, v.Typed = ui.ErrsOf(r.Context(), problem), parcel, map[string]string{}
	for name := range r.PostForm {
		v.Typed[name] = r.PostForm.Get(name)
	}
	return web.Render(w, r, status, sellerOrderPage(v))
}

// slip is the packing slip of an order, a page that prints.
func (h *Handlers) slip(w http.ResponseWriter, r *http.Request) error {
	v, err := h.sellerView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, slipPage(v))
}

// settle answers a seller's act: back to the order, or the same page with what is wrong.
func (h *Handlers) settle(w http.ResponseWriter, r *http.Request, err error, parcel int, done string) error {
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderSeller(w, r, web.StatusOf(err), err, parcel)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/seller/orders/"+chi.URLParam(r, "number"), web.Flash{Kind: ui.OK, Key: done})
}

// move takes a parcel to its next state.
func (h *Handlers) move(w http.ResponseWriter, r *http.Request) error {
	seq, err := seqOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := MoveIn{To: State(f.Raw("to")), Carrier: f.Optional("carrier", 80), Tracking: strings.ToUpper(f.Optional("tracking", 60)),
		Reason: f.Raw("reason"), Note: f.Optional("note", 300)}
	if in.To == Packed && f.Raw("boxes") != "" {
		in.Boxes = int(f.Int("boxes", 1, 99))
	}
	if err = f.Err(); err == nil {
		err = h.Orders.Move(r.Context(), staffer(r), chi.URLParam(r, "number"), seq, in)
	}
	return h.settle(w, r, err, seq, "order.move.done")
}

// split sends a part of a parcel in one of its own.
func (h *Handlers) split(w http.ResponseWriter, r *http.Request) error {
	seq, err := seqOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	lines := units(f, r, "units")
	if err = f.Err(); err == nil {
		err = h.Orders.Split(r.Context(), staffer(r), chi.URLParam(r, "number"), seq, lines)
	}
	return h.settle(w, r, err, seq, "order.split.done")
}

// sellerCancel calls off an order or some of its lines.
func (h *Handlers) sellerCancel(w http.ResponseWriter, r *http.Request) error {
	in, err := cancelIn(r)
	in.OrderID = 0
	if err == nil {
		err = h.Orders.CancelBySeller(r.Context(), staffer(r), chi.URLParam(r, "number"), in)
	}
	return h.settle(w, r, err, 0, "order.cancel.done")
}
