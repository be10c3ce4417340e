package dispatch

import (
	"context"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// DecideArgs asks anew whether a paid parcel may leave.
type DecideArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (DecideArgs) Kind() string { return "export_decide" }

// OrderArgs has the post take a cleared parcel up.
type OrderArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (OrderArgs) Kind() string { return "export_order" }

// PapersArgs prints a parcel's papers.
type PapersArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (PapersArgs) Kind() string { return "export_papers" }

// SendArgs forms a signed batch at the post and sends its declarations.
type SendArgs struct {
	BatchID int64 `json:"batch_id"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "export_send" }

// FollowArgs asks the post about the parcels whose turn it is.
type FollowArgs struct{}

// Kind names the job.
func (FollowArgs) Kind() string { return "export_follow" }

// AnswerArgs fetches what the post found out about many parcels at once.
type AnswerArgs struct {
	Ticket string  `json:"ticket"`
	IDs    []int64 `json:"ids"`
}

// Kind names the job.
func (AnswerArgs) Kind() string { return "export_answer" }

// sendTime bounds the forming of one batch, followTime one round of questions.
const (
	sendTime   = 5 * time.Minute
	followTime = 5 * time.Minute
)

// Jobs tells the registry how dispatch's jobs are worked. A step that failed as often as jobs are tried leaves its parcel
// for a person, with a mark that everybody sees.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[DecideArgs]) error { return s.Decide(ctx, j.Args.ID) }, s.giveUp("decide"))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[OrderArgs]) error { return s.Order(ctx, j.Args.ID) }, s.giveUp("order"))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[PapersArgs]) error { return s.Print(ctx, j.Args.ID) }, s.giveUp("papers"))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[SendArgs]) error { return s.Send(ctx, j.Args.BatchID) },
		jobs.Timeout(sendTime), jobs.GiveUp(s.batchStuck))
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[FollowArgs]) error { return s.Follow(ctx) }, jobs.Timeout(followTime))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[AnswerArgs]) error {
		return s.Answer(ctx, j.Args.Ticket, j.Args.IDs)
	},
		jobs.Timeout(followTime))
	jobs.Every(r, min(s.PollEvery, time.Minute), FollowArgs{})
}

// giveUp marks the parcel of a job that was tried often enough.
func (s *Service) giveUp(step string) jobs.WorkOption {
	return jobs.GiveUp(func(ctx context.Context, row *rivertype.JobRow, err error) error {
		id, decodeErr := idOf(row)
		if decodeErr != nil {
			return decodeErr
		}
		return s.stick(ctx, id, step, err)
	})
}
