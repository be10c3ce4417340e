package postal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func TestParseQuote(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		body string
		want quote
		fail string
	}{
		"as documented":       {`{"id":5011,"pay":45000,"paynds":54900,"date-first":20260101,"delivery":{"min":10,"max":16,"deadline":"20261204T000000"}}`, quote{54900, 10, 16, first}, ""},
		"days as one number":  {`{"id":5011,"paynds":54900,"delivery":16}`, quote{54900, 16, 16, time.Time{}}, ""},
		"texts for numbers":   {`{"id":"5011","paynds":"54900.5","delivery":{"min":"1","max":0}}`, quote{54901, 1, 1, time.Time{}}, ""},
		"no days":             {`{"id":5011,"paynds":1}`, quote{Price: 1}, ""},
		"a refusal":           {`{"errors":[{"msg":"Пересылка запрещена","code":1372},{"msg":"x","code":"7"}]}`, quote{}, "1372, 7"},
		"of another object":   {`{"id":4031,"paynds":54900}`, quote{}, "object 4031"},
		"for nothing":         {`{"id":5011,"paynds":0}`, quote{}, "price of 0"},
		"less than nothing":   {`{"id":5011,"paynds":-5}`, quote{}, "price of -5"},
		"in a thousand years": {`{"id":5011,"paynds":5,"delivery":99999}`, quote{}, "99999 days"},
		"not JSON":            {`<html>`, quote{}, "invalid character"},
		"nothing":             {``, quote{}, "unexpected end"},
	} {
		got, err := parseQuote([]byte(tt.body), 5011)
		if tt.fail == "" && err != nil || tt.fail != "" && (err == nil || !strings.Contains(err.Error(), tt.fail)) {
			t.Errorf("%s: %v, want %q", name, err, tt.fail)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestQuoteRequestShape(t *testing.T) {
	t.Parallel()
	q := quoteAsk{Object: 4021, Country: 276, From: "420015", Grams: 1500, Insured: 250000, Day: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	want := "country-to=276&date=20261122&errorcode=1&from=420015&isavia=1&json=&object=4021&sumoc=250000&weight=1500"
	if got := q.values().Encode(); got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
}

func TestParseDictionary(t *testing.T) {
	t.Parallel()
	list, err := parseDictionary([]byte(`{"country":[
		{"id":276,"name":"Германия","letter":{"block":0,"wmax":2000,"oc":1,"oc-max":4000000,"declaration":0},
			"parcel":{"block":1,"wmax":"20000","sizemax":{"x":60,"y":105,"z":60},"linemax":200,"oc":0,"declaration":2,"serviceoff":[4,25],"avia":{"block":0}},
			"item-stop":["Радиопередатчики","Монеты"],"note":""},
		{"id":643,"letter":{"block":0}}, {"id":999999,"letter":{"block":0}}, {"id":276,"letter":{"block":1}},
		{"id":840,"ems":{"block":19,"wmax":-5,"sizemax":null},"item-stop":"0"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []terms{
		{Country: "DE", Service: Letter, WeightMax: 2000, Insurable: true, InsuredMax: 4000000, ServiceOff: []int32{}, ItemStop: "Радиопередатчики; Монеты"},
		{Country: "DE", Service: Parcel, WeightMax: 20000, SizeMax: [3]int64{600, 1050, 600}, LineMax: 2000, Declaration: 2, ServiceOff: []int32{4, 25}, ItemStop: "Радиопередатчики; Монеты"},
		{Country: "US", Service: EMS, Block: 19, ServiceOff: []int32{}},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{FactClosed, FactNoInsured}, list[2].facts()); diff != "" {
		t.Errorf("facts: -want +got\n%s", diff)
	}
	if _, err := parseDictionary([]byte(`{"country":[]}`)); !errors.Is(err, errNoCountries) {
		t.Errorf("an empty dictionary is taken: %v", err)
	}
}

func TestParseObjects(t *testing.T) {
	t.Parallel()
	got, err := parseObjects([]byte(`{"object":[{"id":5011,"name":"x"},{"id":"4031"}]}`))
	if diff := cmp.Diff(map[int]bool{5011: true, 4031: true}, got); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	for _, body := range []string{`{"object":[]}`, `{}`, `[`, `{"errors":[{"msg":"нет","code":1}]}`} {
		if _, err := parseObjects([]byte(body)); err == nil {
			t.Errorf("%s is taken", body)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		codes  []string
		kind   errs.Kind
	}{
		"code and sub-code": {404, `{"code":"1001","sub-code":"RESTRICTED_NOT_FOUND","desc":"Не найдено"}`, []string{"1001", "RESTRICTED_NOT_FOUND", "NOT_FOUND"}, errs.Internal},
		"a number for code": {400, `{"code":1001,"desc":"x"}`, []string{"1001"}, errs.Internal},
		"error and status":  {400, `{"error":"Bad Request","status":400}`, []string{"HTTP_400"}, errs.Internal},
		"keys":              {401, `{"status":"ERROR","message":"no"}`, []string{"UNAUTHORIZED"}, errs.Internal},
		"proxy":             {407, ``, []string{"UNAUTHORIZED"}, errs.Internal},
		"a page":            {418, `<html>`, []string{"HTTP_418"}, errs.Internal},
		"too many":          {429, `{"status":"ERROR","message":"лимит"}`, nil, errs.TooMany},
	} {
		err := refusalOf(answer{status: tt.status, body: []byte(tt.body)})
		if errs.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", name, err)
		}
		if r, ok := errors.AsType[*Refusal](err); tt.codes != nil && (!ok || cmp.Diff(tt.codes, r.Codes) != "") {
			t.Errorf("%s: %v, want %v", name, err, tt.codes)
		}
	}
	list := listErrors{{Codes: []struct {
		Code        string `json:"code"`
		Description string `json:"description"`
		Details     string `json:"details"`
	}{{"ILLEGAL_MASS_EXCESS", "Масса", "2001"}}}}
	err := list.refusal()
	if r, ok := errors.AsType[*Refusal](err); !ok || !r.Has("ILLEGAL_MASS_EXCESS") || r.Words() != "Масса: 2001" {
		t.Errorf("%v", err)
	}
}

// An item's number has to be a Russian one with a right digit, wherever the post says it.
func TestRussian(t *testing.T) {
	t.Parallel()
	for barcode, ok := range map[string]bool{"RA123456785RU": true, "RA123456784RU": false, "EB000717595HK": false, "JA123456785RU": false, "": false} {
		if _, err := russian(barcode); (err == nil) != ok || !ok && !errors.Is(err, ErrNumber) {
			t.Errorf("%q: %v", barcode, err)
		}
	}
}

func TestPostTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 18, 9, 30, 0, 0, time.UTC)
	for _, text := range []string{"2026-11-18T12:30:00", "2026-11-18T12:30:00.000+03:00", "18.11.2026 12:30:00", "2026-11-18T09:30:00Z", "2026-11-18 12:30:00"} {
		if got, err := postTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "18/11/2026", "0001-01-01T00:00:00", "9999-01-01"} {
		if got, err := postTime(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	if got, err := postTime(""); err != nil || !got.IsZero() {
		t.Errorf("nothing is %v (%v)", got, err)
	}
}

func TestFuse(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	f := &fuse{patience: 3}
	for range 3 {
		if !f.enter(at) {
			t.Fatal("blown too early")
		}
		f.note(at, false)
	}
	if f.enter(at.Add(firstRest - 1)) {
		t.Error("a dead service is asked")
	}
	at = at.Add(firstRest)
	if !f.enter(at) || f.enter(at) {
		t.Error("after the rest one call, and one only, is let through")
	}
	f.note(at, false)
	if f.enter(at.Add(2*firstRest - 1)) {
		t.Error("the second rest is no longer than the first")
	}
	at = at.Add(2 * firstRest)
	if !f.enter(at) {
		t.Error("left alone for too long")
	}
	f.skip() // the caller went away
	if !f.enter(at) {
		t.Error("a caller who left blocks the next")
	}
	f.note(at, true)
	for range 2 {
		if !f.enter(at) {
			t.Error("a service that is back is still shunned")
		}
	}
	for range 100 {
		f.note(at, false)
	}
	if f.until.After(at.Add(lastRest)) {
		t.Errorf("the rest grew to %s", f.until.Sub(at))
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for try := 1; try < tries; try++ {
		for range 100 {
			if d := backoff(try); d < firstPause<<(try-1)/2 || d > firstPause<<(try-1) {
				t.Fatalf("try %d waits %s", try, d)
			}
		}
	}
}

func TestConfigCheck(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"": true, "https://otpravka-api.pochta.ru": true, "http://127.0.0.1:99": true, "http://post.example": false,
		"https://u:p@post.example": false, "ftp://post.example": false, "post.example": false} {
		if err := (Config{OrdersURL: address}).Check(); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if err := NewPost(Config{}, time.Now).CheckIn(t.Context(), "1"); errs.KeyOf(err) != "postal.unconfigured" {
		t.Errorf("a post that is not connected: %v", err)
	}
	if diff := cmp.Diff([]string{"POST_KEY", "POST_TRACKING_LOGIN", "POST_TRACKING_PASSWORD", "POST_FROM"}, Config{Token: "t"}.Lacks()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMemo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	m := newMemo[int, int](10, time.Minute)
	for i := range 1000 {
		m.put(i, i, at)
	}
	if m.len() > 20 {
		t.Errorf("it holds %d", m.len())
	}
	if v, ok := m.get(999, at); !ok || v != 999 {
		t.Error("the last is forgotten")
	}
	if _, ok := m.get(999, at.Add(time.Minute)); ok {
		t.Error("it is kept too long")
	}
	if _, ok := m.get(1, at); ok {
		t.Error("nothing is forgotten")
	}
}
