package calculator

import (
	"context"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Deps are what an answer is composed of.
type Deps struct {
	Law        *clearance.Service
	Suggest    func(ctx context.Context, t hs.Thing) ([]hs.Suggestion, error)
	Rates      func(ctx context.Context, day time.Time) (rates.Table, error)
	Candidates func(ctx context.Context, a postal.Ask) ([]postal.Candidate, error)
	Now        func() time.Time
}

// Service answers.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Errors of a question that the form's fields cannot tell alone.
var (
	errNoCode    = errs.Fields([]errs.Field{{Name: "thing", Key: "calculator.no_code"}})
	errNoThing   = errs.Fields([]errs.Field{{Name: "thing", Key: "calculator.no_thing"}})
	errNoRate    = errs.New(errs.Unavailable, "calculator.no_rate")
	errNoCarrier = errs.New(errs.Unavailable, "calculator.no_carrier")
)

// most bounds how many codes are offered.
const most = 5

// Answer says what it takes. It may ask the post over the network.
func (s *Service) Answer(ctx context.Context, a Ask) (ans Answer, err error) {
	defer errs.Wrap(&err, "calculator.Answer")
	day := rates.Today(s.Now())
	ans.Ask, ans.Day = a, day
	if ans.Code, ans.Others, err = s.classify(ctx, a); err != nil {
		return ans, err
	}
	ans.Sure = a.code() != "" || a.HS != ""
	table, err := s.Rates(ctx, day)
	if err != nil {
		return ans, errNoRate.With(err)
	}
	if ans.ValueRUB, err = table.ToRUB(a.Price, a.Currency); err != nil {
		return ans, errNoRate.With(err)
	}
	ans.Answer, err = s.judge(ans).Judge(ctx, abroad.Ask{SellerID: offer, Country: a.Country,
		Items: []abroad.Item{{OfferID: offer, SKU: "1", Qty: 1, Value: ans.ValueRUB}}})
	if err != nil {
		return ans, err
	}
	if len(ans.Candidates) == 0 && len(ans.Blocked) == 0 || ans.Unsure() {
		return ans, errNoCarrier
	}
	if ans.Tables, err = s.Law.Tables(ctx, day); err != nil {
		return ans, err
	}
	ans.Rules, err = s.rules(ctx, day)
	return ans, err
}

// judge is the same court as for real parcels, before which only this one thing of a ready shop lies.
func (s *Service) judge(ans Answer) *abroad.Service {
	return abroad.New(abroad.Deps{
		Passports: func(context.Context, []int64) (map[int64]goods.Passport, error) {
			return map[int64]goods.Passport{offer: ans.passport(ans.Code)}, nil
		},
		Terms: func(context.Context, []int64) (map[int64]goods.SellerTerms, error) {
			return map[int64]goods.SellerTerms{offer: ready}, nil
		},
		Contracts: func(context.Context, []int64) (map[int64][]contract.Contract, error) { return nil, nil }, // nothing was sold before
		Rates:     s.Rates, Candidates: s.Candidates, Decide: s.Law.Decide, Tables: s.Law.Tables, Now: s.Now,
	})
}

// classify finds the code: the one typed, the one picked, or the likeliest.
func (s *Service) classify(ctx context.Context, a Ask) (code hs.Suggestion, others []hs.Suggestion, err error) {
	if digits := a.code(); digits != "" {
		entry, ok := hs.Find(hs.Code(digits[:min(len(digits), 6)]))
		if !ok || !hs.Subheading(entry.Code) || len(digits) != 6 && len(digits) != 10 {
			return code, nil, errNoCode
		}
		return hs.Suggestion{Entry: entry, Path: hs.PathOf(entry.Code), Confidence: 100}, nil, nil
	}
	list, err := s.Suggest(ctx, hs.Thing{TitleRU: a.Thing, TitleEN: a.Thing, YearMade: a.Year})
	if err != nil {
		return code, nil, err
	}
	if a.HS != "" {
		entry, ok := hs.Find(hs.Code(a.HS))
		if !ok || !hs.Subheading(entry.Code) {
			return code, nil, errNoCode
		}
		list = slices.DeleteFunc(list, func(o hs.Suggestion) bool { return o.Code == entry.Code })
		return hs.Suggestion{Entry: entry, Path: hs.PathOf(entry.Code), Confidence: 100}, list[:min(len(list), most)], nil
	}
	if len(list) == 0 {
		return code, nil, errNoThing
	}
	return list[0], list[1:min(len(list), most+1)], nil
}

// rules are the rules in force on a day, by name.
func (s *Service) rules(ctx context.Context, day time.Time) (map[string]clearance.Rule, error) {
	lib, err := s.Law.Library(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]clearance.Rule{}
	for _, r := range lib.RulesOn(day) {
		found[r.ID] = r
	}
	return found, nil
}
