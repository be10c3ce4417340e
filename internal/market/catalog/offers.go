package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// OfferLine is all that a cart, a checkout or an order needs to know of an offer, as it is now.
type OfferLine struct {
	OfferID, SellerID, ProductID, VariantID int64

	SellerSKU   string
	ProductSlug string
	Title       Text
	Options     []Option
	Photo       Photo

	Price        Price
	VATCode      string
	Condition    Condition
	SellerName   string
	SellerSlug   string
	DispatchDays int

	// Reason is why it cannot be bought now; Buyable when it can.
	Reason Reason
	BackOn *time.Time // the first day after the holiday when Reason is ShopAway
	Free   int        // units nobody holds
	MaxQty int        // most units one buyer may take now: 0 unless Buyable

	WeightG, LengthMM, WidthMM, HeightMM int // packed; 0: not known
}

// Path is the page of this very variant.
func (l OfferLine) Path() string { return VariantPath(l.ProductSlug, l.VariantID) }

// TitleIn is the title with the variant's options, as a line in a cart or a mail says it.
func (l OfferLine) TitleIn(lang i18n.Lang) string {
	title := l.Title.In(lang)
	if options := OptionsText(l.Options, lang); options != "" {
		return title + ", " + options
	}
	return title
}

// OffersForCart reads offers by id in one query. An id that names no offer is absent from the map;
// an offer that cannot be bought is there with its reason, so that a cart line is never lost.
func OffersForCart(ctx context.Context, db pg.DB, ids []int64) (lines map[int64]OfferLine, err error) {
	defer errs.Wrap(&err, "catalog.OffersForCart")
	if len(ids) == 0 {
		return map[int64]OfferLine{}, nil
	}
	b := &pgx.Batch{}
	QueueOffers(b, ids, &lines)
	return lines, pg.Send(ctx, db, b)
}

// QueueOffers is OffersForCart as a part of the caller's round trip: lines are there once the batch is sent.
func QueueOffers(b *pgx.Batch, ids []int64, lines *map[int64]OfferLine) {
	QueueOffersOf(b, idsGiven, lines, ids)
}

// QueueOffersOf is QueueOffers for the offers that a query finds: of is a select of one bigint[] with args, so that
// nobody has to ask for the ids first.
func QueueOffersOf(b *pgx.Batch, of string, lines *map[int64]OfferLine, args ...any) {
	b.Queue(offerLines+of+theirs, args...).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[offerRow])
		*lines = make(map[int64]OfferLine, len(list))
		for _, r := range list {
			(*lines)[r.OfferID] = r.line()
		}
		return err
	})
}

// QueueTermsOf reads of the offers that a query finds, as QueueOffersOf does, only what decides whether, how many and at
// what price they can be bought.
func QueueTermsOf(b *pgx.Batch, of string, lines *map[int64]OfferLine, args ...any) {
	b.Queue(offerTerms+of+theirs, args...).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[termsRow])
		*lines = make(map[int64]OfferLine, len(list))
		for _, r := range list {
			(*lines)[r.OfferID] = r.line()
		}
		return err
	})
}

func (r termsRow) line() OfferLine {
	l := OfferLine{OfferID: r.OfferID, SellerID: r.SellerID, Price: Price{Amount: money.Amount(r.Price), Currency: money.Currency(r.Currency)},
		Reason: Reason(r.Reason), Free: max(0, r.Free)}
	if l.Reason == Buyable {
		l.MaxQty = min(l.Free, r.MaxQty)
	}
	return l
}

func (r offerRow) line() OfferLine {
	l := r.termsRow.line()
	l.ProductID, l.VariantID, l.SellerSKU, l.ProductSlug = r.ProductID, r.VariantID, r.SellerSKU, r.Slug
	l.Title, l.Options, l.VATCode, l.Condition = Text{RU: r.TitleRU, EN: r.TitleEN}, r.Options, r.VATCode, Condition(r.Condition)
	l.SellerName, l.SellerSlug, l.DispatchDays = r.SellerName, r.SellerSlug, r.DispatchDays
	l.WeightG, l.LengthMM, l.WidthMM, l.HeightMM = r.WeightG, r.LengthMM, r.WidthMM, r.HeightMM
	if r.Photo != nil {
		l.Photo = *r.Photo
	}
	l.Photo.Art = ArtPath(r.Art, r.ProductID)
	if l.Reason == ShopAway {
		l.BackOn = r.BackOn
	}
	return l
}

// SellerOffers counts a shop's offers, and those of them that can be bought now.
func SellerOffers(ctx context.Context, db pg.DB, sellerID int64) (offers, onSale int, err error) {
	return countOffers(ctx, db, sellerID)
}
