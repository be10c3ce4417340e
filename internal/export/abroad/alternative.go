package abroad

import (
	"cmp"
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Bounds of the search: each try may cost a question to the post.
const (
	maxParts   = 4
	maxRemoved = 8 // kinds of things that are tried without
)

// worthAlternatives says whether anything else can be tried: not while the seller as a whole is not ready, nor for one
// piece that no service may carry.
func (c *court) worthAlternatives(ans Answer) bool {
	return !slices.ContainsFunc(ans.Blocked, func(b Block) bool { return b.OfferID == 0 })
}

// alternatives lists what may go instead: what leaves nothing behind first, then the cheapest.
func (c *court) alternatives(ctx context.Context, a Ask, ans Answer) ([]Alternative, error) {
	var list []Alternative
	for _, try := range []func(context.Context, Ask, Answer) ([]Alternative, error){c.byOther, c.bySplit, c.byRemoval} {
		found, err := try(ctx, a, ans)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	slices.SortStableFunc(list, func(x, y Alternative) int {
		return cmp.Or(cmp.Compare(len(x.Removed), len(y.Removed)), cmp.Compare(x.Cost, y.Cost))
	})
	return list, nil
}

// byOther offers the cheapest service that may be used in place of the one picked.
func (c *court) byOther(ctx context.Context, a Ask, ans Answer) ([]Alternative, error) {
	if a.Object == 0 || len(ans.Blocked) > 0 {
		return nil, nil
	}
	other, err := c.answer(ctx, a.Items, 0, nil)
	if err != nil || !other.May() {
		return nil, err
	}
	alt, err := c.alternative(OtherService, []Answer{other}, [][]Item{a.Items})
	return []Alternative{alt}, err
}

// bySplit offers several parcels where one is too heavy or too large. Every part is judged as dear as the whole, so
// that no split ever passes a limit of value that the whole does not pass.
func (c *court) bySplit(ctx context.Context, a Ask, ans Answer) ([]Alternative, error) {
	pieces := piecesOf(a.Items)
	if len(ans.Blocked) > 0 || len(pieces) < 2 || !tooBig(ans) {
		return nil, nil
	}
	for n := 2; n <= min(maxParts, len(pieces)); n++ {
		parts := c.divide(pieces, n)
		answers, all, err := c.each(ctx, parts)
		if err != nil {
			return nil, err
		}
		if all {
			alt, err := c.alternative(Split, answers, parts)
			return []Alternative{alt}, err
		}
	}
	return nil, nil
}

// each judges the parts, each as dear as the whole; all reports whether every one of them may go.
func (c *court) each(ctx context.Context, parts [][]Item) (answers []Answer, all bool, err error) {
	for _, part := range parts {
		ans, err := c.answer(ctx, part, 0, &c.whole)
		if err != nil || !ans.May() {
			return nil, false, err
		}
		answers = append(answers, ans)
	}
	return answers, true, nil
}

// tooBig says that weight or size is among what stands in the way: no service carries it, or the rules of the form ask
// for another one.
func tooBig(ans Answer) bool {
	if !ans.Candidates[0].Fits() {
		return slices.ContainsFunc(ans.Candidates, func(c postal.Candidate) bool { return c.Lost == postal.LostWeight || c.Lost == postal.LostSize })
	}
	return slices.ContainsFunc(ans.Decision.Findings, func(f clearance.Finding) bool { return f.Step == formStep && f.Outcome != clearance.Pass })
}

// formStep is where the rules say which form and service an item of this weight takes.
const formStep = 14

// piecesOf lists every piece by itself, so that a kind of thing may be divided too. The value of the pieces of a kind
// sums to what was paid for them.
func piecesOf(items []Item) []Item {
	var list []Item
	for _, it := range items {
		for _, value := range money.Split(it.Value, slices.Repeat([]money.Amount{1}, it.Qty)) {
			list = append(list, Item{OfferID: it.OfferID, SKU: it.SKU, Qty: 1, Value: value})
		}
	}
	return list
}

// divide puts each piece, the heaviest first, into the part that is lightest so far, and counts equal ones together.
func (c *court) divide(pieces []Item, n int) [][]Item {
	pieces = slices.Clone(pieces)
	slices.SortStableFunc(pieces, func(x, y Item) int {
		return cmp.Compare(c.passports[y.OfferID].GrossGrams, c.passports[x.OfferID].GrossGrams)
	})
	parts, grams := make([][]Item, n), make([]int64, n)
	for _, piece := range pieces {
		at := slices.Index(grams, slices.Min(grams))
		grams[at] += max(c.passports[piece.OfferID].GrossGrams, 1)
		parts[at] = together(parts[at], piece)
	}
	return parts
}

func together(part []Item, piece Item) []Item {
	for i := range part {
		if part[i].OfferID == piece.OfferID {
			part[i].Qty++
			part[i].Value += piece.Value
			return part
		}
	}
	return append(part, piece)
}

// byRemoval offers the rest without one kind of thing; failing that, without everything that stands in the way by
// itself. The rest is judged as dear as the whole: leaving something out to get below a limit of value is not offered.
func (c *court) byRemoval(ctx context.Context, a Ask, ans Answer) ([]Alternative, error) {
	if len(a.Items) < 2 {
		return nil, nil
	}
	var list []Alternative
	for _, it := range a.Items[:min(len(a.Items), maxRemoved)] {
		alt, ok, err := c.without(ctx, a, []Item{it})
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, alt)
		}
	}
	guilty := guiltyOf(a, ans)
	if len(list) > 0 || len(guilty) < 2 || len(guilty) == len(a.Items) {
		return list, nil
	}
	alt, ok, err := c.without(ctx, a, guilty)
	if err == nil && ok {
		list = append(list, alt)
	}
	return list, err
}

// guiltyOf are the kinds of things that are not offered abroad, or that a rule stops by themselves.
func guiltyOf(a Ask, ans Answer) []Item {
	var list []Item
	for i, it := range a.Items {
		stopped := slices.ContainsFunc(ans.Blocked, func(b Block) bool { return b.OfferID == it.OfferID }) ||
			slices.ContainsFunc(ans.Decision.Findings, func(f clearance.Finding) bool { return f.Line == i+1 && f.Outcome != clearance.Pass })
		if stopped {
			list = append(list, it)
		}
	}
	return list
}

func (c *court) without(ctx context.Context, a Ask, removed []Item) (alt Alternative, ok bool, err error) {
	rest := slices.DeleteFunc(slices.Clone(a.Items), func(it Item) bool {
		return slices.ContainsFunc(removed, func(r Item) bool { return r.OfferID == it.OfferID })
	})
	ans, err := c.answer(ctx, rest, 0, &c.whole)
	if err != nil || !ans.May() {
		return alt, false, err
	}
	alt, err = c.alternative(Remove, []Answer{ans}, [][]Item{rest})
	alt.Removed = removed
	return alt, true, err
}

// alternative sums up answers that may all go. Duty and tax are asked of all parcels together, whatever their number: a
// code that is in two of them is one, and so is the value that a limit is held against.
func (c *court) alternative(way string, answers []Answer, parts [][]Item) (alt Alternative, err error) {
	alt = Alternative{Way: way, Parts: parts, Answers: answers, Service: answers[0].Candidates[0]}
	all := clearance.Parcel{Country: c.ask.Country}
	for i, ans := range answers {
		own, err := c.worth(parts[i])
		if err == nil {
			all.ValueRUB, err = money.Add(all.ValueRUB, own.rub)
		}
		if err == nil {
			alt.Postage, err = money.Add(alt.Postage, ans.Candidates[0].Price)
		}
		if err != nil {
			return alt, err
		}
		all.Lines = append(all.Lines, ans.Facts.Lines...)
	}
	if alt.Landed, err = landed(&all, alt.Postage, c.tables, c.rates); err != nil {
		return alt, err
	}
	alt.Cost, err = money.Add(alt.Postage, alt.Duty, alt.Tax)
	return alt, err
}
