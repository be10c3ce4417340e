// Package dict is the shop's thesaurus: which words stand for one thing in Russian and English, how brands are said
// and written, and what people call kinds of places. The files in data are compiled in; an operator's own additions
// lie in the table search_synonyms. The package looks phrases up by their stems and knows nothing of documents.
package dict

import (
	"bufio"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

//go:embed data/shop.txt
var shopFile string

//go:embed data/nsi_brands.tsv
var brandFile string

//go:embed data/osm_presets.tsv
var placeFile string

// Phrase is a sequence of stems.
type Phrase []string

// Thesaurus maps phrases to what else they may be called.
type Thesaurus struct {
	strong phrases
	weak   phrases
}

// Longest is how many words a phrase of the thesaurus may have.
const Longest = 4

// Strong gives what stands for exactly the same thing, for a sequence of stems inside a query.
func (t *Thesaurus) Strong(stems []string) []Phrase { return t.strong[strings.Join(stems, " ")] }

// Weak gives what is near in meaning; it is meant for a whole query only, and for one that found little.
func (t *Thesaurus) Weak(stems []string) []Phrase { return t.weak[strings.Join(stems, " ")] }

// Default is the compiled-in thesaurus; it is built once, at first use, and must not be changed.
var Default = sync.OnceValue(func() *Thesaurus {
	t := New()
	lines(shopFile, t.addRule)
	lines(brandFile, func(line string) { t.addSet(strings.Split(line, "\t")) })
	lines(placeFile, t.addPlace)
	return t
})

func lines(file string, add func(string)) {
	s := bufio.NewScanner(strings.NewReader(file))
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
			add(s.Text())
		}
	}
}

func (t *Thesaurus) addRule(line string) {
	if from, to, ok := strings.Cut(line, ">"); ok {
		for _, a := range strings.Split(from, ",") {
			for _, b := range strings.Split(to, ",") {
				t.strong.add(Stems(a), Stems(b))
			}
		}
		return
	}
	t.addSet(strings.Split(line, ","))
}

// addSet makes every member stand for every other.
func (t *Thesaurus) addSet(members []string) {
	for i, a := range members {
		for j, b := range members {
			if i != j {
				t.strong.add(Stems(a), Stems(b))
			}
		}
	}
}

// addPlace makes the names of a kind of place strong in both languages and its search terms weak, towards the name.
func (t *Thesaurus) addPlace(line string) {
	col := strings.Split(line, "\t")
	if len(col) < 4 {
		return
	}
	t.weak.add(Stems(col[0]), Stems(col[2]))
	t.weak.add(Stems(col[2]), Stems(col[0]))
	for i, list := range []string{col[1], col[3]} {
		for _, term := range strings.Split(list, ",") {
			t.weak.add(Stems(term), Stems(col[0]))
			if i == 1 {
				t.weak.add(Stems(term), Stems(col[2]))
			}
		}
	}
}

type phrases map[string][]Phrase

func (m phrases) add(from, to Phrase) {
	key := strings.Join(from, " ")
	if len(from) == 0 || len(from) > Longest || len(to) == 0 || len(to) > Longest || key == strings.Join(to, " ") {
		return
	}
	for _, have := range m[key] {
		if slices.Equal(have, to) {
			return
		}
	}
	m[key] = append(m[key], to)
}

// Stems cuts a phrase as queries are cut, without second readings and stop words.
func Stems(phrase string) Phrase {
	var out Phrase
	for _, tok := range text.Tokens(phrase) {
		if !tok.Extra && !text.Stop(tok.Word) {
			out = append(out, tok.Stem)
		}
	}
	return out
}

// New makes an empty thesaurus.
func New() *Thesaurus { return &Thesaurus{strong: phrases{}, weak: phrases{}} }

// Add makes means a reading of phrase, and with mutual the other way round too.
func (t *Thesaurus) Add(phrase, means string, mutual bool) {
	t.strong.add(Stems(phrase), Stems(means))
	if mutual {
		t.strong.add(Stems(means), Stems(phrase))
	}
}
