package order

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// heavy is a border over which goods go in two parcels alone: all but one piece of the first in one, that piece in the other.
func heavy(asks []destination.Ask) []destination.Verdict {
	list := make([]destination.Verdict, len(asks))
	for i, a := range asks {
		first := a.Items[0]
		last := destination.Item{OfferID: first.OfferID, Qty: 1, Value: first.Value / 3}
		first.Qty, first.Value = first.Qty-1, first.Value-last.Value
		parcel := destination.Carriage{Object: 4031, RU: "Посылка", EN: "Parcel", Price: 1900_00, MinDays: 12, MaxDays: 20, Open: true}
		list[i] = destination.Verdict{Country: a.Country, Outcome: destination.Stays, Value: 9000_00, ValueSDR: 80_0000, Alternatives: []destination.Alternative{{
			Way: destination.BySplit, Service: parcel, Postage: 3500_00, Levy: destination.Levy{Duty: 600_00, Tax: 200_00}, Cost: 4300_00, Parts: []destination.Part{
				{Items: append([]destination.Item{first}, a.Items[1:]...), GrossGrams: 18_000, ValueSDR: 60_0000, Postage: 1900_00, Evidence: "the greater"},
				{Items: []destination.Item{last}, GrossGrams: 9_000, ValueSDR: 20_0000, Postage: 1600_00, Evidence: "the smaller"}}}}}
	}
	return list
}

// What is too heavy for one parcel goes in two at one press: one order, what was agreed about each parcel, and a decision
// recorded for each.
func TestAnOrderGoesInSeveralParcels(t *testing.T) {
	t.Parallel()
	b, _ := opened(t)
	b.Judge = func(_ context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
		return heavy(asks), nil
	}
	var evidence []any
	b.Record = func(_ context.Context, _ pgx.Tx, _ string, _ int64, v destination.Verdict) (int64, error) {
		evidence = append(evidence, v.Evidence)
		return 41 + int64(len(evidence)), nil
	}
	shop := catalogtest.Shop(t, b.pool)
	one := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 2000_00, 5)
	two := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 1000_00, 5)
	u := b.guest()
	b.fill(u, 3, one, two)
	key, d, q := b.readyAbroad(u, "DE")
	if q.Complete {
		t.Fatal("it goes unasked")
	}
	for _, pick := range []string{"abroad:4031", "abroad:-5011", "abroad:-1"} {
		d.Ship[shop.ID] = pick
		if q = b.priced(u, &d); q.Complete {
			t.Errorf("it goes by %s", pick)
		}
	}
	d.Ship[shop.ID] = "abroad:-4031"
	q = b.priced(u, &d)
	if !q.Complete || q.Sums.Delivery != 3500_00 {
		t.Fatalf("in two parcels: complete %v, postage %d", q.Complete, q.Sums.Delivery)
	}
	number, err := b.Place(t.Context(), u, key, d, q.Sums.Total)
	b.must(err)
	b.must(b.capture(number))
	dossier := b.dossier(number)
	agreed := dossier.Orders[0].Method
	if diff := cmp.Diff([]destination.PartSnapshot{{GrossGrams: 18_000, ValueSDR: 60_0000, Postage: 1900_00, DecisionID: 42},
		{GrossGrams: 9_000, ValueSDR: 20_0000, Postage: 1600_00, DecisionID: 43}}, agreed.Abroad.Parcels); diff != "" {
		t.Errorf("agreed (-want +got):\n%s", diff)
	}
	if agreed.MethodID != 4031 || agreed.Abroad.Object != 4031 || agreed.Abroad.Duty != 600_00 || agreed.Abroad.DecisionID != 42 ||
		agreed.Abroad.Of(2).GrossGrams != 9_000 || agreed.Abroad.Of(3).DecisionID != 42 {
		t.Errorf("agreed %+v", agreed)
	}
	if diff := cmp.Diff([]any{"the greater", "the smaller"}, evidence); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	var held []map[int64]int
	for _, p := range dossier.ParcelsOf(dossier.Orders[0].ID) {
		in := map[int64]int{}
		for _, x := range dossier.InParcel(p.ID) {
			l, _ := dossier.Line(x.OrderLineID)
			in[l.OfferID] = x.Qty
		}
		if held = append(held, in); p.State != Confirmed {
			t.Errorf("parcel %d is %s when it is paid for", p.Seq, p.State)
		}
	}
	if diff := cmp.Diff([]map[int64]int{{one: 2, two: 3}, {one: 1}}, held); diff != "" {
		t.Errorf("in the parcels (-want +got):\n%s", diff)
	}
}

// Where a decision cannot be kept nothing is placed, and no parcel is made.
func TestNoParcelWithoutItsDecision(t *testing.T) {
	t.Parallel()
	b, _ := opened(t)
	b.Judge = func(_ context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
		return heavy(asks), nil
	}
	recorded := 0
	b.Record = func(context.Context, pgx.Tx, string, int64, destination.Verdict) (int64, error) {
		if recorded++; recorded == 2 {
			return 0, errs.New(errs.Conflict, "order.place.price_changed")
		}
		return 1, nil
	}
	shop, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	u := b.guest()
	b.fill(u, 3, offer)
	key, d, _ := b.readyAbroad(u, "DE")
	d.Ship[shop.ID] = "abroad:-4031"
	q := b.priced(u, &d)
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errs.Is(err, errs.Conflict) {
		t.Errorf("placed: %v", err)
	}
	if n := b.count(`select count(*)::int from parcels where seller_id = $1`, shop.ID); n != 0 {
		t.Errorf("%d parcels of an order that is none", n)
	}
}
