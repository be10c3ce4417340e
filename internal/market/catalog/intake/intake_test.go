package intake_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func TestUpsertCardsIsIdempotent(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	shop, category := catalogtest.Shop(t, db), catalogtest.Category(t, db)
	cards := []intake.Card{
		{AuthorID: shop.ID, Key: "a", CategoryID: category, Brand: "Тулажернов", Title: catalog.Text{RU: "Кофемолка"}, Publish: true,
			Variants: []intake.Variant{{Key: "1", GTIN: "4006381333931"}, {Key: "2"}}},
		{AuthorID: shop.ID, Key: "b", CategoryID: category, Brand: "ТУЛАЖЕРНОВ", Title: catalog.Text{RU: "Турка"},
			Variants: []intake.Variant{{Key: "1", GTIN: "04006381333931"}}},
	}
	put := func() []intake.CardResult {
		t.Helper()
		got, err := intake.UpsertCards(t.Context(), db, cards)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := put()
	if !first[0].Changed || first[0].Status != catalog.CardPublished || first[1].Status != catalog.CardDraft {
		t.Errorf("first run: %+v", first)
	}
	second := put()
	for i := range first {
		first[i].Changed = false
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the same again changed something:\n%s", diff)
	}
	cards[0].Title.RU, cards[0].Variants = "Кофемолка ручная", cards[0].Variants[:1]
	cards[1].Publish = true
	if third := put(); !third[0].Changed || !third[1].Changed || third[1].Status != catalog.CardPublished ||
		third[0].Slug != first[0].Slug || len(third[0].Variants) != 2 {
		t.Errorf("a change: %+v", third)
	}
	cards[0].Publish, cards[0].Title.RU = false, "Подмена"
	if fourth := put(); fourth[0].Changed {
		t.Error("an import without trust changed a published card")
	}
	s := &catalogtest.Site{T: t, DB: db}
	if got := s.Rows(`select title_ru from products order by id`); got != "[[Кофемолка ручная] [Турка]]" {
		t.Errorf("cards: %s", got)
	}
	if got := s.Rows(`select count(*) from brands`); got != "[[1]]" {
		t.Errorf("one brand in two spellings: %s", got)
	}
	// The same number written with a leading zero is the same thing: the first card keeps it.
	if got := s.Rows(`select coalesce(gtin, '') from variants order by id`); got != "[[4006381333931] [] []]" {
		t.Errorf("barcodes: %s", got)
	}
}

func TestUpsertOffers(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	shop := catalogtest.Shop(t, db)
	card := catalogtest.Card(t, db, shop)
	put := func(price money.Amount, onHand int) intake.OfferResult {
		t.Helper()
		got, err := intake.UpsertOffers(t.Context(), db, []intake.Offer{{SellerID: shop.ID, SellerSKU: "A-1",
			VariantID: card.Variants["main"], Price: price, OnHand: onHand}})
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	id := put(1000, 5).OfferID
	for _, c := range []struct {
		price            money.Amount
		onHand           int
		changed, stopped bool
	}{{1000, 5, false, false}, {900, 5, true, false}, {900, 3, true, false}, {449, 3, true, true}, {449, 3, false, true}, {900, 3, true, false}} {
		if got := put(c.price, c.onHand); got != (intake.OfferResult{OfferID: id, Changed: c.changed, Stopped: c.stopped}) {
			t.Errorf("%d × %d: %+v", c.price, c.onHand, got)
		}
	}
	if short, err := hold.Take(t.Context(), db, "buyer", []hold.Line{{OfferID: id, Qty: 2}}, time.Minute); err != nil || len(short) > 0 {
		t.Fatal(short, err)
	}
	put(900, 0)
	if onHand, reserved := catalogtest.Stock(t, db, id); onHand != 2 || reserved != 2 {
		t.Errorf("stock went below what buyers hold: %d of %d", onHand, reserved)
	}
	s := &catalogtest.Site{T: t, DB: db}
	if got := s.Rows(`select price, to_at is null from offer_prices order by from_at`); got != "[[1000 false] [900 true]]" {
		t.Errorf("price history: %s", got)
	}
}
