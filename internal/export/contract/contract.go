// Package contract counts what a seller performs under each foreign contract, as currency control does: at the rate of
// the contract's day, against the bands of the day. A retail order is a contract of its own; an agency contract with a
// foreign platform or processor gathers many orders, and its seller tells of it here. The package owns export_contracts
// and export_contract_sums and shows the meter to the seller and to the officer. It decides nothing: it says which mark a
// sum has come to, once, to whoever listens; the bands are dated figures of the rules.
package contract

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Kinds of contracts.
const (
	Retail = "retail" // the buyer's order, placed under the shop's public offer
	Agency = "agency" // with a foreign platform or processor that takes the buyers' money
)

// retailParty is the counterparty of every retail order in the table's key; pages say it in words.
const retailParty = "retail"

// What currency control may ask for, as the rules name it.
const (
	Papers       = "contract"        // contract and performance documents
	Registration = "contract_number" // the unique number of a registration
)

// Contract is one foreign contract of a seller with everything sent under it.
type Contract struct {
	ID           int64
	SellerID     int64
	Kind         string
	Counterparty string
	Country      string // of the counterparty, ISO 3166 alpha-2; "" for a retail order
	Market       string // the destination whose orders come under it, "" for all; of an agency contract
	Number       string
	SignedOn     time.Time
	EndsOn       *time.Time   // the last day; nil is in force
	OpeningRUB   money.Amount // performed before the seller told of it, kopecks
	SumRUB       money.Amount // everything, the opening sum included, kopecks at the rate of the contract's day
	Accepted     *time.Time   // when currency control accepted the documents
	UniqueNumber string       // under which it is registered
	Warned       []string     // marks that were told
	FileID       int64        // of media's documents: the contract itself, 0 for none
}

// Holds reports whether currency control has what the rules call by a name.
func (c Contract) Holds(document string) bool {
	switch document {
	case Papers:
		return c.Accepted != nil
	case Registration:
		return c.UniqueNumber != ""
	}
	return document == ""
}

// Documents are what currency control holds of it.
func (c Contract) Documents() []string {
	var held []string
	for _, name := range []string{Papers, Registration} {
		if c.Holds(name) {
			held = append(held, name)
		}
	}
	return held
}

// Bands are the sums of a contract from which currency control asks for more, in kopecks.
type Bands struct {
	Documents money.Amount // above it: contract and performance documents
	Number    money.Amount // from it on: the number of a registration
	WarnAt    int64        // per cent of a band at which the seller is warned
}

// Marks of a meter, from the lowest.
const (
	MarkDocumentsNear = "documents_near"
	MarkDocuments     = "documents"
	MarkNumberNear    = "number_near"
	MarkNumber        = "number"
)

// Mark is the highest mark that a sum has reached, or "".
func (b Bands) Mark(sum money.Amount) string {
	near := func(band money.Amount) bool { return int64(sum)*100 >= int64(band)*b.WarnAt }
	switch {
	case sum >= b.Number:
		return MarkNumber
	case near(b.Number):
		return MarkNumberNear
	case sum > b.Documents: // exactly the band is still within it
		return MarkDocuments
	case near(b.Documents):
		return MarkDocumentsNear
	}
	return ""
}

// Wants is what a mark asks for, or soon will; "" for no mark.
func Wants(mark string) string {
	switch mark {
	case MarkDocumentsNear, MarkDocuments:
		return Papers
	case MarkNumberNear, MarkNumber:
		return Registration
	}
	return ""
}

// Obliges is what a sum asks for already: "", Papers or Registration.
func (b Bands) Obliges(sum money.Amount) string {
	switch {
	case sum >= b.Number:
		return Registration
	case sum > b.Documents:
		return Papers
	}
	return ""
}

// Next is the band that a sum has not come to, and how much of it is filled, in whole per cent. Past the last band it is
// the last.
func (b Bands) Next(sum money.Amount) (percent int, band money.Amount) {
	band = b.Documents
	if sum > b.Documents {
		band = b.Number
	}
	if band == 0 {
		return 100, band
	}
	return int(min(100, int64(sum)*100/int64(band))), band
}

// Errors of the verbs.
var (
	// ErrMoved says that others took the contract past a band since the decision about a parcel: it is to be decided anew.
	ErrMoved = errs.New(errs.Conflict, "export.contract.moved")
	errGone  = errs.New(errs.NotFound, "error.not_found")
)
