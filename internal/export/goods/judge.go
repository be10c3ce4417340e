package goods

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// anywhere is the country things are judged for before anybody has ordered them: ISO 3166 leaves ZZ to users, so no rule
// of a country speaks of it.
const anywhere = "ZZ"

// What may be asked for: a fact of the seller, or a document that one of the desks gives.
const (
	askExpert  = "expert"  // the culture desk looks at it
	askCustoms = "customs" // the customs desk looks at it
	askRefused = "refused" // it does not leave at all
	askCourier = "courier" // it leaves, but not by post
)

// factFor is the fact of the seller's that a rule asks for by its own word.
var factFor = map[string]string{"hs": "hs", "hs_confirmed": "hs", "text_en": "text_en", "text_ru": "text_ru", "text_better": "text_better",
	"net_weight": "net_weight", "origin": "origin", "year": "year", "author": "author", "material": "material", "technique": "technique"}

// deskFor is the desk that gives what a rule asks for.
var deskFor = map[string]string{"expert_opinion": "culture", "expert_and_permit": "culture", askExpert: "culture",
	"export_permit": "customs", "identification": "customs", askCustoms: "customs"}

// answers are what a desk's document settles, beside what has its own name.
var answers = map[string][]string{
	"expert_opinion": {"expert_opinion", "expert_and_permit", askExpert},
	"not_cultural":   {"expert_opinion", "expert_and_permit", askExpert},
	"permit":         {"export_permit", askCustoms},
	"licence":        {"export_permit", askCustoms},
	"export_permit":  {"export_permit", askCustoms},
	"identification": {"identification", askCustoms},
	"accepted":       {askCustoms},
}

// refusedBy marks among the documents that a desk said no.
const refusedBy = "refused"

// goodsSteps are the questions about the thing itself. What the destination asks (step 10) is answered when there is one,
// but for the facts that every destination wants.
var goodsSteps = map[int]bool{6: true, 7: true, 8: true, 9: true, 11: true, 12: true}

const importStep, cultureStep = 10, 11

// parcelOf is a parcel with one piece of the thing for nowhere in particular, with nothing else to complain of.
func (p Passport) parcelOf() *clearance.Parcel {
	const anyValue = 100_00
	return &clearance.Parcel{Number: strconv.FormatInt(p.OfferID, 10), Service: "parcel", Contents: "goods", Country: anywhere, SellerKind: "entrepreneur", Insured: true,
		GrossGrams: max(p.GrossGrams, 1), Currency: money.RUB, Value: anyValue, ValueRUB: anyValue, ValueSDR: 1,
		Lines: []clearance.Line{p.Line("", 1, anyValue)}}
}

// judgement is what the rules were asked and what they said; heeded is the part of it that is about the thing.
type judgement struct {
	parcel   *clearance.Parcel
	decision clearance.Decision
	heeded   []clearance.Finding
}

// judge asks the rules in force about the thing and keeps what they say.
func (s *Service) judge(ctx context.Context, p *Passport, day time.Time) (j judgement, err error) {
	j.parcel = p.parcelOf()
	if j.decision, err = s.Decide(ctx, j.parcel, day); err == nil {
		j.heeded = p.heed(j.decision.Findings)
	}
	return j, err
}

// heed keeps of a decision's findings what is about the thing, and what that asks for.
func (p *Passport) heed(findings []clearance.Finding) []clearance.Finding {
	p.Verdict, p.Asked = string(clearance.Pass), nil
	ask := func(key, verdict string) {
		if key != "" && !slices.Contains(p.Asked, key) {
			p.Asked = append(p.Asked, key)
		}
		if p.Verdict != string(clearance.Refused) {
			p.Verdict = verdict
		}
	}
	var heeded []clearance.Finding
	for _, f := range findings {
		key := asks(f)
		if key == "" {
			continue
		}
		heeded = append(heeded, f)
		if f.Outcome == clearance.Refused {
			ask(key, string(clearance.Refused))
		} else {
			ask(key, string(clearance.Needs))
		}
	}
	if slices.Contains(p.Documents, permitNeeded) { // the expert has looked: no second opinion is asked for
		p.Asked = slices.DeleteFunc(p.Asked, func(key string) bool { return deskFor[key] == "culture" })
		ask(CulturePermit, string(clearance.Needs))
	}
	if slices.Contains(p.Documents, refusedBy) {
		ask(askRefused, string(clearance.Refused))
	}
	return heeded
}

// asks is what a finding asks for, "" when it is nothing that this package minds.
func asks(f clearance.Finding) string {
	fact := factFor[f.Then]
	if f.Then == clearance.Human {
		fact = factFor[f.WouldThen]
	}
	switch {
	case f.Outcome == clearance.Pass || f.Line == 0:
		return ""
	case f.Step == importStep:
		return fact
	case !goodsSteps[f.Step]:
		return ""
	case f.Outcome == clearance.Refused:
		return askRefused
	case f.Outcome == clearance.Route:
		if f.Then == askCourier {
			return askCourier
		}
		return ""
	case fact != "":
		return fact
	case f.Then == clearance.Human && f.WouldThen == askCourier: // nobody has read that the post takes it
		return askCourier
	case deskFor[f.Then] != "":
		return f.Then
	case f.Then == clearance.Human && f.Step == cultureStep:
		return askExpert
	case f.Then == clearance.Human:
		return askCustoms
	}
	return "" // quantity and the like, which a listing does not have
}

// desk is the desk that has to look at the thing now: when everything that the seller can tell is told, and only a
// document lacks.
func (p Passport) desk() (string, bool) {
	name := ""
	for _, key := range p.Lacks() {
		desk, ok := deskFor[key]
		if !ok {
			return "", false
		}
		if name == "" || desk == "culture" {
			name = desk
		}
	}
	return name, name != "" && p.Abroad
}

// rests reports whether a desk's document holds for what the passport says now: whether none of the facts it was given on
// has changed.
func (p Passport) rests(before Passport) bool {
	return p.HS == before.HS && p.TextEN == before.TextEN && p.TextRU == before.TextRU && p.Material == before.Material &&
		p.Technique == before.Technique && p.Author == before.Author && p.ByAuthor == before.ByAuthor && p.YearMade == before.YearMade &&
		p.Mass == before.Mass && p.Unique == before.Unique && p.Collection == before.Collection && p.Origin == before.Origin &&
		slices.Equal(p.Traits, before.Traits)
}
