// Package papers writes what travels with a parcel abroad and ahead of it: the customs declarations CN 22 and CN 23, the
// commercial invoice and the address label as PDF at their true size, and the same facts as the post's order, as
// ITMATT-shaped JSON and as the customs service's XML. All of them are written from one Record, so that they cannot
// contradict each other. It owns no tables, asks nobody anything and decides nothing: which form a parcel needs is
// clearance's decision, and what its things are worth is what was paid for them.
package papers

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Forms, by the names that clearance.Decision.Form gives them. An empty form, none and none_customs are no form.
const (
	FormCN22 = "CN22"
	FormCN23 = "CN23"
)

// Contents of a parcel, by the names that clearance.Parcel.Contents gives them.
const (
	Goods     = "goods"
	Gift      = "gift"
	Sample    = "sample"
	Returned  = "returned"
	Documents = "documents"
	Other     = "other"
)

// What a customs declaration is, by the codes of the customs service's form.
const (
	MainDeclaration        = 0
	PreliminaryDeclaration = 1
	ReturnDeclaration      = 3
)

// Record is everything that papers say about one parcel. Weights are whole grams, money is in minor units; kilograms
// with three decimals and sums with two appear on paper only.
type Record struct {
	Number   string     // our number of the parcel
	Order    string     // number of the order it belongs to: the invoice is about it
	S10      s10.Number // the number the post gave it
	Operator string     // designated operator, in Latin letters
	Service  string     // letter, small_packet, parcel, ems
	Object   int        // the post's code of the service: 5001, 4031, …

	Form   string // CN22, CN23, or none of them
	Copies int    // how many copies of the form are put on the parcel; 0 is one

	Sender    Party
	Consignee Party
	Importer  Importer

	Contents    string // goods, gift, sample, returned, documents, other
	Explanation string // what "other" is, and what the seller adds
	Lines       []Line
	GrossGrams  int64          // with the packing
	Currency    money.Currency // of Value and of the lines
	Value       money.Amount   // of all lines together: the price paid
	ValueRUB    money.Amount   // the same in kopecks
	ValueSDR    int64          // the same in ten-thousandths of a special drawing right
	Insured     money.Amount   // kopecks; 0 is not insured
	Charges     []Charge       // postage and fees, kopecks
	Size        Size

	Papers  []Paper // licences, certificates, invoices
	Comment string  // quarantine, sanitary and other restrictions, in Latin letters
	IOSS    string  // number of the import one-stop shop, for parcels into the European Union

	CustomsCode  string // of the customs post it is declared to
	DocSign      int    // MainDeclaration, …
	Registration string // of the declaration that this one takes back, on a return

	Office     string    // postcode of the office of posting
	OfficeName string    // in Latin letters
	Date       time.Time // of the declaration and of posting
	SignedBy   string    // in Latin letters
	RatesDay   time.Time // day in force of the rates of the Central Bank that were used
	RatesFrom  string    // their source
}

// Party is a sender or a consignee, as the forms ask: in Latin letters throughout.
type Party struct {
	Kind         string // individual, self_employed, entrepreneur, company; empty for a consignee
	Name         string // of the person
	Organization string
	Street       string // street, house, flat
	City         string
	Region       string
	Postcode     string
	Country      string // ISO 3166 alpha-2
	Phone, Email string
	INN          string // of a Russian sender
	KPP, OGRN    string
}

// Importer is how the consignee is known to the customs of the destination. All of it is optional.
type Importer struct {
	Reference         string // tax number, importer's code: CPF, EORI, …
	VATNumber         string
	Phone, Fax, Email string
}

// Line is one kind of thing.
type Line struct {
	SKU      string
	TextEN   string // detailed description in English
	TextRU   string
	Quantity int64
	Unit     string       // pcs, set, pair; empty is pcs
	NetGrams int64        // of all pieces together
	Value    money.Amount // of all pieces together, in the record's currency
	HS       string       // 6 digits of the Harmonized System, or 8 or 10 of a nomenclature; empty where it is not asked
	HTSUS    string       `json:",omitempty"` // the ten digits of the USA's own schedule, where the destination asks for them
	Origin   string       // ISO 3166 alpha-2: where it was made
	Brand    string       // trademark, in Latin letters
}

// Charge is one thing the sender paid the post for, in Latin letters.
type Charge struct {
	Name   string
	Amount money.Amount // kopecks
}

// PaperKind is the kind of an attached document, by the code of the customs form.
type PaperKind string

// Kinds of attached documents.
const (
	Licence     PaperKind = "LIC"
	Certificate PaperKind = "CRT"
	InvoicePage PaperKind = "INV"
)

// Paper is a licence, a certificate or an invoice that goes with the parcel.
type Paper struct {
	Kind   PaperKind
	Name   string // in Latin letters
	Number string
	Date   time.Time
}

// Size of the packed parcel in millimetres.
type Size struct{ LengthMM, WidthMM, HeightMM int64 }

// NetGrams is the weight of all things without their packing.
func (r *Record) NetGrams() int64 {
	var sum int64
	for i := range r.Lines {
		sum += r.Lines[i].NetGrams
	}
	return sum
}

// Postage is everything paid to the post, kopecks.
func (r *Record) Postage() money.Amount {
	var sum money.Amount
	for _, c := range r.Charges {
		sum += c.Amount
	}
	return sum
}

// Declared reports whether the record has a customs form at all.
func (r *Record) Declared() bool { return r.Form == FormCN22 || r.Form == FormCN23 }
