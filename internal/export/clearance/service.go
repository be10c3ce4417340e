package clearance

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Service decides by the rules that the database holds, and lets admins change them.
type Service struct {
	db  *pgxpool.Pool
	now func() time.Time

	mu      sync.Mutex
	lib     *Library
	edition int64     // of the rules that lib holds
	asked   time.Time // when the edition was last asked for
	days    map[time.Time]*opened
}

// opened is a day's book with its tables.
type opened struct {
	book   *Book
	tables Tables
}

// askEvery is how old the knowledge may be that nobody has published anything since.
const askEvery = time.Second

// keptDays bounds how many days' books are kept; nearly everything asks for today.
const keptDays = 16

// New makes the service. Seed fills the database before it is asked.
func New(db *pgxpool.Pool, now func() time.Time) *Service {
	return &Service{db: db, now: now, days: map[time.Time]*opened{}}
}

// Decide finds out about a parcel by the rules in force on a day. What any copy of the program publishes is followed
// within a second.
func (s *Service) Decide(ctx context.Context, p *Parcel, day time.Time) (d Decision, err error) {
	defer errs.Wrap(&err, "clearance.Decide(%s)", p.Number)
	o, err := s.open(ctx, day)
	if err != nil {
		return d, err
	}
	return o.book.Decide(p), nil
}

// Tables are the lists and figures in force on a day. They are shared: read, do not change.
func (s *Service) Tables(ctx context.Context, day time.Time) (t Tables, err error) {
	defer errs.Wrap(&err, "clearance.Tables")
	o, err := s.open(ctx, day)
	if err != nil {
		return t, err
	}
	return o.tables, nil
}

// Library is every version of every rule, list and figure in the database. It is shared: read, do not change.
func (s *Service) Library(ctx context.Context) (*Library, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	return s.lib, nil
}

// open gives the book of a day, compiled once for each edition of the rules.
func (s *Service) open(ctx context.Context, at time.Time) (*opened, error) {
	day := dayOf(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	if o, ok := s.days[day]; ok {
		return o, nil
	}
	book, err := s.lib.On(day)
	if err != nil {
		return nil, err
	}
	if len(s.days) >= keptDays {
		delete(s.days, slices.MinFunc(slices.Collect(maps.Keys(s.days)), time.Time.Compare))
	}
	if err := book.keep(ctx, s.db); err != nil { // it decides all the same: its decisions are stored whole
		slog.WarnContext(ctx, "a book of rules is not kept", "day", day.Format(time.DateOnly), "error", err)
	}
	o := &opened{book, s.lib.TablesOn(day)}
	s.days[day] = o
	return o, nil
}

// dayOf is the date of a moment, as rules are dated.
func dayOf(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// refresh reads the rules again when their edition has changed. The edition is read before the rules: what is published
// in between is found by the next asking.
func (s *Service) refresh(ctx context.Context) error {
	now := s.now()
	if s.lib != nil && now.Sub(s.asked).Abs() < askEvery {
		return nil
	}
	edition, err := selectEdition(ctx, s.db)
	if err != nil {
		return err
	}
	if s.lib == nil || edition != s.edition {
		lib, err := selectLibrary(ctx, s.db)
		if err != nil {
			return err
		}
		s.lib, s.edition = lib, edition
		clear(s.days)
	}
	s.asked = now
	return nil
}

// forget makes the next asking look whether anything was published.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = time.Time{}
}
