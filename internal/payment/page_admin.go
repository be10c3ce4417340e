package payment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func filterLabel(ctx context.Context, s State) string {
	if s == "" {
		return i18n.T(ctx, "payment.admin.all")
	}
	return i18n.T(ctx, "payment.state."+string(s))
}

func paymentsGrid(ctx context.Context, rows []adminRow) ui.Grid {
	t := func(key string) string { return i18n.T(ctx, "payment.admin."+key) }
	g := ui.Grid{Caption: t("list"), TestID: "payments", Head: []ui.Col{{Title: t("number")}, {Title: t("method"), Label: true},
		{Title: t("sum"), Right: true}, {Title: t("state"), Label: true}, {Title: t("when"), Label: true}}}
	for _, r := range rows {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: r.Number, Href: web.Path(ctx, r.Path)}, ui.Text(r.Method),
			{Text: r.Sum, Bold: true}, ui.Node(stateBadge(r.State)), ui.Text(r.When)}})
	}
	return g
}

// paymentView is what the operator's page of one payment shows.
type paymentView struct {
	Nav     []web.NavItem
	P       Payment
	Method  string
	Splits  []Split
	Refunds []Refund
	History []HistoryEvent
	Now     time.Time
	Fault   error
}

func (v paymentView) sum(ctx context.Context, a money.Amount) string {
	return money.Format(i18n.LangOf(ctx), a, v.P.Currency)
}

// waitsForTransfer reports whether a person may say that the money came.
func (v paymentView) waitsForTransfer() bool {
	return v.P.Provider == InvoiceName && (v.P.State.Open() || v.P.State.Ended())
}

func (v paymentView) facts(ctx context.Context) []ui.Pair {
	t := func(key string) string { return i18n.T(ctx, "payment.admin."+key) }
	ref := "—"
	if v.P.ProviderRef != nil && *v.P.ProviderRef != v.P.Token {
		ref = *v.P.ProviderRef
	}
	return []ui.Pair{{Key: t("state"), Node: stateBadge(v.P.State)}, {Key: t("method"), Value: v.Method},
		{Key: t("sum"), Value: v.sum(ctx, v.P.Amount)}, {Key: t("captured"), Value: v.sum(ctx, v.P.Captured)},
		{Key: t("refunded"), Value: v.sum(ctx, v.P.Refunded)}, {Key: t("attempt"), Value: strconv.Itoa(v.P.Attempt)},
		{Key: t("provider_ref"), Value: ref}, {Key: t("when"), Value: i18n.DateTime(i18n.LangOf(ctx), v.P.CreatedAt, v.Now)}}
}

func (v paymentView) splitsGrid(ctx context.Context) ui.Grid {
	t := func(key string) string { return i18n.T(ctx, "payment.admin."+key) }
	g := ui.Grid{Caption: t("splits"), Head: []ui.Col{{Title: t("order_id")}, {Title: t("seller_id"), Label: true},
		{Title: t("sum"), Right: true, Label: true}, {Title: t("captured"), Right: true, Label: true}, {Title: t("refunded"), Right: true, Label: true}}}
	for _, s := range v.Splits {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(strconv.FormatInt(s.OrderID, 10)),
			ui.Text(strconv.FormatInt(s.SellerID, 10)), ui.Text(v.sum(ctx, s.Amount)), ui.Text(v.sum(ctx, s.Captured)),
			ui.Text(v.sum(ctx, s.Refunded))}})
	}
	return g
}

func (v paymentView) refundsGrid(ctx context.Context) ui.Grid {
	t := func(key string) string { return i18n.T(ctx, "payment.admin."+key) }
	g := ui.Grid{Caption: t("refunds"), Head: []ui.Col{{Title: t("when")}, {Title: t("sum"), Right: true, Label: true},
		{Title: t("state"), Label: true}, {Title: t("reason"), Label: true}, {Title: t("act"), Sr: true}}}
	last := LastTries(v.Refunds)
	for _, r := range v.Refunds {
		act := ui.Text("")
		if r.State == RefundFailed && slices.ContainsFunc(last, func(x Refund) bool { return x.ID == r.ID }) {
			act = ui.Node(againForm(r.ID))
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(i18n.DateTime(i18n.LangOf(ctx), r.CreatedAt, v.Now)),
			ui.Text(v.sum(ctx, r.Amount)), {Text: i18n.T(ctx, "payment.refund."+string(r.State)), Under: r.Error}, ui.Text(r.Reason), act}})
	}
	return g
}

// detail is what stands under an event: a message where the detail is the key of one.
func (e HistoryEvent) detail(ctx context.Context) string { return i18n.T(ctx, e.Detail) }

// who names the one who did it: a provider, a person, or the program itself.
func (e HistoryEvent) who(ctx context.Context) string {
	if e.Actor == "system" {
		return i18n.T(ctx, "site.name")
	}
	if key := "payment.method." + e.Actor; i18n.Has(i18n.LangOf(ctx), key) {
		return i18n.T(ctx, key)
	}
	return e.Actor
}

func (v paymentView) historyGrid(ctx context.Context) ui.Grid {
	t := func(key string) string { return i18n.T(ctx, "payment.admin."+key) }
	g := ui.Grid{Caption: t("history"), Head: []ui.Col{{Title: t("when")}, {Title: t("event"), Label: true},
		{Title: t("state"), Label: true}, {Title: t("actor"), Label: true}}}
	for _, e := range v.History {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(i18n.DateTime(i18n.LangOf(ctx), e.At, v.Now)),
			{Text: i18n.T(ctx, "payment.event."+e.Kind), Under: e.detail(ctx)}, ui.Node(stateBadge(e.To)), ui.Text(e.who(ctx))}})
	}
	return g
}
