package clearance

import (
	"context"
	"embed"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// StepWords name a step for people.
func StepWords(ctx context.Context, number int) string {
	return i18n.T(ctx, "clearance.step."+StepName(number))
}

// ThenWords say what a rule asks for, chooses or names. A code that an admin made up and nobody has put into words is
// made readable.
func ThenWords(ctx context.Context, then string) string {
	return wordsOr(ctx, "clearance.then."+then, Plainly(then))
}

// AreaWords name an area of rules.
func AreaWords(ctx context.Context, area string) string {
	return wordsOr(ctx, "clearance.area."+area, Plainly(area))
}

func wordsOr(ctx context.Context, key, otherwise string) string {
	if i18n.Has(i18n.LangOf(ctx), key) {
		return i18n.T(ctx, key)
	}
	return otherwise
}
