package dispatch

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// judgement is what the rules and the post say of a parcel today.
type judgement struct {
	Facts      clearance.Parcel
	Decision   clearance.Decision
	Candidates []postal.Candidate // the one that was paid for first
	RateDay    time.Time          // day in force of the rates used
	Contract   contract.Contract  // the foreign contract that the parcel counts under
}

// contents is what everything sold here is to a form: goods.
const contents = "goods"

// judge asks the rules and the post about a parcel as it is now. It may ask over a network: never inside a transaction.
func (s *Service) judge(ctx context.Context, p Parcel) (x order.Shipment, j judgement, err error) {
	if x, err = order.ShipmentOf(ctx, s.Pool, p.ParcelID); err != nil {
		return x, j, err
	}
	day := rates.Today(s.Now())
	passports, terms, err := s.known(ctx, x)
	if err != nil {
		return x, j, err
	}
	table, err := s.Rates.On(ctx, day)
	if err != nil {
		return x, j, err
	}
	j.RateDay = table.Day
	if j.Facts, err = facts(p, x, passports, terms, table); err != nil {
		return x, j, err
	}
	if err := s.underContract(ctx, p, x, &j); err != nil {
		return x, j, err
	}
	j.Candidates, err = s.Post.Candidates(ctx, postal.Ask{Country: p.Country, GrossGrams: j.Facts.GrossGrams, LengthMM: p.LengthMM,
		WidthMM: p.WidthMM, HeightMM: p.HeightMM, Contents: contents, Day: day, From: terms.Postcode})
	if postal.Down(err) && p.State == Ready {
		// A day's signature does not hang on the post's answering about each parcel: it said so when they were packed.
		err = s.asDecided(ctx, p, &j.Facts)
	}
	if err != nil {
		return x, j, err
	}
	j.Candidates = paidFirst(j.Candidates, p.Object)
	if len(j.Candidates) > 0 && j.Candidates[0].Object == p.Object {
		j.Facts.Destination = j.Candidates[0].Facts
	}
	j.Decision, err = s.Rules.Decide(ctx, &j.Facts, day)
	return x, j, err
}

// asDecided takes over what the post's dictionary said of the destination at the last decision.
func (s *Service) asDecided(ctx context.Context, p Parcel, f *clearance.Parcel) error {
	d, err := clearance.ByID(ctx, s.Pool, *p.DecisionID)
	if err == nil {
		f.Destination = d.Facts.Destination
	}
	return err
}

// known reads what the sellers told of the goods and of themselves.
func (s *Service) known(ctx context.Context, x order.Shipment) (map[int64]goods.Passport, goods.SellerTerms, error) {
	offers := make([]int64, len(x.Lines))
	for i, l := range x.Lines {
		offers[i] = l.OfferID
	}
	passports, err := goods.ForOffers(ctx, s.Pool, offers)
	if err != nil {
		return nil, goods.SellerTerms{}, err
	}
	terms, err := goods.TermsOf(ctx, s.Pool, []int64{x.Order.SellerID})
	return passports, terms[x.Order.SellerID], err
}

// facts are the parcel as the rules see it. Its value is what was paid, whatever anybody types.
func facts(p Parcel, x order.Shipment, passports map[int64]goods.Passport, t goods.SellerTerms, table rates.Table) (clearance.Parcel, error) {
	value := x.Value()
	sdr, err := table.SDR(value)
	if err != nil {
		return clearance.Parcel{}, fmt.Errorf("special drawing rights of %s: %w", p.Number, err)
	}
	f := clearance.Parcel{Number: p.Number, Service: p.Service, Contents: contents, Country: p.Country, SellerKind: t.Kind, VATPayer: t.VATPayer,
		WantsVAT0: t.WantsVAT0, Signature: t.Signature, GrossGrams: p.GrossG, LongestMM: max(p.LengthMM, p.WidthMM, p.HeightMM),
		Currency: money.RUB, Value: value, ValueRUB: value, ValueSDR: sdr, ContractRUB: value,
		Persons: []string{t.NameLatin, x.Order.Recipient.Name}, Missing: missing(x.Order), Documents: p.Documents}
	for _, l := range x.Lines {
		f.Lines = append(f.Lines, passports[l.OfferID].Line(l.SKU, l.Units, l.Paid))
	}
	return f, nil
}

// missing is what the consignee has not told.
func missing(o order.Order) []string {
	var list []string
	for _, f := range []struct{ name, text string }{{"consignee.name", o.Recipient.Name}, {"consignee.phone", o.Recipient.Phone},
		{"consignee.city", o.Recipient.City}, {"consignee.street", o.Recipient.Street}, {"consignee.email", o.Email}} {
		if f.text == "" {
			list = append(list, f.name)
		}
	}
	return list
}

// paidFirst puts the service that the buyer paid for in front.
func paidFirst(list []postal.Candidate, object int) []postal.Candidate {
	at := slices.IndexFunc(list, func(c postal.Candidate) bool { return c.Object == object })
	if at <= 0 {
		return list
	}
	out := append([]postal.Candidate{list[at]}, list[:at]...)
	return append(out, list[at+1:]...)
}

// worth takes the value over that was decided about; what it is in the buyer's currency shrinks with it, half up.
func (p *Parcel) worth(f clearance.Parcel) {
	if f.ValueRUB != p.ValueRUB && p.ValueRUB > 0 {
		n := new(big.Int).Mul(big.NewInt(int64(p.Value)), big.NewInt(int64(f.ValueRUB)))
		half := big.NewInt(int64(p.ValueRUB) / 2)
		p.Value = max(1, money.Amount(n.Add(n, half).Div(n, big.NewInt(int64(p.ValueRUB))).Int64()))
	}
	p.ValueRUB, p.SDR, p.ContractRUB = f.ValueRUB, f.ValueSDR, f.ContractRUB
}
