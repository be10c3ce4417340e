package desk

import (
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// questionHTSUS is the key of the question that the USA's rule makes a customs officer answer.
const questionHTSUS = "htsus"

// questions are what an officer is asked about a case: the expert by chapter, the others what the rules that brought the
// case ask for.
func (c Case) questions(f Facts) []Question {
	if c.Kind == Culture {
		return QuestionsOf(f.chapters())
	}
	var list []Question
	for _, q := range questionnaire {
		for _, found := range c.Findings {
			if slices.Contains(q.Asked, found.Then) && !slices.ContainsFunc(list, func(have Question) bool { return have.Key == q.Key }) {
				list = append(list, q)
			}
		}
	}
	return list
}

// codesOf reads the American codes that were answered, one for each line; what is wrong with them is a field.
func codesOf(answer string, lines []Line) (codes []string, problem *errs.Field) {
	for part := range strings.FieldsFuncSeq(answer, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		codes = append(codes, strings.NewReplacer(".", "", " ", "", "\u00a0", "", "-", "").Replace(part))
	}
	name := "q." + questionHTSUS
	if len(codes) != len(lines) {
		return nil, &errs.Field{Name: name, Key: "export.desk.htsus_count", Args: []any{"n", len(codes), "lines", len(lines)}}
	}
	for i, code := range codes {
		six := lines[i].HS[:min(len(lines[i].HS), 6)]
		if len(code) != 10 || strings.Trim(code, "0123456789") != "" || !strings.HasPrefix(code, six) {
			return nil, &errs.Field{Name: name, Key: "export.desk.htsus_bad", Args: []any{"code", code, "six", six}}
		}
	}
	return codes, nil
}

// HTSUS are the American codes that a verdict gives to the offers of a parcel; none where the officer was not asked, or
// where nobody can tell which line is whose.
func (d Decided) HTSUS() (map[int64]string, error) {
	f, err := d.facts()
	if err != nil || d.Verdict != Release || len(f.Offers) != len(f.Lines) {
		return nil, err
	}
	answers, err := d.answers()
	if err != nil || answers[questionHTSUS] == "" {
		return nil, err
	}
	codes, problem := codesOf(answers[questionHTSUS], f.Lines)
	if problem != nil {
		return nil, nil
	}
	of := map[int64]string{}
	for i, offer := range f.Offers {
		of[offer] = codes[i]
	}
	return of, nil
}
