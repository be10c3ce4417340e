package goods

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ForOffers reads the passports of offers, of any sellers. An offer that has none is not in the answer.
func ForOffers(ctx context.Context, db pg.DB, offers []int64) (_ map[int64]Passport, err error) {
	defer errs.Wrap(&err, "goods.ForOffers(%v)", offers)
	list, err := selectPassports(ctx, db, offers)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]Passport, len(list))
	for _, p := range list {
		found[p.OfferID] = p
	}
	return found, nil
}

// TermsOf reads how sellers send abroad. A seller who has told nothing is not in the answer.
func TermsOf(ctx context.Context, db pg.DB, sellers []int64) (_ map[int64]SellerTerms, err error) {
	defer errs.Wrap(&err, "goods.TermsOf(%v)", sellers)
	list, err := selectTerms(ctx, db, sellers)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]SellerTerms, len(list))
	for _, t := range list {
		found[t.SellerID] = t
	}
	return found, nil
}

// AddDocument writes down what a desk gave for a thing (expert_opinion, permit, …) and takes what that settles off what
// the thing lacks. It joins the desk's transaction, which works as the owner of the tables; the same document twice is
// one. The document holds until its last day, or until the seller changes a fact it was given on.
func (s *Service) AddDocument(ctx context.Context, tx pg.DB, paper Paper) (err error) {
	sellerID, offerID, doc := paper.SellerID, paper.OfferID, paper.Kind
	defer errs.Wrap(&err, "goods.AddDocument(%d, %s)", offerID, doc)
	if paper.IssuedOn.IsZero() {
		paper.IssuedOn = dayOf(s.Now())
	}
	if _, err := lockPassport(ctx, tx, sellerID, offerID); err != nil { // the passport it belongs to
		return err
	}
	if err := insertPaper(ctx, tx, paper, s.Now()); err != nil {
		return err
	}
	return s.decided(ctx, tx, sellerID, offerID, "document", doc, func(p *Passport) {
		p.Documents = slices.DeleteFunc(p.Documents, func(d string) bool { return d == refusedBy || d == permitNeeded || d == doc })
		p.Documents = append(p.Documents, doc)
		p.Asked = slices.DeleteFunc(p.Asked, func(key string) bool {
			return key == doc || key == askRefused || slices.Contains(answers[doc], key)
		})
		if len(p.Asked) == 0 {
			p.Verdict = string(clearance.Pass)
		}
		if doc == CulturePermit { // what is let out does not go by post
			p.Asked, p.Verdict = []string{askCourier}, string(clearance.Needs)
		}
	})
}

// SetHTSUS writes down the USA's own code that a customs officer gave for a thing; one that does not begin with the thing's
// code is passed over. It joins the desk's transaction.
func (s *Service) SetHTSUS(ctx context.Context, tx pg.DB, sellerID, offerID int64, code string) (err error) {
	defer errs.Wrap(&err, "goods.SetHTSUS(%d)", offerID)
	return updateHTSUS(ctx, tx, sellerID, offerID, code, s.Now())
}

// Refuse writes down that a desk does not let the thing out. It joins the desk's transaction.
func (s *Service) Refuse(ctx context.Context, tx pg.DB, sellerID, offerID int64, note string) (err error) {
	defer errs.Wrap(&err, "goods.Refuse(%d)", offerID)
	if err := endPapers(ctx, tx, sellerID, offerID, s.Now()); err != nil {
		return err
	}
	return s.decided(ctx, tx, sellerID, offerID, "refused", note, func(p *Passport) {
		p.Documents, p.Asked, p.Verdict = []string{refusedBy}, []string{askRefused}, string(clearance.Refused)
	})
}

// More keeps what a desk asks the seller. It joins the desk's transaction.
func (s *Service) More(ctx context.Context, tx pg.DB, sellerID, offerID int64, note string) (err error) {
	defer errs.Wrap(&err, "goods.More(%d)", offerID)
	return s.decided(ctx, tx, sellerID, offerID, "more", note, func(*Passport) {})
}

// decided puts a desk's word into a passport.
func (s *Service) decided(ctx context.Context, tx pg.DB, sellerID, offerID int64, kind, note string, change func(*Passport)) error {
	p, err := lockPassport(ctx, tx, sellerID, offerID)
	if err != nil {
		return err
	}
	change(&p)
	now := s.Now()
	if err := updateDocuments(ctx, tx, p, now); err != nil {
		return err
	}
	return insertEvent(ctx, tx, Actor{SellerID: sellerID}, offerID, kind, note, now)
}
