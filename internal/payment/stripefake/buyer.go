package stripefake

import (
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Outcome is how a buyer's try to pay goes.
type Outcome string

// Outcomes.
const (
	Succeed Outcome = "succeed"
	Decline Outcome = "decline" // the card is refused; the session stays open for another
	Confirm Outcome = "confirm" // the bank asks for confirmation first
	Delay   Outcome = "delay"   // a method that is decided later: see Decide
	Fail    Outcome = "fail"    // refused for good: the session is over
)

// ErrNotOpen says that a session cannot be paid (any more).
var ErrNotOpen = errors.New("stripefake: the session is not open")

// Paid lets a test change what is taken; zero values leave what the session says.
type Paid struct {
	Amount   int64
	Currency string
}

// Pay lets the buyer try to pay a session.
func (s *Server) Pay(id string, o Outcome, as ...Paid) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.sessions[id]
	if !ok || x.Status != "open" {
		return ErrNotOpen
	}
	if x.intent == nil {
		x.intent = &intent{ID: s.id("pi"), Object: "payment_intent", Amount: x.AmountTotal, Currency: x.Currency,
			Metadata: x.intentMeta, TransferGroup: x.transferGroup, Created: s.now()}
		s.intents[x.intent.ID] = x.intent
	}
	for _, p := range as {
		if p.Amount != 0 {
			x.intent.Amount = p.Amount
		}
		if p.Currency != "" {
			x.intent.Currency = p.Currency
		}
	}
	switch o {
	case Succeed:
		s.charge(x.intent)
		x.Status, x.PaymentStatus = "complete", "paid"
		s.emit("payment_intent.succeeded", x.intent.show(false))
		s.emit("checkout.session.completed", x.show(false, false))
	case Delay:
		x.Status, x.intent.Status = "complete", "processing"
		s.emit("checkout.session.completed", x.show(false, false))
		s.emit("payment_intent.processing", x.intent.show(false))
	case Confirm:
		x.intent.Status = "requires_action"
		s.emit("payment_intent.requires_action", x.intent.show(false))
	case Decline, Fail:
		x.intent.Status = "requires_payment_method"
		x.intent.LastPaymentError = map[string]any{"type": "card_error", "code": "card_declined", "message": "Your card was declined."}
		if o == Fail {
			x.Status = "complete"
		}
		s.emit("payment_intent.payment_failed", x.intent.show(false))
	}
	return nil
}

// Decide ends a delayed payment.
func (s *Server) Decide(id string, ok bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil || x.intent == nil || x.intent.Status != "processing" {
		return ErrNotOpen
	}
	if ok {
		s.charge(x.intent)
		x.PaymentStatus = "paid"
		s.emit("checkout.session.async_payment_succeeded", x.show(false, false))
		s.emit("payment_intent.succeeded", x.intent.show(false))
		return nil
	}
	x.intent.Status = "requires_payment_method"
	s.emit("checkout.session.async_payment_failed", x.show(false, false))
	s.emit("payment_intent.payment_failed", x.intent.show(false))
	return nil
}

func (s *Server) charge(p *intent) {
	p.Status, p.AmountReceived, p.LastPaymentError = "succeeded", p.Amount, nil
	p.charge = &charge{ID: s.id("ch"), Object: "charge", Amount: p.Amount, Captured: true, Paid: true, Currency: p.Currency,
		Metadata: p.Metadata, PaymentIntent: p.ID, TransferGroup: p.TransferGroup, Status: "succeeded", Created: s.now()}
	s.charges[p.charge.ID] = p.charge
	s.emit("charge.succeeded", *p.charge)
}

func (s *Server) expire(x *session) {
	x.Status = "expired"
	if x.intent != nil {
		x.intent.Status = "canceled"
	}
	s.emit("checkout.session.expired", x.show(false, false))
}

// Expire ends a session as time does.
func (s *Server) Expire(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil || x.Status != "open" {
		return ErrNotOpen
	}
	s.expire(x)
	return nil
}

// Dispute lets the buyer's bank ask a session's money back; outcome is needs_response, won or lost.
func (s *Server) Dispute(id, outcome string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil || x.intent == nil || x.intent.charge == nil {
		return ErrNotOpen
	}
	c := x.intent.charge
	for _, d := range s.disputes {
		if d.Charge == c.ID {
			d.Status = outcome
			s.emit("charge.dispute.closed", *d)
			return nil
		}
	}
	c.Disputed = true
	d := &dispute{ID: s.id("du"), Object: "dispute", Amount: c.Amount, Currency: c.Currency, Charge: c.ID,
		PaymentIntent: x.intent.ID, Status: outcome, Created: s.now()}
	s.disputes = append(s.disputes, d)
	s.emit("charge.dispute.created", *d)
	return nil
}

// RefundByHand refunds as a person does in Stripe's dashboard.
func (s *Server) RefundByHand(id string, amount int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil || x.intent == nil || x.intent.charge == nil {
		return ErrNotOpen
	}
	if _, f := s.makeRefund(x.intent.charge, amount, map[string]string{}); f != nil {
		return errors.New(f.message)
	}
	return nil
}

// FailRefunds lets every refund of a session fail afterwards, as a closed card does.
func (s *Server) FailRefunds(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	for _, r := range s.refunds {
		if x != nil && x.intent != nil && r.PaymentIntent == x.intent.ID && r.Status == "succeeded" {
			r.Status, r.FailureReason = "failed", "lost_or_stolen_card"
			x.intent.charge.AmountRefunded -= r.Amount
			x.intent.charge.Refunded = false
			s.emit("refund.updated", r.show())
		}
	}
}

// Totals says how much a session took and how much of it went back.
func (s *Server) Totals(id string) (charged, refunded int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.sessions[id]; x != nil && x.intent != nil && x.intent.charge != nil {
		return x.intent.charge.Amount, x.intent.charge.AmountRefunded
	}
	return 0, 0
}

// Refunds counts the refunds made.
func (s *Server) Refunds() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.refunds)
}

var hosted = template.Must(template.New("pay").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stand-in for Stripe</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:2rem auto;padding:0 1rem;color:#1b1a17}
button,a.back{display:block;width:100%;box-sizing:border-box;padding:.7rem;margin:.5rem 0;font:inherit;text-align:center}</style></head>
<body><main><p>Stand-in for Stripe: no money moves</p><h1 data-testid="amount">{{.Amount}} {{.Currency}}</h1><p>{{.Name}}</p>
{{if .Note}}<p role="status">{{.Note}}</p>{{end}}
{{if .Open}}<form method="post">{{if .Confirming}}
<button name="outcome" value="succeed">Confirm with the bank</button>
<button name="outcome" value="decline">Refuse</button>{{else}}
<button name="outcome" value="succeed">Pay</button>
<button name="outcome" value="confirm">Pay with a card that asks for confirmation</button>
<button name="outcome" value="decline">Pay with a card that is declined</button>
<button name="outcome" value="delay">Pay with a method that is decided later</button>{{end}}</form>
<a class="back" href="{{.Back}}">Back to the shop</a>{{else}}<p>This session is {{.Status}}.</p>{{end}}</main></body></html>`))

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	x, ok := s.sessions[r.PathValue("id")]
	var view map[string]any
	if ok {
		view = map[string]any{"Amount": decimal(x.AmountTotal), "Currency": strings.ToUpper(x.Currency), "Name": x.name,
			"Open": x.Status == "open", "Status": x.Status, "Back": x.CancelURL, "Note": "", "Confirming": false}
		if x.intent != nil && x.intent.Status == "requires_action" {
			view["Confirming"] = true
		}
		if x.intent != nil && x.intent.LastPaymentError != nil {
			view["Note"] = "Your card was declined. Try another one."
		}
	}
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := hosted.Execute(w, view); err != nil {
		panic(http.ErrAbortHandler) // the browser went away
	}
}

func (s *Server) pagePost(w http.ResponseWriter, r *http.Request) {
	id, o := r.PathValue("id"), Outcome(r.FormValue("outcome"))
	if err := s.Pay(id, o); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	s.mu.Lock()
	next := "/pay/" + id
	if s.sessions[id].Status != "open" {
		next = s.sessions[id].SuccessURL
	}
	s.mu.Unlock()
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func decimal(n int64) string { return money.Decimal(money.Amount(n)) }
