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
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[ExpireArgs]) error {
		_, _, err := s.Expire(ctx)
		return err
	})
	jobs.Every(r, time.Hour, ExpireArgs{})
}

// ExpireArgs asks for papers that end to be acted on.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "goods.expire" }
