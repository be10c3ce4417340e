package goods

import (
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

type formView struct {
	view
	Sheet
	Typed    map[string]string
	Proposed []string // facts that the card proposes and nobody has saved
	Abroad   bool
	Version  int
	Now      time.Time
	Note     string // what was typed to a desk
}

// field is the input of one fact.
func (v formView) field(key, width, mode string) ui.Input {
	hint := ""
	if i18n.Has(v.Lang, "export.goods.hint."+key) {
		hint = v.t("hint." + key)
	}
	if slices.Contains(v.Proposed, key) && v.Typed[key] != "" {
		hint = strings.TrimSpace(hint + " " + v.t("proposed"))
	}
	return ui.Input{Name: key, ID: key, Label: v.t("fact." + key), Value: v.Typed[key], Hint: hint, Err: v.Errs.Of(key), Width: width, InputMode: mode}
}

// making asks how many there are of it.
func (v formView) making() ui.Choices {
	c := ui.Choices{Name: "making", Legend: v.t("fact.making"), Value: v.Typed["making"], Err: v.Errs.Of("making")}
	for _, how := range []string{"mass", "unique"} {
		c.Options = append(c.Options, ui.Choice{Value: how, Label: v.t("making." + how)})
	}
	if slices.Contains(v.Proposed, "making") {
		c.Hint = v.t("proposed.making")
	}
	return c
}

func (v formView) collections() ui.Sel {
	s := ui.Sel{Name: "collection", ID: "collection", Label: v.t("fact.collection"), Value: v.Typed["collection"], Err: v.Errs.Of("collection"), Width: "l"}
	for _, c := range collections {
		name := c
		if name == "" {
			name = "none"
		}
		s.Options = append(s.Options, ui.Option{Value: c, Label: v.t("collection." + name)})
	}
	return s
}

func (v formView) traits() ui.Choices {
	c := ui.Choices{Name: "traits", Legend: v.t("fact.traits"), HideLegend: true, Hint: v.t("hint.traits"), Columns: true, Small: true, Err: v.Errs.Of("traits"),
		Values: strings.FieldsFunc(v.Typed["traits"], func(r rune) bool { return r == ',' || r == ' ' })}
	for _, name := range traits {
		c.Options = append(c.Options, ui.Choice{Value: name, Label: v.t("trait." + name)})
	}
	return c
}

// origins are the countries, Russia first.
func (v formView) origins() ui.Sel {
	f := v.field("origin", "m", "")
	s := ui.Sel{Name: "origin", ID: "origin", Label: f.Label, Value: strings.ToUpper(v.Typed["origin"]), Hint: f.Hint, Err: f.Err, Width: "l", Options: []ui.Option{{Value: "", Label: v.t("origin.choose")}, {Value: "RU", Label: originName(v.Lang, "RU")}}}
	for _, c := range destination.Countries(v.Lang) {
		if c.Code != "RU" {
			s.Options = append(s.Options, ui.Option{Value: c.Code, Label: originName(v.Lang, c.Code)})
		}
	}
	return s
}

// wordsNote says what a foreign customs would mind in the English text.
func (v formView) wordsNote() string {
	list := strings.Join(v.Words.Words, ", ")
	if v.Words.Bad {
		return v.t("words.bad", "words", list)
	}
	return v.t("words.weak", "words", list)
}

func (v formView) standingKind() string {
	switch v.state(v.Sheet.Passport).Kind {
	case ui.Bad:
		return ui.Bad
	case ui.Info:
		return ui.Info
	}
	return ui.Warn
}

func (v formView) standingText() string {
	p := v.Sheet.Passport
	if desk, waiting := p.desk(); waiting {
		return v.t("standing.desk." + desk)
	}
	if k := v.standingKind(); k == ui.Bad {
		return v.t("standing.never")
	}
	if !p.Abroad {
		return v.t("standing.off")
	}
	return v.t("standing.lacking")
}

func (v formView) confidenceKind(n int) string {
	switch {
	case n >= v.Min:
		return ui.OK
	case 2*n >= v.Min:
		return ui.Warn
	}
	return ""
}

func (v formView) pickKind(first bool) string {
	if first {
		return ""
	}
	return ui.Outline
}

// shownCodes is how many suggestions a form shows.
const shownCodes = 3

// offered are the suggestions to choose from; once a code is confirmed, only that one.
func (v formView) offered() []hs.Suggestion {
	list := v.Suggestions[:min(len(v.Suggestions), shownCodes)]
	if !v.Sheet.Passport.Confirmed {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(s hs.Suggestion) bool { return string(s.Code) != v.Sheet.Passport.HS })
}

// others are what else might be right beside a confirmed code.
func (v formView) others() []hs.Suggestion {
	if !v.Sheet.Passport.Confirmed {
		return nil
	}
	list := slices.Clone(v.Suggestions[:min(len(v.Suggestions), shownCodes)])
	return slices.DeleteFunc(list, func(s hs.Suggestion) bool { return string(s.Code) == v.Sheet.Passport.HS })
}
