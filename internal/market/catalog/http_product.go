package catalog

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
)

// product shows a card in one round trip where its print or its sheet is true. Whether the strip of its category is still true is asked
// for many visitors at once.
func (h *Handlers) product(w http.ResponseWriter, r *http.Request) error {
	ctx, now, slug := r.Context(), h.s.now(), chi.URLParam(r, "product")
	if done, err := h.printed(w, r, slug); done || err != nil {
		return err
	}
	x, state, err := h.s.sheet(ctx, slug)
	if err != nil {
		return err
	}
	v, err := variantAsked(r, x.Card)
	if err != nil {
		return err
	}
	tree, err := h.s.tree.shared(ctx, h.s.db, state.Tree, now)
	if err != nil {
		return err
	}
	page, box := h.s.view(ctx, tree, x, v, now)
	if err := h.s.watch.Look(ctx); err != nil {
		return err
	}
	strip, err := h.s.related(ctx, x.Card.CategoryID, x.Card.ID)
	if err != nil {
		return err
	}
	if strip != nil {
		page.Below = below(strip)
	}
	if page.Abroad, err = h.s.abroad(ctx, box); err != nil {
		return err
	}
	pagecache.Keep(ctx, state.Stamp, state.Topics...)
	web.Public(w, r, keepProduct)
	return web.Render(w, r, http.StatusOK, productTempl(page))
}

// view is the page of a variant, without what is asked for its visitor alone and without the strip below.
func (s *Service) view(ctx context.Context, tree *Tree, x sheet, v Variant, now time.Time) (productView, Box) {
	rivals, away := x.rivals(v.ID), destination.Of(ctx).Abroad()
	if away {
		rivals = awayFirst(rivals)
	}
	box, _ := ChooseSeller(rivals) // nobody may be selling it
	page := productPage(ctx, tree, x.Card, v, box, x.Charged[box.Winner.OfferID], now)
	page.Leaves = s.Abroad != nil && !(away && box.Winner.OfferID != 0) && slices.ContainsFunc(rivals, func(r Rival) bool { return r.Abroad })
	return page, box
}

// abroad says whether one piece of the offer in the buy box may go to the visitor's country; nil at home, where nothing is
// asked.
func (s *Service) abroad(ctx context.Context, box Box) (*destination.Saying, error) {
	to, w := destination.Of(ctx), box.Winner
	if !to.Abroad() || s.Abroad == nil || w.OfferID == 0 {
		return nil, nil
	}
	list, err := s.Abroad(ctx, []destination.Ask{{SellerID: w.SellerID, Country: to.Country,
		Items: []destination.Item{{OfferID: w.OfferID, Qty: 1, Value: w.Price.Amount}}}})
	if err != nil {
		return nil, err
	}
	return &destination.Saying{Verdict: list[0], Exchange: destination.ExchangeOf(ctx)}, nil
}

func variantAsked(r *http.Request, card Card) (Variant, error) {
	id := int64(0)
	if text := r.URL.Query().Get("variant"); text != "" {
		var err error
		if id, err = strconv.ParseInt(text, 10, 64); err != nil || id <= 0 {
			return Variant{}, errs.New(errs.NotFound, "catalog.product.not_found")
		}
	}
	v, ok := card.Variant(id)
	if !ok {
		return v, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return v, nil
}
