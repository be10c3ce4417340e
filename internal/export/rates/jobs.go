package rates

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// FetchArgs asks for the rates of the day.
type FetchArgs struct{}

// Kind names the job.
func (FetchArgs) Kind() string { return "rates.fetch" }

// fetchEvery is how often the bank is asked. The rates of tomorrow are set in the afternoon; once they are here nobody
// asks again before they are in force.
const fetchEvery = time.Hour

// Jobs registers the daily fetch.
func Jobs(r *jobs.Registry, s *Service) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[FetchArgs]) error {
		_, err := s.Fetch(ctx)
		return err
	})
	jobs.Every(r, fetchEvery, FetchArgs{})
}

// maxAhead is how many days ahead of today rates may be in force: over the long holidays of January.
const maxAhead = 14

// Fetch asks the bank for rates that are not known yet and reports whether there were any. A file of a day that is
// known already, today's on a Sunday or yesterday's in the morning, is no error and changes nothing.
func (s *Service) Fetch(ctx context.Context) (fresh bool, err error) {
	today := Today(s.now())
	last, known, err := selectLastDay(ctx, s.pool)
	if err != nil || known && last.After(today) {
		return false, err
	}
	t, err := s.ask(ctx, today)
	if err != nil {
		return false, errors.Join(err, upsertTrouble(ctx, s.pool, troubleOf(err), s.now()))
	}
	if err := deleteTrouble(ctx, s.pool); err != nil {
		return false, err
	}
	if known && !t.Day.After(last) {
		return false, nil
	}
	// In the afternoon the bank gives tomorrow's. Whoever asks for the first time, or after a while, lacks today's.
	if t.Day.After(today) && (!known || last.Before(today)) {
		now, err := s.client.Of(ctx, today, s.now())
		if err != nil {
			return false, errors.Join(err, upsertTrouble(ctx, s.pool, troubleOf(err), s.now()))
		}
		if err := s.Save(ctx, now); err != nil {
			return false, err
		}
	}
	return true, s.Save(ctx, t)
}

// ask fetches a file that may be true.
func (s *Service) ask(ctx context.Context, today time.Time) (Table, error) {
	t, err := s.client.Daily(ctx, s.now())
	if err != nil {
		return t, err
	}
	if ahead := int(t.Day.Sub(today).Hours() / 24); ahead > maxAhead {
		return Table{}, fmt.Errorf("%w: %s", errAhead, t.Day.Format(time.DateOnly))
	}
	return t, nil
}

// errAhead says that a file speaks of a day that nobody can know yet.
var errAhead = errors.New("rates: the day is too far ahead")
