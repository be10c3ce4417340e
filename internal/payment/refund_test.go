package payment_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func refundOf(t *testing.T, b *paymenttest.Bench, paymentID, id int64) payment.Refund {
	t.Helper()
	list, err := b.Refunds(t.Context(), b.Pool, paymentID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no refund %d", id)
	return payment.Refund{}
}

// checkSums compares what must agree: payment, shares and refunds.
func checkSums(t rapid.TB, b *paymenttest.Bench, id int64) {
	p, err := b.Get(context.Background(), b.Pool, id)
	if err != nil {
		t.Fatal(err)
	}
	refunds, err := pg.Scalar[money.Amount](context.Background(), b.Pool,
		`select coalesce(sum(amount), 0)::bigint from refunds where payment_id = $1 and state <> 'failed'`, id)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := pg.Scalar[money.Amount](context.Background(), b.Pool,
		`select sum(refunded)::bigint from payment_splits where payment_id = $1`, id)
	if err != nil {
		t.Fatal(err)
	}
	if refunds != p.Refunded || shares != p.Refunded || p.Refunded > p.Captured {
		t.Fatalf("refunds %d, shares %d, payment %d of %d", refunds, shares, p.Refunded, p.Captured)
	}
}

func TestThirtyTwoRefundsNeverExceedWhatWasPaid(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("stripe", 1000, 1000)
	var done, refused atomic.Int64
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			_, err := b.Ask(context.Background(), payment.RefundRequest{PaymentID: p.ID, OrderID: int64(i%2 + 1), Amount: 300,
				Key: fmt.Sprintf("k%d", i)})
			switch {
			case err == nil:
				done.Add(1)
			case errs.Is(err, errs.Conflict):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 6 || refused.Load() != 26 { // three of 300 from each share of 1000
		t.Errorf("done %d, refused %d", done.Load(), refused.Load())
	}
	for range 4 {
		wg.Go(func() {
			if err := b.Run(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	checkSums(t, b, p.ID)
	if _, refunded := b.Stripe.Totals(*p.ProviderRef); refunded != 1800 {
		t.Errorf("refunded %d at Stripe", refunded)
	}
}

func TestOneKeyIsOneRefund(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("sandbox", 1000)
	ids := sync.Map{}
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			r, err := b.Ask(context.Background(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 100, Key: "same"})
			if err != nil {
				t.Error(err)
			}
			ids.Store(r.ID, true)
		})
	}
	wg.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d refunds", n)
	}
	_, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 101, Key: "same"})
	mustKind(t, err, errs.Conflict)
	checkSums(t, b, p.ID)
}

func TestThirdsNeverExceedTheWhole(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("sandbox", 10000)
	for i, want := range []errs.Kind{99, 99, errs.Conflict} {
		_, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 3334, Key: fmt.Sprint(i)})
		if want == 99 && err != nil || want != 99 && !errs.Is(err, want) {
			t.Errorf("refund %d: %v", i, err)
		}
	}
	// Nor more than the share of an order, while the payment as a whole has it.
	p = b.Paid("sandbox", 1000, 5000)
	_, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 1001, Key: "share"})
	mustKind(t, err, errs.Conflict)
	if _, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 1000, Key: "whole share"}); err != nil {
		t.Error(err)
	}
	checkSums(t, b, p.ID)
}

// faults are the ways an answer to a refund may get lost, and the refunds Stripe must have made.
func TestRefundSurvivesFaults(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	for name, f := range map[string]stripefake.Fault{
		"refused":         {Mode: stripefake.Refuse500, Times: 7},
		"done, 500 kept":  {Mode: stripefake.Done500, Times: 1},
		"cut":             {Mode: stripefake.Cut, Times: 5},
		"500 kept, never": {Mode: stripefake.Stored500, Times: 1},
	} {
		p := b.Paid("stripe", 5000)
		f.Match = "POST /v1/refunds"
		b.Stripe.Inject(f)
		before := b.Stripe.Refunds()
		r, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 5000, Key: name})
		if err != nil {
			t.Fatal(err)
		}
		for try := 0; b.Waiting() > 0 && try < 13; try++ {
			if err := b.Run(t.Context()); err != nil {
				t.Logf("%s, try %d: %v", name, try, err)
			}
		}
		if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundSucceeded {
			t.Errorf("%s: refund is %s after %d tries", name, got.State, got.Tries)
		}
		if n := b.Stripe.Refunds() - before; n != 1 {
			t.Errorf("%s: Stripe made %d refunds", name, n)
		}
		checkSums(t, b, p.ID)
	}
}

func TestARefundNobodyKnowsOfGoesToAPerson(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	p := b.Paid("stripe", 5000)
	b.Stripe.Inject(stripefake.Fault{Match: "POST /v1/refunds", Mode: stripefake.Refuse500, Times: 1000})
	r, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 5000, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	for range 13 {
		_ = b.Run(t.Context()) // each try fails; what counts is the state in the end
	}
	if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundUnclear || got.Tries != 13 || b.Waiting() != 0 {
		t.Fatalf("refund is %s after %d tries, %d jobs", got.State, got.Tries, b.Waiting())
	}
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 1 || alerts[0].Kind != payment.AlertReconcile {
		t.Fatalf("alerts %+v, %v", alerts, err)
	}
	if err := b.ResolveRefund(t.Context(), r.ID, payment.VerdictNever, "card closed", "admin"); err != nil {
		t.Fatal(err)
	}
	if got := mustState(t, b, p.ID, payment.Captured); got.Refunded != 0 || h.refunded.Load() != 1 {
		t.Errorf("refunded %d, hook %d", got.Refunded, h.refunded.Load())
	}
	mustKind(t, b.ResolveRefund(t.Context(), r.ID, payment.VerdictDone, "", "admin"), errs.Conflict)
	checkSums(t, b, p.ID)
}

func TestARefundWhoseJobIsGoneIsFound(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("sandbox", 5000)
	r, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 5000, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	b.Sleep(48 * time.Hour)
	if err := b.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundUnclear {
		t.Fatalf("refund is %s", got.State)
	}
	if err := b.ResolveRefund(t.Context(), r.ID, payment.VerdictAgain, "", "admin"); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundSucceeded {
		t.Errorf("refund is %s", got.State)
	}
}

func TestARefundThatFailsLaterIsReleased(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("stripe", 3000, 2000)
	r, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 2, Amount: 2000, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, p.ID, payment.PartiallyRefunded)
	b.Stripe.FailRefunds(*p.ProviderRef)
	if err := b.Stripe.Flush(t.Context(), mode(2, true)); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, p.ID, payment.Captured)
	if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundFailed {
		t.Errorf("refund is %s", got.State)
	}
	checkSums(t, b, p.ID)
}

func TestARefundMadeByHandRaisesAnAlert(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("stripe", 3000)
	if err := b.Stripe.RefundByHand(*p.ProviderRef, 500); err != nil {
		t.Fatal(err)
	}
	if err := b.Stripe.Flush(t.Context(), mode(3, true)); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 1 || alerts[0].Kind != payment.AlertForeign {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
}

func TestABankTransferIsRefundedByAPerson(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	p := b.Paid("invoice", 3000)
	r, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 3000, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := refundOf(t, b, p.ID, r.ID); got.State != payment.RefundManual {
		t.Fatalf("refund is %s", got.State)
	}
	if err := b.ResolveRefund(t.Context(), r.ID, payment.VerdictDone, "ПП 77", "admin"); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, p.ID, payment.Refunded)
	if n, err := b.OpenAlerts(t.Context()); err != nil || n != 0 || h.refunded.Load() != 1 {
		t.Errorf("%d alerts, %v, hook %d", n, err, h.refunded.Load())
	}
}
