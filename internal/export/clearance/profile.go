package clearance

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Profile tells countries apart as far as the rules do: two countries of one profile are decided about alike, whatever is
// sent there. There are a dozen or two for all the world, so that a thing is asked about once for each and not once for
// each country. It means something within its book only.
func (b *Book) Profile(country string) string {
	s := &subject{Parcel: &Parcel{Country: country}, day: b.Day}
	said := make([]byte, len(b.where))
	for i, asks := range b.where {
		if asks(s) {
			said[i] = 1
		}
	}
	return string(said)
}

// Edition counts what was published: while it and the day are the same, so is every decision.
func (s *Service) Edition(ctx context.Context) (edition int64, err error) {
	defer errs.Wrap(&err, "clearance.Edition")
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.refresh(ctx)
	return s.edition, err
}
