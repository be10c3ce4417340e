package hs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Points that each kind of evidence is worth. They order suggestions and are turned into a confidence by confidence,
// which TestConfidenceMeansWhatItSays holds against a labelled table.
const (
	wordPoints     = 52.0 // a trade word where a title names the thing
	longerPoints   = 14.0 // each further word of its phrase
	bothPoints     = 6.0  // both titles say so
	materialPoints = 6.0  // the material chose
	categoryPoints = 20.0 // the category lies in the heading
	nearPoints     = 7.0  // or only in the chapter
	textPoints     = 30.0 // the nomenclature's own words, all of them
	cardPoints     = 115.0
)

// candidate is a code on the scales.
type candidate struct {
	code     Code
	points   float64
	unsure   int // how many other subheadings the same word may mean
	evidence []Evidence
}

// scales weigh the evidence for codes.
type scales map[Code]*candidate

func (s scales) of(code Code) *candidate {
	if s[code] == nil {
		s[code] = &candidate{code: code}
	}
	return s[code]
}

// Search finds subheadings by words in Russian or English, or by the first digits of a code; the best come first.
func Search(query string, lang i18n.Lang, limit int) []Suggestion {
	if digits := Digits(query); digits != "" {
		return byDigits(Code(digits), limit)
	}
	t := Thing{TitleRU: query}
	if lang == i18n.EN {
		t = Thing{TitleEN: query}
	}
	list := weighAll(t, nil, lang, limit)
	for i := range list { // of a long tail nobody reads more than what is near
		if list[i].Confidence*farBehind < list[0].Confidence {
			return list[:i]
		}
	}
	return list
}

// farBehind is how many times less likely than the best a found code may be.
const farBehind = 4

func byDigits(prefix Code, limit int) []Suggestion {
	var list []Suggestion
	for _, e := range Under(prefix) {
		if len(list) == limit {
			break
		}
		list = append(list, Suggestion{Entry: e, Path: PathOf(e.Code)})
	}
	return list
}

// Guess is Suggest without what other sellers confirmed and without age, which wants a day: it asks no database, for when
// thousands are suggested at once.
func Guess(t Thing, lang i18n.Lang, limit int) []Suggestion { return weighAll(t, nil, lang, limit) }

// Suggest gives the codes that a thing may have, the likeliest first, each with its evidence. None is confirmed by that:
// the seller does it, and where the confidence is low the seller is asked and not led.
func (s *Service) Suggest(ctx context.Context, t Thing) (_ []Suggestion, err error) {
	defer errs.Wrap(&err, "hs.Suggest(product %d)", t.ProductID)
	var votes []Vote
	if s.Confirmed != nil {
		if votes, err = s.Confirmed(ctx, t); err != nil {
			return nil, err
		}
	}
	return weigh(t, votes, i18n.LangOf(ctx), 5, s.age(t)), nil
}

// age is how many years ago a thing was made, at least; 0 where nobody said.
func (s *Service) age(t Thing) int {
	if t.YearMade == 0 {
		return 0
	}
	return max(s.now().Year()-t.YearMade, 0)
}

// weighAll classifies a thing whose age tells nothing.
func weighAll(t Thing, votes []Vote, lang i18n.Lang, limit int) []Suggestion {
	return weigh(t, votes, lang, limit, 0)
}

// weigh is the whole of classification: a pure function of the thing, its age and what others confirmed.
func weigh(t Thing, votes []Vote, lang i18n.Lang, limit, years int) []Suggestion {
	b, s := words(), scales{}
	ru, en := reading(t.TitleRU), reading(t.TitleEN)
	classes, said := b.classesOf(t.Material, t.TitleRU, t.TitleEN)
	titles := [2][]word{ru, en}
	if lang == i18n.EN {
		titles = [2][]word{en, ru}
	}
	s.byWords(b, titles, classes, said)
	s.byResidue(b, t, classes, said)
	s.byText(ru, en)
	s.byCategory(b, t, lang)
	s.byCards(votes)
	s.byAge(years)
	ranked := s.list()
	slices.SortStableFunc(ranked, func(a, b *candidate) int { return cmp.Compare(b.points, a.points) })
	ranked = ranked[:min(len(ranked), limit+1)]
	list := make([]Suggestion, 0, limit)
	for i, c := range ranked[:min(len(ranked), limit)] {
		confidence := 0
		switch {
		case i > 0: // what lost is surer of nothing than what won
			confidence = min(c.confidence(ranked[0].points), list[i-1].Confidence)
		case len(ranked) > 1:
			confidence = c.confidence(ranked[1].points)
		default:
			confidence = c.confidence(0)
		}
		e, _ := Find(c.code)
		list = append(list, Suggestion{Entry: e, Path: PathOf(c.code), Confidence: confidence, Evidence: c.evidence})
	}
	return list
}

// byWords weighs the trade words of the titles. The first title's words are the evidence that is shown; where the second
// says the same it only adds to it.
func (s scales) byWords(b *bridge, titles [2][]word, classes []string, said map[string]string) {
	seen := map[int]bool{}
	for _, title := range titles {
		for _, m := range b.matches(title) {
			if m.class != "" {
				continue
			}
			t := b.trades[m.trade]
			code, chosen := t.choose(classes)
			c := s.of(code)
			points := wordPoints*m.weight + longerPoints*float64(len(m.at)-1)
			if chosen != nil {
				points += materialPoints
			}
			if seen[m.trade] {
				c.points += bothPoints
				continue
			}
			seen[m.trade] = true
			if points > c.points {
				c.name(t, m, points, chosen, said)
			}
		}
	}
}

// name puts a trade word, and the material that chose among its variants, on the scales.
func (c *candidate) name(t trade, m match, points float64, chosen []string, said map[string]string) {
	c.points, c.unsure = points, 0
	c.evidence = []Evidence{{Kind: ByWords, Word: m.text, Sure: t.verified}}
	if chosen == nil {
		c.unsure = t.doubt()
		return
	}
	list := make([]string, len(chosen))
	for i, class := range chosen {
		list[i] = said[class]
	}
	c.evidence = append(c.evidence, Evidence{Kind: ByMaterial, Word: strings.Join(list, ", "), Sure: t.verified})
}

// byText weighs the nomenclature's own words. It tells little beside a trade word, and is all there is without one.
func (s scales) byText(ru, en []word) {
	best := fullText().look(ru)
	for entry, share := range fullText().look(en) {
		best[entry] = max(best[entry], share)
	}
	for entry, share := range best {
		if share < 0.12 {
			continue
		}
		c := s.of(nomenclature().entries[entry].Code)
		c.points += textPoints * share
		if share > 0.3 {
			c.evidence = append(c.evidence, Evidence{Kind: ByText, Word: nomenclature().entries[entry].Text, Sure: true})
		}
	}
}

// byCategory weighs where the thing's category lies.
func (s scales) byCategory(b *bridge, t Thing, lang i18n.Lang) {
	codes, place := b.places(t.Category)
	if len(codes) == 0 {
		return
	}
	for _, code := range codes {
		if under := Under(code); len(under) == 1 { // a heading of one subheading, or a subheading
			s.of(under[0].Code)
		}
	}
	name := place.NameRU
	if lang == i18n.EN {
		name = place.NameEN
	}
	for _, c := range s {
		for i, code := range codes {
			points := 0.0
			if strings.HasPrefix(string(c.code), string(code)) {
				points = categoryPoints * (1 - 0.15*float64(min(i, 3)))
			} else if c.code[:2] == code[:2] {
				points = nearPoints
			}
			if points == 0 {
				continue
			}
			c.points += points
			if points > nearPoints {
				c.evidence = append(c.evidence, Evidence{Kind: ByCategory, Word: name})
			}
			break
		}
	}
}

// byCards weighs what other sellers confirmed; one of them says less than many, and the same card more than a like one.
func (s scales) byCards(votes []Vote) {
	const same = 3
	weight, count, total := map[Code]float64{}, map[Code]int{}, 0.0
	for _, v := range votes {
		if !Subheading(v.Code) {
			continue
		}
		w := 1.0
		if v.Same {
			w = same
		}
		weight[v.Code] += w
		count[v.Code]++
		total += w
	}
	for code, w := range weight {
		c := s.of(code)
		c.points += cardPoints * w / total * total / (total + 1.5)
		c.unsure = 0
		c.evidence = append([]Evidence{{Kind: ByCards, N: count[code], Of: len(votes), Sure: true}}, c.evidence...)
	}
}

// confidence turns points into per cent: what is far ahead of the next and rests on more than one kind of evidence is
// trusted, and a word that may mean several subheadings is not.
func (c *candidate) confidence(next float64) int {
	p := 100 * c.points / (c.points + 20)
	if next > 0 {
		p *= 0.72 + 0.28*min(1, max(0, (c.points-next)/30))
	}
	p -= 4 * float64(min(c.unsure, 4))
	return int(min(97, max(1, p)))
}
