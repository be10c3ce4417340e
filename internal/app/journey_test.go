package app_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// way is how a journey is walked.
type way struct {
	lang  i18n.Lang
	noJS  bool
	width int
}

func (w way) String() string {
	script := "js"
	if w.noJS {
		script = "nojs"
	}
	return string(w.lang) + "_" + script + "_" + strconv.Itoa(w.width)
}

// everyWay is both languages, with and without scripts, on a desk and in a hand.
func everyWay() []way {
	var list []way
	for _, lang := range i18n.Langs {
		for _, noJS := range []bool{false, true} {
			for _, width := range []int{browsertest.Desktop, browsertest.Phone} {
				list = append(list, way{lang, noJS, width})
			}
		}
	}
	return list
}

// Three ways that between them have every language, scripts and none, and both widths.
var (
	ruDesk  = way{i18n.RU, false, browsertest.Desktop}
	ruBare  = way{i18n.RU, true, browsertest.Phone}
	enPhone = way{i18n.EN, false, browsertest.Phone}
)

// person is somebody at a browser of their own.
type person struct {
	*browsertest.Page
	t  testing.TB
	at *apptest.Market
	way
}

// someone opens a browser at a market.
func someone(t testing.TB, m *apptest.Market, w way) *person {
	t.Helper()
	page := browsertest.Open(t, m.URL, browsertest.Options{Width: w.width, NoJS: w.noJS})
	return &person{page, t, m, w}
}

// says gives the text that the site has for a key in the person's language.
func (p *person) says(key string, args ...any) string { return i18n.In(p.lang, key, args...) }

// path is a path of the site in the person's language.
func (p *person) path(path string) string {
	if p.lang == i18n.EN {
		return "/en" + path
	}
	return path
}

// open opens a path in the person's language.
func (p *person) open(path string) *person {
	p.t.Helper()
	p.Goto(p.path(path))
	return p
}

// signIn signs in with an account of the demonstration.
func (p *person) signIn(email string) *person {
	p.t.Helper()
	p.open("/sign-in")
	p.Fill(p.says("account.email.label"), email)
	p.Fill(p.says("account.password.label"), demo.Password)
	p.follow(`main form[action$="/sign-in"] button[type=submit]`)
	if strings.HasSuffix(p.Path(), "/sign-in") {
		p.t.Fatalf("%s could not sign in: %s", email, p.Text("main"))
	}
	return p
}

// count waits until a CSS selector finds n elements.
func (p *person) count(selector string, n int) *person {
	p.t.Helper()
	p.WaitFor("document.querySelectorAll("+quoted(selector)+").length === "+strconv.Itoa(n), strconv.Itoa(n)+" × "+selector)
	return p
}

// sees waits for a text, asking for the page again where background work brings it.
func (p *person) sees(text string) *person {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if strings.Contains(p.Text("body"), text) {
			return p
		}
		p.Reload()
	}
	p.Wait(text)
	return p
}

// press clicks the first element that a CSS selector finds.
func (p *person) press(selector string) *person {
	p.t.Helper()
	p.WaitFor("document.querySelector("+quoted(selector)+")", selector)
	p.Eval("(e => { e.scrollIntoView({block:'center'}); e.click() })(document.querySelector("+quoted(selector)+"))", nil)
	return p
}

// goes does what leads to another page and waits until that page is there.
func (p *person) goes(act func()) *person {
	p.t.Helper()
	p.Eval("void (window.here = true)", nil)
	act()
	p.WaitFor(`!window.here && document.readyState === "complete"`, "another page")
	return p
}

// follow presses the first element that a CSS selector finds and waits for the page it leads to.
func (p *person) follow(selector string) *person {
	p.t.Helper()
	return p.goes(func() { p.press(selector) })
}

// click presses what has this name and waits for the page it leads to.
func (p *person) click(name string) *person {
	p.t.Helper()
	return p.goes(func() { p.Click(name) })
}

// answer asks for an address with the person's cookies and gives the status and the beginning of the body.
func (p *person) answer(path string) (status int, start string) {
	p.t.Helper()
	var got string
	p.Eval(`(() => { const x = new XMLHttpRequest(); x.open('GET', `+quoted(path)+`, false);
		x.overrideMimeType('text/plain; charset=x-user-defined'); x.send(); return x.status + ' ' + x.responseText.slice(0, 5) })()`, &got)
	code, start, _ := strings.Cut(got, " ")
	status, err := strconv.Atoi(code)
	if err != nil {
		p.t.Fatalf("%s: %q", path, got)
	}
	return status, start
}

// value is what a field holds.
func (p *person) value(name string) string {
	p.t.Helper()
	var v string
	p.Eval("document.querySelector("+quoted("[name="+name+"]")+").value", &v)
	return v
}

func quoted(s string) string { return strconv.Quote(s) }
