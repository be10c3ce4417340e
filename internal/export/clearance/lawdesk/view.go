package lawdesk

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "clearance.admin."+key, args...)
}

// filter is what the list is narrowed to.
type filter struct{ Area, Step, Status, When, Kind string }

// Times a row may stand in.
const (
	inForce = "in_force"
	toCome  = "to_come"
	ended   = "ended"
	anyTime = "any_time"
)

func asked(r *http.Request) filter {
	q := r.URL.Query()
	return filter{q.Get("area"), q.Get("step"), q.Get("status"), cmp.Or(q.Get("when"), inForce), q.Get("kind")}
}

// listView is the list with its filters.
type listView struct {
	Filter filter
	Areas  []ui.Option
	Steps  []ui.Option
	Groups []groupView
	Count  int64
}

// groupView is an area's rows.
type groupView struct {
	ID, Title string
	Grid      ui.Grid
}

func printList(ctx context.Context, lib *clearance.Library, f filter, now time.Time) listView {
	v := listView{Filter: f, Steps: []ui.Option{{Value: "", Label: t(ctx, "all_steps")}}, Areas: areaOptions(ctx, lib, t(ctx, "all_areas"))}
	for _, s := range clearance.Steps {
		v.Steps = append(v.Steps, ui.Option{Value: strconv.Itoa(s.Number), Label: strconv.Itoa(s.Number) + ". " + clearance.StepWords(ctx, s.Number)})
	}
	standing := lib.StandingRows(now)
	for _, area := range areas(lib) {
		g := groupView{ID: "area-" + area, Title: clearance.AreaWords(ctx, area), Grid: ui.Grid{Caption: clearance.AreaWords(ctx, area), Head: listHead(ctx)}}
		for _, r := range lib.Rows() {
			if r.Its().Area == area && f.takes(r, standing, now) {
				g.Grid.Rows = append(g.Grid.Rows, listRow(ctx, r))
			}
		}
		if len(g.Grid.Rows) > 0 {
			v.Groups, v.Count = append(v.Groups, g), v.Count+int64(len(g.Grid.Rows))
		}
	}
	return v
}

// areas are the areas of the library in the order of the algorithm; those without rules come last.
func areas(lib *clearance.Library) []string {
	const none = 100
	first := map[string]int{}
	for _, r := range lib.Rows() {
		step := none
		if rule, ok := r.(*clearance.Rule); ok {
			step = rule.Step
		}
		if have, ok := first[r.Its().Area]; !ok || step < have {
			first[r.Its().Area] = step
		}
	}
	return slices.SortedFunc(maps.Keys(first), func(a, b string) int { return cmp.Or(first[a]-first[b], cmp.Compare(a, b)) })
}

func areaOptions(ctx context.Context, lib *clearance.Library, all string) []ui.Option {
	list := []ui.Option{{Value: "", Label: all}}
	for _, area := range areas(lib) {
		list = append(list, ui.Option{Value: area, Label: clearance.AreaWords(ctx, area)})
	}
	return list
}

func (f filter) takes(r clearance.Row, standing map[clearance.Row]bool, now time.Time) bool {
	p := r.Its()
	rule, isRule := r.(*clearance.Rule)
	switch {
	case f.Area != "" && p.Area != f.Area, f.Status != "" && string(p.Status) != f.Status, f.Kind != "" && kindOf(r) != f.Kind,
		f.Step != "" && (!isRule || strconv.Itoa(rule.Step) != f.Step):
		return false
	}
	switch f.When {
	case toCome:
		return p.From.After(now)
	case ended:
		return !p.To.IsZero() && now.Sub(p.To) >= 24*time.Hour
	case anyTime:
		return true
	}
	return standing[r] || p.Waiting
}

func listHead(ctx context.Context) []ui.Col {
	return []ui.Col{{Title: t(ctx, "col.name")}, {Title: t(ctx, "col.says"), Wide: true}, {Title: t(ctx, "col.days"), Label: true},
		{Title: t(ctx, "col.version"), Label: true, Right: true}, {Title: t(ctx, "col.status")}}
}

func listRow(ctx context.Context, r clearance.Row) ui.Row {
	p := r.Its()
	says, under := summary(ctx, r)
	return ui.Row{TestID: "row", Cells: []ui.Cell{{Text: r.Named(), Href: web.Path(ctx, path(r)), Bold: true}, {Text: says, Under: under},
		{Text: days(ctx, p)}, {Text: strconv.Itoa(p.Version)}, {Node: badges(ctx, p)}}}
}

// summary says in a line what a row says, and its condition.
func summary(ctx context.Context, r clearance.Row) (says, under string) {
	switch r := r.(type) {
	case *clearance.Rule:
		return verdict(ctx, r), cmp.Or(r.When, t(ctx, "always"))
	case *clearance.Dated:
		return valuesOf(ctx, r, 6), ""
	}
	return "", ""
}

func verdict(ctx context.Context, r *clearance.Rule) string {
	text := i18n.T(ctx, "clearance.outcome."+string(r.Outcome))
	if r.Then != "" {
		text += ": " + clearance.ThenWords(ctx, r.Then)
	}
	return text
}

// valuesOf shows the first values and counts the others.
func valuesOf(ctx context.Context, d *clearance.Dated, most int) string {
	switch {
	case d.Figure && len(d.Values) == 0:
		return t(ctx, "unknown_figure")
	case len(d.Values) == 0:
		return "—"
	case len(d.Values) > most:
		return strings.Join(d.Values[:most], ", ") + " " + t(ctx, "also", "n", len(d.Values)-most)
	}
	return strings.Join(d.Values, ", ")
}

func days(ctx context.Context, p *clearance.Provenance) string {
	if p.To.IsZero() {
		return t(ctx, "from_day", "from", date(ctx, p.From))
	}
	return t(ctx, "days", "from", date(ctx, p.From), "to", date(ctx, p.To))
}

// date is a day in full: rules are dated by years.
func date(ctx context.Context, day time.Time) string {
	if day.IsZero() {
		return "—"
	}
	return i18n.Date(i18n.LangOf(ctx), day, time.Time{})
}

func statusTag(ctx context.Context, p *clearance.Provenance) ui.Tag {
	if p.Status == clearance.Verified {
		return ui.Tag{Label: i18n.T(ctx, "clearance.status.verified"), Kind: ui.OK, Icon: "check"}
	}
	return ui.Tag{Label: i18n.T(ctx, "clearance.status.hypothesis"), Kind: ui.Warn, Icon: "info"}
}

func editPath(ctx context.Context, r clearance.Row, version int) string {
	q := url.Values{"kind": {kindOf(r)}, "name": {r.Named()}}
	if version > 0 {
		q.Set("version", strconv.Itoa(version))
	}
	return web.Path(ctx, "/admin/export/rules/edit?"+q.Encode())
}
