package app

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// bought is one purchase of the demonstration's shopper: cards by their demonstration ids, and how
// far each seller's parcel has come.
type bought struct {
	cards []string
	until order.State
}

// story is what has happened at the fair before the visitor came: purchases on their way, so that
// orders, the seller's day and the parcels have something to show.
var story = []bought{
	{[]string{"grinder-berkut-38", "cezve-copper"}, order.Confirmed},
	{[]string{"thermos-pereval", "tea-ivan"}, order.InTransit},
	{[]string{"grinder-electric-vihr"}, order.Delivered},
}

// way is the road of a parcel in the seller's hands.
var way = []order.State{order.Assembling, order.Packed, order.HandedOver, order.InTransit, order.Delivered}

// tell plays the story once: purchases of the shopper, a change waiting for a moderator, a shop that
// asks to be opened. All of it goes through the same verbs as the pages do.
func (d *demo) tell(ctx context.Context, m *modules) error {
	told, err := pg.Scalar[bool](ctx, d.db, `select exists (select from purchases)`)
	if err != nil || told {
		return err
	}
	shopper, ok, err := d.people.FindPersonID(ctx, d.db, "anna@example.com")
	if err != nil || !ok {
		return err
	}
	buyer := order.Buyer{Owner: cart.Owner{PersonID: shopper}, Lang: i18n.RU}
	for _, b := range story {
		if err := d.buy(ctx, m, buyer, b); err != nil {
			return fmt.Errorf("purchase of %v: %w", b.cards, err)
		}
	}
	if err := d.propose(ctx, m); err != nil {
		return err
	}
	return d.apply(ctx, m)
}

func (d *demo) buy(ctx context.Context, m *modules, buyer order.Buyer, b bought) error {
	for _, card := range b.cards {
		offer, err := pg.Scalar[int64](ctx, d.db, `
			select f.offer_id from offer_facts f join products p on p.id = f.product_id
			where p.author_key = $1 and f.blocked is null order by f.price, f.offer_id limit 1`, "demo:"+card)
		if errs.Is(err, errs.NotFound) {
			continue // sold out in this demonstration
		}
		if err != nil {
			return err
		}
		if err := m.cart.Add(ctx, buyer.Owner, offer, 1); err != nil {
			return err
		}
	}
	if err := m.order.Start(ctx, buyer.Owner); err != nil {
		return err
	}
	number, err := d.place(ctx, m, buyer)
	if err != nil {
		return err
	}
	return d.carry(ctx, m, number, b.until)
}

// place fills in the checkout, places it and pays by the sandbox.
func (d *demo) place(ctx context.Context, m *modules, buyer order.Buyer) (string, error) {
	draft := order.Draft{Email: "anna@example.com", Payment: payment.SandboxName, Recipient: order.Recipient{Name: "Анна Соколова",
		Phone: "+79990000001", Country: "RU", Postcode: "119034", City: "Москва", Street: "ул. Остоженка, 12", Flat: "7"}}
	points, err := m.shipping.Points(ctx)
	if err != nil {
		return "", err
	}
	for _, p := range points {
		if p.City(i18n.RU) == draft.Recipient.City {
			draft.PointID = p.ID
			break
		}
	}
	v, ok, err := m.order.Current(ctx, buyer.Owner)
	if err != nil || !ok {
		return "", err
	}
	draft.Ship = map[int64]string{}
	for _, sale := range v.Quote.Sales {
		if len(sale.Options) > 0 {
			draft.Ship[sale.SellerID] = fmt.Sprintf("%s:%d", sale.Options[0].Kind, sale.Options[0].MethodID)
		}
	}
	if err := m.order.Keep(ctx, buyer.Owner, v.Checkout.Key, draft); err != nil {
		return "", err
	}
	if v, _, err = m.order.Current(ctx, buyer.Owner); err != nil {
		return "", err
	}
	number, err := m.order.Place(ctx, buyer, v.Checkout.Key, draft, v.Quote.Sums.Total)
	if err != nil {
		return "", err
	}
	if _, err := m.order.PayLink(ctx, buyer, number, payment.SandboxName); err != nil {
		return "", err
	}
	p, _, err := m.payment.ByReference(ctx, d.db, number)
	if err != nil {
		return "", err
	}
	_, err = m.payment.SandboxAnswer(ctx, p.Token, payment.SandboxPay)
	return number, err
}

// carry moves every parcel of a purchase along the way until a state.
func (d *demo) carry(ctx context.Context, m *modules, number string, until order.State) error {
	if until == order.Confirmed {
		return nil
	}
	type part struct {
		Number   string
		SellerID int64
		PersonID int64
	}
	parts, err := pg.List[part](ctx, d.db, `
		select o.number, o.seller_id, (select min(w.person_id) from memberships w where w.seller_id = o.seller_id) as person_id
		from orders o join purchases p on p.id = o.purchase_id where p.number = $1 order by o.id`, number)
	if err != nil {
		return err
	}
	for _, o := range parts {
		w := order.Staffer{SellerID: o.SellerID, PersonID: o.PersonID}
		for _, state := range way {
			in := order.MoveIn{To: state, Boxes: 1}
			if state == order.HandedOver {
				in.Carrier, in.Tracking = "Почта России", "80110000000001"
			}
			if err := m.order.Move(ctx, w, o.Number, 1, in); err != nil {
				return err
			}
			if state == until {
				break
			}
		}
	}
	return nil
}

// propose lets a shop without the moderators' trust ask for a change of its card.
func (d *demo) propose(ctx context.Context, m *modules) error {
	type card struct{ ID, SellerID, PersonID int64 }
	cards, err := pg.List[card](ctx, d.db, `
		select p.id, s.id as seller_id, w.person_id
		from products p join sellers s on s.id = p.author_id and not s.trusted join memberships w on w.seller_id = s.id
		where p.status = 'published' and p.description_en <> '' order by p.id desc limit 3`)
	if err != nil {
		return err
	}
	for _, c := range cards {
		by := catalog.Actor{PersonID: c.PersonID, SellerID: c.SellerID}
		now, err := m.catalog.GetForEdit(ctx, by, c.ID)
		if err != nil {
			return err
		}
		doc := now.Doc()
		doc.Title.RU += ", новая партия"
		doc.Description.RU += "\n\nНовая партия: упаковка изменилась, состав прежний."
		if _, err := m.catalog.SaveCard(ctx, by, c.ID, now.Version, doc, true); err != nil {
			return err
		}
	}
	return nil
}

// apply lets one more person ask for a shop.
func (d *demo) apply(ctx context.Context, m *modules) error {
	var id int64
	err := pg.InTx(ctx, d.db, func(tx pgx.Tx) (err error) {
		id, err = d.person(ctx, tx, "Пётр Гончаров", "petr@example.com")
		return err
	})
	if err != nil {
		return err
	}
	_, err = m.seller.Apply(ctx, id, seller.Application{Name: "Гончарный круг", City: "Скопин", Email: "petr@example.com", Phone: "+79990000002",
		Legal: seller.Legal{LegalForm: "self", LegalName: "Гончаров Пётр Ильич (демонстрация)", INN: "000000000402"}, About: "Скопинская керамика: кувшины, миски и свистульки."})
	if errs.Is(err, errs.Conflict) {
		return nil // told before
	}
	return err
}
