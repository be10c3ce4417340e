package notify

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Letter is what a mail says, told once: its HTML and its plain text are made from the same
// blocks, so they cannot disagree.
type Letter struct {
	Title   string // the heading, in words that say what is true now
	Preview string // what a mailbox shows beside the subject; the title when empty
	Blocks  []Block
	Why     string // the last line: why this person got the mail
}

// Block is one part of a letter.
type Block struct {
	html templ.Component
	text string
}

// Para is a paragraph.
func Para(text string) Block { return Block{paraPart(text), text} }

// Head is a heading within the letter.
func Head(text string) Block { return Block{headPart(text), strings.ToUpper(text)} }

// Button is the one thing to do; url is absolute. The address itself is shown too, for those whose
// mailbox shows no buttons.
func Button(label, url string) Block {
	return Block{buttonPart(label, url), label + ":\n" + url}
}

// Note sets a sentence apart.
func Note(text string) Block { return Block{notePart(text), "* " + text} }

// Fact is a name and a value, such as "Order" and "Я-204118".
type Fact struct{ Name, Value string }

// Facts are name–value pairs under each other.
func Facts(facts ...Fact) Block {
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = f.Name + ": " + f.Value
	}
	return Block{factsPart(facts), strings.Join(lines, "\n")}
}

// Row is one line of goods: what, how many, how much.
type Row struct{ Title, Detail, Sum string }

// Lines lists goods and their sums; totals come after a rule, the last of them in bold.
func Lines(rows []Row, totals []Fact) Block {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "- %s", r.Title)
		if r.Detail != "" {
			fmt.Fprintf(&b, " (%s)", r.Detail)
		}
		fmt.Fprintf(&b, ": %s\n", r.Sum)
	}
	for _, t := range totals {
		fmt.Fprintf(&b, "%s: %s\n", t.Name, t.Value)
	}
	return Block{linesPart(rows, totals), strings.TrimSpace(b.String())}
}

// Compose makes both forms of a letter in its language.
func Compose(ctx context.Context, lang i18n.Lang, l Letter) (html, text string, err error) {
	ctx = i18n.WithLang(ctx, lang)
	var b strings.Builder
	if err := layout(l).Render(ctx, &b); err != nil {
		return "", "", fmt.Errorf("mail %q: %w", l.Title, err)
	}
	parts := []string{l.Title}
	for _, block := range l.Blocks {
		parts = append(parts, block.text)
	}
	foot := "-- \n" + i18n.T(ctx, "notify.sign")
	if l.Why != "" {
		foot += "\n" + l.Why
	}
	return b.String(), strings.Join(append(parts, foot), "\n\n") + "\n", nil
}
