// Package desk is where the exceptions of the export wing wait for an officer: the culture expert, the currency-control
// officer and the customs officer. What rules clear alone never comes here. The package owns export_cases and their audit
// trail, the opinions that come of them, the meter of foreign contracts, and the keys by which an authority's own program
// does the same as its officer does in a browser. It never decides by itself, and it never acts on a verdict: who opened
// the case listens to OnDecided, in the transaction of the verdict.
package desk

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Kind names a desk.
type Kind string

// The desks.
const (
	Culture  Kind = "culture"
	Currency Kind = "currency"
	Customs  Kind = "customs"
)

// Kinds are all desks, in the order of the navigation.
var Kinds = []Kind{Culture, Currency, Customs}

// Valid reports whether there is such a desk.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// Role is the platform role whose desk it is; an admin sees every desk.
func (k Kind) Role() account.Role {
	switch k {
	case Culture:
		return account.CultureExpert
	case Currency:
		return account.CurrencyOfficer
	case Customs:
		return account.CustomsOfficer
	}
	return ""
}

// What a case is about.
const (
	Goods    = "goods"    // an offer, before anybody may buy it abroad; the number is the offer's id
	Parcel   = "parcel"   // a parcel on its way; the number is the parcel's
	Contract = "contract" // a foreign contract that comes near a band; the number is the contract's id
)

var subjects = []string{Goods, Parcel, Contract}

// State is how far a case has come.
type State string

// States of a case. Taken is an officer's for as long as the lease runs, and anybody's afterwards.
const (
	Open          State = "open"
	Taken         State = "taken"
	WaitingSeller State = "waiting_seller" // the seller was asked, and the clock stands
	Done          State = "decided"
)

// Verdicts. More is a question to the seller and leaves the case undecided.
const (
	Release = "release"
	Refuse  = "refuse"
	More    = "more"
)

// Case is one exception.
type Case struct {
	ID            int64
	Kind          Kind
	Subject       string // Goods or Parcel
	SubjectNumber string
	SellerID      int64
	OfferID       int64
	Title         string // in Russian, or in no language
	TitleEN       string // "" where nobody has said it
	Country       string
	Risk          int // 0–100
	Findings      []clearance.Finding
	Facts         json.RawMessage // a Facts as JSON
	Answers       json.RawMessage // a map of the questionnaire's keys to what was answered
	State         State
	OpenedAt      time.Time
	DueAt         time.Time
	HeldAt        *time.Time
	OfficerID     int64
	LeaseUntil    *time.Time
	DecidedAt     *time.Time
	DecidedBy     int64
	Verdict       string
	Reason        string
	Note          string
}

// TitleIn calls the case in a reader's language. A case that was opened in Russian alone is called in English by what the
// form says of the first thing in it.
func (c Case) TitleIn(lang i18n.Lang) string {
	if lang != i18n.EN {
		return cmp.Or(c.Title, c.TitleEN)
	}
	if f, err := c.facts(); c.TitleEN == "" && err == nil && len(f.Lines) > 0 && f.Lines[0].Text != "" {
		return f.Lines[0].Text
	}
	return cmp.Or(c.TitleEN, c.Title)
}

// Held reports whether an officer other than me has the case for themselves at the moment now.
func (c Case) Held(me int64, now time.Time) bool {
	return c.State == Taken && c.OfficerID != me && c.LeaseUntil != nil && c.LeaseUntil.After(now)
}

// Late reports whether a verdict was due before now; a clock that stands is never late.
func (c Case) Late(now time.Time) bool {
	return c.State != Done && c.HeldAt == nil && c.DueAt.Before(now)
}

// Document is a paper that a verdict gave: an opinion, an accepted contract, a registration number.
type Document struct {
	ID         int64
	Kind       string // what it is to the rules: expert_opinion, contract, contract_number, …
	Outcome    string // at the culture desk not_cultural, permit_needed or refused; elsewhere accepted
	Number     string
	Date       time.Time
	Authority  string
	Text       string
	FileID     int64      // of media's documents: the paper itself as PDF
	AttachedID int64      // what the officer attached, 0 for nothing
	ValidUntil *time.Time // the last day; nil is without an end
}

// Decided is a verdict, as those hear it who asked for one.
type Decided struct {
	Case
	Verdict  string // Release, Refuse or More
	Reason   string // the code of a refusal
	Document *Document
	Note     string
	By       int64
	At       time.Time
}

// Lease is how long an officer has a case to themselves.
const Lease = 15 * time.Minute

// Errors of the desks.
var (
	ErrTaken   = errs.New(errs.Conflict, "export.desk.taken")
	ErrDecided = errs.New(errs.Conflict, "export.desk.decided")
	ErrWaiting = errs.New(errs.Conflict, "export.desk.waiting")
	errGone    = errs.New(errs.NotFound, "error.not_found")
)
