package lawdesk

import (
	"context"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

func formTitle(ctx context.Context, v formView) string {
	switch {
	case v.Base > 0:
		return v.Name
	case v.Kind == kindRule:
		return t(ctx, "new_rule")
	}
	return t(ctx, "new_table")
}

func kindOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Label: t(ctx, "kind_all")}, {Value: kindRule, Label: t(ctx, "kind_rule")}, {Value: kindList, Label: t(ctx, "kind_list")},
		{Value: kindFigure, Label: t(ctx, "kind_figure")}}
}

// statusOptions begin with the word for any, when there is one.
func statusOptions(ctx context.Context, any string) []ui.Option {
	var list []ui.Option
	if any != "" {
		list = append(list, ui.Option{Label: any})
	}
	for _, s := range []clearance.Status{clearance.Verified, clearance.Hypothesis} {
		list = append(list, ui.Option{Value: string(s), Label: i18n.T(ctx, "clearance.status."+string(s))})
	}
	return list
}

func timeOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, when := range []string{inForce, toCome, ended, anyTime} {
		list = append(list, ui.Option{Value: when, Label: t(ctx, when)})
	}
	return list
}

func stepOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range clearance.Steps {
		list = append(list, ui.Option{Value: strconv.Itoa(s.Number), Label: strconv.Itoa(s.Number) + ". " + clearance.StepWords(ctx, s.Number)})
	}
	return list
}

func outcomeOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, o := range []clearance.Outcome{clearance.Needs, clearance.Refused, clearance.Route, clearance.Pass} {
		list = append(list, ui.Option{Value: string(o), Label: i18n.T(ctx, "clearance.outcome."+string(o))})
	}
	return list
}
