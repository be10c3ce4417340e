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
	photos := len(c.Photos)
	checks := []struct {
		ok     bool
		key    string
		points int
	}{
		{len([]rune(c.Title.RU)) >= 20, "title", 10},
		{len([]rune(c.Description.RU)) >= 200, "description", 12},
		{photos > 0, "photo", 20},
		{photos >= 3, "photos", 8},
		{c.Brand != "", "brand", 6},
		{hasGTIN(c), "gtin", 6},
		{hasWeight(c), "weight", 6},
		{c.Title.EN != "", "english", 6},
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
	have, missing := attributePoints(c, asked, left)
	gaps = append(gaps, missing...)
	slices.SortStableFunc(gaps, func(a, b Gap) int { return b.Points - a.Points })
	return percent + have, gaps
}

// maxAsked is how many attributes count: the first ones the category asks for.
const maxAsked = 8

// attributePoints shares the points among the attributes the category asks for; what does not
// divide goes to the first ones.
func attributePoints(c catalog.Card, asked []catalog.FormAttribute, points int) (have int, gaps []Gap) {
	asked = asked[:min(len(asked), maxAsked)]
	if len(asked) == 0 {
		return points, nil
	}
	for i, a := range asked {
		worth := points / len(asked)
		if i < points%len(asked) {
			worth++
		}
		if slices.ContainsFunc(c.Specs, func(s catalog.Spec) bool { return s.AttributeID == a.ID }) || optionNames(c, a.ID) {
			have += worth
			continue
		}
		gaps = append(gaps, Gap{Key: "listing.gap.attribute", Name: catalog.Text{RU: a.NameRU, EN: a.NameEN}, Points: worth, Required: a.Required})
	}
	return have, gaps
}

func optionNames(c catalog.Card, attributeID int64) bool {
	return slices.ContainsFunc(c.Variants, func(v catalog.Variant) bool {
		return slices.ContainsFunc(v.Options, func(o catalog.Option) bool { return o.AttributeID == attributeID })
	})
}

func hasGTIN(c catalog.Card) bool {
	return slices.ContainsFunc(c.Variants, func(v catalog.Variant) bool { return v.GTIN != "" })
}

func hasWeight(c catalog.Card) bool {
	return slices.ContainsFunc(c.Variants, func(v catalog.Variant) bool { return v.WeightG > 0 })
}
