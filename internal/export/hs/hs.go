// Package hs classifies things for customs: it holds the Harmonized System 2022 to six digits, finds codes by words in
// Russian and English, suggests one for a thing with a confidence and its evidence, keeps the union's dated ten-digit
// nomenclature where an operator has imported it, and judges descriptions. It owns the tables tnved and tnved_files. It
// never confirms a code, never makes a short code longer, and keeps no facts of goods: those are of package goods.
package hs

import (
	"strings"
)

// Code is the digits of a place in the nomenclature: a chapter of two, a heading of four, a subheading of six. Paper
// shows it with points (6302.60); nothing here is padded.
type Code string

// Level is how many digits the code has.
func (c Code) Level() int { return len(c) }

// Heading is the first four digits, or the code itself when it is shorter.
func (c Code) Heading() Code { return c[:min(len(c), 4)] }

// String writes the code as papers do: 63, 6302, 6302.60, 6302.60.00 00.
func (c Code) String() string {
	switch {
	case len(c) == 10:
		return string(c[:4] + "." + c[4:6] + "." + c[6:8] + " " + c[8:])
	case len(c) > 4:
		return string(c[:4] + "." + c[4:])
	}
	return string(c)
}

// Digits strips the points and spaces that people write into codes. It answers "" when anything but them and digits is
// there.
func Digits(text string) string {
	digits := strings.Map(func(r rune) rune {
		switch r {
		case '.', ' ', '\u00a0', '\u202f', '\t', '-':
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	for _, r := range digits {
		if r < '0' || r > '9' {
			return ""
		}
	}
	return digits
}

// Entry is one line of the nomenclature.
type Entry struct {
	Code Code
	Text string // English; there is no open Russian text
}

// Thing is what is known of something to classify.
type Thing struct {
	ProductID, SellerID int64 // 0 where there is none: a thing typed into a calculator
	CategoryID          int64
	TitleRU, TitleEN    string
	Category            []Place // from the root down
	Material            string  // in either language
	Use                 string  // in either language: what it is for
	YearMade            int     // 0 where nobody said
}

// Place is one category of a thing's path.
type Place struct{ Code, NameRU, NameEN string }

// Kind of evidence, which is also the end of its message key.
type Kind string

// Kinds of evidence, the strongest first.
const (
	ByCards    Kind = "cards"    // confirmed cards of other sellers say so
	ByWords    Kind = "words"    // a trade word of the title
	ByMaterial Kind = "material" // the material chose among the subheadings
	ByCategory Kind = "category" // the category lies there
	ByText     Kind = "text"     // the nomenclature's own words
	ByAge      Kind = "age"      // it is older than a hundred years
)

// Evidence is one reason for a suggestion.
type Evidence struct {
	Kind  Kind
	Word  string // the word, the material or the category's path, in the language of the asker
	N, Of int    // of ByCards: so many of so many; of ByAge: years
	Sure  bool   // false: a guess of ours that nobody has checked
}

// Suggestion is a code that may be right.
type Suggestion struct {
	Entry
	Path       []Entry // chapter, heading, subheading
	Confidence int     // per cent
	Evidence   []Evidence
}

// Vote says that a seller other than the asker has confirmed a code for a thing like this.
type Vote struct {
	Code     Code
	SellerID int64
	Same     bool // the very card, not only a thing like it
}
