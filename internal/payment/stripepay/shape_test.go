package stripepay_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/stripepay"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// mock serves Stripe's own description of its API: a request with a parameter that Stripe does not
// know, or of the wrong type, is refused.
func mock(t *testing.T) string {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		t.Fatal(err)
	}
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(stub.HandleRequest))
	t.Cleanup(s.Close)
	return s.URL
}

func TestRequestsHaveTheShapeStripeDescribes(t *testing.T) {
	t.Parallel()
	p := stripepay.New(stripepay.Config{Key: "sk_test_123", URL: mock(t), Now: time.Now})
	ref, intent := "cs_test_1", "pi_1"
	pay := payment.Payment{ID: 1, Reference: "K7-204", Token: "TOKENTOKENTOKENTOKEN", Email: "a@example.org", Lang: "ru",
		Amount: 429050, Currency: money.RUB, State: payment.RequiresAction}
	ctx := t.Context()
	started, err := p.Start(ctx, pay, payment.Return{Done: "https://shop.example/pay/return/x", Back: "https://shop.example/pay/return/x?back=1"})
	if err != nil || started.Ref == "" {
		t.Errorf("Start = %+v, %v", started, err)
	}
	pay.ProviderRef = &ref
	if _, err := p.Fetch(ctx, pay); err != nil {
		t.Errorf("Fetch by session: %v", err)
	}
	pay.ProviderRef, pay.IntentRef = nil, &intent
	if _, err := p.Fetch(ctx, pay); err != nil {
		t.Errorf("Fetch by intent: %v", err)
	}
	for tries := range 3 {
		if _, err := p.Refund(ctx, pay, payment.Refund{ID: 7, Amount: 100, Tries: tries}); err != nil {
			t.Errorf("Refund, try %d: %v", tries, err)
		}
	}
	pay.ProviderRef = &ref
	if err := p.Cancel(ctx, pay); err != nil {
		t.Errorf("Cancel: %v", err)
	}
	if _, err := p.Locate(ctx, payment.Event{IntentRef: intent}); err != nil {
		t.Errorf("Locate: %v", err)
	}
	if err := p.Events(ctx, time.Unix(1700000000, 0), func(payment.Event) error { return nil }); err != nil {
		t.Errorf("Events: %v", err)
	}
}
