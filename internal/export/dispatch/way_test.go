package dispatch

import (
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
)

func TestAPaidParcelGoesAbroad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("DE")
	w.work()
	p = w.is(p, Ready)
	if len(p.Barcode) != 13 || len(p.Papers) != 6 || p.Form != "CN23" {
		t.Fatalf("number %q, form %q, papers %v", p.Barcode, p.Form, p.Papers)
	}
	w.signed(p)
	p = w.is(p, Declared)
	if got := w.shown(p); got != order.Packed {
		t.Errorf("the buyer sees %s", got)
	}
	w.must(w.HandOver(t.Context(), w.staff(), []string{p.Number}))
	w.is(p, HandedOver)
	w.pass(9 * time.Hour)
	p = w.is(p, Departed)
	if p.ReleasedAt == nil || p.DepartedAt == nil || p.VATRow == nil || p.Registration == "" {
		t.Errorf("released %v, departed %v, row %v, registration %q", p.ReleasedAt, p.DepartedAt, p.VATRow, p.Registration)
	}
	if got := w.shown(p); got != order.LeftCountry {
		t.Errorf("the buyer sees %s", got)
	}
	w.pass(10 * time.Hour)
	w.is(p, Delivered)
	if got := w.shown(p); got != order.Delivered {
		t.Errorf("the buyer sees %s", got)
	}
	decisions, err := clearance.Of(t.Context(), w.db, clearance.KindParcel, p.Number)
	w.must(err)
	if len(decisions) != 2 || decisions[0].Moment != clearance.AtPacking || decisions[1].Moment != clearance.AtPosting {
		t.Errorf("decisions: %+v", decisions)
	}
	if n := w.departed.Load(); n != 1 {
		t.Errorf("%d rows of the register, want 1", n)
	}
}

// A parcel leaves, and gets its row, while nobody knows a rate.
func TestADepartureWaitsForNoRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("DE")
	w.work()
	w.signed(w.is(p, Ready))
	w.must(w.HandOver(t.Context(), w.staff(), []string{p.Number}))
	_, err := w.db.Exec(t.Context(), `delete from currency_rates`)
	w.must(err)
	w.Rates = rates.New(w.db, nil, w.now)
	w.pass(9 * time.Hour)
	if p = w.is(p, Departed); p.VATRow == nil {
		t.Error("no row in the register")
	}
}
