package postal

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A claim outlasts the longest talk with the post; whoever finds it taken looks again now and then.
const (
	claimFor   = 45 * time.Second
	talkWithin = 40 * time.Second
	lookAgain  = 30 * time.Millisecond
	keepWithin = 5 * time.Second // what the post said is written down even where the caller has left
)

// Create files an order. It may be called again with the same number, from anywhere and after any failure: the post
// gets it once, and everybody gets the same answer. A post that is away is errs.Unavailable; one that refuses gives
// a *Refusal.
func (s *Service) Create(ctx context.Context, o Order) (f Filed, err error) {
	defer errs.Wrap(&err, "postal.Create(%s)", o.Number)
	if err := o.check(); err != nil {
		return f, err
	}
	if !s.post.connected() {
		return f, errUnconfigured
	}
	claim := rand.Text()
	for {
		c, err := s.claim(ctx, o.Number, claim)
		switch {
		case err != nil && ctx.Err() != nil:
			return f, s.post.orders.away(ctx.Err())
		case err != nil:
			return f, err
		case c.filed != nil:
			return *c.filed, nil
		case c.mine:
			return s.file(ctx, o, claim, c.doubtUntil)
		}
		if err := pause(ctx, lookAgain); err != nil {
			return f, s.post.orders.away(err)
		}
	}
}

// claimed is what came of trying to claim a number.
type claimed struct {
	filed      *Filed
	mine       bool
	doubtUntil time.Time // the post may have the order, and until then it may still turn up; zero: it has not
}

// claim takes the right to speak with the post about a number, unless somebody has it or the order is filed.
func (s *Service) claim(ctx context.Context, number, claim string) (c claimed, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		c = claimed{}
		fresh, err := insertClaim(ctx, tx, number, claim, now.Add(claimFor))
		if err != nil || fresh {
			c.mine = fresh
			return err
		}
		row, err := lockOrder(ctx, tx, number)
		switch {
		case err != nil:
			return err
		case row.FiledAt != nil:
			c.filed = &Filed{ID: *row.PostID, Number: number, Barcode: s10.Number(*row.Barcode)}
			return nil
		case row.ClaimedUntil != nil && row.ClaimedUntil.After(now):
			return nil
		}
		if row.ClaimedUntil != nil {
			c.doubtUntil = row.ClaimedUntil.Add(s.post.cfg.Settle)
		}
		c.mine = true
		return updateClaim(ctx, tx, number, claim, now.Add(claimFor))
	})
	return c, err
}

// file speaks with the post. After every doubt it first looks whether the order is there.
func (s *Service) file(ctx context.Context, o Order, claim string, doubtUntil time.Time) (Filed, error) {
	talk, cancel := context.WithTimeout(ctx, talkWithin)
	defer cancel()
	doubt := !doubtUntil.IsZero()
	var f Filed
	var err error
	for range 2 {
		if doubt {
			var found bool
			if f, found, err = s.lookFor(talk, o.Number, doubtUntil); err != nil {
				break
			}
			if found {
				return s.keep(ctx, f, claim)
			}
		}
		if f, err = s.post.create(talk, o); err == nil {
			if doubt {
				f, err = s.only(talk, f)
			}
			return s.keepOr(ctx, f, claim, err)
		}
		if !maybeDone(err) {
			return Filed{}, s.release(ctx, o.Number, claim, false, err)
		}
		doubt, doubtUntil = true, s.now().Add(s.post.cfg.Settle)
	}
	return Filed{}, s.release(ctx, o.Number, claim, true, err)
}

// lookFor searches until the time by which the order must have turned up if the post has it.
func (s *Service) lookFor(ctx context.Context, number string, until time.Time) (Filed, bool, error) {
	rest := until.Sub(s.now())
	for {
		found, err := s.post.search(ctx, number)
		if err != nil || len(found) > 0 || rest <= 0 {
			if len(found) == 0 {
				return Filed{}, false, err
			}
			f, err := s.only(ctx, found[0])
			return f, err == nil, err
		}
		step := min(rest, max(s.post.cfg.Settle/4, time.Millisecond))
		if err := pause(ctx, step); err != nil {
			return Filed{}, false, s.post.orders.away(err)
		}
		rest -= step
	}
}

// only makes sure that the post has a number once: of several orders the oldest stays.
func (s *Service) only(ctx context.Context, f Filed) (Filed, error) {
	found, err := s.post.search(ctx, f.Number)
	if err != nil || len(found) < 2 {
		return f, err
	}
	var extra []int64
	for _, other := range found[1:] {
		extra = append(extra, other.ID)
	}
	return found[0], s.post.remove(ctx, extra)
}

// keepOr keeps an order, or gives the claim back in doubt.
func (s *Service) keepOr(ctx context.Context, f Filed, claim string, err error) (Filed, error) {
	if err != nil {
		return Filed{}, s.release(ctx, f.Number, claim, true, err)
	}
	return s.keep(ctx, f, claim)
}

// keep writes down what the post gave. The caller may have left meanwhile; the order is filed all the same.
func (s *Service) keep(ctx context.Context, f Filed, claim string) (Filed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	mine, err := updateFiled(ctx, s.db, f, claim, s.now())
	if err != nil {
		return Filed{}, err
	}
	if mine {
		return f, nil
	}
	// The claim ran out and somebody else finished: theirs counts.
	row, err := selectOrder(ctx, s.db, f.Number)
	if err != nil {
		return Filed{}, err
	}
	if row.FiledAt == nil {
		return Filed{}, s.post.orders.away(context.DeadlineExceeded)
	}
	return Filed{ID: *row.PostID, Number: f.Number, Barcode: s10.Number(*row.Barcode)}, nil
}

// release gives a claim back with the error that ended it.
func (s *Service) release(ctx context.Context, number, claim string, doubt bool, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	if err := releaseClaim(ctx, s.db, number, claim, doubt, s.now()); err != nil {
		return err
	}
	return why
}
