package jobs

import (
	"context"
	"log/slog"
)

// quiet takes what the library reports of its own running, a count of jobs every few seconds, for details: an operator's
// log tells of ours.
type quiet struct{ slog.Handler }

func detail(level slog.Level) slog.Level {
	if level == slog.LevelInfo {
		return slog.LevelDebug
	}
	return level
}

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return q.Handler.Enabled(ctx, detail(level))
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	r.Level = detail(r.Level)
	return q.Handler.Handle(ctx, r)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
