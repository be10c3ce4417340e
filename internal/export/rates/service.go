package rates

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ErrNone says that no rates are known for a day, nor for any before it.
var ErrNone = errs.New(errs.Unavailable, "rates.none")

// freshFor is how long a copy of a table is used: programs side by side learn of a new one within it.
const freshFor = time.Minute

// Service gives the rates of a day.
type Service struct {
	pool   *pgxpool.Pool
	client *Client
	now    func() time.Time

	mu   sync.Mutex
	kept map[time.Time]kept
}

// kept is a table as it was read at a time.
type kept struct {
	table Table
	at    time.Time
}

// New makes the service; the client may be nil where nothing is fetched.
func New(pool *pgxpool.Pool, client *Client, now func() time.Time) *Service {
	return &Service{pool: pool, client: client, now: now, kept: map[time.Time]kept{}}
}

// On gives the rates in force on a day of Moscow's calendar, or the last ones known before it; ErrNone when there are
// none. Whoever uses them looks at Table.Day.
func (s *Service) On(ctx context.Context, day time.Time) (t Table, err error) {
	defer errs.Wrap(&err, "rates.On")
	day = midnight(day)
	if t, ok := s.find(day); ok {
		return t, nil
	}
	if t, err = selectTable(ctx, s.pool, day); err != nil {
		return t, err
	}
	s.keep(day, t)
	return t, nil
}

// Last gives the newest rates there are, of whatever day; known is false while there are none.
func Last(ctx context.Context, db pg.DB) (t Table, known bool, err error) {
	defer errs.Wrap(&err, "rates.Last")
	day, known, err := selectLastDay(ctx, db)
	if err != nil || !known {
		return t, false, err
	}
	t, err = selectTable(ctx, db, day)
	return t, err == nil, err
}

// Today gives the rates in force in Moscow now.
func (s *Service) Today(ctx context.Context) (Table, error) { return s.On(ctx, Today(s.now())) }

// Today is the day it is in Moscow, where the rates are in force.
func Today(now time.Time) time.Time { return midnight(now.In(i18n.Moscow)) }

// maxKept bounds the tables in memory: a few days are asked for again and again.
const maxKept = 64

func (s *Service) find(day time.Time) (Table, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.kept[day]
	return k.table, ok && s.now().Sub(k.at).Abs() < freshFor
}

func (s *Service) keep(day time.Time, t Table) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= maxKept {
		clear(s.kept)
	}
	s.kept[day] = kept{t, s.now()}
}

func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
}

// Save stores a table, once for its day: the bank's file of a day is final, so a later one with other figures replaces
// them and is dated by its reading.
func (s *Service) Save(ctx context.Context, t Table) (err error) {
	defer errs.Wrap(&err, "rates.Save(%s)", t.Day.Format(time.DateOnly))
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error { return upsertTable(ctx, tx, t) })
	s.forget()
	return err
}
