package account

import (
	"context"
	"errors"
	"log/slog"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
)

// note writes one line for what happened to who may enter: when, what, whose account by its number, how it ended, and the
// request it came with. There is no address, name or password in it. Verbs defer it, so it sees their result.
func (s *Service) note(ctx context.Context, event string, personID *int64, err *error) {
	outcome := "done"
	if *err != nil {
		outcome = errs.KindOf(*err).String()
		if key := refusalOf(*err); key != "" {
			outcome = key
		}
	}
	level := slog.LevelInfo
	if errs.Is(*err, errs.TooMany) {
		level = slog.LevelWarn
	}
	slog.Log(ctx, level, "security", "event", event, "person", *personID, "outcome", outcome, "request_id", httpx.RequestIDOf(ctx))
}

// refusalOf is the message key that says best why a verb refused: a field's where there is one.
func refusalOf(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return ""
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ":" + e.Fields[0].Key
	}
	return e.Key
}
