package pricelist

import (
	"strings"

	"golang.org/x/net/html"
)

// describe turns the HTML of a feed into the Markdown that cards keep: headings, paragraphs, lists,
// bold and italics survive; scripts, styles, links, images and whatever else a shop engine writes
// do not. Text without tags passes with its line breaks. Characters that Markdown reads are escaped,
// so nothing a feed says can become markup of ours.
func describe(given string) string {
	if !strings.ContainsAny(given, "<&") {
		return tidy(escapeMarkdown(given))
	}
	var b strings.Builder
	z, hidden := html.NewTokenizer(strings.NewReader(given)), 0
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, or input the tokenizer cannot read on: what was read stays
			return tidy(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.WriteString(escapeMarkdown(spaces(z.Token().Data)))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if tag == "script" || tag == "style" || tag == "iframe" || tag == "template" {
				hidden++
			}
			b.WriteString(opening[tag])
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if hidden > 0 && (tag == "script" || tag == "style" || tag == "iframe" || tag == "template") {
				hidden--
			}
			b.WriteString(closing[tag])
		}
	}
}

var opening = map[string]string{
	"p": "\n\n", "div": "\n\n", "br": "\n", "h1": "\n\n### ", "h2": "\n\n### ", "h3": "\n\n### ", "h4": "\n\n### ",
	"ul": "\n\n", "ol": "\n\n", "li": "\n- ", "tr": "\n", "td": " ", "th": " ",
}

var closing = map[string]string{"p": "\n\n", "div": "\n\n", "h1": "\n\n", "h2": "\n\n", "h3": "\n\n", "h4": "\n\n", "ul": "\n\n", "ol": "\n\n"}

// spaces folds white space as a browser does, keeping one space at each edge.
func spaces(s string) string {
	folded := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' }), " ")
	if folded == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.ContainsRune(" \n\t\r\f", rune(s[0])) {
		folded = " " + folded
	}
	if strings.ContainsRune(" \n\t\r\f", rune(s[len(s)-1])) {
		folded += " "
	}
	return folded
}

var markdown = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`)

func escapeMarkdown(s string) string { return markdown.Replace(s) }

// tidy trims lines and leaves at most one empty line between them.
func tidy(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "-" || line == "###" || line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
