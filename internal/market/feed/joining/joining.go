// Package joining asks sellers whether a row of a price list is the same thing as a card on sale, by whose brand and part
// number it may be, and has the row's offer join that card by the rules of moderation. It owns the answers, what both sides
// are compared by, and the kind of request a moderator judges. Which rows are suggested, and what an import does with an
// answer, package feed decides; a card is catalog's.
package joining

import (
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
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

// Verdicts on a suggestion.
const (
	waiting = "waiting"
	same    = "same"
	other   = "other"
)

// Answers are what a seller said of a row before.
type Answers []answered

// Told is the variant that the seller said the row is, while its card is on sale and the row, whose brand and part number
// are part, "" for none, does not name others than it did then; 0 for none.
func (list Answers) Told(part string) int64 {
	for _, a := range list {
		if a.Verdict == same && a.Open && (part == "" || part == a.Part) {
			return a.VariantID
		}
	}
	return 0
}

// Allow says that a card may be suggested: the seller has not called it another thing, and no moderator thinks about
// another one.
func (list Answers) Allow(productID int64) bool {
	return !slices.ContainsFunc(list, func(a answered) bool {
		return a.Verdict == waiting || a.ProductID == productID && a.Verdict == other
	})
}

// answered is what a seller said of a row before.
type answered struct {
	SellerSKU string
	VariantID int64
	ProductID int64
	Verdict   string
	Part      string
	Open      bool // the card is on sale
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

// folded drops case, and the unit that a value is followed by.
func folded(s string) string {
	value, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(s), "ё", "е"), ",")
	return strings.Join(strings.Fields(value), " ")
}

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
