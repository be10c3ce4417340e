package order

import (
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// awaitedShown is how many parcels the home page tells of.
const awaitedShown = 3

// awaited is a parcel on its way to its buyer.
type awaited struct {
	Number string // of the purchase
	State  State
	Method Delivery
	Seller string
	Image  string
	PayBy  time.Time
}

// Awaits tells a person who is signed in what they wait for: what can be fetched or has to be paid first, then what
// comes next. A stranger waits for nothing.
func (s *Service) Awaits(ctx context.Context) (list []ui.Awaited, err error) {
	defer errs.Wrap(&err, "order.Awaits")
	who := account.SessionOf(ctx)
	if !who.SignedIn() {
		return nil, nil
	}
	rows, err := selectAwaited(ctx, s.Pool, who.PersonID, awaitedShown)
	if err != nil {
		return nil, err
	}
	v := voice{Lang: i18n.LangOf(ctx), Now: s.Now()}
	for _, a := range slices.CompactFunc(rows, sameBill) {
		list = append(list, ui.Awaited{Title: v.awaitedTitle(a), Note: v.awaitedNote(a), Href: web.Path(ctx, "/orders/"+a.Number), Image: a.Image, Icon: "package"})
	}
	return list, nil
}

// sameBill: the parcels of a purchase are paid by one payment.
func sameBill(a, b awaited) bool {
	return a.State == AwaitingPayment && b.State == AwaitingPayment && a.Number == b.Number
}

func (v voice) awaitedTitle(a awaited) string {
	switch a.State {
	case AtPickup:
		return v.t("order.awaits.pickup")
	case DeliveryAttempt:
		return v.t("order.awaits.again")
	case AwaitingPayment:
		return v.t("order.awaits.payment")
	}
	if i18n.DaysBetween(v.Now, a.Method.To) < 0 {
		return v.t("order.awaits.late", "when", i18n.NearDate(v.Lang, a.Method.To, v.Now))
	}
	return v.t("order.awaits.arrives", "when", checkout.Between(v.Lang, a.Method.From, a.Method.To, v.Now))
}

func (v voice) awaitedNote(a awaited) string {
	switch {
	case a.State == AwaitingPayment:
		return v.t("order.until", "day", v.at(a.PayBy))
	case a.State == AtPickup && a.Method.Point != nil:
		return a.Method.Point.Address.In(v.Lang)
	}
	return a.Seller + " · " + v.state(a.State)
}

// selectAwaited lists a person's parcels that are still to come, the most urgent first.
func selectAwaited(ctx context.Context, db pg.DB, personID int64, limit int) ([]awaited, error) {
	return pg.List[awaited](ctx, db, `
		select p.number, c.state, o.method, s.name as seller, p.pay_by,
			coalesce((select l.image from order_lines l where l.seller_id = o.seller_id and l.order_id = o.id order by l.id limit 1), '') as image
		from purchases p
		join orders o on o.purchase_id = p.id
		join parcels c on c.seller_id = o.seller_id and c.order_id = o.id
		join sellers s on s.id = o.seller_id
		where p.person_id = $1
			and c.state not in ('delivered', 'closed', 'cancelled', 'lost', 'damaged', 'returning', 'returned_to_seller')
		order by array_position(array['at_pickup', 'delivery_attempt', 'awaiting_payment'], c.state), o.method->>'to', c.id
		limit $2`, personID, limit)
}
