package desk

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

// photo is a picture of a listing as an officer sees it.
type photo struct {
	Pic  ui.Pic
	Href string // the picture alone
}

// photos are all pictures of the things that a case is about, as their listings show them today. A thing without any has
// the catalogue's drawing, which says that it is one.
func (h *Handlers) photos(ctx context.Context, c Case, f Facts) ([]photo, error) {
	offers := f.Offers
	if c.OfferID != 0 && !slices.Contains(offers, c.OfferID) {
		offers = append([]int64{c.OfferID}, offers...)
	}
	things, err := listThings(ctx, h.Desks.DB, offers)
	if err != nil {
		return nil, err
	}
	products := make([]int64, len(things))
	for i, x := range things {
		products[i] = x.ProductID
	}
	cards, err := catalog.CardsByID(ctx, h.Desks.DB, products)
	if err != nil {
		return nil, err
	}
	var list []photo
	for _, x := range things {
		list = append(list, printPhotos(ctx, cards[x.ProductID], x.VariantID)...)
	}
	return list, nil
}

func printPhotos(ctx context.Context, card catalog.Card, variant int64) (list []photo) {
	lang := i18n.LangOf(ctx)
	shown := card.PhotosOf(variant)
	for i, p := range shown {
		alt := p.Alt.In(lang)
		switch {
		case p.Key == "":
			alt = t(ctx, "photo.drawn", "title", card.Title.In(lang))
		case alt == "":
			alt = t(ctx, "photo", "title", card.Title.In(lang), "n", i+1, "of", len(shown))
		}
		pic := p.Pic(alt, "160px")
		pic.Side, pic.Lazy = 160, true
		list = append(list, photo{Pic: pic, Href: pic.Src})
	}
	return list
}

// thing is where the catalogue has an offer.
type thing struct{ ProductID, VariantID int64 }

func listThings(ctx context.Context, db pg.DB, offers []int64) ([]thing, error) {
	return pg.List[thing](ctx, db, `
		select distinct v.product_id, v.id as variant_id from offers o join variants v on v.id = o.variant_id
		where o.id = any($1) order by 1, 2`, offers)
}
