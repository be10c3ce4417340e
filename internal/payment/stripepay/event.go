package stripepay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/yarmarka/yarmarka/internal/payment"
)

// known lists the types of event that may change a payment.
var known = map[stripe.EventType]bool{
	stripe.EventTypeCheckoutSessionCompleted:             true,
	stripe.EventTypeCheckoutSessionAsyncPaymentSucceeded: true,
	stripe.EventTypeCheckoutSessionAsyncPaymentFailed:    true,
	stripe.EventTypeCheckoutSessionExpired:               true,
	stripe.EventTypePaymentIntentSucceeded:               true,
	stripe.EventTypePaymentIntentProcessing:              true,
	stripe.EventTypePaymentIntentPaymentFailed:           true,
	stripe.EventTypePaymentIntentCanceled:                true,
	stripe.EventTypePaymentIntentAmountCapturableUpdated: true,
	stripe.EventTypeChargeRefunded:                       true,
	stripe.EventTypeChargeRefundUpdated:                  true,
	stripe.EventTypeRefundCreated:                        true,
	stripe.EventTypeRefundUpdated:                        true,
	stripe.EventTypeChargeDisputeCreated:                 true,
	stripe.EventTypeChargeDisputeUpdated:                 true,
	stripe.EventTypeChargeDisputeClosed:                  true,
	stripe.EventTypeChargeDisputeFundsWithdrawn:          true,
	stripe.EventTypeChargeDisputeFundsReinstated:         true,
}

// ParseEvent checks the signature against each secret; a delivery older than five minutes is
// refused as a replay.
func (p *Provider) ParseEvent(h http.Header, body []byte) (payment.Event, error) {
	err := errors.New("stripe: no signing secret configured")
	for _, secret := range p.cfg.Secrets {
		_, err = webhook.ConstructEventWithOptions(body, h.Get("Stripe-Signature"), secret,
			webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
		if err == nil {
			return p.ReadEvent(body)
		}
	}
	return payment.Event{}, err
}

// maxID is the longest id or type that Stripe gives, in bytes. Source: docs.stripe.com/upgrades, "up to 255 characters".
const maxID = 255

// ReadEvent reads what an event is about.
func (p *Provider) ReadEvent(payload []byte) (payment.Event, error) {
	var e stripe.Event
	if err := json.Unmarshal(payload, &e); err != nil {
		return payment.Event{}, fmt.Errorf("stripe: event: %w", err)
	}
	if e.ID == "" || len(e.ID) > maxID || len(e.Type) > maxID || e.Data == nil {
		return payment.Event{}, errors.New("stripe: event without id or data, or with a name that is none")
	}
	return read(&e, payload)
}

// object is the part that every object we care for has.
type object struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Metadata      map[string]string `json:"metadata"`
	PaymentIntent json.RawMessage   `json:"payment_intent"` // an id, or the object itself
}

func read(e *stripe.Event, payload []byte) (payment.Event, error) {
	out := payment.Event{ID: e.ID, Type: string(e.Type), APIVersion: e.APIVersion, Account: e.Account,
		Livemode: e.Livemode, At: time.Unix(e.Created, 0), Known: known[e.Type], Payload: payload}
	if !out.Known {
		return out, nil
	}
	var o object
	if err := json.Unmarshal(e.Data.Raw, &o); err != nil {
		return out, fmt.Errorf("stripe: event object: %w", err)
	}
	out.Token = o.Metadata[metaPayment]
	switch o.Object {
	case "checkout.session":
		out.Ref, out.IntentRef = o.ID, idOf(o.PaymentIntent)
	case "payment_intent":
		out.IntentRef = o.ID
	default: // charge, refund, dispute
		out.IntentRef = idOf(o.PaymentIntent)
	}
	return out, nil
}

func idOf(raw json.RawMessage) string {
	if id, ok := stripe.ParseID(raw); ok {
		return id
	}
	var o struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &o) != nil {
		return ""
	}
	return o.ID
}

// Locate reads the token off the payment intent; an intent that is not there is not ours.
func (p *Provider) Locate(ctx context.Context, e payment.Event) (string, error) {
	if e.IntentRef == "" {
		return "", nil
	}
	pi, err := p.intent(ctx, e.IntentRef)
	if refused(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return pi.Metadata[metaPayment], nil
}

// Events lists what Stripe sent, or tried to send, since a moment: it keeps events for 30 days.
func (p *Provider) Events(ctx context.Context, since time.Time, each func(payment.Event) error) error {
	params := &stripe.EventListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()}}
	for t := range known {
		if len(params.Types) < 20 { // Stripe's limit
			params.Types = append(params.Types, stripe.String(string(t)))
		}
	}
	params.Limit = stripe.Int64(100)
	params.Context = ctx
	it := p.api.events.List(params)
	for it.Next() {
		payload, err := json.Marshal(it.Event())
		if err != nil {
			return fmt.Errorf("stripe: keep event: %w", err)
		}
		e, err := read(it.Event(), payload)
		if err != nil {
			return err
		}
		if err := each(e); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return fmt.Errorf("stripe: list events: %w", err)
	}
	return nil
}

// Mine reports whether an event is of this key's mode and account.
func (p *Provider) Mine(e payment.Event) bool {
	return e.Livemode == strings.Contains(p.cfg.Key, "_live_") && e.Account == p.cfg.Account
}

// Pinned reports whether an event is of the version stripe-go is written for.
func (*Provider) Pinned(e payment.Event) bool { return e.APIVersion == stripe.APIVersion }
