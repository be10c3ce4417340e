// Package moderation lets people propose changes that others must agree to before the public sees
// them: a card, an edit of one, a shop. A change request carries the version it was made against
// and is applied only while that version still stands. The package owns change_requests,
// moderation_decisions and the audit log of every act at the operator's desk; what a change means
// and how risky it is, the module that owns the target says through a registered Kind.
package moderation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Statuses of a change request.
const (
	Draft            = "draft"
	Submitted        = "submitted"
	InReview         = "in_review"
	Approved         = "approved"
	Rejected         = "rejected"
	ChangesRequested = "changes_requested"
	Cancelled        = "cancelled"
)

// Request is a proposed change. TargetID 0 means that the target does not exist yet; SellerID 0
// that no shop stands behind it.
type Request struct {
	ID            int64
	Kind          string
	TargetID      int64
	SellerID      int64
	Title         string
	BaseVersion   int
	Patch         json.RawMessage
	Status        string
	Risk          int // 0–100
	Reasons       []Reason
	Automatic     bool
	AuthorID      int64
	ReviewerID    int64
	AssignedUntil *time.Time
	Code          string
	Note          string
	Due           *time.Time
	CreatedAt     time.Time
	SubmittedAt   *time.Time
	DecidedAt     *time.Time
}

// Open reports whether the request still waits for a decision.
func (r Request) Open() bool { return r.Status == Submitted || r.Status == InReview }

// Reason is one part of a risk: a message key with one argument, and its points. Negative points
// speak for the author.
type Reason struct {
	Key    string `json:"key"`
	Arg    string `json:"arg,omitempty"`
	Points int    `json:"points"`
}

// Risk sums reasons up, within 0 and 100.
func Risk(reasons []Reason) int {
	sum := 0
	for _, r := range reasons {
		sum += r.Points
	}
	return min(100, max(0, sum))
}

// LowRisk is the highest risk at which a trusted author's change needs no person to look at it.
const LowRisk = 20

// Field is one line of what changes: what the site says now and what is proposed. Texts are ready
// to be shown; Note explains the proposal ("the 30-day low is …").
type Field struct {
	Name          string
	Before, After string
	Note          string
}

// Shown is what a moderator looks at besides the fields of a request: pictures, and where it is about many things, those
// of one page.
type Shown struct {
	Photos []Photo
	Cards  []Card
	Total  int // of all things, whatever the page
}

// Photo is a picture, and where it is large.
type Photo struct {
	Pic  ui.Pic
	Href string
}

// Card is one of the many things that a request would put on sale, as its own page would show it.
type Card struct {
	Title     string
	Note      string
	Pic       ui.Pic
	Photos    []Photo
	About     string // HTML that is safe to be shown
	AboutLang string // where it is not the page's
	Facts     []ui.Pair
	Warnings  []string
}

// Kind is what the owner of a target teaches the desk. Functions are needed unless they say otherwise.
type Kind struct {
	Name string
	// Version locks the target and gives its current version.
	Version func(ctx context.Context, tx pg.DB, targetID int64) (int, error)
	// Apply makes the change; it runs in the transaction of the decision.
	Apply func(ctx context.Context, tx pg.DB, r Request) error
	// Diff says what would change, for people; nil where Show shows all of it.
	Diff func(ctx context.Context, db pg.DB, r Request) ([]Field, error)
	// Show gives what has to be looked at besides, nil for nothing: of many things n, from the from-th.
	Show func(ctx context.Context, db pg.DB, r Request, from, n int) (Shown, error)
	// Pics are the pictures that stand for targets in the queue, by id; nil for none.
	Pics func(ctx context.Context, db pg.DB, targets []int64) (map[int64]ui.Pic, error)
	// Codes are the reasons a refusal may name, from Codes or the module's own messages.
	Codes []string
}

// Lease is how long a moderator has a request to themselves.
const Lease = 10 * time.Minute

// Codes for goods, as the rules number them. Their texts are "moderation.code.<code>".
var Codes = []string{"K01", "K02", "K04", "K07", "K11", "K15", "K19", "K22"}

// SellerCodes are those for shops.
var SellerCodes = []string{"S01", "S02", "S03", "S04"}

// dueIn says how soon a request of a risk is to be decided: what is risky waits least.
func dueIn(risk int) time.Duration {
	switch {
	case risk >= 50:
		return 2 * time.Hour
	case risk >= 30:
		return 4 * time.Hour
	default:
		return 12 * time.Hour
	}
}

// Errors of the desk.
var (
	ErrStale   = errs.New(errs.Conflict, "moderation.stale")
	ErrTaken   = errs.New(errs.Conflict, "moderation.taken")
	ErrDecided = errs.New(errs.Conflict, "moderation.decided")
	ErrOpen    = errs.New(errs.Conflict, "moderation.open_elsewhere")
)
