package order

import (
	"crypto/rand"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// bench is the whole market side of a purchase on a database of its own.
type bench struct {
	*Service
	t    testing.TB
	pool *pgxpool.Pool
	pay  *paymenttest.Bench
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.New(t))
}

func newBenchOn(t testing.TB, pool *pgxpool.Pool) *bench {
	t.Helper()
	pay := paymenttest.New(t, pool)
	s := New(Deps{Pool: pool, Now: pay.Now, BaseURL: "https://yarmarka.test", Carts: cart.New(pool, pay.Now),
		Shipping: shipping.New(pool, pay.Now), Payments: pay.Service})
	pay.Hooks = s.Hooks()
	return &bench{Service: s, t: t, pool: pool, pay: pay}
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// guest makes a visitor with a session.
func (b *bench) guest() Buyer {
	b.t.Helper()
	var id int64
	b.must(b.pool.QueryRow(b.t.Context(), `
		insert into sessions (token_hash, created_at, seen_at, idle_until, expires_at)
		values ($1, now(), now(), now() + interval '1 day', now() + interval '1 day') returning id`, []byte(rand.Text())).Scan(&id))
	return Buyer{Owner: cart.Owner{SessionID: id}, Lang: i18n.RU}
}

// fill puts offers into the buyer's cart.
func (b *bench) fill(u Buyer, qty int, offers ...int64) {
	b.t.Helper()
	for _, o := range offers {
		b.must(b.Carts.Add(b.t.Context(), u.Owner, o, qty))
	}
}

// ready takes the hold and answers everything the pay button would send.
func (b *bench) ready(u Buyer) (key string, d checkout.Draft, total money.Amount) {
	b.t.Helper()
	b.must(b.Start(b.t.Context(), u.Owner))
	v, ok, err := b.Current(b.t.Context(), u.Owner)
	b.must(err)
	if !ok {
		b.t.Fatal("no checkout under way")
	}
	d = checkout.Draft{Ship: map[int64]string{}, Email: "anna@example.ru", Payment: payment.SandboxName,
		Recipient: checkout.Recipient{Name: "Соколова Анна", Phone: "8 916 555-12-34", City: "Тула", Street: "ул. Ленина, 1", Postcode: "300000"}}
	for _, s := range v.Quote.Sales {
		for _, o := range s.Options {
			if o.Kind == shipping.Courier {
				d.Ship[s.SellerID] = checkout.OptionValue(o)
			}
		}
	}
	b.must(b.Keep(b.t.Context(), u.Owner, v.Checkout.Key, d))
	v, _, err = b.Current(b.t.Context(), u.Owner)
	b.must(err)
	return v.Checkout.Key, d, v.Quote.Sums.Total
}

// placed is a purchase that waits for its money.
func (b *bench) placed(u Buyer, qty int, offers ...int64) string {
	b.t.Helper()
	b.fill(u, qty, offers...)
	key, d, total := b.ready(u)
	number, err := b.Place(b.t.Context(), u, key, d, total)
	b.must(err)
	return number
}

// capture lets the money of a purchase come.
func (b *bench) capture(number string) error { return b.bank(number, payment.SandboxPay) }

// bank lets the sandbox answer to a purchase's payment.
func (b *bench) bank(number, answer string) error {
	if _, err := b.Payments.Begin(b.t.Context(), number); err != nil {
		return err
	}
	p, _, err := b.Payments.ByReference(b.t.Context(), b.pool, number)
	if err != nil {
		return err
	}
	_, err = b.pay.SandboxAnswer(b.t.Context(), p.Token, answer)
	return err
}

// paid is a purchase whose money came.
func (b *bench) paid(u Buyer, qty int, offers ...int64) Dossier {
	b.t.Helper()
	number := b.placed(u, qty, offers...)
	b.must(b.capture(number))
	return b.dossier(number)
}

func (b *bench) dossier(number string) Dossier {
	b.t.Helper()
	d, err := b.GetForAdmin(b.t.Context(), number)
	b.must(err)
	return d
}

func (b *bench) count(sql string, args ...any) int {
	b.t.Helper()
	var n int
	b.must(b.pool.QueryRow(b.t.Context(), sql, args...).Scan(&n))
	return n
}

// expireNow lets the time of a purchase run out.
func (b *bench) expireNow(number string) {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), `update purchases set pay_by = now() - interval '1 second' where number = $1`, number)
	b.must(err)
	_, err = b.pool.Exec(b.t.Context(), `update holds set expires_at = now() - interval '1 second', created_at = now() - interval '1 hour'
		where key = (select attempt_key from purchases where number = $1) and state = 'held'`, number)
	b.must(err)
}

// staff is somebody of the shop whose order it is.
func (b *bench) staff(sellerID int64) Staffer {
	b.t.Helper()
	var id int64
	b.must(b.pool.QueryRow(b.t.Context(), `
		insert into people (email, email_key, name, passkey_handle) values ($1, $1, 'Галина', $2) returning id`,
		rand.Text()+"@shop.test", []byte(rand.Text())).Scan(&id))
	return Staffer{SellerID: sellerID, PersonID: id}
}

// ownerOf is the guest whose purchase it is.
func (b *bench) ownerOf(number string) cart.Owner {
	b.t.Helper()
	return cart.Owner{SessionID: *b.dossier(number).Purchase.SessionID}
}
