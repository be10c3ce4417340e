package clearance

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// clause is one condition.
type clause func(*subject) bool

// costed is a condition with what it costs to ask: descriptions are read last, when nothing cheaper has said no.
type costed struct {
	asks clause
	dear bool
}

// predicate is a rule's `when`, read: all clauses must hold.
type predicate struct {
	clauses   []costed // the cheap ones first
	ofLine    bool
	chapters  []string // hs begins with one of these two digits, when the predicate says so
	countries []string // the country is one of these, when the predicate says so
	places    []clause // those of the clauses that ask about the country
	guess     bool     // it refers to a list or figure that is only a hypothesis
}

func (w *predicate) holds(s *subject) bool {
	for _, c := range w.clauses {
		if !c.asks(s) {
			return false
		}
	}
	return true
}

// parse reads conditions joined by `;`: a field, an operator and values joined by commas.
//
//	hs begins 97, 4901; age >= 50; mass is no
//	country in @eaeu; value_sdr > #cn22_sdr; year is unknown; text has clothes
//	collection has museum*, музе*: a word that begins so
//	text only @generic_words; missing beyond @parties_data
//
// A number or a text that is not known fulfils no condition but `is unknown`.
func parse(text string, t Tables) (*predicate, error) {
	w := &predicate{}
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if err := w.add(part, t); err != nil {
			return nil, &misread{part, err}
		}
	}
	slices.SortStableFunc(w.clauses, func(a, b costed) int { return cost(a) - cost(b) })
	return w, nil
}

func cost(c costed) int {
	if c.dear {
		return 1
	}
	return 0
}

// operators, the longer first where one begins another.
var operators = []string{"not begins", "not has", "not in", "begins", "beyond", "only", "has", "in", "is", "<=", ">=", "!=", "<", ">", "="}

func (w *predicate) add(part string, t Tables) *flaw {
	name, rest, _ := strings.Cut(part, " ")
	f, ok := fields[name]
	if !ok {
		return unnamed("fact", name)
	}
	rest = strings.TrimSpace(rest)
	at := slices.IndexFunc(operators, func(op string) bool { return strings.HasPrefix(rest, op+" ") })
	if at < 0 {
		return &flaw{"", "want_operator", []any{"operators", listed(operators)}}
	}
	op := operators[at]
	values, known, err := w.spread(strings.TrimSpace(rest[len(op):]), t)
	if err != nil {
		return err
	}
	w.ofLine = w.ofLine || f.ofLine
	if !known {
		w.clauses = append(w.clauses, costed{func(*subject) bool { return false }, false})
		return nil
	}
	c, err := f.clause(op, values)
	if err != nil {
		return err
	}
	w.clauses = append(w.clauses, costed{c, f.kind == prose})
	if name == "country" {
		w.places = append(w.places, c)
	}
	w.narrow(name, op, values)
	return nil
}

// narrow keeps what the rule can be found by.
func (w *predicate) narrow(name, op string, values []string) {
	switch {
	case name == "country" && (op == "in" || op == "="):
		w.countries = values
	case name == "hs" && op == "begins":
		for _, v := range values {
			if len(v) < 2 {
				w.chapters = nil
				return
			}
			w.chapters = append(w.chapters, v[:2])
		}
	}
}

// spread splits values and puts lists and figures in their places. A list that is not in force on the day is empty; a
// figure that is not, or that nobody knows yet, fulfils nothing.
func (w *predicate) spread(text string, t Tables) (values []string, known bool, err *flaw) {
	known = true
	for v := range strings.SplitSeq(text, ",") {
		v = strings.TrimSpace(v)
		if v != "" && (v[0] == '@' || v[0] == '#') {
			w.guess = w.guess || t.Rows[v[1:]].Status == Hypothesis
		}
		switch {
		case v == "":
			return nil, false, &flaw{"", "value_missing", nil}
		case v[0] == '@':
			list, ok := t.Lists[v[1:]]
			if !ok && !t.ever[v] {
				return nil, false, unnamed("list", v[1:])
			}
			values = append(values, list...)
		case v[0] == '#':
			figure, ok := t.Figures[v[1:]]
			if !ok && !t.ever[v] {
				return nil, false, unnamed("figure", v[1:])
			}
			known = known && figure != ""
			values = append(values, figure)
		case strings.Trim(v, `"'`+"`«»“”„") != v:
			return nil, false, &flaw{"", "quoted_value", []any{"value", v}}
		default:
			values = append(values, v)
		}
	}
	return values, known, nil
}

func (f field) clause(op string, values []string) (clause, *flaw) {
	if op == "is" {
		return f.is(values)
	}
	switch f.kind {
	case number:
		return f.compare(op, values)
	case word:
		return f.oneOf(op, values)
	case words:
		return f.anyOf(op, values)
	case prose:
		return f.says(op, values)
	}
	return nil, &flaw{"", "yes_or_no", []any{"op", op}}
}

// is asks whether something is known, or said yes to.
func (f field) is(values []string) (clause, *flaw) {
	if len(values) != 1 {
		return nil, &flaw{"", "is_one_word", nil}
	}
	want := values[0] == "known" || values[0] == "yes"
	switch {
	case f.kind == yesno && (values[0] == "yes" || values[0] == "no"):
		return func(s *subject) bool { return f.yes(s) == want }, nil
	case f.kind == yesno || values[0] != "known" && values[0] != "unknown":
		return nil, &flaw{"", "cannot_ask", []any{"what", "is " + values[0]}}
	case f.kind == number:
		return func(s *subject) bool { _, known := f.num(s); return known == want }, nil
	case f.kind == words:
		return func(s *subject) bool { return (len(f.list(s)) > 0) == want }, nil
	}
	return func(s *subject) bool { return f.known(s) == want }, nil
}

func (f field) compare(op string, values []string) (clause, *flaw) {
	if len(values) != 1 {
		return nil, &flaw{"", "one_number", nil}
	}
	limit, wrong := decimal(values[0], f.scale)
	if wrong != nil {
		return nil, wrong
	}
	var holds func(int64) bool
	switch op {
	case "<":
		holds = func(n int64) bool { return n < limit }
	case "<=":
		holds = func(n int64) bool { return n <= limit }
	case ">":
		holds = func(n int64) bool { return n > limit }
	case ">=":
		holds = func(n int64) bool { return n >= limit }
	case "=":
		holds = func(n int64) bool { return n == limit }
	case "!=":
		holds = func(n int64) bool { return n != limit }
	default:
		return nil, &flaw{"", "number_takes", []any{"op", op}}
	}
	return func(s *subject) bool {
		n, known := f.num(s)
		return known && holds(n)
	}, nil
}

// Scaled reads a decimal as a whole number of its smallest parts: 300.5 with four digits is 3005000.
func Scaled(text string, digits int) (int64, error) {
	n, wrong := decimal(text, digits)
	if wrong != nil {
		return 0, wrong
	}
	return n, nil
}

// decimal is Scaled with what is wrong in the messages' words.
func decimal(text string, digits int) (int64, *flaw) {
	whole, part, _ := strings.Cut(text, ".")
	if len(part) > digits {
		part = strings.TrimRight(part, "0")
	}
	if len(part) > digits {
		return 0, &flaw{"values", "too_many_digits", []any{"text", text, "n", digits}}
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", digits-len(part)), 10, 64)
	if err != nil || n == math.MinInt64 {
		return 0, &flaw{"values", "not_number", []any{"text", text}}
	}
	return n, nil
}

func (f field) oneOf(op string, values []string) (clause, *flaw) {
	not := strings.HasPrefix(op, "not ") || op == "!="
	switch strings.TrimPrefix(op, "not ") {
	case "in", "=", "!=":
		return func(s *subject) bool {
			got := f.text(s)
			return got != "" && slices.Contains(values, got) != not
		}, nil
	case "begins":
		return func(s *subject) bool {
			got := f.text(s)
			return got != "" && slices.ContainsFunc(values, func(v string) bool { return strings.HasPrefix(got, v) }) != not
		}, nil
	}
	return nil, &flaw{"", "word_takes", []any{"op", op}}
}

// anyOf asks whether one of several is among the values (`has`), none is (`not has`), or one is not (`beyond`).
func (f field) anyOf(op string, values []string) (clause, *flaw) {
	if f.key != nil {
		values = slices.Clone(values)
		for i, v := range values {
			values[i] = f.key(v)
		}
	}
	among := func(w string) bool { return slices.Contains(values, w) }
	switch op {
	case "has", "not has":
		return func(s *subject) bool { return slices.ContainsFunc(f.list(s), among) == (op == "has") }, nil
	case "beyond":
		return func(s *subject) bool {
			return slices.ContainsFunc(f.list(s), func(w string) bool { return !among(w) })
		}, nil
	}
	return nil, &flaw{"", "words_take", []any{"op", op}}
}

func (f field) known(s *subject) bool {
	if f.kind == prose {
		return s.plain[f.prose] != ""
	}
	return f.text(s) != ""
}
