package dispatch

import (
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/dispatch/dispatchtest"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// paidMany makes paid orders whose money came in one transaction.
func (w *world) paidMany(country string, n int) []Parcel {
	w.t.Helper()
	ids := dispatchtest.Orders(w.t, w.db, w.shop, dispatchtest.Sale{Country: country, Object: 4031, Gross: 240, At: w.now(), N: n})
	w.must(pg.InTx(w.t.Context(), w.db, func(tx pgx.Tx) error { return w.Paid(w.t.Context(), tx, ids) }))
	list, err := pg.List[Parcel](w.t.Context(), w.db, `select `+parcelCols+` from export_parcels e where e.order_id = any($1) order by e.id`, ids)
	w.must(err)
	if len(list) != n {
		w.t.Fatalf("%d parcels, want %d", len(list), n)
	}
	return list
}

// Many parcels go their way together, each as if it were alone: one that may not leave does not keep the others, and of
// each there are the same events, numbered without holes, as of one.
func TestParcelsGoTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.paid("DE")
	list := w.paidMany("DE", 12)
	refused := w.paidMany("US", 1)[0]
	w.must(w.AdvanceAll(t.Context(), append(idsOf(list), one.ID, refused.ID)))
	for _, p := range list {
		w.is(p, Ready)
	}
	w.is(refused, Deciding)
	w.work()
	w.is(refused, Refused)
	w.signed(append(list, one)...)
	for round := 0; round < 30 && w.number(`select count(*) from export_parcels where not ended`) > 0; round++ {
		w.pass(3 * time.Hour)
		_, err := pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state = 'scheduled'`) // the answer to a question about many
		w.must(err)
		w.work()
	}
	var want []string
	for i, p := range append([]Parcel{one}, list...) {
		p = w.is(p, Delivered)
		events, err := selectEvents(t.Context(), w.db, p)
		w.must(err)
		var kinds []string
		for k, e := range events {
			if e.Seq != k+1 {
				t.Fatalf("%s: event %d has the number %d", p.Number, k+1, e.Seq)
			}
			if e.Kind != EventOperation && e.Kind != EventDeclaration {
				kinds = append(kinds, e.Kind+" "+string(e.ToState))
			}
		}
		if i == 0 {
			want = kinds
		} else if len(kinds) != len(want) {
			t.Errorf("%s: %v, want %v", p.Number, kinds, want)
		}
	}
	if n := w.number(`select count(distinct vat_row) from export_parcels`); n != 13 {
		t.Errorf("%d rows of the register, want 13", n)
	}
	if n := w.number(`select count(*) from mails where template = 'order.delivered'`); n != 13 {
		t.Errorf("%d letters that a parcel is delivered, want 13", n)
	}
	if n := w.number(`select count(*) from export_parcel_events where kind = 'stuck'`); n != 0 {
		t.Errorf("%d parcels were stuck", n)
	}
}

// Four programs at the same parcels, a post that fails every third time, and what is tried again: of each parcel there is
// one decision, one item at the post and one printing.
func TestManyWorkersAtParcelsThatGoTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post.SetFaults(standin.Faults{Errors: 250, Timeouts: 80})
	list := w.paidMany("DE", 20)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.AdvanceAll(t.Context(), idsOf(list)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.post.SetFaults(standin.Faults{})
	w.shift.Add(int64(2 * time.Minute)) // longer than the post is left alone
	for range 3 {
		if _, err := w.run(); err != nil {
			t.Log(err)
		}
		_, err := pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state in ('retryable', 'scheduled')`)
		w.must(err)
	}
	for _, p := range list {
		w.is(p, Ready)
	}
	for what, sql := range map[string]string{
		"decisions": `select count(*) from export_decisions where kind = 'parcel'`,
		"printings": `select count(*) from export_parcel_events where kind = 'papers'`,
		"numbers":   `select count(distinct barcode) from export_parcels`,
		"contracts": `select count(*) from export_contract_sums`,
	} {
		if n := w.number(sql); n != 20 {
			t.Errorf("%d %s, want 20", n, what)
		}
	}
	if s := w.post.State(); s.Items != 20 {
		t.Errorf("the post has %+v, want 20 items", s)
	}
}
