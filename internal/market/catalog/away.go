package catalog

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// Leaving is an offer that is ready to be sold abroad, as it stands now.
type Leaving struct {
	OfferID, SellerID int64
	Price             money.Amount // of one piece, kopecks
}

// Route is where a thing may be sent: a class of countries and services of the post, and what it weighs.
type Route struct {
	Class int64
	Grams int64
}

// Router finds out where offers may be sent; what goes nowhere is not in the answer. It reads the database only.
type Router func(ctx context.Context, db pg.DB, list []Leaving) (map[int64]Route, error)

// router is asked for before a transaction, for whatever it has to find out first. Without it nothing is sold abroad.
func (s *Service) router(ctx context.Context) Router {
	if s.Routes == nil {
		return nil
	}
	r, err := s.Routes(ctx)
	if err != nil { // goods are found all the same
		httpx.Warn(ctx, "cards are indexed without where they may be sent", err)
		return nil
	}
	return r
}

// route asks where the goods of some cards may be sent, all at once.
func route(ctx context.Context, db pg.DB, router Router, rows []indexRow) (map[int64]Route, error) {
	var list []Leaving
	for _, r := range rows {
		for _, v := range r.Variants {
			if w, ok := v.away(); ok {
				list = append(list, Leaving{OfferID: w.OfferID, SellerID: w.SellerID, Price: w.Price.Amount})
			}
		}
	}
	if router == nil || len(list) == 0 {
		return nil, nil
	}
	return router(ctx, db, list)
}

// away is the offer of a variant that visitors from abroad are told of: the best of those that are ready to be sent.
func (v indexVariant) away() (Rival, bool) {
	var rivals []Rival
	for _, o := range v.Offers {
		if o.Abroad {
			rivals = append(rivals, o.rival())
		}
	}
	box, ok := ChooseSeller(rivals)
	return box.Winner, ok && box.Winner.Price.Currency == money.RUB
}

// send adds to a variant of the index what visitors from abroad are told of it.
func (v indexVariant) send(to *search.Variant, routes map[int64]Route) {
	w, ok := v.away()
	if !ok {
		return
	}
	if r, goes := routes[w.OfferID]; goes {
		to.Send(search.Away{Class: r.Class, Grams: r.Grams, Offer: w.OfferID, Price: int64(w.Price.Amount)})
	}
}

// AwayOffers finds for each card the offer that visitors from abroad are told of: of every variant the best of those that
// are ready to be sent, of the variants the cheapest. A card without any is not in the answer.
func AwayOffers(ctx context.Context, db pg.DB, products []int64) (_ map[int64]int64, err error) {
	defer errs.Wrap(&err, "catalog.AwayOffers")
	rows, err := selectAway(ctx, db, products)
	if err != nil {
		return nil, err
	}
	found, price := map[int64]int64{}, map[int64]money.Amount{}
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(r awayRow) bool { return r.VariantID != rows[0].VariantID })
		if n < 0 {
			n = len(rows)
		}
		rivals := make([]Rival, n)
		for i, r := range rows[:n] {
			rivals[i] = r.rival()
		}
		product := rows[0].ProductID
		if box, ok := ChooseSeller(rivals); ok && (found[product] == 0 || box.Winner.Price.Amount < price[product]) {
			found[product], price[product] = box.Winner.OfferID, box.Winner.Price.Amount
		}
		rows = rows[n:]
	}
	return found, nil
}

// awayFirst keeps of the rivals of a card, for a visitor from abroad, those that are ready to be sent; all of them where
// none is.
func awayFirst(rivals []Rival) []Rival {
	if !slices.ContainsFunc(rivals, func(r Rival) bool { return r.Abroad }) {
		return rivals
	}
	return slices.DeleteFunc(rivals, func(r Rival) bool { return !r.Abroad })
}
