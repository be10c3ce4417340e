package listing

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Actor is a person at work in a shop.
type Actor struct {
	PersonID int64
	SellerID int64
}

// Saved says what became of a card that a seller saved.
type Saved string

// What SaveCard answers.
const (
	SavedDraft Saved = "draft"     // kept, nobody else sees it
	SavedQueue Saved = "queue"     // waits for a moderator; shoppers see what they saw before
	SavedLive  Saved = "live"      // shoppers see it
	SavedSame  Saved = "unchanged" // nothing was different
)

// ErrStaleCard says that the card changed after its form was opened.
var ErrStaleCard = errs.New(errs.Conflict, "listing.edit.stale")

// GetForEdit reads a card that the seller may propose changes to: their own, or one they sell.
func (s *Service) GetForEdit(ctx context.Context, by Actor, productID int64) (card catalog.Card, err error) {
	err = pg.AsSeller(ctx, s.db, by.SellerID, func(tx pgx.Tx) error {
		card, err = catalog.CardOfSeller(ctx, tx, by.SellerID, productID)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		return card, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return card, err
}

// StartCard makes an empty draft with one variant, for the edit form to fill.
func (s *Service) StartCard(ctx context.Context, by Actor, title string, categoryID int64) (id int64, err error) {
	defer errs.Wrap(&err, "listing.StartCard(%d)", by.SellerID)
	doc := CardDoc{Title: catalog.Text{RU: title}, CategoryID: categoryID}
	fields := doc.check(CardDoc{})
	tree, err := s.cards.Tree(ctx)
	if err != nil {
		return 0, err
	}
	if c, ok := tree.ByID(categoryID); !ok || !c.Shown {
		fields = append(fields, errs.Field{Name: "category", Key: "form.choose"})
	}
	if len(fields) > 0 {
		return 0, errs.Fields(fields)
	}
	err = pg.AsSeller(ctx, s.db, by.SellerID, func(tx pgx.Tx) error {
		key := fmt.Sprintf("hub-%d", s.now().UnixNano())
		if id, err = insertDraft(ctx, tx, by.SellerID, key, intake.CardSlug(title, fmt.Sprintf("%d %s", by.SellerID, key)), doc); err != nil {
			return err
		}
		_, err = insertVariant(ctx, tx, id, catalog.VariantActive, VariantDoc{})
		return err
	})
	return id, err
}

// SaveCard keeps what a seller wrote about a card. A draft is written down, and submitted when
// publish is set; a published card is left alone and the difference is proposed. base is the
// version the form was filled from.
func (s *Service) SaveCard(ctx context.Context, by Actor, productID int64, base int, doc CardDoc, publish bool) (saved Saved, err error) {
	defer errs.Wrap(&err, "listing.SaveCard(%d)", productID)
	card, err := s.GetForEdit(ctx, by, productID)
	if err != nil {
		return "", err
	}
	if card.Version != base {
		return "", ErrStaleCard
	}
	fields := doc.check(DocOf(card))
	if publish {
		fields = append(fields, doc.checkReady()...)
	}
	if err := s.checkParts(ctx, by, card, doc, &fields); err != nil {
		return "", err
	}
	if len(fields) > 0 {
		return "", errs.Fields(fields)
	}
	if card.Status == catalog.CardDraft {
		return s.saveDraft(ctx, by, card, doc, publish)
	}
	if DocOf(card).same(doc) {
		return SavedSame, nil
	}
	return s.propose(ctx, by, card, doc)
}

// checkParts refuses pictures of other shops, foreign variants and categories that are not offered.
func (s *Service) checkParts(ctx context.Context, by Actor, card catalog.Card, doc CardDoc, fields *[]errs.Field) error {
	tree, err := s.cards.Tree(ctx)
	if err != nil {
		return err
	}
	if c, ok := tree.ByID(doc.CategoryID); !ok || !c.Shown {
		*fields = append(*fields, errs.Field{Name: "category", Key: "form.choose"})
	}
	for _, v := range doc.Variants {
		if !slices.ContainsFunc(card.Variants, func(have catalog.Variant) bool { return have.ID == v.ID }) {
			return errs.New(errs.NotFound, "catalog.product.not_found")
		}
	}
	known := imageIDs(DocOf(card).Images)
	var fresh []int64
	for _, id := range imageIDs(doc.Images) {
		if !slices.Contains(known, id) {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 || s.media == nil {
		return nil
	}
	own, err := s.media.OwnImages(ctx, media.Owner{SellerID: by.SellerID}, fresh)
	if err == nil && len(own) < len(fresh) {
		return errs.New(errs.NotFound, "listing.photo.not_found")
	}
	return err
}

func (s *Service) saveDraft(ctx context.Context, by Actor, card catalog.Card, doc CardDoc, publish bool) (saved Saved, err error) {
	saved = SavedDraft
	err = pg.AsSeller(ctx, s.db, by.SellerID, func(tx pgx.Tx) error {
		if err := writeDoc(ctx, tx, card.ID, card.Version, doc); err != nil || !publish {
			return err
		}
		if err := pg.ResumeOwner(ctx, tx); err != nil {
			return err
		}
		who, err := getAuthor(ctx, tx, by.SellerID)
		if err != nil {
			return err
		}
		r, err := s.desk.Submit(ctx, tx, moderation.Proposal{Kind: KindNew, TargetID: card.ID, SellerID: by.SellerID,
			AuthorID: by.PersonID, Title: doc.Title.RU, BaseVersion: card.Version + 1, Patch: doc,
			Reasons: assess(nil, doc, who), Trusted: who.Trusted})
		saved = savedAs(r)
		return err
	})
	return saved, err
}

func (s *Service) propose(ctx context.Context, by Actor, card catalog.Card, doc CardDoc) (saved Saved, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		who, err := getAuthor(ctx, tx, by.SellerID)
		if err != nil {
			return err
		}
		before := DocOf(card)
		// Only the author's own card may change without a look: others sell it too.
		trusted := who.Trusted && card.AuthorID == by.SellerID
		r, err := s.desk.Submit(ctx, tx, moderation.Proposal{Kind: KindEdit, TargetID: card.ID, SellerID: by.SellerID,
			AuthorID: by.PersonID, Title: doc.Title.RU, BaseVersion: card.Version, Patch: doc,
			Reasons: assess(&before, doc, who), Trusted: trusted})
		saved = savedAs(r)
		return err
	})
	return saved, err
}

func savedAs(r moderation.Request) Saved {
	if r.Status == moderation.Approved {
		return SavedLive
	}
	return SavedQueue
}

// AddVariant adds a thing to buy to a card: to one's own draft at once, to a published card as a
// proposal that becomes active with the next approved change.
func (s *Service) AddVariant(ctx context.Context, by Actor, productID int64, v VariantDoc) (id int64, err error) {
	defer errs.Wrap(&err, "listing.AddVariant(%d)", productID)
	card, err := s.GetForEdit(ctx, by, productID)
	if err != nil {
		return 0, err
	}
	if len(card.Variants) >= MaxVariants {
		return 0, errs.Fields([]errs.Field{{Name: "option_value", Key: "listing.bad.variants", Args: []any{"max", MaxVariants}}})
	}
	if slices.ContainsFunc(card.Variants, func(have catalog.Variant) bool { return slices.Equal(have.Options, v.Options) }) {
		return 0, errs.Fields([]errs.Field{{Name: "option_value", Key: "listing.bad.variant_twice"}})
	}
	status := catalog.VariantProposed
	if card.Status == catalog.CardDraft {
		status = catalog.VariantActive
	}
	err = pg.AsSeller(ctx, s.db, by.SellerID, func(tx pgx.Tx) error {
		if id, err = insertVariant(ctx, tx, productID, status, v); err != nil {
			return err
		}
		return insertVariantOptions(ctx, tx, id, v.Options)
	})
	return id, err
}

// AddPhoto keeps a picture for a card. A draft gets it at once; for a published card it joins the
// seller's proposal, whose outcome is answered.
func (s *Service) AddPhoto(ctx context.Context, by Actor, productID int64, r io.Reader, name string) (saved Saved, err error) {
	defer errs.Wrap(&err, "listing.AddPhoto(%d)", productID)
	card, err := s.GetForEdit(ctx, by, productID)
	if err != nil {
		return "", err
	}
	doc, err := s.Proposed(ctx, by, card)
	if err == nil {
		err = s.free(ctx, by, card) // before anything of the picture is kept
	}
	if err != nil {
		return "", err
	}
	if len(doc.Images) >= MaxPhotos {
		return "", errs.Fields([]errs.Field{{Name: "photo", Key: "listing.bad.photos", Args: []any{"max", MaxPhotos}}})
	}
	img, err := s.media.SaveImage(ctx, r, media.Owner{SellerID: by.SellerID}, name)
	if err != nil {
		return "", err
	}
	if slices.Contains(imageIDs(doc.Images), img.ID) {
		return SavedSame, nil
	}
	doc.Images = append(doc.Images, intake.Image{MediaID: img.ID, Alt: doc.Title})
	return s.SaveCard(ctx, by, productID, card.Version, doc, false)
}

// free refuses a published card that another shop's edit waits for, as the desk would.
func (s *Service) free(ctx context.Context, by Actor, card catalog.Card) error {
	r, ok, err := moderation.OpenFor(ctx, s.db, []string{KindEdit}, card.ID)
	if err == nil && ok && r.SellerID != by.SellerID {
		err = moderation.ErrOpen
	}
	return err
}

// Proposed is the card as the seller last proposed it, or as it is when nothing waits.
func (s *Service) Proposed(ctx context.Context, by Actor, card catalog.Card) (CardDoc, error) {
	r, ok, err := moderation.OpenFor(ctx, s.db, []string{KindEdit}, card.ID)
	if err != nil || !ok || r.SellerID != by.SellerID {
		return DocOf(card), err
	}
	return decodeDoc(r)
}
