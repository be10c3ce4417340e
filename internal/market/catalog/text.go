package catalog

import (
	"bytes"
	"strings"
	"sync"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/renderer/html"
)

// markdown reads descriptions: paragraphs, lists, emphasis, links. A single line break stays one,
// because people who paste plain text mean it; raw HTML is shown as text by the policy below.
var markdown = goldmark.New(goldmark.WithRendererOptions(html.WithHardWraps()))

// policy keeps what a description needs and nothing that acts: no images, no styles, no ids.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "h3", "h4", "code")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(false)
	return p
})

// renderText makes safe HTML of a description. Most are a paragraph of nothing but words: those are HTML already.
func renderText(text string) string {
	if plainWords(text) {
		return "<p>" + text + "</p>\n"
	}
	return renderMarkdown(text)
}

func renderMarkdown(text string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return ""
	}
	// The policy writes rel itself and quotes what others wrote, so these letters are its own.
	return strings.ReplaceAll(policy().Sanitize(b.String()), ` rel="nofollow"`, ` rel="ugc nofollow noopener"`)
}

// plainWords reports whether a text is one line that neither Markdown nor HTML reads anything into: it begins with a
// letter, and has only letters, digits, single spaces and the signs of ordinary sentences.
func plainWords(text string) bool {
	last := ' '
	for i, r := range text {
		switch {
		case unicode.IsLetter(r):
		case i == 0, r == ' ' && last == ' ':
			return false
		case r != ' ' && (r < '0' || r > '9') && !strings.ContainsRune(",.:;?%«»—–№…()/", r):
			return false
		}
		last = r
	}
	return text != "" && last != ' '
}
