package abroad_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// A list asks once about all its weights, never the post; the cheapest seller's way counts, and nobody's who has not told
// how they send.
func TestAListKnowsWhatMayBeSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Ready = func(context.Context, []int64) ([]goods.Ready, error) {
		return []goods.Ready{{ProductID: 1, SellerID: 1, GrossGrams: 401}, {ProductID: 1, SellerID: 1, GrossGrams: 1500},
			{ProductID: 2, SellerID: 1, GrossGrams: 9000}, {ProductID: 3, SellerID: 2, GrossGrams: 100}, {ProductID: 5, SellerID: 1, GrossGrams: 500}}, nil
	}
	asked := 0
	w.Kept = func(_ context.Context, country string, grams []int64) (postal.Kept, error) {
		asked++
		if diff := cmp.Diff([]int64{500, 1500, 9000}, grams); diff != "" {
			t.Errorf("weights: -want +got\n%s", diff)
		}
		return postal.Kept{Closed: country == "AQ", Prices: map[int64]money.Amount{500: 490_00, 1500: 900_00}}, nil
	}
	got, err := w.Reach(t.Context(), "DE", []int64{1, 2, 3, 4, 5})
	if diff := cmp.Diff(map[int64]destination.Reach{1: {Postage: 490_00}, 2: {}, 5: {Postage: 490_00}}, got); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	if got, err = w.Reach(t.Context(), "AQ", []int64{1}); err != nil || len(got) != 0 {
		t.Errorf("to a closed country go %v, %v", got, err)
	}
	if asked != 2 || w.asked != 0 {
		t.Errorf("%d questions to what is kept, %d to the post", asked, w.asked)
	}
}
