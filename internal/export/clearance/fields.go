package clearance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"
)

// kind is what a field holds, and so what may be asked of it.
type kind int

const (
	number kind = iota
	word        // one of a few, or a code
	words       // several
	prose       // a description, in which words are looked for
	yesno
)

// subject is what a predicate is asked about: a parcel on a day, or one of its lines, with the descriptions' words made
// plain once for all rules.
type subject struct {
	*Parcel
	*Line // nil when it is the parcel as a whole
	day   time.Time
	plain [proses]string // with a space on either side
}

// Descriptions of a line, by their places in subject.plain.
const (
	textProse = iota
	textRUProse
	materialProse
	collectionProse
	proses
)

func about(p *Parcel, l *Line, day time.Time) *subject {
	s := &subject{Parcel: p, Line: l, day: day}
	if l != nil {
		s.plain = [proses]string{spaced(l.Text), spaced(l.TextRU), spaced(l.Material), spaced(l.Collection)}
	}
	return s
}

func spaced(text string) string {
	if text == "" {
		return ""
	}
	return " " + plain(text) + " "
}

// field is one fact by the name that rules call it by.
type field struct {
	kind   kind
	ofLine bool
	scale  int // digits after the point that a number is kept with
	prose  int // place in subject.plain
	num    func(*subject) (n int64, known bool)
	text   func(*subject) string
	list   func(*subject) []string
	yes    func(*subject) bool
	key    func(string) string // what values are compared by; nil: as they are
}

func isCyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

func parcelNumber(scale int, f func(*Parcel) int64) field {
	return field{kind: number, scale: scale, num: func(s *subject) (int64, bool) { return f(s.Parcel), true }}
}

func lineNumber(f func(*Line) int64) field {
	return field{kind: number, ofLine: true, num: func(s *subject) (int64, bool) { n := f(s.Line); return n, n != 0 }}
}

func parcelWord(f func(*Parcel) string) field {
	return field{kind: word, text: func(s *subject) string { return f(s.Parcel) }}
}

func lineWord(f func(*Line) string) field {
	return field{kind: word, ofLine: true, text: func(s *subject) string { return f(s.Line) }}
}

func lineProse(place int) field { return field{kind: prose, ofLine: true, prose: place} }

func parcelYes(f func(*Parcel) bool) field {
	return field{kind: yesno, yes: func(s *subject) bool { return f(s.Parcel) }}
}

func lineYes(f func(*Line) bool) field {
	return field{kind: yesno, ofLine: true, yes: func(s *subject) bool { return f(s.Line) }}
}

// fields are the facts that a rule may ask about. Weights are whole grams and lengths whole millimetres; sums are in
// roubles and special drawing rights, with kopecks and ten-thousandths after the point.
var fields = map[string]field{
	"country":      parcelWord(func(p *Parcel) string { return p.Country }),
	"service":      parcelWord(func(p *Parcel) string { return p.Service }),
	"contents":     parcelWord(func(p *Parcel) string { return p.Contents }),
	"seller":       parcelWord(func(p *Parcel) string { return p.SellerKind }),
	"currency":     parcelWord(func(p *Parcel) string { return string(p.Currency) }),
	"vat_payer":    parcelYes(func(p *Parcel) bool { return p.VATPayer }),
	"wants_vat0":   parcelYes(func(p *Parcel) bool { return p.WantsVAT0 }),
	"signature":    parcelYes(func(p *Parcel) bool { return p.Signature }),
	"insured":      parcelYes(func(p *Parcel) bool { return p.Insured }),
	"gross_g":      parcelNumber(0, func(p *Parcel) int64 { return p.GrossGrams }),
	"longest_mm":   parcelNumber(0, func(p *Parcel) int64 { return p.LongestMM }),
	"value":        parcelNumber(2, func(p *Parcel) int64 { return int64(p.Value) }),
	"value_rub":    parcelNumber(2, func(p *Parcel) int64 { return int64(p.ValueRUB) }),
	"value_sdr":    parcelNumber(4, func(p *Parcel) int64 { return p.ValueSDR }),
	"contract_rub": parcelNumber(2, func(p *Parcel) int64 { return int64(p.ContractRUB) }),
	"destination":  {kind: words, list: func(s *subject) []string { return s.Parcel.Destination }},
	"missing":      {kind: words, list: func(s *subject) []string { return s.Parcel.Missing }},
	"person":       {kind: words, list: func(s *subject) []string { return Screened(s.Persons) }, key: screened},
	"documents":    {kind: words, list: func(s *subject) []string { return s.Parcel.Documents }},

	"hs":             lineWord(func(l *Line) string { return l.HS }),
	"htsus":          lineWord(func(l *Line) string { return l.HTSUS }),
	"sure":           lineYes(func(l *Line) bool { return l.Sure }),
	"text":           lineProse(textProse),
	"text_ru":        lineProse(textRUProse),
	"material":       lineProse(materialProse),
	"brand":          lineWord(func(l *Line) string { return strings.ToLower(l.Brand) }),
	"origin":         lineWord(func(l *Line) string { return l.Origin }),
	"author":         lineWord(func(l *Line) string { return l.Author }),
	"collection":     lineProse(collectionProse),
	"cyrillic":       lineYes(func(l *Line) bool { return strings.ContainsFunc(l.Text, isCyrillic) }),
	"quantity":       lineNumber(func(l *Line) int64 { return int64(l.Quantity) }),
	"net_g":          lineNumber(func(l *Line) int64 { return l.NetGrams }),
	"line_value":     {kind: number, ofLine: true, scale: 2, num: func(s *subject) (int64, bool) { return int64(s.Line.Value), true }},
	"year":           lineNumber(func(l *Line) int64 { return int64(l.YearMade) }),
	"by_author":      lineYes(func(l *Line) bool { return l.ByAuthor }),
	"mass":           lineYes(func(l *Line) bool { return l.Mass }),
	"trait":          {kind: words, ofLine: true, list: func(s *subject) []string { return s.Line.Traits }},
	"line_documents": {kind: words, ofLine: true, list: func(s *subject) []string { return s.Line.Documents }},
	"hs_digits": {kind: number, ofLine: true, num: func(s *subject) (int64, bool) {
		return int64(len(s.HS)), true
	}},
	// age counts calendar years, as the criteria of cultural property do: made in 1976, a thing is 50 all through 2026.
	"age": {kind: number, ofLine: true, num: func(s *subject) (int64, bool) {
		return int64(s.day.Year() - s.YearMade), s.YearMade != 0
	}},
}

// screenedMark begins a digest, so that a digest is told from a name.
const screenedMark = "sha256:"

// Screened gives the digests of names: of their words in lower case and alphabetical order, so that "IVANOV, Ivan" and
// "Ivan Ivanov" are one. What is a digest already stays as it is. Names are few, so a digest hides a name from who reads
// the record, not from who guesses it.
func Screened(names []string) []string {
	var list []string
	for _, name := range names {
		if key := screened(name); key != "" {
			list = append(list, key)
		}
	}
	return list
}

func screened(name string) string {
	if strings.HasPrefix(name, screenedMark) {
		return name
	}
	words := strings.Fields(plain(name))
	if len(words) == 0 {
		return ""
	}
	slices.Sort(words)
	sum := sha256.Sum256([]byte(strings.Join(words, " ")))
	return screenedMark + hex.EncodeToString(sum[:])
}
