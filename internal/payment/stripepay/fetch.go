package stripepay

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Fetch reads session, intent, charge, refunds and dispute as they are now.
func (p *Provider) Fetch(ctx context.Context, pay payment.Payment) (payment.Report, error) {
	r := payment.Report{AsOf: p.cfg.Now(), State: pay.State}
	var (
		session *stripe.CheckoutSession
		intent  *stripe.PaymentIntent
		err     error
	)
	switch {
	case pay.ProviderRef != nil:
		if session, err = p.session(ctx, *pay.ProviderRef); err != nil {
			return r, err
		}
		r.Ref, intent = session.ID, session.PaymentIntent
	case pay.IntentRef != nil:
		if intent, err = p.intent(ctx, *pay.IntentRef); err != nil {
			return r, err
		}
	default:
		return r, nil // Stripe has not heard of it
	}
	r.State, r.Failure = stateOf(session, intent)
	if intent == nil {
		return r, nil
	}
	r.IntentRef, r.Amount, r.Currency = intent.ID, money.Amount(intent.AmountReceived), upper(intent.Currency)
	if r.State != payment.Captured {
		return r, nil
	}
	if r.Refunds, err = p.refunds(ctx, pay, intent.ID); err != nil {
		return r, err
	}
	if c := intent.LatestCharge; c != nil && c.Disputed {
		r.Dispute, err = p.dispute(ctx, intent.ID)
	}
	return r, err
}

func (p *Provider) session(ctx context.Context, id string) (*stripe.CheckoutSession, error) {
	params := &stripe.CheckoutSessionParams{}
	params.Context = ctx
	params.AddExpand("payment_intent")
	params.AddExpand("payment_intent.latest_charge")
	s, err := p.api.sessions.Get(id, params)
	if err != nil {
		return nil, fmt.Errorf("stripe: get session: %w", err)
	}
	return s, nil
}

func (p *Provider) intent(ctx context.Context, id string) (*stripe.PaymentIntent, error) {
	params := &stripe.PaymentIntentParams{}
	params.Context = ctx
	params.AddExpand("latest_charge")
	pi, err := p.api.intents.Get(id, params)
	if err != nil {
		return nil, fmt.Errorf("stripe: get intent: %w", err)
	}
	return pi, nil
}

// failureDeclined is the message key of a payment that Stripe gave up on.
const failureDeclined = "payment.failure.declined"

// stateOf reads our state off Stripe's. An intent that wants a method again is a failure only when
// its session is over: until then the buyer may try another card on Stripe's page.
func stateOf(s *stripe.CheckoutSession, pi *stripe.PaymentIntent) (payment.State, string) {
	over := s != nil && s.Status != stripe.CheckoutSessionStatusOpen
	if pi != nil {
		switch pi.Status {
		case stripe.PaymentIntentStatusSucceeded:
			return payment.Captured, ""
		case stripe.PaymentIntentStatusProcessing:
			return payment.Processing, ""
		case stripe.PaymentIntentStatusRequiresCapture:
			return payment.Authorized, ""
		case stripe.PaymentIntentStatusCanceled:
			if s == nil || s.Status != stripe.CheckoutSessionStatusExpired {
				return payment.Failed, failureDeclined
			}
		case stripe.PaymentIntentStatusRequiresPaymentMethod:
			if over && s.Status == stripe.CheckoutSessionStatusComplete {
				return payment.Failed, failureDeclined
			}
		}
	}
	if s != nil && s.Status == stripe.CheckoutSessionStatusExpired {
		return payment.Expired, ""
	}
	return payment.RequiresAction, ""
}

// dispute finds what became of the newest dispute of an intent.
func (p *Provider) dispute(ctx context.Context, intent string) (payment.Dispute, error) {
	params := &stripe.DisputeListParams{PaymentIntent: stripe.String(intent)}
	params.Limit = stripe.Int64(1)
	params.Single = true
	params.Context = ctx
	it := p.api.disputes.List(params)
	for it.Next() {
		switch it.Dispute().Status {
		case stripe.DisputeStatusWon, stripe.DisputeStatusWarningClosed:
			return payment.DisputeWon, nil
		case stripe.DisputeStatusLost:
			return payment.DisputeLost, nil
		default:
			return payment.DisputeOpen, nil
		}
	}
	if err := it.Err(); err != nil {
		return payment.NoDispute, fmt.Errorf("stripe: list disputes: %w", err)
	}
	return payment.NoDispute, nil
}
