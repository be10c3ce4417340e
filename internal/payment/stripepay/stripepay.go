// Package stripepay takes payments through Stripe: a Checkout Session by redirect, separate charges
// and transfers (every charge carries the purchase as its transfer group), events verified by
// signature and believed only as a hint to look again. It speaks API version 2023-10-16, the one
// stripe-go v76 is written for, and sends its own idempotency key with every write.
package stripepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/checkout/session"
	"github.com/stripe/stripe-go/v76/dispute"
	"github.com/stripe/stripe-go/v76/event"
	"github.com/stripe/stripe-go/v76/paymentintent"
	"github.com/stripe/stripe-go/v76/refund"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Config says which account to use. Secrets holds one signing secret, or two during rotation.
type Config struct {
	Key        string // sk_test_… or sk_live_…
	Secrets    []string
	URL        string           // another API address (a stand-in); empty for Stripe's own
	Account    string           // expected Event.Account; empty for events of the platform itself
	Currencies []money.Currency // with two minor digits; empty: RUB, EUR, USD
	HTTP       *http.Client     // nil: one with a time-out
	Now        func() time.Time
}

// Provider is payment.Provider and payment.Notifier over Stripe.
type Provider struct {
	cfg Config
	api clients
}

// clients are those of Stripe's resources that a marketplace of one-time payments asks. The package
// that bundles all hundred and thirty would take every build five seconds longer.
type clients struct {
	sessions session.Client
	intents  paymentintent.Client
	refunds  refund.Client
	disputes dispute.Client
	events   event.Client
}

var _ payment.Notifier = (*Provider)(nil)

// answerTimeout bounds one request to Stripe; some take ten seconds by their own account.
const answerTimeout = 20 * time.Second

// New makes a provider.
func New(cfg Config) *Provider {
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: answerTimeout}
	}
	if len(cfg.Currencies) == 0 {
		cfg.Currencies = []money.Currency{"RUB", "EUR", "USD"}
	}
	backend := &stripe.BackendConfig{
		HTTPClient:        cfg.HTTP,
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull}, // errors are returned, not logged twice
		MaxNetworkRetries: stripe.Int64(2),
		EnableTelemetry:   stripe.Bool(false),
	}
	if cfg.URL != "" {
		backend.URL = stripe.String(cfg.URL)
	}
	b := stripe.GetBackendWithConfig(stripe.APIBackend, backend)
	return &Provider{cfg: cfg, api: clients{
		sessions: session.Client{B: b, Key: cfg.Key}, intents: paymentintent.Client{B: b, Key: cfg.Key},
		refunds: refund.Client{B: b, Key: cfg.Key}, disputes: dispute.Client{B: b, Key: cfg.Key}, events: event.Client{B: b, Key: cfg.Key},
	}}
}

// Name is "stripe".
func (*Provider) Name() string { return "stripe" }

// Accepts reports whether cur is one of the account's currencies.
func (p *Provider) Accepts(a money.Amount, cur money.Currency) bool {
	return a > 0 && slices.Contains(p.cfg.Currencies, cur)
}

// Metadata keys that tie Stripe's objects to ours.
const (
	metaPayment = "payment" // the payment's token
	metaRefund  = "refund"  // our refund's id
)

// Start opens a Checkout Session. Stripe keeps it for 24 hours; Cancel ends it earlier.
func (p *Provider) Start(ctx context.Context, pay payment.Payment, r payment.Return) (payment.Started, error) {
	meta := map[string]string{metaPayment: pay.Token, "reference": pay.Reference}
	params := &stripe.CheckoutSessionParams{
		Mode:              stripe.String(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID: stripe.String(pay.Reference),
		SuccessURL:        stripe.String(r.Done),
		CancelURL:         stripe.String(r.Back),
		Locale:            stripe.String(string(pay.Lang)),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:   stripe.String(lower(pay.Currency)),
				UnitAmount: stripe.Int64(int64(pay.Amount)),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{
					Name: stripe.String(i18n.In(pay.Lang, "payment.purpose", "number", pay.Reference)),
				},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			TransferGroup: stripe.String(pay.Reference),
			Metadata:      meta,
		},
	}
	if pay.Email != "" {
		params.CustomerEmail = stripe.String(pay.Email)
	}
	params.Metadata = meta
	params.Context = ctx
	params.SetIdempotencyKey("session:" + pay.Token)
	s, err := p.api.sessions.New(params)
	if err != nil {
		return payment.Started{}, fmt.Errorf("stripe: open session: %w", err)
	}
	return payment.Started{Ref: s.ID, URL: s.URL}, nil
}

// Cancel expires the session, unless it is over already.
func (p *Provider) Cancel(ctx context.Context, pay payment.Payment) error {
	if pay.ProviderRef == nil {
		return nil
	}
	params := &stripe.CheckoutSessionExpireParams{}
	params.Context = ctx
	params.SetIdempotencyKey("expire:" + pay.Token)
	_, err := p.api.sessions.Expire(*pay.ProviderRef, params)
	if refused(err) {
		return nil // complete or expired: the next Fetch says which
	}
	if err != nil {
		return fmt.Errorf("stripe: expire session: %w", err)
	}
	return nil
}

// generation is how many tries share an idempotency key. Stripe replays the first answer to a key
// even if it was a 500, so a key that only ever fails has to be left; a look-up goes before.
const generation = 4

// Refund sends one refund. From the second try on it looks first whether an earlier try arrived.
func (p *Provider) Refund(ctx context.Context, pay payment.Payment, r payment.Refund) (payment.RefundReport, error) {
	if pay.IntentRef == nil {
		return payment.RefundReport{}, fmt.Errorf("stripe: no payment intent: %w", payment.ErrRefused)
	}
	if r.Tries > 1 {
		have, err := p.refunds(ctx, pay, *pay.IntentRef)
		if err != nil {
			return payment.RefundReport{}, err
		}
		if i := slices.IndexFunc(have, func(h payment.RefundReport) bool { return h.RefundID == r.ID }); i >= 0 {
			return have[i], nil
		}
	}
	params := &stripe.RefundParams{PaymentIntent: pay.IntentRef, Amount: stripe.Int64(int64(r.Amount))}
	params.Metadata = map[string]string{metaPayment: pay.Token, metaRefund: strconv.FormatInt(r.ID, 10)}
	params.Context = ctx
	params.SetIdempotencyKey(fmt.Sprintf("refund:%s:%d:%d", pay.Token, r.ID, max(0, r.Tries-1)/generation))
	got, err := p.api.refunds.New(params)
	switch {
	case refused(err):
		return payment.RefundReport{}, fmt.Errorf("stripe: refund: %w: %w", payment.ErrRefused, err)
	case err != nil:
		return payment.RefundReport{}, fmt.Errorf("stripe: refund: %w", err)
	}
	return report(pay, got), nil
}

// refused reports whether Stripe said no for good, in contrast to a time-out, a 429, a 409 (the key
// is in use) or a fault of its own.
func refused(err error) bool {
	e, ok := errors.AsType[*stripe.Error](err)
	return ok && e.HTTPStatusCode >= 400 && e.HTTPStatusCode < 500 &&
		e.HTTPStatusCode != http.StatusConflict && e.HTTPStatusCode != http.StatusTooManyRequests &&
		e.HTTPStatusCode != http.StatusUnauthorized
}

func report(pay payment.Payment, r *stripe.Refund) payment.RefundReport {
	out := payment.RefundReport{Ref: r.ID, Amount: money.Amount(r.Amount), State: payment.RefundSent}
	if r.Metadata[metaPayment] == pay.Token {
		if id, err := strconv.ParseInt(r.Metadata[metaRefund], 10, 64); err == nil {
			out.RefundID = id
		}
	}
	switch r.Status {
	case stripe.RefundStatusSucceeded:
		out.State = payment.RefundSucceeded
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		out.State, out.Error = payment.RefundFailed, string(r.FailureReason)
	}
	return out
}

func (p *Provider) refunds(ctx context.Context, pay payment.Payment, intent string) ([]payment.RefundReport, error) {
	params := &stripe.RefundListParams{PaymentIntent: stripe.String(intent)}
	params.Limit = stripe.Int64(100)
	params.Context = ctx
	var list []payment.RefundReport
	it := p.api.refunds.List(params)
	for it.Next() {
		list = append(list, report(pay, it.Refund()))
	}
	if err := it.Err(); err != nil {
		return nil, fmt.Errorf("stripe: list refunds: %w", err)
	}
	return list, nil
}

func lower(c money.Currency) string {
	b := []byte(c)
	for i := range b {
		b[i] |= 0x20
	}
	return string(b)
}

func upper(c stripe.Currency) money.Currency {
	b := []byte(c)
	for i := range b {
		b[i] &^= 0x20
	}
	return money.Currency(b)
}
