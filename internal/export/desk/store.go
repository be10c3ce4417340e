package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const caseColumns = `c.id, c.kind, c.subject, c.subject_number, c.seller_id, coalesce(c.offer_id, 0) as offer_id, c.title, c.title_en, c.country,
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
		insert into export_cases as c (kind, subject, subject_number, seller_id, offer_id, title, country, risk, findings, facts, opened_at, due_at, title_en)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (kind, subject, subject_number) where state <> 'decided'
			do update set title = excluded.title, title_en = excluded.title_en, country = excluded.country, risk = excluded.risk, findings = excluded.findings, facts = excluded.facts
			where (c.title, c.title_en, c.country, c.risk, c.findings, c.facts)
				is distinct from (excluded.title, excluded.title_en, excluded.country, excluded.risk, excluded.findings, excluded.facts)
		returning c.id, case when xmax = 0 then 'opened' else 'changed' end as act`,
		c.Kind, c.Subject, c.SubjectNumber, c.SellerID, null(c.OfferID), c.Title, c.Country, c.Risk, c.Findings, c.Facts, c.OpenedAt, c.DueAt, c.TitleEN)
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

func getCase(ctx context.Context, db pg.DB, k Kind, id int64) (Case, error) {
	return pg.One[Case](ctx, db, `select `+caseColumns+` from export_cases c where c.kind = $1 and c.id = $2`, k, id)
}

func lockCase(ctx context.Context, tx pg.DB, k Kind, id int64) (Case, error) {
	return pg.One[Case](ctx, tx, `select `+caseColumns+` from export_cases c where c.kind = $1 and c.id = $2 for update`, k, id)
}

// lockNext skips what others are looking at, so that two officers never meet on one case.
func lockNext(ctx context.Context, tx pg.DB, k Kind, officerID int64, now time.Time) (Case, bool, error) {
	return pg.Opt[Case](ctx, tx, `select `+caseColumns+` from export_cases c
		where c.kind = $1 and c.state in ('open', 'taken') and (c.state = 'open' or c.officer_id is not distinct from $2 or c.lease_until <= $3)
		order by (c.state = 'taken' and c.officer_id = $2) is true desc, (c.due_at < $3) desc, c.risk desc, c.due_at, c.id
		limit 1 for update skip locked`, k, officerID, now)
}

// saveCase writes what verbs change of a locked case.
func saveCase(ctx context.Context, tx pg.DB, c Case) error {
	_, err := pg.Exec(ctx, tx, `
		update export_cases set state = $2, answers = $3, due_at = $4, held_at = $5, officer_id = $6, lease_until = $7,
			decided_at = $8, decided_by = $9, verdict = nullif($10, ''), reason = $11, note = $12
		where id = $1`, c.ID, c.State, c.Answers, c.DueAt, c.HeldAt, null(c.OfficerID), c.LeaseUntil,
		c.DecidedAt, null(c.DecidedBy), c.Verdict, c.Reason, c.Note)
	return err
}

func insertOpinion(ctx context.Context, tx pg.DB, c Case, by int64, d Document, at time.Time) (int64, error) {
	id, err := pg.Scalar[int64](ctx, tx, `
		insert into export_opinions (case_id, seller_id, kind, outcome, number, issued_on, authority, body, file_id, attached_id, valid_until, issued_by, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict do nothing returning id`,
		c.ID, c.SellerID, d.Kind, d.Outcome, d.Number, d.Date, d.Authority, d.Text, null(d.FileID), null(d.AttachedID), d.ValidUntil, null(by), at)
	if errs.Is(err, errs.NotFound) { // the number belongs to another paper
		return 0, errs.Fields([]errs.Field{{Name: "number", Key: "export.desk.number_used"}})
	}
	return id, err
}
