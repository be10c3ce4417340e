// Package htmltest reads a page the way a person with a screen reader meets it: by role and name,
// by a field's label, or by data-testid where neither exists. Tests of handlers use it, so that
// they break when a page stops making sense and not when its markup moves. Only tests import it.
package htmltest

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Node is an element of a page.
type Node struct {
	t testing.TB
	n *html.Node
}

// Parse reads a page.
func Parse(t testing.TB, r io.Reader) *Node {
	t.Helper()
	root, err := html.Parse(r)
	if err != nil {
		t.Fatalf("htmltest: %v", err)
	}
	return &Node{t, root}
}

// ParseString reads a page or a part of one.
func ParseString(t testing.TB, s string) *Node {
	t.Helper()
	return Parse(t, strings.NewReader(s))
}

// All lists the elements under n that satisfy every match, in document order.
func (n *Node) All(matches ...Match) []*Node {
	var found []*Node
	for d := range n.n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		if c := (&Node{n.t, d}); c.is(matches) {
			found = append(found, c)
		}
	}
	return found
}

func (n *Node) is(matches []Match) bool {
	for _, m := range matches {
		if !m.ok(n) {
			return false
		}
	}
	return true
}

// Find gives the first element that satisfies every match and fails the test when there is none.
func (n *Node) Find(matches ...Match) *Node {
	n.t.Helper()
	found := n.All(matches...)
	if len(found) == 0 {
		n.t.Fatalf("htmltest: no %s in:\n%s", describe(matches), clip(n.Text()))
	}
	return found[0]
}

// One is Find that also fails when there are several.
func (n *Node) One(matches ...Match) *Node {
	n.t.Helper()
	if found := n.All(matches...); len(found) > 1 {
		n.t.Fatalf("htmltest: %d of %s, want one", len(found), describe(matches))
	}
	return n.Find(matches...)
}

// Has reports whether some element satisfies every match.
func (n *Node) Has(matches ...Match) bool { return len(n.All(matches...)) > 0 }

// Count says how many elements satisfy every match.
func (n *Node) Count(matches ...Match) int { return len(n.All(matches...)) }

// Text is what is written in n, with runs of white space as one space; scripts and styles are not text.
func (n *Node) Text() string {
	var b strings.Builder
	writeText(&b, n.n)
	return strings.Join(strings.FieldsFunc(b.String(), isSpace), " ")
}

// isSpace leaves no-break spaces alone: they are part of a price.
func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }

func writeText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
		return
	case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style"):
		return
	case n.Type == html.ElementNode && breaks[n.Data]:
		b.WriteByte(' ')
	}
	for c := range n.ChildNodes() {
		writeText(b, c)
	}
}

// breaks are elements that stand apart from the text before them.
var breaks = map[string]bool{"p": true, "div": true, "li": true, "td": true, "th": true, "tr": true, "br": true, "dd": true,
	"dt": true, "h1": true, "h2": true, "h3": true, "section": true, "article": true, "option": true, "button": true, "label": true}

// Attr gives an attribute, or "".
func (n *Node) Attr(name string) string {
	for _, a := range n.n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// HasAttr reports whether the attribute is there, with or without a value.
func (n *Node) HasAttr(name string) bool {
	for _, a := range n.n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Tag is the element's name.
func (n *Node) Tag() string { return n.n.Data }

// Parent gives the nearest ancestor that satisfies every match, and fails the test when there is none.
func (n *Node) Parent(matches ...Match) *Node {
	n.t.Helper()
	for p := n.n.Parent; p != nil; p = p.Parent {
		if c := (&Node{n.t, p}); p.Type == html.ElementNode && c.is(matches) {
			return c
		}
	}
	n.t.Fatalf("htmltest: nothing above <%s> is %s", n.Tag(), describe(matches))
	return nil
}

// Value is what a control holds: an input's value, a select's choice, a text area's text.
func (n *Node) Value() string {
	switch n.Tag() {
	case "textarea":
		var b strings.Builder
		for c := range n.n.ChildNodes() {
			b.WriteString(c.Data)
		}
		return strings.TrimPrefix(b.String(), "\n")
	case "select":
		for i, o := range n.All(Tag("option")) {
			if o.HasAttr("selected") || (i == 0 && !n.Has(Tag("option"), Attr("selected", ""))) {
				return o.optionValue()
			}
		}
		return ""
	}
	return n.Attr("value")
}

func (n *Node) optionValue() string {
	if n.HasAttr("value") {
		return n.Attr("value")
	}
	return n.Text()
}

// Form is what a browser would send: the address, the method and the fields as they stand.
type Form struct {
	Method string // "get" or "post"
	Action string
	Values url.Values
}

// Form reads the form n is, or is in. Buttons send nothing until Press names one.
func (n *Node) Form() Form {
	n.t.Helper()
	form := n
	if n.Tag() != "form" {
		form = n.Parent(Tag("form"))
	}
	f := Form{Method: strings.ToLower(form.Attr("method")), Action: form.Attr("action"), Values: url.Values{}}
	if f.Method == "" {
		f.Method = "get"
	}
	for _, c := range form.root().All(matchFunc("control", isControl)) {
		if c.owner(form) {
			f.add(c)
		}
	}
	return f
}

// owner reports whether a control belongs to a form: by its form attribute, else by where it is.
func (n *Node) owner(form *Node) bool {
	if n.HasAttr("form") {
		return form.Attr("id") != "" && n.Attr("form") == form.Attr("id")
	}
	for e := n.n.Parent; e != nil; e = e.Parent {
		if e == form.n {
			return true
		}
	}
	return false
}

func (f Form) add(c *Node) {
	name, kind := c.Attr("name"), c.Attr("type")
	if name == "" || c.HasAttr("disabled") {
		return
	}
	switch {
	case c.Tag() == "button" || kind == "submit" || kind == "image" || kind == "file" || kind == "button":
	case (kind == "checkbox" || kind == "radio") && !c.HasAttr("checked"):
	case (kind == "checkbox" || kind == "radio") && !c.HasAttr("value"):
		f.Values.Add(name, "on")
	default:
		f.Values.Add(name, c.Value())
	}
}

// Press reads the form of the button n as if it were pressed: its name, value and own address go along.
func (n *Node) Press() Form {
	n.t.Helper()
	f := n.Form()
	if name := n.Attr("name"); name != "" {
		f.Values.Add(name, n.Attr("value"))
	}
	if action := n.Attr("formaction"); action != "" {
		f.Action = action
	}
	return f
}

func isControl(n *Node) bool {
	switch n.Tag() {
	case "input", "select", "textarea", "button":
		return true
	}
	return false
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > 2000 {
		return string(runes[:2000]) + "…"
	}
	return s
}
