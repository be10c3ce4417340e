package hs

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// Names in the tables of clearance.
const (
	confidenceFigure = "hs_confidence_min" // per cent
	stopWords        = "ics2_words"        // refused by the advance system of the European Union when they stand alone
	genericWords     = "generic_words"     // say nothing to a customs officer
)

// Threshold is the confidence, in per cent, from which a suggestion is offered with one click; below it the seller is
// asked to choose. Where the figure is not in force, everything is asked.
func Threshold(tables clearance.Tables) int {
	if n, err := strconv.Atoi(tables.Figures[confidenceFigure]); err == nil {
		return n
	}
	return 101
}

// Verdict is what a foreign customs would say of a description.
type Verdict struct {
	Bad   bool     // nothing is left of it but such words
	Words []string // the stop words and generic words it uses
}

// CheckText judges an English description by the lists in force: one made of stop words and generic words only is
// refused at the border.
func CheckText(description string, tables clearance.Tables) Verdict {
	left := spaced(description)
	var v Verdict
	lists := slices.Concat(tables.Lists[stopWords], tables.Lists[genericWords])
	slices.SortFunc(lists, func(a, b string) int { return len(b) - len(a) })
	for _, word := range slices.Compact(lists) {
		if cut := strings.ReplaceAll(left, spaced(word), " "); cut != left {
			if !text.Stop(word) && !after[word] { // "with" is cut out, and nobody is told that it is vague
				v.Words = append(v.Words, word)
			}
			left = cut
		}
	}
	v.Bad = !strings.ContainsFunc(left, unicode.IsLetter)
	return v
}

// spaced makes a text's words plain, with two spaces between them so that neighbours can both be cut out.
func spaced(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, "  ") + " "
}

// Plain takes names in quotation marks out of a title and cuts it at a word to at most most characters: a form says what
// a thing is, not what it is called.
func Plain(title string, most int) string {
	var b strings.Builder
	depth := 0
	for _, r := range title {
		switch r {
		case '«', '“', '„':
			depth++
		case '»', '”':
			depth = max(0, depth-1)
		case '"':
			depth = 1 - min(depth, 1)
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	plain := strings.Join(strings.Fields(b.String()), " ")
	if plain == "" {
		plain = strings.Join(strings.Fields(title), " ")
	}
	plain = strings.NewReplacer(" ,", ",", ",,", ",").Replace(plain)
	for utf8.RuneCountInString(plain) > most {
		cut := strings.LastIndexByte(plain, ' ')
		if cut < 0 {
			return string([]rune(plain)[:most])
		}
		plain = plain[:cut]
	}
	return strings.Trim(plain, " ,;:–—-")
}

// Describe proposes an English description: the English title made plain, with the material when it does not say it; or
// the trade's word for the thing when there is no English title. The seller reads it and has the last word. It is "" when
// nothing is known in English.
func Describe(t Thing, most int) string {
	b := words()
	classes, _ := b.classesOf(t.Material, t.TitleRU, t.TitleEN)
	what := Plain(t.TitleEN, most)
	if strings.ContainsFunc(what, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		what = ""
	}
	if what == "" {
		what = b.english(t)
	}
	if what == "" {
		return ""
	}
	said, _ := b.classesOf(what)
	for _, class := range classes {
		if materials[class] && !slices.Contains(said, class) && !slices.ContainsFunc(said, func(c string) bool { return materials[c] }) {
			if with := what + ", " + b.named[class]; utf8.RuneCountInString(with) <= most {
				what = with
			}
			break
		}
	}
	return what
}

// english is the first English word of the trade that the Russian title names best.
func (b *bridge) english(t Thing) string {
	best, weight := "", 0.0
	for _, m := range b.matches(reading(t.TitleRU)) {
		if m.trade < 0 || b.trades[m.trade].english == "" {
			continue
		}
		if w := m.weight + float64(len(m.at))/4; w > weight {
			best, weight = b.trades[m.trade].english, w
		}
	}
	if best == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(best)
	return string(unicode.ToUpper(first)) + best[size:]
}

// materials are the classes that say what a thing is made of, and not whom it is for.
var materials = map[string]bool{"wool": true, "cashmere": true, "cotton": true, "linen": true, "silk": true, "synthetic": true, "artificial": true,
	"leather": true, "fur": true, "wood": true, "bamboo": true, "wicker": true, "porcelain": true, "ceramic": true, "glass": true, "crystal": true,
	"steel": true, "castiron": true, "aluminium": true, "copper": true, "silver": true, "gold": true, "amber": true, "stone": true, "plastic": true,
	"silicone": true, "rubber": true, "paper": true, "straw": true, "bone": true}

// Alike reports whether another card is a thing like this one, so that its code says something: they share a word that
// names the thing, and what they are made of does not differ.
func Alike(t Thing, titleRU, titleEN, material string) bool {
	b := words()
	mine, _ := b.classesOf(t.Material, t.TitleRU, t.TitleEN)
	theirs, _ := b.classesOf(material, titleRU, titleEN)
	if !agree(mine, theirs) {
		return false
	}
	return share(reading(t.TitleRU), reading(titleRU)) || share(reading(t.TitleEN), reading(titleEN))
}

// agree reports whether two things may be of one material: where both say, one must be common.
func agree(a, b []string) bool {
	a = slices.DeleteFunc(slices.Clone(a), func(c string) bool { return !materials[c] })
	b = slices.DeleteFunc(slices.Clone(b), func(c string) bool { return !materials[c] })
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(c string) bool { return slices.Contains(b, c) })
}

// names is the weight from which a word says what the thing is.
const names = 0.7

func share(a, b []word) bool {
	return slices.ContainsFunc(a, func(x word) bool {
		return x.weight >= names && utf8.RuneCountInString(x.root) > 2 && text.ScriptOf(x.root) != text.Mixed &&
			slices.ContainsFunc(b, func(y word) bool { return y.weight >= names && y.root == x.root })
	})
}
