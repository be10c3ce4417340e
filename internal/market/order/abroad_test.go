package order

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// border plays the export wing: it says what may go, at which price and rate, and remembers what was recorded.
type border struct {
	mu       sync.Mutex
	stays    map[int64]bool // sellers whose goods may not go
	gone     map[int64]bool // offers that may not go
	asks     []destination.Ask
	price    money.Amount
	rate     int64
	taxID    bool // the country asks for a tax number
	recorded []string
	paid     []int64
	fail     error
}

// opened gives a bench a border.
func opened(t testing.TB) (*bench, *border) {
	t.Helper()
	b, x := newBench(t), &border{price: 700_00, rate: 957793, stays: map[int64]bool{}, gone: map[int64]bool{}}
	b.Judge, b.Exchange = x.judge, x.exchange
	b.Record = func(_ context.Context, tx pgx.Tx, number string, sellerID int64, v destination.Verdict) (int64, error) {
		x.mu.Lock()
		defer x.mu.Unlock()
		if tx == nil || v.Evidence != "evidence" {
			return 0, errors.New("recorded outside a transaction, or without what the decision rests on")
		}
		x.recorded = append(x.recorded, number)
		return 41 + int64(len(x.recorded)), x.fail
	}
	b.OnPaid = func(_ context.Context, _ pgx.Tx, ids []int64) error { x.paid = append(x.paid, ids...); return nil }
	return b, x
}

func (x *border) judge(_ context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.asks = append(x.asks, asks...)
	list := make([]destination.Verdict, len(asks))
	for i, a := range asks {
		list[i] = x.verdict(a)
	}
	return list, nil
}

func (x *border) verdict(a destination.Ask) destination.Verdict {
	packet := destination.Carriage{Object: 5011, RU: "Мелкий пакет", EN: "Small packet", Price: x.price, MinDays: 10, MaxDays: 16, Open: true}
	ems := destination.Carriage{Object: 7031, RU: "EMS", EN: "EMS", Price: 4 * x.price, MinDays: 4, MaxDays: 6, Open: true, WhyRU: "дороже", WhyEN: "dearer"}
	v := destination.Verdict{Country: a.Country, Outcome: destination.Goes, Services: []destination.Carriage{packet, ems}, Levy: destination.Levy{Duty: 287_34, Tax: 100_00},
		GrossGrams: 400, ValueSDR: 88_0000, Evidence: "evidence"}
	if a.Object == 7031 {
		v.Services = []destination.Carriage{ems, packet}
	}
	if x.taxID && slices.Contains(a.Missing, "consignee.tax_id") {
		v.Outcome, v.Wanted = destination.Asks, a.Missing
	}
	stays := x.stays[a.SellerID] || a.Country == "KP"
	for _, it := range a.Items {
		stays = stays || x.gone[it.OfferID]
	}
	if stays {
		v = destination.Verdict{Country: a.Country, Outcome: destination.Stays, Reasons: []destination.Reason{{Text: destination.Text{RU: "нельзя", EN: "not allowed"}, Rule: "post.closed"}}}
		for _, it := range a.Items {
			if x.gone[it.OfferID] && len(a.Items) > 1 {
				v.Alternatives = append(v.Alternatives, destination.Alternative{Way: destination.ByLeaving, Service: packet, Removed: []destination.Item{it}, Postage: x.price})
			}
		}
	}
	return v
}

func (x *border) exchange(_ context.Context, c destination.Choice) destination.Exchange {
	x.mu.Lock()
	defer x.mu.Unlock()
	rate := x.rate
	return destination.Exchange{Currency: c.Show(), Day: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Value: rate, Nominal: 1,
		From: func(a money.Amount) (money.Amount, error) { return money.Convert(a, rate, 1, c.Show()) }}
}

// readyAbroad is ready, for an address in Germany.
func (b *bench) readyAbroad(u Buyer, country string) (key string, d checkout.Draft, q checkout.Quote) {
	b.t.Helper()
	b.must(b.Start(b.t.Context(), u.Owner))
	v, _, err := b.Current(b.t.Context(), u.Owner)
	b.must(err)
	d = checkout.Draft{Ship: map[int64]string{}, Email: "erika@example.com", Payment: payment.SandboxName, Recipient: checkout.Recipient{Name: "Erika Mustermann",
		Phone: "+49 30 1234567", Country: country, City: "Berlin", Street: "Unter den Linden 1", Postcode: "10117"}}
	q = b.priced(u, &d)
	for _, s := range q.Sales {
		if s.Chosen != nil {
			d.Ship[s.SellerID] = checkout.OptionValue(*s.Chosen)
		}
	}
	return v.Checkout.Key, d, q
}

// priced is the page as the buyer sees it: what it says becomes what they agree to.
func (b *bench) priced(u Buyer, d *checkout.Draft) checkout.Quote {
	b.t.Helper()
	v, _, err := b.Preview(b.t.Context(), u.Owner, d)
	b.must(err)
	d.Seen = v.Quote.Seen()
	return v.Quote
}

func TestAForeignPurchaseIsFrozenWithItsDecision(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	shopA, _, one := catalogtest.Sale(t, b.pool, 2000_00, 5)
	shopB, _, two := catalogtest.Sale(t, b.pool, 3000_00, 5)
	u := b.guest()
	b.fill(u, 1, one, two)
	key, d, _ := b.readyAbroad(u, "DE")
	d.Ship[shopB.ID] = "abroad:7031"
	q := b.priced(u, &d)
	number, err := b.Place(t.Context(), u, key, d, q.Sums.Total)
	b.must(err)
	dossier := b.dossier(number)
	if dossier.Purchase.Delivery != 700_00+2800_00 || dossier.Purchase.Total != 5000_00+3500_00 {
		t.Errorf("postage %d, total %d: duty and tax are the country's and not charged", dossier.Purchase.Delivery, dossier.Purchase.Total)
	}
	if diff := cmp.Diff([]string{number + "-1", number + "-2"}, x.recorded); diff != "" {
		t.Errorf("decisions recorded (-want +got):\n%s", diff)
	}
	for i, o := range dossier.Orders {
		want := &destination.Snapshot{Country: "DE", Object: 5011, NameRU: "Мелкий пакет", NameEN: "Small packet", MinDays: 10, MaxDays: 16, Duty: 287_34,
			Tax: 100_00, Currency: "EUR", RateDay: "2026-11-21", Rate: 957793, Nominal: 1, ValueSDR: 88_0000, GrossGrams: 400, DecisionID: int64(42 + i)}
		if o.SellerID == shopB.ID {
			want.Object, want.NameRU, want.NameEN, want.MinDays, want.MaxDays = 7031, "EMS", "EMS", 4, 6
		}
		if diff := cmp.Diff(want, o.Method.Abroad); diff != "" {
			t.Errorf("order of seller %d (-want +got):\n%s", o.SellerID, diff)
		}
		if o.Recipient.Country != "DE" || o.Method.Kind != "abroad" {
			t.Errorf("goes to %q by %q", o.Recipient.Country, o.Method.Kind)
		}
	}
	b.must(b.capture(number))
	if len(x.paid) != 2 {
		t.Errorf("told of %d paid orders, want 2", len(x.paid))
	}
	for _, a := range x.asks {
		if a.SellerID == shopA.ID && (len(a.Items) != 1 || a.Items[0].Value != 2000_00 || a.Items[0].OfferID != one) {
			t.Errorf("one seller is asked about %+v", a)
		}
	}
}

// At home nobody asks the border anything, and a paid order at home is none of its business.
func TestAtHomeNothingIsAsked(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	b.paid(b.guest(), 1, offer)
	if len(x.asks)+len(x.recorded)+len(x.paid) != 0 {
		t.Errorf("asked %d times, recorded %d, told of %d", len(x.asks), len(x.recorded), len(x.paid))
	}
}

func TestWhatMayNotGoIsNeverPlaced(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	shop, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, q := b.readyAbroad(u, "DE")
	if _, err := b.Place(t.Context(), u, key, withCountry(d, "KP"), q.Sums.Total); !errs.Is(err, errs.Invalid) {
		t.Errorf("a refused country: %v", err)
	}
	x.stays[shop.ID] = true // closed between the page and the press
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errs.Is(err, errs.Invalid) {
		t.Errorf("closed meanwhile: %v", err)
	}
	x.stays[shop.ID], b.Judge = false, nil
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errs.Is(err, errs.Invalid) {
		t.Errorf("without anybody to ask: %v", err)
	}
	b.Judge, x.fail = x.judge, errors.New("the record is full")
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errors.Is(err, x.fail) {
		t.Errorf("without a record: %v", err)
	}
	if n := b.count(`select count(*)::int from orders`); n != 0 {
		t.Fatalf("%d orders stand", n)
	}
	x.fail = nil
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); err != nil {
		t.Errorf("nothing is lost, and yet: %v", err)
	}
}

func withCountry(d checkout.Draft, country string) checkout.Draft {
	d.Recipient.Country = country
	return d
}

// What the page said besides the total is agreed to as well: another rate, another postage, another duty ask again.
func TestARateThatChangedAsksAgain(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, q := b.readyAbroad(u, "DE")
	d.Seen = "" // a form that does not say what it showed
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errors.Is(err, checkout.ErrPriceChanged) {
		t.Errorf("a page that said nothing: %v", err)
	}
	q = b.priced(u, &d)
	x.rate++
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errors.Is(err, checkout.ErrPriceChanged) {
		t.Errorf("another rate: %v", err)
	}
	q = b.priced(u, &d)
	x.price++
	if _, err := b.Place(t.Context(), u, key, d, q.Sums.Total); !errors.Is(err, checkout.ErrPriceChanged) {
		t.Errorf("another postage: %v", err)
	}
	q = b.priced(u, &d)
	number, err := b.Place(t.Context(), u, key, d, q.Sums.Total)
	b.must(err)
	if got := b.dossier(number).Orders[0].Method.Abroad.Rate; got != x.rate {
		t.Errorf("frozen with the rate %d, want %d", got, x.rate)
	}
}

// Many presses while the rate moves make one purchase, with the rate that its buyer agreed to.
func TestPressesRaceWithTheRate(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 50)
	u := b.guest()
	b.fill(u, 1, offer)
	key, d, q := b.readyAbroad(u, "DE")
	var wg sync.WaitGroup
	numbers := make(chan string, 16)
	for i := range 16 {
		wg.Go(func() {
			if i == 7 {
				x.mu.Lock()
				x.rate++
				x.mu.Unlock()
			}
			number, err := b.Place(b.t.Context(), u, key, d, q.Sums.Total)
			switch {
			case err == nil:
				numbers <- number
			case !errors.Is(err, checkout.ErrPriceChanged):
				t.Errorf("a press: %v", err)
			}
		})
	}
	wg.Wait()
	close(numbers)
	seen := map[string]bool{}
	for n := range numbers {
		seen[n] = true
	}
	if n := b.count(`select count(*)::int from purchases`); len(seen) > 1 || n > 1 {
		t.Fatalf("%d purchases answer to %d numbers", n, len(seen))
	}
	for n := range seen {
		if got := b.dossier(n).Orders[0].Method.Abroad.Rate; got != 957793 {
			t.Errorf("frozen with the rate %d that nobody saw", got)
		}
	}
}

func TestAForeignAddressIsChecked(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	x.taxID = true
	_, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	u := b.guest()
	b.fill(u, 1, offer)
	key, good, q := b.readyAbroad(u, "BR")
	good.Recipient.Postcode = "01310-100"
	for field, change := range map[string]func(r *checkout.Recipient){
		"name":     func(r *checkout.Recipient) { r.Name = "Эрика Мустерманн" },
		"city":     func(r *checkout.Recipient) { r.City = "Сан-Паулу" },
		"street":   func(r *checkout.Recipient) { r.Street = "" },
		"postcode": func(r *checkout.Recipient) { r.Postcode = "10117" },
		"phone":    func(r *checkout.Recipient) { r.Phone = "8 916 555-12-34" },
		"tax_id":   func(*checkout.Recipient) {},
	} {
		d := good
		change(&d.Recipient)
		if field != "tax_id" {
			d.Recipient.TaxID = "123.456.789-09"
		}
		_, err := b.Place(t.Context(), u, key, d, q.Sums.Total)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	good.Recipient.TaxID = "123.456.789-09"
	q = b.priced(u, &good)
	number, err := b.Place(t.Context(), u, key, good, q.Sums.Total)
	b.must(err)
	if got := b.dossier(number).Orders[0].Recipient.TaxID; got != "123.456.789-09" {
		t.Errorf("the parcel carries the tax number %q", got)
	}
}

// What cannot go is left out with one press: it stays in the cart, unticked, and its units go back.
func TestLeaveWhatCannotGo(t *testing.T) {
	t.Parallel()
	b, x := opened(t)
	shop := catalogtest.Shop(t, b.pool)
	one := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 2000_00, 5)
	two := catalogtest.Offer(t, b.pool, shop, catalogtest.Card(t, b.pool, shop).Variants["main"], 3000_00, 5)
	x.gone[two] = true
	u := b.guest()
	b.fill(u, 1, one, two)
	key, d, q := b.readyAbroad(u, "DE")
	if q.Complete || len(q.Sales[0].Abroad.Alternatives) != 1 {
		t.Fatalf("complete: %v, %d alternatives", q.Complete, len(q.Sales[0].Abroad.Alternatives))
	}
	b.must(b.Leave(t.Context(), u.Owner, key, []int64{two}))
	if n := b.count(`select count(*)::int from cart_lines where not selected and offer_id = $1`, two); n != 1 {
		t.Error("what was left out is not in the cart any more, or is still ticked")
	}
	if err := b.Leave(t.Context(), u.Owner, key, []int64{one}); !errs.Is(err, errs.Conflict) {
		t.Errorf("everything left out: %v", err)
	}
	q = b.priced(u, &d)
	d.Ship = map[int64]string{shop.ID: checkout.OptionValue(*q.Sales[0].Chosen)}
	q = b.priced(u, &d)
	number, err := b.Place(t.Context(), u, key, d, q.Sums.Total)
	b.must(err)
	if lines := b.dossier(number).Lines; len(lines) != 1 || lines[0].OfferID != one {
		t.Errorf("bought %+v", lines)
	}
	if held := b.count(`select count(*)::int from holds h where h.offer_id = $1 and h.state = 'held'`, two); held != 0 {
		t.Errorf("%d units of what was left out are still held", held)
	}
	if err := b.Leave(t.Context(), b.guest().Owner, key, []int64{one}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger leaves out: %v", err)
	}
}

// A checkout goes where the visitor has chosen, without an address of another country, also where the choice comes while
// it is under way.
func TestACheckoutFollowsTheChoice(t *testing.T) {
	t.Parallel()
	b, _ := opened(t)
	_, _, offer := catalogtest.Sale(t, b.pool, 2000_00, 5)
	u := b.guest()
	b.fill(u, 1, offer)
	b.must(b.Start(destination.With(t.Context(), destination.Choice{Country: "DE"}, destination.Exchange{}), u.Owner))
	v, _, err := b.Current(t.Context(), u.Owner)
	b.must(err)
	if v.Checkout.Draft.Recipient.Country != "DE" || v.Quote.Sales[0].Abroad == nil {
		t.Errorf("a checkout of who chose Germany goes to %q", v.Checkout.Draft.Recipient.Country)
	}
	key := v.Checkout.Key
	b.must(b.Start(destination.With(t.Context(), destination.Choice{Country: destination.Home}, destination.Exchange{}), u.Owner))
	v, _, err = b.Current(t.Context(), u.Owner)
	b.must(err)
	if v.Checkout.Key != key || v.Checkout.Draft.Recipient.Country != destination.Home || v.Quote.Sales[0].Abroad != nil {
		t.Errorf("the same checkout, once Russia is chosen, goes to %q", v.Checkout.Draft.Recipient.Country)
	}
}

// A transfer between Russian banks is no way to pay from abroad, and a time says whose it is.
func TestFromAbroadOneIsToldWhatWorksThere(t *testing.T) {
	t.Parallel()
	german, local := checkout.Recipient{Country: "DE"}, checkout.Recipient{Country: destination.Home}
	methods := func() []payment.Method { return []payment.Method{{Code: "card"}, {Code: payment.InvoiceName}} }
	if a, b := len(german.Payable(methods())), len(local.Payable(methods())); a != 1 || b != 2 {
		t.Errorf("%d and %d ways to pay", a, b)
	}
	bad := checkout.Draft{Recipient: german, Payment: payment.InvoiceName}.Check(checkout.Quote{})
	if !slices.ContainsFunc(bad, func(f errs.Field) bool { return f.Key == "order.checkout.payment_abroad" }) {
		t.Errorf("an invoice is taken from a German: %v", bad)
	}
	at := time.Date(2026, 11, 22, 4, 18, 0, 0, time.UTC)
	for far, want := range map[bool]string{true: "22 November, 07:18 Moscow time", false: "22 November, 07:18"} {
		if got := strings.ReplaceAll(voice{Lang: i18n.EN, Now: at, Far: far}.at(at), "\u00a0", " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
