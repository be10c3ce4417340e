package moderation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Queue lists open requests of the kinds, the riskiest first, with the author's shop by its id.
func (s *Service) Queue(ctx context.Context, kinds []string, limit int) ([]Request, error) {
	return listQueue(ctx, s.db, kinds, limit)
}

// Counts says how many requests of each kind are open.
func (s *Service) Counts(ctx context.Context) (map[string]int, error) { return countOpen(ctx, s.db) }

// Decision is one line of a target's history.
type Decision struct {
	RequestID int64
	Act       string
	Code      string
	Note      string
	Automatic bool
	At        time.Time
}

// History lists what was decided about a target, newest first.
func (s *Service) History(ctx context.Context, kinds []string, targetID int64, limit int) ([]Decision, error) {
	return listHistory(ctx, s.db, kinds, targetID, limit)
}

// OpenFor finds the request of a target that waits for a decision or for its author.
func OpenFor(ctx context.Context, db pg.DB, kinds []string, targetID int64) (Request, bool, error) {
	return findOpen(ctx, db, kinds, targetID)
}

// LastFor finds the newest request of a target, whatever became of it.
func LastFor(ctx context.Context, db pg.DB, kinds []string, targetID int64) (Request, bool, error) {
	return findLast(ctx, db, kinds, targetID)
}

// Day is a moderator's day: how many decisions, and the middle time they took.
type Day struct {
	Decisions     int
	MedianSeconds int
}

// Today counts what the moderator decided since the given moment.
func (s *Service) Today(ctx context.Context, moderatorID int64, since time.Time) (Day, error) {
	return countToday(ctx, s.db, moderatorID, since)
}

// Act is one line of the audit log: who did what to what, and what it was before and after. Keep
// personal data out of Before and After.
type Act struct {
	ActorID  int64 // 0: the program itself
	Name     string
	Kind     string
	TargetID int64
	Before   any
	After    any
}

// Audit writes an act within the caller's transaction: no act without its line, no line without its act.
func Audit(ctx context.Context, tx pg.DB, a Act) (err error) {
	defer errs.Wrap(&err, "moderation.Audit(%s)", a.Name)
	before, err := marshal(a.Before)
	if err != nil {
		return err
	}
	after, err := marshal(a.After)
	if err != nil {
		return err
	}
	return insertAudit(ctx, tx, a, before, after)
}

func marshal(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	return json.Marshal(v)
}

// AuditLine is an act as the log keeps it.
type AuditLine struct {
	ID         int64
	ActorID    int64
	ActorName  string
	Act        string
	TargetKind string
	TargetID   int64
	Before     json.RawMessage
	After      json.RawMessage
	At         time.Time
}

// AuditLog lists acts, newest first, before the line with the given id; 0 starts at the end.
func AuditLog(ctx context.Context, db pg.DB, beforeID int64, limit int) ([]AuditLine, error) {
	return listAudit(ctx, db, beforeID, limit)
}

// AuditOf lists what was done to one target, newest first.
func AuditOf(ctx context.Context, db pg.DB, kind string, targetID int64, limit int) ([]AuditLine, error) {
	return listTargetAudit(ctx, db, kind, targetID, limit)
}
