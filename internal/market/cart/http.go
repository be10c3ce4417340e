package cart

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serves the cart, the wish list and the comparison.
type Handlers struct {
	Carts *Service
	// Ensure gives the visitor's session, making a guest's when there is none.
	Ensure func(w http.ResponseWriter, r *http.Request) (*account.Session, error)
}

// Routes mounts the pages.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/cart", web.Handle(h.show))
	r.Post("/cart/lines", web.Handle(h.add))
	r.Post("/cart/lines/{line}", web.Handle(h.change))
	r.Post("/cart/select", web.Handle(h.pick))
	r.Get("/wishes", web.Handle(h.wishes))
	r.With(account.RequirePerson).Get("/account/wishes", web.Handle(h.wishes))
	r.Post("/wishes", web.Handle(h.wish))
	r.Get("/compare", web.Handle(h.compare))
	r.Post("/compare", web.Handle(h.toggleCompare))
}

// OwnerOf finds whose cart a request is about; nobody's for a visitor without a session.
func OwnerOf(r *http.Request) Owner {
	s := account.SessionOf(r.Context())
	if s == nil {
		return Owner{}
	}
	return Owner{PersonID: s.PersonID, SessionID: s.ID}
}

// owner is OwnerOf for a visitor who is about to put something somewhere.
func (h *Handlers) owner(w http.ResponseWriter, r *http.Request) (Owner, error) {
	s, err := h.Ensure(w, r)
	if err != nil {
		return Owner{}, err
	}
	return Owner{PersonID: s.PersonID, SessionID: s.ID}, nil
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, pageView{})
}

// render shows the cart; v says what was refused, if anything.
func (h *Handlers) render(w http.ResponseWriter, r *http.Request, status int, v pageView) error {
	c, err := h.Carts.Get(r.Context(), OwnerOf(r))
	if err != nil {
		return err
	}
	v.Cart, v.Lang, v.Now = c, i18n.LangOf(r.Context()), h.Carts.now()
	if v.Sum, v.Units, v.Sellers, err = c.Total(); err != nil {
		v.Errs = append(v.Errs, ui.ErrsOf(r.Context(), err)...)
		status = http.StatusUnprocessableEntity
	}
	v.To, v.Exchange = destination.Of(r.Context()), destination.ExchangeOf(r.Context())
	if v.Verdicts, err = h.Carts.verdicts(r.Context(), c, v.To); err != nil {
		return err
	}
	if v.Shops, err = h.Carts.shops(r.Context(), c); err != nil {
		return err
	}
	if v.Kept, err = h.Carts.kept(r.Context(), OwnerOf(r)); err != nil {
		return err
	}
	v.point()
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, status, page(v))
}

// refuse shows the cart again with what went wrong; other errors go on.
func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request, err error, v pageView) error {
	kind := errs.KindOf(err)
	if (kind != errs.Invalid && kind != errs.Conflict) || wantsJSON(r) {
		return err
	}
	v.Errs = ui.ErrsOf(r.Context(), err)
	return h.render(w, r, web.StatusOf(err), v)
}

// Refuse shows the cart again with what its form said and why that was refused, for the checkout,
// where the same form leads; other errors go on.
func Refuse(w http.ResponseWriter, r *http.Request, carts *Service, c Choice, err error) error {
	return (&Handlers{Carts: carts}).refuse(w, r, err, pageView{Said: c})
}

// add puts an offer into the cart: POST /cart/lines offer, qty.
func (h *Handlers) add(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	qty := 1
	if _, given := r.Form["qty"]; given {
		if qty, err = ParseQty(f.Raw("qty")); err != nil {
			return h.refuse(w, r, err, pageView{})
		}
	}
	offer := f.ID("offer")
	if err := f.Err(); err != nil {
		return h.refuse(w, r, errs.New(errs.Invalid, "cart.add.unknown").With(err), pageView{})
	}
	o, err := h.owner(w, r)
	if err != nil {
		return err
	}
	if err := h.Carts.Add(r.Context(), o, offer, qty); err != nil {
		return h.refuse(w, r, err, pageView{})
	}
	if wantsJSON(r) {
		return h.answerCount(w, r, o, "cart.added")
	}
	if f.Raw("now") != "" { // "buy now": the cart is one press away from the checkout
		return web.Redirect(w, r, "/cart")
	}
	return back(w, r, "/cart", "cart.added")
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// answerCount tells a script what the header should show and what to say.
func (h *Handlers) answerCount(w http.ResponseWriter, r *http.Request, o Owner, key string) error {
	n, err := Count(r.Context(), h.Carts.pool, o)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]any{"count": n, "message": i18n.T(r.Context(), key)})
}

// change acts on one line: act is minus, plus, set, take, del, restore, later or accept.
func (h *Handlers) change(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	line, err := strconv.ParseInt(chi.URLParam(r, "line"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if err := h.act(r, line, f); err != nil {
		v := pageView{}
		if _, typed := r.Form["qty"]; typed {
			v.Said.Typed = []Typed{{LineID: line, Qty: f.Raw("qty")}}
		}
		return h.refuse(w, r, err, v)
	}
	flash := web.Flash{Kind: ui.OK}
	switch f.Raw("act") {
	case "del":
		flash.Key = "cart.removed"
		flash.Undo, flash.UndoFields = "/cart/lines/"+chi.URLParam(r, "line"), map[string]string{"act": "restore"}
	case "later":
		flash.Key = "cart.moved_later"
	default:
		return web.Redirect(w, r, "/cart")
	}
	if r.Header.Get("HX-Request") != "" { // the swapped cart shows the removed line itself
		return web.Redirect(w, r, "/cart")
	}
	return web.RedirectFlash(w, r, "/cart", flash)
}

func (h *Handlers) act(r *http.Request, line int64, f *form.Form) error {
	ctx, o := r.Context(), OwnerOf(r)
	if o.Nobody() {
		return errs.New(errs.NotFound, "error.not_found")
	}
	switch f.Raw("act") {
	case "minus":
		return h.Carts.Step(ctx, o, line, -1)
	case "plus":
		return h.Carts.Step(ctx, o, line, +1)
	case "del":
		return h.Carts.Remove(ctx, o, line)
	case "restore":
		return h.Carts.Restore(ctx, o, line)
	case "later":
		return h.Carts.Later(ctx, o, line)
	case "accept":
		price, err := strconv.ParseInt(f.Raw("price"), 10, 64)
		if err != nil {
			return errs.New(errs.Invalid, "form.unreadable")
		}
		return h.Carts.Accept(ctx, o, line, money.Amount(price))
	default: // set, take, and Enter pressed in the field
		c := Choice{Typed: []Typed{{LineID: line, Qty: f.Raw("qty")}}}
		if err := c.check(); err != nil {
			return err
		}
		qty, err := ParseQty(f.Raw("qty"))
		if err != nil {
			return err
		}
		return h.Carts.SetQty(ctx, o, line, qty)
	}
}

// pick ticks the lines that go to checkout.
func (h *Handlers) pick(w http.ResponseWriter, r *http.Request) error {
	c, err := ChoiceOf(r)
	if err != nil {
		return err
	}
	if o := OwnerOf(r); !o.Nobody() {
		if err := h.Carts.Choose(r.Context(), o, c); err != nil {
			return h.refuse(w, r, err, pageView{Said: c})
		}
	}
	return web.Redirect(w, r, "/cart")
}

// back answers 303 to the page the form was on, if it is one of ours, with a message.
func back(w http.ResponseWriter, r *http.Request, otherwise, key string) error {
	web.SetFlash(w, r, web.Flash{Kind: ui.OK, Key: key})
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && web.Local(from.Path) && from.Host != "" {
		next := from.EscapedPath()
		if from.RawQuery != "" {
			next += "?" + from.RawQuery
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return web.Redirect(w, r, otherwise)
}
