package checkout

import (
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Part is one held line as the split sees it: whose it is and what it costs.
type Part struct {
	SellerID int64
	Price    money.Amount // of one unit
	Qty      int
	Currency money.Currency
}

// Sums are the money of a purchase or of one seller's order; Total = Goods + Delivery − Discount.
type Sums struct{ Goods, Delivery, Discount, Total money.Amount }

// Share is one seller's part of a purchase. Lines are indexes into the parts given; LineTotals and
// LineDiscounts run beside them.
type Share struct {
	SellerID      int64
	Lines         []int
	LineTotals    []money.Amount
	LineDiscounts []money.Amount
	Sums
}

// Split divides a purchase into one order per seller, sellers in id order. delivery is what each
// seller charges; discount is an amount of the platform, spread over the lines by largest remainder
// before the split, so that the shares sum to the whole to the kopeck. Nothing downstream adds up
// again: totals are moved. A second currency or a sum beyond int64 is refused.
func Split(parts []Part, delivery map[int64]money.Amount, discount money.Amount) ([]Share, Sums, error) {
	gross := make([]money.Amount, len(parts))
	var whole Sums
	for i, p := range parts {
		if p.Currency != parts[0].Currency {
			return nil, Sums{}, errs.New(errs.Conflict, "order.place.currencies")
		}
		var err error
		if gross[i], err = money.Mul(p.Price, int64(p.Qty)); err == nil {
			whole.Goods, err = money.Add(whole.Goods, gross[i])
		}
		if err != nil {
			return nil, Sums{}, errs.New(errs.Invalid, "order.place.too_much").With(err)
		}
	}
	whole.Discount = min(max(discount, 0), whole.Goods)
	off := money.Split(whole.Discount, gross)
	shares := gather(parts, gross, off)
	for i := range shares {
		s := &shares[i]
		s.Delivery = delivery[s.SellerID]
		var err error
		if s.Total, err = money.Add(s.Goods, s.Delivery, -s.Discount); err == nil {
			whole.Delivery, err = money.Add(whole.Delivery, s.Delivery)
		}
		if err == nil {
			whole.Total, err = money.Add(whole.Total, s.Total)
		}
		if err != nil {
			return nil, Sums{}, errs.New(errs.Invalid, "order.place.too_much").With(err)
		}
	}
	return shares, whole, nil
}

func gather(parts []Part, gross, off []money.Amount) []Share {
	at := map[int64]int{}
	var shares []Share
	for i, p := range parts {
		k, seen := at[p.SellerID]
		if !seen {
			k = len(shares)
			at[p.SellerID] = k
			shares = append(shares, Share{SellerID: p.SellerID})
		}
		s := &shares[k]
		s.Lines = append(s.Lines, i)
		s.LineTotals = append(s.LineTotals, gross[i]-off[i])
		s.LineDiscounts = append(s.LineDiscounts, off[i])
		s.Goods += gross[i] // cannot wrap: the sum over all parts was checked
		s.Discount += off[i]
	}
	slices.SortFunc(shares, func(a, b Share) int { return int(a.SellerID - b.SellerID) })
	return shares
}
