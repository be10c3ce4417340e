package goods

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Paper is a document that a desk gave for a thing. It holds until its day comes, until a fact it was given on changes, or
// until another of its kind takes its place.
type Paper struct {
	ID, SellerID, OfferID int64
	Kind                  string // as the rules name it: expert_opinion, culture_permit, …
	Number                string
	IssuedOn              time.Time
	Authority             string
	ValidUntil            *time.Time // the last day; nil is without an end
	FileID                int64      // of media's documents, 0 for none
	WarnedAt              *time.Time // when the seller was told that it ends
}

// Ends reports whether the paper ends within so many days of a day, or has ended.
func (p Paper) Ends(day time.Time, within int) bool {
	return p.ValidUntil != nil && !p.ValidUntil.After(day.AddDate(0, 0, within))
}

// CulturePermit is the Ministry's leave to take a cultural object out; permitNeeded marks among the documents that an
// expert found one, so that the permit is asked for until it is there.
const (
	CulturePermit = "culture_permit"
	permitNeeded  = "permit_needed"
)

// figureWarn is how many days ahead a seller is warned that a paper ends.
const figureWarn = "opinion_warn_days"

// warnDays reads it.
func (s *Service) warnDays(ctx context.Context, day time.Time) (int, error) {
	t, err := s.Tables(ctx, day)
	if err != nil {
		return 0, err
	}
	n, ok := t.Scaled(figureWarn, 0)
	if !ok {
		return 0, fmt.Errorf("there is no figure %q on %s", figureWarn, day.Format(time.DateOnly))
	}
	return int(n), nil
}

// dayOf is the day in Moscow, as papers are dated.
func dayOf(now time.Time) time.Time {
	t := now.In(i18n.Moscow)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// NeedPermit writes down that an expert found a cultural object: it stays at home until the Ministry lets it out, and the
// seller may ask for that. It joins the desk's transaction.
func (s *Service) NeedPermit(ctx context.Context, tx pg.DB, sellerID, offerID int64, note string) (err error) {
	defer errs.Wrap(&err, "goods.NeedPermit(%d)", offerID)
	if err := endPapers(ctx, tx, sellerID, offerID, s.Now()); err != nil {
		return err
	}
	return s.decided(ctx, tx, sellerID, offerID, "permit", note, func(p *Passport) {
		p.Documents, p.Asked, p.Verdict = []string{permitNeeded}, []string{CulturePermit}, string(clearance.Needs)
	})
}

// Request is what a seller sends along when asking a desk for a paper.
type Request struct {
	Note     string
	FileName string
	File     []byte // nil for none
}

// AskFor lays a thing before the culture desk on the seller's wish: for the permit that an expert found necessary, or for
// a new opinion in place of one that ends. Asking again while the desk looks is once. Errors: NotFound, Conflict when
// there is nothing to ask for.
func (s *Service) AskFor(ctx context.Context, by Actor, offerID int64, r Request) (err error) {
	defer errs.Wrap(&err, "goods.AskFor(%d)", offerID)
	l, err := s.listing(ctx, by.SellerID, offerID)
	if err != nil {
		return err
	}
	c, err := s.request(ctx, l)
	if err != nil {
		return err
	}
	c.Note, c.By = r.Note, by.PersonID
	if r.File != nil && s.Media != nil {
		file, err := s.Media.TakeDocument(ctx, bytes.NewReader(r.File), media.Owner{SellerID: by.SellerID}, r.FileName)
		if err != nil {
			return err
		}
		c.FileID = file.ID
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if err := pg.BecomeSeller(ctx, tx, by.SellerID); err != nil {
			return err
		}
		if err := insertEvent(ctx, tx, by, offerID, "asked", c.Desk, s.Now()); err != nil {
			return err
		}
		if err := pg.ResumeOwner(ctx, tx); err != nil || s.AskDesk == nil {
			return err
		}
		return s.AskDesk(ctx, tx, c)
	})
}

// request is what may be asked for about a thing now.
func (s *Service) request(ctx context.Context, l Listing) (Case, error) {
	c := Case{Desk: "culture", Title: l.TitleRU, Slug: l.Slug, Product: l.ProductID, Passport: l.Passport}
	if slices.Contains(l.Passport.Asked, CulturePermit) {
		c.Permit = true
		c.Findings = []clearance.Finding{{Step: cultureStep, Outcome: clearance.Needs, Then: CulturePermit, Line: 1}}
		return c, nil
	}
	bare := l.Passport // as the rules would judge it without the opinion
	bare.Documents = nil
	j, err := s.judge(ctx, &bare, s.Now())
	if err != nil {
		return c, err
	}
	if desk, needed := bare.desk(); !needed || desk != "culture" || len(l.Passport.Documents) == 0 {
		return c, errs.New(errs.Conflict, "export.goods.err.nothing_to_ask")
	}
	c.Findings = j.heeded
	return c, nil
}

// papersOf reads the papers that hold for a listing.
func (s *Service) papersOf(ctx context.Context, sellerID, offerID int64) (list []Paper, err error) {
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		list, err = selectPapers(ctx, tx, sellerID, offerID)
		return err
	})
	return list, err
}
