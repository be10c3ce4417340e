// Package feed brings a seller's goods in from files and addresses: price lists, read by package pricelist, compared with
// what is on sale, and applied in batches that a kill cannot tear. It owns sources, imports with their problems, and how a
// seller's own shelves map to ours. What a card or an offer is, and whether it may go live, package catalog and the
// moderators decide.
package feed

import (
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// States of an import.
const (
	Queued    = "queued"
	Checking  = "checking" // read once to the end: a broken file changes nothing
	Held      = "held"     // it would empty the shop, so a person confirms it
	Applying  = "applying"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// What becomes of an offer that a source's next file does not name.
const (
	KeepAbsent  = "keep"
	PauseAbsent = "pause"
)

// Source is where a seller's goods come from.
type Source struct {
	ID           int64
	SellerID     int64
	Kind         string // pricelist.YML or pricelist.CSV
	Name         string
	URL          string
	EveryMinutes *int // nil: only when asked
	Paused       bool
	Mapping      json.RawMessage
	DefaultStock int
	Absent       string
	ETag         string `db:"etag"`
	LastModified string
	NextAt       *time.Time
}

// columns gives the source's mapping of columns, nil where it is to be guessed.
func (s Source) columns() (pricelist.Mapping, error) {
	if len(s.Mapping) == 0 || string(s.Mapping) == "null" {
		return nil, nil
	}
	var m pricelist.Mapping
	err := json.Unmarshal(s.Mapping, &m)
	return m, err
}

// Import is one file on its way in.
type Import struct {
	ID          int64
	SellerID    int64
	SourceID    int64
	DryRun      bool
	State       string
	FileName    string
	BlobKey     string
	Size        int64
	Cursor      int
	Confirmed   bool
	Total       int
	Created     int
	Changed     int
	Unchanged   int
	Stopped     int // prices the guard keeps back until the seller confirms them
	Failed      int
	Warned      int
	Paused      int
	Drafts      int // cards that wait for a moderator
	MessageKey  string
	MessageArgs json.RawMessage
	AuthorID    *int64
	CreatedAt   time.Time
	FinishedAt  *time.Time
}

// Live reports whether the import still has something to do.
func (i Import) Live() bool {
	return i.State == Queued || i.State == Checking || i.State == Held || i.State == Applying
}

// Args gives the arguments of the import's message.
func (i Import) Args() []any {
	var args []any
	if json.Unmarshal(i.MessageArgs, &args) != nil {
		return nil
	}
	return args
}

// ProblemRow is a stored problem of an import.
type ProblemRow struct {
	N     int
	Line  int
	SKU   string
	Field string
	Key   string
	Args  json.RawMessage
	Fatal bool
	Value string
}

// MessageArgs gives the arguments of the problem's message.
func (p ProblemRow) MessageArgs() []any {
	var args []any
	if json.Unmarshal(p.Args, &args) != nil {
		return nil
	}
	return args
}

// Diff is what an import does, or in a dry run would do, to one offer.
type Diff struct {
	N      int
	SKU    string
	Title  string
	What   string // new | joined | price | stock | state | stopped | paused
	Before string
	After  string
}

// maxDiffs bounds the lines a dry run keeps; the counts are always whole.
const maxDiffs = 2000

// maxProblems bounds the problems an import keeps; the counts are always whole.
const maxProblems = 20_000

// Errors a seller meets.
var (
	ErrBusy     = errs.New(errs.Conflict, "feed.busy")
	ErrNotHeld  = errs.New(errs.Conflict, "feed.not_held")
	ErrTooLarge = errs.New(errs.TooLarge, "feed.upload_too_large")
)

// MaxUpload bounds a file sent through the browser, in bytes.
const MaxUpload = 256 << 20
