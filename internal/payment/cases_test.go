package payment_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Every event of a payment's life, each three times, from ten senders at once and in whatever order:
// the end is always the same, and everything happened once.
func TestCase34ShuffledEvents(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	for round := range 10 {
		p := b.Started("stripe", 3000, 2000)
		if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Refresh(t.Context(), p.ID); err != nil { // so that there is something to refund
			t.Fatal(err)
		}
		if _, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 2, Amount: 500, Key: p.Token}); err != nil {
			t.Fatal(err)
		}
		if err := b.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		events := b.Stripe.Take()
		events = slices.Concat(events, events, events)
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		var wg sync.WaitGroup
		for sender := range 10 {
			wg.Go(func() {
				for i := sender; i < len(events); i += 10 {
					if got := post(t, b, events[i].Body, signed(events[i].Body, paymenttest.Secret, time.Now())); got != http.StatusOK {
						t.Errorf("status %d", got)
					}
				}
			})
		}
		wg.Wait()
		for range 4 {
			wg.Go(func() {
				if err := b.Run(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := b.Read(p.ID); got.State != payment.PartiallyRefunded || got.Refunded != 500 || h.captured.Load() != int64(round+1) {
			t.Fatalf("round %d: %s, %d went back, captured %d times", round, got.State, got.Refunded, h.captured.Load())
		}
		checkSums(t, b, p.ID)
	}
	n, err := pg.Scalar[int](t.Context(), b.Pool, `select (count(*) - count(distinct event_id))::int from webhook_inbox`)
	if err != nil || n != 0 {
		t.Errorf("%d events are stored twice, %v", n, err)
	}
}

// While the database is away a provider hears that nothing was taken, and what it sends again later
// is worked exactly once.
func TestCase40DatabaseDown(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	p := b.Started("stripe", 5000)
	if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	events := b.Stripe.Take()
	send := func() (codes []int) {
		for _, e := range events {
			codes = append(codes, post(t, b, e.Body, signed(e.Body, paymenttest.Secret, time.Now())))
		}
		return codes
	}
	away(t, b, true)
	for _, code := range send() {
		if code < 500 {
			t.Errorf("without a database the provider hears %d and never sends again", code)
		}
	}
	away(t, b, false)
	for range 2 {
		for _, code := range send() {
			if code != http.StatusOK {
				t.Errorf("status %d", code)
			}
		}
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.Read(p.ID); got.State != payment.Captured || h.captured.Load() != 1 {
		t.Fatalf("%s, captured %d times", got.State, h.captured.Load())
	}
}

// away takes the inbox from the program, or gives it back.
func away(t *testing.T, b *paymenttest.Bench, gone bool) {
	t.Helper()
	sql := `alter table webhook_inbox_gone rename to webhook_inbox`
	if gone {
		sql = `alter table webhook_inbox rename to webhook_inbox_gone`
	}
	if _, err := b.Pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
