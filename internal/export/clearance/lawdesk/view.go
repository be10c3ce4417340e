package lawdesk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "clearance.admin."+key, args...)
}

// filter is what the list is narrowed to.
type filter struct {
	clearance.Browse
	Step, Status, When, Kind string
}

// Times a row may stand in.
const (
	inForce = "in_force"
	toCome  = "to_come"
	ended   = "ended"
	anyTime = "any_time"
)

// maxWords bounds what is looked for.
const maxWords = 80

func asked(r *http.Request) filter {
	q := r.URL.Query()
	words := []rune(strings.TrimSpace(q.Get("q")))
	return filter{clearance.Browse{Words: string(words[:min(len(words), maxWords)]), Area: q.Get("area"), Country: strings.ToUpper(q.Get("country")), Authority: q.Get("authority")},
		q.Get("step"), q.Get("status"), cmp.Or(q.Get("when"), inForce), q.Get("kind")}
}

// narrowed says that something in particular is looked for.
func (f filter) narrowed() bool { return f != filter{When: inForce} }

// listView is the list with its filters.
type listView struct {
	Filter      filter
	Areas       []ui.Option
	Steps       []ui.Option
	Countries   []ui.Option
	Authorities []ui.Option
	Contents    []ui.Filter
	Groups      []groupView
	Count       int64
}

// groupView is an area's rows.
type groupView struct {
	ID, Title, Count string
	Rows             []rowLine
}

// rowLine is a row in the list.
type rowLine struct {
	Name, Href, Says, Under string
	Guess, Waiting          bool
}

func printList(ctx context.Context, lib *clearance.Library, f filter, now time.Time) listView {
	v := listView{Filter: f, Steps: []ui.Option{{Value: "", Label: t(ctx, "all_steps")}}, Areas: areaOptions(ctx, lib, t(ctx, "all_areas"))}
	for _, s := range clearance.Steps {
		v.Steps = append(v.Steps, ui.Option{Value: strconv.Itoa(s.Number), Label: strconv.Itoa(s.Number) + ". " + clearance.StepWords(ctx, s.Number)})
	}
	standing, tables, rows := lib.StandingRows(now), lib.TablesOn(now), lib.Rows()
	v.options(ctx, rows, tables)
	for _, area := range lib.Areas() {
		g := groupView{ID: "area-" + area, Title: clearance.AreaWords(ctx, area)}
		for _, r := range rows {
			if r.Its().Area == area && f.takes(ctx, r, standing, tables, now) {
				g.Rows = append(g.Rows, printLine(ctx, r, tables))
			}
		}
		if n := int64(len(g.Rows)); n > 0 {
			g.Count = i18n.N(ctx, "clearance.admin.rows", n)
			v.Groups, v.Count = append(v.Groups, g), v.Count+n
			v.Contents = append(v.Contents, ui.Filter{Label: g.Title + " " + i18n.Number(i18n.LangOf(ctx), n), Href: web.Path(ctx, here+"?"+url.Values{"area": {area}}.Encode())})
		}
	}
	return v
}

// options are the countries that rows speak of and who says what they say.
func (v *listView) options(ctx context.Context, rows []clearance.Row, tables clearance.Tables) {
	lang := i18n.LangOf(ctx)
	v.Countries, v.Authorities = []ui.Option{{Label: t(ctx, "all_countries")}}, []ui.Option{{Label: t(ctx, "all_authorities")}}
	for _, code := range clearance.CountriesOf(rows, tables) {
		if name := oksm.Name(lang, code); name != code {
			v.Countries = append(v.Countries, ui.Option{Value: code, Label: name})
		}
	}
	slices.SortFunc(v.Countries[1:], func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	for _, name := range clearance.Authorities(lang, rows) {
		v.Authorities = append(v.Authorities, ui.Option{Value: name, Label: name})
	}
}

func areaOptions(ctx context.Context, lib *clearance.Library, all string) []ui.Option {
	list := []ui.Option{{Value: "", Label: all}}
	for _, area := range lib.Areas() {
		list = append(list, ui.Option{Value: area, Label: clearance.AreaWords(ctx, area)})
	}
	return list
}

func (f filter) takes(ctx context.Context, r clearance.Row, standing map[clearance.Row]bool, tables clearance.Tables, now time.Time) bool {
	p := r.Its()
	rule, isRule := r.(*clearance.Rule)
	switch {
	case f.Status != "" && string(p.Status) != f.Status, f.Kind != "" && kindOf(r) != f.Kind, f.Step != "" && (!isRule || strconv.Itoa(rule.Step) != f.Step):
		return false
	}
	stands := standing[r] || p.Waiting
	switch f.When {
	case toCome:
		stands = p.From.After(now)
	case ended:
		stands = !p.To.IsZero() && now.Sub(p.To) >= 24*time.Hour
	case anyTime:
		stands = true
	}
	return stands && f.Browse.Takes(ctx, r, tables)
}

// longest bounds a row's conditions in the list; its own page has them whole.
const longest = 90

func printLine(ctx context.Context, r clearance.Row, tables clearance.Tables) rowLine {
	p := r.Its()
	v := rowLine{Name: r.Named(), Href: web.Path(ctx, path(r)), Guess: p.Status == clearance.Hypothesis, Waiting: p.Waiting}
	switch r := r.(type) {
	case *clearance.Rule:
		v.Says = clearance.Says(ctx, r)
		if v.Under = cmp.Or(saidIn(ctx, r, tables), t(ctx, "always")); len([]rune(v.Under)) > longest {
			v.Under = string([]rune(v.Under)[:longest]) + "…"
		}
	case *clearance.Dated:
		v.Says = valuesOf(ctx, r, 6)
	}
	if !p.To.IsZero() || p.Version > 1 {
		v.Under = strings.Trim(v.Under+" · "+days(ctx, p)+", "+t(ctx, "version", "n", p.Version), " ·")
	}
	return v
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
