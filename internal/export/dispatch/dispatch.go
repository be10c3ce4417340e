// Package dispatch takes a paid foreign parcel out of the country: it asks for the decision again when the parcel is
// packed and when it is posted, has the post take it up, prints its papers, gathers a day's declarations for one
// signature, and follows the parcel until it is with the buyer or back. It owns export_parcels, their events and the
// signed batches. Every step is one guarded move in one statement and a job inserted with it, so that a program may be
// killed anywhere and nothing happens twice or not at all. It decides nothing about law (clearance does), prices nothing
// (postal does) and moves the buyer's parcel only through market/order's own machine.
package dispatch

import (
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Parcel is one foreign parcel of an order, as far as it has come.
type Parcel struct {
	ID       int64
	SellerID int64
	OrderID  int64
	ParcelID int64  // of market/order
	Number   string // the order's and the parcel's place in it: Y-7KQ2-918F-2-1
	Country  string // ISO 3166 alpha-2
	Service  string // letter, small_packet, parcel, ems
	Object   int    // of the post's tariff
	State    State
	Since    time.Time
	PaidAt   time.Time

	GrossG     int64 // with the wrapping, as declared
	LengthMM   int64 `db:"length_mm"`
	WidthMM    int64 `db:"width_mm"`
	HeightMM   int64 `db:"height_mm"`
	WeighedAt  *time.Time
	PostGrossG int64 // by the post's own scale; 0 until then

	ValueRUB    money.Amount   `db:"value_rub"` // kopecks paid for the goods
	Currency    money.Currency // in which the buyer was told the price
	Value       money.Amount   // the same in Currency
	SDR         int64          `db:"sdr"` // ten-thousandths of a special drawing right
	RateDay     *time.Time     // day in force of the rates
	Contract    string         // the foreign contract that the sum counts under
	ContractRUB money.Amount   `db:"contract_rub"` // everything under it, this parcel included, kopecks
	Operation   string         // the code of the currency operation

	Form       string // CN22, CN23, none
	Outcome    string // of the last decision
	DecisionID *int64
	CaseID     *int64   // of the desk that looks at it
	Documents  []string // what desks gave for this parcel
	Waived     []Waiver // what an officer let pass

	Barcode      string // S10, given by the post
	PostID       int64  // the item's number at the post
	Filed        string // our number of it there: declared anew, it is another item
	BatchID      *int64
	Papers       []Paper
	Version      int    // how often papers were printed
	Declaration  string // where the customs service's reading of the declaration stands
	Customs      string // its decision
	Registration string // the declaration's number there: customs code/DDMMYY/S10
	Answered     string // what the service wrote about it
	ReleasedAt   *time.Time
	Accepted     *time.Time `db:"accepted_at"` // by the post
	DepartedAt   *time.Time
	DeliveredAt  *time.Time
	VATRow       *int64 `db:"vat_row"`

	Reason    string // why it was refused, held or called off; a key of texts
	Stuck     string // why no step goes on by itself
	StuckAt   *time.Time
	PollAt    *time.Time
	LastEvent int

	// While facts are taken in:
	Echoed bool                `db:"-"` // one of them was the second word about an inspection
	news   []order.CarrierNews // what the buyer's parcel has to be told
}

// Paper is one printed document of a parcel.
type Paper struct {
	Kind   string `json:"kind"`             // cn22, cn23, invoice, label, declaration, itmatt, record
	Key    string `json:"key,omitempty"`    // in the blob store, of papers that were kept under another key than their hash
	Hash   string `json:"hash,omitempty"`   // SHA-256, hex; "" is written from the record when it is asked for
	Bytes  int64  `json:"bytes,omitempty"`  // of the paper
	Packed bool   `json:"packed,omitempty"` // kept by gzip
}

// Waiver is a finding that an officer let pass, for this parcel and this version of the rule only.
type Waiver struct {
	Rule    string `json:"rule"`
	Version int    `json:"version"`
	Line    int    `json:"line"`
	CaseID  int64  `json:"case"`
}

// Kinds of events. A move changes the state; the rest are facts beside it.
const (
	EventMove        = "move"
	EventDecision    = "decision"
	EventWeight      = "weight"
	EventPapers      = "papers"
	EventDeclaration = "declaration"
	EventOperation   = "operation"
	EventStray       = "stray" // an answer that fits nothing: kept and shown, and changes nothing
	EventStuck       = "stuck"
	EventVAT         = "vat"
)

// Actors of events.
const (
	ByBuyer   = "buyer"
	BySeller  = "seller"
	ByOfficer = "officer"
	ByAdmin   = "admin"
	ByPost    = "post"
	ByCustoms = "customs"
	BySystem  = "system"
)

// Event is one fact about a parcel. A fact that is told twice has the same key and is kept once.
type Event struct {
	ParcelID  int64
	Seq       int
	Key       string
	Kind      string
	FromState State
	ToState   State
	At        time.Time // when it happened, by whoever tells of it
	Actor     string
	PersonID  *int64
	Facts     json.RawMessage
}

// Batch is one signature of a day and what the post made of it.
type Batch struct {
	ID        int64
	SellerID  int64
	Number    string
	State     string // signed, formed, sent
	ActID     int64  // the act of signing
	SignedAt  time.Time
	PostNames []string
	SentAt    *time.Time
}
