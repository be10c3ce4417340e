package hold

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ExpireArgs asks for ExpireDue.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "catalog.expire_holds" }

const (
	expireEvery = 15 * time.Second
	expireBatch = 5000 // offers
)

// Jobs registers the sweep that ends holds whose time has passed.
func Jobs(r *jobs.Registry, db pg.DB) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ExpireArgs]) error {
		return pg.InTx(ctx, db, func(tx pgx.Tx) error {
			_, err := ExpireDue(ctx, tx, expireBatch)
			return err
		})
	})
	jobs.Every(r, expireEvery, ExpireArgs{})
}
