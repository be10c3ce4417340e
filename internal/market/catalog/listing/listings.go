package listing

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Line is a line of the seller's list: an offer, or a draft that has none yet.
type Line struct {
	OfferID, ProductID, VariantID int64 // OfferID 0: no offer yet
	SellerSKU                     string
	Slug                          string
	Title                         catalog.Text
	Options                       []catalog.Option
	Photo                         catalog.Photo
	Card                          string // status of the card
	Variant                       string // status of the variant
	Status                        string // of the offer; "" without one
	Price                         catalog.Price
	Pending                       money.Amount // a price the guard stopped; 0: none
	OnHand, Reserved              int
	Reason                        catalog.Reason
	Request                       string // status of the newest change request; "" when there was none
	RequestNote, RequestCode      string
}

// Filter narrows the list. Show is "", draft, review, live, paused or out.
type Filter struct {
	Q      string
	Show   string
	Before [2]int64 // product and variant of the last line seen; zero starts at the newest
	Limit  int
}

// Listings reads a page of a seller's own goods, and how many there are of each kind.
func (s *Service) Listings(ctx context.Context, sellerID int64, f Filter) (list []Line, counts map[string]int, err error) {
	defer errs.Wrap(&err, "listing.Listings(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if list, err = selectListings(ctx, tx, sellerID, f); err != nil {
			return err
		}
		counts, err = countListings(ctx, tx, sellerID)
		return err
	})
	return list, counts, err
}

// ListingsOf reads the seller's lines of one card, one for each variant.
func (s *Service) ListingsOf(ctx context.Context, sellerID, productID int64) (list []Line, err error) {
	defer errs.Wrap(&err, "listing.ListingsOf(%d)", productID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		list, err = selectListingsOf(ctx, tx, sellerID, productID)
		return err
	})
	return list, err
}

// OfferEdit is what a seller sets on a variant: how much, how many, how fast.
type OfferEdit struct {
	VariantID    int64
	SellerSKU    string // "" keeps the present one, or makes one
	Price        money.Amount
	OnHand       int
	Condition    catalog.Condition
	DispatchDays *int
	Paused       bool
}

// SaveOffers puts variants on sale or changes price and stock, at once and without moderation; a
// price that fell by more than half waits for Confirm. Variants must be on a published card, or on
// a draft or proposal of the seller's own.
func (s *Service) SaveOffers(ctx context.Context, sellerID int64, edits []OfferEdit) (results []intake.OfferResult, err error) {
	defer errs.Wrap(&err, "listing.SaveOffers(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		inputs, err := offerInputs(ctx, tx, sellerID, edits)
		if err != nil || len(inputs) == 0 {
			return err
		}
		if results, err = intake.UpsertOffers(ctx, tx, inputs); err != nil {
			return err
		}
		return s.wakeAsOwner(ctx, tx)
	})
	return results, err
}

func (s *Service) wakeAsOwner(ctx context.Context, tx pgx.Tx) error {
	if err := pg.ResumeOwner(ctx, tx); err != nil {
		return err
	}
	return s.cards.WakeIndex(ctx, tx)
}

func offerInputs(ctx context.Context, tx pg.DB, sellerID int64, edits []OfferEdit) ([]intake.Offer, error) {
	ids := make([]int64, len(edits))
	for i, e := range edits {
		ids[i] = e.VariantID
	}
	open, err := selectOpenVariants(ctx, tx, sellerID, ids)
	if err != nil {
		return nil, err
	}
	inputs := make([]intake.Offer, 0, len(edits))
	for _, e := range edits {
		sku, ok := open[e.VariantID]
		if !ok {
			return nil, errs.New(errs.NotFound, "catalog.product.not_found")
		}
		if e.SellerSKU != "" {
			sku = e.SellerSKU
		}
		if sku == "" {
			sku = fmt.Sprintf("v%d", e.VariantID)
		}
		in := intake.Offer{SellerID: sellerID, SellerSKU: sku, VariantID: e.VariantID, Price: e.Price, OnHand: e.OnHand,
			Condition: e.Condition, DispatchDays: e.DispatchDays}
		if e.Paused {
			in.Status = catalog.OfferPaused
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// Bulk changes many of a seller's offers at once. Do is pause, resume, price (by Percent) or stock.
type Bulk struct {
	Do       string
	OfferIDs []int64
	Percent  int // −90…900, for price
	OnHand   int // for stock
}

// ChangeMany applies a bulk change to those of the offers that are the seller's and says how many.
func (s *Service) ChangeMany(ctx context.Context, sellerID int64, b Bulk) (n int, err error) {
	defer errs.Wrap(&err, "listing.ChangeMany(%d %s)", sellerID, b.Do)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		changed, err := changeMany(ctx, tx, sellerID, b)
		if err != nil {
			return err
		}
		if n = len(changed); n == 0 {
			return nil
		}
		if err := catalog.TouchOffers(ctx, tx, changed); err != nil {
			return err
		}
		return s.wakeAsOwner(ctx, tx)
	})
	return n, err
}

// Confirm lets the price live that the guard had stopped; keep false throws it away.
func (s *Service) Confirm(ctx context.Context, sellerID, offerID int64, keep bool) (err error) {
	defer errs.Wrap(&err, "listing.Confirm(%d)", offerID)
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		ok, err := confirmPrice(ctx, tx, sellerID, offerID, keep)
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.NotFound, "catalog.offer.not_found")
		}
		if err := catalog.TouchOffers(ctx, tx, []int64{offerID}); err != nil {
			return err
		}
		return s.wakeAsOwner(ctx, tx)
	})
}

// Match is a card that exists already, for "sell this too".
type Match struct {
	VariantID int64
	ProductID int64
	Slug      string
	Title     catalog.Text
	Options   []catalog.Option
	GTIN      string
	Photo     catalog.Photo
	Exact     bool // by barcode
}

// FindCards looks for published cards by barcode or by words of the title, so that a seller joins
// a card instead of making a second one.
func (s *Service) FindCards(ctx context.Context, q string) ([]Match, error) {
	if q = strings.TrimSpace(q); q == "" {
		return nil, nil
	}
	gtin, _ := intake.CleanGTIN(q)
	return selectMatches(ctx, s.db, q, gtin)
}
