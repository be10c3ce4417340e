package vat

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Enter writes a parcel's row into its seller's register, in the caller's transaction, and gives its number back. A parcel
// has one row however often it is entered. Rows of one seller are entered one after the other. The period is the quarter
// of the departure, or, where that was filed already, the quarter of the entry.
func Enter(ctx context.Context, tx pg.DB, r Row) (number int, err error) {
	defer errs.Wrap(&err, "vat.Enter(%s)", r.Parcel)
	numbers, err := EnterAll(ctx, tx, []Row{r})
	if err != nil {
		return 0, err
	}
	return numbers[0], nil
}

// EnterAll is Enter for many rows of any sellers, whose registers it locks in the order of their ids; the numbers are in
// the order of the rows. One row that proves nothing keeps all of them out.
func EnterAll(ctx context.Context, tx pg.DB, rows []Row) (numbers []int, err error) {
	defer errs.Wrap(&err, "vat.EnterAll(%d rows)", len(rows))
	of := map[int64][]int{} // places of the rows, by seller
	for i := range rows {
		if err := rows[i].check(); err != nil {
			return nil, err
		}
		of[rows[i].SellerID] = append(of[rows[i].SellerID], i)
	}
	numbers = make([]int, len(rows))
	for _, sellerID := range slices.Sorted(maps.Keys(of)) {
		if err := enterSeller(ctx, tx, sellerID, rows, of[sellerID], numbers); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// enterSeller enters the rows of one seller, which stand at the places given, and writes their numbers down there.
func enterSeller(ctx context.Context, tx pg.DB, sellerID int64, rows []Row, places, numbers []int) error {
	last, err := lockCounter(ctx, tx, sellerID)
	if err != nil {
		return err
	}
	parcels := make([]string, len(places))
	for i, at := range places {
		parcels[i] = rows[at].Parcel
	}
	known, err := selectNumbers(ctx, tx, sellerID, parcels)
	if err != nil {
		return err
	}
	periods := map[[2]Quarter]time.Time{} // by the quarters of the departure and of the entry
	var fresh []Row
	for _, at := range places {
		r := rows[at]
		if number, found := known[r.Parcel]; found {
			numbers[at] = number
			continue
		}
		q := [2]Quarter{QuarterOf(r.DepartedOn), QuarterOf(moscowDay(r.EnteredAt))}
		if _, asked := periods[q]; !asked {
			if periods[q], err = period(ctx, tx, sellerID, r.DepartedOn, r.EnteredAt); err != nil {
				return err
			}
		}
		r.Kind, r.Number, r.Reverses, r.Period = Entry, last+len(fresh)+1, nil, periods[q]
		known[r.Parcel], numbers[at] = r.Number, r.Number
		fresh = append(fresh, r)
	}
	return insertRows(ctx, tx, fresh)
}

// Reverse takes a parcel's row back because the goods returned: a row of the same sums with the sign turned, in the
// quarter of the return. It answers the number of that row, or 0 where there is nothing to take back. Once is enough.
func Reverse(ctx context.Context, tx pg.DB, sellerID int64, parcel, reason string, at time.Time) (number int, err error) {
	defer errs.Wrap(&err, "vat.Reverse(%s)", parcel)
	last, err := lockCounter(ctx, tx, sellerID)
	if err != nil {
		return 0, err
	}
	r, found, err := selectRow(ctx, tx, sellerID, parcel, Entry)
	if err != nil || !found {
		return 0, err
	}
	back, found, err := selectRow(ctx, tx, sellerID, parcel, Reversal)
	if err != nil || found {
		return back.Number, err
	}
	entry := r.Number
	r.Kind, r.Number, r.Reverses, r.Reason, r.EnteredAt = Reversal, last+1, &entry, reason, at
	r.Value, r.ValueRUB = -r.Value, -r.ValueRUB
	if r.Period, err = period(ctx, tx, sellerID, moscowDay(at), at); err != nil {
		return 0, err
	}
	return r.Number, insertRows(ctx, tx, []Row{r})
}

// period is the quarter a row goes with: that of its event, unless it was filed without the row.
func period(ctx context.Context, tx pg.DB, sellerID int64, event, entered time.Time) (time.Time, error) {
	first := QuarterOf(event).First()
	_, filed, err := selectFiling(ctx, tx, sellerID, first)
	if err == nil && filed {
		first = QuarterOf(moscowDay(entered)).First()
	}
	return first, err
}

// check refuses a row that proves nothing.
func (r *Row) check() error {
	var bad []errs.Field
	for name, missing := range map[string]bool{
		"seller": r.SellerID == 0, "parcel": r.Parcel == "", "registration": r.Registration == "", "barcode": r.Barcode == "", "released_on": r.ReleasedOn.IsZero(),
		"departed_on": r.DepartedOn.IsZero(), "country": len(r.Country) != 2, "order": r.OrderNumber == "", "value": r.Value <= 0, "value_rub": r.ValueRUB <= 0,
		"rate": r.Rate <= 0 || r.RateNominal <= 0 || r.RateDay.IsZero(), "entered_at": r.EnteredAt.IsZero(),
	} {
		if missing {
			bad = append(bad, errs.Field{Name: name, Key: "vat.row.missing"})
		}
	}
	return errs.Fields(bad)
}
