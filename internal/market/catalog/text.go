package catalog

import (
	"bytes"
	"strings"
	"sync"

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

// renderText makes safe HTML of a description.
func renderText(text string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		return ""
	}
	// The policy writes rel itself and quotes what others wrote, so these letters are its own.
	return strings.ReplaceAll(policy().Sanitize(b.String()), ` rel="nofollow"`, ` rel="ugc nofollow noopener"`)
}

// likeSafe keeps the signs of a LIKE pattern in what people type from meaning anything.
func likeSafe(s string) string { return likeSigns.Replace(s) }

var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
