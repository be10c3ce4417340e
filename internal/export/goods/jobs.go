package goods

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// RecheckArgs asks for listings to be judged by the rules of today.
type RecheckArgs struct{}

// Kind names the job.
func (RecheckArgs) Kind() string { return "goods.recheck" }

// Jobs registers the daily recheck; it looks every hour, so that a morning's rules are not waited for till noon.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[RecheckArgs]) error {
		_, err := s.Recheck(ctx)
		return err
	})
	jobs.Every(r, time.Hour, RecheckArgs{})
}
