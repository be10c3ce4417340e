package hold

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func lockStock(ctx context.Context, db pg.DB, ids []int64) error {
	_, err := pg.Exec(ctx, db, `
		select offer_id from offer_stock where offer_id = any($1) order by offer_id for no key update`, ids)
	return err
}

// lockStockForHold locks what is wanted and what the key holds already in one pass, in id order.
func lockStockForHold(ctx context.Context, db pg.DB, key string, ids []int64) error {
	_, err := pg.Exec(ctx, db, `
		select offer_id from offer_stock
		where offer_id = any($2) or offer_id in (select offer_id from holds where key = $1 and (state = 'held') is true)
		order by offer_id for no key update`, key, ids)
	return err
}

// What a key holds is found by the key. "(state = 'held') is true" keeps PostgreSQL off the indexes of all
// that is held now: after a quiet hour it thinks them empty, and reads them whole for one key.
const lockStockOfKey = `
	select offer_id from offer_stock
	where offer_id in (select offer_id from holds where key = $1 and (state = 'held') is true)
	order by offer_id for no key update`

func lockDueStock(ctx context.Context, db pg.DB, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select offer_id from offer_stock
		where offer_id in (
			select offer_id from holds where state = 'held' and expires_at <= now() order by expires_at, id limit $1)
		order by offer_id for no key update skip locked`, limit)
}

// settle ends holds: $1 is the new state, the caller supplies which. Units come back to the shelf
// unless they were sold, and a card that had nothing free is queued for the index.
const settle = `
	with done as (
		update holds set state = $1, settled_at = now() where %s returning offer_id, qty
	), sums as (
		select offer_id, sum(qty)::int as qty from done group by offer_id
	), moved as (
		update offer_stock s set reserved = s.reserved - q.qty,
			on_hand = s.on_hand - case when $1 = 'committed' then q.qty else 0 end
		from sums q where s.offer_id = q.offer_id
		returning s.offer_id, s.on_hand - s.reserved as free, q.qty
	), touched as (
		insert into product_changes (product_id)
		select v.product_id from moved m join offers o on o.id = m.offer_id join variants v on v.id = o.variant_id
		where $1 <> 'committed' and m.free = m.qty
	)
	select count(*) from done`

// settleHolds ends what a key holds, after the stock is locked. A hold past its deadline is
// committed neither in part nor as a whole. One round trip; it answers how many lines ended.
func settleHolds(ctx context.Context, db pg.DB, key, state string) (done int64, err error) {
	b := &pgx.Batch{}
	queueSettle(b, key, state, &done)
	return done, pg.Send(ctx, db, b)
}

func queueSettle(b *pgx.Batch, key, state string, done *int64) {
	b.Queue(lockStockOfKey, key)
	b.Queue(settleKey, state, key).QueryRow(func(row pgx.Row) error { return row.Scan(done) })
}

var settleKey = fmt.Sprintf(settle, `key = $2 and (state = 'held') is true and ($1 <> 'committed' or not exists (
	select from holds l where l.key = $2 and (l.state = 'held') is true and l.expires_at <= now()))`)

func settleDue(ctx context.Context, db pg.DB, ids []int64) (int64, error) {
	return pg.Scalar[int64](ctx, db, fmt.Sprintf(settle, "state = 'held' and offer_id = any($2) and expires_at <= now()"), "expired", ids)
}

func expireStock(ctx context.Context, db pg.DB, ids []int64) error {
	_, err := settleDue(ctx, db, ids)
	return err
}

// taken is what became of a first hold, one row for each short line, or one without a line.
type taken struct {
	Mine    bool // the key holds something already: replace it
	Due     bool // units of these offers wait for the sweep
	OfferID *int64
	Free    *int
	Reason  *catalog.Reason
}

// queueFirst is a first hold in one statement. What is free by its snapshot is locked in id order,
// looked at again under the lock, and then reserved and written altogether or not at all. It stops
// before the lock where the snapshot says no, so that the thousands who come after the last unit
// do not queue for it. How many lines there are is hidden from the planner, see offerLines, and
// the facts are read apart: joined to the lines they take ten times as long to plan.
func queueFirst(b *pgx.Batch, h *Taking) {
	b.Queue(`
		with facts as materialized (
			select offer_id, seller_id, product_id, free, blocked from offer_facts where offer_id = any((select @ids::bigint[])::bigint[])
		), want as materialized (
			select w.offer_id, w.qty, f.seller_id, f.product_id, coalesce(f.free, 0) as free,
				case when f.offer_id is null then 'gone' else f.blocked end as blocked
			from unnest((select @ids::bigint[]), (select @qtys::int[])) as w (offer_id, qty)
			left join facts f on f.offer_id = w.offer_id
		), state as materialized (
			select exists (select from holds where key = @key and (state = 'held') is true) as mine,
				exists (select from want where blocked is not null or free < qty) as short
		), locked as materialized (
			select offer_id, on_hand - reserved as free from offer_stock
			where offer_id = any((select @ids::bigint[])::bigint[]) and (select not mine and not short from state)
			order by offer_id for no key update
		), short as materialized (
			select w.offer_id, greatest(coalesce(l.free, w.free), 0) as free, coalesce(w.blocked, 'sold_out') as reason
			from want w left join locked l using (offer_id)
			where w.blocked is not null or coalesce(l.free, w.free) < w.qty
		), reserved as (
			update offer_stock s set reserved = s.reserved + w.qty
			from want w
			where s.offer_id = w.offer_id and (select not mine from state) and not exists (select from short)
		), held as (
			insert into holds (key, offer_id, seller_id, qty, created_at, expires_at)
			select @key, offer_id, seller_id, qty, now(), now() + @ttl::interval
			from want where (select not mine from state) and not exists (select from short)
		), touched as (
			insert into product_changes (product_id)
			select w.product_id from want w join locked l using (offer_id)
			where l.free = w.qty and (select not mine from state) and not exists (select from short)
		)
		select s.mine, h.offer_id is not null and exists (select from holds d
				where d.offer_id = any((select @ids::bigint[])::bigint[]) and d.state = 'held' and d.expires_at <= now()) as due,
			h.offer_id, h.free, h.reason
		from state s left join short h on true order by h.offer_id`,
		pg.Args{"key": h.key, "ids": h.ids, "qtys": h.qtys, "ttl": h.ttl}).Query(func(rows pgx.Rows) (err error) {
		h.first, err = pgx.CollectRows(rows, pgx.RowToStructByName[taken])
		return errs.FromPG(err, holdConflicts)
	})
}

// holdConflicts: two transactions held for one key at the very same moment.
var holdConflicts = map[string]*errs.Error{"holds_live": errs.New(errs.Conflict, "catalog.hold.again")}

// deadline of a hold that is being replaced.
type deadline struct {
	CreatedAt time.Time
	ExpiresAt time.Time
	Extended  bool
}

// releaseForReplace ends the live hold of a key and gives the deadline that its successor inherits.
func releaseForReplace(ctx context.Context, db pg.DB, key string) (*deadline, error) {
	d, ok, err := pg.Opt[deadline](ctx, db, `
		select created_at, expires_at, extended from holds
		where key = $1 and (state = 'held') is true and expires_at > now() order by id limit 1`, key)
	if err != nil {
		return nil, err
	}
	if _, err := settleHolds(ctx, db, key, "released"); err != nil || !ok {
		return nil, err
	}
	return &d, nil
}

// insertHolds decides in one statement: either every line is reserved and written, or the short
// lines come back and nothing is.
func insertHolds(ctx context.Context, db pg.DB, key string, ids []int64, qtys []int32, ttl time.Duration, d *deadline) ([]Short, error) {
	var created, expires *time.Time
	extended := false
	if d != nil {
		created, expires, extended = &d.CreatedAt, &d.ExpiresAt, d.Extended
	}
	return pg.List[Short](ctx, db, `
		with facts as materialized (
			select offer_id, seller_id, product_id, free, blocked from offer_facts where offer_id = any((select @ids::bigint[])::bigint[])
		), want as (
			select w.offer_id, w.qty, f.seller_id, f.product_id, coalesce(f.free, 0) as free,
				case when f.offer_id is null then 'gone' else f.blocked end as blocked
			from unnest(@ids::bigint[], @qtys::int[]) as w (offer_id, qty)
			left join facts f on f.offer_id = w.offer_id
		), short as (
			select offer_id, greatest(free, 0) as free, coalesce(blocked, 'sold_out') as reason
			from want where blocked is not null or free < qty
		), reserved as (
			update offer_stock s set reserved = s.reserved + w.qty
			from want w where s.offer_id = w.offer_id and not exists (select from short)
		), held as (
			insert into holds (key, offer_id, seller_id, qty, created_at, expires_at, extended)
			select @key, offer_id, seller_id, qty, coalesce(@created::timestamptz, now()),
				coalesce(@expires::timestamptz, now() + @ttl::interval), @extended
			from want where not exists (select from short)
		), touched as (
			insert into product_changes (product_id)
			select product_id from want where free = qty and not exists (select from short)
		)
		select offer_id, free, reason from short order by offer_id`,
		pg.Args{"key": key, "ids": ids, "qtys": qtys, "ttl": ttl,
			"created": created, "expires": expires, "extended": extended})
}

func extendHolds(ctx context.Context, db pg.DB, key string) (time.Time, bool, error) {
	var until time.Time
	err := db.QueryRow(ctx, `
		with e as (
			update holds set expires_at = expires_at + (expires_at - created_at), extended = true
			where key = $1 and (state = 'held') is true and not extended and expires_at > now()
			returning expires_at
		)
		select min(expires_at) from e having count(*) > 0`, key).Scan(&until)
	if errors.Is(err, pgx.ErrNoRows) {
		return until, false, nil
	}
	return until, err == nil, errs.FromPG(err, nil)
}

// onlySold reports whether all that is left of what a key held was sold.
func onlySold(ctx context.Context, db pg.DB, key string) (bool, error) {
	return pg.Scalar[bool](ctx, db, `
		select count(*) filter (where state = 'committed') > 0 and count(*) filter (where state = 'held') = 0
		from holds where key = $1`, key)
}

// selectLostLines gives the lines of the last hold of a key that ran out, and whether the key holds now.
func selectLostLines(ctx context.Context, db pg.DB, key string) ([]Line, bool, error) {
	type row struct {
		OfferID int64
		Qty     int
		Live    bool
	}
	rows, err := pg.List[row](ctx, db, `
		select offer_id, qty, state = 'held' and expires_at > now() as live
		from holds
		where key = $1 and state in ('held', 'expired') and created_at =
			(select max(created_at) from holds where key = $1 and state in ('held', 'expired'))`, key)
	lines, live := []Line{}, false
	for _, r := range rows {
		lines, live = append(lines, Line{OfferID: r.OfferID, Qty: r.Qty}), live || r.Live
	}
	return lines, live, err
}

func selectHold(ctx context.Context, db pg.DB, key string) (Held, bool, error) {
	type row struct {
		OfferID   int64
		Qty       int
		Extended  bool
		ExpiresAt time.Time
	}
	rows, err := pg.List[row](ctx, db, `
		select offer_id, qty, extended, expires_at from holds
		where key = $1 and (state = 'held') is true and expires_at > now() order by offer_id`, key)
	info := Held{}
	for i, r := range rows {
		if i == 0 || r.ExpiresAt.Before(info.ExpiresAt) {
			info.ExpiresAt = r.ExpiresAt
		}
		info.Extended = info.Extended || r.Extended
		info.Lines = append(info.Lines, Line{OfferID: r.OfferID, Qty: r.Qty})
	}
	return info, len(rows) > 0, err
}

func addStock(ctx context.Context, db pg.DB, ids []int64, qtys []int32) error {
	_, err := pg.Exec(ctx, db, `
		with moved as (
			update offer_stock s set on_hand = s.on_hand + w.qty
			from unnest($1::bigint[], $2::int[]) as w (offer_id, qty) where s.offer_id = w.offer_id
			returning s.offer_id, s.on_hand - s.reserved as free, w.qty
		)
		insert into product_changes (product_id)
		select v.product_id from moved m join offers o on o.id = m.offer_id join variants v on v.id = o.variant_id
		where m.free = m.qty`, ids, qtys)
	return err
}
