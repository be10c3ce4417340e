// Package i18n finds a message by its key in the visitor's language and writes numbers and dates
// as that language does. Modules keep their texts beside their code (messages.ru.toml,
// messages.en.toml) and register them when the program loads; plural forms follow CLDR. It never
// decides which language a visitor speaks: the shell does.
package i18n

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Lang is a language of the site.
type Lang string

// The languages; Russian comes first and lives at the bare addresses.
const (
	RU Lang = "ru"
	EN Lang = "en"
)

// Langs lists the languages, the default one first.
var Langs = []Lang{RU, EN}

type langKey struct{}

// WithLang keeps the visitor's language in ctx.
func WithLang(ctx context.Context, l Lang) context.Context {
	return context.WithValue(ctx, langKey{}, l)
}

// LangOf finds the visitor's language; Russian when nobody said.
func LangOf(ctx context.Context) Lang {
	if l, ok := ctx.Value(langKey{}).(Lang); ok {
		return l
	}
	return RU
}

// Parse reads a language code; anything but "en" is Russian.
func Parse(code string) Lang {
	if code == string(EN) {
		return EN
	}
	return RU
}

// message holds the forms of one text; a plain text has only Other.
type message struct{ One, Few, Many, Other string }

var bundle = map[Lang]map[string]message{RU: {}, EN: {}}

// MustRegister loads messages.ru.toml and messages.en.toml of a module. It panics on a broken file
// or a key that another module took, which a test of any kind then shows. Call it from a
// package-level variable: it is not safe beside T.
func MustRegister(files fs.FS) struct{} {
	for _, lang := range Langs {
		name := "messages." + string(lang) + ".toml"
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			panic("i18n: " + err.Error())
		}
		var entries map[string]any
		if err := toml.Unmarshal(raw, &entries); err != nil {
			panic(fmt.Sprintf("i18n: %s: %v", name, err))
		}
		add(lang, "", entries)
	}
	return struct{}{}
}

func add(lang Lang, prefix string, entries map[string]any) {
	for key, value := range entries {
		full := prefix + key
		switch v := value.(type) {
		case string:
			put(lang, full, message{Other: v})
		case map[string]any:
			if m, ok := plural(v); ok {
				put(lang, full, m)
			} else {
				add(lang, full+".", v)
			}
		default:
			panic(fmt.Sprintf("i18n: %s: %T is not a text", full, value))
		}
	}
}

func put(lang Lang, key string, m message) {
	if _, taken := bundle[lang][key]; taken {
		panic("i18n: key given twice: " + key)
	}
	bundle[lang][key] = m
}

// plural reads a table whose keys are all CLDR forms.
func plural(table map[string]any) (message, bool) {
	var m message
	for form, value := range table {
		text, ok := value.(string)
		if !ok {
			return m, false
		}
		switch form {
		case "one":
			m.One = text
		case "few":
			m.Few = text
		case "many":
			m.Many = text
		case "other":
			m.Other = text
		default:
			return m, false
		}
	}
	if m.Other == "" {
		m.Other = m.Many
	}
	return m, true
}

// T finds the text under key in the language of ctx and fills {name} from the name, value pairs in
// args. A missing key comes back as itself, so that a page shows what is wrong and a test finds it.
func T(ctx context.Context, key string, args ...any) string { return In(LangOf(ctx), key, args...) }

// In is T for a given language.
func In(lang Lang, key string, args ...any) string {
	m, ok := bundle[lang][key]
	if !ok {
		return key
	}
	return fill(lang, m.Other, args)
}

// N is T for a text that counts: it picks the plural form of n and fills {n} with n grouped.
func N(ctx context.Context, key string, n int64, args ...any) string {
	return NIn(LangOf(ctx), key, n, args...)
}

// NIn is N for a given language.
func NIn(lang Lang, key string, n int64, args ...any) string {
	m, ok := bundle[lang][key]
	if !ok {
		return key
	}
	return fill(lang, m.form(lang, n), append([]any{"n", n}, args...))
}

// form follows the CLDR cardinal rules of Russian and English for whole numbers.
func (m message) form(lang Lang, n int64) string {
	if n < 0 {
		n = -n
	}
	text := m.Other
	switch {
	case lang == EN && n == 1, lang == RU && n%10 == 1 && n%100 != 11:
		text = m.One
	case lang == RU && n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		text = m.Few
	case lang == RU:
		text = m.Many
	}
	if text == "" {
		return m.Other
	}
	return text
}

func fill(lang Lang, text string, args []any) string {
	at := strings.IndexByte(text, '{')
	if len(args) < 2 || at < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 8*len(args))
	for at >= 0 {
		b.WriteString(text[:at])
		text = text[at:]
		name, rest, closed := strings.Cut(text[1:], "}")
		if value, ok := argument(args, name); closed && ok {
			b.WriteString(inner(b.String(), show(lang, value)))
			text = rest
		} else {
			b.WriteByte('{')
			text = text[1:]
		}
		at = strings.IndexByte(text, '{')
	}
	b.WriteString(text)
	return b.String()
}

// inner gives a value that stands within «quotes» of its own „quotes“, as Russian asks for: a shop's or a thing's name
// often has some.
func inner(before, value string) string {
	if !strings.ContainsRune(value, '«') || strings.LastIndex(before, "«") <= strings.LastIndex(before, "»") {
		return value
	}
	return strings.NewReplacer("«", "„", "»", "“").Replace(value)
}

// argument finds the value that follows name in the name, value pairs.
func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func show(lang Lang, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return Number(lang, int64(v))
	case int64:
		return Number(lang, v)
	default:
		return fmt.Sprint(v)
	}
}

// Has reports whether key exists in lang.
func Has(lang Lang, key string) bool { _, ok := bundle[lang][key]; return ok }

// Keys lists the keys known in lang, sorted; for tests of completeness.
func Keys(lang Lang) []string { return slices.Sorted(maps.Keys(bundle[lang])) }

// Raw gives the forms of a key as written (one, few, many, other); for tests of placeholders.
func Raw(lang Lang, key string) [4]string {
	m := bundle[lang][key]
	return [4]string{m.One, m.Few, m.Many, m.Other}
}

// Number groups n by thousands: "12 480" in Russian (no-break spaces, from five digits as Russian
// typography asks is left aside: prices group from four), "12,480" in English.
func Number(lang Lang, n int64) string {
	if n < 0 {
		return "\u2212" + Group(lang, strconv.FormatUint(uint64(-n), 10))
	}
	return Group(lang, strconv.FormatInt(n, 10))
}

// Group puts the separators of lang into a run of digits.
func Group(lang Lang, digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	sep := ","
	if lang == RU {
		sep = "\u00a0"
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Percent writes a whole percentage: "23 %" in Russian, "23%" in English.
func Percent(lang Lang, n int) string {
	if lang == RU {
		return strconv.Itoa(n) + "\u00a0%"
	}
	return strconv.Itoa(n) + "%"
}
