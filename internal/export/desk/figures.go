package desk

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// term is how long a desk has for a verdict: the dated figure desk_hours_culture and its like.
func (s *Service) term(ctx context.Context, k Kind, day time.Time) (time.Duration, error) {
	hours, err := s.figure(ctx, "desk_hours_"+string(k), day)
	return time.Duration(hours) * time.Hour, err
}

// figure is a whole number in force on a day.
func (s *Service) figure(ctx context.Context, name string, day time.Time) (int64, error) {
	t, err := s.Tables(ctx, day)
	if err != nil {
		return 0, err
	}
	text, ok := t.Figures[name]
	if !ok {
		return 0, fmt.Errorf("there is no figure %q on %s", name, day.Format(time.DateOnly))
	}
	return strconv.ParseInt(text, 10, 64)
}
