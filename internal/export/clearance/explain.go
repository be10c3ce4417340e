package clearance

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Condition is one condition of a rule, said for people.
type Condition struct {
	Text   string   // "the commodity code begins with 44, 47 or 48"
	Brief  string   // the same with a list called by its name: "the destination is on the list “countries of the EU”"
	List   string   // the list or figure it refers to, "" for none
	Values []string // what is on a list that Brief calls by its name
}

// shownValues bounds how many values of a list a sentence spells out.
const shownValues = 40

// Explain says a rule's conditions one by one in the words of the reader.
func Explain(ctx context.Context, when string, tables Tables) []Condition {
	var list []Condition
	for part := range strings.SplitSeq(when, ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, explained(ctx, part, tables))
		}
	}
	return list
}

func explained(ctx context.Context, part string, tables Tables) Condition {
	name, rest, _ := strings.Cut(part, " ")
	fact := wordsOr(ctx, "clearance.fact."+name, Plainly(name))
	for _, op := range operators {
		values, ok := strings.CutPrefix(strings.TrimSpace(rest), op+" ")
		if !ok {
			continue
		}
		if op == "is" {
			said := i18n.T(ctx, "clearance.op.is_"+strings.TrimSpace(values), "fact", fact)
			return Condition{Text: said, Brief: said}
		}
		key := "clearance.op." + opWords[op]
		if fields[name].kind == prose && (op == "has" || op == "not has") {
			key += "_words"
		}
		list, spelled := listOf(values), spelled(ctx, name, values, tables)
		said := i18n.T(ctx, key, "fact", fact, "values", joined(ctx, spelled))
		if words, ok := ListWords(ctx, list); ok && strings.TrimSpace(values) == "@"+list {
			return Condition{Text: said, Brief: i18n.T(ctx, briefly(name, op), "fact", fact, "values", words), List: list, Values: spelled}
		}
		return Condition{Text: said, Brief: said, List: list}
	}
	return Condition{Text: Plainly(part), Brief: Plainly(part)}
}

// opWords are the ends of the keys that operators are said by.
var opWords = map[string]string{"not begins": "not_begins", "not has": "not_has", "not in": "not_in", "begins": "begins", "beyond": "beyond",
	"only": "only", "has": "has", "in": "in", "<=": "at_most", ">=": "at_least", "!=": "not_in", "<": "below", ">": "above", "=": "in"}

// briefly is the key that a condition on a list is said by in brief.
func briefly(name, op string) string {
	words := ""
	if fields[name].kind == prose {
		words = "words_"
	}
	switch op {
	case "only":
		return "clearance.op.words_only_listed"
	case "not in", "!=", "not begins", "not has", "beyond":
		return "clearance.op." + words + "unlisted"
	}
	return "clearance.op." + words + "listed"
}

// listOf is the last list or figure that values name.
func listOf(values string) (list string) {
	for v := range strings.SplitSeq(values, ",") {
		if v = strings.TrimSpace(v); strings.HasPrefix(v, "@") || strings.HasPrefix(v, "#") {
			list = v[1:]
		}
	}
	return list
}

// ListWords name a list for people, where somebody has put it into words.
func ListWords(ctx context.Context, list string) (string, bool) {
	key := "clearance.list." + list
	if !i18n.Has(i18n.LangOf(ctx), key) {
		return "", false
	}
	return i18n.T(ctx, key), true
}

// spelled puts the values of lists and figures in their places and says each in words.
func spelled(ctx context.Context, fact, text string, tables Tables) (said []string) {
	var values []string
	for v := range strings.SplitSeq(text, ",") {
		v = strings.TrimSpace(v)
		if strings.HasPrefix(v, "@") || strings.HasPrefix(v, "#") {
			values = append(values, tables.Rows[v[1:]].Values...)
		} else {
			values = append(values, v)
		}
	}
	for _, v := range values {
		if word := ValueWords(ctx, fact, v); !slices.Contains(said, word) { // two names of one thing are one word
			said = append(said, word)
		}
	}
	return said
}

// joined makes one line of words of which one is enough, "a, b or c", and counts those that a sentence has no room for.
func joined(ctx context.Context, words []string) string {
	switch n := len(words); {
	case n == 0:
		return i18n.T(ctx, "clearance.op.nothing_yet")
	case n == 1:
		return words[0]
	case n > shownValues:
		return strings.Join(words[:shownValues], ", ") + " " + i18n.T(ctx, "clearance.admin.also", "n", n-shownValues)
	default:
		return strings.Join(words[:n-1], ", ") + " " + i18n.T(ctx, "clearance.op.or") + " " + words[n-1]
	}
}

// ValueWords say a value of a fact as people say it: a country by its name, a number with what it counts, a word that is
// looked for in quotes. A value that an admin made up and nobody has put into words is made readable.
func ValueWords(ctx context.Context, fact, v string) string {
	switch kind := fields[fact].kind; {
	case kind == number:
		return counted(ctx, fact, v)
	case kind == prose:
		v = strings.Replace(v, "*", "…", 1)
		return i18n.T(ctx, "clearance.op.quoted", "word", v)
	case fact == "country" || fact == "origin":
		return oksm.Name(i18n.LangOf(ctx), v)
	case fact == "hs" || fact == "htsus" || fact == "currency" || fact == "brand" || fact == "author":
		return v
	case fact == "line_documents":
		fact = "documents"
	}
	return wordsOr(ctx, "clearance.value."+fact+"."+v, Plainly(v))
}

// counted is a number with what it counts. Years are written without gaps.
func counted(ctx context.Context, fact, v string) string {
	whole, rest, _ := strings.Cut(v, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || fact == "year" {
		return v
	}
	lang := i18n.LangOf(ctx)
	if fact == "age" {
		return i18n.N(ctx, "clearance.unit.years", n)
	}
	said := i18n.Number(lang, n)
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		said += map[i18n.Lang]string{i18n.RU: ",", i18n.EN: "."}[lang] + rest
	}
	if unit := "clearance.unit." + fact; i18n.Has(lang, unit) {
		return i18n.T(ctx, unit, "n", said)
	}
	return said
}

// Plainly makes a code readable that nobody has put into words: `new_paper` is "new paper".
func Plainly(code string) string { return strings.NewReplacer("_", " ", ".", " ").Replace(code) }

// Countries are the countries that a rule speaks of, by its condition on the destination; nil when it speaks of all of
// them, or of all but some.
func Countries(when string, tables Tables) []string {
	var list []string
	for part := range strings.SplitSeq(when, ";") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		values, ok := strings.CutPrefix(strings.TrimSpace(rest), "in ")
		if !ok {
			values, ok = strings.CutPrefix(strings.TrimSpace(rest), "= ")
		}
		if name != "country" || !ok {
			continue
		}
		for v := range strings.SplitSeq(values, ",") {
			if v = strings.TrimSpace(v); strings.HasPrefix(v, "@") {
				list = append(list, tables.Lists[v[1:]]...)
			} else {
				list = append(list, v)
			}
		}
	}
	return list
}
