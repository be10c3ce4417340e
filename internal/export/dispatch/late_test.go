package dispatch

import (
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
)

// The post tells the whole way of a parcel, to its buyer's door, while it does not say what became of the declaration. The
// number comes later, and the row with it.
func TestANumberThatComesAfterTheDeliveryIsEntered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	at := w.now()
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: at, Country: "RU"},
		{Type: 14, Attr: 26, At: at.Add(time.Hour), Country: "RU"}, {Type: 2, Attr: 1, At: at.Add(2 * time.Hour), Country: "DE"}}))
	if p = w.is(p, Delivered); p.VATRow != nil || p.PollAt == nil {
		t.Fatalf("row %v, asked about next at %v", p.VATRow, p.PollAt)
	}
	w.post.SetFaults(standin.Faults{Down: []string{"orders"}})
	w.pass(9 * time.Hour)
	if p = w.is(p, Delivered); p.PollAt == nil {
		t.Fatal("nobody asks about a parcel that owes a row, because the post was away once")
	}
	w.post.SetFaults(standin.Faults{})
	w.pass(time.Hour)
	if p = w.is(p, Delivered); p.VATRow == nil || p.Registration == "" || p.PollAt != nil {
		t.Errorf("row %v, number %q, asked about next at %v", p.VATRow, p.Registration, p.PollAt)
	}
	if n := w.departed.Load(); n != 1 {
		t.Errorf("%d rows of the register, want 1", n)
	}
}

// A number that comes to a parcel on its way back proves nothing.
func TestANumberThatComesAfterTheReturnIsNotEntered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	at := w.now()
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: at, Country: "RU"},
		{Type: 14, Attr: 26, At: at.Add(time.Hour), Country: "RU"}, {Type: 3, Attr: 1, At: at.Add(2 * time.Hour), Country: "DE"}}))
	w.is(p, Returning)
	w.must(w.Declared(t.Context(), p.ID, postal.Declaration{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationDone,
		Decision: postal.DecisionReleased, DecidedAt: at, Registration: "10129000/221126/" + p.Barcode}))
	if p = w.is(p, Returning); p.VATRow != nil || w.departed.Load() != 0 {
		t.Errorf("row %v", p.VATRow)
	}
}
