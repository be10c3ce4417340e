package payment_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// TestMoneyAgreesAfterAnyHistory plays random histories of one Stripe payment over two orders:
// payments, refunds, disputes, faults, lost, doubled and shuffled events, jobs that run or do not.
// Through all of it the sums hold and every move is lawful; when it calms down, our books and
// Stripe's say the same.
func TestMoneyAgreesAfterAnyHistory(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	rapid.Check(t, func(rt *rapid.T) {
		p := b.Started("stripe", money.Amount(rapid.Int64Range(1, 5000).Draw(rt, "a")), money.Amount(rapid.Int64Range(0, 5000).Draw(rt, "b")))
		ref, ctx := *p.ProviderRef, context.Background()
		for i := range rapid.IntRange(3, 14).Draw(rt, "steps") {
			act(rt, b, p, ref, i)
			checkSums(rt, b, p.ID)
		}
		calm(rt, b, p.ID)
		checkSums(rt, b, p.ID)
		got, err := b.Get(ctx, b.Pool, p.ID)
		if err != nil {
			rt.Fatal(err)
		}
		charged, refunded := b.Stripe.Totals(ref)
		if int64(got.Captured) != charged || refunded > int64(got.Refunded) {
			rt.Fatalf("our books: %d, %d back; Stripe's: %d, %d back", got.Captured, got.Refunded, charged, refunded)
		}
		lawfulHistory(rt, b, p.ID)
	})
}

// act does one random thing; what is refused is part of life.
func act(rt *rapid.T, b *paymenttest.Bench, p payment.Payment, ref string, i int) {
	ctx := context.Background()
	b.Sleep(time.Second)
	switch rapid.SampledFrom([]string{"pay", "delay", "decide", "decline", "refund", "refund", "refund", "flush", "drop", "run", "run",
		"refresh", "expire", "dispute", "fault"}).Draw(rt, "act") {
	case "pay":
		_ = b.Stripe.Pay(ref, stripefake.Succeed)
	case "delay":
		_ = b.Stripe.Pay(ref, stripefake.Delay)
	case "decline":
		_ = b.Stripe.Pay(ref, stripefake.Decline)
	case "decide":
		_ = b.Stripe.Decide(ref, rapid.Bool().Draw(rt, "ok"))
	case "expire":
		_ = b.Stripe.Expire(ref)
	case "dispute":
		_ = b.Stripe.Dispute(ref, rapid.SampledFrom([]string{"needs_response", "won"}).Draw(rt, "outcome"))
	case "refund":
		_, _ = b.Ask(ctx, payment.RefundRequest{PaymentID: p.ID, OrderID: rapid.Int64Range(1, 2).Draw(rt, "order"),
			Amount: money.Amount(rapid.Int64Range(1, 3000).Draw(rt, "amount")), Key: fmt.Sprintf("%d:%d", p.ID, i)})
	case "flush":
		if err := b.Stripe.Flush(ctx, mode(rapid.IntRange(1, 3).Draw(rt, "copies"), true)); err != nil {
			rt.Fatal(err)
		}
	case "drop":
		_ = b.Stripe.Flush(ctx, stripefake.Mode{Drop: true})
	case "run":
		_ = b.Run(ctx)
	case "refresh":
		_, _ = b.Refresh(ctx, p.ID)
	case "fault":
		b.Stripe.Inject(stripefake.Fault{Match: rapid.SampledFrom([]string{"POST /v1/refunds", "GET /v1/"}).Draw(rt, "where"), Times: 1,
			Mode: rapid.SampledFrom([]stripefake.FaultMode{stripefake.Refuse500, stripefake.Done500, stripefake.Cut}).Draw(rt, "how")})
	}
}

// calm lets every job and the reconcile job run until nothing is left to do.
func calm(rt *rapid.T, b *paymenttest.Bench, id int64) {
	ctx := context.Background()
	var err error
	for range 20 {
		b.Sleep(6 * time.Minute)
		_, refreshErr := b.Refresh(ctx, id)
		err = errors.Join(b.Stripe.Flush(ctx, mode(1, true)), b.Run(ctx), refreshErr)
		if err == nil && b.Waiting() == 0 {
			return
		}
	}
	rt.Fatalf("never calm: %d jobs, %v", b.Waiting(), err)
}

// lawfulHistory follows the states of a payment as its history tells them.
func lawfulHistory(rt *rapid.T, b *paymenttest.Bench, id int64) {
	ctx := context.Background()
	events, err := b.History(ctx, b.Pool, id)
	if err != nil {
		rt.Fatal(err)
	}
	for _, e := range events {
		if e.From != e.To && !e.From.CanBecome(e.To) {
			rt.Fatalf("%s: %s became %s", e.Kind, e.From, e.To)
		}
	}
	n, err := pg.Scalar[int](ctx, b.Pool, `select count(*)::int from payment_events where payment_id = $1 and kind = 'captured'`, id)
	if err != nil || n > 1 {
		rt.Fatalf("captured %d times, %v", n, err)
	}
}
