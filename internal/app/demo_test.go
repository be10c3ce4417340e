package app_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// TestDemoFortnight looks at the history the demonstration plays: it is spread over two weeks, none
// of it is yet to come, and no purchase was left without its money.
func TestDemoFortnight(t *testing.T) {
	t.Parallel()
	db := apptest.New(t, apptest.Options{}).DB
	for name, sql := range map[string]string{
		"the shop sold on six days or more": `select count(distinct o.paid_at::date) >= 6
			from orders o join sellers s on s.id = o.seller_id where s.slug = 'kruzhka-i-turka'`,
		"its parcels are in six states or more": `select count(distinct c.state) >= 6
			from parcels c join sellers s on s.id = c.seller_id where s.slug = 'kruzhka-i-turka'`,
		"anna has a list of purchases": `select count(*) >= 5 from purchases where email = 'anna@example.com'`,
		"everything was paid":          `select count(*) >= 12 and bool_and(paid_at is not null and closed_at is null) from purchases`,
		"nothing is yet to come":       `select max(at) <= now() and min(at) < now() - interval '12 days' from parcel_events`,
		"a parcel moves in its order": `select bool_and(e.at <= n.at) from parcel_events e
			join parcel_events n on n.parcel_id = e.parcel_id and n.seq = e.seq + 1`,
		"one order was called off in part": `select count(*) = 1 from orders where refunded > 0 and refunded < total`,
		"one altogether":                   `select count(*) = 1 from orders where refunded = total`,
		"no goods stay held":               `select count(*) = 0 from holds where state = 'held' and key in (select attempt_key from purchases)`,
	} {
		ok, err := pg.Scalar[bool](t.Context(), db, sql)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}
