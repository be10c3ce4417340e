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
	if ans.DutyNote != abroad.NoteUnion && ans.DutyNote != abroad.NoteUnknown {
		v.Costs = append(v.Costs, ui.Pair{Key: t(ctx, "duty"), Value: sum(ans.Duty)}, ui.Pair{Key: t(ctx, "tax"), Value: sum(ans.Tax)})
	}
	v.Costs = append(v.Costs, ui.Pair{Key: t(ctx, "total"), Value: sum(ans.toDoor(c.Price)), Total: true})
	v.CostNote = t(ctx, "duty_"+ans.DutyNote)
	for _, name := range []string{"duty_per_hs6_eur", "duty_rate." + ans.Country, "duty_free_eur." + ans.Country, "vat_rate." + ans.Country} {
		if ans.DutyNote == abroad.NoteOwn && name == "duty_per_hs6_eur" || ans.DutyNote == abroad.NoteUnion {
			continue
		}
		if d, ok := ans.Tables.Figure(name); ok {
			v.CostRows = append(v.CostRows, rowView{Name: t(ctx, "figure_"+first(name)) + ": " + d.Values[0], Source: d.SourceIn(i18n.LangOf(ctx)), Checked: day(ctx, d.Checked),
				Guess: d.Status == clearance.Hypothesis})
		}
	}
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
