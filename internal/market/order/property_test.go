package order

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Two markets live a hundred lives of a hundred steps each: 20,000 steps. -rapid.checks and
// -rapid.steps, or RAPID_CHECKS and RAPID_STEPS, say otherwise; a failure prints the seed to come
// back to it with -rapid.seed.
func init() {
	for name, value := range map[string]string{"checks": "100", "steps": "100"} {
		if os.Getenv("RAPID_"+map[string]string{"checks": "CHECKS", "steps": "STEPS"}[name]) != "" {
			continue
		}
		if err := flag.Set("rapid."+name, value); err != nil {
			panic(err)
		}
	}
}

// TestLifeOfAMarket lets buyers, sellers, the operator, the bank and the clock do whatever they like,
// in whatever order, and asks after each step that no unit and no kopeck was made or lost, and that
// no order is without its payment or its clock.
func TestLifeOfAMarket(t *testing.T) {
	t.Parallel()
	for _, town := range []string{"left bank", "right bank"} {
		t.Run(town, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t)
			rapid.Check(t, func(rt *rapid.T) {
				l := m.begin(rt)
				rt.Repeat(map[string]func(*rapid.T){
					"add": l.add, "change quantity": l.change, "take out of the cart": l.remove,
					"hold": l.hold, "hold longer": l.extend, "give the goods back": l.drop, "buy": l.buy, "buy again": l.buy,
					"pay": l.pay, "pay later": l.pay, "decline": l.decline, "late money": l.lateMoney, "another way to pay": l.otherWay,
					"the hold runs out": l.lapse, "the time to pay runs out": l.overdue, "sweep": l.sweep,
					"cancel": l.cancel, "seller cancels": l.sellerCancels, "operator cancels": l.operatorCancels,
					"ship": l.ship, "ship on": l.ship, "split": l.split, "may not leave": l.stopped,
					"refunds are sent": l.refundsSent, "a refund is refused": l.refundRefused, "a refund starts again": l.refundAgain,
					"": l.check,
				})
			})
		})
	}
}

// market is what all lives of a town share: shops with cards, people, and a database.
type market struct {
	*bench
	shops    []seller.Seller
	variants []int64
	staff    []Staffer
	admin    int64
}

func newMarket(t *testing.T) *market {
	t.Helper()
	m := &market{bench: newBench(t)}
	for range 2 {
		shop := catalogtest.Shop(t, m.pool)
		m.shops, m.variants = append(m.shops, shop), append(m.variants, catalogtest.Card(t, m.pool, shop).Variants["main"])
		m.staff = append(m.staff, m.bench.staff(shop.ID))
	}
	m.admin = m.staff[0].PersonID
	return m
}

// life is one run: offers, buyers and purchases of its own.
type life struct {
	*market
	rt      *rapid.T
	stock   map[int64]int
	offers  []int64
	buyers  []Buyer
	numbers []string
}

func (m *market) begin(rt *rapid.T) *life {
	l := &life{market: m, rt: rt, stock: map[int64]int{}}
	for i, price := range []money.Amount{10001, 33399, 2500} {
		whole := []int{6, 9, 2}[i]
		id := catalogtest.Offer(m.t, m.pool, m.shops[i%2], m.variants[i%2], price, whole)
		l.offers, l.stock[id] = append(l.offers, id), whole
	}
	for range 3 {
		l.buyers = append(l.buyers, m.guest())
	}
	return l
}

// fine fails the life unless a verb did what it was asked or refused in a way people understand.
func (l *life) fine(err error) {
	if err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.NotFound) {
		l.rt.Fatalf("%s: %v", errs.KindOf(err), err)
	}
}

func (l *life) check(rt *rapid.T) {
	for _, problem := range l.problems(l.stock, append([]string{}, l.numbers...)) {
		rt.Error(problem)
	}
	if rt.Failed() {
		rt.FailNow()
	}
}

func (l *life) buyer(rt *rapid.T) Buyer { return rapid.SampledFrom(l.buyers).Draw(rt, "buyer") }

// purchase picks something bought; a step that needs one is another step while there is none.
func (l *life) purchase(rt *rapid.T) Dossier {
	if len(l.numbers) == 0 {
		rt.Skip("nothing bought yet")
	}
	return l.dossier(rapid.SampledFrom(l.numbers).Draw(rt, "number"))
}

// checkout finds the checkout under way of some buyer.
func (l *life) checkout(rt *rapid.T) (Buyer, string) {
	u := l.buyer(rt)
	v, ok, err := l.Current(l.t.Context(), u.Owner)
	l.fine(err)
	if !ok {
		rt.Skip("no checkout under way")
	}
	return u, v.Checkout.Key
}

func (l *life) add(rt *rapid.T) {
	u, offer := l.buyer(rt), rapid.SampledFrom(l.offers).Draw(rt, "offer")
	l.fine(l.Carts.Add(l.t.Context(), u.Owner, offer, rapid.IntRange(1, 3).Draw(rt, "qty")))
}

func (l *life) line(rt *rapid.T) (Buyer, int64) {
	u := l.buyer(rt)
	c, err := l.Carts.Get(l.t.Context(), u.Owner)
	l.fine(err)
	if len(c.Lines) == 0 {
		rt.Skip("an empty cart")
	}
	return u, c.Lines[rapid.IntRange(0, len(c.Lines)-1).Draw(rt, "line")].ID
}

func (l *life) change(rt *rapid.T) {
	u, line := l.line(rt)
	l.fine(l.Carts.SetQty(l.t.Context(), u.Owner, line, rapid.IntRange(1, 4).Draw(rt, "qty")))
}

func (l *life) remove(rt *rapid.T) {
	u, line := l.line(rt)
	l.fine(l.Carts.Remove(l.t.Context(), u.Owner, line))
}

func (l *life) hold(rt *rapid.T) { l.fine(l.Start(l.t.Context(), l.buyer(rt).Owner)) }

func (l *life) extend(rt *rapid.T) {
	u, key := l.checkout(rt)
	l.fine(l.Extend(l.t.Context(), u.Owner, key))
}

func (l *life) drop(rt *rapid.T) {
	u, key := l.checkout(rt)
	l.fine(l.Drop(l.t.Context(), u.Owner, key))
}

// buy goes from the cart to a purchase, at the total the buyer sees or at one made up.
func (l *life) buy(rt *rapid.T) {
	u := l.buyer(rt)
	if err := l.Start(l.t.Context(), u.Owner); err != nil {
		l.fine(err)
		return
	}
	v, ok, err := l.Current(l.t.Context(), u.Owner)
	l.fine(err)
	if !ok {
		rt.Fatal("a checkout was begun and is not there")
	}
	d := checkout.Draft{Ship: map[int64]string{}, Email: "anna@example.ru", Payment: payment.SandboxName,
		Recipient: checkout.Recipient{Name: "Соколова Анна", Phone: "8 916 555-12-34", City: "Тула", Street: "ул. Ленина, 1", Postcode: "300000"}}
	for _, s := range v.Quote.Sales {
		d.Ship[s.SellerID] = string(shipping.Courier) + ":0"
	}
	v, _, err = l.Preview(l.t.Context(), u.Owner, &d)
	l.fine(err)
	total := v.Quote.Sums.Total
	if rapid.IntRange(0, 9).Draw(rt, "guess") == 0 {
		total++
	}
	number, err := l.Place(l.t.Context(), u, v.Checkout.Key, d, total)
	l.fine(err)
	if err == nil {
		l.numbers = append(l.numbers, number)
	}
}

// answer lets the bank answer to a purchase's payment.
func (l *life) answer(rt *rapid.T, choice string) {
	l.fine(l.bank(l.purchase(rt).Purchase.Number, choice))
}

func (l *life) pay(rt *rapid.T)     { l.answer(rt, payment.SandboxPay) }
func (l *life) decline(rt *rapid.T) { l.answer(rt, payment.SandboxDecline) }

// lateMoney comes to any attempt the bank ever heard of, whatever we think of it.
func (l *life) lateMoney(rt *rapid.T) {
	list, err := l.Payments.Attempts(l.t.Context(), l.pool, l.purchase(rt).Purchase.Number)
	l.fine(err)
	p := list[rapid.IntRange(0, len(list)-1).Draw(rt, "attempt")]
	if p.StartedAt == nil {
		rt.Skip("the bank never heard of it")
	}
	paymenttest.BankPays(l.t, l.pool, p.Token)
	_, err = l.Payments.Refresh(l.t.Context(), p.ID)
	l.fine(err)
}

func (l *life) exec(sql string, args ...any) {
	_, err := l.pool.Exec(l.t.Context(), sql, args...)
	l.fine(err)
}

func (l *life) otherWay(rt *rapid.T) {
	number := l.purchase(rt).Purchase.Number
	way := rapid.SampledFrom([]string{payment.SandboxName, payment.InvoiceName}).Draw(rt, "way")
	_, err := l.PayLink(l.t.Context(), Buyer{Owner: l.ownerOf(number)}, number, way)
	l.fine(err)
}

// lapse lets the time of a checkout run out, or only its clock: the sweep may come later.
func (l *life) lapse(rt *rapid.T) {
	_, key := l.checkout(rt)
	l.exec(`update holds set expires_at = now() - interval '1 second', created_at = now() - interval '1 hour'
		where key = $1 and state = 'held'`, key)
}

func (l *life) overdue(rt *rapid.T) { l.expireNow(l.purchase(rt).Purchase.Number) }

func (l *life) sweep(rt *rapid.T) {
	if rapid.Bool().Draw(rt, "holds") {
		_, err := hold.ExpireDue(l.t.Context(), l.pool, 100)
		l.fine(err)
		return
	}
	_, err := l.ExpireUnpaid(l.t.Context(), 100)
	l.fine(err)
}

// some is a cancellation of everything or of a part.
func (l *life) some(rt *rapid.T, d Dossier, reasons []string) CancelIn {
	in := CancelIn{Reason: rapid.SampledFrom(reasons).Draw(rt, "reason")}
	if rapid.Bool().Draw(rt, "part") {
		line := d.Lines[rapid.IntRange(0, len(d.Lines)-1).Draw(rt, "line")]
		in.OrderID, in.Lines = line.OrderID, map[int64]int{line.ID: rapid.IntRange(1, line.Qty).Draw(rt, "units")}
	}
	return in
}

func (l *life) cancel(rt *rapid.T) {
	d := l.purchase(rt)
	owner := Buyer{Owner: l.ownerOf(d.Purchase.Number)}
	l.fine(l.CancelByBuyer(l.t.Context(), owner, d.Purchase.Number, l.some(rt, d, BuyerReasons)))
}

func (l *life) operatorCancels(rt *rapid.T) {
	d := l.purchase(rt)
	l.fine(l.CancelByAdmin(l.t.Context(), l.admin, d.Purchase.Number, l.some(rt, d, AdminReasons)))
}

// order picks one of a purchase's orders and somebody of its shop.
func (l *life) order(rt *rapid.T) (Dossier, Order, Staffer) {
	d := l.purchase(rt)
	o := d.Orders[rapid.IntRange(0, len(d.Orders)-1).Draw(rt, "order")]
	w := l.staff[0]
	if o.SellerID != w.SellerID {
		w = l.staff[1]
	}
	return d, o, w
}

func (l *life) sellerCancels(rt *rapid.T) {
	d, o, w := l.order(rt)
	in := l.some(rt, Dossier{Lines: d.LinesOf(o.ID)}, SellerReasons)
	l.fine(l.CancelBySeller(l.t.Context(), w, o.Number, in))
}

// ship takes a parcel along the machine, or tries to leave it.
func (l *life) ship(rt *rapid.T) {
	d, o, w := l.order(rt)
	parcels := d.ParcelsOf(o.ID)
	p := parcels[rapid.IntRange(0, len(parcels)-1).Draw(rt, "parcel")]
	to := rapid.SampledFrom(States).Draw(rt, "to")
	if rapid.IntRange(0, 3).Draw(rt, "lawful") > 0 {
		for _, m := range moves {
			if m.from == p.State && m.to != Cancelled {
				to = m.to
				break
			}
		}
	}
	l.fine(l.Move(l.t.Context(), w, o.Number, p.Seq, MoveIn{To: to, Carrier: "Почта", Tracking: "RA1234", Reason: ReasonRefused}))
}

func (l *life) split(rt *rapid.T) {
	d, o, w := l.order(rt)
	line := d.LinesOf(o.ID)[0]
	l.fine(l.Split(l.t.Context(), w, o.Number, 1, map[int64]int{line.ID: rapid.IntRange(1, line.Qty).Draw(rt, "units")}))
}

// stopped lets the export wing stop a parcel that is still with its seller.
func (l *life) stopped(rt *rapid.T) {
	d, o, _ := l.order(rt)
	parcels := d.ParcelsOf(o.ID)
	if p := parcels[rapid.IntRange(0, len(parcels)-1).Draw(rt, "parcel")]; p.State.BeforeHandOver() {
		l.stop(p.ID)
	}
}

func (l *life) refundsSent(*rapid.T) { l.fine(l.bench.pay.Run(l.t.Context())) }

// refundRefused lets the bank say no for good to what waits, and a person decide what that means.
func (l *life) refundRefused(rt *rapid.T) {
	d := l.purchase(rt)
	l.exec(`update sandbox_payments set refunded = amount where state = 'paid'
		and token in (select token from payments where reference = $1)`, d.Purchase.Number)
	l.fine(l.bench.pay.Run(l.t.Context()))
	list, err := l.Payments.RefundsOf(l.t.Context(), l.pool, d.Purchase.Number)
	l.fine(err)
	for _, r := range list {
		if r.State == payment.RefundUnclear {
			v := rapid.SampledFrom([]payment.Verdict{payment.VerdictDone, payment.VerdictNever, payment.VerdictNever, payment.VerdictAgain}).Draw(rt, "verdict")
			l.fine(l.Payments.ResolveRefund(l.t.Context(), r.ID, v, "", "person:1"))
		}
	}
}

func (l *life) refundAgain(rt *rapid.T) {
	id, err := pg.Scalars[int64](l.t.Context(), l.pool, `
		select f.id from refunds f join payments y on y.id = f.payment_id
		where f.state = 'failed' and y.reference = any($1) order by f.id`, append([]string{}, l.numbers...))
	l.fine(err)
	if len(id) == 0 {
		rt.Skip("no refund failed")
	}
	_, err = l.Payments.RefundAgain(l.t.Context(), id[rapid.IntRange(0, len(id)-1).Draw(rt, "refund")], l.admin)
	l.fine(err)
}

// A planted fault must be found: the check of the checks. A unit vanishes from a shelf, a kopeck from
// an order, a payment from a purchase.
func TestTheBooksAreReallyChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 10001, 10)
	d := b.paid(b.guest(), 2, offer)
	waits := b.placed(b.guest(), 1, offer)
	b.balanced(map[int64]int{offer: 10})
	for what, sql := range map[string]string{
		"a unit":             `update offer_stock set on_hand = on_hand - 1 where offer_id = $1::bigint and $2::text is not null`,
		"a held unit":        `update offer_stock set reserved = reserved - 1 where offer_id = $1::bigint and $2::text is not null`,
		"a kopeck":           `update orders set refunded = refunded + 1 where $1::bigint > 0 and purchase_id = (select id from purchases where number = $2)`,
		"a unit of a parcel": `update parcel_lines set qty = qty - 1 where $1::bigint > 0 and qty > 1 and $2::text is not null`,
	} {
		var problems []string
		failed := fmt.Errorf("undone")
		err := pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), sql, offer, d.Purchase.Number); err != nil {
				return err
			}
			list, err := pg.Scalars[string](t.Context(), tx, mustAgree, []int64{offer}, []int32{10}, []string{d.Purchase.Number, waits})
			problems = list
			if err != nil {
				return err
			}
			return failed
		})
		if err != failed || len(problems) == 0 {
			t.Errorf("%s vanished and nobody noticed: %v", what, err)
		}
	}
}
