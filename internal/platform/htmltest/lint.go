package htmltest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Lint lists what makes a page break its own promises: controls without a name, references to ids
// that do not exist, ids given twice, pictures without alt, a missing or repeated h1, and whatever
// the content security policy would refuse (inline styles, handlers, scripts).
func (n *Node) Lint() []string {
	l := &linter{ids: map[string]int{}}
	l.walk(n)
	for id, times := range l.ids {
		if times > 1 {
			l.say("id %q is given %d times", id, times)
		}
	}
	for _, ref := range l.refs {
		if l.ids[ref.id] == 0 {
			l.say("%s points to %q, which is not there", ref.from, ref.id)
		}
	}
	slices.Sort(l.found)
	return l.found
}

type linter struct {
	found []string
	ids   map[string]int
	refs  []struct{ from, id string }
	h1    int
}

func (l *linter) say(format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf(format, args...))
}

func (l *linter) walk(top *Node) {
	whole := false
	for d := range top.n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		e := &Node{top.t, d}
		whole = whole || e.Tag() == "main"
		l.attributes(e)
		l.element(e)
	}
	if whole && l.h1 != 1 {
		l.say("%d h1, want one", l.h1)
	}
}

func (l *linter) attributes(e *Node) {
	for _, a := range e.n.Attr {
		switch {
		case a.Key == "id":
			l.ids[a.Val]++
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			l.say("<%s> has an inline %s", e.Tag(), a.Key)
		case a.Key == "for" || a.Key == "aria-labelledby" || a.Key == "aria-describedby" || a.Key == "form" || a.Key == "list":
			for id := range strings.FieldsSeq(a.Val) {
				l.refs = append(l.refs, struct{ from, id string }{"<" + e.Tag() + " " + a.Key + ">", id})
			}
		case (a.Key == "href" || a.Key == "action") && strings.HasPrefix(strings.ToLower(a.Val), "javascript:"):
			l.say("<%s> has a javascript address", e.Tag())
		}
	}
}

func (l *linter) element(e *Node) {
	switch e.Tag() {
	case "h1":
		l.h1++
	case "img":
		if !e.HasAttr("alt") {
			l.say("an img without alt: %s", e.Attr("src"))
		}
	case "style":
		l.say("a <style> element")
	case "script":
		if !e.HasAttr("src") && e.Attr("type") != "application/ld+json" && !e.HasAttr("nonce") {
			l.say("an inline <script>")
		}
	case "form":
		if action := e.Attr("action"); strings.EqualFold(e.Attr("method"), "post") && strings.Contains(action, "#") {
			l.say("a form posts to a fragment: %s", action)
		}
	case "a", "button", "input", "select", "textarea":
		l.control(e)
	}
}

func (l *linter) control(e *Node) {
	hidden := e.Attr("type") == "hidden" || e.Attr("aria-hidden") == "true"
	if e.Tag() == "a" && !e.HasAttr("href") {
		hidden = true
	}
	if !hidden && strings.TrimSpace(e.Name()) == "" {
		l.say("a <%s %s%s%s> without a name", e.Tag(), e.Attr("name"), e.Attr("href"), e.Attr("class"))
	}
}
