package contract_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Parcels that are counted together come under the contracts that each would come under alone, and make the same sums; a
// band that they cross together sends all of them back.
func TestParcelsAreCountedTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	agency := b.agency()
	agency.Market = "RS"
	_, err := b.Register(t.Context(), agency, "", nil)
	b.must(err)
	var sales []contract.Sale
	for i, country := range []string{"DE", "DE", "RS", "RS", "FR"} { // the first two are parcels of one order
		sales = append(sales, contract.Sale{SellerID: b.shop, Parcel: fmt.Sprintf("P-%d", i), Order: fmt.Sprintf("Y-%d", max(i, 1)), Country: country, PlacedAt: today})
	}
	add := func(rub, before money.Amount) ([]contract.Standing, error) {
		list, err := contract.UnderAll(t.Context(), b.db, sales)
		b.must(err)
		entries := make([]contract.Entry, len(list))
		for i, x := range list {
			alone, counted, err := contract.Under(t.Context(), b.db, sales[i])
			b.must(err)
			if alone.ID != x.ID || alone.Number != x.Number || alone.Kind != x.Kind || counted != x.Counted {
				t.Errorf("%s: %+v, alone %+v, %v", sales[i].Parcel, x, alone, counted)
			}
			entries[i] = contract.Entry{Contract: x.Contract, Parcel: sales[i].Parcel, RUB: rub, Judged: before + rub}
		}
		return list, pg.InTx(t.Context(), b.db, func(tx pgx.Tx) error { return b.AddAll(t.Context(), tx, entries) })
	}
	if _, err := add(60_000_000, 0); !errors.Is(err, contract.ErrMoved) { // two of them are past the band of 100,000,000
		t.Errorf("past a band: %v", err)
	}
	list, err := add(1_000_000, 0)
	b.must(err)
	for i, want := range []string{"Y-1", "Y-1", "7", "7", "Y-4"} {
		if list[i].Number != want || list[i].Counted {
			t.Errorf("%s: %+v, want the contract %s", sales[i].Parcel, list[i], want)
		}
	}
	again, err := contract.UnderAll(t.Context(), b.db, sales)
	b.must(err)
	for i, want := range []money.Amount{2_000_000, 2_000_000, 2_000_000, 2_000_000, 1_000_000} {
		if !again[i].Counted || again[i].SumRUB != want {
			t.Errorf("%s: %+v, want a sum of %d", sales[i].Parcel, again[i], want)
		}
	}
	if _, err := add(1_000_000, 2_000_000); err == nil {
		t.Error("parcels were counted twice")
	}
}
