package postal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// ErrNumber says that the post gave an item a number that cannot be: a wrong digit, another country, a reserved
// letter, or one that another order has.
var ErrNumber = errors.New("the post's number does not fit the item")

func wrongNumber(barcode string, cause error) error {
	return errs.New(errs.Conflict, "postal.number", "number", barcode).With(errors.Join(ErrNumber, cause))
}

// ask makes a call to the order service and reads its answer into v, which may be nil.
func (p *Post) ask(ctx context.Context, c call, what string, v any) error {
	if !p.connected() {
		return errUnconfigured
	}
	c.kind = "application/json;charset=UTF-8"
	a, err := p.orders.do(ctx, c)
	if err != nil {
		return err
	}
	if a.status >= 400 {
		return p.orders.refused(ctx, refusalOf(a))
	}
	if v == nil {
		return nil
	}
	return p.orders.understood(what, json.Unmarshal(a.body, v))
}

// orderError is every shape in which the order service says no.
type orderError struct {
	Error   words  `json:"error"`
	Code    words  `json:"code"`
	SubCode string `json:"sub-code"`
	Desc    string `json:"desc"`
	Status  words  `json:"status"`
	Message string `json:"message"`
}

// Codes of ours for refusals without one of the post's.
const (
	CodeUnauthorized = "UNAUTHORIZED"
	CodeNotFound     = "NOT_FOUND"
	CodeLimit        = "LIMIT"
)

// refusalOf reads an answer of the 400s.
func refusalOf(a answer) error {
	r := &Refusal{Service: "orders"}
	var e orderError
	if json.Unmarshal(a.body, &e) == nil {
		r.Codes = append(append(r.Codes, e.Code...), e.SubCode)
		r.Texts = append(append(r.Texts, e.Desc, e.Message), e.Error...)
	}
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		r.Codes = append(r.Codes, CodeUnauthorized)
	case http.StatusNotFound:
		r.Codes = append(r.Codes, CodeNotFound)
	case http.StatusTooManyRequests:
		return errs.New(errs.TooMany, "postal.busy").With(r)
	}
	empty := func(s string) bool { return s == "" }
	r.Codes, r.Texts = slices.DeleteFunc(r.Codes, empty), slices.DeleteFunc(r.Texts, empty)
	if len(r.Codes) == 0 {
		r.Codes = []string{"HTTP_" + strconv.Itoa(a.status)}
	}
	return r
}

// listErrors are the refusals inside an answer about several orders.
type listErrors []struct {
	Codes []struct {
		Code        string `json:"code"`
		Description string `json:"description"`
		Details     string `json:"details"`
	} `json:"error-codes"`
	Code     string `json:"error-code"`
	Position int    `json:"position"`
}

func (list listErrors) refusal() error {
	r := &Refusal{Service: "orders"}
	for _, e := range list {
		if e.Code != "" {
			r.Codes = append(r.Codes, e.Code)
		}
		for _, c := range e.Codes {
			r.Codes = append(r.Codes, c.Code)
			if text := joinTexts(c.Description, c.Details); text != "" {
				r.Texts = append(r.Texts, text)
			}
		}
	}
	if len(r.Codes) == 0 {
		return nil
	}
	return r
}

func joinTexts(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

// created is the answer of PUT 2.0/user/backlog.
type created struct {
	Orders []struct {
		ID      int64  `json:"result-id"`
		Number  string `json:"order-num"`
		Barcode string `json:"barcode"`
	} `json:"orders"`
	Errors listErrors `json:"errors"`
}

// create files an order. It is not safe to call again: Service.Create is.
func (p *Post) create(ctx context.Context, o Order) (Filed, error) {
	body, err := json.Marshal([]Order{o})
	if err != nil {
		return Filed{}, err
	}
	var a created
	if err := p.ask(ctx, call{method: http.MethodPut, path: "/2.0/user/backlog", body: body}, "a created order", &a); err != nil {
		return Filed{}, err
	}
	if err := a.Errors.refusal(); err != nil {
		return Filed{}, err
	}
	if len(a.Orders) != 1 || a.Orders[0].ID <= 0 {
		return Filed{}, p.orders.garbled("a created order", fmt.Errorf("%d orders", len(a.Orders)))
	}
	got := a.Orders[0]
	if got.Number != "" && got.Number != o.Number {
		return Filed{}, p.orders.garbled("a created order", errors.New("it is about another one"))
	}
	barcode, err := russian(got.Barcode)
	if err != nil {
		return Filed{}, err
	}
	return Filed{ID: got.ID, Number: o.Number, Barcode: barcode, Mass: o.Mass}, nil
}

// russian checks a number that the post gave: only its own may come from it.
func russian(barcode string) (s10.Number, error) {
	id, err := s10.Parse(barcode)
	if err == nil && id.Country() != "RU" {
		err = s10.ErrCountry
	}
	if err != nil {
		return "", wrongNumber(barcode, err)
	}
	return id, nil
}

// orderInfo is an order as searches and look-ups give it.
type orderInfo struct {
	ID          int64  `json:"id"`
	Number      string `json:"order-num"`
	Barcode     string `json:"barcode"`
	Mass        number `json:"mass"`
	Batch       string `json:"batch-name"`
	RateWithout number `json:"total-rate-wo-vat"`
	VAT         number `json:"total-vat"`
	Deleted     bool   `json:"is-deleted"`

	declarationInfo
	Customs declarationInfo `json:"customs-declaration"`
}

func (o orderInfo) filed() (Filed, error) {
	barcode, err := russian(o.Barcode)
	f := Filed{ID: o.ID, Number: o.Number, Barcode: barcode, Mass: int64(o.Mass), Batch: o.Batch, RateWithout: int64(o.RateWithout), VAT: int64(o.VAT)}
	if err != nil {
		return f, err
	}
	f.Declaration, err = o.declaration()
	return f, err
}

// search lists the backlog orders that have our number, the oldest first.
func (p *Post) search(ctx context.Context, number string) ([]Filed, error) {
	var list []orderInfo
	err := p.ask(ctx, call{method: http.MethodGet, path: "/1.0/backlog/search", query: url.Values{"query": {number}}, again: true}, "a search", &list)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []Filed
	for _, o := range list {
		if o.Number != number || o.Deleted {
			continue // the search is by substring
		}
		f, err := o.filed()
		if err != nil {
			return nil, p.orders.understood("a search", err)
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b Filed) int { return int(a.ID - b.ID) })
	return found, nil
}

func missing(err error) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.Has(CodeNotFound)
}

// Find looks an order up by our number in the backlog.
func (p *Post) Find(ctx context.Context, number string) (Filed, bool, error) {
	found, err := p.search(ctx, number)
	if err != nil || len(found) == 0 {
		return Filed{}, false, err
	}
	return found[0], true, nil
}

// remove takes orders out of the backlog.
func (p *Post) remove(ctx context.Context, ids []int64) error {
	body, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return p.ask(ctx, call{method: http.MethodDelete, path: "/1.0/backlog", body: body, again: true}, "a removal", nil)
}

// Get reads an order as the post keeps it now, with its batch and declaration.
func (p *Post) Get(ctx context.Context, id int64) (Filed, error) {
	for _, place := range []string{"/1.0/shipment/", "/1.0/backlog/"} {
		var o orderInfo
		err := p.ask(ctx, call{method: http.MethodGet, path: place + strconv.FormatInt(id, 10), again: true}, "an order", &o)
		if missing(err) {
			continue
		}
		if err != nil {
			return Filed{}, err
		}
		if o.ID != id {
			return Filed{}, p.orders.garbled("an order", fmt.Errorf("asked about %d, answered about %d", id, o.ID))
		}
		f, err := o.filed()
		return f, p.orders.understood("an order", err)
	}
	return Filed{}, &Refusal{Service: "orders", Codes: []string{CodeNotFound}}
}

// Limit says how much of the day's requests is used.
func (p *Post) Limit(ctx context.Context) (Limit, error) {
	var l Limit
	err := p.ask(ctx, call{method: http.MethodGet, path: "/1.0/settings/limit", again: true, uncounted: true}, "the limit", &l)
	return l, err
}

// sendingDay is how the order service writes days.
const sendingDay = time.DateOnly
