package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func mode(copies int, shuffle bool) stripefake.Mode {
	return stripefake.Mode{Copies: copies, Shuffle: shuffle}
}

// post sends a body to the webhook address and gives the status.
func post(t *testing.T, b *paymenttest.Bench, body []byte, signature string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.Site.URL+"/webhooks/stripe", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		req.Header.Set("Stripe-Signature", signature)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func signed(body []byte, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at}).Header
}

func inbox(t *testing.T, b *paymenttest.Bench) (rows int64, outcomes []string) {
	t.Helper()
	outcomes, err := pg.Scalars[string](t.Context(), b.Pool, `select outcome from webhook_inbox order by id`)
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(outcomes)), outcomes
}

func TestWebhookSignatures(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Started("stripe", 5000)
	if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	body := b.Stripe.Take()[0].Body
	now := time.Now()
	for _, tc := range []struct {
		name, signature string
		want            int
		rows            int64
	}{
		{"none", "", 400, 0},
		{"garbage", "t=1,v1=zz", 400, 0},
		{"wrong secret", signed(body, "whsec_evil", now), 400, 0},
		{"another body", signed([]byte("{}"), paymenttest.Secret, now), 400, 0},
		{"replayed after six minutes", signed(body, paymenttest.Secret, now.Add(-6*time.Minute)), 400, 0},
		{"new secret", signed(body, paymenttest.Secret, now), 200, 1},
		{"old secret, same event", signed(body, paymenttest.OldSecret, now), 200, 1},
	} {
		if got := post(t, b, body, tc.signature); got != tc.want {
			t.Errorf("%s: status %d, want %d", tc.name, got, tc.want)
		}
		if rows, _ := inbox(t, b); rows != tc.rows {
			t.Errorf("%s: %d rows, want %d", tc.name, rows, tc.rows)
		}
	}
	big := bytes.Repeat([]byte("x"), 5<<20)
	if got := post(t, b, big, signed(big, paymenttest.Secret, now)); got != http.StatusRequestEntityTooLarge {
		t.Errorf("5 MB: status %d", got)
	}
}

func TestTenDuplicatesAtOnceHaveOneEffect(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	p := b.Started("stripe", 5000)
	if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	deliveries := b.Stripe.Take()
	var wg sync.WaitGroup
	for range 10 {
		for _, d := range deliveries {
			wg.Go(func() {
				if got := post(t, b, d.Body, signed(d.Body, paymenttest.Secret, time.Now())); got != http.StatusOK {
					t.Errorf("status %d", got)
				}
			})
		}
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
	mustState(t, b, p.ID, payment.Captured)
	if rows, _ := inbox(t, b); rows != int64(len(deliveries)) || h.captured.Load() != 1 {
		t.Errorf("%d rows for %d events, captured %d times", rows, len(deliveries), h.captured.Load())
	}
}

func TestForeignEnvironmentUnknownTypeAndOtherVersion(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	event := func(id, kind, version string, live bool, account string) []byte {
		raw, err := json.Marshal(map[string]any{"id": id, "object": "event", "type": kind, "api_version": version,
			"livemode": live, "account": account, "created": time.Now().Unix(),
			"data": map[string]any{"object": map[string]any{"id": "pi_nobody", "object": "payment_intent"}}})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, body := range [][]byte{
		event("evt_1", "payment_intent.succeeded", stripefake.Version, true, ""),
		event("evt_2", "payment_intent.succeeded", stripefake.Version, false, "acct_other"),
		event("evt_3", "invoiceitem.updated_in_a_new_way", stripefake.Version, false, ""),
		event("evt_4", "payment_intent.succeeded", "2099-01-01", false, ""),
		event("evt_5", "payment_intent.succeeded", stripefake.Version, false, ""),
	} {
		if got := post(t, b, body, signed(body, paymenttest.Secret, time.Now())); got != http.StatusOK {
			t.Errorf("status %d", got)
		}
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, got := inbox(t, b)
	if want := "other_environment other_environment unknown_type no_payment no_payment"; strings.Join(got, " ") != want {
		t.Errorf("outcomes %q, want %q", got, want)
	}
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 1 || alerts[0].Kind != payment.AlertAPIVersion {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
	broken := []byte(`{"id":"evt_6","type":"payment_intent.succeeded"}`)
	if got := post(t, b, broken, signed(broken, paymenttest.Secret, time.Now())); got != http.StatusBadRequest {
		t.Errorf("event without data: status %d", got)
	}
}

func TestAnotherAmountOrCurrencyIsHeld(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	for name, as := range map[string]stripefake.Paid{"less": {Amount: 4999}, "more": {Amount: 5001}, "currency": {Currency: "eur"}} {
		p := b.Started("stripe", 5000)
		if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed, as); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(b.Stripe.Flush(t.Context(), mode(2, true)), b.Run(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := mustState(t, b, p.ID, payment.Held); got.Captured != 0 {
			t.Errorf("%s: captured %d", name, got.Captured)
		}
	}
	if h.captured.Load() != 0 {
		t.Error("the order heard of money that is held")
	}
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 3 {
		t.Fatalf("alerts %+v, %v", alerts, err)
	}
	if _, err := b.Decide(t.Context(), *alerts[0].PaymentID, true, "admin", ""); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, *alerts[0].PaymentID, payment.Captured)
	if _, err := b.Decide(t.Context(), *alerts[1].PaymentID, false, "admin", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Refresh(t.Context(), *alerts[1].PaymentID); err != nil {
		t.Fatal(err)
	}
	mustState(t, b, *alerts[1].PaymentID, payment.Failed)
	if n, err := b.OpenAlerts(t.Context()); err != nil || n != 1 {
		t.Errorf("%d alerts left, %v", n, err)
	}
}

func TestReconcileHealsWhatWebhooksMissed(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	var ids []int64
	for range 3 {
		p := b.Started("stripe", 5000)
		ids = append(ids, p.ID)
		if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Stripe.Flush(t.Context(), stripefake.Mode{Drop: true}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Reconcile(t.Context()), b.Run(t.Context()), b.Reconcile(t.Context()), b.Run(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		mustState(t, b, id, payment.Captured)
	}
	if h.captured.Load() != 3 {
		t.Errorf("captured %d times", h.captured.Load())
	}
}

func TestReconcileLooksAtPaymentsThatStayOpen(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Started("stripe", 5000)
	if err := b.Stripe.Expire(*p.ProviderRef); err != nil {
		t.Fatal(err)
	}
	b.Stripe.Inject(stripefake.Fault{Match: "GET /v1/events", Mode: stripefake.Refuse500, Times: 9})
	b.Sleep(10 * time.Minute)
	if err := b.Reconcile(t.Context()); err == nil {
		t.Error("the fault of the event list was swallowed")
	}
	mustState(t, b, p.ID, payment.Expired)
}

func TestStartSurvivesCutAnswers(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Place("stripe", 5000)
	b.Stripe.Inject(stripefake.Fault{Match: "POST /v1/checkout/sessions", Mode: stripefake.Cut, Times: 1})
	if _, err := b.Begin(t.Context(), p.Reference); err != nil {
		t.Fatal(err) // stripe-go tries again with the same key and gets the same session
	}
	q := b.Place("stripe", 5000)
	b.Stripe.Inject(stripefake.Fault{Match: "POST /v1/checkout/sessions", Mode: stripefake.Refuse500, Times: 1})
	_, err := b.Begin(t.Context(), q.Reference)
	mustKind(t, err, errs.Unavailable)
	mustState(t, b, q.ID, payment.Created)
	if _, err := b.Begin(t.Context(), q.Reference); err != nil {
		t.Error(err)
	}
}

func TestEventsBeforeTheAnswerToStart(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Started("stripe", 5000)
	ref := *p.ProviderRef
	if _, err := b.Pool.Exec(t.Context(), `update payments set state = 'created', provider_ref = null, redirect_url = '' where id = $1`, p.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Stripe.Pay(ref, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Stripe.Flush(t.Context(), mode(3, true)), b.Run(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := mustState(t, b, p.ID, payment.Captured); got.ProviderRef == nil || *got.ProviderRef != ref {
		t.Errorf("provider ref %v, want %s", got.ProviderRef, ref)
	}
}

func TestDisputeStopsRefunds(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Paid("stripe", 5000)
	settle := func() {
		t.Helper()
		b.Sleep(time.Second)
		if err := errors.Join(b.Stripe.Flush(t.Context(), mode(2, true)), b.Run(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	early, err := b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 1000, Key: "early"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Stripe.Dispute(*p.ProviderRef, "needs_response"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Refresh(t.Context(), p.ID); err != nil { // the dispute is known before the refund is sent
		t.Fatal(err)
	}
	settle()
	mustState(t, b, p.ID, payment.Disputed)
	if r := refundOf(t, b, p.ID, early.ID); r.State != payment.RefundUnclear || r.Tries != 0 { // not even asked for: a provider may not be as careful
		t.Errorf("refund beside a dispute is %s after %d tries", r.State, r.Tries)
	}
	_, err = b.Ask(t.Context(), payment.RefundRequest{PaymentID: p.ID, OrderID: 1, Amount: 1000, Key: "late"})
	mustKind(t, err, errs.Conflict)
	if err := b.Stripe.Dispute(*p.ProviderRef, "lost"); err != nil {
		t.Fatal(err)
	}
	settle()
	mustState(t, b, p.ID, payment.Lost)
	if b.Stripe.Refunds() != 0 {
		t.Error("both dispute and refund")
	}
}

func TestOldEventsAreEmptied(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Started("stripe", 5000)
	if err := b.Stripe.Pay(*p.ProviderRef, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Stripe.Flush(t.Context(), mode(1, false)), b.Run(t.Context())); err != nil {
		t.Fatal(err)
	}
	bodies := func() int {
		n, err := pg.Scalar[int](t.Context(), b.Pool, `select count(*)::int from webhook_inbox where payload::text <> '{}'`)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := b.Reconcile(t.Context()); err != nil || bodies() == 0 {
		t.Fatalf("fresh events are gone, %v", err)
	}
	b.Sleep(31 * 24 * time.Hour)
	if err := b.Reconcile(t.Context()); err != nil || bodies() != 0 {
		t.Errorf("%d bodies left, %v", bodies(), err)
	}
}
