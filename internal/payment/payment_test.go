package payment_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// hooks counts what the service told the order.
type hooks struct{ captured, failed, refunded atomic.Int64 }

func watch(b *paymenttest.Bench) *hooks {
	h := new(hooks)
	b.Hooks.OnCaptured = func(context.Context, pgx.Tx, payment.Payment) (bool, error) { h.captured.Add(1); return false, nil }
	b.Hooks.OnFailed = func(context.Context, pgx.Tx, payment.Payment) error { h.failed.Add(1); return nil }
	b.Hooks.OnRefunded = func(context.Context, pgx.Tx, payment.Payment, payment.Refund) error { h.refunded.Add(1); return nil }
	return h
}

func mustState(t *testing.T, b *paymenttest.Bench, id int64, want payment.State) payment.Payment {
	t.Helper()
	p := b.Read(id)
	if p.State != want {
		t.Fatalf("payment is %s, want %s", p.State, want)
	}
	return p
}

func mustKind(t *testing.T, err error, want errs.Kind) {
	t.Helper()
	if !errs.Is(err, want) {
		t.Fatalf("error %v, want %s", err, want)
	}
}

func TestCreateRefusesWhatDoesNotSum(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	good := payment.NewPayment{Reference: "R-1", Lang: i18n.RU, ReturnPath: "/orders/1", Provider: "sandbox", Amount: 300,
		Currency: money.RUB, Splits: []payment.NewSplit{{SellerID: 1, OrderID: 1, Amount: 100}, {SellerID: 2, OrderID: 2, Amount: 200}}}
	for name, tc := range map[string]struct {
		change func(*payment.NewPayment)
		want   errs.Kind
	}{
		"sum":                    {func(n *payment.NewPayment) { n.Amount++ }, errs.Internal},
		"no shares":              {func(n *payment.NewPayment) { n.Splits = nil }, errs.Internal},
		"order twice":            {func(n *payment.NewPayment) { n.Splits[1].OrderID = 1 }, errs.Internal},
		"negative":               {func(n *payment.NewPayment) { n.Splits[0].Amount, n.Splits[1].Amount = -100, 400 }, errs.Internal},
		"foreign return":         {func(n *payment.NewPayment) { n.ReturnPath = "//evil.test" }, errs.Internal},
		"no method":              {func(n *payment.NewPayment) { n.Provider = "cowries" }, errs.Invalid},
		"method, wrong currency": {func(n *payment.NewPayment) { n.Provider, n.Currency = "invoice", "EUR" }, errs.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			n := good
			n.Splits = append([]payment.NewSplit(nil), good.Splits...)
			tc.change(&n)
			err := pg.InTx(t.Context(), b.Pool, func(tx pgx.Tx) error { _, err := b.Create(t.Context(), tx, n); return err })
			mustKind(t, err, tc.want)
			if err == nil {
				t.Fatal("no error")
			}
		})
	}
}

func TestTheDatabaseItselfRefusesSharesThatDoNotSum(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Place("sandbox", 100, 200)
	for _, sql := range []string{
		`update payment_splits set amount = amount + 1 where payment_id = $1 and order_id = 1`,
		`delete from payment_splits where payment_id = $1 and order_id = 1`,
		`update payments set amount = amount + 1 where id = $1`,
		`update payments set captured_amount = amount where id = $1`,
	} {
		if _, err := b.Pool.Exec(t.Context(), sql, p.ID); err == nil || !strings.Contains(err.Error(), "do not sum") {
			t.Errorf("%s: error %v", sql, err)
		}
	}
}

func TestZeroTotalAsksNobody(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	p := b.Place("cowries", 0)
	if p.State != payment.Captured || p.Provider != payment.Free || h.captured.Load() != 1 {
		t.Errorf("state %s, provider %s, captured %d times", p.State, p.Provider, h.captured.Load())
	}
	url, err := b.Begin(t.Context(), p.Reference)
	if err != nil || url != "/orders/T" {
		t.Errorf("Begin = %q, %v", url, err)
	}
	if got := b.Methods(0, money.RUB); got != nil {
		t.Errorf("methods for nothing: %v", got)
	}
}

func TestBeginIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	for _, provider := range []string{"sandbox", "stripe", "invoice"} {
		p := b.Place(provider, 12345)
		urls := sync.Map{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				url, err := b.Begin(context.Background(), p.Reference)
				if err != nil && !errs.Is(err, errs.Unavailable) { // Stripe: the key is in use
					t.Error(err)
					return
				}
				if err == nil {
					urls.Store(url, true)
				}
			})
		}
		wg.Wait()
		n := 0
		urls.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%s: %d addresses", provider, n)
		}
		mustState(t, b, p.ID, payment.RequiresAction)
	}
}

func TestSandboxOutcomes(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	answer := func(p payment.Payment, choice string) payment.Payment {
		t.Helper()
		p, err := b.SandboxAnswer(t.Context(), p.Token, choice)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	paid := b.Started("sandbox", 100)
	if got := answer(paid, payment.SandboxPay).State; got != payment.Captured {
		t.Errorf("pay: %s", got)
	}
	_, err := b.SandboxAnswer(t.Context(), paid.Token, payment.SandboxPay)
	mustKind(t, err, errs.Conflict)
	declined := answer(b.Started("sandbox", 100), payment.SandboxDecline)
	if declined.State != payment.Failed || declined.Failure != "payment.failure.declined" {
		t.Errorf("decline: %s %s", declined.State, declined.Failure)
	}
	confirm := b.Started("sandbox", 100)
	if got := answer(confirm, payment.SandboxConfirm).State; got != payment.RequiresAction {
		t.Errorf("confirm: %s", got)
	}
	if got := answer(confirm, payment.SandboxPay).State; got != payment.Captured {
		t.Errorf("confirm, pay: %s", got)
	}
	later := answer(b.Started("sandbox", 100), payment.SandboxLater)
	if later.State != payment.Processing || b.Waiting() != 1 {
		t.Errorf("later: %s, %d jobs", later.State, b.Waiting())
	}
	b.Sleep(payment.SandboxDelay + 2*time.Second)
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, later.ID, payment.Captured)
	silent := answer(b.Started("sandbox", 100), payment.SandboxSilent)
	b.Sleep(time.Hour)
	if err := b.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, silent.ID, payment.Processing)
	if h.captured.Load() != 3 || h.failed.Load() != 1 {
		t.Errorf("captured %d, failed %d", h.captured.Load(), h.failed.Load())
	}
}

func TestRetryMakesTheNextAttempt(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	retry := func(ref, provider string) (p payment.Payment, err error) {
		err = pg.InTx(t.Context(), b.Pool, func(tx pgx.Tx) error { p, err = b.Retry(t.Context(), tx, ref, provider); return err })
		return p, err
	}
	first := b.Started("sandbox", 100, 50)
	same, err := retry(first.Reference, "sandbox")
	if err != nil || same.ID != first.ID {
		t.Fatalf("the same method made another attempt: %v %v", same, err)
	}
	second, err := retry(first.Reference, "invoice")
	if err != nil || second.Attempt != 2 || second.Amount != 150 || second.Provider != "invoice" {
		t.Fatalf("second attempt %+v, %v", second, err)
	}
	mustState(t, b, first.ID, payment.Expired)
	if err := b.Run(t.Context()); err != nil { // closes the first at the sandbox
		t.Fatal(err)
	}
	if _, err := b.SandboxAnswer(t.Context(), first.Token, payment.SandboxPay); !errs.Is(err, errs.Conflict) {
		t.Errorf("a closed attempt was paid: %v", err)
	}
	if _, err := b.ConfirmInvoice(t.Context(), second.ID, "test", ""); err != nil {
		t.Fatal(err)
	}
	_, err = retry(first.Reference, "sandbox")
	mustKind(t, err, errs.Conflict)
	got, ok, err := b.ByReference(t.Context(), b.Pool, first.Reference)
	if err != nil || !ok || got.ID != second.ID {
		t.Errorf("latest is %+v, %v", got, err)
	}
}

func TestMoneyAfterTheEndIsTakenAndReported(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	b.Hooks.OnCaptured = func(ctx context.Context, tx pgx.Tx, p payment.Payment) (bool, error) {
		_, err := b.Refund(ctx, tx, payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: p.Amount, Reason: "late", Key: "late:" + p.Reference})
		return true, err
	}
	p := b.Started("stripe", 70000)
	if err := b.Stripe.Pay(*p.ProviderRef, "delay"); err != nil {
		t.Fatal(err)
	}
	err := pg.InTx(t.Context(), b.Pool, func(tx pgx.Tx) error { _, err := b.Cancel(t.Context(), tx, p.Reference, "hold expired"); return err })
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, p.ID, payment.Expired)
	if err := b.Stripe.Decide(*p.ProviderRef, true); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Stripe.Flush(t.Context(), mode(3, true)), b.Run(t.Context())); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, p.ID, payment.Refunded)
	if charged, refunded := b.Stripe.Totals(*p.ProviderRef); charged != 70000 || refunded != 70000 {
		t.Errorf("charged %d, refunded %d", charged, refunded)
	}
}

func TestReturnPageAgainstWebhook(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for round := range 10 {
		p := b.Started("stripe", money.Amount(1000+round))
		if err := b.Stripe.Pay(*p.ProviderRef, "succeed"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				res, err := client.Get(b.Site.URL + "/pay/return/" + p.Token)
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/orders/T" {
					t.Errorf("return page: %d to %q", res.StatusCode, res.Header.Get("Location"))
				}
			})
		}
		wg.Go(func() {
			if err := errors.Join(b.Stripe.Flush(context.Background(), mode(1, false)), b.Run(context.Background())); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		mustState(t, b, p.ID, payment.Captured)
	}
	if h.captured.Load() != 10 {
		t.Errorf("10 payments were captured %d times", h.captured.Load())
	}
}

func TestHistoryTellsTheStory(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("sandbox", 100, 200)
	if _, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 2, Amount: 200, Reason: "sold out", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	events, err := b.History(t.Context(), b.Pool, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("%s %s>%s %s", e.Kind, e.From, e.To, e.Actor))
	}
	want := []string{"created created>created system", "started created>requires_action sandbox", "captured requires_action>captured sandbox",
		"refund captured>partially_refunded system", "refund_succeeded partially_refunded>partially_refunded sandbox"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
