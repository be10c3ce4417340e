// Package payment takes money for a purchase and gives it back. It owns payments, their shares per
// order, refunds, the inbox of provider events, bank statements and the alerts a person must look
// at. A purchase is only a reference here and an order only a number: what a capture means to them
// is said by the hooks that the program wires in. It never talks to a provider inside a
// transaction, and never lets more go back than came in.
package payment

import (
	"regexp"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
)

// State is where a payment stands.
type State string

// States of a payment. Refunded ones count claimed refunds, also those still on their way.
const (
	Created           State = "created"            // known to us only
	RequiresAction    State = "requires_action"    // the buyer is asked to pay
	Processing        State = "processing"         // the provider has not decided yet
	Authorized        State = "authorized"         // reserved on the card, not taken
	Captured          State = "captured"           // the money is here
	PartiallyRefunded State = "partially_refunded" // some of it went back
	Refunded          State = "refunded"           // all of it went back
	Failed            State = "failed"             // refused; the buyer may try again
	Expired           State = "expired"            // ended unpaid, by time or by us
	Held              State = "held"               // money came, but not as asked: a person decides
	Disputed          State = "disputed"           // the buyer's bank asks it back
	Lost              State = "lost"               // ... and got it
)

// Open reports whether the buyer may still pay.
func (s State) Open() bool {
	return s == Created || s == RequiresAction || s == Processing || s == Authorized
}

// Ended reports whether the attempt ended without money.
func (s State) Ended() bool { return s == Failed || s == Expired }

// Paid reports whether the money came and was accepted, whatever happened to it later.
func (s State) Paid() bool {
	return slices.Contains([]State{Captured, PartiallyRefunded, Refunded, Disputed, Lost}, s)
}

// lawful lists every move a payment may make. Money is a fact, so it may still arrive after an
// attempt failed or ended; what to do then is the order's decision.
var lawful = map[State][]State{
	Created:           {RequiresAction, Processing, Authorized, Captured, Failed, Expired, Held},
	RequiresAction:    {Processing, Authorized, Captured, Failed, Expired, Held},
	Processing:        {RequiresAction, Authorized, Captured, Failed, Expired, Held},
	Authorized:        {Processing, Captured, Failed, Expired, Held},
	Failed:            {Captured, Held},
	Expired:           {Captured, Held},
	Held:              {Captured, Failed},
	Captured:          {PartiallyRefunded, Refunded, Disputed},
	PartiallyRefunded: {Captured, Refunded, Disputed},
	Refunded:          {PartiallyRefunded, Captured, Disputed},
	Disputed:          {Captured, PartiallyRefunded, Refunded, Lost},
}

// CanBecome reports whether a payment in state s may move to next.
func (s State) CanBecome(next State) bool { return slices.Contains(lawful[s], next) }

// settled is the state of money that came, by how much of it went back.
func settled(captured, refunded money.Amount) State {
	switch {
	case refunded == 0:
		return Captured
	case refunded < captured:
		return PartiallyRefunded
	default:
		return Refunded
	}
}

// Payment is one attempt to pay for a purchase.
type Payment struct {
	ID            int64
	Reference     string // the purchase's number
	Attempt       int
	Token         string // unguessable, names the payment's own pages
	BuyerPersonID *int64
	Email         string
	Lang          i18n.Lang
	ReturnPath    string // where the buyer goes afterwards, a local path
	Provider      string
	ProviderRef   *string // the provider's own id
	IntentRef     *string // Stripe: the payment intent
	Amount        money.Amount
	Currency      money.Currency
	State         State
	Captured      money.Amount `db:"captured_amount"`
	Refunded      money.Amount `db:"refunded_amount"`
	RedirectURL   string
	Failure       string // message key: why it failed
	CreatedAt     time.Time
	ExpiresAt     *time.Time
	StartedAt     *time.Time
	CapturedAt    *time.Time
	CheckedAt     *time.Time // as of when the provider was last asked
	UpdatedAt     time.Time
}

// Split is the share of one order in a payment.
type Split struct {
	PaymentID int64
	SellerID  int64
	OrderID   int64
	Amount    money.Amount
	Captured  money.Amount
	Refunded  money.Amount
}

// NewPayment is what a purchase says when it is placed.
type NewPayment struct {
	Reference     string
	BuyerPersonID *int64
	Email         string
	Lang          i18n.Lang
	ReturnPath    string
	Provider      string
	Amount        money.Amount
	Currency      money.Currency
	Splits        []NewSplit
	ExpiresAt     *time.Time // when the goods are no longer held; informs, does not forbid
}

// NewSplit is one order's share. The shares must sum to the payment.
type NewSplit struct {
	SellerID, OrderID int64
	Amount            money.Amount
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// check refuses what the caller must never send; these are faults of the program, not of a buyer.
func (n NewPayment) check() error {
	bad := func(why string) error { return errs.New(errs.Internal, "payment.error.request", "why", why) }
	if n.Reference == "" || len(n.Reference) > 64 {
		return bad("reference")
	}
	if !web.Local(n.ReturnPath) {
		return bad("return path")
	}
	if n.Amount < 0 || !currencyCode.MatchString(string(n.Currency)) {
		return bad("amount")
	}
	seen, amounts := map[int64]bool{}, make([]money.Amount, len(n.Splits))
	for i, s := range n.Splits {
		if s.Amount < 0 || s.OrderID <= 0 || seen[s.OrderID] {
			return bad("share")
		}
		seen[s.OrderID], amounts[i] = true, s.Amount
	}
	sum, err := money.Add(amounts...)
	if err != nil || sum != n.Amount || len(n.Splits) == 0 {
		return bad("shares do not sum")
	}
	return nil
}

// RefundState is where a refund stands.
type RefundState string

// States of a refund.
const (
	RefundPending   RefundState = "pending"         // claimed, the provider is not asked yet
	RefundSent      RefundState = "sent"            // accepted, on its way
	RefundManual    RefundState = "manual"          // a person has to send a bank transfer
	RefundSucceeded RefundState = "succeeded"       // done
	RefundFailed    RefundState = "failed"          // refused for good; the claim is released
	RefundUnclear   RefundState = "needs_reconcile" // nobody knows: a person compares with the provider
)

// Refund is money on its way back for one order.
type Refund struct {
	ID          int64
	PaymentID   int64
	OrderID     int64
	Amount      money.Amount
	Reason      string
	Key         string `db:"idempotency_key"`
	State       RefundState
	ProviderRef *string
	Error       string
	CreatedAt   time.Time
	Tries       int
	TriedAt     *time.Time
	DoneAt      *time.Time
}

// RefundRequest asks for money back. Key makes it happen once: the same request under the same key
// answers with the same refund, another request under it is a Conflict.
type RefundRequest struct {
	PaymentID int64
	OrderID   int64
	Amount    money.Amount
	Reason    string
	Key       string
}
