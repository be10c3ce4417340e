package htmltest

import (
	"strings"

	"golang.org/x/net/html"
)

// Match is one condition on an element.
type Match struct {
	name string
	ok   func(*Node) bool
}

func matchFunc(name string, ok func(*Node) bool) Match { return Match{name, ok} }

func describe(matches []Match) string {
	names := make([]string, len(matches))
	for i, m := range matches {
		names[i] = m.name
	}
	return strings.Join(names, " and ")
}

// Role finds an element by what it is to a screen reader (link, button, heading, textbox, table …)
// and, unless name is "", by a part of its accessible name.
func Role(role, name string) Match {
	return matchFunc(role+" "+quote(name), func(n *Node) bool {
		return n.role() == role && (name == "" || strings.Contains(n.Name(), name))
	})
}

// Label finds a control by a part of its label.
func Label(text string) Match {
	return matchFunc("control labelled "+quote(text), func(n *Node) bool {
		return isControl(n) && n.Attr("type") != "hidden" && n.Tag() != "button" && strings.Contains(n.Name(), text)
	})
}

// TestID finds an element by its data-testid.
func TestID(id string) Match {
	return matchFunc("data-testid "+quote(id), func(n *Node) bool { return n.Attr("data-testid") == id })
}

// ID finds an element by its id.
func ID(id string) Match {
	return matchFunc("id "+quote(id), func(n *Node) bool { return n.Attr("id") == id })
}

// Tag finds elements by name.
func Tag(tag string) Match {
	return matchFunc("<"+tag+">", func(n *Node) bool { return n.Tag() == tag })
}

// Attr finds elements with an attribute of exactly this value.
func Attr(name, value string) Match {
	return matchFunc("["+name+"="+quote(value)+"]", func(n *Node) bool { return n.HasAttr(name) && n.Attr(name) == value })
}

// Class finds elements of a class.
func Class(class string) Match {
	return matchFunc("."+class, func(n *Node) bool {
		for c := range strings.FieldsSeq(n.Attr("class")) {
			if c == class {
				return true
			}
		}
		return false
	})
}

// Text finds elements that contain a text.
func Text(text string) Match {
	return matchFunc("text "+quote(text), func(n *Node) bool { return strings.Contains(n.Text(), text) })
}

func quote(s string) string { return "“" + s + "”" }

var rolesByTag = map[string]string{
	"button": "button", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "nav": "navigation",
	"main": "main", "header": "banner", "footer": "contentinfo", "aside": "complementary", "form": "form", "table": "table",
	"tr": "row", "td": "cell", "ul": "list", "ol": "list", "li": "listitem", "select": "combobox", "textarea": "textbox",
	"img": "img", "article": "article", "fieldset": "group", "progress": "progressbar", "meter": "meter", "dialog": "dialog",
	"section": "region", "option": "option",
}

var rolesByInput = map[string]string{
	"": "textbox", "text": "textbox", "email": "textbox", "tel": "textbox", "url": "textbox", "password": "textbox",
	"search": "searchbox", "number": "spinbutton", "checkbox": "checkbox", "radio": "radio", "submit": "button",
	"button": "button", "image": "button",
}

func (n *Node) role() string {
	if role := n.Attr("role"); role != "" {
		return role
	}
	switch tag := n.Tag(); tag {
	case "a":
		if n.HasAttr("href") {
			return "link"
		}
		return ""
	case "input":
		return rolesByInput[n.Attr("type")]
	case "th":
		if n.Attr("scope") == "row" {
			return "rowheader"
		}
		return "columnheader"
	default:
		return rolesByTag[tag]
	}
}

// Name is what a screen reader calls the element: aria-label, what aria-labelledby points to, the
// label of a control, the alt of an image, or its text.
func (n *Node) Name() string {
	if label := n.Attr("aria-label"); label != "" {
		return label
	}
	if ids := n.Attr("aria-labelledby"); ids != "" {
		return n.textOf(strings.Fields(ids))
	}
	switch {
	case n.Tag() == "input" && rolesByInput[n.Attr("type")] == "button":
		return n.Attr("value")
	case isControl(n) && n.Tag() != "button":
		return n.label()
	case n.Tag() == "img":
		return n.Attr("alt")
	case n.Tag() == "fieldset":
		return n.firstText("legend")
	case n.Tag() == "table":
		return n.firstText("caption")
	}
	return n.Text()
}

func (n *Node) firstText(tag string) string {
	if all := n.All(Tag(tag)); len(all) > 0 {
		return all[0].Text()
	}
	return ""
}

func (n *Node) root() *Node {
	top := n.n
	for top.Parent != nil {
		top = top.Parent
	}
	return &Node{n.t, top}
}

func (n *Node) textOf(ids []string) string {
	var texts []string
	for _, id := range ids {
		for _, e := range n.root().All(ID(id)) {
			texts = append(texts, e.Text())
		}
	}
	return strings.Join(texts, " ")
}

// label finds the <label for> of a control, or the label around it.
func (n *Node) label() string {
	if id := n.Attr("id"); id != "" {
		if labels := n.root().All(Tag("label"), Attr("for", id)); len(labels) > 0 {
			return labels[0].Text()
		}
	}
	for p := n.n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == "label" {
			return (&Node{n.t, p}).Text()
		}
	}
	return n.Attr("title")
}
