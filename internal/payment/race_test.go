package payment_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const actors = 32

func rounds() int {
	if testing.Short() {
		return 20
	}
	return 200
}

// stampede lets all actors wait at a barrier and act at once, and counts those that had their way.
// Whoever loses reads a Conflict.
func stampede(t *testing.T, act func(i int) error) (won int) {
	t.Helper()
	gate, outcomes := make(chan struct{}), [actors]error{}
	var wg sync.WaitGroup
	for i := range actors {
		wg.Go(func() {
			<-gate
			outcomes[i] = act(i)
		})
	}
	close(gate)
	wg.Wait()
	for i, err := range outcomes {
		switch {
		case err == nil:
			won++
		case !errs.Is(err, errs.Conflict):
			t.Fatalf("actor %d: %v (kind %s)", i, err, errs.KindOf(err))
		}
	}
	return won
}

// Thirty-two refunds of 400 from a payment of 1000 for one order: two of them, never three.
func TestRaceRefunds(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	for round := range rounds() {
		p := b.Paid(payment.SandboxName, 1000)
		won := stampede(t, func(i int) error {
			_, err := b.Ask(context.Background(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 400, Key: fmt.Sprintf("r%d:%d", p.ID, i)})
			return err
		})
		if won != 2 {
			t.Fatalf("round %d: %d refunds of 400 out of 1000", round, won)
		}
		checkSums(t, b, p.ID)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	n, err := pg.Scalar[int](t.Context(), b.Pool, `select count(*)::int from refunds where state <> 'succeeded'`)
	if err != nil || n != 0 {
		t.Fatalf("%d refunds did not arrive, %v", n, err)
	}
}

// Thirty-two presses of "send again" start one refund, and a second one that fails may be started
// again in its turn.
func TestRaceRefundAgain(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	admin := operator(t, b)
	for round := range rounds() {
		p := b.Paid(payment.SandboxName, 1000)
		failed := failedRefund(t, b, p, 600)
		var ids [actors]int64
		won := stampede(t, func(i int) error {
			r, err := b.RefundAgain(context.Background(), failed.ID, admin)
			ids[i] = r.ID
			return err
		})
		for _, id := range ids {
			if won != actors || id != ids[0] || id == failed.ID {
				t.Fatalf("round %d: %d presses started %v", round, won, ids)
			}
		}
		checkSums(t, b, p.ID)
	}
	n, err := pg.Scalar[int](t.Context(), b.Pool, `select count(*)::int from audit_log where act = 'refund.again'`)
	if err != nil || n != rounds() {
		t.Errorf("%d lines in the audit log, want %d, %v", n, rounds(), err)
	}
}

// operator is a person whose acts are audited.
func operator(t *testing.T, b *paymenttest.Bench) (id int64) {
	t.Helper()
	id, err := pg.Scalar[int64](t.Context(), b.Pool, `
		insert into people (email, email_key, name, passkey_handle) values ('o@x.test', 'o@x.test', 'Ольга', 'o') returning id`)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// failedRefund is a refund that the bank refused and a person gave up.
func failedRefund(t *testing.T, b *paymenttest.Bench, p payment.Payment, amount money.Amount) payment.Refund {
	t.Helper()
	ctx := t.Context()
	r, err := b.Ask(ctx, payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: amount, Reason: "mistake", Key: fmt.Sprintf("cancellation:%d", p.ID)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pg.Exec(ctx, b.Pool, `update sandbox_payments set refunded = amount where token = $1`, p.Token); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if err := b.ResolveRefund(ctx, r.ID, payment.VerdictNever, "счёт закрыт", "person:1"); err != nil {
		t.Fatal(err)
	}
	if _, err := pg.Exec(ctx, b.Pool, `update sandbox_payments set refunded = 0 where token = $1`, p.Token); err != nil {
		t.Fatal(err)
	}
	return refundOf(t, b, p.ID, r.ID)
}
