package moderation

import (
	"context"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

type queueView struct {
	Page web.Page
	Kind string
	Tabs []ui.Tab
	// Waiting is how many requests stand in all queues.
	Waiting int64
	Queue   []ui.Queued
	Today   string
	Pic     ui.Pic // of the request in hand
	Item    *itemView
	Errs    ui.Errs
}

type itemView struct {
	ID      string
	Title   string
	Under   string
	Pic     ui.Pic
	Due     ui.Tag
	Change  ui.Change
	Same    []Field // what the request leaves as it is
	Risk    int
	Reasons []reasonView
	Past    []pastView
	Codes   []ui.Choice
	Code    string
	Note    string
	Open    bool
	Taken   bool // by somebody else, now
	Outcome string

	Photos   []Photo
	Cards    []Card
	Range    string // which of how many cards these are
	Unfold   ui.Link
	Unfolded bool
	Pages    ui.Pages
}

type reasonView struct{ Icon, Kind, Text, Points string }

type pastView struct{ Class, Title, Note string }

// waiting sums the queues.
func waiting(tabs []string, counts map[string]int) int64 {
	n := 0
	for _, t := range tabs {
		n += counts[t]
	}
	return int64(n)
}

// headline says how much there is to decide.
func (v queueView) headline(ctx context.Context) string {
	if v.Waiting == 0 {
		return i18n.T(ctx, "moderation.calm")
	}
	return i18n.N(ctx, "moderation.waiting", v.Waiting)
}

func printQueue(ctx context.Context, tabs []string, kind string, list []Request, counts map[string]int, shops map[int64]string, current int64, now time.Time) queueView {
	v := queueView{Kind: kind, Waiting: waiting(tabs, counts), Page: web.Page{Title: i18n.T(ctx, "moderation.title"), NoIndex: true}}
	for _, t := range tabs {
		v.Tabs = append(v.Tabs, ui.Tab{Label: i18n.T(ctx, "moderation.tab."+t), Href: web.Path(ctx, "/admin/moderation?kind="+t),
			Count: strconv.Itoa(counts[t]), Current: t == kind})
	}
	for _, r := range list {
		note := shops[r.SellerID]
		if r.Due != nil {
			note += " · " + left(ctx, *r.Due, now)
		}
		v.Queue = append(v.Queue, ui.Queued{Title: r.Title, Href: web.Path(ctx, "/admin/moderation/"+strconv.FormatInt(r.ID, 10)),
			Note: note, Tag: riskTag(ctx, r.Risk), Current: r.ID == current})
	}
	return v
}

func riskTag(ctx context.Context, risk int) ui.Tag {
	kind := ui.OK
	switch {
	case risk >= 60:
		kind = ui.Bad
	case risk >= 30:
		kind = ui.Warn
	}
	return ui.Tag{Label: i18n.T(ctx, "moderation.risk.n", "n", risk), Kind: kind}
}

// left says how much time a decision has.
func left(ctx context.Context, due, now time.Time) string {
	d := due.Sub(now).Round(time.Minute)
	if d <= 0 {
		return i18n.T(ctx, "moderation.overdue")
	}
	hours, minutes := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	if hours == 0 {
		return i18n.T(ctx, "moderation.left.minutes", "m", minutes)
	}
	return i18n.T(ctx, "moderation.left", "h", hours, "m", minutes)
}

func printDay(ctx context.Context, d Day) string {
	if d.Decisions == 0 {
		return ""
	}
	text := i18n.N(ctx, "moderation.today", int64(d.Decisions))
	if d.MedianSeconds > 0 {
		text += ", " + i18n.T(ctx, "moderation.median", "n", d.MedianSeconds)
	}
	return text
}

func printItem(ctx context.Context, r Request, fields []Field, past []Decision, codes []string, shop string, me int64, now time.Time) *itemView {
	lang := i18n.LangOf(ctx)
	v := &itemView{ID: strconv.FormatInt(r.ID, 10), Title: r.Title, Risk: r.Risk, Open: r.Open(),
		Taken: r.Status == InReview && r.ReviewerID != me && r.AssignedUntil != nil && r.AssignedUntil.After(now)}
	v.Change.Rows, v.Same = diffRows(fields)
	v.Under = i18n.T(ctx, "moderation.item.n", "n", strconv.FormatInt(r.ID, 10)) + " · " + shop
	if r.SubmittedAt != nil {
		v.Under += " · " + i18n.DateTime(lang, *r.SubmittedAt, now)
	}
	if r.Kind != "" && r.BaseVersion > 0 {
		v.Under += " · " + i18n.T(ctx, "moderation.item.version", "n", r.BaseVersion+1, "base", r.BaseVersion)
	}
	if r.Due != nil && r.Open() {
		v.Due = ui.Tag{Label: i18n.T(ctx, "moderation.due", "at", i18n.DateTime(lang, *r.Due, now)), Kind: ui.Warn, Icon: "clock"}
	}
	if !r.Open() {
		v.Outcome = i18n.T(ctx, "moderation.status."+r.Status)
	}
	for _, reason := range r.Reasons {
		v.Reasons = append(v.Reasons, printReason(ctx, reason))
	}
	for _, d := range past {
		v.Past = append(v.Past, printPast(ctx, d, now))
	}
	for _, code := range codes {
		v.Codes = append(v.Codes, ui.Choice{Value: code, Code: code, Label: i18n.T(ctx, "moderation.code."+code)})
	}
	return v
}

// show adds what has to be looked at: pictures, and a page of cards where there are many. All unfolded, they are read
// without a click for each.
func (v *itemView) show(ctx context.Context, s Shown, page int, unfolded bool) {
	v.Photos, v.Cards, v.Unfolded = s.Photos, s.Cards, unfolded
	if s.Total == 0 {
		return
	}
	at := func(page int, unfolded bool) string {
		path := "/admin/moderation/" + v.ID + "?page=" + strconv.Itoa(page)
		if unfolded {
			path += "&open=1"
		}
		return web.Path(ctx, path) + "#cards"
	}
	first := (page-1)*cardsShown + 1
	v.Range = i18n.T(ctx, "moderation.cards.range", "from", min(first, s.Total), "to", min(first+len(s.Cards)-1, s.Total), "n", s.Total)
	v.Unfold = ui.Link{Label: i18n.T(ctx, "moderation.cards.unfold"), Href: at(page, true)}
	if unfolded {
		v.Unfold = ui.Link{Label: i18n.T(ctx, "moderation.cards.fold"), Href: at(page, false)}
	}
	if page > 1 {
		v.Pages.Prev = at(page-1, unfolded)
	}
	if page > 2 {
		v.Pages.First = at(1, unfolded)
	}
	if page*cardsShown < s.Total {
		v.Pages.Next = at(page+1, unfolded)
	}
}

// thumb is the picture as it stands in a row of them.
func (p Photo) thumb() ui.Pic {
	pic := p.Pic
	pic.Class = "thumb l"
	return pic
}

// diffRows tells what a request changes, word by word, from what it leaves as it is.
func diffRows(fields []Field) (changed []ui.ChangeRow, same []Field) {
	for _, f := range fields {
		if f.Before == f.After {
			same = append(same, f)
			continue
		}
		row := ui.ChangeRow{Field: f.Name, Note: f.Note}
		row.Before, row.After = compare(f.Before, f.After)
		changed = append(changed, row)
	}
	return changed, same
}

func printReason(ctx context.Context, r Reason) reasonView {
	v := reasonView{Icon: "alert", Kind: ui.Warn, Text: i18n.T(ctx, r.Key, "arg", r.Arg), Points: "+" + strconv.Itoa(r.Points)}
	switch {
	case r.Points >= 35:
		v.Icon, v.Kind = "error", ui.Bad
	case r.Points < 0:
		v.Icon, v.Kind, v.Points = "okc", ui.OK, "\u2212"+strconv.Itoa(-r.Points)
	}
	return v
}

func printPast(ctx context.Context, d Decision, now time.Time) pastView {
	v := pastView{Class: "done", Title: i18n.T(ctx, "moderation.act."+d.Act), Note: i18n.DateTime(i18n.LangOf(ctx), d.At, now)}
	if d.Act == Rejected || d.Act == ChangesRequested {
		v.Class = "fail"
	}
	if d.Code != "" {
		v.Note += ", " + d.Code + ": " + i18n.T(ctx, "moderation.code."+d.Code)
	}
	if d.Automatic && d.Act == Approved {
		v.Note += ", " + i18n.T(ctx, "moderation.automatic")
	}
	return v
}
