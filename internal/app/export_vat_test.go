package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// The register and the papers tell the same value: what was paid, in the currency it was paid in. Only where that is not
// the rouble does a rate count, the one of the day the post accepted the parcel; a rate nobody knows stops no parcel.
func TestTheRegisterSaysWhatThePapersSay(t *testing.T) {
	t.Parallel()
	accepted := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	day := rates.Today(accepted)
	type worth struct {
		Currency      money.Currency
		Value, RUB    money.Amount
		Rate, Nominal int64
		Day, LeftOn   time.Time
		Codes         int
	}
	for name, tt := range map[string]struct {
		paid  money.Currency
		value money.Amount
		want  worth
	}{
		"roubles, whatever the buyer saw": {money.RUB, 970_00, worth{Currency: money.RUB, Value: 970_00, RUB: 970_00, Rate: 10_000, Nominal: 1, Day: day}},
		"euros":                           {"EUR", 10_00, worth{Currency: "EUR", Value: 10_00, RUB: 957_79, Rate: 957_793, Nominal: 1, Day: day}},
		"a currency without a rate":       {"JPY", 1_000, worth{Currency: money.RUB, Value: 970_00, RUB: 970_00, Rate: 10_000, Nominal: 1, Day: day}},
	} {
		d := dispatch.Departure{At: accepted.AddDate(0, 0, 2), Now: accepted.AddDate(0, 0, 2), Rates: rates.Table{Day: day, Rates: map[money.Currency]rates.Rate{"EUR": {Value: 957_793, Nominal: 1}}},
			Facts: clearance.Parcel{Currency: tt.paid, Value: tt.value, ValueRUB: 970_00, Lines: []clearance.Line{{HS: "691200"}, {HS: "691200"}}}}
		d.Parcel = dispatch.Parcel{SellerID: 1, Number: "Y-1-1-1", Country: "DE", Currency: "EUR", Value: 9_98, ValueRUB: 970_00, Accepted: &accepted, ReleasedAt: &accepted}
		r := vatRow(d, goods.SellerTerms{INN: "500100732259"})
		tt.want.Codes, tt.want.LeftOn = 1, rates.Today(d.At)
		got := worth{Currency: r.Currency, Value: r.Value, RUB: r.ValueRUB, Rate: r.Rate, Nominal: r.RateNominal, Day: r.RateDay, LeftOn: r.DepartedOn, Codes: len(r.TNVED)}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}
