package postal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// declarationInfo is what an order says of its electronic declaration, at its top or inside customs-declaration.
type declarationInfo struct {
	Status       string `json:"declaration-status"`
	Registration string `json:"registration-number"`
	RegisteredAt string `json:"registration-date"`
	Decision     string `json:"customs-decision"`
	DecidedAt    string `json:"decision-date"`
	FTSError     words  `json:"fts-error"`
	Advice       words  `json:"recom-description"`
	FactMass     number `json:"mpo-fact-weight"`
}

// or takes the other's fields where the first has none.
func (d declarationInfo) or(other declarationInfo) declarationInfo {
	pick := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	d.Status, d.Registration = pick(d.Status, other.Status), pick(d.Registration, other.Registration)
	d.RegisteredAt, d.Decision = pick(d.RegisteredAt, other.RegisteredAt), pick(d.Decision, other.Decision)
	d.DecidedAt = pick(d.DecidedAt, other.DecidedAt)
	if len(d.FTSError) == 0 {
		d.FTSError = other.FTSError
	}
	if len(d.Advice) == 0 {
		d.Advice = other.Advice
	}
	if d.FactMass == 0 {
		d.FactMass = other.FactMass
	}
	return d
}

func (o orderInfo) declaration() (Declaration, error) {
	i := o.declarationInfo.or(o.Customs)
	d := Declaration{OrderNumber: o.Number, Barcode: s10.Number(o.Barcode), Status: i.Status, Registration: i.Registration,
		Decision: i.Decision, FTSError: strings.Join(i.FTSError, "; "), Advice: strings.Join(i.Advice, "; "), FactMass: positive(i.FactMass)}
	var err, later error
	d.RegisteredAt, err = postTime(i.RegisteredAt)
	d.DecidedAt, later = postTime(i.DecidedAt)
	return d, errors.Join(err, later)
}

// moscow is the post's clock: what it writes without a zone is Moscow's time, which has not moved since 2014.
var moscow = time.FixedZone("MSK", 3*60*60)

// postTime reads a moment in any of the forms the post's services use; "" is none.
func postTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05.999", "2006-01-02 15:04:05", time.DateOnly, "02.01.2006 15:04:05", "02.01.2006"} {
		if t, err := time.ParseInLocation(form, text, moscow); err == nil && t.Year() > 1990 && t.Year() < 2200 {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no moment", text)
}

// Declaration says what has become of an order's electronic declaration. An answer about another order is an error.
func (p *Post) Declaration(ctx context.Context, f Filed) (Declaration, error) {
	got, err := p.Get(ctx, f.ID)
	if err != nil {
		return Declaration{}, err
	}
	if got.Number != f.Number || got.Barcode != f.Barcode {
		return Declaration{}, p.orders.garbled("a declaration", errors.New("it is about another order"))
	}
	return got.Declaration, nil
}
