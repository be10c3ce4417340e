package order

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/order/figures"
	"github.com/yarmarka/yarmarka/internal/market/seller"
)

// TestFiguresComeFromEnoughOrders sells from two shops and judges them: one sold enough, the other
// keeps the figures it was opened with.
func TestFiguresComeFromEnoughOrders(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	demo := seller.Quality{RatingHundredths: 470, Ratings: 12, Sales: 1240, OnTimePermille: 980, CancelPermille: 4}
	var shops [2]seller.Seller
	var offers [2]int64
	for i := range shops {
		shops[i] = catalogtest.Shop(t, b.pool, func(s *seller.Seller) { s.Quality = demo })
		card := catalogtest.Card(t, b.pool, shops[i], func(c *intake.Card) {})
		offers[i] = catalogtest.Offer(t, b.pool, shops[i], card.Variants["main"], 100000, 100)
	}
	for i := range figures.From {
		d := b.paid(b.guest(), 1, offers[0])
		w, number := b.staff(shops[0].ID), d.Orders[0].Number
		switch {
		case i < 2: // called off by the shop
			b.must(b.CancelBySeller(t.Context(), w, number, CancelIn{Reason: ReasonCannotShip}))
		case i < 12:
			b.must(b.ship(w, number))
		}
	}
	b.paid(b.guest(), 1, offers[1])
	b.pay.Sleep(60 * 24 * time.Hour) // the eight that were not sent are late by now
	n, err := figures.Refresh(t.Context(), b.pool, b.Now())
	b.must(err)
	if n != 1 {
		t.Fatalf("%d shops changed", n)
	}
	read, err := seller.ByIDs(t.Context(), b.pool, []int64{shops[0].ID, shops[1].ID})
	b.must(err)
	judged := demo
	judged.Sales, judged.OnTimePermille, judged.CancelPermille = 18, 556, 100
	if diff := cmp.Diff([]seller.Quality{judged, demo}, []seller.Quality{read[shops[0].ID].Quality, read[shops[1].ID].Quality}); diff != "" {
		t.Fatalf("figures (-want +got):\n%s", diff)
	}
	if b.count(`select count(*)::int from product_changes c join variants v on v.product_id = c.product_id
		join offers o on o.variant_id = v.id where o.seller_id = $1`, shops[0].ID) == 0 {
		t.Fatal("the goods of a judged shop are not indexed anew")
	}
	if n, err := figures.Refresh(t.Context(), b.pool, b.Now()); err != nil || n != 0 {
		t.Fatalf("judged again, %d shops changed, %v", n, err)
	}
	b.pay.Sleep(figures.Over)
	if n, err := figures.Refresh(t.Context(), b.pool, b.Now()); err != nil || n != 0 {
		t.Fatalf("long after, %d shops changed, %v: figures are kept, not erased", n, err)
	}
}
