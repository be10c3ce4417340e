package dispatch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// maxBatch is how many parcels one signature takes.
const maxBatch = 500

// candidate is a parcel about to be signed, with what the rules say of it at this moment.
type candidate struct {
	Parcel
	shipment order.Shipment
	judgement
	open bool // it may not be signed as it is
}

// Sign is the seller's one act of a day: the rules are asked once more about each parcel, one signature is given for the
// declarations of all that may go, and the post is told. Parcels that the rules hold back since are left out and go their
// own way; their numbers are the answer. Signing again, or twice at once, signs once.
func (s *Service) Sign(ctx context.Context, w order.Staffer, numbers []string) (left []string, err error) {
	defer errs.Wrap(&err, "dispatch.Sign(%d parcels)", len(numbers))
	if len(numbers) == 0 || len(numbers) > maxBatch {
		return nil, errs.Fields([]errs.Field{{Name: "parcel", Key: "dispatch.sign.choose", Args: []any{"max", maxBatch}}})
	}
	numbers = slices.Sorted(slices.Values(numbers)) // the list is the caller's
	asked, err := s.ask(ctx, w.SellerID, slices.Compact(numbers))
	if err != nil {
		return nil, err
	}
	var chosen []candidate
	for _, c := range asked {
		if !c.open {
			chosen = append(chosen, c)
			continue
		}
		left = append(left, c.Number)
		if err := s.holdBack(ctx, c); err != nil {
			return nil, err
		}
	}
	if len(chosen) == 0 {
		return left, nil
	}
	return left, s.signAll(ctx, w, chosen)
}

// ask reads the parcels that are to be signed and asks the rules about them, several at a time.
func (s *Service) ask(ctx context.Context, sellerID int64, numbers []string) ([]candidate, error) {
	var parcels []Parcel
	if err := pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) (err error) {
		parcels, err = selectByNumbers(ctx, tx, sellerID, numbers)
		return err
	}); err != nil {
		return nil, err
	}
	if len(parcels) < len(numbers) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	for _, p := range parcels {
		switch {
		case p.State != Ready:
			return nil, errs.New(errs.Conflict, "dispatch.sign.not_ready", "number", p.Number)
		case p.WeighedAt == nil:
			return nil, errs.New(errs.Conflict, "dispatch.sign.not_weighed", "number", p.Number)
		}
	}
	known, err := s.groundMany(ctx, sellerID, parcels)
	if err != nil {
		return nil, err
	}
	ground, before := make([]grounds, len(parcels)), make([]int64, len(parcels))
	for i, p := range parcels {
		ground[i], before[i] = known[p.ParcelID], *p.DecisionID
	}
	judged, problems, err := s.judgeAll(ctx, parcels, ground)
	if err == nil {
		err = errors.Join(problems...)
	}
	if err != nil {
		return nil, err
	}
	decided, err := clearance.ByIDs(ctx, s.Pool, before)
	if err != nil {
		return nil, err
	}
	list := make([]candidate, len(parcels))
	for i, p := range parcels {
		list[i] = candidate{Parcel: p, shipment: ground[i].Shipment, judgement: judged[i]}
		list[i].open = list[i].heldBack(decided[before[i]])
	}
	return list, nil
}

// several does n things, a few at a time, and joins what went wrong.
func several(n int, do func(i int) error) error {
	var next atomic.Int64
	problems := make([]error, min(n, askers))
	var wg sync.WaitGroup
	for k := range problems {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				problems[k] = errors.Join(problems[k], do(int(i)))
			}
		})
	}
	wg.Wait()
	return errors.Join(problems...)
}

// heldBack reports whether the parcel may not be signed as it was decided and printed: the rules hold it back now, or they
// ask for other papers.
func (c candidate) heldBack(before clearance.Stored) bool {
	if c.Decision.Outcome == clearance.Refused || len(standing(c.Decision, c.Waived)) > 0 {
		return true
	}
	return c.Decision.Form != c.Form || c.Facts.ValueRUB != c.ValueRUB || !same(before.Facts.Lines, c.Facts.Lines)
}

// same compares things as papers are written from them: a list that is empty and one that is not there are the same.
func same(a, b []clearance.Line) bool { return bytes.Equal(fact(a), fact(b)) }

// holdBack writes down why a parcel may not be posted now, and acts on it.
func (s *Service) holdBack(ctx context.Context, c candidate) error {
	_, err := s.change(ctx, c.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Ready {
			return nil, nil
		}
		if c.Decision.Outcome != clearance.Refused && len(standing(c.Decision, p.Waived)) == 0 {
			return s.anew(ctx, tx, p, BySystem)
		}
		return s.settle(ctx, tx, p, c.shipment, c.judgement, clearance.AtPosting)
	})
	return err
}

// documents are what is signed: the declaration of each parcel, as it was printed.
func (s *Service) documents(ctx context.Context, list []candidate) ([]signature.Document, error) {
	docs := make([]signature.Document, len(list))
	return docs, several(len(list), func(i int) error {
		c := list[i]
		x, ok := c.declared()
		if !ok {
			return fmt.Errorf("parcel %s is ready and has no papers", c.Number)
		}
		data, err := s.read(ctx, x)
		docs[i] = signature.Document{Subject: c.Number, Name: c.Barcode + "." + x.ext(), Data: data}
		return err
	})
}

// signAll signs and writes down who is signed. The act of signing comes first and stands by itself: if the parcels have
// moved meanwhile, it is of declarations that nobody sends.
func (s *Service) signAll(ctx context.Context, w order.Staffer, list []candidate) error {
	docs, err := s.documents(ctx, list)
	if err != nil {
		return err
	}
	act, err := s.Signer.SignAll(ctx, w.SellerID, w.PersonID, docs)
	if err != nil {
		return err
	}
	b := Batch{SellerID: w.SellerID, State: "signed", Number: fmt.Sprintf("B%d-%d", w.SellerID, act.ID), ActID: act.ID, SignedAt: act.SignedAt}
	asked := make(map[int64]candidate, len(list))
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i], asked[c.ID] = c.ID, c
	}
	err = pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		id, err := insertBatch(ctx, tx, b)
		if err != nil {
			return err
		}
		if _, err := s.changeAllIn(ctx, tx, ids, func(tx pgx.Tx, list []*Parcel) ([][]Event, error) {
			return s.signed(ctx, tx, list, asked, id, w.PersonID)
		}); err != nil {
			return err
		}
		return s.Queue.InsertTx(ctx, tx, SendArgs{id})
	})
	return raced(err)
}

// signed moves parcels into a signed batch, if none of them has moved since the rules were asked about it.
func (s *Service) signed(ctx context.Context, tx pgx.Tx, list []*Parcel, asked map[int64]candidate, batchID, personID int64) ([][]Event, error) {
	judged := make([]judgement, len(list))
	for i, p := range list {
		c := asked[p.ID]
		if p.State != Ready || p.LastEvent != c.LastEvent {
			return nil, errs.New(errs.Conflict, "dispatch.sign.not_ready", "number", c.Number)
		}
		judged[i] = c.judgement
	}
	decisions, err := s.recordAll(ctx, tx, list, judged, clearance.AtPosting)
	if err != nil {
		return nil, err
	}
	events := make([][]Event, len(list))
	for i, p := range list {
		p.BatchID = &batchID
		moved, err := p.to(Signed, BySeller, nil)
		if err != nil {
			return nil, err
		}
		moved[0].PersonID = &personID
		events[i] = append([]Event{decisions[i]}, moved...)
	}
	return events, nil
}

// raced says to a person that somebody else was quicker.
func raced(err error) error {
	if err == nil || errs.Is(err, errs.Conflict) {
		return err
	}
	if isRaced(err) {
		return errs.New(errs.Conflict, "dispatch.sign.meanwhile").With(err)
	}
	return err
}
