package postal

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// termsFor reads what the post says of a country on a day: as kept, when that is of today, and otherwise after asking
// for the dictionary again. While the post is away what it said last stands.
func (s *Service) termsFor(ctx context.Context, country string, day time.Time) ([]termsRow, error) {
	key, now := dayKey{country, day}, s.now()
	if rows, ok := s.terms.get(key, now); ok {
		return rows, nil
	}
	rows, err := selectTerms(ctx, s.db, country, s.post.cfg.Demonstration, day)
	if err != nil {
		return nil, err
	}
	if s.needsAsking(rows, day) {
		if err := s.refresh(ctx, day); err == nil {
			rows, err = selectTerms(ctx, s.db, country, s.post.cfg.Demonstration, day)
			if err != nil {
				return nil, err
			}
		} else if !Down(err) {
			return nil, err
		} else if len(rows) == 0 {
			return nil, err
		}
	}
	s.terms.put(key, rows, now)
	return rows, nil
}

// needsAsking says that what is kept for a day is not of today. A day past is asked for only when nothing is kept.
func (s *Service) needsAsking(rows []termsRow, day time.Time) bool {
	if len(rows) == 0 {
		return true
	}
	return !day.Before(dayOf(s.now())) && s.now().Sub(rows[0].CheckedAt) >= goodFor
}

// refresh asks for the dictionary of a day, unless that was done a moment ago, well or not.
func (s *Service) refresh(ctx context.Context, day time.Time) error {
	if _, ok := s.fresh.get(day, s.now()); ok {
		return nil
	}
	_, err := s.fresh.once(ctx, day, dictionaryWithin, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.RefreshDictionary(ctx, day)
	})
	if ctx.Err() != nil {
		return s.post.tariff.away(ctx.Err())
	}
	if err == nil {
		s.fresh.put(day, struct{}{}, s.now())
	}
	return err
}

// RefreshDictionary asks the post for its terms of every country on a day and keeps what changed.
func (s *Service) RefreshDictionary(ctx context.Context, day time.Time) (err error) {
	defer errs.Wrap(&err, "postal.RefreshDictionary(%s)", day.Format(time.DateOnly))
	list, err := s.post.dictionary(ctx, day)
	if err != nil {
		return err
	}
	rows := make([]termsRow, len(list))
	for i, t := range list {
		rows[i] = t.row()
	}
	return insertTerms(ctx, s.db, rows, s.post.cfg.Demonstration, day, s.now())
}
