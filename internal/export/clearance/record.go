package clearance

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Kinds of what a decision is about.
const (
	KindCheckout = "checkout" // a basket that somebody wants to pay for; its number is the order's
	KindParcel   = "parcel"
	KindGoods    = "goods" // one listing, before it is sold; its number is the offer's
)

// Moments at which it is decided.
const (
	AtListing  = "listing"
	AtCheckout = "checkout"
	AtPacking  = "packing"
	AtPosting  = "posting"
	AtDesk     = "desk"
)

// Subject is what a decision is about, and when in its life.
type Subject struct {
	Kind     string
	Number   string
	SellerID int64
	Moment   string
}

// Stored is a decision as it is kept: facts, findings, and its place in the chain of its subject.
type Stored struct {
	ID int64
	Subject
	Place    int
	Day      time.Time
	Outcome  Outcome
	Rules    []string // culture.art@1, …
	Facts    Parcel
	Decision Decision
	At       time.Time
	Hash     string // hexadecimal
}

// Record appends a decision to the chain of its subject, within the caller's transaction, and gives its id. The place in
// the chain is given by the database, so two that record at once come one after the other. Of names of persons only
// digests are kept; what the decision shares with every other by the same book is kept once.
func Record(ctx context.Context, tx pg.DB, s Subject, p *Parcel, d Decision) (id int64, err error) {
	defer errs.Wrap(&err, "clearance.Record(%s %s)", s.Kind, s.Number)
	ids, err := RecordAll(ctx, tx, []Judged{{s, p, d}})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// Used are the rules that spoke, with their versions, each once.
func (d *Decision) Used() []string {
	used := []string{}
	for _, f := range d.Findings {
		if f.Rule != "" {
			used = append(used, f.named())
		}
	}
	slices.Sort(used)
	return slices.Compact(used)
}

// ByID finds a decision.
func ByID(ctx context.Context, db pg.DB, id int64) (s Stored, err error) {
	defer errs.Wrap(&err, "clearance.ByID(%d)", id)
	row, err := selectDecision(ctx, db, id)
	if err != nil {
		return s, err
	}
	list, err := readAll(ctx, db, []decisionRow{row})
	if err != nil {
		return s, err
	}
	return list[0], nil
}

// Of lists the decisions about a subject, in their order.
func Of(ctx context.Context, db pg.DB, kind, number string) (list []Stored, err error) {
	defer errs.Wrap(&err, "clearance.Of(%s %s)", kind, number)
	rows, err := listDecisions(ctx, db, kind, number)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, db, rows)
}

func readAll(ctx context.Context, db pg.DB, rows []decisionRow) ([]Stored, error) {
	if err := learn(ctx, db, rows); err != nil {
		return nil, err
	}
	list := make([]Stored, len(rows))
	for i := range rows {
		var err error
		if list[i], err = rows[i].read(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *decisionRow) read() (Stored, error) {
	s := Stored{ID: r.ID, Subject: Subject{r.Kind, r.Number, r.SellerID, r.Moment}, Place: r.Place, Day: r.DecidedOn, Outcome: r.Outcome,
		Rules: r.Rules, At: r.CreatedAt, Hash: hex.EncodeToString(r.Hash)}
	if err := json.Unmarshal(r.Facts, &s.Facts); err != nil {
		return s, fmt.Errorf("facts of decision %d: %w", r.ID, err)
	}
	if err := json.Unmarshal(r.Decision, &s.Decision); err != nil {
		return s, fmt.Errorf("decision %d: %w", r.ID, err)
	}
	if of := knownBinding(r.Book); of != nil {
		s.Decision = of.whole(s.Decision)
		s.Decision.Book = hex.EncodeToString(r.Book)
	}
	return s, nil
}

// Chain is what was found about the chain of a subject.
type Chain struct {
	Links  int
	Broken []int // places at which the digest, the link to the one before, or the place itself is wrong
}

// Whole says that nothing was changed, swapped or taken out.
func (c Chain) Whole() bool { return len(c.Broken) == 0 }

// Verify computes the chains of a subject again. Rows that were cut off at the end leave no trace in the chain itself:
// they are missed by those who keep the id of their decision.
func Verify(ctx context.Context, db pg.DB, kind, number string) (c Chain, err error) {
	defer errs.Wrap(&err, "clearance.Verify(%s %s)", kind, number)
	return verifyChain(ctx, db, kind, number)
}
