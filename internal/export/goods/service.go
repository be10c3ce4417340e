package goods

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps are what the service stands on.
type Deps struct {
	Pool *pgxpool.Pool
	Now  func() time.Time
	// BaseURL is where letters lead; Media keeps what sellers send to a desk, nil keeps nothing.
	BaseURL string
	Media   *media.Service
	Codes   *hs.Service
	Decide  func(ctx context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error)
	Tables  func(ctx context.Context, day time.Time) (clearance.Tables, error)
	// AskDesk lays a thing before a desk, in the transaction that found it necessary; laying it there twice is once.
	// Nil is a market without desks: what needs one stays at home.
	AskDesk func(ctx context.Context, tx pg.DB, c Case) error
}

// Service keeps the export passports.
type Service struct{ Deps }

// New makes the service. Cards confirmed here are evidence for the codes that are suggested.
func New(d Deps) *Service {
	s := &Service{d}
	if d.Codes != nil {
		d.Codes.Confirmed = s.votes
	}
	return s
}

// Case is a thing that a desk has to look at.
type Case struct {
	Desk     string // culture, customs
	Title    string
	Slug     string // of the card
	Product  int64
	Passport Passport
	Findings []clearance.Finding
	// What a seller asks for by themselves, and what they send along.
	Permit bool // the permit for a cultural object
	Note   string
	FileID int64
	By     int64
}

// Actor is who acts, for which shop. A person of 0 is the program itself.
type Actor struct{ PersonID, SellerID int64 }

// Errors of the verbs.
var (
	errGone    = errs.New(errs.NotFound, "error.not_found")
	errChanged = errs.New(errs.Conflict, "export.goods.changed")
)

// Save writes what a seller tells of one listing and asks the rules about it. version is the one the form was filled in
// from: whoever comes second is told, and loses nothing. A code is confirmed by being saved by a person. Errors: Invalid
// with the fields, Conflict, NotFound.
func (s *Service) Save(ctx context.Context, by Actor, offerID int64, version int, abroad bool, e Edit) (p Passport, err error) {
	defer errs.Wrap(&err, "goods.Save(%d)", offerID)
	l, err := s.listing(ctx, by.SellerID, offerID)
	if err != nil {
		return p, err
	}
	if l.Passport.Version != version {
		return l.Passport, errChanged
	}
	next, problems, err := s.changed(ctx, l, e)
	next.Abroad = abroad
	if err != nil {
		return next, err
	}
	if len(problems) > 0 {
		return next, errs.Fields(problems)
	}
	return next, s.write(ctx, by, l, &next)
}

// changed applies an edit to a listing's passport and checks what only the database knows.
func (s *Service) changed(ctx context.Context, l Listing, e Edit) (Passport, []errs.Field, error) {
	p := l.Passport
	problems := e.apply(&p, s.Now())
	if p.TextRU == "" && l.Passport.Version == 0 {
		p.TextRU = l.shortTitle()
	}
	if p.TNVED != "" && p.TNVED != l.Passport.TNVED && s.Codes != nil {
		known, err := s.Codes.Known(ctx, p.TNVED, s.Now())
		if err != nil {
			return p, nil, err
		}
		if !known {
			problems = append(problems, errs.Field{Name: "tnved", Key: "export.goods.err.tnved_unknown", Args: []any{"code", hs.Code(p.TNVED).String()}})
		}
	}
	if p.HS != l.Passport.HS && p.HS != "" {
		if err := s.weighConfidence(ctx, l, &p); err != nil {
			return p, nil, err
		}
	}
	return p, problems, nil
}

// weighConfidence keeps how sure the suggestion was that a seller followed; a code of their own is theirs entirely.
func (s *Service) weighConfidence(ctx context.Context, l Listing, p *Passport) error {
	if s.Codes == nil {
		return nil
	}
	list, err := s.Codes.Suggest(ctx, l.Thing())
	if err != nil {
		return err
	}
	for _, c := range list {
		if string(c.Code) == p.HS {
			p.Confidence = c.Confidence
		}
	}
	return nil
}

// write judges a passport and stores it as the next version of what the listing had; a document that a desk gave for
// other facts is taken back, and a desk is asked when only a desk's document lacks.
func (s *Service) write(ctx context.Context, by Actor, l Listing, p *Passport) error {
	before, now := l.Passport, s.Now()
	withdrawn := len(p.Documents) > 0 && !p.rests(before)
	if withdrawn {
		p.Documents = nil
	}
	found, err := s.judge(ctx, p, now)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if err := pg.BecomeSeller(ctx, tx, by.SellerID); err != nil {
			return err
		}
		ok, err := upsertPassport(ctx, tx, by, p, before.Version, now)
		if err != nil {
			return err
		}
		if !ok {
			return errChanged
		}
		p.Version = before.Version + 1
		if withdrawn {
			if err := endPapers(ctx, tx, p.SellerID, p.OfferID, now); err != nil {
				return err
			}
		}
		if err := s.log(ctx, tx, by, before, *p, withdrawn); err != nil {
			return err
		}
		if err := s.record(ctx, tx, before, *p, found); err != nil {
			return err
		}
		return s.ask(ctx, tx, by, l, *p, found.heeded)
	})
}

// log writes down what a change meant for the code and the documents.
func (s *Service) log(ctx context.Context, tx pg.DB, by Actor, before, p Passport, withdrawn bool) error {
	if p.HS != before.HS && p.Confirmed {
		if err := insertEvent(ctx, tx, by, p.OfferID, "code", p.HS, s.Now()); err != nil {
			return err
		}
	}
	if withdrawn {
		return insertEvent(ctx, tx, by, p.OfferID, "withdrawn", joined(before.Documents), s.Now())
	}
	return nil
}

// record keeps what was decided about a thing that is sold abroad, whenever it says something new or rests on other facts:
// the decision can be replayed like that of a parcel.
func (s *Service) record(ctx context.Context, tx pg.DB, before, p Passport, j judgement) error {
	if !p.Abroad || before.Abroad && p.Verdict == before.Verdict && slices.Equal(p.Asked, before.Asked) && p.rests(before) {
		return nil
	}
	_, err := clearance.Record(ctx, tx, clearance.Subject{Kind: clearance.KindGoods, Number: j.parcel.Number, SellerID: p.SellerID, Moment: clearance.AtListing},
		j.parcel, j.decision)
	return err
}

// ask lays the thing before the desk whose document is all that lacks. It ends the seller's confinement of tx: a desk's
// tables are not the seller's.
func (s *Service) ask(ctx context.Context, tx pgx.Tx, by Actor, l Listing, p Passport, found []clearance.Finding) error {
	desk, needed := p.desk()
	if !needed || s.AskDesk == nil {
		return nil
	}
	if was, waiting := l.Passport.desk(); !waiting || was != desk {
		if err := insertEvent(ctx, tx, by, p.OfferID, "asked", desk, s.Now()); err != nil {
			return err
		}
	}
	if err := pg.ResumeOwner(ctx, tx); err != nil {
		return err
	}
	return s.AskDesk(ctx, tx, Case{Desk: desk, Title: l.TitleRU, Slug: l.Slug, Product: l.ProductID, Passport: p, Findings: found})
}
