package abroad_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// shelf is a list of products, each with one offer of the same number.
func (w *world) shelf(list ...abroad.Shown) {
	for i := range list {
		list[i].Card, list[i].SellerID = destination.Carded{ProductID: list[i].OfferID}, 1
	}
	w.Shelf = func(context.Context, []destination.Carded) ([]abroad.Shown, error) { return list, nil }
}

func offered(offer int64, price money.Amount) abroad.Shown {
	return abroad.Shown{OfferID: offer, Price: price, Offered: true, Ready: true}
}

func (w *world) reach(t *testing.T, country string) map[int64]destination.Reach {
	t.Helper()
	got, err := w.Reach(t.Context(), country, make([]destination.Carded, 9))
	if err != nil {
		t.Fatal(err)
	}
	by := map[int64]destination.Reach{}
	for card, r := range got {
		by[card.ProductID] = r
	}
	return by
}

// A card says what the page of its thing says: the same service, the same days, the same duty and tax; and in a few words
// of its own why a thing stays.
func TestACardSaysWhatThePageSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	change := func(offer int64, f func(*goods.Passport)) {
		p := ready(offer)
		f(&p)
		w.passports[offer] = p
	}
	change(3, func(p *goods.Passport) { p.GrossGrams = 31_000 })
	change(4, func(p *goods.Passport) { p.Collection = "museum" })
	change(5, func(p *goods.Passport) { p.HS = "" })
	change(6, func(p *goods.Passport) { p.YearMade, p.Mass, p.Unique = 1970, false, true })
	w.shelf(offered(1, 2000_00), offered(2, 200_00), offered(3, 1000_00), offered(4, 1000_00), offered(5, 1000_00), offered(6, 1000_00),
		abroad.Shown{OfferID: 7, Price: 500_00}, abroad.Shown{OfferID: 8, Price: 500_00, Offered: true})
	got := w.reach(t, "DE")
	why := map[int64]string{}
	for id, r := range got {
		if r.Outcome == destination.Stays {
			why[id] = r.Why.In(i18n.EN)
		}
	}
	want := map[int64]string{3: "Too big for the post to Germany", 4: "May not leave the country", 5: "Not ready to go abroad yet",
		6: "Waits for an expert's opinion", 7: "Not sold abroad", 8: "Not ready to go abroad yet"}
	if diff := cmp.Diff(want, why); diff != "" {
		t.Errorf("why it stays: -want +got\n%s", diff)
	}
	for offer, price := range map[int64]money.Amount{1: 2000_00, 2: 200_00} {
		v := w.tell(t, destination.Ask{SellerID: 1, Country: "DE", Items: []destination.Item{{OfferID: offer, Qty: 1, Value: price}}})[0]
		c, _ := v.Chosen()
		page := destination.Reach{Outcome: v.Outcome, Price: price, Postage: c.Price, MinDays: c.MinDays, MaxDays: c.MaxDays, Extra: v.Extra(), Unsaid: v.Unsaid}
		if diff := cmp.Diff(page, got[offer]); diff != "" || page.Extra == 0 {
			t.Errorf("the page and the card of %d: -page +card\n%s", offer, diff)
		}
	}
	w.closed = []string{"NO"}
	if r := w.reach(t, "NO")[1]; r.Why.In(i18n.EN) != "No post to Norway" {
		t.Errorf("to a closed country: %+v", r)
	}
}

// What was found out is not asked for again, until the offer, the rules or the day's rates are others; what could not be
// found out is.
func TestACardAsksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shelf(offered(1, 2000_00), offered(2, 200_00))
	asks := func(what string, want int64, change func()) {
		t.Helper()
		change()
		w.asked.Store(0)
		w.reach(t, "DE")
		if got := w.asked.Load(); got != want {
			t.Errorf("%s: %d questions, want %d", what, got, want)
		}
	}
	asks("the first list", 2, func() {})
	asks("the same list", 0, func() {})
	asks("another price", 1, func() { w.shelf(offered(1, 1900_00), offered(2, 200_00)) })
	asks("another edition of the rules", 2, func() { w.book = new(clearance.Book) })
	asks("another passport", 1, func() {
		changed := offered(2, 200_00)
		changed.Version++
		w.shelf(offered(1, 1900_00), changed)
	})
	asks("a post that is away", 2, func() { w.silent, w.book = true, new(clearance.Book) })
	if r := w.reach(t, "DE")[1]; r.Outcome != destination.Unknown {
		t.Errorf("of a post that is away: %+v", r)
	}
	asks("the post is back", 2, func() { w.silent = false })
	w.shelf()
	asks("nothing is sold", 0, func() {})
	broken := errors.New("broken")
	w.Shelf = func(context.Context, []destination.Carded) ([]abroad.Shown, error) { return nil, broken }
	if _, err := w.Reach(t.Context(), "DE", []destination.Carded{{ProductID: 1}}); !errors.Is(err, broken) {
		t.Errorf("a mistake of ours is told as %v", err)
	}
}

// The query runs against the schema; what nobody sells is left out.
func TestShelf(t *testing.T) {
	t.Parallel()
	if list, err := abroad.ShelfOf(t.Context(), dbtest.New(t), []destination.Carded{{ProductID: 1}, {ProductID: 2, OfferID: 3}}); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}
