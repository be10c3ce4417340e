package desk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/media"
)

// program is an authority's own program: it holds a key and speaks JSON.
type program struct {
	*bench
	router chi.Router
	key    string
	spec   *spec
}

func newProgram(t *testing.T, k desk.Kind) *program {
	t.Helper()
	p := &program{bench: newBench(t), router: chi.NewRouter()}
	(&desk.Handlers{Desks: p.Service, Files: media.NewHandlers(p.Media)}).APIRoutes(p.router)
	var err error
	p.key, err = p.MakeKey(t.Context(), p.by[k].PersonID, k, "Проверка")
	p.must(err)
	p.spec = readSpec(t, p.ask("GET", "/api/openapi.json", "", "").Body.Bytes())
	return p
}

// ask sends one request; once is its idempotency key.
func (p *program) ask(method, path, body, once string) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+p.key)
	if once != "" {
		r.Header.Set("Idempotency-Key", once)
	}
	w := httptest.NewRecorder()
	p.router.ServeHTTP(w, r)
	return w
}

// want asks and holds the answer against the description of the API.
func (p *program) want(status int, method, path, body, once string) map[string]any {
	p.t.Helper()
	w := p.ask(method, path, body, once)
	if w.Code != status {
		p.t.Fatalf("%s %s answers %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	var answer map[string]any
	p.must(json.Unmarshal(w.Body.Bytes(), &answer))
	p.spec.check(p.t, method, path, w.Code, answer)
	if kind := w.Header().Get("Content-Type"); status >= 400 && kind != "application/problem+json" {
		p.t.Errorf("%s %s: a problem as %s", method, path, kind)
	}
	return answer
}

const casesAt = "/api/v1/export/desks/customs/cases"

func TestProgramDoesWhatAnOfficerDoes(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	id := p.open(desk.Customs, "P-1", func(c *desk.Case) {
		c.Facts = desk.Facts{DeclaredGrams: 500, WeighedGrams: 900, Lines: []desk.Line{{HS: "610910", Text: "T-shirt", Quantity: 1, NetGrams: 300}}}.JSON()
	})
	second := p.open(desk.Customs, "P-2")
	at := fmt.Sprintf("%s/%d", casesAt, id)
	list := p.want(200, "GET", casesAt+"?size=1", "", "")
	if got, _ := list["cases"].([]any); len(got) != 1 || list["next"] == nil {
		t.Fatalf("a page of one: %v", list)
	}
	rest := p.want(200, "GET", casesAt+"?size=1&after="+list["next"].(string), "", "")
	if got, _ := rest["cases"].([]any); len(got) != 1 || rest["next"] != nil || fmt.Sprint(got[0].(map[string]any)["id"]) != fmt.Sprint(second) {
		t.Errorf("the second page: %v", rest)
	}
	if got := p.want(200, "POST", at+"/take", "", "t-1"); got["state"] != "taken" || got["mine"] != true {
		t.Errorf("taken: %v", got)
	}
	p.want(200, "POST", at+"/note", `{"note":"Проверяем вес"}`, "n-1")
	got := p.want(200, "POST", at+"/decide", `{"verdict":"refuse","reason":"weight","note":"Вес не сходится"}`, "d-1")
	if got["verdict"] != "refuse" || got["state"] != "decided" {
		t.Errorf("decided: %v", got)
	}
	if diff := cmp.Diff([]string{"opened", "taken", "note", "refuse"}, p.acts(id)); diff != "" {
		t.Error("the trail (-want +got)", diff)
	}
	if read := p.want(200, "GET", at, "", ""); len(read["trail"].([]any)) != 4 {
		t.Errorf("read: %v", read)
	}
}

// A program goes through the queue, puts a case back, keeps what it found out and reads what the seller sent.
func TestProgramHasEveryVerb(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Culture)
	const cases = "/api/v1/export/desks/culture/cases"
	if got := p.want(200, "POST", cases+"/next", "", "n-0"); got["case"] != nil {
		t.Errorf("an empty queue gives %v", got)
	}
	id := p.open(desk.Culture, "G-1")
	at := fmt.Sprintf("%s/%d", cases, id)
	next, _ := p.want(200, "POST", cases+"/next", "", "n-1")["case"].(map[string]any)
	if next["state"] != "taken" || fmt.Sprint(next["id"]) != fmt.Sprint(id) {
		t.Errorf("the next case: %v", next)
	}
	if got := p.want(200, "POST", at+"/answers", `{"answers":{"year":"1961","nobody asks":"x"}}`, "a-1"); fmt.Sprint(got["answers"]) != "map[year:1961]" {
		t.Errorf("answers: %v", got["answers"])
	}
	p.want(422, "POST", at+"/answers", `{"answers":{"year":"\u0000"}}`, "a-2")
	if got := p.want(200, "POST", at+"/return", "", "r-1"); got["state"] != "open" {
		t.Errorf("returned: %v", got["state"])
	}
	file, err := p.Attach(t.Context(), p.get(desk.Culture, id), "паспорт.pdf", []byte("%PDF-1.4\n%%EOF"))
	p.must(err)
	p.must(p.Answer(t.Context(), p.shop.ID, p.owner, id, "Вот паспорт", file))
	trail := p.want(200, "GET", at, "", "")["trail"].([]any)
	address, _ := trail[len(trail)-1].(map[string]any)["file"].(string)
	if w := p.ask("GET", address, "", ""); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF") {
		t.Errorf("%q answers %d", address, w.Code)
	}
	p.want(404, "GET", fmt.Sprintf("%s/files/%d", at, file+1), "", "")
}

// The same request with the same key is done once and answered the same, in a row and at once.
func TestRequestsAreDoneOnce(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	at := fmt.Sprintf("%s/%d", casesAt, p.open(desk.Customs, "P-1"))
	first, again := p.ask("POST", at+"/note", `{"note":"Раз"}`, "once"), p.ask("POST", at+"/note", `{"note":"Раз"}`, "once")
	if first.Code != 200 || again.Code != 200 || again.Header().Get("Idempotency-Replayed") != "true" || first.Body.String() != again.Body.String() {
		t.Errorf("%d, then %d:\n%s\n%s", first.Code, again.Code, first.Body, again.Body)
	}
	p.want(409, "POST", at+"/note", `{"note":"Два"}`, "once")
	p.want(422, "POST", at+"/note", `{"note":"  "}`, "empty")
	p.want(422, "POST", at+"/note", `{"note":"  "}`, "empty")
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	for range actors {
		wg.Go(func() {
			w := p.ask("POST", at+"/decide", `{"verdict":"release"}`, "race")
			mu.Lock()
			defer mu.Unlock()
			codes[w.Code]++
		})
	}
	wg.Wait()
	if codes[200] == 0 || codes[200]+codes[409] != actors || len(p.heard) != 1 {
		t.Errorf("answers %v, heard %d", codes, len(p.heard))
	}
	if w := p.ask("POST", at+"/decide", `{"verdict":"release"}`, "race"); w.Code != 200 || !strings.Contains(w.Body.String(), `"decided"`) {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

func TestKeysOpenTheirDeskOnly(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	id := p.open(desk.Culture, "G-1")
	p.want(403, "GET", "/api/v1/export/desks/culture/cases", "", "")
	p.want(404, "GET", fmt.Sprintf("%s/%d", casesAt, id), "", "")
	p.want(404, "GET", "/api/v1/export/desks/tax/cases", "", "")
	p.want(404, "GET", casesAt+"/none", "", "")
	p.want(400, "GET", casesAt+"?after=!", "", "")
	p.want(400, "GET", casesAt+"?size=many", "", "")
	right := p.key
	for name, key := range map[string]string{"none": "", "a guess": "yd_" + strings.Repeat("A", 43), "a long one": "yd_" + strings.Repeat("A", 5000), "cut": right[:len(right)-1]} {
		p.key = key
		if w := p.ask("GET", casesAt, "", ""); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	p.key = right
	p.want(200, "GET", casesAt, "", "")
	_, err := p.db.Exec(t.Context(), `delete from memberships where person_id = $1`, p.by[desk.Customs].PersonID)
	p.must(err)
	p.want(401, "GET", casesAt, "", "") // the officer has left the desk
	_, err = p.db.Exec(t.Context(), `insert into memberships (person_id, role) values ($1, 'admin')`, p.by[desk.Customs].PersonID)
	p.must(err)
	p.want(200, "GET", casesAt, "", "")
	keys, err := p.KeysOf(t.Context(), p.by[desk.Customs].PersonID)
	p.must(err)
	if len(keys) != 1 || keys[0].UsedAt == nil || keys[0].Desk != desk.Customs {
		t.Fatalf("keys %+v", keys)
	}
	if err := p.RevokeKey(t.Context(), p.owner, keys[0].ID); err == nil {
		t.Error("another's key was revoked")
	}
	p.must(p.RevokeKey(t.Context(), p.by[desk.Customs].PersonID, keys[0].ID))
	p.want(401, "GET", casesAt, "", "")
}

func TestBadRequestsOfPrograms(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Culture)
	at := fmt.Sprintf("/api/v1/export/desks/culture/cases/%d", p.open(desk.Culture, "G-1"))
	for name, tt := range map[string]struct {
		status     int
		body, once string
		fields     []string
	}{
		"no key of its own":      {400, `{"verdict":"release"}`, "", nil},
		"a key with a space":     {400, `{"verdict":"release"}`, "a b", nil},
		"a key too long":         {400, `{"verdict":"release"}`, strings.Repeat("k", 101), nil},
		"no JSON":                {400, `verdict=release`, "1", nil},
		"two objects":            {400, `{"verdict":"release"}{}`, "2", nil},
		"two verdicts":           {400, `{"verdict":"more","verdict":"release","note":"x"}`, "9", nil},
		"two verdicts, in caps":  {400, `{"verdict":"more","Verdict":"release","note":"x"}`, "10", nil},
		"an answer told twice":   {400, `{"verdict":"more","note":"x","answers":{"year":"1970","year":"1971"}}`, "11", nil},
		"half a letter":          {422, `{"verdict":"more","note":"\ud800"}`, "12", []string{"note"}},
		"no UTF-8":               {400, "{\"verdict\":\"more\",\"note\":\"\xff\"}", "13", nil},
		"a field we have not":    {400, `{"verdict":"release","verdict_date":"x"}`, "3", nil},
		"another verdict":        {422, `{"verdict":"burn","note":"x"}`, "4", []string{"verdict"}},
		"answers are missing":    {422, `{"verdict":"release","answers":{"year":"1970","technique":"x","mass":"mass","fund":"no","art_kind":"print","by_author":"no"}}`, "5", []string{"q.photos"}},
		"a day that is none":     {422, `{"verdict":"release","document":{"date":"2026-02-30"}}`, "6", []string{"document.date"}},
		"letters nobody can see": {422, `{"verdict":"more","note":"\u0000"}`, "7", []string{"note"}},
		"too much":               {413, `{"verdict":"more","note":"` + strings.Repeat("x", 300<<10) + `"}`, "8", nil},
	} {
		answer := p.want(tt.status, "POST", at+"/decide", tt.body, tt.once)
		fields, _ := answer["fields"].(map[string]any)
		for _, field := range tt.fields {
			if fields[field] == nil {
				t.Errorf("%s: the fields are %v", name, fields)
			}
		}
	}
	for _, verb := range []string{"take", "return"} {
		for i, body := range []string{"{", "\xff\xfe", strings.Repeat("[", 10000), `{"id":1}`, "{}{}"} {
			p.want(400, "POST", at+"/"+verb, body, fmt.Sprint(verb, i))
		}
	}
	if c := p.get(desk.Culture, 1); c.State != desk.Open {
		t.Errorf("the case is %s", c.State)
	}
}

func TestProgramsAreSlowedDown(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	p.key = "yd_guess"
	codes := map[int]int{}
	for range 40 {
		codes[p.ask("GET", casesAt, "", "").Code]++
	}
	if codes[401] != 30 || codes[429] != 10 {
		t.Errorf("forty guesses: %v", codes)
	}
}

// Problems come in the language that is asked for.
func TestProblemsInEnglish(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	r := httptest.NewRequestWithContext(t.Context(), "GET", casesAt+"/1", nil)
	r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
	w := httptest.NewRecorder()
	p.router.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), "A header Authorization") {
		t.Error(w.Body)
	}
}

// Every route of the API is described, and everything described is a route.
func TestDescriptionNamesEveryRoute(t *testing.T) {
	t.Parallel()
	p := newProgram(t, desk.Customs)
	var routes []string
	p.must(chi.Walk(p.router, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if pattern != "/api/openapi.json" {
			routes = append(routes, method+" "+pattern)
		}
		return nil
	}))
	slices.Sort(routes)
	if diff := cmp.Diff(routes, p.spec.routes()); diff != "" {
		t.Error("routes against their description", diff)
	}
}
