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
	Contract   contract.Standing  // the foreign contract that the parcel counts under
	HTSUS      bool               // the destination asks for the USA's own code of each thing
}

// contents is what everything sold here is to a form: goods.
const contents = "goods"

// judge asks the rules and the post about a parcel as it is now. It may ask over a network: never inside a transaction.
func (s *Service) judge(ctx context.Context, p Parcel, g grounds) (judgement, error) {
	list, problems, err := s.judgeAll(ctx, []Parcel{p}, []grounds{g})
	if err == nil {
		err = problems[0]
	}
	if err != nil {
		return judgement{}, err
	}
	return list[0], nil
}

// judgeAll is judge for many parcels; what went wrong with one of them stands in its place.
func (s *Service) judgeAll(ctx context.Context, parcels []Parcel, known []grounds) (list []judgement, problems []error, err error) {
	day := rates.Today(s.Now())
	table, err := s.Rates.On(ctx, day)
	if err != nil {
		return nil, nil, err
	}
	tables, err := s.Rules.Tables(ctx, day)
	if err != nil {
		return nil, nil, err
	}
	sales := make([]contract.Sale, len(parcels))
	for i, p := range parcels {
		sales[i] = sale(p, known[i].Shipment)
	}
	contracts, err := contract.UnderAll(ctx, s.Pool, sales)
	if err != nil {
		return nil, nil, err
	}
	list, problems = make([]judgement, len(parcels)), make([]error, len(parcels))
	offers := offers{s: s, answers: map[postal.Ask]offer{}}
	for i, p := range parcels {
		list[i].RateDay, list[i].HTSUS = table.Day, asksHTSUS(tables, p.Country)
		if list[i].Facts, problems[i] = facts(p, known[i], table); problems[i] == nil {
			list[i].under(contracts[i])
			problems[i] = s.weighUp(ctx, p, known[i], &list[i], day, &offers)
		}
	}
	return list, problems, nil
}

// weighUp asks the post and the rules about a parcel whose facts are known.
func (s *Service) weighUp(ctx context.Context, p Parcel, g grounds, j *judgement, day time.Time, post *offers) (err error) {
	j.Candidates, err = post.of(ctx, postal.Ask{Country: p.Country, GrossGrams: j.Facts.GrossGrams, LengthMM: p.LengthMM,
		WidthMM: p.WidthMM, HeightMM: p.HeightMM, Contents: contents, Day: day, From: g.terms.Postcode})
	if postal.Down(err) && p.State == Ready {
		// A day's signature does not hang on the post's answering about each parcel: it said so when they were packed.
		err = s.asDecided(ctx, p, &j.Facts)
	}
	if err != nil {
		return err
	}
	j.Candidates = paidFirst(j.Candidates, p.Object)
	if len(j.Candidates) > 0 && j.Candidates[0].Object == p.Object {
		j.Facts.Destination = j.Candidates[0].Facts
	}
	j.Decision, err = s.Rules.Decide(ctx, &j.Facts, day)
	return err
}

// offers are the post's answers about parcels of one seller: the same question is asked once.
type offers struct {
	s       *Service
	answers map[postal.Ask]offer
}

type offer struct {
	list []postal.Candidate
	err  error
}

func (o *offers) of(ctx context.Context, a postal.Ask) ([]postal.Candidate, error) {
	known, asked := o.answers[a]
	if !asked {
		known.list, known.err = o.s.Post.Candidates(ctx, a)
		o.answers[a] = known
	}
	return known.list, known.err
}

// asDecided takes over what the post's dictionary said of the destination at the last decision.
func (s *Service) asDecided(ctx context.Context, p Parcel, f *clearance.Parcel) error {
	d, err := clearance.ByID(ctx, s.Pool, *p.DecisionID)
	if err == nil {
		f.Destination = d.Facts.Destination
	}
	return err
}

// grounds are what is known of a parcel besides itself: what is in it, what its things are, and who sends it.
type grounds struct {
	order.Shipment
	passports map[int64]goods.Passport
	terms     goods.SellerTerms
}

// ground reads the grounds of one parcel.
func (s *Service) ground(ctx context.Context, p Parcel) (g grounds, err error) {
	x, err := order.ShipmentOf(ctx, s.Pool, p.ParcelID)
	if err != nil {
		return g, err
	}
	return s.known(ctx, x)
}

// groundMany reads the grounds of parcels of one seller, by the ids they have with the market.
func (s *Service) groundMany(ctx context.Context, sellerID int64, list []Parcel) (map[int64]grounds, error) {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.ParcelID
	}
	shipments, err := order.ShipmentsIn(ctx, s.Pool, sellerID, ids)
	if err != nil {
		return nil, err
	}
	var offers []int64
	for _, x := range shipments {
		offers = append(offers, offersIn(x)...)
	}
	slices.Sort(offers)
	passports, err := goods.ForOffers(ctx, s.Pool, slices.Compact(offers))
	if err != nil {
		return nil, err
	}
	terms, err := s.terms(ctx, sellerID)
	found := make(map[int64]grounds, len(shipments))
	for id, x := range shipments {
		found[id] = grounds{x, passports, terms}
	}
	return found, err
}

func offersIn(x order.Shipment) []int64 {
	offers := make([]int64, len(x.Lines))
	for i, l := range x.Lines {
		offers[i] = l.OfferID
	}
	return offers
}

// known reads what the seller told of the goods and of themselves.
func (s *Service) known(ctx context.Context, x order.Shipment) (g grounds, err error) {
	g.Shipment = x
	if g.passports, err = goods.ForOffers(ctx, s.Pool, offersIn(x)); err != nil {
		return g, err
	}
	g.terms, err = s.terms(ctx, x.Order.SellerID)
	return g, err
}

// terms reads what a seller told of themselves.
func (s *Service) terms(ctx context.Context, sellerID int64) (goods.SellerTerms, error) {
	terms, err := goods.TermsOf(ctx, s.Pool, []int64{sellerID})
	return terms[sellerID], err
}

// facts are the parcel as the rules see it. Its value is what was paid, whatever anybody types.
func facts(p Parcel, g grounds, table rates.Table) (clearance.Parcel, error) {
	x, t, value := g.Shipment, g.terms, g.Value()
	sdr, err := table.SDR(value)
	if err != nil {
		return clearance.Parcel{}, fmt.Errorf("special drawing rights of %s: %w", p.Number, err)
	}
	f := clearance.Parcel{Number: p.Number, Service: p.Service, Contents: contents, Country: p.Country, SellerKind: t.Kind, VATPayer: t.VATPayer,
		WantsVAT0: t.WantsVAT0, Signature: t.Signature, GrossGrams: p.GrossG, LongestMM: max(p.LengthMM, p.WidthMM, p.HeightMM),
		Currency: money.RUB, Value: value, ValueRUB: value, ValueSDR: sdr, ContractRUB: value,
		Persons: []string{t.NameLatin, x.Order.Recipient.Name}, Missing: missing(x.Order), Documents: p.Documents}
	for _, l := range x.Lines {
		f.Lines = append(f.Lines, g.passports[l.OfferID].Line(l.SKU, l.Units, l.Paid))
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
