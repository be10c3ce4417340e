package intake

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// PastPrice says that an offer's price was set so many whole days before now.
type PastPrice struct {
	OfferID int64        `json:"offer_id"`
	DaysAgo int          `json:"days_ago"`
	Price   money.Amount `json:"price"`
}

// WriteHistory replaces the price history of the offers named, within the caller's transaction: for
// demonstration data and for shops that move in with a history of their own. The last price of each
// offer must be the one it has now.
func WriteHistory(ctx context.Context, tx pg.DB, prices []PastPrice) (err error) {
	defer errs.Wrap(&err, "intake.WriteHistory(%d)", len(prices))
	if _, err := pg.Exec(ctx, tx, `
		delete from offer_prices
		where offer_id in (select offer_id from jsonb_to_recordset($1) as r (offer_id bigint))`, prices); err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
		insert into offer_prices (offer_id, seller_id, price, currency, from_at, to_at)
		select o.id, o.seller_id, r.price, o.currency, now() - make_interval(days => r.days_ago),
			now() - make_interval(days => lead(r.days_ago) over (partition by o.id order by r.days_ago desc))
		from jsonb_to_recordset($1) as r (offer_id bigint, days_ago int, price bigint) join offers o on o.id = r.offer_id`, prices)
	if err != nil {
		return err
	}
	ids, err := pg.Scalars[int64](ctx, tx, `
		select distinct v.product_id from jsonb_to_recordset($1) as r (offer_id bigint)
		join offers o on o.id = r.offer_id join variants v on v.id = o.variant_id`, prices)
	if err != nil {
		return err
	}
	topics := []string{pagecache.Goods}
	for _, id := range ids {
		topics = append(topics, pagecache.Card(id))
	}
	return pagecache.Change(ctx, tx, topics...)
}
