package listing

import (
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/moderation"
)

// author is what is known of who proposes.
type author struct {
	Trusted bool
	Sales   int
}

// assess weighs a proposed card. before is nil for a new one. Every reason is shown to the moderator
// and, when the change comes back, to the author.
func assess(before *CardDoc, after CardDoc, by author) []moderation.Reason {
	var list []moderation.Reason
	add := func(points int, key, arg string) {
		list = append(list, moderation.Reason{Key: "catalog.risk." + key, Arg: arg, Points: points})
	}
	list = append(list, catalog.TextRisks(strings.Join([]string{after.Title.RU, after.Title.EN, after.Description.RU, after.Description.EN}, "\n"))...)
	if before == nil {
		assessNew(after, add)
	} else {
		assessEdit(*before, after, add)
	}
	switch {
	case by.Trusted:
		add(-15, "trusted", "")
	case by.Sales < 10:
		add(15, "new_seller", "")
	}
	return list
}

func assessNew(after CardDoc, add func(int, string, string)) {
	add(10, "new_card", "")
	if len(after.Images) == 0 {
		add(10, "no_photo", "")
	}
	if !slices.ContainsFunc(after.Variants, func(v VariantDoc) bool { return v.GTIN != "" }) {
		add(5, "no_gtin", "")
	}
}

func assessEdit(before, after CardDoc, add func(int, string, string)) {
	if before.CategoryID != after.CategoryID {
		add(20, "category", "")
	}
	if catalog.BrandNorm(before.Brand) != catalog.BrandNorm(after.Brand) && before.Brand != "" {
		add(25, "brand", after.Brand)
	}
	if d := wordsChanged(before.Title.RU, after.Title.RU); d > 50 {
		add(30, "title_other", "")
	} else if d > 0 {
		add(10, "title", "")
	}
	if len(before.Images) > 0 && !slices.ContainsFunc(after.Images, func(i intake.Image) bool {
		return slices.Contains(imageIDs(before.Images), i.MediaID)
	}) {
		add(25, "photos_other", "")
	}
	if before.Description != after.Description {
		add(5, "description", "")
	}
}

// wordsChanged is the percentage of the words of a that b does not have.
func wordsChanged(a, b string) int {
	old, now := strings.Fields(strings.ToLower(a)), strings.Fields(strings.ToLower(b))
	if len(old) == 0 {
		return 0
	}
	lost := 0
	for _, w := range old {
		if !slices.Contains(now, w) {
			lost++
		}
	}
	if lost == 0 && len(now) != len(old) {
		lost = 1
	}
	return lost * 100 / len(old)
}
