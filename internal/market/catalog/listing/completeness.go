package listing

import (
	"slices"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
)

// Gap is something a card lacks, and the points it would bring. Key is a message with {name}.
type Gap struct {
	Key      string
	Name     catalog.Text // of the attribute, where the gap is one
	Points   int
	Required bool
}

// Completeness says how full a card is, 0–100, and what to fill in, the weightiest first. The sum
// of what is there and what is missing is always 100.
func Completeness(c catalog.Card, asked []catalog.FormAttribute) (percent int, gaps []Gap) {
	return factsOf(c).completeness(asked)
}

// facts are what completeness is judged by, of a whole card or of a glance at it.
type facts struct {
	Title, Description           int // letters
	Photos                       int
	Brand, GTIN, Weight, English bool
	Attributes                   []int64 // that the card or a variant of it names
}

func factsOf(c catalog.Card) facts {
	f := facts{Title: len([]rune(c.Title.RU)), Description: len([]rune(c.Description.RU)), Photos: len(c.Photos), Brand: c.Brand != "",
		GTIN: hasGTIN(c), Weight: hasWeight(c), English: c.Title.EN != ""}
	for _, s := range c.Specs {
		f.Attributes = append(f.Attributes, s.AttributeID)
	}
	for _, v := range c.Variants {
		for _, o := range v.Options {
			f.Attributes = append(f.Attributes, o.AttributeID)
		}
	}
	return f
}

func (f facts) completeness(asked []catalog.FormAttribute) (percent int, gaps []Gap) {
	checks := []struct {
		ok     bool
		key    string
		points int
	}{
		{f.Title >= 20, "title", 10},
		{f.Description >= 200, "description", 12},
		{f.Photos > 0, "photo", 20},
		{f.Photos >= 3, "photos", 8},
		{f.Brand, "brand", 6},
		{f.GTIN, "gtin", 6},
		{f.Weight, "weight", 6},
		{f.English, "english", 6},
	}
	left := 100
	for _, check := range checks {
		left -= check.points
		if check.ok {
			percent += check.points
		} else {
			gaps = append(gaps, Gap{Key: "listing.gap." + check.key, Points: check.points})
		}
	}
	have, missing := f.attributePoints(asked, left)
	gaps = append(gaps, missing...)
	slices.SortStableFunc(gaps, func(a, b Gap) int { return b.Points - a.Points })
	return percent + have, gaps
}

// maxAsked is how many attributes count: the first ones the category asks for.
const maxAsked = 8

// attributePoints shares the points among the attributes the category asks for; what does not
// divide goes to the first ones.
func (f facts) attributePoints(asked []catalog.FormAttribute, points int) (have int, gaps []Gap) {
	asked = asked[:min(len(asked), maxAsked)]
	if len(asked) == 0 {
		return points, nil
	}
	for i, a := range asked {
		worth := points / len(asked)
		if i < points%len(asked) {
			worth++
		}
		if slices.Contains(f.Attributes, a.ID) {
			have += worth
			continue
		}
		gaps = append(gaps, Gap{Key: "listing.gap.attribute", Name: catalog.Text{RU: a.NameRU, EN: a.NameEN}, Points: worth, Required: a.Required})
	}
	return have, gaps
}

func hasGTIN(c catalog.Card) bool {
	return slices.ContainsFunc(c.Variants, func(v catalog.Variant) bool { return v.GTIN != "" })
}

func hasWeight(c catalog.Card) bool {
	return slices.ContainsFunc(c.Variants, func(v catalog.Variant) bool { return v.WeightG > 0 })
}
