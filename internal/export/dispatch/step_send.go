package dispatch

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

func isRaced(err error) bool { return errors.Is(err, errRaced) }

// Send forms a signed batch at the post and checks it in, which sends its declarations to the customs service. What was
// done before a failure is found again at the post and not done twice.
func (s *Service) Send(ctx context.Context, batchID int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Send(%d)", batchID)
	b, err := selectBatch(ctx, s.Pool, batchID)
	if err != nil || b.State == "sent" {
		return err
	}
	parcels, err := selectOfBatch(ctx, s.Pool, batchID)
	if err != nil {
		return err
	}
	if b.State == "signed" {
		if b.PostNames, err = s.form(ctx, b, parcels); err != nil {
			return s.refusedBatch(ctx, parcels, err)
		}
		if err := setFormed(ctx, s.Pool, b.ID, b.PostNames); err != nil {
			return err
		}
	}
	for _, name := range b.PostNames {
		if err := s.Post.Post().CheckIn(ctx, name); err != nil {
			return s.refusedBatch(ctx, parcels, err)
		}
	}
	if err := s.sent(ctx, parcels, batchID); err != nil {
		return err
	}
	return setSent(ctx, s.Pool, b.ID, s.Now())
}

// form puts the batch's items together at the post. One kind of item makes one batch there.
func (s *Service) form(ctx context.Context, b Batch, parcels []Parcel) ([]string, error) {
	var ids []int64
	for _, p := range parcels {
		if p.State == Signed {
			ids = append(ids, p.PostID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	batches, err := s.Post.Post().Ship(ctx, ids, b.SignedAt)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(batches))
	for i, x := range batches {
		names[i] = x.Name
	}
	return names, nil
}

// sent notes that the post and the customs service have the declarations of parcels; from now on they are asked about them.
func (s *Service) sent(ctx context.Context, parcels []Parcel, batchID int64) error {
	declared := func(_ pgx.Tx, list []*Parcel) (events [][]Event, err error) {
		events = make([][]Event, len(list))
		for i, p := range list {
			if p.State != Signed || p.BatchID == nil || *p.BatchID != batchID {
				continue
			}
			next := s.Now().Add(s.PollEvery)
			p.PollAt = &next
			if events[i], err = p.to(Declared, BySystem, nil); err != nil {
				return nil, err
			}
		}
		return events, nil
	}
	return s.together(ctx, idsOf(parcels), declared)
}

// refusedBatch leaves a batch that the post refuses for a person; what may go better later is tried again.
func (s *Service) refusedBatch(ctx context.Context, parcels []Parcel, err error) error {
	if _, refused := errors.AsType[*postal.Refusal](err); !refused {
		return err
	}
	return errors.Join(s.stickAll(ctx, parcels, err), jobs.Cancel(err))
}

func (s *Service) stickAll(ctx context.Context, parcels []Parcel, cause error) error {
	var all error
	for _, p := range parcels {
		if p.State == Signed {
			all = errors.Join(all, s.stick(ctx, p.ID, "send", cause))
		}
	}
	return all
}

// batchStuck marks the parcels of a batch that could not be sent however often it was tried.
func (s *Service) batchStuck(ctx context.Context, row *rivertype.JobRow, cause error) error {
	var args SendArgs
	if err := json.Unmarshal(row.EncodedArgs, &args); err != nil {
		return err
	}
	parcels, err := selectOfBatch(ctx, s.Pool, args.BatchID)
	if err != nil {
		return err
	}
	return s.stickAll(ctx, parcels, cause)
}
