package drill

import (
	"net/http"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// The order stands in the database, but the answer to COMMIT is lost on the way: the buyer sees a failure and presses
// again. There must be one order.
func TestAnAnswerLostAfterCommitMakesNoSecondOrder(t *testing.T) {
	t.Parallel()
	database := dbtest.URL(t)
	wire := through(t, host(database))
	p := serve(t, at(database, wire.address), "--workers", "0")
	s := stock(t, database)
	// COMMIT takes long enough to cut its answer off.
	for _, sql := range []string{
		`create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$`,
		`create constraint trigger slow_commit after insert on purchases deferrable initially deferred for each row execute function slow_commit()`,
	} {
		s.exec(sql)
	}
	var numbers []string
	for range max(3, *kills) {
		b := newBuyer(t, p.URL, time.Minute)
		form, err := b.checkout(s.offers...)
		if err != nil {
			t.Fatal(err)
		}
		key := form.Get("attempt")
		cut := make(chan struct{})
		go func() {
			defer close(cut)
			s.awaits(1, `select count(*) from pg_stat_activity where wait_event = 'PgSleep' and query ilike 'commit%' and datname = current_database()`)
			wire.mute()
			s.awaits(1, `select count(*) from purchases where attempt_key = $1`, key)
			wire.down()
		}()
		first, err := b.once(t.Context(), http.MethodPost, "/checkout/place", form)
		<-cut
		if err == nil && first.status < 500 {
			t.Errorf("the answer came through: %d", first.status)
		}
		wire.mend()
		wire.up()
		number, err := b.place(form)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := b.place(form); err != nil || again != number {
			t.Errorf("the same form gives %s, then %s (%v)", number, again, err)
		}
		if n := s.number(`select count(*) from purchases where attempt_key = $1`, key); n != 1 {
			t.Errorf("%d orders of one checkout", n)
		}
		if err := b.pay(number); err != nil {
			t.Error(err)
		}
		numbers = append(numbers, number)
	}
	s.balanced()
	s.paid(numbers)
}

// awaits waits until a question is answered with n.
func (s *shop) awaits(n int64, sql string, args ...any) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); s.number(sql, args...) != n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Errorf("never %d: %s", n, sql)
			return
		}
	}
}
