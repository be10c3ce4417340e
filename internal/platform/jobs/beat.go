package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// beatEvery is how often a long job says that it lives: several times before it would be taken for dead.
const beatEvery = RescueAfter / 5

// errTakenOver ends a job that another program works by now.
var errTakenOver = errors.New("the job was taken for dead and is worked elsewhere")

// beat keeps long jobs alive. Who is killed amid a job cannot say so: River waits for the time the job may take,
// which for a large import is hours. So a job that may take longer than RescueAfter renews the moment it was begun
// at while it is worked, and one whose moment is older is nobody's, however long it may take.
type beat struct {
	pool  *pgxpool.Pool
	every time.Duration
	log   *slog.Logger
}

// during renews the job until stop is called. The context it gives ends when the job is no longer this program's.
func (b *beat) during(ctx context.Context, job *rivertype.JobRow) (_ context.Context, stop func()) {
	ctx, end := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(b.every):
			}
			mine, err := b.renew(ctx, job)
			switch {
			case err != nil && ctx.Err() == nil: // the next one may reach the database
				b.log.WarnContext(ctx, "a job could not say that it lives", "kind", job.Kind, "job", job.ID, "error", err.Error())
			case err == nil && !mine:
				end(errTakenOver)
			}
		}
	}()
	return ctx, func() { end(nil); <-done }
}

func (b *beat) renew(ctx context.Context, job *rivertype.JobRow) (mine bool, err error) {
	n, err := pg.Exec(ctx, b.pool, `
update river_job set attempted_at = now()
where id = $1 and state = 'running' and attempt = $2`, job.ID, job.Attempt)
	return n == 1, err
}

// dead says of a row that is at work by its state that nobody works it.
func dead(job *rivertype.JobRow) bool {
	return job.AttemptedAt != nil && time.Since(*job.AttemptedAt) >= RescueAfter
}
