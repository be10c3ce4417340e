package search

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search/record"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// Limits of what is kept of one document.
const (
	maxWordsOfDoc  = 900 // distinct lexemes; keeps a record within a page
	maxWordLetters = 40
	keptBody       = 600 // characters of the body kept for snippets
	indexedBody    = 20_000
)

// prepared is a document ready to be stored.
type prepared struct {
	doc     *Doc
	terms   []int32
	packed  []byte           // facts
	forward []byte           // words
	words   map[string]int32 // surface forms and their lexemes
	facts   record.Facts
}

var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// prepare turns a document into what the tables hold.
func prepare(d *Doc, hashes lexemes) prepared {
	b := builder{words: &record.Words{}, seen: map[string]int32{}, hashes: hashes}
	ru, en := b.title(d.Title.RU, 0), b.title(d.Title.EN, record.EnglishFrom)
	b.words.TitleLen = [2]uint8{clip8(ru), clip8(en)}
	for _, lang := range i18n.Langs {
		pick := func(t Both) string {
			if lang == i18n.EN {
				return t.EN
			}
			return t.RU
		}
		b.add(record.Keywords, pick(d.Keywords))
		b.words.AttrsLen = max(b.words.AttrsLen, clip8(b.add(record.Attrs, pick(d.Attrs))))
		b.words.BodyLen = max(b.words.BodyLen, uint16(b.add(record.Body, cut(pick(d.Body), indexedBody))))
	}
	p := prepared{doc: d, words: b.seen, facts: factsOf(d)}
	p.facts.Titles = b.words.Titles()
	p.packed, p.forward = record.PackFacts(0, &p.facts), b.words.PackFor(0)
	p.terms = termsOf(d, b.words)
	return p
}

// number writes the document's number, once it is known, into what is stored.
func (p *prepared) number(id int32) {
	record.SetDoc(p.packed, uint32(id))
	record.SetDoc(p.forward, uint32(id))
}

type builder struct {
	words  *record.Words
	seen   map[string]int32
	hashes lexemes
}

// lexemes remembers the lexemes of words over many documents: stemming is what preparing costs most.
type lexemes map[string]uint32

const maxLexemes = 200_000

func (l lexemes) of(word string) uint32 {
	h, ok := l[word]
	if !ok {
		h = record.Hash(text.Stem(word))
		if len(l) < maxLexemes {
			l[strings.Clone(word)] = h
		}
	}
	return h
}

// title adds a title; places count from a base that tells the language. It returns the number of words.
func (b *builder) title(s string, base int) int {
	n, aside := 0, false
	for _, t := range text.Split(s) {
		if !t.Extra {
			n = t.Pos + 1
		}
		aside = aside || text.Aside(t.Word)
		b.put(t, record.Title, base+min(t.Pos, record.EnglishFrom-1), aside)
	}
	return n
}

// add adds a text to a field, without stop words, and returns how many words it had.
func (b *builder) add(f record.Field, s string) int {
	n := 0
	for _, t := range text.Split(s) {
		if text.Stop(t.Word) {
			continue
		}
		if !t.Extra {
			n++
		}
		b.put(t, f, 0, false)
	}
	return min(n, math.MaxUint16)
}

func (b *builder) put(t text.Token, f record.Field, pos int, aside bool) {
	if utf8.RuneCountInString(t.Word) > maxWordLetters {
		return
	}
	h := b.hashes.of(t.Word)
	if _, known := b.seen[t.Word]; !known {
		if len(b.words.List) >= maxWordsOfDoc {
			return
		}
		b.seen[t.Word] = int32(h)
	}
	b.words.Add(h, f, pos, aside)
}

func factsOf(d *Doc) record.Facts {
	f := record.Facts{
		Prior: uint16(math.Round(1000 * min(1, max(0, d.Popularity)))), InStock: d.InStock, Brand: max(0, d.Brand),
		Score: weighed(d.Rating, d.Reviews), Categories: d.Categories, Variants: d.Variants,
	}
	if !d.Published.IsZero() {
		f.Freshness = uint32(max(0, d.Published.Sub(epoch).Hours()))
	}
	return f
}

// weighed pulls the rating of few reviews towards four stars: ten reviews count as much as the pull.
func weighed(rating, reviews int) uint16 {
	const pull, usual = 10, 40
	return uint16((rating*reviews + usual*pull) * 10 / (reviews + pull))
}

// Kinds of numbers in the inverted index besides words.
const (
	categoryTerm = "\x01c"
	brandTerm    = "\x01b"
	valueTerm    = "\x01v"
)

// salt keeps the kinds' words apart in one inverted index.
func salt(k Kind) uint32 { return uint32(k-1) * 0x9E3779B1 }

func salted(k Kind, hash uint32) int32 { return int32(hash ^ salt(k)) }

func idTerm(k Kind, space string, id int64) int32 {
	return salted(k, record.Hash(space+strconv.FormatInt(id, 10)))
}

func pairTerm(k Kind, p Pair) int32 {
	return salted(k, record.Hash(valueTerm+strconv.FormatInt(p.Attr, 10)+"="+strconv.FormatInt(p.Value, 10)))
}

func termsOf(d *Doc, w *record.Words) []int32 {
	terms := make([]int32, 0, len(w.List)+len(d.Categories)+8)
	for _, e := range w.List {
		terms = append(terms, salted(d.Kind, e.Hash))
	}
	for _, c := range d.Categories {
		terms = append(terms, idTerm(d.Kind, categoryTerm, c))
	}
	if d.Brand > 0 {
		terms = append(terms, idTerm(d.Kind, brandTerm, d.Brand))
	}
	for i := range d.Variants {
		for _, p := range d.Variants[i].Indexed() {
			terms = append(terms, pairTerm(d.Kind, p))
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

func clip8(n int) uint8 { return uint8(min(n, math.MaxUint8)) }

// cut shortens s to at most n characters, at a space where there is one near.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n {
			if space := strings.LastIndexByte(s[:i], ' '); space > i/2 {
				return s[:space]
			}
			return s[:i]
		}
		count++
	}
	return s
}
