package feed

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// RowRef names a suggestion: the seller's own row, and the variant on sale it may be.
type RowRef struct {
	VariantID int64
	SKU       string
}

// Outcome says what became of an answer.
type Outcome string

// Outcomes of Answer.
const (
	Moved Outcome = "moved" // the offer stands on the shared card now
	Asked Outcome = "asked" // a moderator decides
	Apart Outcome = "apart" // the row keeps its own card
)

// Refusals of Answer.
var (
	ErrAnswered  = errs.New(errs.Conflict, "feed.suggestion.answered")
	ErrNoLonger  = errs.New(errs.Conflict, "feed.suggestion.no_longer")
	ErrWithdrawn = errs.New(errs.Conflict, "feed.suggestion.withdrawn")
)

// Answer keeps what a seller says of a suggestion: that the row is the same thing as the card on
// sale, whose offer then joins that card by the rules of moderation, or that it is another thing.
// The same answer again changes nothing; the opposite one is ErrAnswered.
func (s *Service) Answer(ctx context.Context, by listing.Actor, row RowRef, isSame bool) (out Outcome, err error) {
	defer errs.Wrap(&err, "feed.Answer(%d %q)", by.SellerID, row.SKU)
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

// Suggestion is a row of a feed beside the card it may be.
type Suggestion struct {
	RowRef
	Ours, Theirs               catalog.Card
	OursVariant, TheirsVariant catalog.Variant
	Price                      catalog.Price // the row's
	Lines                      []Likeness
}

// Likeness is one thing that both sides may say.
type Likeness struct {
	Name         string
	Ours, Theirs string // "" where a side does not say
}

// Agrees reports whether both say the same.
func (l Likeness) Agrees() bool { return l.Ours != "" && folded(l.Ours) == folded(l.Theirs) }

// Differs reports whether both speak and contradict each other.
func (l Likeness) Differs() bool {
	return l.Ours != "" && l.Theirs != "" && folded(l.Ours) != folded(l.Theirs)
}

func folded(s string) string { return strings.Join(strings.Fields(fold(s)), " ") }

// told parts what both sides speak of from what only one of them says.
func (sg Suggestion) told() (both, one []Likeness) {
	for _, l := range sg.Lines {
		if l.Ours != "" && l.Theirs != "" {
			both = append(both, l)
		} else {
			one = append(one, l)
		}
	}
	return both, one
}

const suggestionsShown, askedShown = 20, 50

// Suggestions lists a seller's rows that may be cards on sale, those of one import where importID is
// set, behind the row after; next continues the list, "" at its end.
func (s *Service) Suggestions(ctx context.Context, sellerID, importID int64, after string) (list []Suggestion, total int64, next string, err error) {
	defer errs.Wrap(&err, "feed.Suggestions(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if total, err = countSuggestions(ctx, tx, sellerID, importID); err != nil {
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

func variantOf(c catalog.Card, id int64) catalog.Variant {
	for _, v := range c.Variants {
		if v.ID == id {
			return v
		}
	}
	return catalog.Variant{}
}

// compare lines up what both sides say: what names a thing first, then its characteristics. Prices
// are no likeness: two shops may well ask differently.
func (sg Suggestion) compare(lang i18n.Lang) []Likeness {
	lines := []Likeness{
		{i18n.In(lang, "feed.columns.field.title"), sg.Ours.Title.In(lang), sg.Theirs.Title.In(lang)},
		{i18n.In(lang, "feed.columns.field.brand"), sg.Ours.Brand, sg.Theirs.Brand},
		{i18n.In(lang, "feed.columns.field.part_number"), sg.Ours.PartNumber, sg.Theirs.PartNumber},
		{i18n.In(lang, "feed.columns.field.gtin"), sg.OursVariant.GTIN, sg.TheirsVariant.GTIN},
		{i18n.In(lang, "feed.columns.field.variant"), catalog.OptionsText(sg.OursVariant.Options, lang), catalog.OptionsText(sg.TheirsVariant.Options, lang)},
	}
	lines = append(lines, sg.attributes(lang)...)
	return slices.DeleteFunc(lines, func(l Likeness) bool { return l.Ours == "" && l.Theirs == "" })
}

// attributes lines up characteristics by name; what both sides know comes first.
func (sg Suggestion) attributes(lang i18n.Lang) []Likeness {
	theirs := map[string]string{}
	for _, line := range sg.Theirs.SpecLines(lang) {
		theirs[line.Name] = line.Value
	}
	var both, one []Likeness
	for _, line := range sg.Ours.SpecLines(lang) {
		l := Likeness{line.Name, line.Value, theirs[line.Name]}
		delete(theirs, line.Name)
		if l.Theirs != "" {
			both = append(both, l)
		} else {
			one = append(one, l)
		}
	}
	for _, line := range sg.Theirs.SpecLines(lang) {
		if _, left := theirs[line.Name]; left {
			one = append(one, Likeness{line.Name, "", line.Value})
		}
	}
	return append(both, one...)
}

// AskedRows lists rows whose joining a moderator has not allowed, or not yet.
func (s *Service) AskedRows(ctx context.Context, sellerID int64) (list []asked, err error) {
	// The requests are the operator's, which the seller's role may not read: the where keeps sellers apart.
	return listAsked(ctx, s.db, sellerID, askedShown)
}
