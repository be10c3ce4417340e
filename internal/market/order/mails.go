package order

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// link is the address of a purchase for its buyer.
type link struct {
	url  string
	hash []byte // of its key, which is to be kept with the purchase; nil where it has none
}

// link makes the address for one letter. A guest's carries a new key, because the number alone opens nothing; the
// database keeps only its hash, so every letter has a key of its own.
func (s *Service) link(p Purchase) link {
	url := s.BaseURL + web.PathIn(p.Lang, "/orders/"+p.Number)
	if p.PersonID != nil {
		return link{url: url}
	}
	key := newKey()
	return link{url + "?key=" + key, hashKey(key)}
}

// writer says a letter in the language of its reader.
type writer struct{ lang i18n.Lang }

func (w writer) t(key string, args ...any) string { return i18n.In(w.lang, key, args...) }

func (w writer) sum(a money.Amount, cur money.Currency) string { return money.Format(w.lang, a, cur) }

func (w writer) rows(lines []Line, cur money.Currency, qty func(Line) int) []notify.Row {
	var rows []notify.Row
	for _, l := range lines {
		n := qty(l)
		if n == 0 {
			continue
		}
		title := l.Title(w.lang)
		if o := l.Options(w.lang); o != "" {
			title += ", " + o
		}
		rows = append(rows, notify.Row{Title: title, Detail: w.t("order.mail.units", "n", n, "price", w.sum(l.Price, cur)),
			Sum: w.sum(l.Price*money.Amount(n), cur)})
	}
	return rows
}

// totals lists sums; key names the last one: to pay, or paid.
func (w writer) totals(s checkout.Sums, cur money.Currency, key string) []notify.Fact {
	facts := []notify.Fact{{Name: w.t("order.goods"), Value: w.sum(s.Goods, cur)}, {Name: w.t("order.delivery"), Value: w.sum(s.Delivery, cur)}}
	if s.Discount > 0 {
		facts = append(facts, notify.Fact{Name: w.t("order.discount"), Value: w.sum(-s.Discount, cur)})
	}
	return append(facts, notify.Fact{Name: w.t(key), Value: w.sum(s.Total, cur)})
}

func (p Purchase) sums() checkout.Sums {
	return checkout.Sums{Goods: p.Goods, Delivery: p.Delivery, Discount: p.Discount, Total: p.Total}
}

// toBuyer sends a letter about a purchase with a button that opens it.
func (s *Service) toBuyer(ctx context.Context, tx pgx.Tx, p Purchase, event, template, title string, blocks ...notify.Block) error {
	b, to := &pgx.Batch{}, s.link(p)
	s.queueKey(b, p, to)
	if err := notify.Queue(ctx, b, s.buyerMail(to, p, event, template, title, blocks...)); err != nil {
		return err
	}
	return pg.Send(ctx, tx, b)
}

// queueKey keeps a link's key with a purchase, in the transaction of its letter.
func (s *Service) queueKey(b *pgx.Batch, p Purchase, to link) {
	if to.hash != nil {
		b.Queue(insertKey, to.hash, p.ID, s.Now())
	}
}

// buyerMail writes the letter that toBuyer sends; its button is the link.
func (s *Service) buyerMail(to link, p Purchase, event, template, title string, blocks ...notify.Block) notify.Mail {
	w := writer{p.Lang}
	l := notify.Letter{Title: title, Blocks: append(blocks, notify.Button(w.t("order.mail.open"), to.url)), Why: w.t("order.mail.why", "number", p.Number)}
	return notify.Mail{Event: event, Template: template, To: p.Email, Lang: p.Lang, Letter: &l}
}

// placedMails is the letter about a purchase to be paid; one that costs nothing is paid at once, and the letter about
// that says it all.
func (s *Service) placedMails(to link, p Purchase, lines []Line) []notify.Mail {
	if p.Total == 0 {
		return nil
	}
	w := writer{p.Lang}
	return []notify.Mail{s.buyerMail(to, p, "purchase:"+p.Number+":placed", "order.placed", w.t("order.mail.placed.title", "number", p.Number),
		notify.Para(w.t("order.mail.placed.text", "until", checkout.Zoned(p.Lang, i18n.DateTime(p.Lang, p.PayBy, p.PlacedAt), p.Recipient.Abroad()))),
		notify.Lines(w.rows(lines, p.Currency, func(l Line) int { return l.Qty }), w.totals(p.sums(), p.Currency, "order.total")))}
}

// paidMails tell the buyer once, and each seller of the order that is theirs.
func (s *Service) paidMails(to link, d Dossier, desks map[int64]sellerDesk) []notify.Mail {
	p, w := d.Purchase, writer{d.Purchase.Lang}
	blocks := []notify.Block{notify.Para(w.t("order.mail.paid.text", "sum", w.sum(p.Total, p.Currency)))}
	for _, o := range d.Orders {
		blocks = append(blocks, notify.Head(d.Sellers[o.SellerID].Name), notify.Para(w.promise(o)),
			notify.Lines(w.rows(d.LinesOf(o.ID), o.Currency, Line.Left), w.totals(o.sums(), o.Currency, "order.paid")))
	}
	mails := []notify.Mail{s.buyerMail(to, p, "purchase:"+p.Number+":paid", "order.paid", w.t("order.mail.paid.title", "number", p.Number), blocks...)}
	for _, o := range d.Orders {
		if desk := desks[o.SellerID]; desk.Email != "" { // a shop without a mailbox reads its queue
			mails = append(mails, s.sellerMail(d, o, desk))
		}
	}
	return mails
}

func (o Order) sums() checkout.Sums {
	return checkout.Sums{Goods: o.Goods, Delivery: o.Delivery, Discount: o.Discount, Total: o.Total}
}

// promise says how and when an order arrives.
func (w writer) promise(o Order) string {
	return w.t("order.promise", "way", w.way(o), "when", w.between(o))
}

// sellerMail tells a seller that there is an order to pack.
func (s *Service) sellerMail(d Dossier, o Order, desk sellerDesk) notify.Mail {
	w := writer{desk.Lang}
	l := notify.Letter{Title: w.t("order.mail.seller.title", "number", o.Number),
		Blocks: []notify.Block{
			notify.Para(w.t("order.mail.seller.text", "until", i18n.Date(w.lang, o.Method.ShipBy, s.Now()))),
			notify.Lines(w.rows(d.LinesOf(o.ID), o.Currency, Line.Left), w.totals(o.sums(), o.Currency, "order.paid")),
			notify.Button(w.t("order.mail.seller.open"), s.BaseURL+web.PathIn(w.lang, "/seller/orders/"+o.Number)),
		}, Why: w.t("order.mail.seller.why", "shop", d.Sellers[o.SellerID].Name)}
	return notify.Mail{Event: "order:" + o.Number + ":paid", Template: "order.seller_new", To: desk.Email, Lang: w.lang, Letter: &l}
}

// lettered are the steps of a parcel that its buyer gets a letter about, with the letters' names.
var lettered = map[State]string{HandedOver: "shipped", LeftCountry: "left_country", AtPickup: "at_pickup", Delivered: "delivered"}

// mailMoved tells the buyer of the steps worth a letter: shipped, out of the country, waiting at the point, delivered.
func (s *Service) mailMoved(ctx context.Context, tx pgx.Tx, d Dossier, o Order, c Parcel, to State) error {
	if lettered[to] == "" {
		return nil
	}
	b := &pgx.Batch{}
	m := s.movedMail(b, d, o, c, to)
	if err := pg.Send(ctx, tx, b); err != nil {
		return err
	}
	return notify.Enqueue(ctx, tx, m)
}

// movedMail is the letter about a step of a parcel, which is as it was before it; what its button needs is queued in b.
func (s *Service) movedMail(b *pgx.Batch, d Dossier, o Order, c Parcel, to State) notify.Mail {
	template := lettered[to]
	p := d.Purchase
	w := writer{p.Lang}
	shop := d.Sellers[o.SellerID].Name
	carried := map[int64]int{}
	for _, x := range d.InParcel(c.ID) {
		carried[x.OrderLineID] = x.Qty
	}
	blocks := []notify.Block{notify.Para(w.t("order.mail."+template+".text", "shop", shop, "number", p.Number))}
	if to == HandedOver && c.Tracking != "" {
		blocks = append(blocks, notify.Facts(notify.Fact{Name: w.t("order.carrier"), Value: c.Carrier},
			notify.Fact{Name: w.t("order.tracking"), Value: c.Tracking}, notify.Fact{Name: w.t("order.expected"), Value: w.between(o)}))
	}
	blocks = append(blocks, notify.Lines(w.rows(d.LinesOf(o.ID), o.Currency, func(l Line) int { return carried[l.ID] }), nil))
	door := s.link(p)
	s.queueKey(b, p, door)
	return s.buyerMail(door, p, fmt.Sprintf("parcel:%s/%d:%s:%d", o.Number, c.Seq, to, c.LastEvent+1), "order."+template,
		w.t("order.mail."+template+".title", "shop", shop), blocks...)
}

// mailCancelled tells the buyer what was called off and what goes back, and the seller when it was
// not the seller who did it. o is nil for a whole purchase that nobody paid.
func (s *Service) mailCancelled(ctx context.Context, tx pgx.Tx, p Purchase, o *Order, c Cancellation) error {
	w := writer{p.Lang}
	event := "purchase:" + p.Number + ":cancelled"
	text := w.t("order.mail.cancelled.unpaid", "number", p.Number)
	if o != nil {
		event = fmt.Sprintf("cancellation:%d", c.ID)
		text = w.t("order.mail.cancelled."+string(c.Actor), "number", o.Number, "reason", w.t("order.reason."+c.Reason))
	}
	blocks := []notify.Block{notify.Para(text)}
	if c.Note != "" {
		blocks = append(blocks, notify.Note(c.Note))
	}
	if c.Amount > 0 {
		blocks = append(blocks, notify.Para(w.t("order.mail.cancelled.money", "sum", w.sum(c.Amount, c.Currency))))
	}
	if err := s.toBuyer(ctx, tx, p, event, "order.cancelled", w.t("order.mail.cancelled.title", "number", p.Number), blocks...); err != nil {
		return err
	}
	if o == nil || c.Actor == BySeller {
		return nil
	}
	desks, err := selectSellerDesks(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	desk := desks[o.SellerID]
	if desk.Email == "" {
		return nil
	}
	sw := writer{desk.Lang}
	l := notify.Letter{Title: sw.t("order.mail.seller.cancelled.title", "number", o.Number), Blocks: []notify.Block{
		notify.Para(sw.t("order.mail.seller.cancelled.text", "reason", sw.t("order.reason."+c.Reason))),
		notify.Button(sw.t("order.mail.seller.open"), s.BaseURL+web.PathIn(sw.lang, "/seller/orders/"+o.Number))},
		Why: sw.t("order.mail.seller.why", "shop", desk.Name)}
	return notify.Enqueue(ctx, tx, notify.Mail{Event: event, Template: "order.seller_cancelled", To: desk.Email, Lang: sw.lang, Letter: &l})
}

func (s *Service) mailExpired(ctx context.Context, tx pgx.Tx, p Purchase) error {
	w := writer{p.Lang}
	return s.toBuyer(ctx, tx, p, "purchase:"+p.Number+":expired", "order.expired", w.t("order.mail.expired.title", "number", p.Number),
		notify.Para(w.t("order.mail.expired.text")))
}

// mailGivenBack tells of money that came and bought nothing. why is again, called_off or too_late.
func (s *Service) mailGivenBack(ctx context.Context, tx pgx.Tx, p Purchase, paymentID int64, sum money.Amount, why string) error {
	w := writer{p.Lang}
	return s.toBuyer(ctx, tx, p, fmt.Sprintf("payment:%d:given_back", paymentID), "order.given_back", w.t("order.mail.given_back.title", "number", p.Number),
		notify.Para(w.t("order.mail.given_back."+why)), notify.Para(w.t("order.mail.cancelled.money", "sum", w.sum(sum, p.Currency))))
}

// between says when an order is expected.
func (w writer) between(o Order) string {
	from, to := o.Method.From.In(i18n.Moscow), o.Method.To.In(i18n.Moscow)
	first, last := i18n.Date(w.lang, from, o.PlacedAt), i18n.Date(w.lang, to, o.PlacedAt)
	switch {
	case first == last:
		return first
	case from.Month() == to.Month() && from.Year() == to.Year():
		return strconv.Itoa(from.Day()) + "–" + last
	}
	return w.t("order.between", "from", first, "to", last)
}

func (w writer) way(o Order) string {
	if o.Method.Abroad != nil {
		return o.Method.Abroad.Name(w.lang)
	}
	if o.Method.Name != "" && o.Method.Kind == shipping.Own {
		return o.Method.Name
	}
	return w.t("shipping.kind." + string(o.Method.Kind))
}
