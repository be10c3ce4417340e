package destination

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Item is one kind of thing that is to be sent. Value is kopecks, what is paid for all its pieces.
type Item struct {
	OfferID int64
	SKU     string
	Qty     int
	Value   money.Amount
}

// Ask is whether one seller's things may go to a country.
type Ask struct {
	SellerID int64
	Items    []Item
	Country  string
	Persons  []string // names that have to be looked up
	Missing  []string // what the buyer has not told yet: consignee.tax_id, …
	Object   int      // the post's service that was picked; 0 is the cheapest
}

// Outcome is what an Ask comes to.
type Outcome string

// Outcomes. Unknown says that it cannot be told now: a source that is needed is away.
const (
	Goes    Outcome = "goes"
	Asks    Outcome = "asks" // it goes once the buyer has told what Verdict.Wanted names
	Stays   Outcome = "stays"
	Unknown Outcome = "unknown"
)

// Carriage is a service of the post, and why it was not chosen.
type Carriage struct {
	Object           int
	RU, EN           string
	Price            money.Amount
	MinDays, MaxDays int // 0: the post does not say
	Tracked          bool
	Open             bool   // it may be chosen
	Stale            bool   // the price is the last one known
	Demonstration    bool   // the price is made up
	WhyRU, WhyEN     string // why it was not chosen; "" for the chosen one
}

// Name of the service in a language.
func (c Carriage) Name(lang i18n.Lang) string { return Text{c.RU, c.EN}.In(lang) }

// Why it was not chosen, in a language.
func (c Carriage) Why(lang i18n.Lang) string { return Text{c.WhyRU, c.WhyEN}.In(lang) }

// Text is a text in both languages.
type Text struct{ RU, EN string }

// In gives the text in a language.
func (t Text) In(lang i18n.Lang) string {
	if lang == i18n.EN {
		return t.EN
	}
	return t.RU
}

// Reason is why something stays: words, and the rule behind them.
type Reason struct {
	Text
	OfferID int64  // 0: the parcel as a whole
	Rule    string // of /export/rules/{rule}; "" when no rule speaks
	Source  Text   // where it is written
}

// Way of an alternative.
type Way string

// Ways out of a refusal.
const (
	ByService Way = "service" // the same things by another service
	BySplit   Way = "split"   // in several parcels, for their weight or size
	ByLeaving Way = "remove"  // without some of the things
)

// Alternative is a lawful way to send what cannot be sent as asked.
type Alternative struct {
	Way     Way
	Service Carriage
	Parts   []Part // the parcels it makes
	Removed []Item
	Postage money.Amount // of all parts
	Levy                 // of all parts
	Cost    money.Amount // postage with duty and tax
}

// Levy is what a country is expected to ask of the buyer on arrival: an estimate in kopecks.
type Levy struct {
	Duty, Tax money.Amount
	Union     bool   // no customs border in between
	Unsaid    bool   // what the country asks is not known: Duty and Tax are no answer
	Why       Text   // why it is not; none where no row of the country has been entered
	Sources   []Text // where duty and tax are written
}

// Extra is duty and tax together.
func (l Levy) Extra() money.Amount { return l.Duty + l.Tax }

// Part is one parcel of several, with the decision that lets it go.
type Part struct {
	Items      []Item
	GrossGrams int64
	ValueSDR   int64        // ten-thousandths of a special drawing right
	Postage    money.Amount // its own share of what all parts cost
	Evidence   any          // of the decision, for who records it
}

// Verdict is what a foreign buyer is told about one seller's things.
type Verdict struct {
	Country  string
	Outcome  Outcome
	Wanted   []string // what the buyer is asked for, as Ask.Missing names it
	Reasons  []Reason
	Services []Carriage   // the chosen one first
	Parts    []Part       // the parcels it goes in, when more than one was chosen
	Value    money.Amount // of the goods, kopecks
	Levy
	Alternatives []Alternative
	GrossGrams   int64
	ValueSDR     int64
	Evidence     any // of the decision, for who records it
}

// Chosen is the service it goes by; ok is false when it stays.
func (v Verdict) Chosen() (c Carriage, ok bool) {
	if (v.Outcome != Goes && v.Outcome != Asks) || len(v.Services) == 0 {
		return c, false
	}
	return v.Services[0], true
}

// InParts is the verdict on sending by an alternative of several parcels: it goes, for what they cost together. The
// service has the negative number of the post's, so that it is told from one parcel by the same service.
func (v Verdict) InParts(a Alternative) Verdict {
	way := a.Service
	way.Object, way.Price, way.Open, way.WhyRU, way.WhyEN = -way.Object, a.Postage, true, "", ""
	v.Outcome, v.Services, v.Parts, v.Levy = Goes, []Carriage{way}, a.Parts, a.Levy
	v.Reasons, v.Alternatives, v.Evidence = nil, nil, nil
	return v
}

// Dividing finds the alternative that sends by several parcels of a service, by the number that InParts gives it.
func (v Verdict) Dividing(object int) (Alternative, bool) {
	for _, a := range v.Alternatives {
		if a.Way == BySplit && object < 0 && a.Service.Object == -object {
			return a, true
		}
	}
	return Alternative{}, false
}

// Judge answers questions about sending abroad, each in its place. It may ask the post over the network, so it is never
// called in a transaction. A source that is away makes a verdict Unknown and is no error.
type Judge func(ctx context.Context, asks []Ask) ([]Verdict, error)

// Snapshot is what was agreed about a foreign parcel when its order was placed; it is kept with the order and never
// worked out again.
type Snapshot struct {
	Country    string         `json:"country"`
	Object     int            `json:"object"` // the post's service
	NameRU     string         `json:"name_ru"`
	NameEN     string         `json:"name_en"`
	MinDays    int            `json:"min_days,omitempty"`
	MaxDays    int            `json:"max_days,omitempty"`
	Duty       money.Amount   `json:"duty"` // kopecks, an estimate; the buyer pays it at home
	Tax        money.Amount   `json:"tax"`
	Unsaid     bool           `json:"unsaid,omitempty"`
	Union      bool           `json:"union,omitempty"`
	Currency   money.Currency `json:"currency,omitempty"` // prices were shown in
	RateDay    string         `json:"rate_day,omitempty"` // 2006-01-02, in force
	Rate       int64          `json:"rate,omitempty"`     // ten-thousandths of a rouble
	Nominal    int64          `json:"nominal,omitempty"`
	ValueSDR   int64          `json:"value_sdr"` // ten-thousandths of a special drawing right
	GrossGrams int64          `json:"gross_g"`

	DecisionID int64 `json:"decision_id,omitempty"`

	// Parcels are what each of several parcels was agreed to be, in the order of their numbers; empty for one.
	Parcels []PartSnapshot `json:"parcels,omitempty"`
}

// PartSnapshot is what was agreed about one of several parcels.
type PartSnapshot struct {
	GrossGrams int64        `json:"gross_g"`
	ValueSDR   int64        `json:"value_sdr"`
	Postage    money.Amount `json:"postage,omitempty"` // kopecks; 0 where it was not told apart
	DecisionID int64        `json:"decision_id,omitempty"`
}

// Of is the snapshot of the parcel with a number: its own weight, value and decision.
func (s Snapshot) Of(seq int) Snapshot {
	if seq >= 1 && seq <= len(s.Parcels) {
		p := s.Parcels[seq-1]
		s.GrossGrams, s.ValueSDR, s.DecisionID = p.GrossGrams, p.ValueSDR, p.DecisionID
	}
	return s
}

// Name of the service in a language.
func (s Snapshot) Name(lang i18n.Lang) string { return Text{s.NameRU, s.NameEN}.In(lang) }

// Exchange is the rate that the order was frozen with; a zero one where prices were shown in roubles alone.
func (s Snapshot) Exchange() Exchange {
	day, err := time.Parse(time.DateOnly, s.RateDay)
	if err != nil || s.Rate <= 0 || s.Nominal <= 0 {
		return Exchange{}
	}
	return Exchange{Currency: s.Currency, Day: day, Value: s.Rate, Nominal: s.Nominal, From: func(kopecks money.Amount) (money.Amount, error) {
		return money.Convert(kopecks, s.Rate, s.Nominal, s.Currency)
	}}
}
