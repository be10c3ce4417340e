package order

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// BuyAgain puts what a purchase was of into the cart, at the prices of today, and says how many of
// its lines are still sold and how many are not.
func (s *Service) BuyAgain(ctx context.Context, d Dossier, to cart.Owner) (added, gone int, err error) {
	defer errs.Wrap(&err, "order.BuyAgain(%s)", d.Purchase.Number)
	for _, l := range d.Lines {
		switch err := s.Carts.Add(ctx, to, l.OfferID, l.Qty); {
		case err == nil:
			added++
		case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
			gone++
		default:
			return added, gone, err
		}
	}
	return added, gone, nil
}

// again fills the cart with an order's goods: POST /orders/{number}/again.
func (h *Handlers) again(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	d, err := h.Orders.Get(r.Context(), buyerOf(r, number), number)
	if err != nil {
		return err
	}
	session, err := h.Accounts.EnsureSession(w, r) // who came by a link has none yet
	if err != nil {
		return err
	}
	added, gone, err := h.Orders.BuyAgain(r.Context(), d, cart.Owner{PersonID: session.PersonID, SessionID: session.ID})
	if err != nil {
		return err
	}
	switch {
	case added == 0:
		return web.RedirectFlash(w, r, "/orders/"+number, web.Flash{Kind: ui.Warn, Key: "order.again.none"})
	case gone > 0:
		return web.RedirectFlash(w, r, "/cart", web.Flash{Kind: ui.Warn, Key: "order.again.some", Args: []string{"n", strconv.Itoa(gone)}})
	}
	return web.RedirectFlash(w, r, "/cart", web.Flash{Kind: ui.OK, Key: "order.again.done"})
}
