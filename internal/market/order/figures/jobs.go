package figures

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Args judges how shops serve, by their orders.
type Args struct{}

// Kind names the job.
func (Args) Kind() string { return "order_figures" }

// every is how often shops are judged. A changed shop's goods are indexed anew: no oftener
// than once a day.
const every = 24 * time.Hour

// longest bounds one run over all shops.
const longest = 10 * time.Minute

// Jobs tells the registry how shops are judged and when.
func Jobs(r *jobs.Registry, db *pgxpool.Pool, now func() time.Time) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[Args]) error {
		n, err := Refresh(ctx, db, now())
		if n > 0 {
			slog.InfoContext(ctx, "shops judged", "changed", n)
		}
		return err
	}, jobs.Timeout(longest))
	jobs.Every(r, every, Args{})
}
