package dispatch

import (
	"context"
	"errors"
	"fmt"
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
	// OnDeparted, when set, writes the proof of export down in the transaction in which it came, and gives the number of
	// the row in the seller's register of VAT; 0 is none. OnReturned takes it back.
	OnDeparted func(ctx context.Context, tx pgx.Tx, d Departure) (row int64, err error)
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
	p, err := selectParcel(ctx, tx, id)
	if err != nil {
		return p, err
	}
	was := p
	events, err := fn(tx, &p)
	if err == nil {
		err = s.pass(ctx, tx, &p)
	}
	if err != nil || len(events) == 0 {
		return p, err
	}
	if err := s.write(ctx, tx, was, &p, events); err != nil {
		return p, err
	}
	if about := letterOf(was, p, events); about != "" {
		err = s.notify(ctx, tx, p, about)
	}
	return p, err
}

// pass lets the buyer's parcel follow all that was heard, at once.
func (s *Service) pass(ctx context.Context, tx pgx.Tx, p *Parcel) error {
	news := p.news
	if p.news = nil; len(news) == 0 {
		return nil
	}
	_, err := s.Orders.FollowCarrier(ctx, tx, p.ParcelID, news)
	return err
}

// write saves a parcel that was as it was read, with its events.
func (s *Service) write(ctx context.Context, tx pgx.Tx, was Parcel, p *Parcel, events []Event) error {
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
	ok, err := saveParcel(ctx, tx, was, *p, events)
	if err == nil && !ok {
		err = errRaced
	}
	return err
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
