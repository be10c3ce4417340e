package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Whatever refuses a program under /api, before the router or behind it, does so in JSON with the status it always had.
func TestProgramsAreRefusedInJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const cases = "/api/v1/export/desks/customs/cases"
	huge := strings.Repeat("x", 2<<20)
	for name, tt := range map[string]struct {
		call   call
		status int
		ru, en string
		header [2]string
	}{
		"nothing there":          {call{method: http.MethodGet, path: "/api/v1/nowhere"}, 404, "Такого адреса в API нет", "no such address", [2]string{}},
		"the root of it":         {call{method: http.MethodGet, path: "/api"}, 404, "Такого адреса в API нет", "no such address", [2]string{}},
		"posting to nothing":     {call{method: http.MethodPost, path: "/api/v2/orders", raw: "{}"}, 404, "Такого адреса в API нет", "no such address", [2]string{}},
		"another method":         {call{method: http.MethodPost, path: "/api/openapi.json", raw: "{}"}, 405, "", "", [2]string{"Allow", "GET, HEAD"}},
		"deleting a case":        {call{method: http.MethodDelete, path: cases + "/1"}, 405, "", "", [2]string{"Allow", "GET, HEAD"}},
		"no key":                 {call{method: http.MethodGet, path: cases}, 401, "", "", [2]string{"WWW-Authenticate", `Bearer realm="export desks"`}},
		"a form of another site": {call{method: http.MethodPost, path: cases + "/next", raw: "{}", header: map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}}, 403, "", "", [2]string{}},
		"too much":               {call{method: http.MethodPost, path: cases + "/next", raw: huge}, 413, "", "", [2]string{}},
		"in the English folder":  {call{method: http.MethodGet, path: "/en/api/v1/nowhere"}, 404, "no such address", "no such address", [2]string{}},
	} {
		for lang, words := range map[string]string{"ru": tt.ru, "en-GB,en;q=0.8": tt.en} {
			c := tt.call
			c.header = map[string]string{"Accept-Language": lang, "Accept": "*/*"}
			for key, value := range tt.call.header {
				c.header[key] = value
			}
			got := s.do(c)
			var p struct {
				Type, Title string
				Status      int
			}
			err := json.Unmarshal([]byte(got.body), &p)
			if got.StatusCode != tt.status || err != nil || got.Header.Get("Content-Type") != "application/problem+json" || p.Status != tt.status || p.Type == "" || p.Title == "" {
				t.Errorf("%s, %s: %d %s %.200s", name, lang, got.StatusCode, got.Header.Get("Content-Type"), got.body)
				continue
			}
			if !strings.Contains(strings.ToLower(p.Title), strings.ToLower(words)) {
				t.Errorf("%s, %s: it says %q, want %q", name, lang, p.Title, words)
			}
			if tt.header[0] != "" && got.Header.Get(tt.header[0]) != tt.header[1] {
				t.Errorf("%s: %s is %q, want %q", name, tt.header[0], got.Header.Get(tt.header[0]), tt.header[1])
			}
		}
	}
	if page := s.get("/nowhere"); page.StatusCode != http.StatusNotFound || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a person's page: %d %s", page.StatusCode, page.Header.Get("Content-Type"))
	}
	if page := s.do(call{method: http.MethodDelete, path: "/export/rules"}); page.StatusCode != http.StatusMethodNotAllowed || page.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("a page: %d, Allow %q", page.StatusCode, page.Header.Get("Allow"))
	}
}
