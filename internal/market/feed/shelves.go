package feed

import (
	"strings"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

// guesser finds our category for a seller's shelf by the words of its name. It is a help, never a
// verdict: the seller sees every guess and may choose another.
type guesser struct {
	byStem map[string][]int // stem → indexes of categories that have it
	all    []category
	stems  [][]string
	at     map[int64]int // category id → index
}

func newGuesser(all []category) *guesser {
	g := &guesser{byStem: map[string][]int{}, all: all, stems: make([][]string, len(all)), at: make(map[int64]int, len(all))}
	for i, c := range all {
		g.at[c.ID] = i
		for _, stem := range stemsOf(c.NameRU + " " + c.NameEN) {
			g.byStem[stem] = append(g.byStem[stem], i)
			g.stems[i] = append(g.stems[i], stem)
		}
	}
	return g
}

func stemsOf(s string) []string {
	seen := map[string]bool{}
	var stems []string
	for _, t := range text.Tokens(s) {
		if text.Stop(t.Word) || len([]rune(t.Stem)) < 3 || seen[t.Stem] {
			continue
		}
		seen[t.Stem] = true
		stems = append(stems, t.Stem)
	}
	return stems
}

// minScore is the least likeness at which a guess is offered at all.
const minScore = 0.30

// guess looks for the category whose name shares most with the shelf; the last name of the path
// weighs most, for it is the thing itself, and the names above it only choose between equals.
// hint, a few titles of goods on the shelf, helps where the shelf's name says little.
func (g *guesser) guess(path []string, hint string) (int64, bool) {
	if len(path) == 0 {
		return 0, false
	}
	scores := map[int]float64{}
	weigh := func(words string, weight float64) {
		stems := stemsOf(words)
		for _, stem := range stems {
			for _, i := range g.byStem[stem] {
				// rare words tell more; a category all of whose words are met beats one met in part
				rarity := 1 / (1 + float64(len(g.byStem[stem]))/200)
				scores[i] += weight * rarity * (0.5/float64(len(stems)) + 0.5/float64(len(g.stems[i])))
			}
		}
	}
	weigh(path[len(path)-1], 1)
	weigh(strings.Join(path[:len(path)-1], " "), 0.35)
	weigh(hint, 0.4)
	best, top := -1, minScore
	for i, s := range scores {
		s += 0.15 * g.above(scores, i)
		if s > top || s == top && best >= 0 && g.all[i].ID < g.all[best].ID {
			best, top = i, s
		}
	}
	if best < 0 {
		return 0, false
	}
	return g.all[best].ID, true
}

// above sums what the ancestors of a category scored: «Мясные заготовки» under food beats meat
// grinders under kitchen tools.
func (g *guesser) above(scores map[int]float64, i int) float64 {
	sum := 0.0
	for _, id := range g.all[i].Path {
		if at, ok := g.at[id]; ok && at != i {
			sum += min(scores[at], 1)
		}
	}
	return min(sum, 1)
}
