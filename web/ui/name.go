package ui

import (
	"context"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

// modelNumber is a model's number with a hyphen in it, such as "VB-800" or "BK-38,".
var modelNumber = regexp.MustCompile(`^\p{L}{1,4}-\d[\d\p{L}]{0,7}\pP?$`)

// Name prints what a thing is called, where a line may end within it: a model's number stays in one piece.
func Name(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		words := strings.Split(text, " ")
		for i, word := range words {
			words[i] = templ.EscapeString(word)
			if modelNumber.MatchString(word) {
				words[i] = `<span class="nw">` + words[i] + `</span>`
			}
		}
		_, err := io.WriteString(w, strings.Join(words, " "))
		return err
	})
}
