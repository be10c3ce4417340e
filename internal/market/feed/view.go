package feed

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func importPath(i Import) string { return fmt.Sprintf("/seller/imports/%d", i.ID) }

func heading(ctx context.Context, i Import) string {
	key := map[string]string{Held: "feed.h1.held", Done: "feed.h1.done", Failed: "feed.h1.failed", Cancelled: "feed.h1.cancelled"}[i.State]
	switch {
	case key == "":
		key = "feed.h1.working"
	case key == "feed.h1.done" && i.DryRun:
		key = "feed.h1.dry"
	}
	return i18n.T(ctx, key, "file", i.FileName)
}

func stateTag(ctx context.Context, i Import) ui.Tag {
	kind := map[string]string{Done: ui.OK, Failed: ui.Bad, Held: ui.Warn, Cancelled: ""}[i.State]
	if i.Live() && i.State != Held {
		kind = ui.Info
	}
	return ui.Tag{Label: i18n.T(ctx, "feed.state."+i.State), Kind: kind}
}

func counts(ctx context.Context, i Import) []ui.Pair {
	var pairs []ui.Pair
	for _, c := range []struct {
		key string
		n   int
	}{{"feed.total", i.Total}, {"feed.created", i.Created}, {"feed.changed", i.Changed}, {"feed.unchanged", i.Unchanged},
		{"feed.failed", i.Failed}, {"feed.warned", i.Warned}, {"feed.stopped", i.Stopped}, {"feed.paused", i.Paused}, {"feed.drafts", i.Drafts}} {
		if c.n > 0 || c.key == "feed.total" || c.key == "feed.failed" {
			pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, c.key), Value: i18n.Number(i18n.LangOf(ctx), int64(c.n))})
		}
	}
	return pairs
}

func importsGrid(ctx context.Context, v listView) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.history"), Head: []ui.Col{{Title: i18n.T(ctx, "feed.col.file"), Wide: true},
		{Title: i18n.T(ctx, "feed.col.when")}, {Title: i18n.T(ctx, "feed.col.state")}, {Title: i18n.T(ctx, "feed.col.result")}}}
	lang := i18n.LangOf(ctx)
	for _, i := range v.Imports {
		name := i.FileName
		if name == "" {
			name = "№ " + itoa(i.ID)
		}
		under := ""
		if i.DryRun {
			under = i18n.T(ctx, "feed.dry_badge")
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "import", Cells: []ui.Cell{
			{Text: name, Under: under, Href: web.Path(ctx, importPath(i)), Bold: true},
			{Text: i18n.DateTime(lang, i.CreatedAt, v.Now)}, {Node: ui.Badge(stateTag(ctx, i))}, {Text: result(ctx, i)}}})
	}
	return g
}

// result sums an import up in words: what is not there is not said.
func result(ctx context.Context, i Import) string {
	var parts []string
	for _, c := range []struct {
		key string
		n   int
	}{{"feed.result.created", i.Created}, {"feed.result.changed", i.Changed}, {"feed.result.unchanged", i.Unchanged}, {"feed.result.failed", i.Failed}} {
		if c.n > 0 {
			parts = append(parts, i18n.N(ctx, c.key, int64(c.n)))
		}
	}
	return strings.Join(parts, ", ")
}

func problemsGrid(ctx context.Context, rows []ProblemRow) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.problems"), Head: []ui.Col{{Title: i18n.T(ctx, "feed.col.row")}, {Title: i18n.T(ctx, "feed.col.sku")},
		{Title: i18n.T(ctx, "feed.col.value")}, {Title: i18n.T(ctx, "feed.col.problem"), Wide: true}}}
	for _, p := range rows {
		verdict := "feed.warning"
		if p.Fatal {
			verdict = "feed.fatal"
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "problem", Cells: []ui.Cell{{Text: strconv.Itoa(p.N), Under: i18n.T(ctx, verdict)}, {Text: p.SKU},
			{Text: p.Value, Under: i18n.T(ctx, "feed.field."+p.Field)}, {Text: i18n.T(ctx, p.Key, p.MessageArgs()...)}}})
	}
	return g
}

func diffsGrid(ctx context.Context, diffs []Diff) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.diffs"), Head: []ui.Col{{Title: i18n.T(ctx, "feed.col.sku")}, {Title: i18n.T(ctx, "feed.col.title"), Wide: true},
		{Title: i18n.T(ctx, "feed.col.change")}}}
	for _, d := range diffs {
		g.Rows = append(g.Rows, ui.Row{TestID: "diff", Cells: []ui.Cell{{Text: d.SKU}, {Text: d.Title},
			{Text: i18n.T(ctx, "feed.diff."+d.What, "before", d.Before, "after", d.After)}}})
	}
	return g
}

func shelvesGrid(ctx context.Context, v shelvesDetail) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.shelves"), Head: []ui.Col{{Title: i18n.T(ctx, "feed.col.shelf"), Wide: true},
		{Title: i18n.T(ctx, "feed.col.category"), Wide: true}, {Title: i18n.T(ctx, "feed.shelf.change"), Sr: true}}}
	for _, sh := range v.Shelves {
		category, under, label := i18n.T(ctx, "feed.shelf.unknown"), "", i18n.T(ctx, "feed.shelf.choose")
		if sh.CategoryID != nil {
			category, label = v.Names[*sh.CategoryID], i18n.T(ctx, "feed.shelf.change")
			if sh.DecidedBy == "guess" {
				under = i18n.T(ctx, "feed.shelf.guess")
			}
		}
		g.Rows = append(g.Rows, ui.Row{On: sh.Path == v.Path, TestID: "shelf", Cells: []ui.Cell{{Text: sh.Path}, {Text: category, Under: under},
			{Node: shelfAction(sh.Path, label)}}})
	}
	return g
}
