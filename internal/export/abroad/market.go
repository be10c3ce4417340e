package abroad

import (
	"context"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Tell answers the market's questions in its own words; it is a destination.Judge. A source that is away leaves a
// verdict unknown: a page stands without it, and nothing is sold on a guess.
func (s *Service) Tell(ctx context.Context, asks []destination.Ask) ([]destination.Verdict, error) {
	list := make([]destination.Verdict, len(asks))
	for i, a := range asks {
		v, err := s.tell(ctx, a)
		switch {
		case errs.Is(err, errs.Unavailable):
			v = destination.Verdict{Country: a.Country, Outcome: destination.Unknown, Reasons: []destination.Reason{{Text: words("abroad.unknown")}}}
		case err != nil:
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

func (s *Service) tell(ctx context.Context, a destination.Ask) (destination.Verdict, error) {
	ask := Ask{SellerID: a.SellerID, Items: itemsOf(a.Items), Country: a.Country, Persons: a.Persons, Object: a.Object}
	ans, err := s.Judge(ctx, ask)
	if err != nil {
		return destination.Verdict{}, err
	}
	v, err := verdictOf(ask, ans)
	if err != nil {
		return v, err
	}
	if ans.Unsure() {
		v.Outcome, v.Reasons = destination.Unknown, []destination.Reason{{Text: words("abroad.unknown")}}
	}
	if !ans.May() || len(a.Missing) == 0 {
		return v, nil
	}
	// It goes, as far as the things are concerned: what does its country ask of the buyer?
	ask.Missing = a.Missing
	asked, err := s.Judge(ctx, ask)
	if err != nil || asked.May() {
		return v, err
	}
	v.Outcome, v.Wanted = destination.Asks, wantedOf(a.Missing, asked.Decision)
	return v, nil
}

// partiesStep is where the rules ask for what sender and receiver have not told.
const partiesStep = 4

// wantedOf are the missing facts that the rules ask for; all of them where a rule does not say which.
func wantedOf(missing []string, d clearance.Decision) []string {
	var list []string
	for _, f := range d.Findings {
		if f.Step == partiesStep && f.Outcome != clearance.Pass {
			for _, name := range missing {
				if f.Then == name || "consignee."+f.Then == name {
					list = append(list, name)
				}
			}
		}
	}
	if len(list) == 0 {
		return missing
	}
	return list
}

func itemsOf(list []destination.Item) []Item {
	items := make([]Item, len(list))
	for i, it := range list {
		items[i] = Item(it)
	}
	return items
}

func marketItems(list []Item) []destination.Item {
	items := make([]destination.Item, len(list))
	for i, it := range list {
		items[i] = destination.Item(it)
	}
	return items
}

func verdictOf(a Ask, ans Answer) (destination.Verdict, error) {
	v := destination.Verdict{Country: a.Country, Outcome: destination.Stays, Levy: ans.levy(), GrossGrams: ans.Facts.GrossGrams, ValueSDR: ans.Facts.ValueSDR, Value: ans.Facts.ValueRUB,
		Evidence: evidence{ans.Facts, ans.Decision}}
	if ans.May() {
		v.Outcome = destination.Goes
	} else {
		v.Reasons = reasonsOf(a, ans)
	}
	for i, c := range ans.Candidates {
		v.Services = append(v.Services, carriage(c, i == 0))
	}
	for _, alt := range ans.Alternatives {
		one, err := alternativeOf(alt)
		if err != nil {
			return v, err
		}
		v.Alternatives = append(v.Alternatives, one)
	}
	return v, nil
}

// levy is what the country asks on top, in the market's words.
func (l Landed) levy() destination.Levy {
	out := destination.Levy{Duty: l.Duty, Tax: l.Tax, Union: l.DutyNote == NoteUnion, Unsaid: l.Unsaid(), Sources: l.Sources}
	if l.DutyNote == NoteOver {
		out.Why = destination.Text{RU: i18n.In(i18n.RU, "abroad.over", "sum", money.Format(i18n.RU, l.UpTo, "EUR")),
			EN: i18n.In(i18n.EN, "abroad.over", "sum", money.Format(i18n.EN, l.UpTo, "EUR"))}
	}
	return out
}

func alternativeOf(alt Alternative) (destination.Alternative, error) {
	out := destination.Alternative{Way: destination.Way(alt.Way), Service: carriage(alt.Service, true), Postage: alt.Postage, Levy: alt.levy(),
		Cost: alt.Cost, Removed: marketItems(alt.Removed)}
	for i, part := range alt.Parts {
		ans := alt.Answers[i]
		var worth money.Amount
		for _, it := range part {
			worth += it.Value
		}
		sdr, err := ans.Rates.SDR(worth) // its own; the decision saw it as dear as the whole
		if err != nil {
			return out, err
		}
		out.Parts = append(out.Parts, destination.Part{Items: marketItems(part), GrossGrams: ans.Facts.GrossGrams, ValueSDR: sdr,
			Postage: ans.Candidates[0].Price, Evidence: evidence{ans.Facts, ans.Decision}})
	}
	return out, nil
}

func carriage(c postal.Candidate, front bool) destination.Carriage {
	out := destination.Carriage{Object: c.Object, RU: c.NameRu, EN: c.NameEn, Price: c.Price, MinDays: c.MinDays, MaxDays: c.MaxDays,
		Tracked: c.Tracked, Open: c.Fits(), Stale: c.Stale, Demonstration: c.Demonstration}
	if front && c.Fits() {
		return out
	}
	out.WhyRU, out.WhyEN = whyLost(i18n.RU, c), whyLost(i18n.EN, c)
	return out
}

func whyLost(lang i18n.Lang, c postal.Candidate) string {
	if c.Lost == LostRule {
		return i18n.In(lang, "abroad.lost_rule")
	}
	return c.Why(lang)
}

// reasonsOf says why it stays, each reason once.
func reasonsOf(a Ask, ans Answer) []destination.Reason {
	var list []destination.Reason
	add := func(r destination.Reason) {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	for _, b := range ans.Blocked {
		add(destination.Reason{Text: words("abroad.blocked." + b.Why), OfferID: b.OfferID})
	}
	for _, f := range ans.Decision.Findings {
		if f.Outcome != clearance.Pass {
			add(destination.Reason{Text: findingWords(f), OfferID: offerOf(a, f.Line), Rule: f.Rule,
				Source: destination.Text{RU: f.SourceIn(i18n.RU), EN: f.SourceIn(i18n.EN)}})
		}
	}
	if _, fits := ans.Chosen(); !fits && len(ans.Blocked) == 0 {
		add(destination.Reason{Text: words("abroad.no_service")})
	}
	return list
}

func offerOf(a Ask, line int) int64 {
	if line < 1 || line > len(a.Items) {
		return 0
	}
	return a.Items[line-1].OfferID
}

// findingWords are what a finding means to a buyer: by its consequence where we have words for it, else by its step.
func findingWords(f clearance.Finding) destination.Text {
	if f.Outcome == clearance.Needs && f.Then == clearance.Human {
		return words("abroad.why.human")
	}
	if key := "abroad.why." + f.Then; i18n.Has(i18n.RU, key) {
		return words(key)
	}
	return words("abroad.step." + strconv.Itoa(f.Step))
}

func words(key string) destination.Text {
	return destination.Text{RU: i18n.In(i18n.RU, key), EN: i18n.In(i18n.EN, key)}
}

// evidence is what a verdict rests on.
type evidence struct {
	facts    clearance.Parcel
	decision clearance.Decision
}

// Record keeps the decision behind a verdict under the number of its order, in the order's own transaction.
func Record(ctx context.Context, tx pg.DB, number string, sellerID int64, v destination.Verdict) (id int64, err error) {
	defer errs.Wrap(&err, "abroad.Record(%s)", number)
	e, ok := v.Evidence.(evidence)
	if !ok || e.decision.Outcome != clearance.Pass {
		return 0, errs.New(errs.Conflict, "abroad.not_decided")
	}
	e.facts.Number, e.decision.Parcel = number, number
	return clearance.Record(ctx, tx, clearance.Subject{Kind: clearance.KindCheckout, Number: number, SellerID: sellerID, Moment: clearance.AtCheckout},
		&e.facts, e.decision)
}
