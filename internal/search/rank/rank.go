// Package rank scores packed documents against an understood query: BM25F (Robertson, Zaragoza and Taylor, 2004) over
// four fields, with what shop titles add: words close together count as the phrase they form, the first words of a
// title say what the thing is, and what follows «для» says what it is not. It is pure arithmetic over record.PackedWords.
package rank

import (
	"math"

	"github.com/yarmarka/yarmarka/internal/search/record"
)

// Alt is one way to satisfy a group: all its lexemes, worth Weight of the word itself (synonyms, corrections < 1).
type Alt struct {
	Terms  []uint32
	Weight float64
}

// Group is one word of the query with all it may also mean.
type Group struct {
	Alts     []Alt
	IDF      float64
	Optional bool // a stop word: no document is refused for lacking it
}

// Query is what is scored.
type Query struct {
	Groups      []Group
	Accessories *Accessories // nil: none are known
	English     bool         // whose title length counts when a word is in neither
	Any         bool         // one of the words is enough to be a candidate: Coarse presumes nothing of the others
}

// Weights are the ranking's few constants.
type Weights struct {
	K1                         float64
	Title, Keyword, Attr, Body float64
	TitleB, BodyB, AttrB       float64
	TitleAvg, BodyAvg, AttrAvg float64
	Phrase                     float64 // of the lower idf of two query words adjacent in the title
	Early                      float64 // of the idf for a word at the very start of a title, fading
	Aside                      float64 // what remains of a title word after «для»
	Coverage                   float64 // for the share of the title that the query names
	Prior                      float64 // for popularity 0..1
	Missing                    float64 // factor per idf share of words not matched
	Apart                      float64 // factor for an accessory of what was asked for
}

// Default was chosen on general grounds and checked on the judged half of the Chorus queries, and on forty more over the same
// things that were judged by rules before anything was tried.
var Default = Weights{
	K1: 2, Title: 3, Keyword: 1.3, Attr: 0.7, Body: 1.2,
	TitleB: 0.85, BodyB: 0.7, AttrB: 0.2, TitleAvg: 10, BodyAvg: 12, AttrAvg: 60,
	Phrase: 0.5, Early: 0.03, Aside: 0.7, Coverage: 0.3, Prior: 0.5, Missing: 0.7, Apart: 0.85,
}

// IDF is the inverse document frequency as BM25 has it, never below a small positive value.
func IDF(df, docs int) float64 {
	return math.Log(1 + (float64(max(docs-df, 0))+0.5)/(float64(df)+0.5))
}

// Match is what one document is worth.
type Match struct {
	Score   float64
	Missing int    // groups that are not optional and have no word here
	Has     uint32 // one bit for each group that has one
}

type hit struct {
	tf     float64
	weight float64
	pos    int
	ok     bool
}

// Score rates one document; prior is its popularity in 0..1.
func (w *Weights) Score(q *Query, doc record.PackedWords, prior float64) Match {
	var m Match
	var hits [maxGroups]hit
	groups := q.Groups
	if len(groups) > maxGroups {
		groups = groups[:maxGroups]
	}
	var total, got float64
	inTitle := 0
	for i := range groups {
		g := &groups[i]
		total += g.IDF
		h := w.best(g, doc)
		hits[i] = h
		if !h.ok {
			if !g.Optional {
				m.Missing++
			}
			continue
		}
		m.Has |= 1 << i
		got += g.IDF
		s := g.IDF * h.weight * h.tf * (w.K1 + 1) / (w.K1 + h.tf)
		if h.pos >= 0 {
			inTitle++
			s += g.IDF * h.weight * w.Early / (1 + float64(h.pos%record.EnglishFrom))
		}
		m.Score += s
	}
	m.Score += w.phrases(groups, hits[:len(groups)])
	m.Score += w.Coverage * total * w.coverage(q, doc, inTitle)
	m.Score += w.Prior * prior
	if total > 0 && got < total {
		m.Score *= w.Missing + (1-w.Missing)*got/total
	}
	return m
}

const maxGroups = 24

// best is the alternative of the group that the document satisfies best.
func (w *Weights) best(g *Group, doc record.PackedWords) hit {
	var best hit
	best.pos = -1
	for i := range g.Alts {
		a := &g.Alts[i]
		h := hit{tf: math.MaxFloat64, weight: a.Weight, pos: -1, ok: true}
		for _, t := range a.Terms {
			word, ok := doc.Find(t)
			if !ok {
				h.ok = false
				break
			}
			h.tf = min(h.tf, w.frequency(word, doc))
			if word.Pos != record.NoPos && !word.Aside && h.pos < 0 {
				h.pos = int(word.Pos)
			}
		}
		if h.ok && h.weight*h.tf > best.weight*best.tf {
			best = h
		}
	}
	return best
}

// frequency is the field-weighted, length-normalised count of a word.
func (w *Weights) frequency(word record.Word, doc record.PackedWords) float64 {
	ru, en := doc.TitleLens()
	var tf float64
	if n := float64(word.Count[record.Title]); n > 0 {
		length := ru
		if word.Pos >= record.EnglishFrom {
			length = en
		}
		t := w.Title * n / norm(w.TitleB, float64(length), w.TitleAvg)
		if word.Aside {
			t *= w.Aside
		}
		tf += t
	}
	tf += w.Keyword * float64(word.Count[record.Keywords])
	if n := float64(word.Count[record.Attrs]); n > 0 {
		tf += w.Attr * n / norm(w.AttrB, float64(doc.AttrsLen()), w.AttrAvg)
	}
	if n := float64(word.Count[record.Body]); n > 0 {
		tf += w.Body * n / norm(w.BodyB, float64(doc.BodyLen()), w.BodyAvg)
	}
	return tf
}

func norm(b, length, average float64) float64 { return 1 - b + b*length/average }

// phrases pays for neighbours in the query that are neighbours in the title.
func (w *Weights) phrases(groups []Group, hits []hit) float64 {
	var s float64
	for i := 1; i < len(hits); i++ {
		a, b := hits[i-1], hits[i]
		if !a.ok || !b.ok || a.pos < 0 || b.pos < 0 {
			continue
		}
		gap := b.pos - a.pos
		pay := w.Phrase * min(groups[i-1].IDF, groups[i].IDF)
		switch gap {
		case 1:
			s += pay
		case -1, 2:
			s += pay / 2
		case -2, 3:
			s += pay / 4
		}
	}
	return s
}

// coverage is the share of the title that the query named.
func (w *Weights) coverage(q *Query, doc record.PackedWords, inTitle int) float64 {
	ru, en := doc.TitleLens()
	length := ru
	if q.English && en > 0 || ru == 0 {
		length = en
	}
	if length == 0 || inTitle == 0 {
		return 0
	}
	return min(1, float64(inTitle)/float64(length))
}
