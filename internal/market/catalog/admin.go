package catalog

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Errors of the admin's acts.
var (
	errCardMoved     = errs.New(errs.Conflict, "catalog.admin.card_moved")
	errCategoryStale = errs.New(errs.Conflict, "catalog.admin.category_stale")
	errNoCategory    = errs.New(errs.NotFound, "catalog.category.not_found")
)

// CategoryEdit is what an admin may change of a category.
type CategoryEdit struct {
	Name     Text
	Position int // among its siblings, the smallest first
	Hidden   bool
	Facets   []int64 // attributes that filter in it
	Required []int64 // attributes that a card in it cannot do without
	Version  int     // the version the form was filled from
}

func (e CategoryEdit) check() error {
	var fields []errs.Field
	for name, text := range map[string]string{"name_ru": e.Name.RU, "name_en": e.Name.EN} {
		if n := len([]rune(text)); n < 1 || n > maxCategoryName {
			fields = append(fields, errs.Field{Name: name, Key: "catalog.admin.bad_name", Args: []any{"max", maxCategoryName}})
		}
	}
	slices.SortFunc(fields, func(a, b errs.Field) int { return len(b.Name) - len(a.Name) })
	return errs.Fields(fields)
}

const maxCategoryName = 120

// EditCategory changes a category and queues the cards whose words or filters change with it.
// Another admin's edit in between is errCategoryStale.
func (s *Service) EditCategory(ctx context.Context, actorID, id int64, e CategoryEdit) (err error) {
	defer errs.Wrap(&err, "catalog.EditCategory(%d)", id)
	if err := e.check(); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		before, err := lockCategory(ctx, tx, id)
		if errs.Is(err, errs.NotFound) {
			return errNoCategory
		}
		if err != nil {
			return err
		}
		if before.Version != e.Version {
			return errCategoryStale
		}
		if err := updateCategory(ctx, tx, id, e, s.now()); err != nil {
			return err
		}
		if err := updateCategoryAttributes(ctx, tx, id, e.Facets, e.Required); err != nil {
			return err
		}
		after, err := lockCategory(ctx, tx, id)
		if err != nil {
			return err
		}
		// A name is a word of every card below, and what hides a category hides them; filters concern the cards in it.
		deep := before.NameRU != after.NameRU || before.NameEN != after.NameEN || before.Hidden != after.Hidden
		if err := touchCategory(ctx, tx, id, deep); err != nil {
			return err
		}
		if err := moderation.Audit(ctx, tx, moderation.Act{ActorID: actorID, Name: "category.edit", Kind: "category", TargetID: id,
			Before: before, After: after}); err != nil {
			return err
		}
		return s.WakeIndex(ctx, tx)
	})
}

// BlockCard takes a published card off the market, or puts it back, with a line in the audit log and, when
// it goes, a letter to those who made it or sell it.
func (s *Service) BlockCard(ctx context.Context, actorID, productID int64, blocked bool, note string) (err error) {
	defer errs.Wrap(&err, "catalog.BlockCard(%d)", productID)
	from, to := CardPublished, CardBlocked
	if !blocked {
		from, to = CardBlocked, CardPublished
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		ok, err := setCardStatus(ctx, tx, productID, from, to)
		if err != nil {
			return err
		}
		if !ok {
			return s.whyNotMoved(ctx, tx, productID)
		}
		if err := moderation.Audit(ctx, tx, moderation.Act{ActorID: actorID, Name: "card." + to, Kind: "card", TargetID: productID,
			Before: map[string]any{"status": from}, After: map[string]any{"status": to, "note": note}}); err != nil {
			return err
		}
		if blocked {
			if err := s.tellBlocked(ctx, tx, productID, note); err != nil {
				return err
			}
		}
		return s.WakeIndex(ctx, tx)
	})
}

// whyNotMoved tells a card that stands elsewhere by now from one that never was.
func (s *Service) whyNotMoved(ctx context.Context, tx pg.DB, productID int64) error {
	if _, err := CardByID(ctx, tx, productID); err != nil {
		if errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "catalog.product.not_found")
		}
		return err
	}
	return errCardMoved
}

// SellerOffers counts a shop's offers, and those of them that can be bought now.
func SellerOffers(ctx context.Context, db pg.DB, sellerID int64) (offers, onSale int, err error) {
	return countOffers(ctx, db, sellerID)
}
