package app

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ratesWarn is how many days old the last rates may be: over a weekend with a holiday they are three.
const ratesWarn = 4

// checkRates looks how old the last exchange rates are. Prices in other currencies and limits of the post hang on them.
func checkRates(ctx context.Context, db pg.DB) finding {
	t, known, err := rates.Last(ctx, db)
	if err != nil {
		return doubt("rates", "unread", "why", oneLine(err))
	}
	if !known {
		return doubt("rates", "never")
	}
	if trouble, ok, err := rates.TroubleNow(ctx, db); err != nil {
		return doubt("rates", "unread", "why", oneLine(err))
	} else if ok {
		return doubt("rates", "trouble", "why", inWords(trouble.Words), "since", trouble.Since.In(i18n.Moscow).Format(time.DateTime), "day", t.Day.Format(time.DateOnly))
	}
	age, day := t.AgeDays(rates.Today(time.Now())), t.Day.Format(time.DateOnly)
	if age > ratesWarn {
		return doubt("rates", "old", "days", age, "day", day)
	}
	return well("rates", "day", day, "n", len(t.Currencies()), "source", t.Source)
}
