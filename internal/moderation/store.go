package moderation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const requestColumns = `r.id, r.kind, coalesce(r.target_id, 0) as target_id, coalesce(r.seller_id, 0) as seller_id, r.title,
	r.base_version, r.patch, r.status, r.risk, r.risk_reasons as reasons, r.automatic, coalesce(r.author_id, 0) as author_id,
	coalesce(r.reviewer_id, 0) as reviewer_id, r.assigned_until, coalesce(r.reason_code, '') as code, r.note, r.sla_due as due,
	r.created_at, r.submitted_at, r.decided_at`

func getRequest(ctx context.Context, db pg.DB, id int64) (Request, error) {
	return pg.One[Request](ctx, db, `select `+requestColumns+` from change_requests r where r.id = $1`, id)
}

func lockRequest(ctx context.Context, tx pg.DB, id int64) (Request, error) {
	return pg.One[Request](ctx, tx, `select `+requestColumns+` from change_requests r where r.id = $1 for update`, id)
}

func lockOpen(ctx context.Context, tx pg.DB, kind string, targetID int64) (Request, bool, error) {
	return pg.Opt[Request](ctx, tx, `select `+requestColumns+` from change_requests r
		where r.kind = $1 and r.target_id = $2 and r.status in ('draft', 'submitted', 'in_review', 'changes_requested')
		for update`, kind, targetID)
}

func findOpen(ctx context.Context, db pg.DB, kinds []string, targetID int64) (Request, bool, error) {
	return pg.Opt[Request](ctx, db, `select `+requestColumns+` from change_requests r
		where r.kind = any($1) and r.target_id = $2 and r.status in ('draft', 'submitted', 'in_review', 'changes_requested')
		order by r.id desc limit 1`, kinds, targetID)
}

func findLast(ctx context.Context, db pg.DB, kinds []string, targetID int64) (Request, bool, error) {
	return pg.Opt[Request](ctx, db, `select `+requestColumns+` from change_requests r
		where r.kind = any($1) and r.target_id = $2 order by r.id desc limit 1`, kinds, targetID)
}

// saveRequest inserts a request, or puts a new proposal into the open one it replaces.
func saveRequest(ctx context.Context, tx pg.DB, r Request) (Request, error) {
	if r.Reasons == nil {
		r.Reasons = []Reason{}
	}
	args := pg.Args{"kind": r.Kind, "target": null(r.TargetID), "seller": null(r.SellerID), "title": r.Title,
		"version": r.BaseVersion, "patch": r.Patch, "risk": r.Risk, "reasons": r.Reasons, "author": null(r.AuthorID),
		"due": r.Due, "at": r.SubmittedAt}
	if r.ID == 0 {
		return pg.One[Request](ctx, tx, `
			insert into change_requests as r (kind, target_id, seller_id, title, base_version, patch, status, risk, risk_reasons,
				author_id, sla_due, created_at, submitted_at)
			values (@kind, @target, @seller, @title, @version, @patch, 'submitted', @risk, @reasons, @author, @due, @at, @at)
			returning `+requestColumns, args)
	}
	args["id"] = r.ID
	return pg.One[Request](ctx, tx, `
		update change_requests r set kind = @kind, target_id = @target, seller_id = @seller, title = @title,
			base_version = @version, patch = @patch, status = 'submitted', risk = @risk, risk_reasons = @reasons,
			author_id = @author, sla_due = @due, submitted_at = @at, reviewer_id = null, assigned_until = null
		where r.id = @id returning `+requestColumns, args)
}

func closeRequest(ctx context.Context, tx pg.DB, r Request) error {
	_, err := pg.Exec(ctx, tx, `
		update change_requests set status = $2, reviewer_id = $3, decided_at = $4, assigned_until = null,
			reason_code = nullif($5, ''), note = $6, automatic = $7
		where id = $1`, r.ID, r.Status, null(r.ReviewerID), r.DecidedAt, r.Code, r.Note, r.Automatic)
	return err
}

func insertDecision(ctx context.Context, tx pg.DB, r Request, actorID int64, act string) error {
	at := r.SubmittedAt
	if r.DecidedAt != nil && act != "submitted" {
		at = r.DecidedAt
	}
	_, err := pg.Exec(ctx, tx, `
		insert into moderation_decisions (request_id, seller_id, actor_id, act, reason_code, note, at)
		values ($1, $2, $3, $4, nullif($5, ''), $6, $7)`,
		r.ID, null(r.SellerID), null(actorID), act, r.Code, r.Note, at)
	return err
}

// claimNext skips what others are looking at, so that two moderators never meet on one request.
func claimNext(ctx context.Context, tx pg.DB, moderatorID int64, kinds []string, now, until time.Time) (Request, bool, error) {
	return pg.Opt[Request](ctx, tx, `
		update change_requests r set status = 'in_review', reviewer_id = $1, assigned_until = $4
		where r.id = (
			select id from change_requests
			where kind = any($2) and status in ('submitted', 'in_review')
				and (status = 'submitted' or reviewer_id = $1 or assigned_until is null or assigned_until <= $3)
			order by (reviewer_id = $1 and assigned_until > $3) is true desc, risk desc, id
			limit 1 for update skip locked)
		returning `+requestColumns, moderatorID, kinds, now, until)
}

func claimOne(ctx context.Context, db pg.DB, moderatorID, id int64, now, until time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		update change_requests set status = 'in_review', reviewer_id = $1, assigned_until = $4
		where id = $2 and status in ('submitted', 'in_review')
			and (status = 'submitted' or reviewer_id = $1 or assigned_until is null or assigned_until <= $3)`,
		moderatorID, id, now, until)
	return n == 1, err
}

func releaseLease(ctx context.Context, db pg.DB, moderatorID, id int64) error {
	_, err := pg.Exec(ctx, db, `
		update change_requests set status = 'submitted', reviewer_id = null, assigned_until = null
		where id = $2 and status = 'in_review' and reviewer_id = $1`, moderatorID, id)
	return err
}

func listQueue(ctx context.Context, db pg.DB, kinds []string, limit int) ([]Request, error) {
	return pg.List[Request](ctx, db, `select `+requestColumns+` from change_requests r
		where r.kind = any($1) and r.status in ('submitted', 'in_review')
		order by r.risk desc, r.id limit $2`, kinds, limit)
}

func countOpen(ctx context.Context, db pg.DB) (map[string]int, error) {
	type row struct {
		Kind string
		N    int
	}
	rows, err := pg.List[row](ctx, db, `
		select kind, count(*) as n from change_requests where status in ('submitted', 'in_review') group by kind`)
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Kind] = r.N
	}
	return counts, err
}

func listHistory(ctx context.Context, db pg.DB, kinds []string, targetID int64, limit int) ([]Decision, error) {
	return pg.List[Decision](ctx, db, `
		select d.request_id, d.act, coalesce(d.reason_code, '') as code, d.note, r.automatic, d.at
		from moderation_decisions d join change_requests r on r.id = d.request_id
		where r.kind = any($1) and r.target_id = $2 order by d.id desc limit $3`, kinds, targetID, limit)
}

func countToday(ctx context.Context, db pg.DB, moderatorID int64, since time.Time) (Day, error) {
	return pg.One[Day](ctx, db, `
		select count(*) as decisions,
			coalesce(percentile_cont(0.5) within group (order by gap), 0)::int as median_seconds
		from (
			select extract(epoch from at - lag(at) over (order by at)) as gap
			from moderation_decisions where actor_id = $1 and at >= $2 and act <> 'submitted') d`, moderatorID, since)
}

func insertAudit(ctx context.Context, tx pg.DB, a Act, before, after json.RawMessage) error {
	_, err := pg.Exec(ctx, tx, `
		insert into audit_log (actor_id, act, target_kind, target_id, before, after) values ($1, $2, $3, $4, $5, $6)`,
		null(a.ActorID), a.Name, a.Kind, null(a.TargetID), before, after)
	return err
}

const auditColumns = `a.id, coalesce(a.actor_id, 0) as actor_id, coalesce(p.name, '') as actor_name, a.act, a.target_kind,
	coalesce(a.target_id, 0) as target_id, a.before, a.after, a.at`

func listAudit(ctx context.Context, db pg.DB, beforeID int64, limit int) ([]AuditLine, error) {
	return pg.List[AuditLine](ctx, db, `
		select `+auditColumns+` from audit_log a left join people p on p.id = a.actor_id
		where $1::bigint = 0 or a.id < $1 order by a.id desc limit $2`, beforeID, limit)
}

func listTargetAudit(ctx context.Context, db pg.DB, kind string, targetID int64, limit int) ([]AuditLine, error) {
	return pg.List[AuditLine](ctx, db, `
		select `+auditColumns+` from audit_log a left join people p on p.id = a.actor_id
		where a.target_kind = $1 and a.target_id = $2 order by a.id desc limit $3`, kind, targetID, limit)
}

func null(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
