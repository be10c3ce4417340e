package order

import (
	"maps"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// mustAgree lists what no state of the books may show, in one question: $1 and $2 are offers and the
// units there were of them in the beginning, $3 the purchases to look at, all of them when null.
const mustAgree = `
	with o as (select * from unnest($1::bigint[], $2::int[]) as o (offer_id, whole)),
	p as (select * from purchases where $3::text[] is null or number = any($3)),
	r as (select r.*, p.number as purchase from orders r join p on p.id = r.purchase_id),
	y as (select y.* from payments y join p on p.number = y.reference),
	c as (select c.*, r.paid_at from parcels c join r on r.id = c.order_id),
	unit as (
		select o.offer_id, o.whole, s.on_hand, s.reserved,
			coalesce((select sum(h.qty) from holds h where h.offer_id = o.offer_id and h.state = 'held'), 0) as held,
			coalesce((select sum(l.qty - l.cancelled) from order_lines l join orders x on x.id = l.order_id
				where l.offer_id = o.offer_id and x.paid_at is not null), 0) as sold,
			coalesce((select sum(k.qty) from cancellation_lines k join cancellations x on x.id = k.cancellation_id
				join order_lines l on l.id = k.order_line_id
				where l.offer_id = o.offer_id and x.reason in ('out_of_stock', 'defect')), 0) as written_off
		from o join offer_stock s using (offer_id)
	)
	select format('offer %s: on hand %s + sold %s + written off %s is not %s, or reserved %s is not held %s',
			offer_id, on_hand, sold, written_off, whole, reserved, held)
		from unit where on_hand + sold + written_off <> whole or reserved <> held or reserved > on_hand
	union all
	select format('payment of %s: captured %s, refunded %s, shares say otherwise', reference, captured_amount, refunded_amount)
		from y where refunded_amount > captured_amount or not exists (select from payment_splits s where s.payment_id = y.id
			having sum(s.captured) = y.captured_amount and sum(s.refunded) = y.refunded_amount)
	union all
	select format('payment of %s: refunds do not sum to %s', reference, refunded_amount)
		from y where refunded_amount <> (select coalesce(sum(f.amount), 0) from refunds f where f.payment_id = y.id and f.state <> 'failed')
	union all
	select format('%s: %s came, orders and refunds keep %s', number, came, kept) from (
		select p.number,
			coalesce((select sum(y.captured_amount - y.refunded_amount) from y where y.reference = p.number), 0) as came,
			coalesce((select sum(r.total - r.refunded) from r where r.purchase_id = p.id and r.paid_at is not null), 0)
			+ coalesce((select sum(f.amount) from refunds f join y on y.id = f.payment_id
				where y.reference = p.number and f.idempotency_key like 'giveback:%' and f.state = 'failed'
					and not exists (select from refunds n where n.id > f.id
						and split_part(n.idempotency_key, '/', 1) = split_part(f.idempotency_key, '/', 1))), 0) as kept
		from p) sums where came <> kept
	union all
	select format('%s is paid twice', reference) from y
		where captured_at is not null and not exists (select from refunds f where f.payment_id = y.id and f.idempotency_key like 'giveback:%')
		group by reference having count(*) > 1
	union all
	select format('%s waits for money and has no payment', number) from p
		where paid_at is null and closed_at is null and not exists (select from y where y.reference = p.number)
	union all
	select format('%s has time to be paid and its goods are not held', number) from p
		where paid_at is null and closed_at is null and pay_by > now() and
			coalesce((select sum(h.qty) from holds h where h.key = p.attempt_key and h.state = 'held'), 0)
			<> (select sum(l.qty) from order_lines l join r on r.id = l.order_id where r.purchase_id = p.id)
	union all
	select format('%s is paid and no money came', number) from p
		where paid_at is not null and not exists (select from y where y.reference = p.number and y.captured_at is not null)
	union all
	select format('%s is over and still holds goods', number) from p
		where (paid_at is not null or closed_at is not null)
			and exists (select from holds h where h.key = p.attempt_key and h.state = 'held')
	union all
	select format('%s: refunded %s, called off %s', number, refunded, due) from (
		select r.number, r.refunded, coalesce((select sum(x.amount) from cancellations x where x.order_id = r.id), 0)
			- coalesce((select sum(f.amount) from refunds f where f.order_id = r.id and f.state = 'failed'
				and f.idempotency_key like 'cancellation:%'
				and not exists (select from refunds n where n.id > f.id
					and split_part(n.idempotency_key, '/', 1) = split_part(f.idempotency_key, '/', 1))), 0) as due
		from r) owed where refunded <> due
	union all
	select format('parcels of line %s carry other units than were sold', l.id) from order_lines l
		join r on r.id = l.order_id and r.paid_at is not null
		where l.qty - l.cancelled <> (select coalesce(sum(x.qty), 0) from parcel_lines x join c on c.id = x.parcel_id
			where x.order_line_id = l.id and c.state <> 'cancelled')
	union all
	select format('a parcel of order %s waits for money that came, or goes on without', order_id) from c
		where (paid_at is null) <> (state in ('awaiting_payment', 'cancelled')) and state <> 'cancelled'
	union all
	select format('parcel %s has gaps in its history', id) from c
		where last_event <> (select count(*) from parcel_events e where e.parcel_id = c.id)`

// problems asks what does not agree; nothing, when all is well.
func (b *bench) problems(stock map[int64]int, numbers []string) []string {
	b.t.Helper()
	offers, whole := slices.Sorted(maps.Keys(stock)), []int32{}
	for _, id := range offers {
		whole = append(whole, int32(stock[id]))
	}
	list, err := pg.Scalars[string](b.t.Context(), b.pool, mustAgree, offers, whole, numbers)
	b.must(err)
	return list
}

// balanced checks what must always hold: every unit is on the shelf, held, or in a live order, and
// every kopeck that came is in a live order or went back.
func (b *bench) balanced(stock map[int64]int) {
	b.t.Helper()
	for _, problem := range b.problems(stock, nil) {
		b.t.Error(problem)
	}
	if b.t.Failed() {
		b.t.FailNow()
	}
}
