package order

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// What a carrier tells of many parcels at once takes each where it would have gone alone, step by step, whatever of it is
// old or cannot be; of the letters only the last of each parcel is written.
func TestACarrierTellsOfManyParcels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 100_00, 100)
	at := b.Now()
	seller, carrier := Doer{Actor: BySeller}, Doer{Actor: ByCarrier}
	told := map[string][]CarrierNews{
		"a long way": {{To: Assembling, By: seller}, {To: Packed, By: seller}, {To: HandedOver, By: carrier, Carrier: "Почта", Tracking: "RR1"},
			{To: Confirmed, By: carrier}, {To: ExportCustoms, By: carrier}, {To: LeftCountry, By: carrier, Reason: "r", Note: "n"}, {To: Delivered, By: carrier}},
		"a short way": {{To: Packed, By: seller}},
		"nothing new": {{To: Confirmed, By: carrier}, {To: Cancelled, By: carrier}},
	}
	for what, news := range told {
		for i := range news {
			news[i].At = at.Add(time.Duration(i) * time.Hour)
		}
		alone, together := b.paid(b.guest(), 1, offer), b.paid(b.guest(), 1, offer)
		other := b.paid(b.guest(), 1, offer)
		for _, n := range news {
			n.ParcelID = alone.Parcels[0].ID
			b.must(pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
				_, err := b.MoveByCarrier(t.Context(), tx, n)
				return err
			}))
		}
		letters := b.count(`select count(*) from mails`)
		b.must(pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
			_, err := b.FollowCarriers(t.Context(), tx, map[int64][]CarrierNews{together.Parcels[0].ID: news, other.Parcels[0].ID: told["a short way"]})
			return err
		}))
		alone, together, other = b.dossier(alone.Purchase.Number), b.dossier(together.Purchase.Number), b.dossier(other.Purchase.Number)
		near := cmpopts.EquateApproxTime(time.Minute) // the purchases are placed one after the other
		if diff := cmp.Diff(alone.Parcels, together.Parcels, cmpopts.IgnoreFields(Parcel{}, "ID", "OrderID"), near); diff != "" {
			t.Errorf("%s: -alone +together\n%s", what, diff)
		}
		if diff := cmp.Diff(alone.Events, together.Events, cmpopts.IgnoreFields(Event{}, "ParcelID"), near); diff != "" {
			t.Errorf("%s: -alone +together\n%s", what, diff)
		}
		if other.Parcels[0].State != Packed {
			t.Errorf("%s: the other is %s", what, other.Parcels[0].State)
		}
		want := 0
		if what == "a long way" {
			want = 1 // that it is delivered; not that it was shipped, nor that it left
		}
		if n := b.count(`select count(*) from mails`) - letters; n != want {
			t.Errorf("%s: %d letters, want %d", what, n, want)
		}
	}
	err := pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
		_, err := b.FollowCarriers(t.Context(), tx, map[int64][]CarrierNews{-1: {{To: Packed, By: seller, At: at}}})
		return err
	})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("a parcel that is not there: %v", err)
	}
}
