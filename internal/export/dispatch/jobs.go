package dispatch

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// AdvanceArgs takes paid parcels on together until they can be signed. Whichever cannot keep up goes on by DecideArgs.
type AdvanceArgs struct {
	IDs []int64 `json:"ids"`
}

// Kind names the job.
func (AdvanceArgs) Kind() string { return "export_advance" }

// DecideArgs takes a paid parcel on until it can be signed: it asks anew whether the parcel may leave, has the post take it
// up, and prints its papers. Begun again after a failure, it goes on where the parcel is.
type DecideArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (DecideArgs) Kind() string { return "export_decide" }

// OrderArgs and PapersArgs are what earlier versions of the program inserted for a parcel's second and third step.
type OrderArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (OrderArgs) Kind() string { return "export_order" }

// PapersArgs is as OrderArgs.
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

// ReleaseArgs tells the post that the customs desk let a parcel go.
type ReleaseArgs struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (ReleaseArgs) Kind() string { return "export_release" }

// advanceTime bounds the first steps of parcels that go together, sendTime the forming of one batch, followTime one round of
// questions.
const (
	advanceTime = 2 * time.Minute
	sendTime    = 5 * time.Minute
	followTime  = 5 * time.Minute
)

// Jobs tells the registry how dispatch's jobs are worked. A step that failed as often as jobs are tried leaves its parcel
// for a person, with a mark that everybody sees.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[AdvanceArgs]) error { return s.AdvanceAll(ctx, j.Args.IDs) }, jobs.Timeout(advanceTime))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[DecideArgs]) error { return rested(s.Advance(ctx, j.Args.ID)) }, s.giveUp())
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[OrderArgs]) error { return rested(s.Advance(ctx, j.Args.ID)) }, s.giveUp())
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[PapersArgs]) error { return rested(s.Advance(ctx, j.Args.ID)) }, s.giveUp())
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[SendArgs]) error { return rested(s.Send(ctx, j.Args.BatchID)) },
		jobs.Timeout(sendTime), jobs.GiveUp(s.batchStuck))
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[FollowArgs]) error { return s.Follow(ctx) }, jobs.Timeout(followTime))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[AnswerArgs]) error {
		return s.Answer(ctx, j.Args.Ticket, j.Args.IDs)
	},
		jobs.Timeout(followTime))
	jobs.Add(r, func(ctx context.Context, j *jobs.Job[ReleaseArgs]) error { return s.released(ctx, j.Args.ID) })
	jobs.Every(r, min(s.PollEvery, time.Minute), FollowArgs{})
}

// giveUp marks the parcel of a job that was tried often enough.
func (s *Service) giveUp() jobs.WorkOption {
	return jobs.GiveUp(func(ctx context.Context, row *rivertype.JobRow, err error) error {
		id, decodeErr := idOf(row)
		if decodeErr != nil {
			return decodeErr
		}
		p, readErr := selectParcel(ctx, s.Pool, id)
		if step := steps[p.State]; readErr == nil && step != "" {
			return s.stick(ctx, id, step, err)
		}
		return readErr
	})
}

// rested puts a step off that only found the post left alone after it went dead: nothing was tried. All of those who wait
// do not come back at once.
func rested(err error) error {
	if left, yes := postal.Resting(err); yes {
		return jobs.Later(left + rand.N(left))
	}
	return err
}

// steps name what is done to a parcel that goes on by itself, by where it is.
var steps = map[State]string{Deciding: "decide", Cleared: "order", Ordered: "papers"}

// Advance takes a parcel on from where it is until it can be signed, or a person has to look at it.
func (s *Service) Advance(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Advance(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil {
		return err
	}
	p, w, err := s.decide(ctx, p)
	if err != nil {
		return err
	}
	if p, w, err = s.order(ctx, p, w); err != nil {
		return err
	}
	return s.print(ctx, p, w)
}

// released tells the post that a parcel may go on.
func (s *Service) released(ctx context.Context, id int64) error {
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil || s.Release == nil || p.Barcode == "" {
		return err
	}
	return s.Release(ctx, p.Barcode)
}
