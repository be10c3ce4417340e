package cart

import (
	"context"
	"net/http"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// Choice is what the cart's form says: the ticked lines, and the quantities as they stand in the
// fields, saved or not.
type Choice struct {
	// Sent tells a form without a ticked box from a request that is no cart's form: only the former
	// unticks what was ticked before.
	Sent  bool
	Lines []int64
	Typed []Typed
}

// Typed is a quantity as written beside a line.
type Typed struct {
	LineID int64
	Qty    string
}

// ChoiceOf reads the cart's form. Fields "line" are boxes; "qty_line" and "qty" run beside each other.
func ChoiceOf(r *http.Request) (c Choice, err error) {
	f, err := form.Parse(r)
	if err != nil {
		return c, err
	}
	if c.Lines, err = ids(f.All("line")); err != nil {
		return c, err
	}
	beside, err := ids(f.All("qty_line"))
	if err != nil {
		return c, err
	}
	if qtys := r.Form["qty"]; len(beside) > 0 {
		if len(qtys) != len(beside) {
			return c, errs.New(errs.BadRequest, "form.unreadable")
		}
		for i, id := range beside {
			c.Typed = append(c.Typed, Typed{LineID: id, Qty: qtys[i]})
		}
	}
	c.Sent = f.Raw("picked") != "" || len(c.Lines) > 0
	return c, nil
}

func ids(raw []string) ([]int64, error) {
	list := make([]int64, 0, len(raw))
	for _, s := range raw {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil || len(list) > 2*MaxLines {
			return nil, errs.New(errs.BadRequest, "form.unreadable")
		}
		list = append(list, id)
	}
	return list, nil
}

// check names every quantity that cannot be read, each by the id of its field on the cart's page.
func (c Choice) check() error {
	var bad []errs.Field
	for _, t := range c.Typed {
		if _, err := ParseQty(t.Qty); err != nil {
			bad = append(bad, errs.Field{Name: qtyField(t.LineID), Key: errs.KeyOf(err), Args: []any{"max", MaxQty}})
		}
	}
	return errs.Fields(bad)
}

// qtyField is the id of a line's quantity on the cart's page.
func qtyField(lineID int64) string { return "qty-" + strconv.FormatInt(lineID, 10) }

// Choose takes over what the cart's form says: exactly the ticked lines are ticked, and what is
// written beside the lines is their quantity. A quantity that cannot be read is Invalid, and then
// nothing changes. Lines that are not the owner's stay as they are.
func (s *Service) Choose(ctx context.Context, o Owner, c Choice) (err error) {
	defer errs.Wrap(&err, "cart.Choose")
	if err := c.check(); err != nil {
		return err
	}
	lines, qtys := make([]int64, len(c.Typed)), make([]int32, len(c.Typed))
	for i, t := range c.Typed {
		n, err := ParseQty(t.Qty)
		if err != nil {
			return err
		}
		lines[i], qtys[i] = t.LineID, int32(n)
	}
	if len(lines) > 0 {
		if err := setQtys(ctx, s.pool, o, lines, qtys); err != nil {
			return err
		}
	}
	if !c.Sent {
		return nil
	}
	return s.Select(ctx, o, c.Lines)
}
