// Package curation is how staff keep the catalogue: the tree of categories with what filters in them and
// what a card there needs, and the cards themselves, found among all and taken off the market or put
// back. It writes the tables of catalog, whose part it is.
package curation

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Errors of the admin's acts.
var (
	errCardMoved     = errs.New(errs.Conflict, "curation.card_moved")
	errCategoryStale = errs.New(errs.Conflict, "curation.category_stale")
	errNoCategory    = errs.New(errs.NotFound, "catalog.category.not_found")
)

// CategoryEdit is what an admin may change of a category.
type CategoryEdit struct {
	Name     catalog.Text
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
			fields = append(fields, errs.Field{Name: name, Key: "curation.bad_name", Args: []any{"max", maxCategoryName}})
		}
	}
	slices.SortFunc(fields, func(a, b errs.Field) int { return len(b.Name) - len(a.Name) })
	return errs.Fields(fields)
}

const maxCategoryName = 120

// EditCategory changes a category and queues the cards whose words or filters change with it.
// Another admin's edit in between is errCategoryStale.
func (s *Service) EditCategory(ctx context.Context, actorID, id int64, e CategoryEdit) (err error) {
	defer errs.Wrap(&err, "curation.EditCategory(%d)", id)
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
		return s.cards.WakeIndex(ctx, tx)
	})
}

// BlockCard takes a published card off the market, or puts it back, with a line in the audit log and, when
// it goes, a letter to those who made it or sell it.
func (s *Service) BlockCard(ctx context.Context, actorID, productID int64, blocked bool, note string) (err error) {
	defer errs.Wrap(&err, "curation.BlockCard(%d)", productID)
	from, to := catalog.CardPublished, catalog.CardBlocked
	if !blocked {
		from, to = catalog.CardBlocked, catalog.CardPublished
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
		return s.cards.WakeIndex(ctx, tx)
	})
}

// whyNotMoved tells a card that stands elsewhere by now from one that never was.
func (s *Service) whyNotMoved(ctx context.Context, tx pg.DB, productID int64) error {
	if _, err := catalog.CardByID(ctx, tx, productID); err != nil {
		if errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "catalog.product.not_found")
		}
		return err
	}
	return errCardMoved
}
