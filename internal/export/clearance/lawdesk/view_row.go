package lawdesk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// versionView is one version of a row, in words.
type versionView struct {
	Title, Under string
	Facts        []ui.Pair
	Status       ui.Tag
	Waiting      bool
	Standing     bool
	Edit         string
	Source       string
}

// rowView is a row with its history.
type rowView struct {
	Name   string
	Kind   string
	Crumbs []ui.Link
	Main   versionView // in force today, or the newest
	Others []versionView
	Usedby []ui.Link
	Edit   string
	Public string
}

func printRow(ctx context.Context, lib *clearance.Library, list []clearance.Row, now time.Time) rowView {
	standing, tables := lib.StandingRows(now), lib.TablesOn(now)
	at := max(slices.IndexFunc(list, func(r clearance.Row) bool { return standing[r] }), 0)
	main := list[at]
	v := rowView{Name: main.Named(), Kind: kindOf(main), Main: *printVersion(ctx, main, tables), Edit: editPath(ctx, main, 0),
		Crumbs: []ui.Link{{Label: t(ctx, "title"), Href: web.Path(ctx, "/admin/export/rules")},
			{Label: clearance.AreaWords(ctx, main.Its().Area), Href: web.Path(ctx, "/admin/export/rules?area="+main.Its().Area)}, {Label: main.Named(), Current: true}}}
	if v.Kind == kindRule {
		v.Public = web.Path(ctx, "/export/rules/"+main.Named())
	}
	for _, r := range list {
		version := *printVersion(ctx, r, tables)
		version.Standing = standing[r]
		if r.Its().Waiting {
			version.Edit = editPath(ctx, r, r.Its().Version)
		}
		v.Others = append(v.Others, version)
	}
	if d, ok := main.(*clearance.Dated); ok {
		for _, r := range lib.Uses(d, now) {
			v.Usedby = append(v.Usedby, ui.Link{Label: r.ID, Href: web.Path(ctx, path(&r))})
		}
	}
	return v
}

func printVersion(ctx context.Context, r clearance.Row, tables clearance.Tables) *versionView {
	p := r.Its()
	v := &versionView{Title: t(ctx, "version", "n", p.Version), Under: days(ctx, p), Status: statusTag(ctx, p), Waiting: p.Waiting, Source: p.SourceIn(i18n.LangOf(ctx))}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, key), Value: value})
		}
	}
	switch r := r.(type) {
	case *clearance.Rule:
		v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "step"), Value: strconv.Itoa(r.Step) + ". " + clearance.StepWords(ctx, r.Step)},
			ui.Pair{Key: t(ctx, "when"), Node: code(orText(r.When, t(ctx, "always")))})
		if said := saidIn(ctx, r, tables); said != "" {
			add("in_words", said)
		}
		add("outcome", clearance.Says(ctx, r))
		if r.Rank != 0 {
			add("rank", strconv.Itoa(r.Rank))
		}
	case *clearance.Dated:
		add("values", valuesOf(ctx, r, len(r.Values)))
	}
	v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "when_filter"), Value: days(ctx, p)})
	add("authority", p.AuthorityIn(i18n.LangOf(ctx)))
	v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "source"), Node: clearance.Source(p.SourceIn(i18n.LangOf(ctx)))})
	if p.Quote != "" {
		v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "quote"), Node: clearance.Quote(p)})
	}
	v.Facts = append(v.Facts, ui.Pair{Key: t(ctx, "checked"), Value: date(ctx, p.Checked)})
	add("checked_by", p.CheckedBy)
	who := p.CheckedBy
	if p.Origin == clearance.FromFile {
		who = t(ctx, "from_file")
	}
	if who != "" {
		v.Under += ", " + who
	}
	return v
}

// saidIn is a rule's condition in words.
func saidIn(ctx context.Context, r *clearance.Rule, tables clearance.Tables) string {
	var parts []string
	for _, c := range clearance.Explain(ctx, r.When, tables) {
		parts = append(parts, c.Brief)
	}
	return strings.Join(parts, "; ")
}

func orText(text, otherwise string) string {
	if strings.TrimSpace(text) == "" {
		return otherwise
	}
	return text
}

// previewView is what a version would change.
type previewView struct {
	Form    formView
	Name    string
	Day     string
	Asked   string
	Differ  string
	Nothing string // instead of a list
	Grid    ui.Grid
}

// shown bounds the list of parcels on the page; the count says how many there are.
const shown = 100

func printPreview(ctx context.Context, f formView, r clearance.Row, pv clearance.Preview) previewView {
	v := previewView{Form: f, Name: r.Named(), Day: t(ctx, "preview_day", "day", date(ctx, pv.Day)), Asked: i18n.N(ctx, "clearance.admin.asked", int64(pv.Asked))}
	switch {
	case pv.Asked == 0:
		v.Nothing = t(ctx, "no_parcels")
	case len(pv.Differ) == 0:
		v.Nothing = t(ctx, "nobody")
	default:
		v.Differ = i18n.N(ctx, "clearance.admin.differ", int64(len(pv.Differ)))
	}
	v.Grid = ui.Grid{Caption: t(ctx, "preview_title"), TestID: "differ", Head: []ui.Col{{Title: t(ctx, "col.number")}, {Title: t(ctx, "col.before"), Label: true},
		{Title: t(ctx, "col.after"), Label: true}, {Title: t(ctx, "col.why"), Wide: true}}}
	for _, d := range pv.Differ[:min(len(pv.Differ), shown)] {
		v.Grid.Rows = append(v.Grid.Rows, ui.Row{TestID: "parcel", Cells: []ui.Cell{{Text: d.Number, Under: t(ctx, "of_"+d.Kind, "country", d.Facts.Country), Bold: true},
			{Text: outcomeWords(ctx, d.Before)}, {Text: outcomeWords(ctx, d.After)}, {Text: changesWords(ctx, d.Changes)}}})
	}
	return v
}

func outcomeWords(ctx context.Context, d clearance.Decision) string {
	text := i18n.T(ctx, "clearance.outcome."+string(d.Outcome))
	if d.Form != "" {
		text += ", " + clearance.ThenWords(ctx, d.Form)
	}
	return text
}

func changesWords(ctx context.Context, changes []clearance.Change) string {
	var parts []string
	for _, c := range changes {
		sign := "+ "
		if c.Gone {
			sign = "− "
		}
		text := sign + c.Rule
		if c.Then != "" {
			text += ": " + clearance.ThenWords(ctx, c.Then)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}
