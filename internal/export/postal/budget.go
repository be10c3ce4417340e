package postal

import (
	"context"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// budget shares the day's requests among all programs: each takes a few at a time out of the database, so that what
// they use together never passes what the post allows.
type budget struct {
	db  pg.DB
	now func() time.Time

	mu   sync.Mutex
	left map[string]purse
}

type purse struct {
	day  time.Time
	left int64
}

// handful is how many requests are taken at once. What a program that ends has left of them is lost for the day.
const handful = 10

// take counts one request of a service.
func (b *budget) take(ctx context.Context, service string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	day := dayOf(b.now())
	p := b.left[service]
	if p.day.Equal(day) && p.left > 0 {
		b.keep(service, purse{day, p.left - 1})
		return nil
	}
	for _, n := range []int64{handful, 1} {
		ok, err := takeRequests(ctx, b.db, service, day, n)
		if err != nil {
			return err
		}
		if ok {
			b.keep(service, purse{day, n - 1})
			return nil
		}
	}
	return errs.New(errs.TooMany, "postal.busy")
}

// exhaust notes that the post takes no more requests today, until LearnLimit hears otherwise.
func (b *budget) exhaust(ctx context.Context, service string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	day := dayOf(b.now())
	b.keep(service, purse{day, 0})
	_, err := pg.Exec(ctx, b.db, `
		insert into post_requests as r (service, day, used, allowed) values ($1, $2, 0, 0)
		on conflict (service, day) do update set allowed = least(coalesce(r.allowed, r.used), r.used)`, service, day)
	return err
}

func (b *budget) keep(service string, p purse) {
	if b.left == nil {
		b.left = map[string]purse{}
	}
	b.left[service] = p
}

// takeRequests counts n requests unless that would be more than the day allows.
func takeRequests(ctx context.Context, db pg.DB, service string, day time.Time, n int64) (bool, error) {
	rows, err := pg.Exec(ctx, db, `
		insert into post_requests as r (service, day, used) values ($1, $2, $3)
		on conflict (service, day) do update set used = r.used + $3 where r.allowed is null or r.used + $3 <= r.allowed`,
		service, day, n)
	return rows == 1, err
}

// updateAllowed keeps what the post says of the day's requests. It may have counted more than we did, never fewer.
func updateAllowed(ctx context.Context, db pg.DB, service string, day time.Time, l Limit) error {
	_, err := pg.Exec(ctx, db, `
		insert into post_requests as r (service, day, used, allowed) values ($1, $2, $3, $4)
		on conflict (service, day) do update set used = greatest(r.used, $3), allowed = $4`, service, day, l.Used, l.Allowed)
	return err
}

func deleteOldRequests(ctx context.Context, db pg.DB, before time.Time) (int64, error) {
	return pg.Exec(ctx, db, `delete from post_requests where day < $1`, before)
}

// LearnLimit asks the post how many requests the day allows.
func (s *Service) LearnLimit(ctx context.Context) error {
	l, err := s.post.Limit(ctx)
	if err != nil || l.Allowed <= 0 {
		return err
	}
	return updateAllowed(ctx, s.db, s.post.orders.name, dayOf(s.now()), l)
}
