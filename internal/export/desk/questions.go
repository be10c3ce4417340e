package desk

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// The questions an expert answers, by chapter of the nomenclature. They are data, so that the experts themselves can
// read and change them.
//
//go:embed questions/*.toml
var questionFiles embed.FS

// Text is said in both languages.
type Text struct {
	RU string `toml:"ru"`
	EN string `toml:"en"`
}

// In gives the text of a language.
func (t Text) In(lang i18n.Lang) string {
	if lang == i18n.EN {
		return t.EN
	}
	return t.RU
}

// Question is one line of a questionnaire.
type Question struct {
	Key      string   `toml:"key"`
	Text     Text     `toml:"text"`
	Hint     Text     `toml:"hint"`
	Answer   string   `toml:"answer"`   // year, yesno, choice, line or prose
	Options  []Choice `toml:"option"`   // of a choice
	Chapters []string `toml:"chapters"` // asked for things of these chapters only; empty is for all
	Asked    []string `toml:"asked"`    // asked where a rule asks for one of these, whatever the chapter; empty is the expert's
	Required bool     `toml:"required"` // nothing is released without it
}

// Choice is one answer of a choice.
type Choice struct {
	Value string `toml:"value"`
	Text  Text   `toml:"text"`
}

// questionnaire is every question, in order.
var questionnaire = mustRead()

// Questions are all that an officer may answer, in order.
func Questions() []Question { return questionnaire }

func mustRead() []Question {
	list, err := readQuestions()
	if err != nil {
		panic("desk: questions: " + err.Error()) // they are part of the program
	}
	return list
}

func readQuestions() ([]Question, error) {
	names, err := questionFiles.ReadDir("questions")
	if err != nil {
		return nil, err
	}
	var all []Question
	for _, name := range names {
		var file struct {
			Questions []Question `toml:"question"`
		}
		meta, err := toml.DecodeFS(questionFiles, "questions/"+name.Name(), &file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name.Name(), err)
		}
		if extra := meta.Undecoded(); len(extra) > 0 {
			return nil, fmt.Errorf("%s: %s means nothing here", name.Name(), extra[0])
		}
		all = append(all, file.Questions...)
	}
	for i, q := range all {
		if err := q.check(all[:i]); err != nil {
			return nil, fmt.Errorf("question %q: %w", q.Key, err)
		}
	}
	return all, nil
}

func (q Question) check(before []Question) error {
	switch {
	case q.Key == "" || q.Text.RU == "" || q.Text.EN == "":
		return fmt.Errorf("it needs a key and a text in both languages")
	case !slices.Contains([]string{"year", "yesno", "choice", "line", "prose"}, q.Answer):
		return fmt.Errorf("nobody answers with %q", q.Answer)
	case (q.Answer == "choice") != (len(q.Options) > 0):
		return fmt.Errorf("a choice, and nothing else, has options")
	case slices.ContainsFunc(before, func(p Question) bool { return p.Key == q.Key }):
		return fmt.Errorf("it is asked twice")
	}
	return nil
}

// QuestionsOf are the questions about things of some chapters: those for all, and those of each chapter.
func QuestionsOf(chapters []string) []Question {
	var list []Question
	for _, q := range questionnaire {
		if len(q.Asked) > 0 {
			continue
		}
		if len(q.Chapters) == 0 || slices.ContainsFunc(chapters, func(c string) bool { return slices.Contains(q.Chapters, c) }) {
			list = append(list, q)
		}
	}
	return list
}

// Say puts an answer into words of a language.
func (q Question) Say(lang i18n.Lang, answer string) string {
	switch q.Answer {
	case "yesno":
		if answer == "yes" || answer == "no" {
			return i18n.In(lang, "export.desk.answer."+answer)
		}
	case "choice":
		for _, o := range q.Options {
			if o.Value == answer {
				return o.Text.In(lang)
			}
		}
	}
	return answer
}

// from gives what the facts of a case answer already.
func (q Question) from(f Facts) string {
	if len(f.Lines) == 0 {
		return ""
	}
	l := f.Lines[0]
	switch q.Key {
	case "year":
		if l.YearMade != 0 {
			return fmt.Sprint(l.YearMade)
		}
	case "author":
		return l.Author
	case "technique":
		return strings.Trim(l.Technique+", "+l.Material, ", ")
	case "mass":
		if l.Mass {
			return "mass"
		}
	case "fund":
		if l.Collection != "" {
			return "yes"
		}
	}
	return ""
}
