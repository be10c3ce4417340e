package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Get finds a case of a desk.
func (s *Service) Get(ctx context.Context, k Kind, id int64) (Case, error) {
	return getCase(ctx, s.DB, k, id)
}

// Take gives an officer a certain case for the length of a lease, or a new lease of one they have. Errors: ErrTaken,
// ErrDecided, ErrWaiting while the seller is asked.
func (s *Service) Take(ctx context.Context, by Actor, k Kind, id int64) (c Case, err error) {
	defer errs.Wrap(&err, "desk.Take(%s %d)", k, id)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		if c, err = lockCase(ctx, tx, k, id); err != nil {
			return err
		}
		switch {
		case c.State == Done:
			return ErrDecided
		case c.State == WaitingSeller:
			return ErrWaiting
		case c.Held(by.PersonID, s.Now()):
			return ErrTaken
		}
		c, err = s.lease(ctx, tx, by, c)
		return err
	})
	return c, err
}

// Next gives an officer the case of a desk that nobody has and that must not wait: the late first, then the riskiest, then
// the oldest. What the officer has already comes before all. ok is false when nothing waits.
func (s *Service) Next(ctx context.Context, by Actor, k Kind) (c Case, ok bool, err error) {
	defer errs.Wrap(&err, "desk.Next(%s)", k)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		if c, ok, err = lockNext(ctx, tx, k, by.PersonID, s.Now()); err != nil || !ok {
			return err
		}
		c, err = s.lease(ctx, tx, by, c)
		return err
	})
	return c, ok, err
}

// lease hands a locked case over. The trail hears of it when it comes to another officer, not when it is kept.
func (s *Service) lease(ctx context.Context, tx pg.DB, by Actor, c Case) (Case, error) {
	now := s.Now()
	kept := c.State == Taken && c.OfficerID == by.PersonID
	until := now.Add(Lease)
	c.State, c.OfficerID, c.LeaseUntil = Taken, by.PersonID, &until
	if err := saveCase(ctx, tx, c); err != nil || kept {
		return c, err
	}
	return c, insertEvent(ctx, tx, event{CaseID: c.ID, SellerID: c.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID, Act: "taken", At: now})
}

// Return puts a case back into the queue.
func (s *Service) Return(ctx context.Context, by Actor, k Kind, id int64) (err error) {
	defer errs.Wrap(&err, "desk.Return(%s %d)", k, id)
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, k, id)
		if err != nil || c.State != Taken || c.OfficerID != by.PersonID {
			return err
		}
		c.State, c.OfficerID, c.LeaseUntil = Open, 0, nil
		if err := saveCase(ctx, tx, c); err != nil {
			return err
		}
		return insertEvent(ctx, tx, event{CaseID: c.ID, SellerID: c.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID, Act: "returned", At: s.Now()})
	})
}

// MaxNote is how many characters a note to a seller, or an answer of theirs, may have.
const MaxNote = 2000

func checkNote(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errs.Fields([]errs.Field{{Name: "note", Key: "export.desk.write_note"}})
	case len([]rune(text)) > MaxNote:
		return errs.Fields([]errs.Field{{Name: "note", Key: "form.too_long", Args: []any{"max", MaxNote}}})
	}
	return nil
}

// Say writes to the seller about a case without stopping its clock.
func (s *Service) Say(ctx context.Context, by Actor, k Kind, id int64, note string) (err error) {
	defer errs.Wrap(&err, "desk.Say(%s %d)", k, id)
	if err := checkNote(note); err != nil {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, k, id)
		if err != nil {
			return err
		}
		if err := insertEvent(ctx, tx, event{CaseID: c.ID, SellerID: c.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID,
			Act: "note", Note: note, At: s.Now()}); err != nil {
			return err
		}
		return s.tell(ctx, tx, c, "note", note)
	})
}

// KeepAnswers keeps what an officer has found out so far, before any verdict.
func (s *Service) KeepAnswers(ctx context.Context, by Actor, k Kind, id int64, answers map[string]string) (err error) {
	defer errs.Wrap(&err, "desk.KeepAnswers(%s %d)", k, id)
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, k, id)
		if err != nil {
			return err
		}
		if err := c.mayDecide(by, Release, s.Now()); err != nil {
			return err
		}
		if c.Answers, err = packAnswers(answers); err != nil {
			return err
		}
		if err := saveCase(ctx, tx, c); err != nil {
			return err
		}
		return insertEvent(ctx, tx, event{CaseID: c.ID, SellerID: c.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID, Act: "answers",
			Detail: map[string]any{"answers": answers}, At: s.Now()})
	})
}

func packAnswers(answers map[string]string) (json.RawMessage, error) {
	raw, err := json.Marshal(answers)
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return raw, nil
}
