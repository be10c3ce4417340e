package stripefake

import "maps"

type session struct {
	ID                string            `json:"id"`
	Object            string            `json:"object"`
	Mode              string            `json:"mode"`
	Status            string            `json:"status"`
	PaymentStatus     string            `json:"payment_status"`
	AmountTotal       int64             `json:"amount_total"`
	Currency          string            `json:"currency"`
	ClientReferenceID string            `json:"client_reference_id"`
	CustomerEmail     *string           `json:"customer_email"`
	Metadata          map[string]string `json:"metadata"`
	SuccessURL        string            `json:"success_url"`
	CancelURL         string            `json:"cancel_url"`
	URL               *string           `json:"url"`
	Created           int64             `json:"created"`
	ExpiresAt         int64             `json:"expires_at"`
	Livemode          bool              `json:"livemode"`
	PaymentIntent     any               `json:"payment_intent"` // null until paid, then an id, or the object if expanded

	name          string
	transferGroup string
	intentMeta    map[string]string
	intent        *intent
	url           string
}

type intent struct {
	ID               string            `json:"id"`
	Object           string            `json:"object"`
	Status           string            `json:"status"`
	Amount           int64             `json:"amount"`
	AmountReceived   int64             `json:"amount_received"`
	Currency         string            `json:"currency"`
	Metadata         map[string]string `json:"metadata"`
	TransferGroup    string            `json:"transfer_group"`
	LatestCharge     any               `json:"latest_charge"`
	LastPaymentError any               `json:"last_payment_error"`
	Created          int64             `json:"created"`
	Livemode         bool              `json:"livemode"`

	charge *charge
}

type charge struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	Amount         int64             `json:"amount"`
	AmountRefunded int64             `json:"amount_refunded"`
	Refunded       bool              `json:"refunded"`
	Captured       bool              `json:"captured"`
	Paid           bool              `json:"paid"`
	Disputed       bool              `json:"disputed"`
	Currency       string            `json:"currency"`
	Metadata       map[string]string `json:"metadata"`
	PaymentIntent  string            `json:"payment_intent"`
	TransferGroup  string            `json:"transfer_group"`
	Status         string            `json:"status"`
	Created        int64             `json:"created"`
	Livemode       bool              `json:"livemode"`
}

type refund struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Amount        int64             `json:"amount"`
	Currency      string            `json:"currency"`
	Charge        string            `json:"charge"`
	PaymentIntent string            `json:"payment_intent"`
	Metadata      map[string]string `json:"metadata"`
	Status        string            `json:"status"`
	FailureReason string            `json:"failure_reason,omitempty"`
	Created       int64             `json:"created"`
}

type dispute struct {
	ID            string `json:"id"`
	Object        string `json:"object"`
	Amount        int64  `json:"amount"`
	Currency      string `json:"currency"`
	Charge        string `json:"charge"`
	PaymentIntent string `json:"payment_intent"`
	Status        string `json:"status"`
	Created       int64  `json:"created"`
	Livemode      bool   `json:"livemode"`
}

// show gives copies with references as ids, or as objects where expanded.
func (s *session) show(expandIntent, expandCharge bool) session {
	c := *s
	c.Metadata = maps.Clone(s.Metadata)
	if s.Status == "open" {
		c.URL = &s.url
	}
	if s.intent != nil {
		c.PaymentIntent = s.intent.ID
		if expandIntent {
			c.PaymentIntent = s.intent.show(expandCharge)
		}
	}
	return c
}

func (p *intent) show(expandCharge bool) intent {
	c := *p
	c.Metadata = maps.Clone(p.Metadata)
	if p.charge != nil {
		c.LatestCharge = p.charge.ID
		if expandCharge {
			c.LatestCharge = *p.charge
		}
	}
	return c
}
