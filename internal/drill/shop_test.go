package drill

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shop is a market of two sellers, on a database that serve has migrated, watched past everything that is broken.
type shop struct {
	t      *testing.T
	db     *pgxpool.Pool
	offers []int64
}

// onShelf is how many units of each offer there are.
const onShelf = 100_000

func stock(t *testing.T, database string) *shop {
	t.Helper()
	s := &shop{t: t, db: open(t, database)}
	for _, price := range []money.Amount{429000, 15990} {
		_, _, offer := catalogtest.Sale(t, s.db, price, onShelf)
		s.offers = append(s.offers, offer)
	}
	// As an admin's own categories are: a new release of the taxonomy leaves them alone.
	s.exec(`update categories set edited_at = now() where code like 'test-%'`)
	return s
}

func (s *shop) number(sql string, args ...any) int64 {
	s.t.Helper()
	n, err := pg.Scalar[int64](context.WithoutCancel(s.t.Context()), s.db, sql, args...)
	if err != nil {
		s.t.Fatalf("%v: %s", err, sql)
	}
	return n
}

func (s *shop) exec(sql string, args ...any) int64 {
	s.t.Helper()
	n, err := pg.Exec(context.WithoutCancel(s.t.Context()), s.db, sql, args...)
	if err != nil {
		s.t.Fatalf("%v: %s", err, sql)
	}
	return n
}

// abandon lets the jobs and claims of killed programs look as old as they will be in three minutes, unless the drill
// has the patience to wait.
func (s *shop) abandon() {
	if *patience {
		return
	}
	s.exec(`update river_job set attempted_at = attempted_at - interval '3 minutes' where state = 'running'`)
	s.exec(`update mails set claimed_until = claimed_until - interval '3 minutes' where claimed_until is not null`)
}

// hurry makes every hold and every unpaid purchase run out now, and every failed job and every mail that was put off due.
func (s *shop) hurry() {
	s.exec(`update checkouts set expires_at = now() where closed_at is null`)
	s.exec(`update holds set expires_at = now() where state = 'held'`)
	s.exec(`update purchases set pay_by = now() where paid_at is null and closed_at is null`)
	s.exec(`update river_job set scheduled_at = now() where state in ('retryable', 'scheduled')`)
	s.exec(`update mails set claimed_until = null where state = 'queued' and last_error <> '' and claimed_until is not null`)
}

// settled waits until nothing is left to be done: no hold, no job at work or waiting, no mail in the outbox.
func (s *shop) settled(within time.Duration) {
	s.t.Helper()
	const open = `select (select count(*) from holds where state = 'held')
		+ (select count(*) from purchases where paid_at is null and closed_at is null)
		+ (select count(*) from mails where state = 'queued')
		+ (select count(*) from webhook_inbox where processed_at is null)
		+ (select count(*) from river_job where state in ('available', 'running', 'retryable', 'scheduled')
			and kind in ('payment_event', 'payment_refresh', 'payment_cancel', 'payment_refund'))`
	for deadline := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		s.hurry()
		n := s.number(open)
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			for _, table := range []string{"holds where state = 'held'", "purchases where paid_at is null and closed_at is null", "mails where state = 'queued'"} {
				s.t.Logf("%d in %s", s.number(`select count(*) from `+table), table)
			}
			list, err := pg.Scalars[string](s.t.Context(), s.db, `select kind || ' ' || state || ' ' || coalesce(errors::text, '') from river_job
				where state not in ('completed', 'cancelled') limit 10`)
			s.t.Fatalf("%d things are still open after %s: %v %v", n, within, list, err)
		}
	}
}

// undone waits for jobs to be done, of any kind, and gives those that are not.
func (s *shop) undone(ids []int64, within time.Duration) (list []string) {
	s.t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		s.hurry()
		list, err := pg.Scalars[string](context.WithoutCancel(s.t.Context()), s.db, `select kind || ' ' || state || ' ' || coalesce(errors::text, '') from river_job
			where id = any($1) and state not in ('completed', 'cancelled')`, ids)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(list) == 0 || time.Now().After(deadline) {
			return list
		}
	}
}

// balanced says what must be true at any time: units and money are neither made nor lost.
func (s *shop) balanced() {
	s.t.Helper()
	for what, sql := range map[string]string{
		"units on the shelf and sold are not those there were": `select coalesce(sum(abs(st.on_hand + coalesce(sold.n, 0) - $1)), 0)::bigint from offer_stock st
			left join (select l.offer_id, sum(l.qty - l.cancelled) as n from order_lines l join orders o on o.id = l.order_id
				where o.paid_at is not null group by 1) sold on sold.offer_id = st.offer_id where $1 > 0`,
		"what is reserved is not what is held": `select count(*) from offer_stock st where $1 > 0 and st.reserved <>
			(select coalesce(sum(h.qty), 0) from holds h where h.offer_id = st.offer_id and h.state = 'held')`,
		"money that came is not in orders or on its way back": `select abs((select coalesce(sum(captured_amount - refunded_amount), 0) from payments)
			- (select coalesce(sum(total - refunded), 0) from orders where paid_at is not null))::bigint where $1 > 0`,
		"a purchase was paid twice": `select count(*) from (select reference from payments where captured_at is not null and $1 > 0
			group by reference having count(*) > 1) x`,
		"a checkout made two purchases": `select count(*) from (select attempt_key from purchases where $1 > 0 group by attempt_key having count(*) > 1) x`,
		"a paid purchase has no payment": `select count(*) from purchases p where $1 > 0 and p.paid_at is not null
			and not exists (select from payments y where y.reference = p.number and y.captured_at is not null)`,
		"a job was given up": `select count(*) from river_job where state = 'discarded' and $1 > 0`,
	} {
		if n := s.number(sql, onShelf); n != 0 {
			s.t.Errorf("%s: %d", what, n)
		}
	}
}

// paid says that every one of the numbers is a paid purchase, and that there is no other paid one.
func (s *shop) paid(numbers []string) {
	s.t.Helper()
	slices.Sort(numbers)
	have, err := pg.Scalars[string](context.WithoutCancel(s.t.Context()), s.db, `select number from purchases where paid_at is not null order by number collate "C"`)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, number := range numbers {
		if _, ok := slices.BinarySearch(have, number); !ok {
			s.t.Errorf("the paid order %s is lost", number)
		}
	}
	if len(have) != len(slices.Compact(numbers)) {
		s.t.Errorf("%d paid purchases, the buyers know of %d", len(have), len(numbers))
	}
}
