package notify

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
)

// Block is one part of a letter, made by Para, Head and the others below. It is kept in the outbox as it stands here, so
// a program reads a new kind, or a new field, before another writes it.
type Block struct {
	Kind  string `json:"k"` // a key of forms
	Text  string `json:"t,omitempty"`
	URL   string `json:"u,omitempty"`
	Rows  []Row  `json:"r,omitempty"`
	Facts []Fact `json:"f,omitempty"`
}

// Fact is a name and a value, such as "Order" and "Я-204118".
type Fact struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// Row is one line of goods: what, how many, how much.
type Row struct {
	Title  string `json:"t"`
	Detail string `json:"d,omitempty"`
	Sum    string `json:"s"`
}

// Para is a paragraph.
func Para(text string) Block { return Block{Kind: "para", Text: text} }

// Head is a heading within the letter.
func Head(text string) Block { return Block{Kind: "head", Text: text} }

// Button is the one thing to do; url is absolute. The address itself is shown too, for those whose
// mailbox shows no buttons.
func Button(label, url string) Block { return Block{Kind: "button", Text: label, URL: url} }

// Note sets a sentence apart.
func Note(text string) Block { return Block{Kind: "note", Text: text} }

// Facts are name–value pairs under each other.
func Facts(facts ...Fact) Block { return Block{Kind: "facts", Facts: facts} }

// Lines lists goods and their sums; totals come after a rule, the last of them in bold.
func Lines(rows []Row, totals []Fact) Block { return Block{Kind: "lines", Rows: rows, Facts: totals} }

// forms are the two forms of every kind of block.
var forms = map[string]struct {
	html func(Block) templ.Component
	text func(Block) string
}{
	"para":   {paraPart, func(b Block) string { return b.Text }},
	"head":   {headPart, func(b Block) string { return strings.ToUpper(b.Text) }},
	"button": {buttonPart, func(b Block) string { return b.Text + ":\n" + b.URL }},
	"note":   {notePart, func(b Block) string { return "* " + b.Text }},
	"facts":  {factsPart, factsText},
	"lines":  {linesPart, linesText},
}

func factsText(b Block) string {
	lines := make([]string, len(b.Facts))
	for i, f := range b.Facts {
		lines[i] = f.Name + ": " + f.Value
	}
	return strings.Join(lines, "\n")
}

func linesText(b Block) string {
	var text strings.Builder
	for _, r := range b.Rows {
		fmt.Fprintf(&text, "- %s", r.Title)
		if r.Detail != "" {
			fmt.Fprintf(&text, " (%s)", r.Detail)
		}
		fmt.Fprintf(&text, ": %s\n", r.Sum)
	}
	return strings.TrimSpace(text.String() + factsText(Block{Facts: b.Facts}))
}
