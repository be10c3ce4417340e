package catalog

import (
	"context"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Card is a product card with everything its page says, sellers excepted.
type Card struct {
	ID          int64
	Slug        string
	Status      string
	Version     int
	AuthorID    int64
	CategoryID  int64
	Art         string
	BrandID     int64
	Brand       string
	PartNumber  string
	Title       Text
	Description Text
	PublishedAt *time.Time
	UpdatedAt   time.Time
	Specs       []Spec
	Photos      []CardPhoto
	Variants    []Variant
}

// Spec is one value of one attribute, in the order the category asks for them.
type Spec struct {
	AttributeID int64  `json:"attribute_id"`
	Code        string `json:"code"`
	Kind        string `json:"kind"`
	Unit        string `json:"unit"`
	Name        Text   `json:"name"`
	ValueID     int64  `json:"value_id"`
	Value       Text   `json:"value"`  // of one-of, many-of and text
	Number      string `json:"number"` // decimal with a point
	Flag        *bool  `json:"flag"`
}

// CardPhoto is a picture of the card, or of one variant of it.
type CardPhoto struct {
	Photo
	VariantID int64 `json:"variant_id"`
}

// Variant is one thing that can be bought of a card. From and Sellers tell of offers that can be
// bought now; From is 0 when there are none.
type Variant struct {
	ID       int64        `json:"id"`
	Status   string       `json:"status"`
	GTIN     string       `json:"gtin"`
	Options  []Option     `json:"options"`
	From     money.Amount `json:"from"`
	Currency string       `json:"currency"`
	Sellers  int          `json:"sellers"`
	WeightG  int          `json:"weight_g"`
	LengthMM int          `json:"length_mm"`
	WidthMM  int          `json:"width_mm"`
	HeightMM int          `json:"height_mm"`
}

// Path is the card's page.
func (c Card) Path() string { return ProductPath(c.Slug) }

// Variant finds an active variant by id; 0 asks for the cheapest that can be bought, as lists and the
// search show the card, else for the first.
func (c Card) Variant(id int64) (Variant, bool) {
	var pick Variant
	for _, v := range c.Variants {
		switch {
		case v.Status != VariantActive:
		case v.ID == id:
			return v, true
		case id == 0 && (pick.ID == 0 || v.Sellers > 0 && (pick.Sellers == 0 || v.From < pick.From)):
			pick = v
		}
	}
	return pick, pick.ID != 0
}

// PhotosOf lists the pictures for a variant: its own first, then those of the whole card; with none
// the drawn illustration. Pictures of other variants stay out.
func (c Card) PhotosOf(variantID int64) []Photo {
	var own, common []Photo
	for _, p := range c.Photos {
		switch p.VariantID {
		case variantID:
			own = append(own, p.Photo)
		case 0:
			common = append(common, p.Photo)
		}
	}
	photos := append(own, common...)
	if len(photos) == 0 {
		photos = []Photo{{Art: ArtPath(c.Art, c.ID)}}
	}
	return photos
}

// SpecLine is a characteristic ready to be read.
type SpecLine struct{ Name, Value string }

// SpecLines writes the characteristics in a language; values of a many-of attribute share a line.
func (c Card) SpecLines(lang i18n.Lang) []SpecLine {
	var lines []SpecLine
	last := int64(0)
	for _, s := range c.Specs {
		value := s.In(lang)
		if value == "" {
			continue
		}
		if s.AttributeID == last {
			lines[len(lines)-1].Value += ", " + value
			continue
		}
		lines, last = append(lines, SpecLine{Name: s.Name.In(lang), Value: value}), s.AttributeID
	}
	return lines
}

// In writes the value: a number with its unit, yes or no, or the text.
func (s Spec) In(lang i18n.Lang) string {
	switch {
	case s.Flag != nil && *s.Flag:
		return i18n.In(lang, "catalog.yes")
	case s.Flag != nil:
		return i18n.In(lang, "catalog.no")
	case s.Number != "":
		return FormatNumber(lang, s.Number, s.Unit)
	}
	return s.Value.In(lang)
}

// FormatNumber writes a decimal with its unit as people of the language do: "1,5 л", "1.5 l".
func FormatNumber(lang i18n.Lang, number, unit string) string {
	whole, frac, _ := strings.Cut(number, ".")
	text := i18n.Group(lang, whole)
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		point := "."
		if lang == i18n.RU {
			point = ","
		}
		text += point + frac
	}
	if unit == "" {
		return text
	}
	if key := "catalog.unit." + unit; i18n.Has(lang, key) {
		unit = i18n.In(lang, key)
	}
	return text + "\u00a0" + unit
}

// GetCard reads a published card by its address.
func GetCard(ctx context.Context, db pg.DB, slug string) (Card, error) {
	card, err := getCard(ctx, db, `p.slug = $1 and p.status = 'published'`, slug)
	if errs.Is(err, errs.NotFound) {
		return card, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return card, err
}

// CardsByID reads cards in whatever state, as far as db may see them; an id that names none is absent.
func CardsByID(ctx context.Context, db pg.DB, ids []int64) (map[int64]Card, error) {
	rows, err := listCards(ctx, db, ids)
	cards := make(map[int64]Card, len(rows))
	for _, r := range rows {
		cards[r.ID] = r.card()
	}
	return cards, err
}
