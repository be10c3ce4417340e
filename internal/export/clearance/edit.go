package clearance

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ErrStale is told to the second of two who publish against one version.
var ErrStale = errs.New(errs.Conflict, "clearance.stale")

// PublishRule makes a rule's next version. Base is the version that its author saw, 0 for a new rule: when another one
// was published meanwhile it is ErrStale. No earlier version is changed; on the days from the new one's first it stands
// in their place, to the first day of a version that begins later.
func (s *Service) PublishRule(ctx context.Context, actor int64, base int, r Rule) (Rule, error) {
	version, err := s.publish(ctx, actor, base, &r)
	r.Version = version
	return r, err
}

// PublishTable makes the next version of a list or a figure, as PublishRule does.
func (s *Service) PublishTable(ctx context.Context, actor int64, base int, d Dated) (Dated, error) {
	version, err := s.publish(ctx, actor, base, &d)
	d.Version = version
	return d, err
}

func (s *Service) publish(ctx context.Context, actor int64, base int, r row) (version int, err error) {
	defer errs.Wrap(&err, "clearance.publish(%s)", key(r))
	p := r.its()
	p.Origin, p.Waiting = FromDesk, false
	defer s.forget()
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockEdition(ctx, tx); err != nil {
			return err
		}
		lib, err := selectLibrary(ctx, tx)
		if err != nil {
			return err
		}
		before := lib.newest(r)
		if versionOf(before) != base {
			return ErrStale
		}
		if _, err := lib.with(r); err != nil {
			return err
		}
		var batch pgx.Batch
		var id int64
		queueRow(&batch, r, actor).QueryRow(func(row pgx.Row) error { return row.Scan(&id, &version) })
		if err := pg.Send(ctx, tx, &batch); err != nil {
			return err
		}
		if err := bumpEdition(ctx, tx); err != nil {
			return err
		}
		return moderation.Audit(ctx, tx, moderation.Act{ActorID: actor, Name: "export.rule", Kind: kindOf(r), TargetID: id,
			Before: told(before), After: told(r)})
	})
	return version, err
}

// kindOf is how the audit log calls a row.
func kindOf(r row) string {
	if _, ok := r.(*Rule); ok {
		return "export_rule"
	}
	return "export_table"
}

// told is a row in the audit log's words; nil for none.
func told(r row) any {
	if r == nil {
		return nil
	}
	p := r.its()
	m := map[string]any{"name": r.name(), "from": day(p.From), "status": p.Status, "source": p.Source}
	if p.Version > 0 {
		m["version"] = p.Version
	}
	if !p.To.IsZero() {
		m["to"] = day(p.To)
	}
	switch r := r.(type) {
	case *Rule:
		m["when"], m["outcome"], m["then"] = r.When, r.Outcome, r.Then
	case *Dated:
		m["values"] = strings.Join(r.Values, ", ")
	}
	return m
}

func day(d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

// versions are all rows of one name, the newest version first.
func (lib *Library) versions(r row) []row {
	list := slices.DeleteFunc(lib.rows(), func(other row) bool { return key(other) != key(r) })
	slices.SortFunc(list, func(a, b row) int { return b.its().Version - a.its().Version })
	return list
}

// newest is the highest version of a name, nil when there is none.
func (lib *Library) newest(r row) row {
	if list := lib.versions(r); len(list) > 0 {
		return list[0]
	}
	return nil
}

func versionOf(r row) int {
	if r == nil {
		return 0
	}
	return r.its().Version
}

// with is the library with one more version, or why it cannot have it: fields that say what to mend.
func (lib *Library) with(r row) (*Library, error) {
	if err := lib.judge(r); err != nil {
		return nil, err
	}
	next := &Library{Rules: slices.Clone(lib.Rules), Tables: slices.Clone(lib.Tables)}
	switch r := r.(type) {
	case *Rule:
		added := *r
		added.Version = versionOf(lib.newest(r)) + 1
		next.Rules = append(next.Rules, added)
	case *Dated:
		added := *r
		added.Version = versionOf(lib.newest(r)) + 1
		next.Tables = append(next.Tables, added)
	}
	if err := next.check(r.its().From); err != nil {
		field := "values"
		if _, ok := r.(*Rule); ok {
			field = "when"
		}
		return nil, errs.Fields([]errs.Field{{Name: field, Key: "clearance.edit.unreadable", Args: []any{"why", err.Error()}}})
	}
	return next, nil
}

// judge refuses a version that says too little, or whose days reach into those of one that begins later.
func (lib *Library) judge(r row) error {
	p := r.its()
	var fields []errs.Field
	add := func(bad bool, name, key string, args ...any) {
		if bad {
			fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	add(p.From.IsZero(), "from", "clearance.edit.since_when")
	add(!p.To.IsZero() && p.To.Before(p.From), "to", "clearance.edit.ends_before")
	add(strings.TrimSpace(p.Source) == "", "source", "clearance.edit.where_written")
	add(p.Status != Verified && p.Status != Hypothesis, "status", "clearance.edit.choose_status")
	add(p.Status == Verified && p.Checked.IsZero(), "checked", "clearance.edit.when_checked")
	add(strings.TrimSpace(p.Area) == "", "area", "clearance.edit.which_area")
	if err := ownCheck(r); err != nil {
		add(true, "name", "clearance.edit.unreadable", "why", err.Error())
	}
	for _, other := range lib.versions(r) {
		o := other.its()
		add(!o.Waiting && !p.To.IsZero() && o.From.After(p.From) && !p.To.Before(o.From), "to", "clearance.edit.overlaps", "version", o.Version, "day", day(o.From))
	}
	return errs.Fields(fields)
}

func ownCheck(r row) error {
	switch r := r.(type) {
	case *Rule:
		return r.check()
	case *Dated:
		return r.check()
	}
	return nil
}
