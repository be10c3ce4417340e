package desk

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// CasesOf lists a seller's cases, what waits for the seller first, then the newest. cursor is Page.Next of the page before.
func (s *Service) CasesOf(ctx context.Context, sellerID int64, cursor string) (page paging.Page[Case], err error) {
	defer errs.Wrap(&err, "desk.CasesOf(%d)", sellerID)
	var after struct {
		Done bool
		ID   int64
	}
	if _, err := paging.Decode(cursor, &after); err != nil {
		return page, err
	}
	var rows []Case
	err = pg.AsSeller(ctx, s.DB, sellerID, func(tx pgx.Tx) error {
		rows, err = listOf(ctx, tx, sellerID, after.Done, after.ID, paging.DefaultSize+1)
		return err
	})
	if err != nil {
		return page, err
	}
	return paging.Cut(rows, paging.DefaultSize, func(c Case) any {
		after.Done, after.ID = c.State != WaitingSeller, c.ID
		return after
	})
}

// CaseOf finds a seller's own case with its trail and its papers.
func (s *Service) CaseOf(ctx context.Context, sellerID, id int64) (c Case, trail []Event, papers []Document, err error) {
	defer errs.Wrap(&err, "desk.CaseOf(%d %d)", sellerID, id)
	err = pg.AsSeller(ctx, s.DB, sellerID, func(tx pgx.Tx) error {
		if c, err = getOwn(ctx, tx, sellerID, id); err != nil {
			return err
		}
		if trail, err = listOwnEvents(ctx, tx, sellerID, id); err != nil {
			return err
		}
		papers, err = listPapers(ctx, tx, id)
		return err
	})
	return c, trail, papers, err
}

// Answer is what a seller says or sends to a case; it goes on at once, with the time that it stood added to its term.
// ErrDecided when there is nothing left to answer.
func (s *Service) Answer(ctx context.Context, sellerID, personID, id int64, note string, fileID int64) (err error) {
	defer errs.Wrap(&err, "desk.Answer(%d %d)", sellerID, id)
	if fileID == 0 {
		if err := checkNote(note); err != nil {
			return err
		}
	}
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		c, err := lockOwn(ctx, tx, sellerID, id)
		if err != nil {
			return err
		}
		if c.State == Done {
			return ErrDecided
		}
		if fileID != 0 {
			if err := roomIn(ctx, tx, id); err != nil {
				return err
			}
		}
		now := s.Now()
		c.resume(now)
		if err := saveCase(ctx, tx, c); err != nil {
			return err
		}
		if err := pg.BecomeSeller(ctx, tx, sellerID); err != nil {
			return err
		}
		return insertEvent(ctx, tx, event{CaseID: c.ID, SellerID: sellerID, ActorID: personID, Actor: bySeller, Act: "seller_answer", Note: note, FileID: fileID, At: now})
	})
}

// Enclose puts what a seller sent along into a case that was opened on the seller's wish, within the caller's transaction.
func (s *Service) Enclose(ctx context.Context, tx pg.DB, sellerID, personID, id int64, note string, fileID int64) error {
	return insertEvent(ctx, tx, event{CaseID: id, SellerID: sellerID, ActorID: personID, Actor: bySeller, Act: "seller_answer", Note: note, FileID: fileID, At: s.Now()})
}

// resume lets a clock that stood run on.
func (c *Case) resume(now time.Time) {
	if c.State != WaitingSeller || c.HeldAt == nil {
		return
	}
	c.DueAt = c.DueAt.Add(now.Sub(*c.HeldAt))
	c.State, c.HeldAt = Open, nil
}
