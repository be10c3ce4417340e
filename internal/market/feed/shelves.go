package feed

import (
	"cmp"
	"slices"
	"strconv"
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
		for _, stem := range text.Stems(c.NameRU + " " + c.NameEN) {
			g.byStem[stem] = append(g.byStem[stem], i)
			g.stems[i] = append(g.stems[i], stem)
		}
	}
	return g
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
	g.weigh(scores, path[len(path)-1], 1)
	g.weigh(scores, strings.Join(path[:len(path)-1], " "), 0.35)
	g.weigh(scores, hint, 0.4)
	ranked := g.rank(scores)
	if len(ranked) == 0 || ranked[0].score < minScore {
		return 0, false
	}
	return ranked[0].id, true
}

// find lists categories that share words with what a person typed, best first.
func (g *guesser) find(words string, limit int) []int64 {
	scores := map[int]float64{}
	g.weigh(scores, words, 1)
	var ids []int64
	for _, r := range g.rank(scores) {
		if ids = append(ids, r.id); len(ids) == limit {
			break
		}
	}
	return ids
}

// weigh adds to scores what words say: rare words tell more, and a category all of whose words are
// met beats one that is met in part.
func (g *guesser) weigh(scores map[int]float64, words string, weight float64) {
	stems := text.Stems(words)
	for _, stem := range stems {
		for _, i := range g.byStem[stem] {
			rarity := 1 / (1 + float64(len(g.byStem[stem]))/200)
			scores[i] += weight * rarity * (0.5/float64(len(stems)) + 0.5/float64(len(g.stems[i])))
		}
	}
}

type ranked struct {
	id    int64
	score float64
}

func (g *guesser) rank(scores map[int]float64) []ranked {
	list := make([]ranked, 0, len(scores))
	for i, s := range scores {
		list = append(list, ranked{g.all[i].ID, s + 0.15*g.above(scores, i)})
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	return list
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

func itoa(id int64) string { return strconv.FormatInt(id, 10) }
