// Package clearance decides whether a parcel may leave the country, and says why. It owns the rules (dated rows that a
// lawyer can read and edit), the parcel's facts, and the decision: a pure function of facts, rules and a day that names
// every rule it used with its version and source, so that it can be replayed for any day. It never asks anybody
// anything over a network, never looks at a clock, and holds no legal figure of its own: figures are rows.
package clearance

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Outcome is what a rule, a step or the whole decision comes to, from the mildest to the hardest.
type Outcome string

// Outcomes. Needs names a document or a datum, Route another service or way.
const (
	Pass    Outcome = "pass"
	Needs   Outcome = "needs"
	Route   Outcome = "route"
	Refused Outcome = "refused"
)

// weight orders outcomes: the hardest of several is what they come to together.
var weight = map[Outcome]int{Pass: 0, Needs: 1, Route: 2, Refused: 3}

func worse(a, b Outcome) Outcome {
	if weight[b] > weight[a] {
		return b
	}
	return a
}

// Status says how sure a rule is.
type Status string

// A hypothesis may send a parcel to a human; it never lets one pass or refuses one by itself.
const (
	Verified   Status = "verified"
	Hypothesis Status = "hypothesis"
)

// Rule is one dated line of the law, or of a service's terms, as data.
type Rule struct {
	ID        string    // area and name: culture.age-50
	Version   int       // counts from 1; an edit is a new version
	Area      string    // destination, culture, post, value, form, currency, …
	Step      int       // where in the algorithm, 1 to 28
	Rank      int       // among first-match steps, the lowest that applies wins
	When      string    // the predicate, as Parse reads it; "" always applies
	Outcome   Outcome   // what follows
	Then      string    // the document or datum needed, the service routed to, the form chosen, the reason's name
	Authority string    // who says so
	Source    string    // where it is written
	Quote     string    // the words there
	From      time.Time // first day in force
	To        time.Time // last day in force; zero is open
	Checked   time.Time // when somebody last read the source
	Status    Status
}

// InForce says whether the rule applies on a day.
func (r *Rule) InForce(day time.Time) bool {
	return !day.Before(r.From) && (r.To.IsZero() || !day.After(r.To))
}

// Line is one kind of thing in a parcel.
type Line struct {
	SKU        string
	HS         string // digits of the nomenclature, 6 or 10; "" is not classified yet
	Sure       bool   // the code was confirmed by the seller, or its confidence passes the threshold
	Text       string // description in the language of the form, English or French
	TextRU     string
	Quantity   int
	NetGrams   int64        // of all pieces together
	Value      money.Amount // of all pieces together, in the parcel's currency: what was paid
	Origin     string       // ISO 3166 alpha-2: where it was made
	Brand      string
	Material   string
	YearMade   int      // 0 is unknown
	Author     string   // "" is unknown or nobody in particular
	ByAuthor   bool     // the sender made it
	Mass       bool     // made in many
	Collection string   // museum, archive, library, archaeology; "" is none
	Traits     []string // battery, liquid, alcohol, …
	Documents  []string // what is there already: expert_opinion, permit, …
}

// Parcel is what the decision is about: facts, all of them, and nothing else.
type Parcel struct {
	Number      string
	Service     string   // letter, small_packet, parcel, ems; "" is not chosen yet
	Contents    string   // goods, documents, gift, sample, returned
	Country     string   // destination, ISO 3166 alpha-2
	Destination []string // what the post's dictionary says of it for this service: closed, forces_cn23, …
	SellerKind  string   // individual, self_employed, entrepreneur, company
	VATPayer    bool
	WantsVAT0   bool
	Signature   bool // the seller has a qualified electronic signature
	Insured     bool
	GrossGrams  int64
	LongestMM   int64 // the longest side
	Currency    money.Currency
	Value       money.Amount // of all lines, in Currency
	ValueRUB    money.Amount // kopecks
	ValueSDR    int64        // ten-thousandths of a special drawing right
	ContractRUB money.Amount // everything under this foreign contract so far, this parcel included, kopecks
	Missing     []string     // what the parties have not told: consignee.phone, consignee.tax_id, …
	Lines       []Line
	Documents   []string
}
