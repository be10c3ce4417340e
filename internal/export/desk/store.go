package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const caseColumns = `c.id, c.kind, c.subject, c.subject_number, c.seller_id, coalesce(c.offer_id, 0) as offer_id, c.title, c.country,
	c.risk, c.findings, c.facts, c.answers, c.state, c.opened_at, c.due_at, c.held_at, coalesce(c.officer_id, 0) as officer_id,
	c.lease_until, c.decided_at, coalesce(c.decided_by, 0) as decided_by, coalesce(c.verdict, '') as verdict, c.reason, c.note`

// openCase inserts a case, or brings the undecided one about the same subject up to date. act is what came of it: opened,
// changed, or "" when everything was known already.
func openCase(ctx context.Context, tx pg.DB, c Case) (id int64, act string, err error) {
	type row struct {
		ID  int64
		Act string
	}
	r, changed, err := pg.Opt[row](ctx, tx, `
		insert into export_cases as c (kind, subject, subject_number, seller_id, offer_id, title, country, risk, findings, facts, opened_at, due_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (kind, subject, subject_number) where state <> 'decided'
			do update set title = excluded.title, country = excluded.country, risk = excluded.risk, findings = excluded.findings, facts = excluded.facts
			where (c.title, c.country, c.risk, c.findings, c.facts)
				is distinct from (excluded.title, excluded.country, excluded.risk, excluded.findings, excluded.facts)
		returning c.id, case when xmax = 0 then 'opened' else 'changed' end as act`,
		c.Kind, c.Subject, c.SubjectNumber, c.SellerID, null(c.OfferID), c.Title, c.Country, c.Risk, c.Findings, c.Facts, c.OpenedAt, c.DueAt)
	if err != nil || changed {
		return r.ID, r.Act, err
	}
	id, err = pg.Scalar[int64](ctx, tx, `
		select id from export_cases where kind = $1 and subject = $2 and subject_number = $3 and state <> 'decided'`, c.Kind, c.Subject, c.SubjectNumber)
	return id, "", err
}

// Who did what is on the trail.
const (
	byProgram = "program"
	byOfficer = "officer"
	bySeller  = "seller"
)

// event is one line of a case's trail.
type event struct {
	CaseID   int64
	SellerID int64
	ActorID  int64
	Actor    string
	KeyID    int64 // of the API, 0 for a browser
	Act      string
	Note     string
	Detail   map[string]any
	FileID   int64
	At       time.Time
}

func insertEvent(ctx context.Context, tx pg.DB, e event) error {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	_, err := pg.Exec(ctx, tx, `
		insert into export_case_events (case_id, seller_id, actor_id, actor, key_id, act, note, detail, file_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.CaseID, e.SellerID, null(e.ActorID), e.Actor, null(e.KeyID), e.Act, e.Note, e.Detail, null(e.FileID), e.At)
	return err
}

func null(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
