package rank

import (
	"math"

	"github.com/yarmarka/yarmarka/internal/search/record"
)

// besides is the field-weighted count that Coarse takes a word to have that is not in the title.
const besides = 0.6

// Coarse rates a document by its title alone, as Score would if every word that is not in the title stood once in its
// description. It chooses the few documents that are worth scoring in full, and orders the rest. It also says what only the
// titles tell, by what factor the score in full is to be less too: whether the thing goes with what was asked for.
func (w *Weights) Coarse(q *Query, titles *record.Titles, prior float64) (score, factor float64) {
	var hits [maxGroups]hit
	groups := q.Groups[:min(len(q.Groups), maxGroups)]
	length := titles[0].Len()
	if q.English && titles[1].Len() > 0 || length == 0 {
		length = titles[1].Len()
	}
	named := w.Title / norm(w.TitleB, float64(length), w.TitleAvg)
	var total float64
	inTitle := 0
	for i := range groups {
		g := &groups[i]
		total += g.IDF
		h := inTitles(g, titles, named)
		hits[i] = h
		if h.pos >= 0 {
			inTitle++
			score += g.IDF * h.weight * w.Early / (1 + float64(h.pos%record.EnglishFrom))
		}
		if !q.Any || h.pos >= 0 {
			score += g.IDF * h.weight * h.tf * (w.K1 + 1) / (w.K1 + h.tf)
		}
	}
	score += w.phrases(groups, hits[:len(groups)])
	if length > 0 {
		score += w.Coverage * total * math.Min(1, float64(inTitle)/float64(length))
	}
	factor = 1
	if q.Accessories.apart(q, titles, hits[:len(groups)]) {
		factor = w.Apart
	}
	return factor * (score + w.Prior*prior), factor
}

// inTitles is the worthiest reading of the group that the titles have; with none, its first one elsewhere.
func inTitles(g *Group, titles *record.Titles, named float64) hit {
	best := hit{pos: -1}
	for i := range g.Alts {
		a := &g.Alts[i]
		if a.Weight <= best.weight {
			continue
		}
		pos := -1
		for _, t := range a.Terms {
			at := titles.Find(t)
			if at < 0 {
				pos = -1
				break
			}
			if pos < 0 {
				pos = at
			}
		}
		if pos >= 0 {
			best = hit{tf: named, weight: a.Weight, pos: pos, ok: true}
		}
	}
	if !best.ok && len(g.Alts) > 0 {
		best.weight, best.tf = g.Alts[0].Weight, besides
	}
	return best
}
