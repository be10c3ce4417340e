package goods

import (
	"context"

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

// AddDocument writes down what a desk gave for a thing: expert_opinion, permit, … It joins the desk's transaction; the
// same document twice is one.
func AddDocument(ctx context.Context, tx pg.DB, sellerID, offerID int64, doc string) (err error) {
	defer errs.Wrap(&err, "goods.AddDocument(%d, %s)", offerID, doc)
	_, err = appendDocument(ctx, tx, sellerID, offerID, doc)
	return err
}
