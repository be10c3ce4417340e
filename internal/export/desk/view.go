package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// deskView is a desk: its queue at the left, the case in hand at the right.
type deskView struct {
	Page      web.Page
	Kind      Kind
	Headline  string
	Figures   []ui.Figure
	Tabs      []ui.Tab
	Pile      string
	Query     Query
	Countries []ui.Option
	Queue     []ui.Queued
	Next      string
	Item      *itemView
	Errs      ui.Errs
}

// homeView is every desk at a glance.
type homeView struct{ Desks []deskCard }

type deskCard struct {
	Kind     Kind
	Href     string
	Headline string
	Figures  []ui.Figure
}

func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "export.desk."+key, args...)
}

// view gathers a page of a desk's queue.
func (h *Handlers) view(r *http.Request, k Kind, q Query) (v deskView, err error) {
	ctx, now := r.Context(), h.Desks.Now()
	page, err := h.Desks.List(ctx, k, q)
	if err != nil {
		return v, err
	}
	counts, err := h.Desks.Counts(ctx, k)
	if err != nil {
		return v, err
	}
	stats, err := h.Desks.Stats(ctx, k)
	if err != nil {
		return v, err
	}
	countries, err := h.Desks.Countries(ctx, k)
	if err != nil {
		return v, err
	}
	var ids []int64
	for _, c := range page.Items {
		ids = append(ids, c.SellerID)
	}
	shops, err := h.Shops(ctx, ids)
	if err != nil {
		return v, err
	}
	card := printDesk(ctx, k, counts, stats)
	v = deskView{Kind: k, Pile: q.Pile, Query: q, Headline: card.Headline, Figures: card.Figures,
		Page: web.Page{Title: t(ctx, "title."+string(k)), NoIndex: true, Wing: "public"}}
	v.Countries = append(v.Countries, ui.Option{Label: t(ctx, "filter.all")})
	for _, c := range countries {
		v.Countries = append(v.Countries, ui.Option{Value: c, Label: destination.NameOf(i18n.LangOf(ctx), c)})
	}
	for _, pile := range Piles {
		v.Tabs = append(v.Tabs, ui.Tab{Label: t(ctx, "pile."+pile), Href: web.Path(ctx, pathWith(k, Query{Pile: pile}, "")),
			Count: strconv.Itoa(counts[pile]), Current: pile == q.Pile})
	}
	for _, c := range page.Items {
		v.Queue = append(v.Queue, printQueued(ctx, c, shops[c.SellerID], now))
	}
	if page.Next != "" {
		v.Next = web.Path(ctx, pathWith(k, q, page.Next))
	}
	return v, nil
}

func printDesk(ctx context.Context, k Kind, counts map[string]int, s Stats) deskCard {
	card := deskCard{Kind: k, Href: web.Path(ctx, deskPath(k)), Headline: t(ctx, "calm")}
	if n := counts[PileQueue]; n > 0 {
		card.Headline = i18n.N(ctx, "export.desk.waiting_n", int64(n))
	}
	none := t(ctx, "no_data")
	share, median, p95 := none, none, none
	var of string
	if promille, ok := s.Automatic(); ok {
		share = percent(i18n.LangOf(ctx), promille)
		of = i18n.N(ctx, "export.desk.stat.of", int64(s.Subjects))
	}
	var over string
	if s.Decided > 0 {
		median, p95 = span(ctx, s.Median), span(ctx, s.P95)
		over = i18n.N(ctx, "export.desk.stat.decided", int64(s.Decided))
	}
	card.Figures = []ui.Figure{{Label: t(ctx, "stat.automatic"), Value: share, Note: of},
		{Label: t(ctx, "stat.median"), Value: median, Note: over},
		{Label: t(ctx, "stat.p95"), Value: p95, Note: t(ctx, "stat.over")}}
	return card
}

// percent prints tenths of a per cent.
func percent(lang i18n.Lang, promille int) string {
	whole := i18n.Percent(lang, promille/10)
	if promille%10 == 0 {
		return whole
	}
	point := ","
	if lang == i18n.EN {
		point = "."
	}
	digits := strconv.Itoa(promille / 10)
	return digits + point + strconv.Itoa(promille%10) + whole[len(digits):]
}

// span says how long something takes, in its two largest units.
func span(ctx context.Context, d time.Duration) string {
	if d < time.Minute {
		return t(ctx, "span.moment")
	}
	d = d.Round(time.Minute)
	days, hours, minutes := int64(d/(24*time.Hour)), int64(d%(24*time.Hour)/time.Hour), int64(d%time.Hour/time.Minute)
	switch {
	case days > 0:
		return t(ctx, "span.days", "d", days, "h", hours)
	case hours > 0:
		return t(ctx, "span.hours", "h", hours, "m", minutes)
	}
	return t(ctx, "span.minutes", "m", minutes)
}

// clock says how a case stands to its term.
func (c Case) clock(ctx context.Context, now time.Time) ui.Tag {
	switch {
	case c.State == Done:
		return ui.Tag{Label: t(ctx, "verdict."+c.Verdict), Kind: map[string]string{Release: ui.OK, Refuse: ui.Bad}[c.Verdict]}
	case c.HeldAt != nil:
		return ui.Tag{Label: t(ctx, "clock.held"), Icon: "clock"}
	case c.Late(now):
		return ui.Tag{Label: t(ctx, "clock.late", "span", span(ctx, now.Sub(c.DueAt))), Kind: ui.Bad, Icon: "clock"}
	}
	left := c.DueAt.Sub(now)
	kind := ui.Info
	if left < time.Hour {
		kind = ui.Warn
	}
	return ui.Tag{Label: t(ctx, "clock.left", "span", span(ctx, left)), Kind: kind, Icon: "clock"}
}

func riskTag(ctx context.Context, risk int) ui.Tag {
	kind := ui.OK
	switch {
	case risk >= 60:
		kind = ui.Bad
	case risk >= 30:
		kind = ui.Warn
	}
	return ui.Tag{Label: t(ctx, "risk", "n", risk), Kind: kind}
}

func printQueued(ctx context.Context, c Case, shop string, now time.Time) ui.Queued {
	note := shop
	if c.Country != "" {
		note += " · " + destination.NameOf(i18n.LangOf(ctx), c.Country)
	}
	tag := riskTag(ctx, c.Risk)
	if c.State == Done {
		tag = c.clock(ctx, now)
	} else {
		note += " · " + c.clock(ctx, now).Label
	}
	return ui.Queued{Title: c.TitleIn(i18n.LangOf(ctx)), Href: web.Path(ctx, casePath(c.Kind, c.ID)), Note: note, Tag: tag}
}

// fail puts an error into the page that comes back.
func (v *deskView) fail(ctx context.Context, err error) {
	v.Errs = ui.ErrsOf(ctx, err)
	v.Page.Errors = len(v.Errs)
}

// caseView is a desk's page with a case in hand; f is the refused form whose texts come back.
func (h *Handlers) caseView(r *http.Request, k Kind, id int64, f *form.Form) (v deskView, err error) {
	ctx := r.Context()
	c, err := h.Desks.Get(ctx, k, id)
	if err != nil {
		return v, err
	}
	if v, err = h.view(r, k, QueryOf(r)); err != nil {
		return v, err
	}
	at := slices.IndexFunc(v.Queue, func(q ui.Queued) bool { return q.Href == web.Path(ctx, casePath(k, id)) })
	if at >= 0 {
		v.Queue[at].Current = true
	}
	v.Page.Title = c.TitleIn(i18n.LangOf(ctx))
	v.Item, err = h.item(r, c, f)
	return v, err
}
