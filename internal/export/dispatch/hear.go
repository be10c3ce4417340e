package dispatch

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/export/rates"
)

// heard is what was heard of a parcel at once: what the customs service says of its declaration, nil is nothing, and what
// was done to it. The parcel is as it was when the post was asked.
type heard struct {
	Parcel
	declaration *postal.Declaration
	operations  []tracking.Operation // in the order of time
}

// keys are those of what was heard: operations first, then the declaration.
func (h heard) keys() []string {
	keys := make([]string, len(h.operations), len(h.operations)+1)
	for i, o := range h.operations {
		keys[i] = keyOf(o)
	}
	if h.declaration != nil {
		keys = append(keys, declarationKey(*h.declaration))
	}
	return keys
}

// hearTogether is of how many parcels what was heard is taken in by one transaction.
const hearTogether = 50

// hearAll takes in what was heard of many parcels: many at a time and, where that does not go, one after the other.
func (s *Service) hearAll(ctx context.Context, list []heard) error {
	list = slices.DeleteFunc(slices.Clone(list), func(h heard) bool { return h.declaration == nil && len(h.operations) == 0 })
	slices.SortFunc(list, func(a, b heard) int { return int(a.SellerID - b.SellerID) }) // registers are locked for one seller at a time
	parts := slices.Collect(slices.Chunk(list, hearTogether))
	return several(len(parts), func(i int) error {
		if err := s.hearTogether(ctx, parts[i]); err == nil || ctx.Err() != nil {
			return err
		}
		var all error // one of them has moved meanwhile, or cannot be written: it does not keep the others
		for _, h := range parts[i] {
			all = errors.Join(all, s.hear(ctx, h))
		}
		return all
	})
}

// hear takes in what was heard of one parcel.
func (s *Service) hear(ctx context.Context, h heard) (err error) {
	for range tries {
		if err = s.hearTogether(ctx, []heard{h}); !isRaced(err) {
			return err
		}
	}
	return err
}

// hearTogether takes in what was heard of parcels in one transaction.
func (s *Service) hearTogether(ctx context.Context, list []heard) error {
	var keys []string
	var ids []int64
	about, tables := map[int64]heard{}, map[int64]rates.Table{}
	for _, h := range list {
		h.operations = slices.Clone(h.operations)
		slices.SortStableFunc(h.operations, func(a, b tracking.Operation) int { return a.At.Compare(b.At) })
		own := h.keys()
		if len(own) == 0 {
			continue
		}
		table, err := s.ratesOf(ctx, h.Parcel, h.operations)
		if err != nil {
			return err
		}
		keys, ids, about[h.ID], tables[h.ID] = append(keys, own...), append(ids, h.ID), h, table
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(keys)
	_, err := s.changeAll(ctx, ids, func(tx pgx.Tx, list []*Parcel) ([][]Event, error) {
		known, err := knownKeys(ctx, tx, list, slices.Compact(keys))
		if err != nil {
			return nil, err
		}
		events := make([][]Event, len(list))
		for i, p := range list {
			if events[i], err = s.takeIn(ctx, tx, p, about[p.ID], known[p.ID]); err != nil {
				return nil, err
			}
		}
		return events, s.enter(ctx, tx, list, tables, events)
	})
	return err
}

// takeIn makes of what was heard of a parcel what is news; known are the keys of what was heard before.
func (s *Service) takeIn(ctx context.Context, tx pgx.Tx, p *Parcel, h heard, known map[string]bool) (events []Event, err error) {
	if d := h.declaration; d != nil && !known[declarationKey(*d)] {
		if events, err = s.answer(ctx, tx, p, *d); err != nil {
			return nil, err
		}
	}
	for _, o := range h.operations {
		key := keyOf(o)
		if known[key] {
			continue
		}
		known[key] = true
		told, err := s.operation(ctx, tx, p, o, key)
		if err != nil {
			return nil, err
		}
		events = append(events, told...)
	}
	return events, nil
}
