package order

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// errRaced says that the checkout changed between pricing it and writing: it is priced again.
var errRaced = errs.New(errs.Conflict, "order.place.price_changed")

// Placed is a purchase that was made.
type Placed struct {
	Number string
	Page   string // the path of the page of ours where it is paid, to whoever made it just now; else empty
}

// Next is where the buyer goes on to, a path.
func (p Placed) Next() string { return cmp.Or(p.Page, "/orders/"+p.Number+"/pay") }

// Place is Buy for who asks for no more than the purchase's number.
func (s *Service) Place(ctx context.Context, b Buyer, key string, d checkout.Draft, expected money.Amount) (number string, err error) {
	made, err := s.Buy(ctx, b, key, d, expected)
	return made.Number, err
}

// Buy makes the purchase of a checkout. Expected is the total the buyer agreed to. However often
// it is called with one key (a double click, the back button, two tabs, an answer that was lost),
// there is one purchase and each call answers its number.
func (s *Service) Buy(ctx context.Context, b Buyer, key string, d checkout.Draft, expected money.Amount) (made Placed, err error) {
	defer errs.Wrap(&err, "order.Buy")
	at, err := s.pickup(ctx, d.PointID)
	if err != nil {
		return made, err
	}
	for range 3 {
		made, err = s.place(ctx, b, key, d, expected, at)
		if !errors.Is(err, errRaced) && errs.KeyOf(err) != errNumberTaken.Key {
			break
		}
	}
	return made, err
}

// place prices the checkout before its transaction begins: what costs time happens while nobody
// waits for a lock. The transaction then writes exactly that, or nothing.
func (s *Service) place(ctx context.Context, b Buyer, key string, d checkout.Draft, expected money.Amount, at *PickupPlace) (made Placed, err error) {
	c, ok, err := checkout.Find(ctx, s.Pool, b.Owner, key, !d.Recipient.Abroad())
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return made, err
	}
	if c.Number != nil {
		return Placed{Number: *c.Number}, nil
	}
	if c.ClosedAt != nil {
		return made, hold.ErrExpired
	}
	q, err := s.Quote(ctx, c, d)
	if err != nil {
		return made, err
	}
	if at == nil {
		d.PointID = 0 // closed meanwhile, or never there: ask again
	}
	if err := errs.Fields(d.Check(q)); err != nil {
		return made, err
	}
	if !q.Complete || q.Sums.Total != expected || q.Seen() != d.Seen {
		return made, checkout.ErrPriceChanged
	}
	c.Draft = d
	p := s.purchase(b, c.Checkout, d, q)
	made.Number = p.Number
	return made, pg.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		made.Page, err = s.write(ctx, tx, c.Attempt, p, q, at)
		return err
	})
}

// purchase is what is about to be written.
func (s *Service) purchase(b Buyer, c checkout.Checkout, d checkout.Draft, q checkout.Quote) Purchase {
	p := Purchase{Number: newNumber(), AttemptKey: c.Key, PersonID: c.PersonID, SessionID: c.SessionID, Email: d.Email,
		Recipient: d.Recipient, Lang: b.Lang, Comment: d.Comment, Provider: d.Payment, Currency: q.Currency(),
		Goods: q.Sums.Goods, Delivery: q.Sums.Delivery, Discount: q.Sums.Discount, Total: q.Sums.Total}
	if p.Lang == "" {
		p.Lang = i18n.RU
	}
	return p
}

// write puts a purchase, its orders, its payment and its mail into the books and empties the cart.
// The lock of the checkout comes first, so that of two presses of the button one writes. It answers Placed.Page.
func (s *Service) write(ctx context.Context, tx pgx.Tx, c checkout.Attempt, p Purchase, q checkout.Quote, at *PickupPlace) (page string, err error) {
	drafts, lines, err := drafts(q, at)
	if err != nil {
		return "", err
	}
	within := payWithin
	if p.Provider == payment.InvoiceName {
		within = payInvoiceWithin
	}
	p.PlacedAt = s.Now()
	var to link
	if p.Total > 0 { // else the letter about its payment says it all
		to = s.link(p)
	}
	made, err := insertPurchase(ctx, tx, c.Checkout, p, within, to.hash, drafts, lines)
	if err != nil {
		return "", err
	}
	if len(made) == 0 {
		return "", errRaced // another press of the button was first
	}
	p.ID, p.PlacedAt, p.PayBy = made[0].PurchaseID, made[0].PlacedAt, made[0].PayBy
	if err := s.recordAbroad(ctx, tx, made, q); err != nil {
		return "", err
	}
	n := payment.NewPayment{Reference: p.Number, BuyerPersonID: p.PersonID, Email: p.Email, Lang: p.Lang,
		ReturnPath: "/orders/" + p.Number, Provider: p.Provider, Amount: p.Total, Currency: p.Currency, ExpiresAt: &p.PayBy}
	for _, o := range made {
		n.Splits = append(n.Splits, payment.NewSplit{SellerID: o.SellerID, OrderID: o.ID, Amount: o.Total})
	}
	b := &pgx.Batch{}
	if err := notify.Queue(ctx, b, s.placedMails(to, p, lines)...); err != nil {
		return "", err
	}
	if n.Amount > 0 {
		if page, err = s.Payments.QueueCreate(b, n); err != nil {
			return "", err
		}
	}
	if err := s.takeOver(ctx, tx, b, c, p.PayBy); err != nil || n.Amount > 0 {
		return page, err
	}
	_, err = s.Payments.Create(ctx, tx, n) // a total of zero is paid at once, and MarkPaid has run
	return "", err
}

// takeOver keeps what the checkout holds until the purchase is to be paid, and takes it out of the cart, in
// one round trip with what b holds already.
func (s *Service) takeOver(ctx context.Context, tx pgx.Tx, b *pgx.Batch, c checkout.Attempt, until time.Time) error {
	var kept []hold.Line
	hold.QueueKeep(b, c.Key, until, &kept)
	if c.CartID != nil {
		cart.QueueTake(b, *c.CartID, c.Lines())
	}
	if err := pg.Send(ctx, tx, b); err != nil {
		return err
	}
	if !checkout.SameLines(kept, c.Lines()) {
		return errRaced // another tab changed what is held
	}
	return nil
}

// drafts turns a quote into orders and lines: the totals of Split, moved and never added up again.
func drafts(q checkout.Quote, at *PickupPlace) ([]draftOrder, []Line, error) {
	items := q.Items()
	parts, delivery := make([]checkout.Part, len(items)), map[int64]money.Amount{}
	for i, it := range items {
		parts[i] = checkout.Part{SellerID: it.Offer.SellerID, Price: it.Offer.Price.Amount, Qty: it.Qty, Currency: it.Offer.Price.Currency}
	}
	methods := map[int64]Delivery{}
	for _, sale := range q.Sales {
		delivery[sale.SellerID] = sale.Chosen.Price
		methods[sale.SellerID] = deliveryOf(*sale.Chosen, at)
		if sale.Abroad != nil {
			methods[sale.SellerID] = deliveryAbroad(q, sale)
		}
	}
	shares, _, err := checkout.Split(parts, delivery, 0)
	if err != nil {
		return nil, nil, err
	}
	var orders []draftOrder
	var lines []Line
	for _, sh := range shares {
		orders = append(orders, draftOrder{SellerID: sh.SellerID, Method: methods[sh.SellerID], Sums: sh.Sums})
		for k, i := range sh.Lines {
			l := lineOf(items[i])
			l.Discount, l.Total = sh.LineDiscounts[k], sh.LineTotals[k]
			lines = append(lines, l)
		}
	}
	return orders, lines, nil
}

func deliveryOf(o shipping.Option, at *PickupPlace) Delivery {
	d := Delivery{MethodID: o.MethodID, Kind: o.Kind, Name: o.Name, Price: o.Price, ShipBy: o.ShipBy, From: o.From, To: o.To}
	if o.Kind == shipping.Pickup {
		d.Point = at
	}
	return d
}

func lineOf(it checkout.Item) Line {
	o := it.Offer
	return Line{SellerID: o.SellerID, OfferID: o.OfferID, ProductID: o.ProductID, TitleRu: o.Title.RU, TitleEn: o.Title.EN,
		OptionsRu: catalog.OptionsText(o.Options, i18n.RU), OptionsEn: catalog.OptionsText(o.Options, i18n.EN),
		SKU: o.SellerSKU, Image: o.Photo.Src(), WeightG: o.WeightG, Price: o.Price.Amount, Qty: it.Qty}
}

// pickup finds a pickup point, before the transaction begins; nil when there is none of that id.
func (s *Service) pickup(ctx context.Context, id int64) (*PickupPlace, error) {
	points, err := s.Shipping.Points(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range points {
		if p.ID == id {
			return &PickupPlace{City: catalog.Text{RU: p.CityRu, EN: p.CityEn},
				Address: catalog.Text{RU: p.AddressRu, EN: p.AddressEn}, Hours: p.Hours}, nil
		}
	}
	return nil, nil
}

// due is the late clock of a state of this order's parcels.
func (o Order) due(to State, now time.Time) *time.Time {
	return dueAt(to, now, o.Method.ShipBy, o.Method.To)
}

// backFor is how long the back button of a buyer who has paid leads to what was bought.
const backFor = time.Hour

// LastPlaced finds the purchase the owner placed last, while it waits for its money or is fresh:
// where the back button of a buyer who just pressed "pay" leads.
func (s *Service) LastPlaced(ctx context.Context, o cart.Owner) (number string, ok bool, err error) {
	if o.Nobody() {
		return "", false, nil
	}
	c, ok, err := checkout.Last(ctx, s.Pool, o)
	if err != nil || !ok || c.PurchaseID == nil {
		return "", false, err
	}
	p, err := selectPurchaseByID(ctx, s.Pool, *c.PurchaseID)
	return p.Number, err == nil && (p.Open() || s.Now().Sub(p.PlacedAt) < backFor), err
}
