package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConnSpeaksHTTP holds the lean client to what net/http's server says in each of its ways.
func TestConnSpeaksHTTP(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ярмарка", 10_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/short":
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "abc", HttpOnly: true, Path: "/"})
			fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("X-A"), r.FormValue("b"))
		case "/chunked":
			for i := range 10 {
				fmt.Fprint(w, long[i*len(long)/10:(i+1)*len(long)/10])
				w.(http.Flusher).Flush()
			}
		case "/close":
			w.Header().Set("Connection", "close")
			fmt.Fprint(w, "bye")
		case "/away":
			http.Redirect(w, r, "/there", http.StatusSeeOther)
		}
	}))
	t.Cleanup(server.Close)
	c := newConn(server.Listener.Addr().String())
	defer c.close()
	type seen struct {
		Status         int
		Body, Location string
		Cookies        []string
	}
	for range 2 { // the second time on a connection that was closed and made anew
		for _, tt := range []struct {
			r    request
			want seen
		}{
			{request{method: "POST", path: "/short", headers: "X-A: 1\r\n", form: "b=2"}, seen{200, "POST 1 2", "", []string{"session=abc"}}},
			{request{method: "GET", path: "/chunked"}, seen{200, long, "", nil}},
			{request{method: "GET", path: "/short"}, seen{200, "GET  ", "", []string{"session=abc"}}},
			{request{method: "GET", path: "/close"}, seen{200, "bye", "", nil}},
			{request{method: "POST", path: "/away"}, seen{303, "", "/there", nil}},
		} {
			a, err := c.do(tt.r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, seen{a.status, string(a.body), a.location, a.cookies}); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", tt.r.method, tt.r.path, diff)
			}
		}
	}
	server.Close()
	if _, err := c.do(request{method: "GET", path: "/short"}); err == nil {
		t.Error("a server that is gone answers")
	}
}

func TestTheCheckoutFormIsFilledIn(t *testing.T) {
	t.Parallel()
	page := `<form><input type="hidden" name="attempt" value="key-1">
		<input type="radio" id="ship.7" name="ship.7" value="pickup:1" checked><input type="radio" name="ship.7" value="courier:0">
		<input type="radio" name="ship.9" value="courier:31"></form>`
	f := address([]byte(page))
	if got := []string{f.Get("attempt"), f.Get("ship.7"), f.Get("ship.9")}; !cmp.Equal(got, []string{"key-1", "courier:0", "courier:31"}) {
		t.Errorf("got %q", got)
	}
	if got := value([]byte(page), `name="nothing" value="`); got != "" {
		t.Errorf("a field that is not there has the value %q", got)
	}
}

// TestABarePageHasTheBytesOfTheRealOne cuts a page into pieces and renders them.
func TestABarePageHasTheBytesOfTheRealOne(t *testing.T) {
	t.Parallel()
	page := `<!DOCTYPE html><html lang="ru"> <body class="page"><h1>Чай &amp; кофе</h1><ul>` +
		strings.Repeat("<li><a href=\"/p/x\">Кружка</a> 120\u00a0₽</li> ", 200) + `</ul></body></html>` + "\n"
	list := pieces(page)
	whole := render(t, list)
	if len(list) < 200 || whole != page {
		t.Errorf("%d pieces make\n%.300s", len(list), whole)
	}
	for _, used := range []int{0, 1, 1000, len(page) - 1, len(page), len(page) + 1000} {
		rest := len(render(t, within(list, used)))
		if rest > max(0, len(page)-used) || rest < len(page)-used-200 {
			t.Errorf("beside %d bytes of %d there are %d", used, len(page), rest)
		}
	}
	if within(nil, 5) != nil {
		t.Error("pieces of nothing")
	}
}

func render(t *testing.T, list []piece) string {
	t.Helper()
	var b strings.Builder
	if err := barePage(list).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
