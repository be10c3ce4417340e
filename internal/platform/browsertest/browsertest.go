// Package browsertest drives a real Chromium through a journey: a page is opened, fields are filled
// by their labels, things are clicked by their names, and texts are waited for, never slept for. One
// browser serves all tests of a package, each with its own profile, so that tests run side by side.
// When a test fails, the page's HTML and a picture of it are kept under testdata/artifacts. Only
// tests import it.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a step may take on a busy machine before the test gives up on it. Only a failure waits for it.
const patience = time.Minute

// Viewports the journeys are walked at.
const (
	Desktop = 1280
	Phone   = 390
)

// Options of a Page.
type Options struct {
	Width int  // Desktop unless given
	NoJS  bool // scripts off
}

// Page is one tab on a server of its own, or on one that runs already.
type Page struct {
	t    testing.TB
	ctx  context.Context
	Base string // address of the server, without a slash at the end
	log  *consoleLog
	noJS bool
}

// New serves h and opens a tab of the shared browser. Server and tab end with the test.
func New(t testing.TB, h http.Handler, o Options) *Page {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return Open(t, server.URL, o)
}

// Open opens a tab for a server that runs already, as another person would: nothing is shared with
// other tabs.
func Open(t testing.TB, base string, o Options) *Page {
	t.Helper()
	ctx, cancel := tab(t)
	p := &Page{t: t, ctx: ctx, Base: strings.TrimSuffix(base, "/"), log: new(consoleLog), noJS: o.NoJS}
	t.Cleanup(func() {
		if t.Failed() {
			p.keep()
		}
		cancel()
	})
	chromedp.ListenTarget(ctx, p.log.listen)
	if o.Width == 0 {
		o.Width = Desktop
	}
	phone := o.Width < 600
	p.do("open a tab", chromedp.Tasks{
		emulation.SetDeviceMetricsOverride(int64(o.Width), 900, 1, phone),
		emulation.SetTouchEmulationEnabled(phone),
		emulation.SetScriptExecutionDisabled(o.NoJS),
	})
	return p
}

// Goto opens a path of the server. A load that a click began a moment ago may overtake it, so it is
// then asked for once more.
func (p *Page) Goto(path string) *Page {
	p.t.Helper()
	err := p.try(chromedp.Navigate(p.Base + path))
	if err != nil && strings.Contains(err.Error(), "ERR_ABORTED") {
		p.settle()
		p.do("open "+path, chromedp.Navigate(p.Base+path))
	} else if err != nil {
		p.t.Fatalf("browser: open %s: %v\n%s", path, err, p.log)
	}
	p.whole()
	return p
}

// Fill types text into the control with this label, replacing what was there.
func (p *Page) Fill(label, text string) *Page {
	p.t.Helper()
	p.act("fill "+label, "fill", label, text)
	return p
}

// Press focuses the control with this label, marks what is in it and presses keys one by one, as a
// keyboard does; "\r" is Enter, and the constants of chromedp's package kb name the others.
func (p *Page) Press(label, keys string) *Page {
	p.t.Helper()
	p.act("focus "+label, "focus", label, "")
	return p.Keys(keys)
}

// Keys presses keys wherever the focus is.
func (p *Page) Keys(keys string) *Page {
	p.t.Helper()
	for _, key := range keys {
		if key == '\r' {
			p.do("press Enter", enter)
			continue
		}
		p.do("press keys", chromedp.KeyEvent(string(key)))
	}
	return p
}

// enter is one event with its text, as from a keyboard: a page that refuses the key stops the text,
// too. chromedp's own KeyEvent sends the text separately, past the refusal.
var enter = chromedp.Tasks{
	input.DispatchKeyEvent(input.KeyDown).WithKey("Enter").WithCode("Enter").WithText("\r").WithWindowsVirtualKeyCode(13),
	input.DispatchKeyEvent(input.KeyUp).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13),
}

// Choose picks the option with this text in the select with this label.
func (p *Page) Choose(label, option string) *Page {
	p.t.Helper()
	p.act("choose "+option+" in "+label, "choose", label, option)
	return p
}

// Tick sets or clears the checkbox, or sets the radio button, with this label.
func (p *Page) Tick(label string) *Page {
	p.t.Helper()
	p.act("tick "+label, "click", label, "")
	return p
}

// Click presses the link or button with this name (its whole text or aria-label first, a part of it
// otherwise), waiting until it is there, and waits for the page that follows to be whole.
func (p *Page) Click(name string) *Page {
	p.t.Helper()
	p.act("click "+name, "press", name, "")
	return p
}

// Wait waits until text is on the page.
func (p *Page) Wait(text string) *Page {
	p.t.Helper()
	p.WaitFor("document.body && document.body.innerText.includes("+quote(text)+")", "the text "+text)
	return p
}

// WaitPath waits until the address begins with path.
func (p *Page) WaitPath(path string) *Page {
	p.t.Helper()
	p.WaitFor("(location.pathname+location.search).startsWith("+quote(path)+")", "the address "+path)
	return p
}

// WaitFor waits until a JavaScript expression is true; what names it in a failure. It works with
// the page's own scripts off.
func (p *Page) WaitFor(expression, what string) *Page {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var ok bool
		err := p.try(p.eval("!!("+expression+")", &ok))
		if err == nil && ok {
			return p
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("browser: waited in vain for %s at %s (%v)\n%s", what, p.Path(), err, p.log)
		}
		time.Sleep(40 * time.Millisecond)
	}
}

// Eval evaluates a JavaScript expression in the page into v; nil drops the result.
func (p *Page) Eval(expression string, v any) *Page {
	p.t.Helper()
	p.do("evaluate "+expression, p.eval(expression, v))
	return p
}

// Text gives the text of the first element that a CSS selector finds, or "".
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var text string
	p.Eval("(document.querySelector("+quote(selector)+")||{innerText:''}).innerText", &text)
	return strings.TrimSpace(text)
}

// Count says how many elements a CSS selector finds.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	var n int
	p.Eval("document.querySelectorAll("+quote(selector)+").length", &n)
	return n
}

// Path is the address without the server.
func (p *Page) Path() string {
	var path string
	if err := p.try(p.eval("location.pathname+location.search", &path)); err != nil {
		return "?"
	}
	return path
}

// Reload asks for the page again.
func (p *Page) Reload() *Page {
	p.t.Helper()
	p.do("reload", chromedp.Reload())
	return p
}

// Upload gives files to the file input that a CSS selector finds.
func (p *Page) Upload(selector string, files ...string) *Page {
	p.t.Helper()
	p.do("upload into "+selector, chromedp.SetUploadFiles(selector, files, chromedp.ByQuery))
	return p
}

// Run runs chromedp actions that have no shorthand here.
func (p *Page) Run(what string, actions ...chromedp.Action) *Page {
	p.t.Helper()
	p.do(what, chromedp.Tasks(actions))
	return p
}

// Console gives what the page wrote to the console and what it threw, for tests that want silence.
func (p *Page) Console() []string { return p.log.lines() }

// do runs an action and fails the test when it cannot.
func (p *Page) do(what string, a chromedp.Action) {
	p.t.Helper()
	if err := p.try(a); err != nil {
		p.t.Fatalf("browser: %s at %s: %v\n%s", what, p.Path(), err, p.log)
	}
}

func (p *Page) try(a chromedp.Action) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, a)
}

// eval works where the page's own scripts are off, too.
func (p *Page) eval(expression string, v any) chromedp.Action {
	return chromedp.Evaluate(expression, v, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithUserGesture(true)
	})
}

// act finds a control by what a person calls it, waits for it, and does the thing. A page load that
// follows is waited for.
func (p *Page) act(what, verb, name, value string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var result string
		err := p.try(p.eval(fmt.Sprintf("(%s)(%s,%s,%s)", finder, quote(verb), quote(name), quote(value)), &result))
		switch {
		case err == nil && result == "done":
			if verb == "press" || verb == "click" {
				p.settle()
			}
			return
		case time.Now().After(deadline):
			p.t.Fatalf("browser: cannot %s at %s: %s %v\n%s", what, p.Path(), result, err, p.log)
		}
		time.Sleep(40 * time.Millisecond)
	}
}

// settle waits until a load that a click began has ended; a click that loads nothing passes at once.
func (p *Page) settle() {
	time.Sleep(30 * time.Millisecond) // the load begins after the click's own task
	p.whole()
}

// whole waits until a page has loaded, and with it the script that it fetches last.
func (p *Page) whole() {
	loaded := "document.readyState === 'complete'"
	if !p.noJS {
		loaded += " && (!document.querySelector('script[data-later]') || !!window.htmx)"
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		var done bool
		if err := p.try(p.eval(loaded, &done)); err == nil && done {
			return
		}
	}
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always marshals
	}
	return string(raw)
}

// keep writes the page down for whoever reads the failure.
func (p *Page) keep() {
	dir := filepath.Join("testdata", "artifacts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Logf("browser: %v", err)
		return
	}
	name := filepath.Join(dir, strings.Map(safe, p.t.Name()))
	var html string
	var png []byte
	if err := p.try(chromedp.Tasks{chromedp.OuterHTML("html", &html, chromedp.ByQuery), chromedp.FullScreenshot(&png, 100)}); err != nil {
		p.t.Logf("browser: the page cannot be kept: %v", err)
	}
	ignored := filepath.Join(dir, ".gitignore")
	for file, data := range map[string][]byte{name + ".html": []byte(html), name + ".png": png, ignored: []byte("*\n")} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			p.t.Logf("browser: %v", err)
		}
	}
	p.t.Logf("browser: page kept as %s.html and .png\n%s", name, p.log)
}

func safe(r rune) rune {
	if r == '/' || r == ' ' || r == '\\' || r == ':' {
		return '_'
	}
	return r
}

// consoleLog keeps what the page says.
type consoleLog struct {
	mu   sync.Mutex
	text []string
}

func (l *consoleLog) listen(event any) {
	var line string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		line = "exception: " + e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		line = string(e.Type)
		for _, arg := range e.Args {
			line += " " + string(arg.Value) + arg.Description
		}
	case *cdplog.EventEntryAdded: // refused by the content security policy, not found, and the like
		line = string(e.Entry.Level) + " " + e.Entry.Text + " " + e.Entry.URL
	case *page.EventJavascriptDialogOpening:
		line = "dialog: " + e.Message
	default:
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, line)
}

func (l *consoleLog) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.text...)
}

func (l *consoleLog) String() string { return strings.Join(l.lines(), "\n") }
