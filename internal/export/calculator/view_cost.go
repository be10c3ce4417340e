package calculator

import (
	"context"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// costs adds up what the buyer pays until the thing is theirs.
func (v *answerView) costs(ctx context.Context, ans Answer) {
	c, ok := ans.Chosen()
	if !ok {
		return
	}
	lang := i18n.LangOf(ctx)
	sum := func(kopecks money.Amount) string { return money.Format(lang, kopecks, money.RUB) }
	v.Costs = []ui.Pair{{Key: t(ctx, "goods"), Value: sum(ans.ValueRUB)}, {Key: t(ctx, "postage"), Value: sum(c.Price)}}
	if ans.DutyNote != abroad.NoteUnion && !ans.Unsaid() {
		v.Costs = append(v.Costs, ui.Pair{Key: t(ctx, "duty"), Value: sum(ans.Duty)}, ui.Pair{Key: t(ctx, "tax"), Value: sum(ans.Tax)})
	}
	v.Costs = append(v.Costs, ui.Pair{Key: ans.wholeWords(ctx), Value: sum(ans.toDoor(c.Price)), Total: true})
	v.CostNote = t(ctx, "duty_"+ans.DutyNote, "sum", money.Format(lang, ans.UpTo, "EUR"))
	for _, name := range ans.costRows() {
		if d, ok := ans.Tables.Figure(name); ok {
			v.CostRows = append(v.CostRows, rowView{Name: t(ctx, "figure_"+first(name)) + ": " + d.Values[0], Source: d.SourceIn(i18n.LangOf(ctx)), Checked: day(ctx, d.Checked),
				Guess: d.Status == clearance.Hypothesis})
		}
	}
}

// wholeWords says what a sum of everything is: all the way to the door, or without what nobody knows.
func (ans Answer) wholeWords(ctx context.Context) string {
	if ans.Unsaid() {
		return t(ctx, "total_unsaid")
	}
	return t(ctx, "total")
}

// costRows are the rows that duty and tax come from, or why they are not known.
func (ans Answer) costRows() []string {
	switch ans.DutyNote {
	case abroad.NoteUnion:
		return nil
	case abroad.NoteEU:
		return []string{"duty_per_hs6_eur", "duty_per_hs6_up_to_eur", "vat_rate." + ans.Country}
	case abroad.NoteOver:
		return []string{"duty_per_hs6_up_to_eur"}
	}
	return []string{"duty_rate." + ans.Country, "duty_free_eur." + ans.Country, "vat_rate." + ans.Country}
}

// first is a figure's name without its country.
func first(name string) string {
	name, _, _ = strings.Cut(name, ".")
	return name
}

// day is a date in full; nothing for none.
func day(ctx context.Context, d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return i18n.Date(i18n.LangOf(ctx), d, time.Time{})
}
