package clearance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Judged is a subject with its facts and what was decided.
type Judged struct {
	Subject
	Facts    *Parcel
	Decision Decision
}

// RecordAll is Record for many subjects, each of which is there once, in one statement; the ids are in their order. Chains
// are locked in that order too, so that callers who go by the numbers of their subjects never wait for each other.
func RecordAll(ctx context.Context, tx pg.DB, list []Judged) (ids []int64, err error) {
	defer errs.Wrap(&err, "clearance.RecordAll(%d subjects)", len(list))
	rows := make([]draft, len(list))
	for i, j := range list {
		if rows[i], err = draftOf(j); err != nil {
			return nil, err
		}
	}
	return insertDecisions(ctx, tx, rows)
}

// draft is a decision as it is about to be kept.
type draft struct {
	Subject
	day                   time.Time
	outcome               Outcome
	rules                 []string
	facts, decision, book []byte
}

// draftOf writes a decision out: of names of persons only digests are kept.
func draftOf(j Judged) (d draft, err error) {
	day, err := time.Parse(time.DateOnly, j.Decision.Day)
	if err != nil {
		return d, fmt.Errorf("a decision without its day: %w", err)
	}
	d = draft{Subject: j.Subject, day: day, outcome: j.Decision.Outcome, rules: j.Decision.Used()}
	facts := *j.Facts
	facts.Persons = Screened(j.Facts.Persons)
	if d.facts, err = json.Marshal(facts); err != nil {
		return d, err
	}
	lean, book := thin(j.Decision)
	d.book = book
	d.decision, err = json.Marshal(lean)
	return d, err
}

// ByIDs finds decisions, by their ids.
func ByIDs(ctx context.Context, db pg.DB, ids []int64) (found map[int64]Stored, err error) {
	defer errs.Wrap(&err, "clearance.ByIDs(%d decisions)", len(ids))
	rows, err := selectDecisions(ctx, db, ids)
	if err != nil {
		return nil, err
	}
	list, err := readAll(ctx, db, rows)
	found = make(map[int64]Stored, len(list))
	for _, s := range list {
		found[s.ID] = s
	}
	return found, err
}
