package cart

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func (h *Handlers) wishes(w http.ResponseWriter, r *http.Request) error {
	ctx, o := r.Context(), OwnerOf(r)
	var list []ui.Product
	if !o.Nobody() {
		cards, err := h.Carts.shelved(ctx, Wishes, o)
		if err != nil {
			return err
		}
		list = products(ctx, cards)
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, http.StatusOK, wishesPage(list))
}

// shelved reads the cards of a shelf. A visitor from abroad is told of the offers that may be sent, as in every list.
func (s *Service) shelved(ctx context.Context, which Shelf, o Owner) ([]shelved, error) {
	var prefer []int64
	if ui.Away(ctx) {
		ids, err := selectShelf(ctx, s.pool, which, o)
		if err != nil {
			return nil, err
		}
		away, err := catalog.AwayOffers(ctx, s.pool, ids)
		if err != nil {
			return nil, err
		}
		prefer = slices.Collect(maps.Values(away))
	}
	return selectShelved(ctx, s.pool, which, o, prefer)
}

// products are the cards of a shelf, ready to print: to a visitor from abroad they say what those of a category do.
func products(ctx context.Context, cards []shelved) []ui.Product {
	list := make([]ui.Product, len(cards))
	for i, c := range cards {
		list[i] = c.product(ctx)
	}
	return ui.Reach(ctx, list)
}

func (c shelved) product(ctx context.Context) ui.Product {
	lang := i18n.LangOf(ctx)
	title := catalog.Text{RU: c.TitleRu, EN: c.TitleEn}.In(lang)
	p := ui.Product{ID: strconv.FormatInt(c.ProductID, 10), Title: title, Href: web.Path(ctx, catalog.ProductPath(c.Slug)), Wished: true}
	photo := catalog.Photo{}
	if c.Photo != nil {
		photo = *c.Photo
	}
	photo.Art = catalog.ArtPath(c.Art, c.ProductID)
	p.Pic = photo.Pic("", "(min-width: 960px) 200px, 46vw")
	if c.OfferID == nil {
		p.Gone = i18n.T(ctx, "cart.compare.gone")
		return p
	}
	p.Offer, p.Seller = strconv.FormatInt(*c.OfferID, 10), *c.Seller
	p.Away = p.Offer
	p.Price = ui.Money{Now: money.Format(lang, *c.Price, *c.Currency), Also: ui.About(ctx, *c.Price, *c.Currency)}
	return p
}

// wish keeps or drops a card: POST /wishes product, on=1|0.
func (h *Handlers) wish(w http.ResponseWriter, r *http.Request) error {
	return h.toggle(w, r, Wishes, "/wishes", "cart.wished", "cart.unwished")
}

// toggleCompare puts a card into the comparison or takes it out: POST /compare product, on=1|0.
func (h *Handlers) toggleCompare(w http.ResponseWriter, r *http.Request) error {
	return h.toggle(w, r, Compare, "/compare", "cart.compared", "cart.uncompared")
}

func (h *Handlers) toggle(w http.ResponseWriter, r *http.Request, s Shelf, home, put, taken string) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	product := f.ID("product")
	if err := f.Err(); err != nil {
		return err
	}
	o, err := h.owner(w, r)
	if err != nil {
		return err
	}
	key := put
	if f.Raw("on") == "0" {
		key = taken
		err = h.Carts.TakeOff(r.Context(), s, o, product)
	} else {
		err = h.Carts.Put(r.Context(), s, o, product)
	}
	if err != nil {
		return err
	}
	if wantsJSON(r) {
		return h.answerCount(w, r, o, key)
	}
	return back(w, r, home, key)
}

// compareColumn is one card of the comparison.
type compareColumn struct {
	Product ui.Product
	Specs   map[string]string
}

func (h *Handlers) compare(w http.ResponseWriter, r *http.Request) error {
	ctx, o := r.Context(), OwnerOf(r)
	var columns []compareColumn
	var names []string
	if !o.Nobody() {
		cards, err := h.Carts.shelved(ctx, Compare, o)
		if err != nil {
			return err
		}
		list, seen := products(ctx, cards), map[string]bool{}
		for i, c := range cards { // at most four
			card, err := catalog.GetCard(ctx, h.Carts.pool, c.Slug)
			if err != nil {
				return err
			}
			col := compareColumn{Product: list[i], Specs: map[string]string{}}
			for _, line := range card.SpecLines(i18n.LangOf(ctx)) {
				col.Specs[line.Name] = line.Value
				if !seen[line.Name] {
					seen[line.Name] = true
					names = append(names, line.Name)
				}
			}
			columns = append(columns, col)
		}
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, http.StatusOK, comparePage(columns, names))
}
