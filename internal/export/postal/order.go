package postal

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Order is an international item as the post's order service takes it (otpravka, PUT 1.0/user/backlog): weights in
// grams, money in kopecks, countries by their OKSM number.
type Order struct {
	Number        string       `json:"order-num"`     // ours; one number is one item, however often it is sent
	MailType      string       `json:"mail-type"`     // SMALL_PACKET, POSTAL_PARCEL, EMS, …
	MailCategory  string       `json:"mail-category"` // SIMPLE, ORDERED, ORDINARY, WITH_DECLARED_VALUE
	Country       int          `json:"mail-direct"`   // OKSM number of the destination: oksm.Of("DE")
	Mass          int64        `json:"mass"`
	Insured       money.Amount `json:"insr-value,omitempty"`
	TransportType string       `json:"transport-type,omitempty"` // SURFACE, AVIA, COMBINED, EXPRESS
	WithGoods     bool         `json:"with-goods,omitempty"`     // EMS
	WithDocuments bool         `json:"with-documents,omitempty"` // EMS

	Office        string `json:"postoffice-code"` // where the sender hands it in
	SenderName    string `json:"sender-name,omitempty"`
	SenderPhone   int64  `json:"tel-address-from,omitempty"`
	SenderComment string `json:"sender-comment,omitempty"`

	Recipient   string `json:"recipient-name"`
	Phone       int64  `json:"tel-address,omitempty"`
	Email       string `json:"email,omitempty"`
	AddressType string `json:"address-type-to"` // DEFAULT
	Postcode    string `json:"str-index-to"`    // letters too
	Region      string `json:"region-to,omitempty"`
	Place       string `json:"place-to"`
	Street      string `json:"street-to"`
	House       string `json:"house-to,omitempty"`
	Room        string `json:"room-to,omitempty"`
	RawAddress  string `json:"raw-address,omitempty"`

	Dimension *Dimension `json:"dimension,omitempty"`
	Customs   *Customs   `json:"customs-declaration,omitempty"`
}

// Dimension is the sides of an item in whole centimetres.
type Dimension struct {
	Length int64 `json:"length"`
	Width  int64 `json:"width"`
	Height int64 `json:"height"`
}

// Entry types of a customs declaration.
const (
	SaleOfGoods      = "SALE_OF_GOODS"
	Gift             = "GIFT"
	CommercialSample = "COMMERCIAL_SAMPLE"
	Document         = "DOCUMENT"
	Other            = "OTHER"
)

// Customs is the customs declaration inside an order.
type Customs struct {
	EntriesType       string         `json:"entries-type"`
	Currency          string         `json:"currency"`
	CustomsCode       string         `json:"customs-code,omitempty"` // the intended customs post
	IOSS              string         `json:"ioss-code,omitempty"`
	WithInvoice       bool           `json:"with-invoice"`
	WithLicense       bool           `json:"with-license"`
	WithCertificate   bool           `json:"with-certificate"`
	InvoiceNumber     string         `json:"invoice-number,omitempty"`
	LicenseNumber     string         `json:"license-number,omitempty"`
	CertificateNumber string         `json:"certificate-number,omitempty"`
	Entries           []CustomsEntry `json:"customs-entries"`
}

// CustomsEntry is one line of the declaration.
type CustomsEntry struct {
	Amount      int          `json:"amount"`
	Country     int          `json:"country-code"` // OKSM number of the origin
	Description string       `json:"description"`
	TNVED       string       `json:"tnved-code"`
	Trademark   string       `json:"trademark,omitempty"`
	Value       money.Amount `json:"value"`  // kopecks
	Weight      int64        `json:"weight"` // grams
}

// Filed is an order as the post keeps it.
type Filed struct {
	ID          int64       `json:"id"`
	Number      string      `json:"order-num"`
	Barcode     s10.Number  `json:"barcode"`
	Mass        int64       `json:"mass"`
	Batch       string      `json:"batch-name,omitempty"` // "": still in the backlog
	RateWithout int64       `json:"total-rate-wo-vat,omitempty"`
	VAT         int64       `json:"total-vat,omitempty"`
	Declaration Declaration `json:"-"`
}

// Statuses of an electronic declaration.
const (
	DeclarationNew         = "NEW"
	DeclarationTransit     = "TRANSIT"      // sent to be declared
	DeclarationInProgress  = "IN_PROGRESS"  // at the customs service; the seller signs it there
	DeclarationDone        = "DONE"         // released without payment
	DeclarationRejected    = "REJECTED"     // release refused
	DeclarationCanceled    = "CANCELED"     //
	DeclarationIllegalData = "ILLEGAL_DATA" // mistakes in it: mend and send again
	DeclarationFTSError    = "FTS_ERROR"    // could not be sent: send again later
)

// Decisions of a customs officer that matter to an export; the post passes on others too.
const (
	DecisionReleased         = "RELEASE_WO_CUSTOMS_DUTY"
	DecisionControl          = "CUSTOMS_CONTROL_REQUIRED"
	DecisionSuspended        = "RELEASE_SUSPENDED"
	DecisionProlonged        = "RELEASE_PERIOD_PROLONGED"
	DecisionRejected         = "REJECTION"
	DecisionRejectedAuto     = "REJECTION_AUTO_RELEASE"
	DecisionDepartureAllowed = "DEPARTURE_ALLOWED"
	DecisionDepartureDenied  = "DEPARTURE_DENIED"
)

// Declaration is what has become of the electronic declaration of one order.
type Declaration struct {
	OrderNumber  string     // whose it is: an answer about another order is an error, never a status
	Barcode      s10.Number //
	Status       string     // NEW, TRANSIT, … as the post writes it
	Registration string     // number the customs service gave: customs code/DDMMYY/item number
	RegisteredAt time.Time  // zero: not yet
	Decision     string     // RELEASE_WO_CUSTOMS_DUTY, … as the post writes it; "" is none yet
	DecidedAt    time.Time  //
	FTSError     string     // what the customs service did not like
	Advice       string     // how to mend it
	FactMass     int64      // grams on the post's own scale (MPOFactWeight); 0: not weighed yet
}

// Final says that the declaration's status will not change any more.
func (d Declaration) Final() bool {
	return d.Status == DeclarationDone || d.Status == DeclarationRejected || d.Status == DeclarationCanceled
}

// Known says that the status is one of the eight. An unknown one is shown and moves nothing.
func (d Declaration) Known() bool {
	switch d.Status {
	case DeclarationNew, DeclarationTransit, DeclarationInProgress, DeclarationDone, DeclarationRejected,
		DeclarationCanceled, DeclarationIllegalData, DeclarationFTSError:
		return true
	}
	return false
}

// Batch is what is handed in together at one office on one day.
type Batch struct {
	Name   string    `json:"batch-name"`
	Status string    `json:"batch-status"` // CREATED, FROZEN, ACCEPTED, SENT, ARCHIVED
	Count  int       `json:"shipment-count"`
	Mass   int64     `json:"shipment-mass"`
	Office string    `json:"postoffice-code"`
	Day    time.Time `json:"-"`
}

// Limit is how many requests a day the post allows, and how many it has counted.
type Limit struct {
	Allowed int64 `json:"allowed-count"`
	Used    int64 `json:"current-count"`
}
