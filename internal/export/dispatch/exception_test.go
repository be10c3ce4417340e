package dispatch

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func (w *world) ready(country string) Parcel {
	w.t.Helper()
	p := w.paid(country)
	w.work()
	return w.is(p, Ready)
}

func (w *world) declared(country string) Parcel {
	w.t.Helper()
	p := w.ready(country)
	w.signed(p)
	return w.is(p, Declared)
}

// A country that is closed between the payment and the packing costs the buyer nothing.
func TestACountryClosedYesterdayGivesTheMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("US") // the stand-in serves no parcels there
	w.work()
	p = w.is(p, Refused)
	if got := w.shown(p); got != order.Cancelled {
		t.Errorf("the buyer sees %s", got)
	}
	if back := w.number(`select refunded - total from orders where id = $1`, p.OrderID); back != 0 {
		t.Errorf("%d kopecks are missing from what goes back", -back)
	}
	if n := w.number(`select count(*) from mails where template in ('order.cancelled', 'order.seller_cancelled')`); n < 1 {
		t.Error("nobody is told")
	}
	if p.Barcode != "" || w.post.State().Items != 0 {
		t.Error("the post heard of a parcel that may not leave")
	}
}

// What only a human may judge goes to a desk, and after its verdict on its way, or back with the money.
func TestADeskDecides(t *testing.T) {
	t.Parallel()
	for verdict, want := range map[string]State{desk.Release: Ready, desk.Refuse: Refused} {
		t.Run(verdict, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, err := pg.Exec(t.Context(), w.db, `update export_goods set hs = '970191', tnved = '', making = 'unique', text_en = 'Oil painting on canvas, landscape', text_ru = 'Картина'`)
			w.must(err)
			p := w.paid("DE")
			w.work()
			p = w.is(p, AtDesk)
			if p.CaseID == nil {
				t.Fatal("there is no case")
			}
			c, err := w.desk.Get(t.Context(), desk.Culture, *p.CaseID)
			w.must(err)
			d := desk.Decided{Case: c, Verdict: verdict, Note: "Посмотрели", At: w.now()}
			w.must(pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error { return w.Decided(t.Context(), tx, d) }))
			w.must(pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error { return w.Decided(t.Context(), tx, d) })) // twice changes nothing
			w.work()
			w.is(p, want)
		})
	}
}

// Answers that come twice, late, or about another parcel are kept and change nothing.
func TestAnswersThatDoNotBelongChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	other := w.declared("DE")
	at := w.now()
	done := postal.Declaration{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationDone,
		Decision: postal.DecisionReleased, DecidedAt: at, Registration: "10129000/221126/" + p.Barcode}
	w.must(w.Declared(t.Context(), p.ID, done))
	first := w.is(p, Declared)
	if first.ReleasedAt == nil {
		t.Fatal("not released")
	}
	foreign := done
	foreign.OrderNumber, foreign.Barcode, foreign.Status = other.Filed, s10.Number(other.Barcode), postal.DeclarationRejected
	late := done
	late.Status, late.Decision, late.DecidedAt = postal.DeclarationInProgress, "", at.Add(time.Hour)
	for what, d := range map[string]postal.Declaration{"twice": done, "another's": foreign, "late": late} {
		w.must(w.Declared(t.Context(), p.ID, d))
		got := w.is(p, Declared)
		if got.Declaration != first.Declaration || got.Reason != "" || !got.ReleasedAt.Equal(*first.ReleasedAt) {
			t.Errorf("%s: the parcel is now %s, %q", what, got.Declaration, got.Reason)
		}
	}
	if got := w.is(other, Declared); got.Declaration != "" {
		t.Errorf("the other parcel's declaration is %s", got.Declaration)
	}
}

// An operation that is told twice counts once; one with a code that is in no list is kept as it was said.
func TestOperationsCountOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	at := w.now()
	list := []tracking.Operation{{Type: 1, Attr: 2, At: at, Country: "RU", Index: "300000"}, {Type: 777, Attr: 3, At: at.Add(time.Minute), Name: "Загадка"},
		{Type: 14, Attr: 26, At: at.Add(time.Hour), Country: "RU"}, {Type: 1, Attr: 2, At: at, Country: "RU", Index: "300000"}}
	for range 2 {
		w.must(w.Tracked(t.Context(), p.ID, list))
	}
	// Late: an acceptance that was scanned again does not bring the parcel back.
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: at.Add(2 * time.Hour), Country: "RU"}}))
	p = w.is(p, Departed)
	if n := w.number(`select count(*) from export_parcel_events where parcel_id = $1 and kind = 'operation'`, p.ID); n != 4 {
		t.Errorf("%d operations are kept, want 4", n)
	}
	if n := w.number(`select count(*) from export_parcel_events where parcel_id = $1 and facts ->> 'name' = 'Загадка'`, p.ID); n != 1 {
		t.Errorf("the unknown code is kept %d times", n)
	}
}

func TestAWeightThatContradicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.ready("DE")
	err := w.Weigh(t.Context(), w.staff(), p.Number, Packed{GrossG: 100, LengthMM: 300, WidthMM: 220, HeightMM: 50})
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("lighter than the things in it: %v", err)
	}
	if err := w.Weigh(t.Context(), w.staff(), p.Number, Packed{GrossG: 40_000, LengthMM: 300, WidthMM: 220, HeightMM: 50}); !errs.Is(err, errs.Invalid) {
		t.Errorf("heavier than the service takes: %v", err)
	}
	old := p.Barcode
	w.must(w.Weigh(t.Context(), w.staff(), p.Number, Packed{GrossG: 700, LengthMM: 300, WidthMM: 220, HeightMM: 50}))
	w.work()
	p = w.is(p, Ready)
	if p.GrossG != 700 || p.Version != 2 || p.Barcode == old {
		t.Errorf("%d g, papers printed %d times, number %s after %s", p.GrossG, p.Version, p.Barcode, old)
	}
}

// The post's own scale has the last word before the border.
func TestThePostsScale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: w.now(), Country: "RU", Grams: 900}}))
	p = w.is(p, Held)
	if p.Reason != ReasonWeight || p.PostGrossG != 900 {
		t.Errorf("held for %q at %d g", p.Reason, p.PostGrossG)
	}
	w.must(w.DeclareAgain(t.Context(), w.staff(), p.Number))
	w.work()
	if p = w.is(p, Ready); p.GrossG != 900 {
		t.Errorf("declared with %d g", p.GrossG)
	}
}

func TestAnInspectionWaitsForItsOfficer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	at := w.now()
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: at, Country: "RU"}, {Type: 14, Attr: 7, At: at.Add(time.Hour), Country: "RU"}}))
	p = w.is(p, Held)
	c, err := w.desk.Get(t.Context(), desk.Customs, *p.CaseID)
	w.must(err)
	w.must(pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error {
		return w.Decided(t.Context(), tx, desk.Decided{Case: c, Verdict: desk.Release, At: w.now()})
	}))
	w.is(p, HandedOver)
}

// The officer sees what is in the parcel. The post's later word about the inspection that was released holds nothing; a
// new operation does.
func TestAnInspectionIsOneCaseUntilTheNextOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	at := w.now()
	release := func() desk.Case {
		p = w.is(p, Held)
		c, err := w.desk.Get(t.Context(), desk.Customs, *p.CaseID)
		w.must(err)
		_, err = pg.Exec(t.Context(), w.db, `update export_cases set state = 'decided', verdict = 'release', decided_at = now() where id = $1`, c.ID)
		w.must(err)
		w.must(pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error {
			return w.Decided(t.Context(), tx, desk.Decided{Case: c, Verdict: desk.Release, At: w.now()})
		}))
		return c
	}
	control := postal.Declaration{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationInProgress, Decision: postal.DecisionControl, DecidedAt: at}
	w.must(w.Declared(t.Context(), p.ID, control))
	first := release()
	var f desk.Facts
	w.must(json.Unmarshal(first.Facts, &f))
	if first.Title == p.Number || len(f.Lines) == 0 || f.ValueRUB == 0 || f.DeclaredGrams == 0 || f.Form != p.Form || f.Service != p.Service || len(f.Offers) == 0 {
		t.Errorf("the officer sees %q: %+v", first.Title, f)
	}
	w.is(p, Declared)
	told := []tracking.Operation{{Type: 14, Attr: 7, At: at.Add(time.Hour), Country: "RU"}}
	w.must(w.Declared(t.Context(), p.ID, control))
	w.must(w.Tracked(t.Context(), p.ID, told))
	w.is(p, Declared)
	told = append(told, tracking.Operation{Type: 14, Attr: 8, At: at.Add(2 * time.Hour), Country: "RU"})
	w.must(w.Tracked(t.Context(), p.ID, told))
	if second := release(); second.ID == first.ID {
		t.Error("a new operation came to the old case")
	}
	w.must(w.Tracked(t.Context(), p.ID, told))
	w.is(p, Declared)
	if n := w.number(`select count(*) from export_cases where subject_number = $1`, p.Number); n != 2 {
		t.Errorf("%d cases, want 2", n)
	}
}

// An hour without the post only delays.
func TestAnOutageOnlyDelays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("DE")
	w.post.SetFaults(standin.Faults{Down: []string{"orders", "tracking"}})
	_, err := w.run()
	if err == nil {
		t.Error("no step failed while the post was down")
	}
	w.is(p, Cleared)
	w.post.SetFaults(standin.Faults{})
	_, err = pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state = 'retryable'`)
	w.must(err)
	w.shift.Add(int64(time.Hour))
	w.work()
	w.is(p, Ready)
}

func TestABuyerWhoCallsOffStopsTheParcel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.ready("DE")
	number, err := pg.Scalar[string](t.Context(), w.db, `select u.number from purchases u join orders o on o.purchase_id = u.id where o.id = $1`, p.OrderID)
	w.must(err)
	who := w.staff().PersonID
	w.must(w.Orders.CancelByAdmin(t.Context(), who, number, order.CancelIn{Reason: order.ReasonBuyerAsked}))
	w.is(p, Cancelled)
	if _, err := w.Sign(t.Context(), w.staff(), []string{p.Number}); !errs.Is(err, errs.Conflict) {
		t.Errorf("signing what was called off: %v", err)
	}
}

// A parcel that comes back takes its row out of the register.
func TestAReturnIsTakenOutOfTheRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.declared("DE")
	w.pass(9 * time.Hour)
	w.is(p, Departed)
	ok, err := w.post.Act(p.Barcode, "return", 0)
	w.must(err)
	if !ok {
		t.Fatal("the stand-in does not know the parcel")
	}
	w.pass(2 * time.Hour)
	state, err := selectParcel(t.Context(), w.db, p.ID)
	w.must(err)
	if state.State != Returning && state.State != Returned || w.returned.Load() != 1 {
		t.Errorf("the parcel is %s, %d rows were taken back", state.State, w.returned.Load())
	}
}
