package payment

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Provider is a way to pay. Its methods talk to the outside and are never called inside a
// transaction; each may be repeated, and repeating one changes nothing.
type Provider interface {
	// Name is the code kept with each payment and used in addresses.
	Name() string
	// Accepts reports whether an amount can be paid this way.
	Accepts(a money.Amount, cur money.Currency) bool
	// Start makes the provider ready and says where the buyer goes.
	Start(ctx context.Context, p Payment, r Return) (Started, error)
	// Fetch says what the provider knows now.
	Fetch(ctx context.Context, p Payment) (Report, error)
	// Refund sends money back. ErrRefused means that it never will.
	Refund(ctx context.Context, p Payment, r Refund) (RefundReport, error)
	// Cancel closes an unpaid payment at the provider.
	Cancel(ctx context.Context, p Payment) error
}

// OwnPage is a Provider whose buyers pay on a page of ours: nobody has to be asked first, so its payments are begun as they
// are created.
type OwnPage interface {
	Provider
	// Page is the answer to Start, known beforehand.
	Page(token string) Started
}

// Return tells a provider where to send the buyer back: absolute addresses.
type Return struct{ Done, Back string }

// Started is a provider's answer to Start. URL is absolute, or a local path of our own page.
type Started struct {
	Ref string
	URL string
}

// ErrRefused marks a provider's definite no, which no repetition changes.
var ErrRefused = errors.New("payment: refused by the provider")

// Report is what a provider says about a payment at AsOf, a moment not later than its answer.
type Report struct {
	AsOf      time.Time
	State     State // RequiresAction, Processing, Authorized, Captured, Failed or Expired
	Amount    money.Amount
	Currency  money.Currency
	Ref       string
	IntentRef string
	Failure   string // message key
	Dispute   Dispute
	Refunds   []RefundReport
}

// Dispute is what became of a buyer's complaint to the bank.
type Dispute string

// Outcomes of a dispute.
const (
	NoDispute   Dispute = ""
	DisputeOpen Dispute = "open"
	DisputeWon  Dispute = "won"
	DisputeLost Dispute = "lost"
)

// RefundReport is what a provider says about one refund. RefundID is ours, 0 if it was made by
// hand at the provider.
type RefundReport struct {
	RefundID int64
	Ref      string
	Amount   money.Amount
	State    RefundState // RefundSent, RefundManual, RefundSucceeded or RefundFailed
	Error    string
}

// Event is a provider's message that something happened. It names a payment but is not believed
// about it: the provider is asked, so that events may come late, twice and in any order.
type Event struct {
	ID         string
	Type       string
	APIVersion string
	Account    string // Stripe Connect: the account it happened on
	Livemode   bool
	At         time.Time
	Token      string // our payment's token, if the object carried it
	Ref        string // the provider's id of the payment
	IntentRef  string
	Known      bool // false for a type we do nothing about
	Payload    []byte
}

// Notifier is a Provider that sends events and can list those it sent.
type Notifier interface {
	Provider
	// ParseEvent verifies a delivery; an error means that it is not the provider's or not fresh.
	ParseEvent(h http.Header, body []byte) (Event, error)
	// ReadEvent reads a stored event again.
	ReadEvent(payload []byte) (Event, error)
	// Locate finds the token of the payment of an event that did not carry it; "" if it is not ours.
	Locate(ctx context.Context, e Event) (string, error)
	// Events gives the events since a moment, oldest last, until each fails.
	Events(ctx context.Context, since time.Time, each func(Event) error) error
	// Mine reports whether an event belongs to this environment and account, and Pinned whether it
	// is of the API version we are written for.
	Mine(e Event) bool
	Pinned(e Event) bool
}

// Method is a way to pay as the checkout form shows it: texts are found under its keys.
type Method struct {
	Code     string
	TitleKey string
	HintKey  string
}
