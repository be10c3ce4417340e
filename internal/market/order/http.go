package order

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
)

// Handlers serves the checkout and the pages of orders for buyers, sellers and the operator.
type Handlers struct {
	Orders   *Service
	Accounts *account.Service
	// Destinations, when set, makes the country of a checkout the visitor's choice everywhere.
	Destinations *destination.Service
	// SellerNav and AdminNav give the side navigation of the two workplaces; current is the path of
	// the place one is at. The program wires them, because the places belong to many modules.
	SellerNav func(r *http.Request, current string) (title string, nav []web.NavItem)
	AdminNav  func(r *http.Request, current string) (title string, nav []web.NavItem)
	// Lacking shows which of a shop's cards lack the most, among those ordered lately and others; nil shows nothing.
	Lacking func(ctx context.Context, sellerID int64, ordered []int64) (templ.Component, error)
}

// Routes mounts the pages.
func (h *Handlers) Routes(r chi.Router) {
	(&checkout.Handlers{Checkouts: h.Orders.Service, Accounts: h.Accounts, Payments: h.Orders.Payments, Destinations: h.Destinations,
		Place: h.place, LastPlaced: h.Orders.LastPlaced}).Routes(r)

	r.Get("/orders", web.Handle(h.list))
	r.With(account.RequirePerson).Get("/account/orders", web.Handle(h.list))
	r.Get("/orders/{number}", web.Handle(h.show))
	r.Get("/orders/{number}/pay", web.Handle(h.pay))
	r.Post("/orders/{number}/pay", web.Handle(h.pay))
	r.Post("/orders/{number}/cancel", web.Handle(h.cancel))
	r.Post("/orders/{number}/again", web.Handle(h.again))
	r.Get("/orders/{number}/invoice.pdf", web.Handle(h.invoice))

	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller())
		r.Get("/seller", web.Handle(h.today))
		r.Get("/seller/sales.csv", web.Handle(h.salesCSV))
		r.Get("/seller/orders", web.Handle(h.sellerList))
		r.Get("/seller/orders/{number}", web.Handle(h.sellerShow))
		r.Get("/seller/orders/{number}/slip", web.Handle(h.slip))
		r.Post("/seller/orders/{number}/parcels/{seq}/move", web.Handle(h.move))
		r.Post("/seller/orders/{number}/parcels/{seq}/split", web.Handle(h.split))
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		r.Post("/seller/orders/{number}/cancel", web.Handle(h.sellerCancel))
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff())
		r.Get("/admin/orders", web.Handle(h.adminList))
		r.Get("/admin/orders/{number}", web.Handle(h.adminShow))
	})
	r.With(account.RequireStaff(account.Admin)).Post("/admin/orders/{number}/cancel", web.Handle(h.adminCancel))
}

// place buys what a checkout holds.
func (h *Handlers) place(r *http.Request, key string, d checkout.Draft, expected money.Amount) (next string, err error) {
	made, err := h.Orders.Buy(r.Context(), buyerOf(r, ""), key, d, expected)
	return made.Next(), err
}

// buyerOf is who asks, with the capability key of this order if the browser has one.
func buyerOf(r *http.Request, number string) Buyer {
	b := Buyer{Owner: cart.OwnerOf(r), Lang: i18n.LangOf(r.Context())}
	if c, err := r.Cookie(keyCookie(r.Context(), number)); err == nil && len(c.Value) < 100 {
		b.Key = c.Value
	}
	return b
}

// keyCookie names the cookie of one order's key. The number is checked before: it is safe in a name.
func keyCookie(ctx context.Context, number string) string {
	if !numberForm.MatchString(number) {
		return "order"
	}
	return web.CookieName(ctx, "order_"+number)
}

// staffer is the person who works in a shop.
func staffer(r *http.Request) Staffer {
	s := account.SessionOf(r.Context())
	return Staffer{SellerID: s.SellerID, PersonID: s.PersonID}
}

// list shows the buyer's orders: a person's by account, a guest's by the browser.
func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	b := buyerOf(r, "")
	pile := Pile(r.URL.Query().Get("show"))
	if !slices.Contains(piles, pile) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	page, err := h.Orders.List(r.Context(), b.Owner, pile, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, http.StatusOK, listPage(listView{Lang: b.Lang, Now: h.Orders.Now(), Page: page, Pile: pile, Guest: b.PersonID == 0,
		Far: destination.Of(r.Context()).Abroad()}))
}

// units reads the fields prefix.<line> as whole units; empty ones are left out.
func units(f *form.Form, r *http.Request, prefix string) map[int64]int {
	lines := map[int64]int{}
	for name := range r.Form {
		raw, ok := strings.CutPrefix(name, prefix+".")
		if !ok || strings.TrimSpace(f.Raw(name)) == "" {
			continue
		}
		id, err := strconv.ParseInt(raw, 10, 64)
		if err != nil {
			continue // not a field of ours
		}
		if n := f.Int(name, 0, cart.MaxQty); n > 0 {
			lines[id] = int(n)
		}
	}
	return lines
}

func cursorOf(after string) (c cursor, err error) {
	_, err = paging.Decode(after, &c)
	return c, err
}

func seqOf(r *http.Request) (int, error) {
	n, err := strconv.Atoi(chi.URLParam(r, "seq"))
	if err != nil || n < 1 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return n, nil
}
