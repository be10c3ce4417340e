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

// Provenance is what every row of law says of itself: who says so, where, and while when.
type Provenance struct {
	Version   int       // counts from 1; an edit is a new version, and no version is ever changed
	Area      string    // destination, culture, post, value, form, currency, …
	Authority string    // who says so
	Source    string    // where it is written
	Quote     string    // the words there
	English   English   // the same three for who does not read them; "" is not translated
	From      time.Time // first day in force
	To        time.Time // last day in force; zero is open
	Checked   time.Time // when somebody last read the source
	CheckedBy string
	Status    Status
	Origin    string    // FromFile or FromDesk
	Waiting   bool      // a newer program brought it, but an edit of the desk stands: it is not in force
	Created   time.Time // when it became known here; zero for what comes straight from a file
	RowID     int64

	file string // for the words of an error
}

// English is where a row is written, for readers of English: names of acts, and our translation of words that are quoted.
type English struct{ Authority, Source, Quote string }

// Where a row comes from.
const (
	FromFile = "file" // it came with the program
	FromDesk = "desk" // an admin wrote it
)

// Rule is one dated line of the law, or of a service's terms, as data.
type Rule struct {
	ID      string  // area and name: culture.age-50
	Step    int     // where in the algorithm, 1 to 28
	Rank    int     // among first-match steps, the lowest that applies wins
	When    string  // the predicate, as Parse reads it; "" always applies
	Outcome Outcome // what follows
	Then    string  // the document or datum needed, the service routed to, the form chosen, the reason's name
	Provenance
}

// Dated is a list (`@eaeu`) or a figure (`#cn22_sdr`) while it is in force.
type Dated struct {
	Name   string
	Values []string // of a list; a figure has one, a decimal, or none while nobody knows it
	Figure bool
	Provenance
}

// InForce says whether the row's own dates contain a day.
func (p *Provenance) InForce(day time.Time) bool {
	return !day.Before(p.From) && (p.To.IsZero() || !day.After(p.To))
}

// Line is one kind of thing in a parcel.
type Line struct {
	SKU        string       `json:"sku,omitempty"`
	HS         string       `json:"hs,omitempty"`    // digits of the nomenclature, 6 or 10; "" is not classified yet
	HTSUS      string       `json:"htsus,omitempty"` // the ten digits of the USA's own schedule; "" is not told
	Sure       bool         `json:"sure,omitempty"`  // the code was confirmed by the seller, or its confidence passes the threshold
	Text       string       `json:"text,omitempty"`  // description in the language of the form, English or French
	TextRU     string       `json:"text_ru,omitempty"`
	Quantity   int          `json:"quantity,omitempty"`
	NetGrams   int64        `json:"net_g,omitempty"`  // of all pieces together
	Value      money.Amount `json:"value,omitempty"`  // of all pieces together, in the parcel's currency: what was paid
	Origin     string       `json:"origin,omitempty"` // ISO 3166 alpha-2: where it was made
	Brand      string       `json:"brand,omitempty"`
	Material   string       `json:"material,omitempty"`
	YearMade   int          `json:"year_made,omitempty"`  // 0 is unknown
	Author     string       `json:"author,omitempty"`     // "" is unknown or nobody in particular
	ByAuthor   bool         `json:"by_author,omitempty"`  // the sender made it
	Mass       bool         `json:"mass,omitempty"`       // made in many
	Collection string       `json:"collection,omitempty"` // museum, archive, library, archaeology; "" is none
	Traits     []string     `json:"traits,omitempty"`     // battery, liquid, alcohol, …
	Documents  []string     `json:"documents,omitempty"`  // what is there already: expert_opinion, permit, …
}

// Parcel is what the decision is about: facts, all of them, and nothing else.
type Parcel struct {
	Number      string         `json:"number,omitempty"`
	Service     string         `json:"service,omitempty"`     // letter, small_packet, parcel, ems; "" is not chosen yet
	Contents    string         `json:"contents,omitempty"`    // goods, documents, gift, sample, returned
	Country     string         `json:"country,omitempty"`     // destination, ISO 3166 alpha-2
	Destination []string       `json:"destination,omitempty"` // what the post's dictionary says of it for this service: closed, forces_cn23, …
	SellerKind  string         `json:"seller_kind,omitempty"` // individual, self_employed, entrepreneur, company
	VATPayer    bool           `json:"vat_payer,omitempty"`
	WantsVAT0   bool           `json:"wants_vat0,omitempty"`
	Signature   bool           `json:"signature,omitempty"` // the seller has a qualified electronic signature
	Insured     bool           `json:"insured,omitempty"`
	GrossGrams  int64          `json:"gross_g,omitempty"`
	LongestMM   int64          `json:"longest_mm,omitempty"` // the longest side
	Currency    money.Currency `json:"currency,omitempty"`
	Value       money.Amount   `json:"value"`                  // of all lines, in Currency
	ValueRUB    money.Amount   `json:"value_rub"`              // kopecks
	ValueSDR    int64          `json:"value_sdr"`              // ten-thousandths of a special drawing right
	ContractRUB money.Amount   `json:"contract_rub,omitempty"` // everything under this foreign contract so far, this parcel included, kopecks
	// Persons are the names of who sends and who receives, for the screening of persons. What is stored carries their
	// digests instead (Screened), which are compared just as well.
	Persons   []string `json:"persons,omitempty"`
	Missing   []string `json:"missing,omitempty"` // what the parties have not told: consignee.phone, consignee.tax_id, …
	Lines     []Line   `json:"lines"`
	Documents []string `json:"documents,omitempty"`
}
