package goods

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// fact is one thing a seller tells of a listing, the same in a form, in a bulk change and in a column of a table.
type fact struct {
	key string
	// read takes what was typed; it answers the key of a message and its args when that is no value of this fact.
	read func(p *Passport, text string) (problem string, args []any)
	show func(p *Passport) string
	bulk bool // the same for many listings makes sense
}

// Longest texts: a line of CN 23 holds about as much of a description, the rest are names.
const (
	maxText = 120
	maxWord = 80
	maxTags = 12
)

// maxGrams and maxMM are more than any post carries, and less than what overflows.
const (
	maxGrams = 100_000
	maxMM    = 10_000
)

// traits are what a thing may have in it that a post or a border asks about.
var traits = []string{"battery", "battery_built_in", "liquid", "aerosol", "flammable", "alcohol", "magnet", "plant", "animal_product", "food",
	"perishable", "precious_metal", "gem", "medicine", "blade", "weapon_lookalike", "ivory_or_rare_animal"}

// collections are funds whose things never leave; "" is a thing of nobody's fund.
var collections = []string{"", "museum_fund", "archive_fund", "library_fund", "archaeology"}

// facts are everything a seller tells, in the order of the form and of the columns.
var facts = []fact{
	{key: "hs", read: readCode, show: func(p *Passport) string { return p.HS }, bulk: true},
	{key: "tnved", read: readTNVED, show: func(p *Passport) string { return p.TNVED }, bulk: true},
	{key: htsus, read: readHTSUS, show: func(p *Passport) string { return p.HTSUS }, bulk: true},
	{key: "text_en", read: latin(maxText, func(p *Passport) *string { return &p.TextEN }), show: func(p *Passport) string { return p.TextEN }, bulk: true},
	{key: "text_ru", read: anyText(maxText, func(p *Passport) *string { return &p.TextRU }), show: func(p *Passport) string { return p.TextRU }, bulk: true},
	{key: "origin", read: readOrigin, show: func(p *Passport) string { return p.Origin }, bulk: true},
	number("net_g", maxGrams, func(p *Passport) *int64 { return &p.NetGrams }),
	number("gross_g", maxGrams, func(p *Passport) *int64 { return &p.GrossGrams }),
	number("length_mm", maxMM, func(p *Passport) *int64 { return &p.LengthMM }),
	number("width_mm", maxMM, func(p *Passport) *int64 { return &p.WidthMM }),
	number("height_mm", maxMM, func(p *Passport) *int64 { return &p.HeightMM }),
	{key: "material", read: anyText(maxWord, func(p *Passport) *string { return &p.Material }), show: func(p *Passport) string { return p.Material }, bulk: true},
	{key: "technique", read: anyText(maxWord, func(p *Passport) *string { return &p.Technique }), show: func(p *Passport) string { return p.Technique }, bulk: true},
	{key: "making", read: readMaking, show: showMaking, bulk: true},
	{key: "year", read: readYear, show: func(p *Passport) string { return zeroless(int64(p.YearMade)) }, bulk: true},
	{key: "author", read: anyText(maxWord, func(p *Passport) *string { return &p.Author }), show: func(p *Passport) string { return p.Author }, bulk: true},
	{key: "by_author", read: readYes(func(p *Passport) *bool { return &p.ByAuthor }), show: func(p *Passport) string { return yes(p.ByAuthor) }, bulk: true},
	{key: "collection", read: oneOf(collections, func(p *Passport) *string { return &p.Collection }), show: func(p *Passport) string { return p.Collection }},
	{key: "traits", read: readTraits, show: func(p *Passport) string { return strings.Join(p.Traits, ", ") }, bulk: true},
}

func factOf(key string) (fact, bool) {
	i := slices.IndexFunc(facts, func(f fact) bool { return f.key == key })
	if i < 0 {
		return fact{}, false
	}
	return facts[i], true
}

// readCode takes six digits, or the ten of the union's nomenclature, which hold the six. A code typed or chosen by the
// seller is confirmed by that.
func readCode(p *Passport, text string) (string, []any) {
	if text == "" {
		p.HS, p.Confirmed, p.Confidence, p.TNVED, p.HTSUS = "", false, 0, "", ""
		return "", nil
	}
	digits := hs.Digits(text)
	if len(digits) != 6 && len(digits) != 10 {
		return "export.goods.err.code_digits", []any{"n", len(digits)}
	}
	code := hs.Code(digits[:6])
	if !hs.Subheading(code) {
		return "export.goods.err.code_unknown", []any{"code", code.String()}
	}
	if len(digits) == 10 {
		p.TNVED = digits
	} else if !strings.HasPrefix(p.TNVED, digits) {
		p.TNVED = ""
	}
	if p.HS != digits[:6] {
		p.Confidence = 100
	}
	if !strings.HasPrefix(p.HTSUS, digits[:6]) {
		p.HTSUS = ""
	}
	p.HS, p.Confirmed = digits[:6], true
	return "", nil
}

func readTNVED(p *Passport, text string) (string, []any) {
	digits := hs.Digits(text)
	switch {
	case text == "":
		p.TNVED = ""
	case len(digits) != 10:
		return "export.goods.err.tnved_digits", []any{"n", len(digits)}
	case p.HS == "":
		return readCode(p, digits)
	case digits[:6] != p.HS:
		return "export.goods.err.tnved_other", []any{"code", hs.Code(p.HS).String()}
	default:
		p.TNVED = digits
	}
	return "", nil
}

// htsus is the key of the fact that only the USA ask for.
const htsus = "htsus"

// readHTSUS takes the ten digits of the USA's own schedule: the world's six and four of theirs.
func readHTSUS(p *Passport, text string) (string, []any) {
	digits := hs.Digits(text)
	switch {
	case text == "":
		p.HTSUS = ""
	case len(digits) != 10:
		return "export.goods.err.htsus_digits", []any{"n", len(digits)}
	case p.HS == "":
		return "export.goods.err.htsus_alone", nil
	case digits[:6] != p.HS:
		return "export.goods.err.tnved_other", []any{"code", hs.Code(p.HS).String()}
	default:
		p.HTSUS = digits
	}
	return "", nil
}

func readOrigin(p *Passport, text string) (string, []any) {
	code := strings.ToUpper(text)
	if code != "" {
		if _, ok := destination.Find(code); !ok {
			return "export.goods.err.country", nil
		}
	}
	p.Origin = code
	return "", nil
}

func number(key string, most int64, field func(*Passport) *int64) fact {
	return fact{key: key, bulk: true, show: func(p *Passport) string { return zeroless(*field(p)) },
		read: func(p *Passport, text string) (string, []any) {
			if text == "" {
				*field(p) = 0
				return "", nil
			}
			n, err := form.ParseInt(text)
			if err != nil {
				return "form.whole_number", nil
			}
			if n < 1 || n > most {
				return "form.between", []any{"min", 1, "max", most}
			}
			*field(p) = n
			return "", nil
		}}
}

func anyText(most int, field func(*Passport) *string) func(*Passport, string) (string, []any) {
	return func(p *Passport, text string) (string, []any) {
		if utf8.RuneCountInString(text) > most {
			return "form.too_long", []any{"max", most}
		}
		*field(p) = text
		return "", nil
	}
}

// latin takes what a foreign post can read and print.
func latin(most int, field func(*Passport) *string) func(*Passport, string) (string, []any) {
	read := anyText(most, field)
	return func(p *Passport, text string) (string, []any) {
		if !isLatin(text) {
			return "export.goods.err.latin", nil
		}
		return read(p, text)
	}
}

// isLatin reports whether every letter is a Latin one.
func isLatin(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

func readMaking(p *Passport, text string) (string, []any) {
	if !slices.Contains([]string{"", "mass", "unique"}, text) {
		return "form.choose", nil
	}
	p.Mass, p.Unique = text == "mass", text == "unique"
	return "", nil
}

func showMaking(p *Passport) string {
	switch {
	case p.Mass:
		return "mass"
	case p.Unique:
		return "unique"
	}
	return ""
}

func readYear(p *Passport, text string) (string, []any) {
	if text == "" {
		p.YearMade = 0
		return "", nil
	}
	n, err := form.ParseInt(text)
	if err != nil || n < 1 || n > 9999 {
		return "export.goods.err.year", nil
	}
	p.YearMade = int(n)
	return "", nil
}

// Yes and no as a column of a table may hold them.
var yesWords = map[string]bool{"1": true, "yes": true, "true": true, "on": true, "да": true, "+": true, "": false, "0": false, "no": false, "false": false, "нет": false, "-": false}

func readYes(field func(*Passport) *bool) func(*Passport, string) (string, []any) {
	return func(p *Passport, text string) (string, []any) {
		is, ok := yesWords[strings.ToLower(text)]
		if !ok {
			return "export.goods.err.yes", nil
		}
		*field(p) = is
		return "", nil
	}
}

func oneOf(allowed []string, field func(*Passport) *string) func(*Passport, string) (string, []any) {
	return func(p *Passport, text string) (string, []any) {
		if !slices.Contains(allowed, text) {
			return "form.choose", nil
		}
		*field(p) = text
		return "", nil
	}
}

func readTraits(p *Passport, text string) (string, []any) {
	var list []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }) {
		if !slices.Contains(traits, word) {
			return "export.goods.err.trait", []any{"word", word}
		}
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	if len(list) > maxTags {
		return "export.goods.err.traits", []any{"max", maxTags}
	}
	p.Traits = list
	return "", nil
}

func zeroless(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// Edit is what was typed, by the keys of the facts; a fact that is not there stays as it is.
type Edit map[string]string

// apply puts an edit into a passport and says what is wrong with it, one message a field. What is wrong is not put in.
func (e Edit) apply(p *Passport, now time.Time) []errs.Field {
	var problems []errs.Field
	for _, f := range facts {
		text, given := e[f.key]
		if !given {
			continue
		}
		if !form.Keepable(text) {
			problems = append(problems, errs.Field{Name: f.key, Key: "form.bad_text"})
			continue
		}
		if key, args := f.read(p, form.Clean(text)); key != "" {
			problems = append(problems, errs.Field{Name: f.key, Key: key, Args: args})
		}
	}
	return append(problems, p.contradictions(now, problems)...)
}

// contradictions are facts that cannot hold together; what a field is told of already is not told twice.
func (p *Passport) contradictions(now time.Time, told []errs.Field) []errs.Field {
	var problems []errs.Field
	say := func(bad bool, name, key string, args ...any) {
		if bad && !slices.ContainsFunc(told, func(f errs.Field) bool { return f.Name == name }) {
			problems = append(problems, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	say(p.NetGrams > 0 && p.GrossGrams > 0 && p.NetGrams > p.GrossGrams, "net_g", "export.goods.err.net_gross", "net", p.NetGrams, "gross", p.GrossGrams)
	say(p.YearMade > now.Year(), "year", "export.goods.err.year_to_come", "year", strconv.Itoa(now.Year()))
	return problems
}
