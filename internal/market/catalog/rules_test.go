package catalog_test

import (
	"math/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func rival(id int64, price money.Amount, change ...func(*catalog.Rival)) catalog.Rival {
	r := catalog.Rival{OfferID: id, SellerID: id, Condition: catalog.ConditionNew, Days: 3,
		Price: catalog.Price{Amount: price, Currency: money.RUB}, OnTimePermille: -1, CancelPermille: -1}
	for _, c := range change {
		c(&r)
	}
	return r
}

func TestChooseSeller(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rivals []catalog.Rival
		winner int64
		why    string
	}{
		"alone":                        {[]catalog.Rival{rival(1, 100)}, 1, "catalog.why.only"},
		"cheaper with delivery":        {[]catalog.Rival{rival(1, 1000), rival(2, 900, func(r *catalog.Rival) { r.DeliveryFee = 300 })}, 1, "catalog.why.cheaper"},
		"used never beats new":         {[]catalog.Rival{rival(1, 1000), rival(2, 10, func(r *catalog.Rival) { r.Condition = catalog.ConditionUsed })}, 1, "catalog.why.condition"},
		"a bad record costs the place": {[]catalog.Rival{rival(1, 1000, func(r *catalog.Rival) { r.OnTimePermille, r.CancelPermille = 600, 80 }), rival(2, 1010)}, 2, "catalog.why.dearer"},
		"equal: the older offer":       {[]catalog.Rival{rival(7, 1000), rival(3, 1000)}, 3, "catalog.why.same_price"},
	} {
		box, ok := catalog.ChooseSeller(c.rivals)
		if !ok || box.Winner.OfferID != c.winner || box.Why[0].Key != c.why {
			t.Errorf("%s: winner %d because %s, want %d because %s", name, box.Winner.OfferID, box.Why[0].Key, c.winner, c.why)
		}
	}
	if _, ok := catalog.ChooseSeller(nil); ok {
		t.Error("nobody sells, yet somebody won")
	}
}

func TestChooseSellerIgnoresOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rivals []catalog.Rival
		for i := range rapid.IntRange(1, 8).Draw(t, "n") {
			rivals = append(rivals, rival(int64(i+1), money.Amount(rapid.Int64Range(1, 1<<55).Draw(t, "price")), func(r *catalog.Rival) {
				r.Days = rapid.IntRange(0, 20).Draw(t, "days")
				r.OnTimePermille = rapid.IntRange(-1, 1000).Draw(t, "on time")
				r.RatingHundredths = rapid.SampledFrom([]int{0, 100, 350, 500}).Draw(t, "rating")
			}))
		}
		want, _ := catalog.ChooseSeller(rivals)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(rivals), func(i, j int) { rivals[i], rivals[j] = rivals[j], rivals[i] })
		got, _ := catalog.ChooseSeller(rivals)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order of offers decided:\n%s", diff)
		}
		if s := got.Winner.Score; s.Sum() > 1000 || s.Price < 0 || s.Price > 600 {
			t.Fatalf("score out of bounds: %+v", s)
		}
	})
}

func day(n int) time.Time { return noon.AddDate(0, 0, -n) }

func TestProve(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		today   money.Amount
		history []catalog.Charged
		want    catalog.Proof
	}{
		"never changed": {500, []catalog.Charged{{Price: 500, From: day(90)}}, catalog.Proof{Low: 500, High: 500}},
		"charged 20 days, then cut": {429, []catalog.Charged{{Price: 560, From: day(40), To: day(5)}, {Price: 429, From: day(5)}},
			catalog.Proof{Was: 560, Low: 429, High: 560, IsLow: true, Change: 23}},
		"raised for a week before the sale": {429, []catalog.Charged{{Price: 430, From: day(90), To: day(10)}, {Price: 900, From: day(10), To: day(1)}, {Price: 429, From: day(1)}},
			catalog.Proof{Was: 430, Low: 429, High: 900, IsLow: true, Change: 0}},
		"thirteen days are not enough": {429, []catalog.Charged{{Price: 560, From: day(14), To: day(1)}, {Price: 429, From: day(1)}},
			catalog.Proof{Low: 429, High: 560, IsLow: true}},
		"in two pieces": {400, []catalog.Charged{{Price: 500, From: day(29), To: day(20)}, {Price: 450, From: day(20), To: day(10)},
			{Price: 500, From: day(10), To: day(3)}, {Price: 400, From: day(3)}},
			catalog.Proof{Was: 500, Low: 400, High: 500, IsLow: true, Change: 20}},
		"was cheaper this month": {429, []catalog.Charged{{Price: 560, From: day(60), To: day(10)}, {Price: 399, From: day(10), To: day(5)}, {Price: 429, From: day(5)}},
			catalog.Proof{Was: 560, Low: 399, High: 560, Change: 23}},
		"what was charged before the month": {429, []catalog.Charged{{Price: 900, From: day(90), To: day(31)}, {Price: 429, From: day(31)}},
			catalog.Proof{Low: 429, High: 429}},
	} {
		if diff := cmp.Diff(c.want, catalog.Prove(c.today, c.history, noon)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDailyLow(t *testing.T) {
	t.Parallel()
	days := catalog.DailyLow([]catalog.Charged{{Price: 560, From: day(10), To: day(5)}, {Price: 429, From: day(5)}}, noon)
	if len(days) != 30 || days[0] != 560 || days[24] != 560 || days[25] != 429 || days[29] != 429 {
		t.Errorf("days: %v", days)
	}
	if catalog.DailyLow(nil, noon) != nil {
		t.Error("no history is no chart")
	}
}

func TestFormatNumber(t *testing.T) {
	t.Parallel()
	if got := catalog.FormatNumber(i18n.RU, "1500.5000", "g"); got != "1\u00a0500,5\u00a0г" {
		t.Errorf("ru: %q", got)
	}
	if got := catalog.FormatNumber(i18n.EN, "40.0000", "mm"); got != "40\u00a0mm" {
		t.Errorf("en: %q", got)
	}
}
