package abroad

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/postal"
)

// tried is a service with the parcel as it would go by it, and what the rules say of that.
type tried struct {
	at       int // among the candidates
	facts    clearance.Parcel
	decision clearance.Decision
	passes   bool
}

// choose puts in front the service to use: the one picked, else the cheapest that the rules let pass. What stands
// behind it keeps the reason it lost. With none that passes, the first stays in front with its decision.
func (c *court) choose(ctx context.Context, ans *Answer, object int) error {
	var list []tried
	for i, cand := range ans.Candidates {
		if !cand.Fits() && i > 0 && cand.Object != object {
			continue
		}
		t := tried{at: i, facts: ans.Facts}
		t.facts.Service, t.facts.Destination = cand.Service, cand.Facts
		d, err := c.Decide(ctx, &t.facts, c.day)
		if err != nil {
			return err
		}
		t.decision, t.passes = d, d.Outcome == clearance.Pass && cand.Fits()
		list = append(list, t)
	}
	front := pickOf(list, ans.Candidates, object)
	ans.Decision, ans.Facts = front.decision, front.facts
	ans.Candidates = ranked(ans.Candidates, list, front)
	return nil
}

func pickOf(list []tried, candidates []postal.Candidate, object int) tried {
	for _, t := range list {
		if object != 0 && candidates[t.at].Object == object || object == 0 && t.passes {
			return t
		}
	}
	return list[0]
}

// ranked puts the chosen service first and tells the others why they lost to it.
func ranked(candidates []postal.Candidate, list []tried, front tried) []postal.Candidate {
	list = slices.Clone(list)
	out := make([]postal.Candidate, 0, len(candidates))
	chosen := candidates[front.at]
	if front.passes {
		chosen.Lost, chosen.LostArgs = "", nil
	}
	out = append(out, chosen)
	for i, cand := range candidates {
		if i == front.at {
			continue
		}
		at := slices.IndexFunc(list, func(t tried) bool { return t.at == i })
		switch {
		case at < 0 || !cand.Fits():
		case front.passes && !list[at].passes: // where none passes, the rules tell none from another
			cand.Lost, cand.LostArgs = LostRule, nil
		case cand.Price >= chosen.Price || cand.Lost != "":
			cand.Lost, cand.LostArgs = postal.LostPrice, []any{"more", int64(cand.Price - chosen.Price)}
		}
		out = append(out, cand)
	}
	return out
}
