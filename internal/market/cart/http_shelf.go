package cart

import (
	"context"
	"net/http"
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
		cards, err := selectShelved(ctx, h.Carts.pool, Wishes, o)
		if err != nil {
			return err
		}
		for _, c := range cards {
			list = append(list, c.product(ctx))
		}
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, http.StatusOK, wishesPage(list))
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
		cards, err := selectShelved(ctx, h.Carts.pool, Compare, o)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, c := range cards { // at most four
			card, err := catalog.GetCard(ctx, h.Carts.pool, c.Slug)
			if err != nil {
				return err
			}
			col := compareColumn{Product: c.product(ctx), Specs: map[string]string{}}
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
