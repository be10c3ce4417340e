package desk

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Facts are what a case shows of its subject. Whoever opens a case fills what it knows; a desk prints what is there.
type Facts struct {
	Path    string   `json:"path,omitempty"`   // the thing's page on this site
	Photos  []string `json:"photos,omitempty"` // addresses on this site, for an authority's program
	Offers  []int64  `json:"offers,omitempty"` // the listings whose pictures a page shows
	Number  string   `json:"number,omitempty"` // the post's number of the parcel
	Form    string   `json:"form,omitempty"`   // CN22, CN23, none
	Service string   `json:"service,omitempty"`
	From    string   `json:"from,omitempty"` // the sender in one line
	To      string   `json:"to,omitempty"`   // the addressee's country and town; a desk needs no more of a person
	Lines   []Line   `json:"lines,omitempty"`
	// The declared gross weight, and what the post's scale says; 0 is not known.
	DeclaredGrams int64          `json:"declared_g,omitempty"`
	WeighedGrams  int64          `json:"weighed_g,omitempty"`
	Currency      money.Currency `json:"currency,omitempty"`
	Value         money.Amount   `json:"value,omitempty"`
	ValueRUB      money.Amount   `json:"value_rub,omitempty"` // kopecks
	Contract      *ContractFact  `json:"contract,omitempty"`
	Documents     []string       `json:"documents,omitempty"`
	Asks          string         `json:"asks,omitempty"` // AsksPermit where the seller wants the Ministry's permit
}

// AsksPermit is a case of the culture desk about a thing that an expert found to be cultural property: what is wanted is
// the Ministry's permit, not a second opinion.
const AsksPermit = "permit"

// asksPermit reports whether the case is one.
func (c Case) asksPermit() bool {
	f, err := c.facts()
	return err == nil && f.Asks == AsksPermit
}

// papers are the documents that a rule may ask a seller for, and that customs officers look at.
var papers = []string{"export_permit", "identification", "brand_permission", "phytosanitary", "veterinary"}

// asksDocument reports whether a rule of the customs desk's case asks for a document itself. A hypothesis asks for the
// officer alone.
func (c Case) asksDocument() bool {
	return c.Kind == Customs && slices.ContainsFunc(c.Findings, func(f clearance.Finding) bool {
		return f.Outcome == clearance.Needs && slices.Contains(papers, f.Then)
	})
}

// Line is one kind of thing.
type Line struct {
	HS         string       `json:"hs,omitempty"`
	Text       string       `json:"text,omitempty"` // in the language of the form
	TextRU     string       `json:"text_ru,omitempty"`
	Quantity   int          `json:"quantity,omitempty"`
	NetGrams   int64        `json:"net_g,omitempty"`
	Value      money.Amount `json:"value,omitempty"`
	Origin     string       `json:"origin,omitempty"`
	YearMade   int          `json:"year_made,omitempty"`
	Author     string       `json:"author,omitempty"`
	ByAuthor   bool         `json:"by_author,omitempty"`
	Mass       bool         `json:"mass,omitempty"`
	Material   string       `json:"material,omitempty"`
	Technique  string       `json:"technique,omitempty"`
	Collection string       `json:"collection,omitempty"`
}

// ContractFact names the foreign contract that the money comes under.
type ContractFact struct {
	Counterparty string       `json:"counterparty"`
	Number       string       `json:"number"`
	Signed       string       `json:"signed"` // 2006-01-02
	SumRUB       money.Amount `json:"sum_rub"`
	Wants        string       `json:"wants,omitempty"` // what currency control has to see: contract.Papers or contract.Registration
}

// FactsOf takes from a parcel what its facts tell; the caller adds addresses, photos and weights.
func FactsOf(p *clearance.Parcel) Facts {
	f := Facts{Number: p.Number, Service: p.Service, To: p.Country, DeclaredGrams: p.GrossGrams, Currency: p.Currency,
		Value: p.Value, ValueRUB: p.ValueRUB, Documents: p.Documents}
	for _, l := range p.Lines {
		f.Lines = append(f.Lines, Line{HS: l.HS, Text: l.Text, TextRU: l.TextRU, Quantity: l.Quantity, NetGrams: l.NetGrams, Value: l.Value,
			Origin: l.Origin, YearMade: l.YearMade, Author: l.Author, ByAuthor: l.ByAuthor, Mass: l.Mass, Material: l.Material,
			Collection: l.Collection})
	}
	return f
}

// JSON packs the facts for a Case.
func (f Facts) JSON() json.RawMessage {
	raw, err := json.Marshal(f)
	if err != nil { // plain fields always marshal
		panic(fmt.Sprintf("desk: facts: %v", err))
	}
	return raw
}

// facts unpacks what a case holds; what is not ours is left out.
func (c Case) facts() (f Facts, err error) {
	if err := json.Unmarshal(c.Facts, &f); err != nil {
		return f, fmt.Errorf("facts of case %d: %w", c.ID, err)
	}
	return f, nil
}

// chapters are the chapters of the nomenclature that the things of a case stand in, each once.
func (f Facts) chapters() []string {
	var list []string
	for _, l := range f.Lines {
		if len(l.HS) >= 2 {
			list = append(list, l.HS[:2])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// netGrams is what all things weigh without their packing.
func (f Facts) netGrams() int64 {
	var sum int64
	for _, l := range f.Lines {
		sum += l.NetGrams
	}
	return sum
}

// contradiction says how the scale contradicts the declaration, in grams, and whether the things alone outweigh the
// parcel.
func (f Facts) contradiction() (grams int64, outweighed bool) {
	if f.WeighedGrams == 0 || f.DeclaredGrams == 0 {
		return 0, false
	}
	return f.WeighedGrams - f.DeclaredGrams, f.netGrams() > f.WeighedGrams
}
