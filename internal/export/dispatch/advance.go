package dispatch

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// advanceTogether is how many paid parcels take their first steps together: the post takes a hundred orders at a time, and
// nobody waits for the fiftieth's papers longer than for one's.
const advanceTogether = 50

// AdvanceAll takes paid parcels on until they can be signed, with one question to the database and to the post about all of
// them where one parcel would take one. Whichever is an exception, or does not get on, is left to a job of its own, which
// tries again, and gives up, for that parcel alone.
func (s *Service) AdvanceAll(ctx context.Context, ids []int64) (err error) {
	defer errs.Wrap(&err, "dispatch.AdvanceAll(%d parcels)", len(ids))
	parcels, err := selectByIDs(ctx, s.Pool, ids)
	if err != nil {
		return err
	}
	of := map[int64][]Parcel{}
	var sellers, left []int64
	for _, p := range parcels {
		switch p.State {
		case Deciding:
			if of[p.SellerID] == nil {
				sellers = append(sellers, p.SellerID)
			}
			of[p.SellerID] = append(of[p.SellerID], p)
		case Cleared, Ordered: // begun before a failure
			left = append(left, p.ID)
		}
	}
	for _, seller := range sellers {
		rest, err := s.advance(ctx, seller, of[seller])
		if err != nil {
			return err
		}
		left = append(left, rest...)
	}
	if len(left) == 0 {
		return nil
	}
	single := make([]jobs.Args, len(left))
	for i, id := range left {
		single[i] = DecideArgs{id}
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error { return s.Queue.InsertManyTx(ctx, tx, single) })
}

// prospect is a parcel on its way to the signature, and what its record is written from.
type prospect struct {
	Parcel
	judgement
	written
	refused error // why it goes no further with the others
}

// advance takes parcels of one seller on; it answers those that have to go on alone.
func (s *Service) advance(ctx context.Context, sellerID int64, parcels []Parcel) (left []int64, err error) {
	known, err := s.groundMany(ctx, sellerID, parcels)
	if err != nil {
		return nil, err
	}
	ground := make([]grounds, len(parcels))
	for i, p := range parcels {
		ground[i] = known[p.ParcelID]
	}
	judged, problems, err := s.judgeAll(ctx, parcels, ground)
	if err != nil {
		return nil, err
	}
	var good []*prospect
	for i, p := range parcels {
		j := judged[i]
		if problems[i] != nil || j.Contract.Counted || j.Decision.Outcome == clearance.Refused || len(standing(j.Decision, p.Waived)) > 0 {
			left = append(left, p.ID)
			continue
		}
		good = append(good, &prospect{Parcel: p, judgement: j, written: written{grounds: ground[i], facts: j.Facts, day: rates.Today(s.Now()), htsus: j.HTSUS}})
	}
	for _, step := range []func(context.Context, []*prospect) error{s.clearAll, s.orderAll, s.printAll} {
		if len(good) == 0 {
			return left, nil
		}
		if err := step(ctx, good); err != nil {
			return append(left, numbersOf(good)...), leaveOut(err)
		}
		good = slices.DeleteFunc(good, func(p *prospect) bool {
			if p.refused != nil {
				left = append(left, p.ID)
			}
			return p.refused != nil
		})
	}
	return left, nil
}

// leaveOut is the error of a step that parcels cannot take together, as far as it is not their own: each tries alone.
func leaveOut(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func numbersOf(list []*prospect) []int64 {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}

// clearAll writes the decisions of parcels down, puts them on the meters of their contracts and lets them go on.
func (s *Service) clearAll(ctx context.Context, list []*prospect) error {
	by := byID(list)
	moved, err := s.changeAll(ctx, numbersOf(list), func(tx pgx.Tx, parcels []*Parcel) ([][]Event, error) {
		judged, entries := make([]judgement, len(parcels)), make([]contract.Entry, len(parcels))
		for i, p := range parcels {
			j := by[p.ID].judgement
			if p.State != Deciding || p.LastEvent != by[p.ID].LastEvent {
				return nil, errRaced
			}
			judged[i] = j
			entries[i] = contract.Entry{Contract: j.Contract.Contract, Parcel: p.Number, RUB: j.Facts.ValueRUB, Judged: j.Facts.ContractRUB}
		}
		decisions, err := s.recordAll(ctx, tx, parcels, judged, clearance.AtPacking)
		if err != nil {
			return nil, err
		}
		if err := s.Desk.Contracts.AddAll(ctx, tx, entries); err != nil {
			return nil, err
		}
		events := make([][]Event, len(parcels))
		for i, p := range parcels {
			p.CaseID, p.Reason = nil, ""
			moved, err := p.to(Cleared, BySystem, nil)
			if err != nil {
				return nil, err
			}
			events[i] = append([]Event{decisions[i]}, moved...)
		}
		return events, nil
	})
	for _, p := range moved {
		by[p.ID].Parcel, by[p.ID].decision = p, p.DecisionID
	}
	return err
}

// orderAll has the post take cleared parcels up, by one request.
func (s *Service) orderAll(ctx context.Context, list []*prospect) error {
	orders, of := make([]postal.Order, 0, len(list)), make([]*prospect, 0, len(list))
	for _, p := range list {
		r := p.record(p.Parcel)
		r.S10 = ""
		if p.refused = papers.CheckOrder(r); p.refused != nil {
			continue
		}
		o := papers.PostOrder(r)
		o.Number = p.filedAs()
		orders, of = append(orders, o), append(of, p)
	}
	for i, x := range s.Post.CreateAll(ctx, orders) {
		if of[i].refused = x.Err; x.Err == nil {
			of[i].Barcode, of[i].PostID, of[i].Filed = string(x.Barcode), x.ID, x.Number
		}
	}
	return nil
}

// printAll keeps the papers of parcels that the post took up, and writes both down at once: that it did, and the papers.
func (s *Service) printAll(ctx context.Context, list []*prospect) error {
	kept := make([][]Paper, len(list))
	place := map[int64]int{}
	if err := several(len(list), func(i int) (err error) {
		kept[i], err = s.keep(ctx, list[i].record(list[i].Parcel))
		return err
	}); err != nil {
		return err
	}
	for i, p := range list {
		place[p.ID] = i
	}
	_, err := s.changeAll(ctx, numbersOf(list), func(_ pgx.Tx, parcels []*Parcel) ([][]Event, error) {
		events := make([][]Event, len(parcels))
		for i, p := range parcels {
			x := list[place[p.ID]]
			if p.State != Cleared || p.LastEvent != x.LastEvent {
				return nil, errRaced
			}
			ordered, err := p.ordered(x.Barcode, x.PostID, x.Filed)
			if err != nil {
				return nil, err
			}
			printed, err := p.printed(kept[place[p.ID]])
			if err != nil {
				return nil, err
			}
			events[i] = append(ordered, printed...)
		}
		return events, nil
	})
	return err
}

func byID(list []*prospect) map[int64]*prospect {
	found := make(map[int64]*prospect, len(list))
	for _, p := range list {
		found[p.ID] = p
	}
	return found
}
