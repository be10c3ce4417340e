package papers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// itmatt is the electronic advance data that posts exchange before an item leaves (UPU M33, ITMATT), as JSON: the message
// itself is EDIFACT, and this has its content. Weights are grams and money is in minor units.
type itmatt struct {
	Message    string        `json:"message"`
	Item       itmattItem    `json:"item"`
	Sender     itmattParty   `json:"sender"`
	Addressee  itmattParty   `json:"addressee"`
	Importer   *itmattNumber `json:"importer,omitempty"`
	Pieces     []itmattPiece `json:"content_pieces"`
	Documents  []itmattPaper `json:"documents,omitempty"`
	Certified  string        `json:"certified_by,omitempty"`
	PostedAt   string        `json:"office_of_origin,omitempty"`
	PostedDate string        `json:"posting_date"`
}

type itmattItem struct {
	ID          string         `json:"item_id"`
	Operator    string         `json:"designated_operator"`
	Form        string         `json:"form,omitempty"`
	Category    string         `json:"nature_of_transaction"` // UPU code list 136
	Explanation string         `json:"explanation,omitempty"`
	Comment     string         `json:"comments,omitempty"`
	IOSS        string         `json:"ioss,omitempty"`
	Gross       int64          `json:"gross_weight_g"`
	Value       int64          `json:"declared_value_minor"`
	Currency    string         `json:"declared_value_currency"`
	Insured     int64          `json:"insured_value_minor,omitempty"` // kopecks
	Charges     []itmattCharge `json:"postal_charges,omitempty"`
	Original    string         `json:"original_declaration,omitempty"`
}

type itmattCharge struct {
	Name     string `json:"name"`
	Amount   int64  `json:"amount_minor"`
	Currency string `json:"currency"`
}

type itmattParty struct {
	Name         string `json:"name,omitempty"`
	Organization string `json:"organization,omitempty"`
	Street       string `json:"street"`
	City         string `json:"city"`
	Region       string `json:"region,omitempty"`
	Postcode     string `json:"postcode,omitempty"`
	Country      string `json:"country"`
	Phone        string `json:"telephone,omitempty"`
	Email        string `json:"email,omitempty"`
	TaxID        string `json:"tax_id,omitempty"`
}

type itmattNumber struct {
	Reference string `json:"reference,omitempty"`
	VAT       string `json:"vat_number,omitempty"`
	Phone     string `json:"telephone,omitempty"`
	Fax       string `json:"fax,omitempty"`
	Email     string `json:"email,omitempty"`
}

type itmattPiece struct {
	Description string `json:"description"`
	Local       string `json:"description_local,omitempty"`
	Brand       string `json:"brand,omitempty"`
	Quantity    int64  `json:"number_of_units"`
	Unit        string `json:"unit"`
	Net         int64  `json:"net_weight_g"`
	Value       int64  `json:"declared_value_minor"`
	Currency    string `json:"declared_value_currency"`
	HS          string `json:"hs_code,omitempty"`
	HTSUS       string `json:"htsus_code,omitempty"` // the code of the USA's own schedule
	Origin      string `json:"origin_country,omitempty"`
}

type itmattPaper struct {
	Kind   PaperKind `json:"type"`
	Name   string    `json:"name,omitempty"`
	Number string    `json:"number"`
	Date   string    `json:"date,omitempty"`
}

// ITMATT is the electronic advance data that posts exchange, as JSON. A record that contradicts itself is refused.
func ITMATT(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	c, err := categoryOn(r.Contents, r.Date)
	if err != nil {
		return nil, err
	}
	m := itmatt{Message: "ITMATT", Sender: itmattPartyOf(r.Sender), Addressee: itmattPartyOf(r.Consignee), Certified: r.SignedBy,
		PostedAt: words(r.Office, r.OfficeName), PostedDate: r.Date.Format(time.DateOnly),
		Item: itmattItem{ID: string(r.S10), Operator: r.Operator, Category: c.UPU, Explanation: c.explain(&r), Comment: r.remarks(), IOSS: r.IOSS,
			Gross: r.GrossGrams, Value: int64(r.Value), Currency: string(r.Currency), Insured: int64(r.Insured), Original: r.Registration}}
	if r.Declared() {
		m.Item.Form = r.Form
	}
	if i := r.Importer; i != (Importer{}) {
		m.Importer = &itmattNumber{i.Reference, i.VATNumber, i.Phone, i.Fax, i.Email}
	}
	for _, charge := range r.Charges {
		m.Item.Charges = append(m.Item.Charges, itmattCharge{charge.Name, int64(charge.Amount), "RUB"})
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		m.Pieces = append(m.Pieces, itmattPiece{l.TextEN, l.TextRU, l.Brand, l.Quantity, l.unit(), l.NetGrams, int64(l.Value), string(r.Currency), l.HS, l.HTSUS, l.Origin})
	}
	for _, p := range r.Papers {
		m.Documents = append(m.Documents, itmattPaper{p.Kind, p.Name, p.Number, dayOrNone(p.Date)})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("papers: ITMATT: %w", err)
	}
	return b.Bytes(), nil
}

func itmattPartyOf(p Party) itmattParty {
	return itmattParty{p.Name, p.Organization, p.Street, p.City, p.Region, p.Postcode, p.Country, p.Phone, p.Email, p.INN}
}
