package feed

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// sourceTag says in a word how an address stands.
func sourceTag(ctx context.Context, line sourceLine) ui.Tag {
	switch {
	case line.Last != nil && line.Last.Live():
		return ui.Tag{Label: i18n.T(ctx, "feed.source.state.fetching"), Kind: ui.Info}
	case line.Last != nil && line.Last.State == FetchFailed:
		return ui.Tag{Label: i18n.T(ctx, "feed.source.state.failed"), Kind: ui.Bad}
	case line.Paused:
		return ui.Tag{Label: i18n.T(ctx, "feed.source.state.paused"), Kind: ui.Warn}
	case line.EveryMinutes == nil:
		return ui.Tag{Label: i18n.T(ctx, "feed.source.state.hand")}
	}
	return ui.Tag{Label: i18n.T(ctx, "feed.source.state.runs"), Kind: ui.OK}
}

func sourceFacts(ctx context.Context, line sourceLine, now time.Time) []ui.Pair {
	facts := []ui.Pair{{Key: i18n.T(ctx, "feed.source.rhythm"), Value: rhythm(ctx, everyText(line.EveryMinutes))}}
	if line.Last == nil {
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "feed.source.last"), Value: i18n.T(ctx, "feed.source.never")})
	} else {
		facts = append(facts, ui.Pair{Key: i18n.T(ctx, "feed.source.last"), Node: lastFetch(*line.Last, now)})
	}
	next := i18n.T(ctx, "feed.source.next.hand")
	switch {
	case line.Paused:
		next = i18n.T(ctx, "feed.source.next.paused")
	case line.NextAt != nil && line.NextAt.Before(now):
		next = i18n.T(ctx, "feed.source.next.soon")
	case line.NextAt != nil:
		next = i18n.DateTime(i18n.LangOf(ctx), *line.NextAt, now)
	}
	return append(facts, ui.Pair{Key: i18n.T(ctx, "feed.source.next"), Value: next})
}

// when is the end of a trip, or its beginning while it lasts.
func (f Fetch) when() time.Time {
	if f.FinishedAt != nil {
		return *f.FinishedAt
	}
	return f.AskedAt
}

// href leads to what the trip brought, or to the trip.
func (f Fetch) href(ctx context.Context) string {
	if f.State == FetchDone {
		return web.Path(ctx, importPath(Import{ID: f.ImportID}))
	}
	return web.Path(ctx, fetchPath(f.ID))
}
