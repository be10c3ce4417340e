package figures

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// selectFigures judges all shops with at least least orders paid since a moment, in one statement.
func selectFigures(ctx context.Context, db pg.DB, since, now time.Time, least int) ([]figures, error) {
	return pg.List[figures](ctx, db, `
		with paid as (
			select o.seller_id, o.id, (o.method->>'ship_by')::timestamptz as ship_by,
				exists (select from cancellations x where x.seller_id = o.seller_id and x.order_id = o.id and x.actor = 'seller') as cancelled
			from orders o
			where o.paid_at >= $1 and o.seller_id in (select seller_id from orders where paid_at >= $1 group by seller_id having count(*) >= $3)
		), served as (
			select p.seller_id, p.id, p.cancelled, count(c.id) as live,
				count(c.id) filter (where h.at is not null or p.ship_by < $2) as due,
				count(c.id) filter (where h.at <= p.ship_by) as on_time
			from paid p
			left join parcels c on c.seller_id = p.seller_id and c.order_id = p.id and c.state <> 'cancelled'
			left join lateral (
				select min(e.at) as at from parcel_events e
				where e.seller_id = c.seller_id and e.parcel_id = c.id and e.to_state = 'handed_over'
			) h on true
			group by p.seller_id, p.id, p.cancelled
		)
		select seller_id, count(*) filter (where live > 0)::int as sold, count(*)::int as orders,
			count(*) filter (where cancelled)::int as cancelled, coalesce(sum(due), 0)::int as due, coalesce(sum(on_time), 0)::int as on_time
		from served group by seller_id order by seller_id`, since, now, least)
}
