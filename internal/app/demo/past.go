package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shopper is somebody who bought at the demonstration's fair.
type shopper struct {
	email string
	to    checkout.Recipient
}

var (
	shopperAnna = shopper{"anna@example.com", checkout.Recipient{Name: "Анна Соколова", Phone: "+79990000001", Country: "RU", Postcode: "119034",
		City: "Москва", Street: "ул. Остоженка, 12", Flat: "7"}}
	shopperGleb = shopper{"gleb@example.com", checkout.Recipient{Name: "Глеб Мельников", Phone: "+79990000003", Country: "RU", Postcode: "119034",
		City: "Москва", Street: "пер. Примерный, 4", Flat: "31"}}
	shopperLida = shopper{"lida@example.com", checkout.Recipient{Name: "Лидия Орлова", Phone: "+79990000004", Country: "RU", Postcode: "119034",
		City: "Москва", Street: "ул. Образцовая, 18", Flat: "112"}}
)

// bought is one purchase of the past: goods as "card" or "card@shop", and how far its parcels came.
type bought struct {
	by    shopper
	ago   time.Duration
	kind  shipping.Kind
	goods []string
	until order.State
	// calledOff is how many lines of the first order the buyer called off an hour later; -1 is all.
	calledOff int
}

const (
	hour  = time.Hour
	day   = 24 * time.Hour
	turka = "@kruzhka-i-turka"
)

// past is the fortnight before the visitor came, oldest first.
var past = []bought{
	{by: shopperAnna, ago: 13*day + 5*hour, kind: shipping.Courier, goods: []string{"coffee-ethiopia" + turka, "moka-varnitsa" + turka}, until: order.Delivered},
	{by: shopperGleb, ago: 12*day + 2*hour, kind: shipping.Pickup, goods: []string{"bowl-pet-ceramic"}, until: order.Delivered},
	{by: shopperLida, ago: 11*day + 7*hour, kind: shipping.Pickup, goods: []string{"teapot-cast-iron" + turka}, until: order.Delivered},
	{by: shopperAnna, ago: 9*day + 20*hour, kind: shipping.Courier, goods: []string{"sweater-pomor", "mittens-mezen"}, until: order.Delivered},
	{by: shopperGleb, ago: 8*day + 3*hour, kind: shipping.Courier, goods: []string{"french-press-tropa" + turka, "tea-black-krasnodar" + turka}, until: order.Delivered},
	{by: shopperAnna, ago: 7*day + hour, kind: shipping.Courier, goods: []string{"grinder-electric-vihr" + turka}, until: order.Confirmed, calledOff: -1},
	{by: shopperLida, ago: 6*day + 4*hour, kind: shipping.Pickup, goods: []string{"book-volga-cookbook", "notebook-linen"}, until: order.AtPickup},
	{by: shopperAnna, ago: 5*day + 6*hour, kind: shipping.Courier, goods: []string{"thermos-pereval@masterovoy", "tea-ivan@dobrye-travy"}, until: order.InTransit},
	{by: shopperGleb, ago: 4*day + 2*hour, kind: shipping.Pickup, goods: []string{"mug-sosna" + turka, "pastila-belev" + turka}, until: order.AtPickup},
	{by: shopperLida, ago: 3*day + 2*hour, kind: shipping.Courier, goods: []string{"skillet-cast-iron" + turka, "cezve-ceramic" + turka}, until: order.InTransit, calledOff: 1},
	{by: shopperAnna, ago: 2*day + 5*hour, kind: shipping.Courier, goods: []string{"kettle-electric-varnitsa" + turka}, until: order.HandedOver},
	{by: shopperGleb, ago: day + 9*hour, kind: shipping.Courier, goods: []string{"towel-waffle"}, until: order.Packed},
	{by: shopperLida, ago: 20 * hour, kind: shipping.Courier, goods: []string{"coffee-brazil" + turka, "chocolate-dark" + turka}, until: order.Packed},
	{by: shopperAnna, ago: 2 * hour, kind: shipping.Courier, goods: []string{"grinder-berkut-38" + turka, "cezve-copper" + turka}, until: order.Confirmed},
	{by: shopperGleb, ago: 40 * time.Minute, kind: shipping.Pickup, goods: []string{"tea-glass-podstakannik" + turka}, until: order.Confirmed},
}

// stage is a step of a parcel and how long after the purchase it comes.
type stage struct {
	to    order.State
	after time.Duration
}

// ways are the roads of a parcel in the seller's hands: to a door, and to a pickup point.
var (
	toDoor = []stage{{order.Assembling, 3 * hour}, {order.Packed, 7 * hour}, {order.HandedOver, 23 * hour},
		{order.InTransit, 31 * hour}, {order.Delivered, 76 * hour}}
	toPoint = []stage{{order.Assembling, 2 * hour}, {order.Packed, 8 * hour}, {order.HandedOver, 22 * hour},
		{order.InTransit, 29 * hour}, {order.AtPickup, 70 * hour}, {order.Delivered, 95 * hour}}
)

// teller plays purchases on a clock of its own, so that each keeps the time it tells of.
type teller struct {
	*Demo
	at       time.Time
	carts    *cart.Service
	orders   *order.Service
	payments *payment.Service
	shipping *shipping.Service
}

// teller wires the verbs of selling on a movable clock; only the sandbox is there to pay with.
func (d *Demo) teller() *teller {
	t := &teller{Demo: d, carts: d.Carts}
	now := func() time.Time { return t.at }
	t.shipping = shipping.New(d.DB, now)
	pay := d.Payments.Deps
	pay.Now, pay.Providers = now, []payment.Provider{&payment.Sandbox{DB: d.DB, Now: now}}
	t.payments = payment.New(pay)
	sell := d.Orders.Deps
	sell.Now, sell.Shipping, sell.Payments = now, t.shipping, t.payments
	t.orders = order.New(sell)
	t.orders.Judge, t.orders.Exchange = d.Orders.Judge, d.Orders.Exchange // the checkout's own, set at wiring
	t.payments.Hooks = t.orders.Hooks()
	return t
}

// fortnight plays the purchases of the last two weeks.
func (d *Demo) fortnight(ctx context.Context) error {
	t, now := d.teller(), d.Now()
	for _, b := range past {
		if err := t.play(ctx, b, now.Add(-b.ago)); err != nil {
			return fmt.Errorf("purchase of %v: %w", b.goods, err)
		}
	}
	return nil
}

func (t *teller) play(ctx context.Context, b bought, placed time.Time) error {
	var id int64
	err := pg.InTx(ctx, t.DB, func(tx pgx.Tx) (err error) {
		id, err = t.person(ctx, tx, b.by.to.Name, b.by.email)
		return err
	})
	if err != nil {
		return err
	}
	buyer := order.Buyer{Owner: cart.Owner{PersonID: id}, Lang: i18n.RU}
	t.at = placed
	number, err := t.buy(ctx, buyer, b)
	if err != nil || number == "" {
		return err
	}
	if b.calledOff != 0 {
		t.at = placed.Add(hour)
		if err := t.callOff(ctx, buyer, number, b.calledOff); err != nil {
			return err
		}
	}
	return t.carry(ctx, number, b, placed)
}

// buy fills the cart, places it and pays; "" when everything is sold out in this demonstration.
func (t *teller) buy(ctx context.Context, buyer order.Buyer, b bought) (string, error) {
	some := false
	for _, what := range b.goods {
		card, shop, _ := strings.Cut(what, "@")
		offer, err := pg.Scalar[int64](ctx, t.DB, `
			select f.offer_id from offer_facts f join products p on p.id = f.product_id
			where p.author_key = $1 and ($2 = '' or f.seller_slug = $2) and f.blocked is null
			order by f.price, f.offer_id limit 1`, "demo:"+card, shop)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err == nil {
			err = t.carts.Add(ctx, buyer.Owner, offer, 1)
		}
		if err != nil {
			return "", err
		}
		some = true
	}
	if !some {
		return "", nil
	}
	if err := t.orders.Start(ctx, buyer.Owner); err != nil {
		return "", err
	}
	return t.place(ctx, buyer, b)
}

// place fills in the checkout, places it and pays by the sandbox.
func (t *teller) place(ctx context.Context, buyer order.Buyer, b bought) (string, error) {
	v, ok, err := t.orders.Current(ctx, buyer.Owner)
	if err != nil || !ok {
		return "", err
	}
	draft := checkout.Draft{Email: b.by.email, Payment: payment.SandboxName, Recipient: b.by.to, Ship: map[int64]string{}}
	if draft.PointID, err = t.point(ctx, b.by.to.City); err != nil {
		return "", err
	}
	// Which ways there are abroad is said once the country is known.
	for range 2 {
		for _, sale := range v.Quote.Sales {
			for i, o := range sale.Options {
				if i == 0 || o.Kind == b.kind && b.kind != shipping.Abroad {
					draft.Ship[sale.SellerID] = fmt.Sprintf("%s:%d", o.Kind, o.MethodID)
				}
			}
		}
		if err := t.orders.Keep(ctx, buyer.Owner, v.Checkout.Key, draft); err != nil {
			return "", err
		}
		if v, _, err = t.orders.Current(ctx, buyer.Owner); err != nil {
			return "", err
		}
	}
	draft.Seen = v.Quote.Seen()
	number, err := t.orders.Place(ctx, buyer, v.Checkout.Key, draft, v.Quote.Sums.Total)
	if err != nil {
		return "", err
	}
	t.at = t.at.Add(2 * time.Minute)
	if _, err := t.orders.PayLink(ctx, buyer, number, payment.SandboxName); err != nil {
		return "", err
	}
	p, _, err := t.payments.ByReference(ctx, t.DB, number)
	if err != nil {
		return "", err
	}
	_, err = t.payments.SandboxAnswer(ctx, p.Token, payment.SandboxPay)
	return number, err
}

// point finds a pickup point of a town.
func (t *teller) point(ctx context.Context, city string) (int64, error) {
	points, err := t.shipping.Points(ctx)
	for _, p := range points {
		if p.City(i18n.RU) == city {
			return p.ID, nil
		}
	}
	return 0, err
}

// callOff calls off the first lines of a purchase, or all of it.
func (t *teller) callOff(ctx context.Context, buyer order.Buyer, number string, lines int) error {
	in := order.CancelIn{Reason: order.ReasonChangedMind}
	if lines > 0 {
		d, err := t.orders.Get(ctx, buyer, number)
		if err != nil {
			return err
		}
		in.OrderID, in.Lines = d.Orders[0].ID, map[int64]int{}
		for _, l := range d.LinesOf(in.OrderID)[:lines] {
			in.Lines[l.ID] = l.Qty
		}
	}
	return t.orders.CancelByBuyer(ctx, buyer, number, in)
}

// carry moves every parcel of a purchase along its way until a state, hours or days between steps.
func (t *teller) carry(ctx context.Context, number string, b bought, placed time.Time) error {
	if b.until == order.Confirmed {
		return nil
	}
	type part struct {
		Number   string
		SellerID int64
		PersonID int64
	}
	parts, err := pg.List[part](ctx, t.DB, `
		select o.number, o.seller_id, (select min(w.person_id) from memberships w where w.seller_id = o.seller_id) as person_id
		from orders o join purchases p on p.id = o.purchase_id where p.number = $1 order by o.id`, number)
	if err != nil {
		return err
	}
	way := toDoor
	if b.kind == shipping.Pickup {
		way = toPoint
	}
	for i, o := range parts {
		w := order.Staffer{SellerID: o.SellerID, PersonID: o.PersonID}
		for _, s := range way {
			// Two shops of one purchase do not work in step.
			t.at = placed.Add(s.after + time.Duration(i)*47*time.Minute)
			in := order.MoveIn{To: s.to, Boxes: 1}
			if s.to == order.HandedOver {
				in.Carrier, in.Tracking = "Почта России", "8011"+strings.Map(digit, o.Number)+"0000"
			}
			if err := t.orders.Move(ctx, w, o.Number, 1, in); err != nil {
				return err
			}
			if s.to == b.until {
				break
			}
		}
	}
	return nil
}

// digit makes a tracking number of an order's.
func digit(r rune) rune {
	switch {
	case r == '-':
		return -1
	case r >= 'A':
		return '0' + (r-'A')%10
	}
	return r
}
