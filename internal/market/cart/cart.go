// Package cart keeps what a visitor means to buy: the cart with its lines, the wish list and the
// comparison, for guests by their session and for people by their account, merged at sign-in. A
// cart is a wish and not a promise: it reserves nothing, loses nothing, and says in words when a
// line cannot be bought or costs more than the buyer agreed to. It never takes stock or money.
package cart

import (
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Owner is whose cart it is: a person, or a guest known by a session. One of them is set.
type Owner struct{ PersonID, SessionID int64 }

// Nobody reports whether the visitor has neither signed in nor begun a session.
func (o Owner) Nobody() bool { return o.PersonID == 0 && o.SessionID == 0 }

// ids gives the owner's columns: the person's alone once somebody signed in.
func (o Owner) ids() (person, session *int64) {
	if o.PersonID != 0 {
		return &o.PersonID, nil
	}
	return nil, &o.SessionID
}

// Bounds of a cart.
const (
	MaxQty   = 999
	MaxLines = 200
	// undoFor is how long a removed line can be brought back.
	undoFor = 30 * time.Minute
)

// Line is one offer in a cart as it stands now.
type Line struct {
	ID       int64
	OfferID  int64
	Qty      int
	Selected bool
	Seen     catalog.Price // what the buyer last agreed to
	Removed  bool          // waits to be brought back or forgotten
	Offer    catalog.OfferLine
}

// Notice is what the buyer should know about a line before paying.
type Notice string

// Notices; the empty one means that all is well.
const (
	Fine        Notice = ""
	Unavailable Notice = "unavailable" // see Offer.Reason
	TooFew      Notice = "too_few"     // fewer units may be taken than the line asks
	Dearer      Notice = "dearer"      // costs more than agreed: needs a yes
	Cheaper     Notice = "cheaper"     // costs less: told, nothing to do
)

// Notice says what is to be known about the line, the gravest thing first.
func (l Line) Notice() Notice {
	switch {
	case l.Offer.Reason != catalog.Buyable:
		return Unavailable
	case l.Offer.MaxQty < l.Qty:
		return TooFew
	case l.Offer.Price.Currency != l.Seen.Currency || l.Offer.Price.Amount > l.Seen.Amount:
		return Dearer
	case l.Offer.Price.Amount < l.Seen.Amount:
		return Cheaper
	}
	return Fine
}

// Ready reports whether the line can go to checkout as it is.
func (l Line) Ready() bool {
	n := l.Notice()
	return l.Selected && !l.Removed && (n == Fine || n == Cheaper)
}

// Blocked reports whether a selected line waits for the buyer's decision. A line that cannot be
// bought at all is left out of the purchase and blocks nothing.
func (l Line) Blocked() bool {
	n := l.Notice()
	return l.Selected && !l.Removed && (n == Dearer || n == TooFew)
}

// Cart is the cart of one owner, lines grouped by seller in the order the sellers came.
type Cart struct {
	ID    int64
	Lines []Line
}

// Group is what one seller sells to this cart.
type Group struct {
	SellerID int64
	Lines    []Line
}

// Groups gathers the lines by seller.
func (c Cart) Groups() []Group {
	var groups []Group
	at := map[int64]int{}
	for _, l := range c.Lines {
		i, seen := at[l.Offer.SellerID]
		if !seen {
			i = len(groups)
			at[l.Offer.SellerID] = i
			groups = append(groups, Group{SellerID: l.Offer.SellerID})
		}
		groups[i].Lines = append(groups[i].Lines, l)
	}
	return groups
}

// Total sums the lines that can go to checkout; it counts units and refuses to wrap.
func (c Cart) Total() (sum money.Amount, units, sellers int, err error) {
	seen := map[int64]bool{}
	for _, l := range c.Lines {
		if !l.Ready() {
			continue
		}
		cost, err := money.Mul(l.Offer.Price.Amount, int64(l.Qty))
		if err == nil {
			sum, err = money.Add(sum, cost)
		}
		if err != nil {
			return 0, 0, 0, errs.New(errs.Invalid, "cart.too_much").With(err)
		}
		units += l.Qty
		seen[l.Offer.SellerID] = true
	}
	return sum, units, len(seen), nil
}

// Picked are the lines a checkout would take, or the reason why it must wait.
func (c Cart) Picked() ([]hold.Line, error) {
	var lines []hold.Line
	for _, l := range c.Lines {
		if l.Blocked() {
			return nil, errs.New(errs.Conflict, "cart.decide_first")
		}
		if l.Ready() {
			lines = append(lines, hold.Line{OfferID: l.OfferID, Qty: l.Qty})
		}
	}
	if len(lines) == 0 {
		return nil, errs.New(errs.Conflict, "cart.nothing_picked")
	}
	return lines, nil
}

// ParseQty reads a quantity as a form sends it: plain digits from 1 to MaxQty, nothing else. Signs,
// fractions, exponents, spaces, words and digits of other scripts are refused with a clear text.
func ParseQty(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	switch {
	case err != nil && !digits(s):
		return 0, qtyError("cart.qty.form")
	case err != nil || n > MaxQty:
		return 0, qtyError("cart.qty.most")
	case n == 0:
		return 0, qtyError("cart.qty.least")
	}
	return int(n), nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func qtyError(key string) error {
	args := []any{"max", MaxQty}
	return &errs.Error{Kind: errs.Invalid, Key: key, Args: args, Fields: []errs.Field{{Name: "qty", Key: key, Args: args}}}
}
