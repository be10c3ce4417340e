// Package limit says "too many" and means it for every copy of the program at once: the counters
// lie in PostgreSQL, one row for each rule and subject. It uses the generic cell rate algorithm
// (ITU-T I.371), which needs one timestamp per subject and one statement per question: a subject
// may do Burst things at once and gets them back evenly over Per. It owns the table rate_limits,
// keeps only hashes of subjects there, and never decides what deserves a limit.
package limit

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"maps"
	"math"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// Rule allows Burst acts within Per. Name keeps the counters of different rules apart.
type Rule struct {
	Name  string
	Burst int
	Per   time.Duration
}

// interval is what one act costs.
func (r Rule) interval() time.Duration { return r.Per / time.Duration(r.Burst) }

// Limiter counts acts.
type Limiter struct {
	db  pg.DB
	now func() time.Time
}

// New makes a limiter that counts in db.
func New(db pg.DB, now func() time.Time) *Limiter { return &Limiter{db: db, now: now} }

// Take counts one act of subject, or answers TooMany with the time to wait when the rule is used up.
// A refused act costs nothing, so somebody who keeps knocking is let in as soon as one who waits.
func (l *Limiter) Take(ctx context.Context, rule Rule, subject string) error {
	now, key := l.now(), rule.key(subject)
	n, err := pg.Exec(ctx, l.db, take, taking(key, now, rule))
	if err != nil || n == 1 {
		return err
	}
	return l.refusal(ctx, rule, key, now)
}

// TakeFor is Take that carries out what it counts, in one statement and so for one commit: the insert is an "insert …
// select" without from and returning, whose row gets the id that comes back. A refused act inserts nothing. The row is on
// disk with whatever is committed after it, or within a second.
func (l *Limiter) TakeFor(ctx context.Context, rule Rule, subject, insert string, args pg.Args) (id int64, err error) {
	now, key := l.now(), rule.key(subject)
	all := taking(key, now, rule)
	maps.Copy(all, args)
	ids, err := pg.Scalars[int64](ctx, l.db, `with granted as (`+take+` returning key) `+insert+` from granted returning id`, all)
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, l.refusal(ctx, rule, key, now)
	}
	return ids[0], nil
}

// refusal says how long to wait.
func (l *Limiter) refusal(ctx context.Context, rule Rule, key string, now time.Time) error {
	due, err := selectDue(ctx, l.db, key)
	if err != nil {
		return err
	}
	return tooMany(due.Add(rule.interval()).Sub(now.Add(rule.Per)))
}

// Return gives one act back: what was counted before it could be judged turned out harmless.
func (l *Limiter) Return(ctx context.Context, rule Rule, subject string) error {
	return giveBack(ctx, l.db, rule.key(subject), rule.interval())
}

// Forget clears what subject has used of rule.
func (l *Limiter) Forget(ctx context.Context, rule Rule, subject string) error {
	return deleteKey(ctx, l.db, rule.key(subject))
}

// Sweep drops the rows that no longer hold anybody back. A periodic job calls it.
func (l *Limiter) Sweep(ctx context.Context) (int64, error) {
	return deleteDue(ctx, l.db, l.now())
}

func (r Rule) key(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return r.Name + ":" + base64.RawURLEncoding.EncodeToString(sum[:18])
}

func tooMany(wait time.Duration) error {
	switch {
	case wait <= time.Minute:
		return errs.New(errs.TooMany, "limit.soon")
	case wait <= time.Hour:
		return errs.New(errs.TooMany, "limit.minutes", "minutes", int(math.Ceil(wait.Minutes())))
	default:
		return errs.New(errs.TooMany, "limit.hours", "hours", int(math.Ceil(wait.Hours())))
	}
}
