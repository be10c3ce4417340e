// Package paymenttest sets up payments for tests: a service with the sandbox, the bank invoice and
// Stripe's stand-in, a clock that is moved by hand and jobs that run when they are told to. Other
// modules' tests may import it.
package paymenttest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/payment/stripepay"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Key and secrets of the stand-in; both secrets are accepted, as during rotation.
const (
	Key       = "sk_test_stand_in"
	Secret    = "whsec_new"
	OldSecret = "whsec_old"
)

// Bench is a payment service with everything it needs, all of it local.
type Bench struct {
	*payment.Service
	Pool   *pgxpool.Pool
	Stripe *stripefake.Server
	Site   *httptest.Server // serves the payment pages and takes webhooks

	t     testing.TB
	shift atomic.Int64

	mu   sync.Mutex
	jobs []job
}

type job struct {
	args jobs.Args
	at   time.Time
	max  int
	try  int
}

// New makes a bench on a migrated database. Change Service.Hooks before the first payment.
func New(t testing.TB, db *pgxpool.Pool) *Bench {
	t.Helper()
	b := &Bench{Pool: db, t: t}
	b.Stripe = stripefake.New(stripefake.Config{Key: Key})
	outside := httptest.NewServer(b.Stripe)
	t.Cleanup(outside.Close)
	b.Stripe.SetURL(outside.URL)
	router := chi.NewRouter()
	b.Site = httptest.NewServer(router)
	t.Cleanup(b.Site.Close)
	b.Stripe.Endpoint(b.Site.URL+"/webhooks/stripe", Secret)
	b.Service = payment.New(payment.Deps{
		DB: db, Now: b.Now, Log: slog.New(slog.DiscardHandler), BaseURL: b.Site.URL, Enqueue: b.enqueue,
		Providers: []payment.Provider{
			&payment.Sandbox{DB: db, Now: b.Now},
			stripepay.New(stripepay.Config{Key: Key, Secrets: []string{Secret, OldSecret}, URL: outside.URL, Now: b.Now,
				HTTP: &http.Client{Timeout: 2 * time.Second}}),
			&payment.Invoice{Company: payment.DemoCompany(), Now: b.Now},
		}})
	h := &payment.Handlers{S: b.Service}
	h.Routes(router)
	router.Group(h.AdminRoutes)
	return b
}

// Now is the bench's clock. It runs, and Sleep moves it on.
func (b *Bench) Now() time.Time {
	return time.Now().Add(time.Duration(b.shift.Load())).UTC().Truncate(time.Microsecond)
}

// Sleep moves the bench's clock.
func (b *Bench) Sleep(d time.Duration) { b.shift.Add(int64(d)) }

func (b *Bench) enqueue(_ context.Context, _ pgx.Tx, args jobs.Args, opts ...jobs.Option) error {
	o := river.InsertOpts{MaxAttempts: jobs.MaxAttempts, ScheduledAt: b.Now()}
	for _, opt := range opts {
		opt(&o)
	}
	j := job{args: args, at: o.ScheduledAt, max: o.MaxAttempts}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, j)
	return nil
}

// Run works every job that is due, each once, until none is left; a job that failed waits for the
// next Run. It gives the faults.
func (b *Bench) Run(ctx context.Context) error {
	var faults []error
	var again []job
	for {
		j, ok := b.next()
		if !ok {
			break
		}
		j.try++
		err := b.work(ctx, j)
		faults = append(faults, err)
		if err != nil && j.try < j.max {
			again = append(again, j)
		}
	}
	b.mu.Lock()
	b.jobs = append(b.jobs, again...)
	b.mu.Unlock()
	return errors.Join(faults...)
}

// Waiting counts jobs that are not done.
func (b *Bench) Waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.jobs)
}

func (b *Bench) next() (job, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, j := range b.jobs {
		if !j.at.After(b.Now()) {
			b.jobs = append(b.jobs[:i:i], b.jobs[i+1:]...)
			return j, true
		}
	}
	return job{}, false
}

func (b *Bench) work(ctx context.Context, j job) error {
	switch args := j.args.(type) {
	case payment.EventArgs:
		return b.WorkEvent(ctx, args.InboxID)
	case payment.RefundArgs:
		return b.SendRefund(ctx, args.RefundID, j.try >= j.max)
	case payment.CancelArgs:
		return b.CloseAtProvider(ctx, args.PaymentID)
	case payment.RefreshArgs:
		_, err := b.Refresh(ctx, args.PaymentID)
		return err
	}
	return errors.New("paymenttest: unknown job " + j.args.Kind())
}

var numbers atomic.Int64

// Number makes a purchase number that no other test uses.
func Number() string { return "T7-" + strconv.FormatInt(100000+numbers.Add(1), 10) }

// Place writes a payment for a new purchase whose orders (1, 2, …) cost what amounts say.
func (b *Bench) Place(provider string, amounts ...money.Amount) payment.Payment {
	b.t.Helper()
	n := payment.NewPayment{Reference: Number(), Email: "buyer@example.org", Lang: i18n.RU, ReturnPath: "/orders/T",
		Provider: provider, Currency: money.RUB}
	for i, a := range amounts {
		n.Amount += a
		n.Splits = append(n.Splits, payment.NewSplit{SellerID: int64(i + 1), OrderID: int64(i + 1), Amount: a})
	}
	var p payment.Payment
	err := pg.InTx(b.t.Context(), b.Pool, func(tx pgx.Tx) (err error) {
		p, err = b.Create(b.t.Context(), tx, n)
		return err
	})
	if err != nil {
		b.t.Fatalf("paymenttest: %v", err)
	}
	return p
}

// Started is Place and Begin.
func (b *Bench) Started(provider string, amounts ...money.Amount) payment.Payment {
	b.t.Helper()
	p := b.Place(provider, amounts...)
	if _, err := b.Begin(b.t.Context(), p.Reference); err != nil {
		b.t.Fatalf("paymenttest: %v", err)
	}
	return b.Read(p.ID)
}

// Paid is a payment whose money is here.
func (b *Bench) Paid(provider string, amounts ...money.Amount) payment.Payment {
	b.t.Helper()
	p := b.Started(provider, amounts...)
	var err error
	switch provider {
	case payment.SandboxName:
		_, err = b.SandboxAnswer(b.t.Context(), p.Token, payment.SandboxPay)
	case payment.InvoiceName:
		_, err = b.ConfirmInvoice(b.t.Context(), p.ID, "test", "")
	default:
		if err = b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err == nil {
			_, err = b.Refresh(b.t.Context(), p.ID)
		}
	}
	if err != nil {
		b.t.Fatalf("paymenttest: %v", err)
	}
	return b.Read(p.ID)
}

// Read reads a payment.
func (b *Bench) Read(id int64) payment.Payment {
	b.t.Helper()
	p, err := b.Get(b.t.Context(), b.Pool, id)
	if err != nil {
		b.t.Fatalf("paymenttest: %v", err)
	}
	return p
}

// Ask claims a refund in a transaction of its own.
func (b *Bench) Ask(ctx context.Context, r payment.RefundRequest) (refund payment.Refund, err error) {
	err = pg.InTx(ctx, b.Pool, func(tx pgx.Tx) error {
		refund, err = b.Refund(ctx, tx, r)
		return err
	})
	return refund, err
}

// BankPays lets the sandbox's bank pay a payment behind our back, whatever it said of it before: nobody here hears of it
// until it is asked.
func BankPays(t testing.TB, pool *pgxpool.Pool, token string) {
	t.Helper()
	_, err := pg.Exec(context.Background(), pool, `
		insert into sandbox_payments (token, amount, currency, state)
		select token, amount, currency, 'paid' from payments where token = $1 and provider = 'sandbox'
		on conflict (token) do update set state = 'paid'`, token)
	if err != nil {
		t.Fatal(err)
	}
}
