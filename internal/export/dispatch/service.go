package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what a Service stands on.
type Deps struct {
	Pool   *pgxpool.Pool
	Now    func() time.Time
	Queue  *jobs.Queue
	Files  blob.Store
	Orders *order.Service
	Post   *postal.Service
	Desk   *desk.Service
	Signer *signature.Service
	Rules  *clearance.Service
	Rates  *rates.Service
	// OnDeparted, when set, writes the proofs of exports down in the transaction in which they came, and gives the numbers
	// of the rows in the sellers' registers of VAT, in their order; 0 is none. OnReturned takes one back.
	OnDeparted func(ctx context.Context, tx pgx.Tx, list []Departure) (rows []int64, err error)
	OnReturned func(ctx context.Context, tx pgx.Tx, d Departure) error
	// Release, when set, tells the post that the customs desk let an item go, by its number; nil: the post has no way to be
	// told, and hears it from the customs service.
	Release func(ctx context.Context, barcode string) error
	BaseURL string // of the pages that letters lead to
	// PollEvery is how long the post is left alone about one parcel; 0 is ten minutes.
	PollEvery time.Duration
}

// Service is the door to foreign parcels.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service {
	if d.PollEvery == 0 {
		d.PollEvery = 10 * time.Minute
	}
	return &Service{d}
}

// Departure is what a register of VAT needs to know of a parcel that left, or came back: the facts it was cleared by, the
// order it belongs to, and the rates of the day the post accepted it.
type Departure struct {
	Parcel Parcel
	Facts  clearance.Parcel
	Order  string // its number
	Rates  rates.Table
	At     time.Time // when it left, or turned round
	Now    time.Time
}

// errRaced says that somebody else moved the parcel since it was read.
var errRaced = errors.New("the parcel has moved meanwhile")

// tries bounds how often a change that was raced is made again on what the parcel has become.
const tries = 5

// change reads a parcel, lets fn alter it, and writes it with the events in one guarded statement; where the parcel has
// moved meanwhile, fn begins again with what it has become. What fn does inside tx happens exactly if the parcel moves.
// fn answers the events that tell of it; none means that there is nothing to change.
func (s *Service) change(ctx context.Context, id int64, fn func(tx pgx.Tx, p *Parcel) ([]Event, error)) (p Parcel, err error) {
	for range tries {
		err = pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
			p, err = s.changeIn(ctx, tx, id, fn)
			return err
		})
		if !errors.Is(err, errRaced) {
			return p, err
		}
	}
	return p, fmt.Errorf("parcel %d: %w", id, err)
}

// changeIn is change within the caller's transaction, which has to be given up on errRaced.
func (s *Service) changeIn(ctx context.Context, tx pgx.Tx, id int64, fn func(tx pgx.Tx, p *Parcel) ([]Event, error)) (Parcel, error) {
	list, err := s.changeAllIn(ctx, tx, []int64{id}, func(tx pgx.Tx, list []*Parcel) ([][]Event, error) {
		events, err := fn(tx, list[0])
		return [][]Event{events}, err
	})
	if err != nil {
		return Parcel{}, err
	}
	return list[0], nil
}

// changeAll is change for many parcels in one transaction, of which each moves or none: errRaced is for its caller, who
// goes on with one after the other. fn gets the parcels in the order of their ids and answers the events of each.
func (s *Service) changeAll(ctx context.Context, ids []int64, fn func(tx pgx.Tx, list []*Parcel) ([][]Event, error)) (list []Parcel, err error) {
	err = pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		list, err = s.changeAllIn(ctx, tx, ids, fn)
		return err
	})
	return list, err
}

// together is changeAll for any number of parcels, of which one that has moved meanwhile does not keep the others.
func (s *Service) together(ctx context.Context, ids []int64, fn func(tx pgx.Tx, list []*Parcel) ([][]Event, error)) error {
	for part := range slices.Chunk(ids, mostTogether) {
		_, err := s.changeAll(ctx, part, fn)
		if !errors.Is(err, errRaced) {
			if err != nil {
				return err
			}
			continue
		}
		for _, id := range part {
			if _, err := s.change(ctx, id, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
				events, err := fn(tx, []*Parcel{p})
				if err != nil {
					return nil, err
				}
				return events[0], nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostTogether is how many parcels move in one transaction.
const mostTogether = 100

// idsOf are the ids of parcels.
func idsOf(list []Parcel) []int64 {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}

// changeAllIn is changeAll within the caller's transaction.
func (s *Service) changeAllIn(ctx context.Context, tx pgx.Tx, ids []int64, fn func(tx pgx.Tx, list []*Parcel) ([][]Event, error)) ([]Parcel, error) {
	list, err := selectByIDs(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if len(list) < len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	was, now := slices.Clone(list), make([]*Parcel, len(list))
	for i := range list {
		now[i] = &list[i]
	}
	events, err := fn(tx, now)
	if err == nil {
		err = s.pass(ctx, tx, now)
	}
	if err != nil {
		return nil, err
	}
	var moved []change
	for i := range list {
		if len(events[i]) > 0 {
			moved = append(moved, s.changed(was[i], now[i], events[i]))
		}
	}
	if err := saveParcels(ctx, tx, moved); err != nil {
		return nil, err
	}
	for _, c := range moved {
		if about := letterOf(c.was, c.is, c.events); about != "" {
			if err := s.notify(ctx, tx, c.is, about); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// pass lets the buyers' parcels follow all that was heard, at once.
func (s *Service) pass(ctx context.Context, tx pgx.Tx, list []*Parcel) error {
	news := map[int64][]order.CarrierNews{}
	for _, p := range list {
		if len(p.news) > 0 {
			news[p.ParcelID], p.news = p.news, nil
		}
	}
	if len(news) == 0 {
		return nil
	}
	_, err := s.Orders.FollowCarriers(ctx, tx, news)
	return err
}

// change is a parcel as it was and as it is about to be written, with the events that tell of it.
type change struct {
	was, is Parcel
	events  []Event
}

// changed makes a parcel and its events ready to be written.
func (s *Service) changed(was Parcel, p *Parcel, events []Event) change {
	now := s.Now()
	if p.State != was.State {
		p.Since = now
	}
	if p.State.Final() && !p.owesRow() {
		p.PollAt = nil
	}
	for i := range events {
		e := &events[i]
		e.ParcelID, e.Seq = p.ID, was.LastEvent+i+1
		if e.At.IsZero() {
			e.At = now
		}
		if e.Key == "" {
			e.Key = fmt.Sprintf("%s:%d", e.Kind, e.Seq)
		}
	}
	p.LastEvent = was.LastEvent + len(events)
	return change{was, *p, events}
}

// to moves a parcel in memory, if the machine has the move, and gives the event that tells of it.
func (p *Parcel) to(next State, by string, facts any) ([]Event, error) {
	if !May(p.State, next) {
		return nil, errs.New(errs.Conflict, "dispatch.not_now")
	}
	e := Event{Kind: EventMove, FromState: p.State, ToState: next, Actor: by, Facts: fact(facts)}
	p.State, p.Stuck, p.StuckAt = next, "", nil
	return []Event{e}, nil
}
