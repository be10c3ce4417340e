package everyone_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
)

//go:embed testdata/axe-core-4.14.1.min.js
var axe string // Deque Systems, MPL-2.0, as published

//go:embed testdata/criteria.js
var criteria string

// judge looks at pages in a tab of a visitor's own.
type judge struct {
	*browsertest.Page
	t     *testing.T
	lang  string
	seen  int
	again int               // pages that were judged before, under another address
	looks map[string]string // addresses of the pages judged, by what they show
	tried map[string]bool   // forms that were sent empty
	help  []string          // where help stands on the page before
}

func newJudge(t *testing.T, m *apptest.Market, v *apptest.Visitor, lang string) *judge {
	t.Helper()
	p := browsertest.Open(t, m.URL, browsertest.Options{})
	j := &judge{Page: p, t: t, lang: lang, looks: map[string]string{}, tried: map[string]bool{}}
	j.Goto("/robots.txt")
	for _, c := range v.Cookies() {
		j.Run("keep a cookie", network.SetCookie(c.Name, c.Value).WithURL(m.URL).WithHTTPOnly(true).WithSameSite(network.CookieSameSiteLax))
	}
	j.Run("have the focus", emulation.SetFocusEmulationEnabled(true))
	return j
}

// at changes the window's width without loading the page again.
func (j *judge) at(width int) *judge {
	j.t.Helper()
	j.Run(fmt.Sprint("a window of ", width), emulation.SetDeviceMetricsOverride(int64(width), 900, 1, width < 600))
	return j
}

// blame reports what a script found about the page as it is now.
func (j *judge) blame(state string, found []string) {
	j.t.Helper()
	for _, f := range found {
		j.t.Errorf("%s, %s: %s", j.Path(), state, f)
	}
}

// known says whether the page that is open was judged before: an address that leads elsewhere, or that asks for what is
// shown anyhow, gives the same page once more.
func (j *judge) known() bool {
	j.t.Helper()
	var look string
	j.Eval(looks, &look)
	if _, ok := j.looks[look]; ok {
		j.again++
		return true
	}
	j.looks[look] = j.Path()
	return false
}

// check runs one of the scripted criteria.
func (j *judge) check(state, function string) {
	j.t.Helper()
	var found []string
	j.Eval("window.criteria."+function+"()", &found)
	j.blame(state, found)
}

type axeResult struct {
	Violations []struct {
		ID    string
		Help  string
		Nodes []struct {
			Target []any
			HTML   string
			Any    []struct{ Message string }
		}
	}
}

// axe lets axe-core judge the page: every rule of WCAG 2.2 A and AA, and its best practices.
func (j *judge) axe(state string) {
	j.t.Helper()
	const ask = `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify({violations: r.violations}))`
	var raw string
	j.Run("ask axe", chromedp.Evaluate(ask, &raw, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var r axeResult
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		j.t.Fatalf("axe answers %.200s: %v", raw, err)
	}
	for _, v := range r.Violations {
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			why := ""
			if len(n.Any) > 0 {
				why = n.Any[0].Message
			}
			j.blame(state, []string{fmt.Sprintf("axe %s: %s: %v %.160s (%s)", v.ID, v.Help, n.Target, n.HTML, why)})
		}
	}
}

// roomy is the spacing of success criterion 1.4.12.
const roomy = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }`

// looks is everything of the page but where its links and forms lead, which no criterion asks.
const looks = `(() => {
	const body = document.body.cloneNode(true)
	for (const e of body.querySelectorAll('script,input[type=hidden]')) e.remove()
	for (const e of body.querySelectorAll('[href],[action],[formaction]')) for (const name of ['href', 'action', 'formaction']) e.removeAttribute(name)
	return document.title + body.outerHTML
})()`

// with adds a style to the page while something is looked at.
func (j *judge) with(style string, look func()) {
	j.t.Helper()
	j.Eval(`(s => { s.replaceSync(`+quoted(style)+`); document.adoptedStyleSheets = [s] })(new CSSStyleSheet())`, nil)
	look()
	j.Eval(`void (document.adoptedStyleSheets = [])`, nil)
}

// whole judges the page that is open, in one state, as everybody may come to see it. The languages have their markup in
// common, so the second one is judged where its words may not fit or not be marked as its own: in a hand.
func (j *judge) whole(state string) {
	j.t.Helper()
	j.seen++
	j.Eval(axe+";"+criteria, nil)
	j.check(state, "refusals")
	j.check(state, "entry")
	if j.lang == "" {
		j.at(browsertest.Desktop).axe(state + " at 1280")
		j.at(640).check(state+", 200 %", "sideways")
	}
	j.at(browsertest.Phone).axe(state + " at 390")
	j.check(state, "targets")
	j.with(roomy, func() { j.check(state+", spaced text", "sideways"); j.check(state+", spaced text", "cut") })
	j.at(320).check(state+", 400 %", "sideways")
	if j.lang == "" {
		j.at(browsertest.Desktop) // where the keyboard goes on
	}
	j.helpStays(state)
	for _, line := range j.Console() {
		if strings.Contains(line, "Content Security Policy") {
			j.blame(state, []string{line})
		}
	}
}

// helpStays is 3.2.6: what helps stands at the same place among the page's landmarks as on the page before.
func (j *judge) helpStays(state string) {
	j.t.Helper()
	var now []string
	j.Eval("criteria.help()", &now)
	if len(now) == 0 {
		j.blame(state, []string{"no way to help"})
	} else if j.help != nil && !slices.Equal(j.help, now) {
		j.blame(state, []string{fmt.Sprintf("help stands at %v, elsewhere at %v", now, j.help)})
	}
	j.help = now
}

// stays is 3.2.2: choosing something leaves the visitor on the page, with the focus where it was.
func (j *judge) stays(state string) {
	j.t.Helper()
	path := j.Path()
	j.Eval(`window.away = ''; navigation.addEventListener('navigate', e => { if (!e.destination.sameDocument) window.away = e.destination.url })`, nil)
	j.check(state, "choose")
	var away string
	if j.Eval("window.away ?? 'another page'", &away); away != "" {
		j.t.Errorf("%s, %s: choosing something leads to %s", path, state, away)
	}
}

// byKeyboard walks the page with Tab alone: everything that can be used is reached in the order it stands in, is seen
// where it is, nothing is covered, nothing keeps the focus and nothing happens on focus alone. A first page is walked from
// its top to its end, the others from where the skip link leads to where the footer begins.
func (j *judge) byKeyboard(state string, first bool) {
	j.t.Helper()
	var want int
	j.Eval(criteria+";criteria.focusable().length", &want)
	path, reached := j.Path(), 0
	j.Eval(`void (window.order = [], criteria.fromTop())`, nil)
	if !first {
		j.Eval(`criteria.onlyMain()`, nil)
	}
	for range 4*want + 12 { // a date has a stop for its day, month, year and calendar
		j.Run("press Tab", chromedp.KeyEvent("\t"))
		var step struct {
			Done  bool
			Found []string
		}
		j.Eval(`(() => {
			const e = document.activeElement
			if (e && e === order[order.length - 1]) return {done: false, found: []}
			if (!e || e === document.body || order.includes(e) || !criteria.inWalk(e)) return {done: true, found: []}
			order.push(e)
			return {done: false, found: criteria.focusSeen()}
		})()`, &step)
		j.blame(state+", by keyboard", step.Found)
		if step.Done {
			break
		}
		reached++
	}
	if j.Path() != path {
		j.t.Errorf("%s: the focus alone led to %s", path, j.Path())
		return
	}
	var missed []string
	j.Eval(`criteria.focusable().filter(e => !order.includes(e)).map(e => 'Tab does not reach ' + criteria.name(e)).slice(0, 5)`, &missed)
	j.blame(state+", by keyboard", missed)
	var jumps []string
	j.Eval(`order.slice(1).map((e, i) => order[i].compareDocumentPosition(e) & 2 ? 'Tab goes back from ' + criteria.name(order[i]) + ' to ' + criteria.name(e) : '').filter(Boolean)`, &jumps)
	j.blame(state+", by keyboard", jumps)
	if reached == 0 && first {
		j.t.Errorf("%s: Tab reaches nothing", path)
	}
}

func quoted(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(raw)
}

// forms lists the forms of the page that somebody writes something into, by their addresses.
const forms = `[...document.querySelectorAll('main form[method=post i]')].filter(f => [...f.elements].some(e =>
	e.matches('input:not([type]),input[type=text],input[type=email],input[type=tel],input[type=number],input[type=password],textarea') && e.offsetParent)
).map(f => new URL(f.action).pathname)`

// refuse empties the form with an address and sends it as it is.
const refuse = `(path => {
	const form = [...document.querySelectorAll('main form[method=post i]')].find(f => new URL(f.action).pathname === path)
	for (const e of form.elements) {
		if (e.matches('input:not([type=hidden]):not([type=submit]):not([type=radio]):not([type=checkbox]),textarea') && !e.readOnly) e.value = ''
	}
	window.before = true
	form.submit() // as without scripts, and past what the browser checks itself
})`

// refused sends every form of the page empty and judges what comes back: the form again, with its errors.
func (j *judge) refused(path string) {
	j.t.Helper()
	var addresses []string
	j.Eval(forms, &addresses)
	for _, address := range addresses {
		shape := apptest.Shape(&url.URL{Path: address})
		if j.tried[shape] {
			continue
		}
		j.tried[shape] = true
		j.Goto(path)
		j.Eval(refuse+"("+quoted(address)+")", nil)
		j.WaitFor("!window.before && document.readyState === 'complete'", "the answer to "+address)
		j.whole("after " + address + " was sent empty")
	}
}
