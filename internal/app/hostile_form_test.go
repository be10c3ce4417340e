package app

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// entrance is a form of the site as one of those who may use it meets it.
type entrance struct {
	role   string
	method string
	path   string
	values url.Values
	files  []string // names of its file fields
}

func (e entrance) String() string { return e.method + " " + e.path + " as " + e.role }

// ending are parts of addresses of forms that end things: they are tried last.
var ending = []string{"cancel", "remove", "/end", "block", "suspend", "refuse", "sign-out", "/role", "dismiss", "/drop", "bulk"}

// entrances finds every form: those of the table of routes, and what stands on the pages that each role may open, so a new
// form is here by itself.
func (w *world) entrances() []entrance {
	w.t.Helper()
	seen := map[string]bool{}
	var list []entrance
	add := func(e entrance) {
		key := e.method + " " + e.path + " " + strings.Join(slices.Sorted(maps.Keys(e.values)), ",") + strings.Join(e.files, ",")
		if !seen[key] {
			seen[key] = true
			list = append(list, e)
		}
	}
	for _, role := range []string{anonymous, guest, anna, ownerA, packerA, moderator, admin} {
		for _, r := range rules() {
			if !r.who.allowed(role) || !r.whose.owns(role) || strings.Contains(r.route, "/dev/mail") {
				continue
			}
			if r.method() == http.MethodPost {
				if role == w.rightly(r) {
					values, err := url.ParseQuery(strings.ReplaceAll(w.fill(r.form), " ", "+"))
					w.must(err)
					add(entrance{role: role, method: http.MethodPost, path: r.path(w), values: values})
				}
				continue
			}
			for _, e := range w.formsOn(role, r.path(w)) {
				add(e)
			}
		}
	}
	last := func(e entrance) bool {
		return slices.ContainsFunc(ending, func(part string) bool { return strings.Contains(e.path, part) })
	}
	slices.SortStableFunc(list, func(a, b entrance) int {
		switch {
		case last(a) == last(b):
			return strings.Compare(a.path, b.path)
		case last(b):
			return -1
		}
		return 1
	})
	return list
}

// rightly names one who may do what a rule says.
func (w *world) rightly(r rule) string {
	for _, role := range []string{anna, ownerA, admin} {
		if r.who.allowed(role) && r.whose.owns(role) {
			return role
		}
	}
	return ""
}

// formsOn reads the forms of one page.
func (w *world) formsOn(role, path string) []entrance {
	w.t.Helper()
	got := w.get(path, w.actors[role].cookies()...)
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	at, err := url.Parse(path)
	w.must(err)
	var list []entrance
	for _, node := range htmltest.ParseString(w.t, got.body).All(htmltest.Tag("form")) {
		form := node.Form()
		to, err := at.Parse(form.Action)
		w.must(err)
		if to.Host != "" && to.Host != "yarmarka.test" {
			continue
		}
		e := entrance{role: role, method: strings.ToUpper(form.Method), path: to.Path, values: form.Values}
		for _, input := range node.All(htmltest.Tag("input"), htmltest.Attr("type", "file")) {
			e.files = append(e.files, input.Attr("name"))
		}
		for _, button := range node.All(htmltest.Tag("button")) {
			if name := button.Attr("name"); name != "" && !e.values.Has(name) {
				e.values.Set(name, button.Attr("value"))
			}
		}
		list = append(list, e)
	}
	return list
}

// send fills an entrance in as the role it is for.
func (w *world) send(e entrance, values url.Values) reply {
	w.t.Helper()
	c := call{method: e.method, path: e.path, cookies: w.actors[e.role].cookies(), from: "203.0.113.77:1"}
	if e.method == http.MethodPost {
		c.form = values
	} else {
		c.path += "?" + values.Encode()
	}
	if strings.Contains(e.path, "passkey") && !strings.HasSuffix(e.path, "/remove") {
		c.header = map[string]string{"Accept": "application/json"}
	}
	return w.do(c)
}

// reopen takes back what shut a door: limits, sessions that were ended, shops and people that were closed.
func (w *world) reopen(role string) {
	w.t.Helper()
	w.exec(`delete from rate_limits`)
	w.exec(`update people set blocked_at = null where blocked_at is not null`)
	if a := w.actors[role]; one[int64](w.site, `select count(*) from sessions where id = $1`, a.session) == 0 {
		w.actors[role] = w.fresh(a)
	}
}

// Whatever is typed into whichever field of whichever form: no failure of ours, nothing runs, and what cannot be kept as it
// was typed is refused.
func TestHostileTextInEveryField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doors, lines := w.entrances(), naughty(t)
	if len(doors) < 90 {
		t.Errorf("only %d forms were found", len(doors))
	}
	asked, next := 0, 0
	for i, e := range doors {
		w.reopen(e.role)
		try := func(what string, values url.Values) {
			asked++
			w.sane(fmt.Sprintf("%s, %s", e, what), w.send(e, values))
		}
		fields := slices.Sorted(maps.Keys(e.values))
		for _, field := range fields {
			for what, text := range unkeepable(fmt.Sprintf("ЩЪ%dЪ%sЪЩ", i, field)) {
				try(field+" is "+what, with(e.values, values(field, text)))
			}
		}
		w.reopen(e.role)
		for n, text := range nasty {
			everywhere := url.Values{}
			for _, field := range fields {
				everywhere.Set(field, text)
			}
			try(fmt.Sprintf("everything is nasty[%d]", n), everywhere)
		}
		w.reopen(e.role)
		for _, field := range fields {
			for range 3 {
				text := nasty[next%len(nasty)]
				if len(lines) > 0 {
					text = lines[next%len(lines)]
				}
				next += 7 // prime to the length of the list, more or less: neighbours are alike
				try(fmt.Sprintf("%s is %q", field, text), with(e.values, values(field, text)))
			}
		}
	}
	t.Logf("%d forms, %d requests", len(doors), asked)
	for _, table := range w.tables() {
		if restless[table] == "*" && !strings.HasPrefix(table, "river_job") {
			continue
		}
		for _, kept := range one[[]string](w.site, `select coalesce(array_agg(distinct m[1]), '{}') from `+table+` t, regexp_matches(t::text, 'ЩЪ(.*?)ЪЩ', 'g') m`) {
			n, field, _ := strings.Cut(kept, "Ъ")
			t.Errorf("%s keeps what was typed into %s of form %s and is not what was typed", table, field, n)
		}
	}
}

// Forms of odd shapes: thousands of fields, fields many times over, other types of content, bodies that end too soon.
func TestOddBodiesInEveryForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	many := url.Values{}
	for i := range 12_000 {
		many.Set(fmt.Sprintf("f%d", i), "x")
	}
	parts := strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n", 10_000) + "--b--\r\n"
	for _, e := range w.entrances() {
		if e.method != http.MethodPost {
			continue
		}
		w.reopen(e.role)
		ask := func(what, kind, body string) reply {
			got := w.do(call{method: e.method, path: e.path, raw: body, cookies: w.actors[e.role].cookies(), header: map[string]string{"Content-Type": kind}})
			w.sane(fmt.Sprintf("%s, %s", e, what), got)
			return got
		}
		repeated := url.Values{}
		for field, value := range e.values {
			repeated[field] = slices.Repeat(value, 200)
		}
		const plain, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
		ask("12,000 fields", plain, many.Encode())
		ask("every field 200 times", plain, repeated.Encode())
		ask("a bad escape", plain, "a=%zz&%=%")
		ask("JSON", "application/json", `{"a":[1,{"b":null}]}`)
		ask("XML", "text/xml", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`)
		ask("no type", "", "a=1")
		ask("a type that is none", "multipart/form-data; boundary=\x01", "a=1")
		ask("cut off", multi, "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1")
		if got := ask("10,000 parts", multi, parts); got.StatusCode < 400 && len(e.values) > 0 && e.path != "/recent" { // which a script calls and nobody reads
			t.Errorf("%s takes 10,000 parts: %d", e, got.StatusCode)
		}
		if got := ask("two megabytes", plain, "x="+strings.Repeat("y", 2<<20)); bodyLimit(e.path) < 2<<20 && got.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s takes two megabytes: %d", e, got.StatusCode)
		}
	}
}
