package hs

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/yarmarka/yarmarka/internal/search/text"
)

//go:embed data/words.txt
var wordsFile string

//go:embed data/classes.txt
var classesFile string

//go:embed data/categories.txt
var categoriesFile string

// trade is one kind of thing as trade calls it, and the code it has.
type trade struct {
	code     Code
	variants []variant
	verified bool
	english  string // the first English word for it
}

// variant is the code of the thing when all its classes hold.
type variant struct {
	classes []string
	code    Code
}

// phrase is a word or a few that name a kind of thing, or a class of material.
type phrase struct {
	roots []string
	text  string
	trade int    // index among the trades; -1 for a class
	class string // "" for a trade
	// The words may stand on either side of a «для»: the phrase itself has one.
	crosses bool
}

// bridge is the hand-written part: trade words, classes and the places of our categories.
type bridge struct {
	trades     []trade
	phrases    map[string][]phrase // by their first root
	categories map[string][]Code
	named      map[string]string // classes by their first English word
}

// words are read at first use and never changed.
var words = sync.OnceValue(func() *bridge {
	b, err := readBridge(wordsFile, classesFile, categoriesFile)
	if err != nil {
		panic("hs: the dictionary: " + err.Error())
	}
	return b
})

func readBridge(wordsText, classesText, categoriesText string) (*bridge, error) {
	b := &bridge{phrases: map[string][]phrase{}, categories: map[string][]Code{}, named: map[string]string{}}
	classes := map[string]bool{}
	for n, cols := range table(classesText, "|") {
		if len(cols) != 3 {
			return nil, fmt.Errorf("classes.txt:%d: want class | Russian | English", n)
		}
		classes[cols[0]] = true
		b.named[cols[0]] = firstOf(cols[2])
		b.add(cols[1]+","+cols[2], phrase{trade: -1, class: cols[0]})
	}
	for n, cols := range table(wordsText, "|") {
		t, err := readTrade(cols, classes)
		if err != nil {
			return nil, fmt.Errorf("words.txt:%d: %w", n, err)
		}
		b.trades = append(b.trades, t)
		b.add(cols[1]+","+cols[2], phrase{trade: len(b.trades) - 1})
	}
	for n, cols := range table(categoriesText, "=") {
		if len(cols) != 2 {
			return nil, fmt.Errorf("categories.txt:%d: want category = codes", n)
		}
		for text := range strings.SplitSeq(cols[1], ",") {
			code := Code(strings.TrimSpace(text))
			if _, ok := Find(code); !ok {
				return nil, fmt.Errorf("categories.txt:%d: there is no %s", n, code)
			}
			b.categories[cols[0]] = append(b.categories[cols[0]], code)
		}
	}
	return b, nil
}

// table gives the lines of a file that say something, cut into trimmed columns.
func table(text, separator string) func(yield func(int, []string) bool) {
	return func(yield func(int, []string) bool) {
		n := 0
		for line := range strings.SplitSeq(text, "\n") {
			n++
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			cols := strings.Split(line, separator)
			for i := range cols {
				cols[i] = strings.TrimSpace(cols[i])
			}
			if !yield(n, cols) {
				return
			}
		}
	}
}

func readTrade(cols []string, classes map[string]bool) (trade, error) {
	if len(cols) != 4 && len(cols) != 5 {
		return trade{}, fmt.Errorf("want code | Russian | English | variants")
	}
	t := trade{code: Code(cols[0]), verified: len(cols) == 5 && cols[4] == "verified", english: firstOf(cols[2])}
	if !Subheading(t.code) {
		return t, fmt.Errorf("there is no %s", t.code)
	}
	for text := range strings.FieldsSeq(cols[3]) {
		names, code, _ := strings.Cut(text, "=")
		v := variant{strings.Split(names, "+"), Code(code)}
		if !Subheading(v.code) {
			return t, fmt.Errorf("%s: there is no %s", names, code)
		}
		if i := slices.IndexFunc(v.classes, func(name string) bool { return !classes[name] }); i >= 0 {
			return t, fmt.Errorf("there is no class %s", v.classes[i])
		}
		t.variants = append(t.variants, v)
	}
	return t, nil
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

// add keeps every phrase of a list under its first root.
func (b *bridge) add(list string, p phrase) {
	for name := range strings.SplitSeq(list, ",") {
		p.text = strings.TrimSpace(name)
		p.roots, p.crosses = nil, p.class != ""
		for _, tok := range text.Tokens(p.text) {
			p.crosses = p.crosses || after[tok.Word]
			if !tok.Extra && !text.Stop(tok.Word) && !after[tok.Word] {
				p.roots = append(p.roots, rootOf(tok))
			}
		}
		again := len(p.roots) > 0 && slices.ContainsFunc(b.phrases[p.roots[0]], func(have phrase) bool {
			return have.trade == p.trade && have.class == p.class && slices.Equal(have.roots, p.roots)
		})
		if len(p.roots) > 0 && !again {
			b.phrases[p.roots[0]] = append(b.phrases[p.roots[0]], p)
		}
	}
}

// choose gives the code of a thing by the classes found, in the order they were mentioned: of the variants that hold, the
// one with the most classes, and of equals the one mentioned first.
func (t trade) choose(found []string) (Code, []string) {
	code, best, bestRank := t.code, []string(nil), 0
	for _, v := range t.variants {
		rank := 0
		for _, class := range v.classes {
			at := slices.Index(found, class)
			if at < 0 {
				rank = -1
				break
			}
			rank += at
		}
		if rank >= 0 && (len(v.classes) > len(best) || len(v.classes) == len(best) && rank < bestRank) {
			code, best, bestRank = v.code, v.classes, rank
		}
	}
	return code, best
}

// doubt is how many other codes the word may mean when nothing chooses among them.
func (t trade) doubt() int {
	others := map[Code]bool{}
	for _, v := range t.variants {
		others[v.code] = true
	}
	delete(others, t.code)
	return len(others)
}

// places are the codes where the nearest listed category of a path lies.
func (b *bridge) places(path []Place) ([]Code, Place) {
	for i := len(path) - 1; i >= 0; i-- {
		code := path[i].Code
		for code != "" {
			if list := b.categories[code]; len(list) > 0 {
				return list, path[i]
			}
			cut := strings.LastIndexByte(code, '-')
			if cut < 0 {
				break
			}
			code = code[:cut]
		}
	}
	return nil, Place{}
}
