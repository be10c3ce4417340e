package postal

import (
	"cmp"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// limits are the figures of post_limits in force, by service and name.
type limits map[[2]string]int64

func (l limits) of(service, name string) int64 { return l[[2]string{service, name}] }

// judge says why a service will not carry an item, by what the post's dictionary says of the country; "" is that it
// would. Where the dictionary is silent the limits decide.
func judge(c Carriage, a Ask, t terms, l limits) (lost string, args []any) {
	switch {
	case t.Country == "" || t.Block != 0:
		return LostClosed, nil
	case !c.Tracked && !a.Untracked:
		return LostTracking, nil
	case c.Insured && a.Insured == 0:
		return LostUninsured, nil
	case a.Insured > 0 && (!c.Insured || !t.Insurable):
		return LostValue, []any{"max", int64(0)}
	case a.Insured > 0 && t.InsuredMax > 0 && a.Insured > t.InsuredMax:
		return LostValue, []any{"max", int64(t.InsuredMax)}
	}
	if heaviest := weightMax(c, t, l); heaviest > 0 && a.GrossGrams > heaviest {
		return LostWeight, []any{"max", heaviest}
	}
	if most := tooLong(c, a, t, l); most > 0 {
		return LostSize, []any{"max", most}
	}
	return "", nil
}

// weightMax is the heaviest item in grams. The dictionary has one figure for all of letter post, so that a small packet
// has its own limit as well.
func weightMax(c Carriage, t terms, l limits) int64 {
	own := l.of(c.Service, "weight_g")
	switch {
	case t.WeightMax == 0:
		return own
	case c.dictionary == Letter && own > 0:
		return min(t.WeightMax, own)
	}
	return t.WeightMax
}

// tooLong gives the limit in millimetres that an item exceeds, or 0. Sides are compared from the longest to the
// shortest; length and girth together are the longest side and twice the two others.
func tooLong(c Carriage, a Ask, t terms, l limits) int64 {
	sides := []int64{a.LengthMM, a.WidthMM, a.HeightMM}
	slices.SortFunc(sides, func(x, y int64) int { return cmp.Compare(y, x) })
	if sides[2] <= 0 {
		return 0
	}
	most := slices.Clone(t.SizeMax[:])
	slices.SortFunc(most, func(x, y int64) int { return cmp.Compare(y, x) })
	longest := cmp.Or(most[0], l.of(c.Service, "longest_mm"))
	girth := t.LineMax
	if most[0] == 0 && girth == 0 {
		girth = l.of(c.Service, "girth_mm")
	}
	sum := int64(0)
	if most[0] == 0 {
		sum = l.of(c.Service, "sum_mm")
	}
	for _, check := range []struct{ is, most int64 }{
		{sides[0], longest}, {sides[1], most[1]}, {sides[2], most[2]},
		{sides[0] + sides[1] + sides[2], sum}, {sides[0] + 2*(sides[1]+sides[2]), girth},
	} {
		if check.most > 0 && check.is > check.most {
			return check.most
		}
	}
	return 0
}

// keyOf rounds weight and value up to their steps, but not over what may be sent at all.
func keyOf(c Carriage, a Ask, t terms, l limits) priceKey {
	k := priceKey{Object: c.Object, Country: a.Country, Grams: ceil(a.GrossGrams, l.of(c.Service, "weight_step_g"), weightMax(c, t, l))}
	if c.Insured {
		k.Insured = money.Amount(ceil(int64(a.Insured), l.of(c.Service, "insured_step"), int64(t.InsuredMax)))
	}
	return k
}

// ceil rounds n up to a step, at most to the limit where that is known and n within it.
func ceil(n, step, most int64) int64 {
	if step <= 1 {
		return n
	}
	up := (n + step - 1) / step * step
	if most >= n && up > most {
		return most
	}
	return up
}

// rank puts the cheapest that fits first, then the others that would do by price, then those that will not.
func rank(list []Candidate) {
	slices.SortStableFunc(list, func(a, b Candidate) int {
		if a.Lost != "" || b.Lost != "" {
			return cmp.Compare(order(a), order(b))
		}
		return cmp.Or(cmp.Compare(a.Price, b.Price), cmp.Compare(a.MaxDays, b.MaxDays), cmp.Compare(a.Object, b.Object))
	})
	for i := range list {
		if i > 0 && list[i].Lost == "" {
			list[i].Lost, list[i].LostArgs = LostPrice, []any{"more", int64(list[i].Price - list[0].Price)}
		}
	}
}

// order is 0 for what fits; a service whose price is known and that is only too slow comes before one that cannot.
func order(c Candidate) int {
	switch {
	case c.Lost == "":
		return 0
	case c.Price > 0:
		return 1
	}
	return 2
}
