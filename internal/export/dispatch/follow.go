package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// How the post is asked: few parcels one by one, many by a ticket whose answer is fetched a while later.
const (
	followLimit = postal.BatchSize
	singly      = 8
	answerAfter = 2 * time.Second
	askers      = 4 // questions at a time
)

// Follow asks the post about every parcel whose turn it is. A parcel that cannot be asked about has another turn soon: an
// hour without the post only delays.
func (s *Service) Follow(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "dispatch.Follow")
	for {
		due, err := claimDue(ctx, s.Pool, s.Now(), s.PollEvery, followLimit)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := s.follow(ctx, due); err != nil {
			return err
		}
		if len(due) < followLimit {
			return nil
		}
	}
}

// follow asks about parcels. Of many the post makes up an answer, which is fetched later, and what became of their
// declarations with it.
func (s *Service) follow(ctx context.Context, due []Parcel) error {
	moving := slices.DeleteFunc(slices.Clone(due), func(p Parcel) bool { return p.State.Final() })
	if len(moving) > singly {
		codes, ids := make([]s10.Number, len(moving)), make([]int64, len(due))
		for i, p := range moving {
			codes[i] = s10.Number(p.Barcode)
		}
		for i, p := range due {
			ids[i] = p.ID
		}
		ticket, err := s.Post.Post().Ticket(ctx, codes)
		if err == nil {
			return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
				return s.Queue.InsertTx(ctx, tx, AnswerArgs{Ticket: ticket, IDs: ids}, jobs.At(s.Now().Add(answerAfter)))
			})
		}
		if err := s.away(ctx, moving, err); err != nil {
			return err
		}
		return s.heed(ctx, due, nil)
	}
	found := make([][]tracking.Operation, len(moving))
	err := several(len(moving), func(i int) (err error) {
		found[i], err = s.Post.Post().Operations(ctx, s10.Number(moving[i].Barcode))
		if err != nil {
			return s.away(ctx, moving[i:i+1], err)
		}
		return nil
	})
	told := map[int64][]tracking.Operation{}
	for i, p := range moving {
		told[p.ID] = found[i]
	}
	return errors.Join(err, s.heed(ctx, due, told))
}

// away gives parcels that could not be asked about another turn soon, where it was the post that did not answer.
func (s *Service) away(ctx context.Context, list []Parcel, err error) error {
	if !postal.Down(err) && !errs.Is(err, errs.TooMany) {
		return err
	}
	slog.WarnContext(ctx, "the post does not say where parcels are", "parcels", len(list), "error", err)
	return s.soon(ctx, list)
}

// soon gives parcels another turn after a tenth of the usual time.
func (s *Service) soon(ctx context.Context, list []Parcel) error {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return hastenPoll(ctx, s.Pool, ids, s.Now().Add(s.PollEvery/10))
}

// Answer takes in what the post found out about the parcels of a ticket.
func (s *Service) Answer(ctx context.Context, ticket string, ids []int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Answer(%d parcels)", len(ids))
	found, ready, err := s.Post.Post().Answer(ctx, ticket)
	if err == nil && !ready {
		return jobs.Later(answerAfter)
	}
	list, readErr := selectByIDs(ctx, s.Pool, ids)
	if readErr != nil {
		return readErr
	}
	if err != nil {
		if err := s.away(ctx, list, err); err != nil {
			return err
		}
	}
	told := make(map[int64][]tracking.Operation, len(list))
	for _, p := range list {
		told[p.ID] = found[s10.Number(p.Barcode)]
	}
	return s.heed(ctx, list, told)
}

// heed asks what became of the parcels' declarations and takes that in with what is told of their way.
func (s *Service) heed(ctx context.Context, list []Parcel, told map[int64][]tracking.Operation) error {
	declared, err := s.declarations(ctx, list)
	news := make([]heard, len(list))
	for i, p := range list {
		news[i] = heard{Parcel: p, operations: told[p.ID]}
		if d, ok := declared[p.ID]; ok {
			news[i].declaration = &d
		}
	}
	return errors.Join(err, s.hearAll(ctx, news))
}

// declarations asks what became of the declarations that are not decided yet, and of numbers that come late: those of one
// batch together, where there are enough of them.
func (s *Service) declarations(ctx context.Context, list []Parcel) (map[int64]postal.Declaration, error) {
	batches := map[int64][]Parcel{}
	for _, p := range list {
		if p.customs() && p.BatchID != nil && (p.DepartedAt == nil || p.owesRow()) {
			batches[*p.BatchID] = append(batches[*p.BatchID], p)
		}
	}
	found := map[int64]postal.Declaration{}
	var single []Parcel
	for id, of := range batches {
		if len(of) <= singly {
			single = append(single, of...)
			continue
		}
		rest, err := s.inBatch(ctx, id, of, found)
		if err != nil {
			return found, err
		}
		single = append(single, rest...)
	}
	answers := make([]*postal.Declaration, len(single))
	err := several(len(single), func(i int) (err error) {
		answers[i], err = s.askOne(ctx, single[i])
		return err
	})
	for i, d := range answers {
		if d != nil {
			found[single[i].ID] = *d
		}
	}
	return found, err
}

// inBatch asks about the parcels of one batch together, and gives those that the answers do not hold.
func (s *Service) inBatch(ctx context.Context, batchID int64, list []Parcel, found map[int64]postal.Declaration) (rest []Parcel, err error) {
	b, err := selectBatch(ctx, s.Pool, batchID)
	if err != nil {
		return nil, err
	}
	items := map[int64]postal.Filed{}
	for _, name := range b.PostNames {
		list, err := s.Post.Post().InBatch(ctx, name)
		for _, f := range list {
			items[f.ID] = f
		}
		if err != nil && !postal.Down(err) && !errs.Is(err, errs.TooMany) {
			return nil, err
		}
	}
	for _, p := range list {
		if f, ok := items[p.PostID]; ok {
			found[p.ID] = f.Declaration
			continue
		}
		rest = append(rest, p)
	}
	if len(rest) > singly { // the post did not answer: each by itself would be too much to ask
		return nil, s.soon(ctx, rest)
	}
	return rest, nil
}

// askOne asks about one declaration; nil is no answer, and another turn soon.
func (s *Service) askOne(ctx context.Context, p Parcel) (*postal.Declaration, error) {
	d, err := s.Post.Post().Declaration(ctx, postal.Filed{ID: p.PostID, Number: p.Filed, Barcode: s10.Number(p.Barcode)})
	switch {
	case postal.Down(err) || errs.Is(err, errs.TooMany):
		return nil, s.soon(ctx, []Parcel{p})
	case err != nil:
		return nil, s.stray(ctx, p, err)
	}
	return &d, nil
}
