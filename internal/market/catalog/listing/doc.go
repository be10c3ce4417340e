// Package listing is how sellers fill the catalogue: the document of a card that they write, its way
// over the moderators' desk, and the lines of their own list with price and stock. It writes the
// tables of catalog, whose part it is; what shoppers see is printed there.
package listing

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// CardDoc is everything a seller may propose about a card: the patch of a change request, and what
// the edit form holds.
type CardDoc struct {
	Title       catalog.Text       `json:"title"`
	Description catalog.Text       `json:"description"`
	CategoryID  int64              `json:"category_id"`
	Brand       string             `json:"brand"`
	PartNumber  string             `json:"part_number"`
	Attributes  []intake.Attribute `json:"attributes"`
	Images      []intake.Image     `json:"images"`
	Variants    []VariantDoc       `json:"variants"`
}

// VariantDoc is a variant of the card, which exists already, as it is to be.
type VariantDoc struct {
	ID       int64            `json:"id"`
	GTIN     string           `json:"gtin"`
	Options  []catalog.Option `json:"options"`
	WeightG  int              `json:"weight_g"`
	LengthMM int              `json:"length_mm"`
	WidthMM  int              `json:"width_mm"`
	HeightMM int              `json:"height_mm"`
}

// Limits of a card's texts, in characters, and of its parts.
const (
	MaxTitle       = 150
	MaxDescription = 6000
	MaxBrand       = 60
	MaxPhotos      = 12
	MaxVariants    = 200
)

// DocOf is the card as the form and a change request see it.
func DocOf(c catalog.Card) CardDoc {
	d := CardDoc{Title: c.Title, Description: c.Description, CategoryID: c.CategoryID, Brand: c.Brand, PartNumber: c.PartNumber}
	for _, s := range c.Specs {
		d.Attributes = append(d.Attributes, inputOf(s))
	}
	for _, p := range c.Photos {
		if p.VariantID == 0 {
			d.Images = append(d.Images, intake.Image{MediaID: p.MediaID, Alt: p.Alt})
		}
	}
	for _, v := range c.Variants {
		d.Variants = append(d.Variants, VariantDoc{ID: v.ID, GTIN: v.GTIN, Options: v.Options, WeightG: v.WeightG,
			LengthMM: v.LengthMM, WidthMM: v.WidthMM, HeightMM: v.HeightMM})
	}
	return d
}

func inputOf(s catalog.Spec) intake.Attribute {
	in := intake.Attribute{AttributeID: s.AttributeID, Flag: s.Flag}
	switch {
	case s.Flag != nil:
	case s.ValueID != 0:
		in.ValueID = &s.ValueID
	case s.Number != "":
		in.Number = &s.Number
	default:
		value := s.Value
		in.Text = &value
	}
	return in
}

// check finds what no card may be saved with. Whether it is complete enough to be shown is asked by
// checkReady. A barcode that the card had before is not judged again.
func (d CardDoc) check(before CardDoc) []errs.Field {
	var fields []errs.Field
	bad := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	switch n := len([]rune(d.Title.RU)); {
	case n == 0:
		bad("title_ru", "form.required")
	case n > MaxTitle:
		bad("title_ru", "form.too_long", "max", MaxTitle)
	}
	if len([]rune(d.Title.EN)) > MaxTitle {
		bad("title_en", "form.too_long", "max", MaxTitle)
	}
	if len([]rune(d.Description.RU)) > MaxDescription {
		bad("description_ru", "form.too_long", "max", MaxDescription)
	}
	if len([]rune(d.Description.EN)) > MaxDescription {
		bad("description_en", "form.too_long", "max", MaxDescription)
	}
	if len([]rune(d.Brand)) > MaxBrand {
		bad("brand", "form.too_long", "max", MaxBrand)
	}
	for _, v := range d.Variants {
		if _, ok := intake.CleanGTIN(v.GTIN); v.GTIN != "" && !ok && before.gtin(v.ID) != v.GTIN {
			bad("gtin_"+strconv.FormatInt(v.ID, 10), "listing.bad.gtin")
		}
	}
	return fields
}

func (d CardDoc) gtin(variantID int64) string {
	for _, v := range d.Variants {
		if v.ID == variantID {
			return v.GTIN
		}
	}
	return ""
}

// checkReady finds what a card lacks to be shown to shoppers.
func (d CardDoc) checkReady() []errs.Field {
	var fields []errs.Field
	if n := form.Length(d.Title.RU); n > 0 && n < 10 {
		fields = append(fields, errs.Field{Name: "title_ru", Key: "listing.bad.title_short"})
	}
	if form.Length(d.Description.RU) < 20 {
		fields = append(fields, errs.Field{Name: "description_ru", Key: "listing.bad.description_short"})
	}
	return fields
}

// same reports whether two docs say the same.
func (d CardDoc) same(o CardDoc) bool {
	return d.Title == o.Title && d.Description == o.Description && d.CategoryID == o.CategoryID && d.Brand == o.Brand &&
		d.PartNumber == o.PartNumber && slices.Equal(attributeKeys(d.Attributes), attributeKeys(o.Attributes)) &&
		slices.Equal(imageIDs(d.Images), imageIDs(o.Images)) && slices.EqualFunc(d.Variants, o.Variants, VariantDoc.same)
}

func (v VariantDoc) same(o VariantDoc) bool {
	return v.ID == o.ID && v.GTIN == o.GTIN && v.WeightG == o.WeightG && v.LengthMM == o.LengthMM && v.WidthMM == o.WidthMM &&
		v.HeightMM == o.HeightMM && slices.Equal(v.Options, o.Options)
}

// attributeKeys writes values in a form that can be compared, whatever their order.
func attributeKeys(list []intake.Attribute) []string {
	keys := make([]string, 0, len(list))
	for _, a := range list {
		key := strconv.FormatInt(a.AttributeID, 10) + "="
		switch {
		case a.ValueID != nil:
			key += "v" + strconv.FormatInt(*a.ValueID, 10)
		case a.Number != nil:
			key += "n" + plainNumber(*a.Number)
		case a.Flag != nil:
			key += "f" + strconv.FormatBool(*a.Flag)
		case a.Text != nil:
			key += "t" + a.Text.RU + "\x00" + a.Text.EN
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// plainNumber drops the zeros a decimal may end with.
func plainNumber(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func imageIDs(list []intake.Image) []int64 {
	ids := make([]int64, len(list))
	for i, img := range list {
		ids[i] = img.MediaID
	}
	return ids
}

// ParseNumber reads a decimal as people type it, comma or point, at most four places, and gives it
// with a point; false when it is none or too large.
func ParseNumber(text string) (string, bool) {
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".", "\u2212", "-").Replace(text)
	sign := ""
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = "-", rest
	}
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 13 || len(frac) > 4 || strings.HasSuffix(s, ".") || strings.Trim(whole+frac, "0123456789") != "" {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	return sign + plainNumber(whole), true
}
