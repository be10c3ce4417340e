package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/desk/program"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// caller is an authority's own program: it holds a key and speaks JSON. Behind it lie a desk with an officer, and a shop
// with an owner.
type caller struct {
	*program.Service
	t           testing.TB
	db          *pgxpool.Pool
	shop, owner int64
	officer     int64
	heard       atomic.Int64 // verdicts
	router      chi.Router
	key         string
	spec        *spec
}

func newProgram(t *testing.T, k desk.Kind) *caller {
	t.Helper()
	db := dbtest.New(t)
	p := &caller{t: t, db: db, router: chi.NewRouter()}
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	library, err := clearance.Load(rules.FS)
	p.must(err)
	files, err := blob.OpenDisk(t.TempDir())
	p.must(err)
	kept, tables := media.New(db, files, now), func(_ context.Context, day time.Time) (clearance.Tables, error) { return library.TablesOn(day), nil }
	p.Service = program.New(desk.New(desk.Deps{DB: db, Now: now, BaseURL: "https://yarmarka.test", Media: kept, Limiter: limit.New(db, now), Tables: tables,
		Contracts: contract.New(contract.Deps{DB: db, Now: now, BaseURL: "https://yarmarka.test", Media: kept, Tables: tables})}))
	p.OnDecided = func(context.Context, pgx.Tx, desk.Decided) error {
		p.heard.Add(1)
		return nil
	}
	accounts := accounttest.Service(t, db)
	p.shop, p.owner, p.officer = catalogtest.Shop(t, db).ID, accounttest.Person(t, db), accounttest.Person(t, db)
	accounttest.Grant(t, db, accounts, p.owner, p.shop, account.Owner)
	accounttest.Grant(t, db, accounts, p.officer, 0, k.Role())
	(&program.Handlers{Programs: p.Service, Files: media.NewHandlers(kept)}).APIRoutes(p.router)
	p.key, err = p.MakeKey(t.Context(), p.officer, k, "Проверка")
	p.must(err)
	p.spec = readSpec(t, p.ask("GET", "/api/openapi.json", "", "").Body.Bytes())
	return p
}

func (p *caller) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// open puts a case on a desk; change edits it before.
func (p *caller) open(k desk.Kind, number string, change ...func(*desk.Case)) int64 {
	p.t.Helper()
	c := desk.Case{Kind: k, Subject: desk.Parcel, SubjectNumber: number, SellerID: p.shop, Title: "Посылка " + number, Country: "DE", Risk: 40,
		Facts: desk.Facts{Lines: []desk.Line{{HS: "970121", Text: "Oil painting", YearMade: 1970, Author: "Н. Белова"}}}.JSON()}
	for _, f := range change {
		f(&c)
	}
	id, err := p.Open(p.t.Context(), p.db, c)
	p.must(err)
	return id
}

func (p *caller) get(k desk.Kind, id int64) desk.Case {
	p.t.Helper()
	c, err := p.Get(p.t.Context(), k, id)
	p.must(err)
	return c
}

// acts are what the trail of a case says, in order.
func (p *caller) acts(id int64) []string {
	p.t.Helper()
	acts, err := pg.Scalars[string](p.t.Context(), p.db, `select act from export_case_events where case_id = $1 order by id`, id)
	p.must(err)
	return acts
}

// actors is how many requests come at once.
const actors = 8

// ask sends one request; once is its idempotency key.
func (p *caller) ask(method, path, body, once string) *httptest.ResponseRecorder {
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
func (p *caller) want(status int, method, path, body, once string) map[string]any {
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
	p.must(p.Answer(t.Context(), p.shop, p.owner, id, "Вот паспорт", file))
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
	if codes[200] == 0 || codes[200]+codes[409] != actors || p.heard.Load() != 1 {
		t.Errorf("answers %v, heard %d", codes, p.heard.Load())
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
	_, err := p.db.Exec(t.Context(), `delete from memberships where person_id = $1`, p.officer)
	p.must(err)
	p.want(401, "GET", casesAt, "", "") // the officer has left the desk
	_, err = p.db.Exec(t.Context(), `insert into memberships (person_id, role) values ($1, 'admin')`, p.officer)
	p.must(err)
	p.want(200, "GET", casesAt, "", "")
	keys, err := p.KeysOf(t.Context(), p.officer)
	p.must(err)
	if len(keys) != 1 || keys[0].UsedAt == nil || keys[0].Desk != desk.Customs {
		t.Fatalf("keys %+v", keys)
	}
	if err := p.RevokeKey(t.Context(), p.owner, keys[0].ID); err == nil {
		t.Error("another's key was revoked")
	}
	p.must(p.RevokeKey(t.Context(), p.officer, keys[0].ID))
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
