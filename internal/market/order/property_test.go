package order

import (
	"errors"
	"flag"
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// A hundred lives take minutes on a small machine; -rapid.checks says otherwise.
func init() {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
}

// TestLifeOfAMarket lets buyers, sellers, the bank and the clock do whatever they like, in whatever
// order, and asks after each step that no unit and no kopeck was made or lost.
func TestLifeOfAMarket(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stock := map[int64]int{}
	var offers []int64
	var staff []Staffer
	for _, price := range []money.Amount{10001, 33399} {
		shop, _, offer := catalogtest.Sale(t, b.pool, price, 40)
		offers, staff = append(offers, offer), append(staff, b.staff(shop.ID))
		stock[offer] = 40
	}
	buyers := []Buyer{b.guest(), b.guest(), b.guest()}
	var numbers []string
	fine := func(t *rapid.T, err error) {
		if err != nil && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.NotFound) {
			t.Fatal(err)
		}
	}
	some := func(t *rapid.T) Dossier {
		if len(numbers) == 0 {
			t.Skip("nothing bought yet")
		}
		return b.dossier(rapid.SampledFrom(numbers).Draw(t, "number"))
	}
	rapid.Check(t, func(t *rapid.T) {
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				u := rapid.SampledFrom(buyers).Draw(t, "buyer")
				fine(t, b.Carts.Add(b.t.Context(), u.Owner, rapid.SampledFrom(offers).Draw(t, "offer"), rapid.IntRange(1, 3).Draw(t, "qty")))
			},
			"buy": func(t *rapid.T) {
				u := rapid.SampledFrom(buyers).Draw(t, "buyer")
				if err := b.Start(b.t.Context(), u.Owner); err != nil {
					fine(t, err)
					return
				}
				key, d, total := b.ready(u)
				n, err := b.Place(b.t.Context(), u, key, d, total)
				fine(t, err)
				if err == nil {
					numbers = append(numbers, n)
				}
			},
			"hold and leave": func(t *rapid.T) { fine(t, b.Start(b.t.Context(), rapid.SampledFrom(buyers).Draw(t, "buyer").Owner)) },
			"pay":            func(t *rapid.T) { fine(t, b.capture(some(t).Purchase.Number)) },
			"expire": func(t *rapid.T) {
				d := some(t)
				b.expireNow(d.Purchase.Number)
				_, err := b.ExpireUnpaid(b.t.Context(), 1)
				fine(t, err)
			},
			"late money": func(t *rapid.T) {
				d := some(t)
				p, ok, err := b.Payments.ByReference(b.t.Context(), b.pool, d.Purchase.Number)
				if !ok || p.StartedAt == nil {
					t.Skip("the bank never heard of it")
				}
				fine(t, err)
				_, err = b.pool.Exec(b.t.Context(), `update sandbox_payments set state = 'paid' where token = $1 and state <> 'paid'`, p.Token)
				fine(t, err)
				_, err = b.Payments.Refresh(b.t.Context(), p.ID)
				fine(t, err)
			},
			"cancel": func(t *rapid.T) {
				d := some(t)
				l := rapid.SampledFrom(d.Lines).Draw(t, "line")
				in := CancelIn{Reason: ReasonMistake}
				if rapid.Bool().Draw(t, "part") {
					in.OrderID, in.Lines = l.OrderID, map[int64]int{l.ID: rapid.IntRange(1, l.Qty).Draw(t, "units")}
				}
				for _, u := range buyers {
					fine(t, b.CancelByBuyer(b.t.Context(), u, d.Purchase.Number, in))
				}
			},
			"ship": func(t *rapid.T) {
				d := some(t)
				p := rapid.SampledFrom(d.Parcels).Draw(t, "parcel")
				to := rapid.SampledFrom(States).Draw(t, "to")
				for _, w := range staff {
					for _, o := range d.Orders {
						if o.ID == p.OrderID && o.SellerID == w.SellerID {
							fine(t, b.Move(b.t.Context(), w, o.Number, p.Seq, MoveIn{To: to, Carrier: "Почта", Tracking: "RA1234", Reason: ReasonRefused}))
						}
					}
				}
			},
			"seller cancels": func(t *rapid.T) {
				d := some(t)
				for _, w := range staff {
					for _, o := range d.Orders {
						if o.SellerID == w.SellerID {
							fine(t, b.CancelBySeller(b.t.Context(), w, o.Number, CancelIn{Reason: ReasonCannotShip}))
						}
					}
				}
			},
			"": func(t *rapid.T) { b.balancedIn(t, stock) },
		})
	})
}

// balancedIn is balanced for a property: it fails the step, not the test.
func (b *bench) balancedIn(t *rapid.T, stock map[int64]int) {
	defer func() {
		if p := recover(); p != nil {
			t.Fatal(p)
		}
	}()
	b.balanced(stock)
	for _, problem := range b.crooked() {
		t.Fatal(problem)
	}
}

// crooked lists what no state of the books may show.
func (b *bench) crooked() []error {
	var list []error
	for what, sql := range map[string]string{
		"a cancelled parcel's order has units left": `select count(*)::int from order_lines l where l.cancelled < l.qty
			and not exists (select from parcels c where c.order_id = l.order_id and c.state <> 'cancelled')
			and exists (select from orders o where o.id = l.order_id and o.paid_at is not null)`,
		"parcels carry other units than were sold": `select count(*)::int from order_lines l
			where l.qty - l.cancelled <> (select coalesce(sum(x.qty), 0) from parcel_lines x join parcels c on c.id = x.parcel_id
				where x.order_line_id = l.id and c.state <> 'cancelled')
			and exists (select from orders o where o.id = l.order_id and o.paid_at is not null)`,
		"an order's refunds are not its cancellations": `select count(*)::int from orders o
			where o.refunded <> (select coalesce(sum(c.amount), 0) from cancellations c where c.order_id = o.id)`,
		"events have gaps": `select count(*)::int from parcels c
			where c.last_event <> (select count(*) from parcel_events e where e.parcel_id = c.id)`,
	} {
		if n := b.count(sql); n > 0 {
			list = append(list, errors.New(what))
		}
	}
	return list
}
