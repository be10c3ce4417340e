package catalog

import (
	"cmp"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Rival is an offer that competes for the buy box of a variant, with the facts that decide it.
// Everything here is shown to the shopper and to the sellers alike.
type Rival struct {
	OfferID, SellerID      int64
	SellerName, SellerSlug string
	Condition              Condition
	Price                  Price
	DeliveryFee            money.Amount
	Days                   int // from order to door: dispatch and the usual way
	Free, MaxQty           int
	RatingHundredths       int // 0: not rated yet
	Ratings, Sales         int
	OnTimePermille         int  // -1: no orders to judge by yet
	CancelPermille         int  // -1: likewise
	Abroad                 bool // ready to be sent abroad; known to a card's page only
	Score                  Score
}

// Total is what the shopper pays for one unit with delivery.
func (r Rival) Total() money.Amount { return r.Price.Amount + r.DeliveryFee }

// Score is the sum by which sellers are compared, in points out of 1000.
type Score struct {
	Price   int // 600: the lowest total with delivery; a total twice as high gets half
	Speed   int // 150: the fastest; 15 less for each day later
	OnTime  int // 150: the share of parcels sent in time
	Rating  int // 100: five stars; one star is nothing
	Cancels int // minus 2 for each order in a thousand the seller cancelled, at most 100
}

// Sum adds the parts up.
func (s Score) Sum() int { return s.Price + s.Speed + s.OnTime + s.Rating + s.Cancels }

// A new seller is judged as an ordinary one until there are figures: neither pushed up nor down.
const (
	neutralOnTime = 930
	neutralRating = 430
)

// Box is the answer: the seller whose button is shown, the others in order, and why.
type Box struct {
	Winner Rival
	Others []Rival
	Why    []Line
}

// Line is a sentence by its message key and arguments; an Amount among them is money.
type Line struct {
	Key    string
	Amount money.Amount
	N      int64
	// Tenths is a share or rating in tenths, such as 986 for 98.6 %.
	Tenths int
}

// ChooseSeller picks the offer for the buy box. New goods go before used ones whatever the price;
// then the higher score, the lower total, the sooner date and the older offer. The order of the
// argument does not matter, and a place cannot be bought. It answers false when there are no offers.
func ChooseSeller(rivals []Rival) (Box, bool) {
	if len(rivals) == 0 {
		return Box{}, false
	}
	ranked := score(rivals)
	slices.SortFunc(ranked, func(a, b Rival) int {
		return cmp.Or(
			cmp.Compare(rank(a.Condition), rank(b.Condition)),
			cmp.Compare(b.Score.Sum(), a.Score.Sum()),
			cmp.Compare(a.Total(), b.Total()),
			cmp.Compare(a.Days, b.Days),
			cmp.Compare(a.OfferID, b.OfferID))
	})
	box := Box{Winner: ranked[0], Others: ranked[1:]}
	box.Why = explain(box.Winner, box.Others)
	return box, true
}

func score(rivals []Rival) []Rival {
	ranked := slices.Clone(rivals)
	cheapest, fastest := ranked[0].Total(), ranked[0].Days
	for _, r := range ranked {
		cheapest, fastest = min(cheapest, r.Total()), min(fastest, r.Days)
	}
	for i, r := range ranked {
		onTime, rating := r.OnTimePermille, r.RatingHundredths
		if onTime < 0 {
			onTime = neutralOnTime
		}
		if rating == 0 {
			rating = neutralRating
		}
		ranked[i].Score = Score{
			Price:   int(share(600, cheapest, r.Total())),
			Speed:   max(0, 150-15*(r.Days-fastest)),
			OnTime:  150 * onTime / 1000,
			Rating:  100 * (rating - 100) / 400,
			Cancels: -min(100, 2*max(0, r.CancelPermille)),
		}
	}
	return ranked
}

// share is points·part/whole without overflow for any price; part is at most whole.
func share(points int64, part, whole money.Amount) int64 {
	for whole > 1<<50 {
		part, whole = part>>10, whole>>10
	}
	if whole <= 0 {
		return points
	}
	return points * int64(part) / int64(whole)
}

func rank(c Condition) int { return slices.Index(Conditions, c) }

func explain(w Rival, others []Rival) []Line {
	var why []Line
	peers := slices.DeleteFunc(slices.Clone(others), func(r Rival) bool { return r.Condition != w.Condition })
	switch {
	case len(others) == 0:
		why = append(why, Line{Key: "catalog.why.only"})
	case len(peers) == 0:
		why = append(why, Line{Key: "catalog.why.condition"})
	default:
		why = append(why, comparePrice(w, peers)...)
	}
	if w.OnTimePermille >= 0 {
		why = append(why, Line{Key: "catalog.why.on_time", Tenths: w.OnTimePermille})
	}
	if w.CancelPermille >= 0 {
		why = append(why, Line{Key: "catalog.why.cancels", Tenths: w.CancelPermille})
	}
	if w.OnTimePermille < 0 && w.CancelPermille < 0 {
		why = append(why, Line{Key: "catalog.why.new_seller"})
	}
	return why
}

func comparePrice(w Rival, peers []Rival) []Line {
	next, fastest := peers[0].Total(), peers[0].Days
	for _, r := range peers {
		next, fastest = min(next, r.Total()), min(fastest, r.Days)
	}
	var lines []Line
	switch d := next - w.Total(); {
	case d > 0:
		lines = append(lines, Line{Key: "catalog.why.cheaper", Amount: d})
	case d == 0:
		lines = append(lines, Line{Key: "catalog.why.same_price"})
	default:
		lines = append(lines, Line{Key: "catalog.why.dearer", Amount: -d})
	}
	if d := fastest - w.Days; d > 0 {
		lines = append(lines, Line{Key: "catalog.why.faster", N: int64(d)})
	}
	return lines
}
