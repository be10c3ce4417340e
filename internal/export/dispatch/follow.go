package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// How the post is asked: few parcels one by one, many by a ticket whose answer is fetched a while later.
const (
	followLimit = postal.BatchSize
	singly      = 8
	answerAfter = 2 * time.Second
	askers      = 8 // questions at a time
)

// Follow asks the post about every parcel whose turn it is. A parcel that cannot be asked about keeps its next turn: an
// hour without the post only delays.
func (s *Service) Follow(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "dispatch.Follow")
	for {
		now := s.Now()
		due, err := claimDue(ctx, s.Pool, now, now.Add(s.PollEvery), followLimit)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := s.declarations(ctx, due); err != nil {
			return err
		}
		if err := s.track(ctx, due); err != nil {
			return err
		}
		if len(due) < followLimit {
			return nil
		}
	}
}

// declarations asks what became of the declarations that are not decided yet, several at a time.
func (s *Service) declarations(ctx context.Context, due []Parcel) error {
	ask := make(chan Parcel)
	problems := make([]error, askers)
	var wg sync.WaitGroup
	for i := range problems {
		wg.Go(func() {
			for p := range ask {
				problems[i] = errors.Join(problems[i], s.askOne(ctx, p))
			}
		})
	}
	for _, p := range due {
		if p.customs() && p.DepartedAt == nil || p.owesRow() {
			ask <- p
		}
	}
	close(ask)
	wg.Wait()
	return errors.Join(problems...)
}

// askOne asks about one declaration. What cannot be asked now is asked at the parcel's next turn.
func (s *Service) askOne(ctx context.Context, p Parcel) error {
	d, err := s.Post.Post().Declaration(ctx, postal.Filed{ID: p.PostID, Number: p.Filed, Barcode: postal.S10(p.Barcode)})
	switch {
	case postal.Down(err) || errs.Is(err, errs.TooMany):
		return nil
	case err != nil:
		return s.stray(ctx, p, err)
	}
	return s.Declared(ctx, p.ID, d)
}

// track asks where the parcels are.
func (s *Service) track(ctx context.Context, due []Parcel) error {
	due = slices.DeleteFunc(slices.Clone(due), func(p Parcel) bool { return p.State.Final() })
	if len(due) == 0 {
		return nil
	}
	if len(due) > singly {
		codes, ids := make([]postal.S10, len(due)), make([]int64, len(due))
		for i, p := range due {
			codes[i], ids[i] = postal.S10(p.Barcode), p.ID
		}
		ticket, err := s.Post.Post().Ticket(ctx, codes)
		if err != nil {
			return away(ctx, err)
		}
		return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
			return s.Queue.InsertTx(ctx, tx, AnswerArgs{Ticket: ticket, IDs: ids}, jobs.At(s.Now().Add(answerAfter)))
		})
	}
	for _, p := range due {
		list, err := s.Post.Post().Operations(ctx, postal.S10(p.Barcode))
		if err != nil {
			return away(ctx, err)
		}
		if err := s.Tracked(ctx, p.ID, list); err != nil {
			return err
		}
	}
	return nil
}

// away lets the next turn ask again where the post does not answer.
func away(ctx context.Context, err error) error {
	if postal.Down(err) || errs.Is(err, errs.TooMany) {
		slog.WarnContext(ctx, "the post does not say where parcels are", "error", err)
		return nil
	}
	return err
}

// Answer takes in what the post found out about the parcels of a ticket.
func (s *Service) Answer(ctx context.Context, ticket string, ids []int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Answer(%d parcels)", len(ids))
	found, ready, err := s.Post.Post().Answer(ctx, ticket)
	if err != nil {
		return away(ctx, err)
	}
	if !ready {
		return jobs.Later(answerAfter)
	}
	var all error
	for _, id := range ids {
		p, err := selectParcel(ctx, s.Pool, id)
		if err != nil {
			return err
		}
		if list := found[postal.S10(p.Barcode)]; len(list) > 0 {
			all = errors.Join(all, s.Tracked(ctx, id, list))
		}
	}
	return all
}
