package joining

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service keeps what sellers say of suggestions.
type Service struct {
	db   *pgxpool.Pool
	desk *moderation.Service
}

// New makes the service and teaches the desk what joining is.
func New(db *pgxpool.Pool, desk *moderation.Service) *Service {
	s := &Service{db: db, desk: desk}
	desk.Register(s.kind())
	return s
}

// Answer keeps what a seller says of a suggestion: that the row is the same thing as the card on
// sale, whose offer then joins that card by the rules of moderation, or that it is another thing.
// The same answer again changes nothing; the opposite one is ErrAnswered.
func (s *Service) Answer(ctx context.Context, by listing.Actor, row RowRef, isSame bool) (out Outcome, err error) {
	defer errs.Wrap(&err, "joining.Answer(%d %q)", by.SellerID, row.SKU)
	withdrawn := false
	err = pg.AsSeller(ctx, s.db, by.SellerID, func(tx pgx.Tx) error {
		withdrawn = false
		suggestion, ok, err := lockRow(ctx, tx, by.SellerID, row.SKU)
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.NotFound, "error.not_found")
		}
		before, ok, err := findVerdict(ctx, tx, by.SellerID, row.SKU, row.VariantID)
		if err != nil || ok {
			out = outcomeOf(before)
			if ok && isSame != (before != other) {
				err = ErrAnswered
			}
			return err
		}
		if suggestion != row.VariantID {
			return ErrNoLonger
		}
		at, ok, err := findSuggestion(ctx, tx, by.SellerID, row.SKU, row.VariantID)
		if err != nil {
			return err
		}
		if withdrawn = !ok; withdrawn {
			return dropSuggestion(ctx, tx, by.SellerID, row.SKU)
		}
		out, err = s.answer(ctx, tx, by, at, isSame)
		return err
	})
	if err == nil && withdrawn {
		err = ErrWithdrawn
	}
	return out, err
}

func outcomeOf(verdict string) Outcome {
	return map[string]Outcome{same: Moved, waiting: Asked, other: Apart}[verdict]
}

func (s *Service) answer(ctx context.Context, tx pgx.Tx, by listing.Actor, at suggested, isSame bool) (Outcome, error) {
	verdict := other
	if isSame {
		verdict = waiting
	}
	if err := insertVerdict(ctx, tx, by.SellerID, at.SKU, at.VariantID, verdict, by.PersonID); err != nil {
		return "", err
	}
	if err := dropSuggestion(ctx, tx, by.SellerID, at.SKU); err != nil || !isSame {
		return Apart, err
	}
	return s.askToJoin(ctx, tx, by, at)
}

const suggestionsShown, askedShown = 20, 50

// List gives a seller's rows that may be cards on sale, those of one import where importID is
// set, behind the row after; next continues the list, "" at its end.
func (s *Service) List(ctx context.Context, sellerID, importID int64, after string) (list []Suggestion, total int64, next string, err error) {
	defer errs.Wrap(&err, "joining.List(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if total, err = Count(ctx, tx, sellerID, importID); err != nil {
			return err
		}
		rows, err := listSuggestions(ctx, tx, sellerID, importID, after, suggestionsShown+1)
		if err != nil {
			return err
		}
		next = ""
		if len(rows) > suggestionsShown {
			rows = rows[:suggestionsShown]
			next = rows[suggestionsShown-1].SKU
		}
		list, err = besides(ctx, tx, rows)
		return err
	})
	return list, total, next, err
}

// besides reads both cards of each row.
func besides(ctx context.Context, db pg.DB, rows []suggested) ([]Suggestion, error) {
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.ProductID, r.OwnCard)
	}
	cards, err := catalog.CardsByID(ctx, db, ids)
	list := make([]Suggestion, len(rows))
	for k, r := range rows {
		sg := Suggestion{RowRef: RowRef{VariantID: r.VariantID, SKU: r.SKU}, Ours: cards[r.ProductID], Theirs: cards[r.OwnCard],
			Price: catalog.Price{Amount: r.Price, Currency: "RUB"}}
		sg.OursVariant, sg.TheirsVariant = variantOf(sg.Ours, r.VariantID), variantOf(sg.Theirs, r.OwnID)
		sg.Lines = sg.compare(i18n.LangOf(ctx))
		list[k] = sg
	}
	return list, err
}

// Asked lists rows whose joining a moderator has not allowed, or not yet.
func (s *Service) Asked(ctx context.Context, sellerID int64) (list []asked, err error) {
	// The requests are the operator's, which the seller's role may not read: the where keeps sellers apart.
	return listAsked(ctx, s.db, sellerID, askedShown)
}
