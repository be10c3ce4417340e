package postal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// quoteAsk is one question to the tariff service.
type quoteAsk struct {
	Object  int
	Country int // OKSM
	From    string
	Grams   int64
	Insured money.Amount
	Day     time.Time
}

// quote is its answer.
type quote struct {
	Price            money.Amount // VAT in
	MinDays, MaxDays int
	From             time.Time // the first day this tariff is in force; zero: not said
}

// compactDay is how the tariff service writes days.
const compactDay = "20060102"

func (q quoteAsk) values() url.Values {
	v := url.Values{
		"json": {""}, "errorcode": {"1"}, "object": {strconv.Itoa(q.Object)}, "country-to": {strconv.Itoa(q.Country)},
		"weight": {strconv.FormatInt(q.Grams, 10)}, "date": {q.Day.Format(compactDay)}, "isavia": {"1"},
	}
	if q.From != "" {
		v.Set("from", q.From)
	}
	if q.Insured > 0 {
		v.Set("sumoc", strconv.FormatInt(int64(q.Insured), 10))
	}
	return v
}

// tariffError is how the tariff service says no: with HTTP status 200.
type tariffError struct {
	Msg  string `json:"msg"`
	Code number `json:"code"`
}

type tariffErrors []tariffError

func (list tariffErrors) refusal() error {
	if len(list) == 0 {
		return nil
	}
	r := &Refusal{Service: "tariff"}
	for _, e := range list {
		r.Codes = append(r.Codes, strconv.FormatInt(int64(e.Code), 10))
		r.Texts = append(r.Texts, e.Msg)
	}
	return r
}

// tariffAnswer is what is used of an answer of calculate/tariff/delivery.
type tariffAnswer struct {
	ID        number       `json:"id"`
	Weight    number       `json:"weight"`
	PayNDS    number       `json:"paynds"`
	DateFirst number       `json:"date-first"`
	Delivery  deliveryTime `json:"delivery"`
	Errors    tariffErrors `json:"errors"`
}

// deliveryTime is days as the post writes them: {"min":5,"max":9}, or the one number 9.
type deliveryTime struct{ Min, Max number }

// UnmarshalJSON reads the days.
func (d *deliveryTime) UnmarshalJSON(raw []byte) error {
	var whole number
	if whole.UnmarshalJSON(raw) == nil {
		d.Min, d.Max = whole, whole
		return nil
	}
	var both struct {
		Min number `json:"min"`
		Max number `json:"max"`
	}
	if err := json.Unmarshal(raw, &both); err != nil {
		return err
	}
	d.Min, d.Max = both.Min, max(both.Min, both.Max)
	return nil
}

// parseQuote reads the answer to a question about an object.
func parseQuote(body []byte, object int) (quote, error) {
	var a tariffAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return quote{}, err
	}
	if err := a.Errors.refusal(); err != nil {
		return quote{}, err
	}
	switch {
	case int(a.ID) != object:
		return quote{}, fmt.Errorf("it is about object %d", a.ID)
	case a.PayNDS <= 0:
		return quote{}, fmt.Errorf("a price of %d", a.PayNDS)
	case a.Delivery.Min < 0 || a.Delivery.Max > 1000:
		return quote{}, fmt.Errorf("%d days", a.Delivery.Max)
	}
	q := quote{Price: money.Amount(a.PayNDS), MinDays: int(a.Delivery.Min), MaxDays: int(a.Delivery.Max)}
	if day, err := time.Parse(compactDay, strconv.FormatInt(int64(a.DateFirst), 10)); err == nil {
		q.From = day
	}
	return q, nil
}

// quote asks what an item costs, VAT in, and how long it goes.
func (p *Post) quote(ctx context.Context, q quoteAsk) (quote, error) {
	if !p.priced() {
		return quote{}, errUnconfigured
	}
	a, err := p.tariff.do(ctx, call{method: http.MethodGet, path: "/v2/calculate/tariff/delivery", query: q.values(), again: true})
	if err != nil {
		return quote{}, err
	}
	got, err := parseQuote(a.body, q.Object)
	return got, p.tariff.understood("the price", err)
}
