package clearance

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ErrStale is told to the second of two who publish against one version.
var ErrStale = errs.New(errs.Conflict, "clearance.stale")

// Publish makes a row's next version and gives its number. Base is the version that its author saw, 0 for a new row: when
// another one was published meanwhile it is ErrStale. No earlier version is changed; on the days from the new one's first
// it stands in their place, to the first day of a version that begins later.
func (s *Service) Publish(ctx context.Context, actor int64, base int, r Row) (version int, err error) {
	defer errs.Wrap(&err, "clearance.Publish(%s)", key(r))
	p := r.Its()
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
		if _, err := lib.with(r, i18n.LangOf(ctx)); err != nil {
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
		return moderation.Audit(ctx, tx, moderation.Act{ActorID: actor, Name: "law.publish", Kind: kindOf(r), TargetID: id,
			Before: told(before), After: told(r)})
	})
	return version, err
}

// kindOf is how the audit log calls a row.
func kindOf(r Row) string {
	if _, ok := r.(*Rule); ok {
		return "export_rule"
	}
	return "export_table"
}

// told is a row in the audit log's words; nil for none.
func told(r Row) any {
	if r == nil {
		return nil
	}
	p := r.Its()
	m := map[string]any{"name": r.Named(), "from": day(p.From), "status": p.Status, "source": p.Source}
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

// Versions are all rows of one name, the newest version first.
func (lib *Library) Versions(r Row) []Row {
	list := slices.DeleteFunc(lib.Rows(), func(other Row) bool { return key(other) != key(r) })
	slices.SortFunc(list, func(a, b Row) int { return b.Its().Version - a.Its().Version })
	return list
}

// newest is the highest version of a name, nil when there is none.
func (lib *Library) newest(r Row) Row {
	if list := lib.Versions(r); len(list) > 0 {
		return list[0]
	}
	return nil
}

func versionOf(r Row) int {
	if r == nil {
		return 0
	}
	return r.Its().Version
}

// with is the library with one more version, or why it cannot have it: fields that say what to mend.
func (lib *Library) with(r Row, lang i18n.Lang) (*Library, error) {
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
	if err := next.check(r.Its().From); err != nil {
		return nil, errs.Fields([]errs.Field{misreading(r, err, lang)})
	}
	return next, nil
}

// misreading is the field at which a version that leaves some rule unreadable is told: the rule itself, or another one that
// names the list or figure.
func misreading(r Row, err error, lang i18n.Lang) errs.Field {
	field := errs.Field{Name: "values", Key: "clearance.edit.unreadable", Args: []any{"why", err.Error()}}
	rule, ok := r.(*Rule)
	if ok {
		field.Name = "when"
	}
	in, known := errors.AsType[*holed](err)
	m, read := errors.AsType[*misread](err)
	switch {
	case !known || !read:
	case ok && in.rule == rule.ID:
		field.Key, field.Args = "clearance.edit.condition", []any{"part", m.part, "why", m.why.in(lang)}
	default:
		field.Key, field.Args = "clearance.edit.condition_of", []any{"rule", in.rule, "part", m.part, "day", day(in.day), "why", m.why.in(lang)}
	}
	return field
}

// areaName is how an area is written; the tables check the same.
var areaName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// judge refuses a version that says too little, or whose days reach into those of one that begins later.
func (lib *Library) judge(r Row) error {
	p := r.Its()
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
	add(!areaName.MatchString(p.Area), "area", "clearance.edit.which_area")
	if f, ok := errors.AsType[*flaw](ownCheck(r)); ok {
		add(true, f.field, "clearance.edit."+f.key, f.args...)
	}
	for _, other := range lib.Versions(r) {
		o := other.Its()
		add(!o.Waiting && !p.To.IsZero() && o.From.After(p.From) && !p.To.Before(o.From), "to", "clearance.edit.overlaps", "version", o.Version, "day", day(o.From))
	}
	return errs.Fields(fields)
}

func ownCheck(r Row) error {
	switch r := r.(type) {
	case *Rule:
		return r.check()
	case *Dated:
		return r.check()
	}
	return nil
}
