package catalog

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
)

// product shows a card in two round trips: the card with its offers, then the history of the offer shown together with
// the question whether the strip of its category is still true.
func (h *Handlers) product(w http.ResponseWriter, r *http.Request) error {
	ctx, now := r.Context(), h.s.now()
	rows, err := selectProductRows(ctx, h.s.db, chi.URLParam(r, "product"))
	if err != nil {
		return err
	}
	card, state := rows.card(), rows.Stamps[0]
	v, err := variantAsked(r, card)
	if err != nil {
		return err
	}
	rivals := rows.rivals(v.ID)
	history, related, err := h.s.historyAndStrip(ctx, card, rivals)
	if err != nil {
		return err
	}
	tree, err := h.s.tree.at(ctx, h.s.db, state.Tree, now)
	if err != nil {
		return err
	}
	pagecache.Keep(ctx, state.Stamp+state.Tree, state.Topics...)
	pagecache.Keep(ctx, related.Stamp, related.Topics...)
	web.Public(w, r, keepProduct)
	page := productPage(ctx, tree, card, v, rivals, history, printTiles(ctx, others(related.Value, card.ID), now), now)
	if page.Abroad, err = h.s.abroad(ctx, rivals); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, productTempl(page))
}

// abroad says whether one piece of the offer in the buy box may go to the visitor's country; nil at home, where nothing is
// asked.
func (s *Service) abroad(ctx context.Context, rivals []Rival) (*destination.Saying, error) {
	to := destination.Of(ctx)
	box, sells := ChooseSeller(rivals)
	if !to.Abroad() || s.Abroad == nil || !sells {
		return nil, nil
	}
	w := box.Winner
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

const (
	stripSize = 6
	maxStrips = 1000 // categories
)

// strip is the newest cards of a category with the state they were read in.
type strip = pagecache.Fact[[]Tile]

// historyAndStrip reads what the offer in the buy box charged, and the strip of the card's category.
func (s *Service) historyAndStrip(ctx context.Context, card Card, rivals []Rival) (map[int64][]Charged, strip, error) {
	box, _ := ChooseSeller(rivals)
	kept, ok := s.strips.Find(card.CategoryID)
	charged, stamp, err := selectHistory(ctx, s.db, box.Winner.OfferID, string(box.Winner.Price.Currency), kept.Topics)
	if err != nil {
		return nil, kept, err
	}
	history := map[int64][]Charged{box.Winner.OfferID: charged}
	if ok && stamp == kept.Stamp {
		return history, kept, nil
	}
	fresh, err := s.readStrip(ctx, card.CategoryID)
	if err == nil {
		s.strips.Put(card.CategoryID, fresh)
	}
	return history, fresh, err
}

// readStrip reads one card more than is shown, since the card of the page is not among them.
func (s *Service) readStrip(ctx context.Context, categoryID int64) (f strip, err error) {
	shelf := []string{pagecache.Category(categoryID)}
	stamp, err := pagecache.Stamp(ctx, s.db, shelf)
	if err != nil {
		return f, err
	}
	ids, err := selectSiblings(ctx, s.db, categoryID, stripSize+1)
	if err != nil {
		return f, err
	}
	cards, err := stampCards(ctx, s.db, ids)
	if err != nil {
		return f, err
	}
	f.Stamp, f.Topics = stamp+cards.Stamp, append(shelf, cards.Topics...)
	f.Value, err = Tiles(ctx, s.db, ids)
	return f, err
}

// others are the cards of a strip without the one whose page it is.
func others(tiles []Tile, productID int64) []Tile {
	list := make([]Tile, 0, stripSize)
	for _, t := range tiles {
		if t.ProductID != productID && len(list) < stripSize {
			list = append(list, t)
		}
	}
	return list
}
