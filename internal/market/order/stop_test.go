package order

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// divided is a paid order that goes abroad in two parcels: five of the six things in the first, for 1,900 roubles, and
// the third piece of the first kind in the second, for 1,600.
func (b *bench) divided(one, two int64, shopID int64) Dossier {
	b.t.Helper()
	u := b.guest()
	b.fill(u, 3, one, two)
	key, d, _ := b.readyAbroad(u, "DE")
	d.Ship[shopID] = "abroad:-4031"
	q := b.priced(u, &d)
	number, err := b.Place(b.t.Context(), u, key, d, q.Sums.Total)
	b.must(err)
	b.must(b.capture(number))
	return b.dossier(number)
}

func (b *bench) stop(parcelID int64) (stopped bool) {
	b.t.Helper()
	b.must(pg.InTx(b.t.Context(), b.pool, func(tx pgx.Tx) (err error) {
		stopped, err = b.StopExport(b.t.Context(), tx, parcelID, Doer{Actor: BySystem}, "")
		return err
	}))
	return stopped
}

// Of two parcels that may not leave, or one, exactly what each carries is given back, with its own postage: the other
// goes its way, however far it is, and of both together not a kopeck stays.
func TestAParcelThatIsStoppedLeavesTheOtherAlone(t *testing.T) {
	t.Parallel()
	b, _ := opened(t)
	b.Judge = func(_ context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
		return heavy(asks), nil
	}
	b.Record = func(context.Context, pgx.Tx, string, int64, destination.Verdict) (int64, error) { return 1, nil }
	shop := catalogtest.Shop(t, b.pool)
	one := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 333_33, 100)
	two := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 100_01, 100)
	const (
		first  = money.Amount(2*333_33 + 3*100_01 + 1900_00)
		second = money.Amount(333_33 + 1600_00)
	)
	way := []State{Assembling, Packed, HandedOver, ExportCustoms, LeftCountry, ImportCustoms, InTransit, Delivered}
	for name, tt := range map[string]struct {
		at    [2]int // how many steps each has made
		stops []int
		back  money.Amount
		ends  [2]State
	}{
		"the first, both with the seller":       {stops: []int{0}, back: first, ends: [2]State{Cancelled, Confirmed}},
		"the second, both with the seller":      {stops: []int{1}, back: second, ends: [2]State{Confirmed, Cancelled}},
		"both":                                  {stops: []int{0, 1}, back: first + second, ends: [2]State{Cancelled, Cancelled}},
		"both, the second first":                {stops: []int{1, 0}, back: first + second, ends: [2]State{Cancelled, Cancelled}},
		"one twice":                             {stops: []int{1, 1}, back: second, ends: [2]State{Confirmed, Cancelled}},
		"the first is packed, the second left":  {at: [2]int{2, 5}, stops: []int{0}, back: first, ends: [2]State{Cancelled, LeftCountry}},
		"the first arrived, the second stays":   {at: [2]int{8, 0}, stops: []int{1}, back: second, ends: [2]State{Delivered, Cancelled}},
		"the post has it, the other is packed":  {at: [2]int{3, 2}, stops: []int{0}, back: first, ends: [2]State{Returning, Packed}},
		"at the border, the other is delivered": {at: [2]int{8, 4}, stops: []int{1}, back: second, ends: [2]State{Delivered, Returning}},
		"both at the border":                    {at: [2]int{4, 4}, stops: []int{0, 1}, back: first + second, ends: [2]State{Returning, Returning}},
		"what left the country is not stopped":  {at: [2]int{5, 0}, stops: []int{0}, ends: [2]State{LeftCountry, Confirmed}},
	} {
		d := b.divided(one, two, shop.ID)
		parcels := d.ParcelsOf(d.Orders[0].ID)
		for i, p := range parcels {
			for n, to := range way[:tt.at[i]] {
				by := Doer{Actor: BySeller}
				if n > 2 {
					by.Actor = ByCarrier
				}
				b.must(pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
					_, err := b.MoveByCarrier(t.Context(), tx, CarrierNews{ParcelID: p.ID, To: to, At: b.Now(), By: by, Carrier: "Почта", Tracking: "RR1"})
					return err
				}))
			}
		}
		for _, i := range tt.stops {
			b.stop(parcels[i].ID)
		}
		d = b.dossier(d.Purchase.Number)
		if o := d.Orders[0]; o.Refunded != tt.back {
			t.Errorf("%s: %d kopecks go back, want %d", name, o.Refunded, tt.back)
		}
		for i, p := range d.ParcelsOf(d.Orders[0].ID) {
			if p.State != tt.ends[i] {
				t.Errorf("%s: parcel %d is %s, want %s", name, p.Seq, p.State, tt.ends[i])
			}
		}
	}
}

// A parcel is stopped, then the buyer calls off the rest, or the other way round: all money goes back, once.
func TestWhatIsStoppedIsNotPaidBackTwice(t *testing.T) {
	t.Parallel()
	b, _ := opened(t)
	b.Judge = func(_ context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
		return heavy(asks), nil
	}
	b.Record = func(context.Context, pgx.Tx, string, int64, destination.Verdict) (int64, error) { return 1, nil }
	shop := catalogtest.Shop(t, b.pool)
	one := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 333_33, 30)
	two := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 100_01, 30)
	stock := map[int64]int{one: 30, two: 30}
	for i := range 4 {
		d := b.divided(one, two, shop.ID)
		number, parcels := d.Purchase.Number, d.ParcelsOf(d.Orders[0].ID)
		off := func(lines map[int64]int) error {
			return b.CancelByBuyer(t.Context(), Buyer{Owner: b.ownerOf(number)}, number, CancelIn{Reason: ReasonChangedMind, Lines: lines})
		}
		if i%2 == 0 {
			if !b.stop(parcels[i/2].ID) {
				t.Error("it was not stopped")
			}
			b.must(off(nil))
		} else {
			b.must(off(map[int64]int{d.Lines[0].ID: 1})) // out of the first parcel
			b.stop(parcels[0].ID)
			b.stop(parcels[1].ID)
		}
		if o := b.dossier(number).Orders[0]; o.Refunded != o.Total {
			t.Errorf("of %d kopecks %d went back", o.Total, o.Refunded)
		}
		if err := off(nil); !errs.Is(err, errs.Conflict) {
			t.Errorf("called off again: %v", err)
		}
	}
	b.balanced(stock)
}
