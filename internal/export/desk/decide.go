package desk

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Decide gives a verdict on a case of a desk, or asks its seller for more. The document, the trail's line, the letters to
// the seller and whatever OnDecided does come with it or not at all. Errors: Invalid with what the ruling lacks, ErrTaken
// while another officer has the case, ErrDecided, ErrWaiting for a second question before the first is answered.
func (s *Service) Decide(ctx context.Context, by Actor, k Kind, id int64, r Ruling) (c Case, err error) {
	defer errs.Wrap(&err, "desk.Decide(%s %d %s)", k, id, r.Verdict)
	if c, err = getCase(ctx, s.DB, k, id); err != nil {
		return c, err
	}
	if err := c.mayDecide(by, r.Verdict, s.Now()); err != nil {
		return c, err
	}
	if err := s.check(ctx, c, &r); err != nil {
		return c, err
	}
	doc, err := s.write(ctx, c, by, r) // a file is stored outside of any transaction
	if err != nil {
		return c, err
	}
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		c, err = s.rule(ctx, tx, by, k, id, r, doc)
		return err
	})
	return c, err
}

// mayDecide says why the actor may not give a verdict now, or nothing.
func (c Case) mayDecide(by Actor, verdict string, now time.Time) error {
	switch {
	case c.State == Done:
		return ErrDecided
	case c.Held(by.PersonID, now):
		return ErrTaken
	case c.State == WaitingSeller && verdict == More:
		return ErrWaiting
	}
	return nil
}

// rule writes a verdict that has been checked, on the case as it stands under its lock.
func (s *Service) rule(ctx context.Context, tx pgx.Tx, by Actor, k Kind, id int64, r Ruling, doc *Document) (Case, error) {
	c, err := lockCase(ctx, tx, k, id)
	if err != nil {
		return c, err
	}
	now := s.Now()
	if err := c.mayDecide(by, r.Verdict, now); err != nil {
		return c, err
	}
	c.Reason, c.Note, c.LeaseUntil = r.Reason, r.Note, nil
	if r.Answers != nil {
		if c.Answers, err = packAnswers(r.Answers); err != nil {
			return c, err
		}
	}
	if r.Verdict == More {
		c.State, c.OfficerID, c.HeldAt = WaitingSeller, 0, &now
	} else {
		c.State, c.OfficerID, c.HeldAt, c.Verdict, c.DecidedAt, c.DecidedBy = Done, by.PersonID, nil, r.Verdict, &now, by.PersonID
	}
	if err := saveCase(ctx, tx, c); err != nil {
		return c, err
	}
	if err := s.file(ctx, tx, c, by, r, doc); err != nil {
		return c, err
	}
	said := Decided{Case: c, Verdict: r.Verdict, Reason: r.Reason, Document: doc, Note: r.Note, By: by.PersonID, At: now}
	if s.OnDecided != nil {
		if err := s.OnDecided(ctx, tx, said); err != nil {
			return c, err
		}
	}
	return c, s.tell(ctx, tx, c, r.Verdict, r.Note)
}

// file puts the verdict's document and its line of the trail beside it.
func (s *Service) file(ctx context.Context, tx pg.DB, c Case, by Actor, r Ruling, doc *Document) error {
	now := s.Now()
	e := event{CaseID: c.ID, SellerID: c.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID, Act: r.Verdict, Note: r.Note, At: now,
		Detail: map[string]any{"reason": r.Reason}}
	if doc != nil {
		var err error
		if doc.ID, err = insertOpinion(ctx, tx, c, by.PersonID, *doc, now); err != nil {
			return err
		}
		e.Detail["document"], e.FileID = doc.Number, doc.FileID
	} else {
		e.FileID = r.Paper.AttachedID // what a document was asked for by a rule, and no paper of ours says
	}
	if c.Kind == Currency && r.Verdict == Release {
		if err := s.accept(ctx, tx, c, by, r.Paper); err != nil {
			return err
		}
	}
	return insertEvent(ctx, tx, e)
}
