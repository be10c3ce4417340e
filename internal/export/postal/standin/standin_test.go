package standin

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

var day = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

func start(t *testing.T, o Options) (*Server, *postal.Post) {
	t.Helper()
	o.Now = func() time.Time { return day }
	o.Seed = 3
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, postal.NewPost(Config(server.URL), o.Now)
}

func order(number, mailType, category string) postal.Order {
	return postal.Order{Number: number, MailType: mailType, MailCategory: category, Country: 276, Mass: 450, Office: "101000", Recipient: "A", Postcode: "1",
		Customs: &postal.Customs{Entries: []postal.CustomsEntry{{Amount: 1, TNVED: "442010", Value: 1, Weight: 1}}}}
}

func (s *Server) file(t *testing.T, o postal.Order) *item {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	it, err := s.take(o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// What was answered is remembered by the next one, after a kill too; nothing is given out twice.
func TestStateSurvives(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "deep", "standin.jsonl")
	first, post := start(t, Options{Keep: file})
	seen := map[s10.Number]bool{}
	for range 20 {
		it := first.file(t, order("Y-1", "SMALL_PACKET", "ORDERED"))
		if seen[it.Barcode] {
			t.Fatalf("%s is given out twice", it.Barcode)
		}
		seen[it.Barcode] = true
	}
	batches, err := post.Ship(t.Context(), []int64{1, 2}, day)
	if err != nil {
		t.Fatal(err)
	}
	if err := post.CheckIn(t.Context(), batches[0].Name); err != nil {
		t.Fatal(err)
	}
	if err := first.Push(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if ok, err := first.Act("Y-1", "weigh", 600); !ok || err != nil {
		t.Fatal(ok, err)
	}
	// A kill leaves a line unfinished.
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"item":{"id":99,"numb`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	second, _ := start(t, Options{Keep: file})
	if diff := cmp.Diff(first.State(), second.State()); diff != "" {
		t.Errorf("-before +after\n%s", diff)
	}
	if diff := cmp.Diff(first.items, second.items); diff != "" {
		t.Errorf("-before +after\n%s", diff)
	}
	it := second.file(t, order("Y-2", "SMALL_PACKET", "ORDERED"))
	if seen[it.Barcode] || it.ID != 21 {
		t.Errorf("%d %s is given out twice", it.ID, it.Barcode)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}

func TestMint(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for _, tt := range []struct{ mailType, category, prefix string }{
		{"SMALL_PACKET", "ORDERED", "RA"}, {"SMALL_PACKET", "SIMPLE", "UA"}, {"POSTAL_PARCEL", "ORDINARY", "CC"}, {"POSTAL_PARCEL", "WITH_DECLARED_VALUE", "CV"},
		{"EMS", "ORDINARY", "EA"}, {"EMS", "WITH_DECLARED_VALUE", "EE"}, {"LETTER", "ORDERED", "RL"}, {"BANDEROL", "ORDERED", "RB"},
	} {
		for range 200 {
			it := s.file(t, order("Y", tt.mailType, tt.category))
			if id, err := s10.Parse(string(it.Barcode)); err != nil || id.Country() != "RU" || !strings.HasPrefix(string(id), tt.prefix) {
				t.Fatalf("%s %s is %q: %v", tt.mailType, tt.category, string(it.Barcode), err)
			}
		}
	}
	if st := s.State(); st.Items != 1600 || len(s.barcodes) != 1600 {
		t.Errorf("%d numbers for %d items", len(s.barcodes), st.Items)
	}
}

// Into the union nothing is declared; elsewhere each way ends with the same operation whatever the pace.
func TestWays(t *testing.T) {
	t.Parallel()
	for _, step := range []time.Duration{-1, time.Minute} {
		for country, border := range map[int]bool{276: true, 398: false} {
			s, _ := start(t, Options{Step: step})
			o := order("Y-1", "SMALL_PACKET", "ORDERED")
			o.Country = country
			it := s.file(t, o)
			it.Shipped, it.Accepted = day, day
			list := s.operations(it, day.Add(time.Hour))
			last := list[len(list)-1]
			departed := false
			for i, op := range list {
				departed = departed || op.Type == 14 && op.Attr == 26
				if i > 0 && op.At.Before(list[i-1].At) {
					t.Errorf("%+v comes after %+v", op, list[i-1])
				}
			}
			if last.Type != 2 || departed != border || (s.declaration(it, day.Add(time.Hour)).Status != "") != border {
				t.Errorf("%d at %s: departed %v, then %+v", country, step, departed, last)
			}
		}
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	for action, want := range map[string][2]int{"refuse": {14, 4}, "deny": {14, 25}, "deliver": {2, 1}, "return": {2, 2}, "lose": {18, 0}} {
		s, _ := start(t, Options{Step: time.Hour})
		it := s.file(t, order("Y-1", "SMALL_PACKET", "ORDERED"))
		it.Shipped, it.Accepted = day.Add(-7*time.Hour), day.Add(-7*time.Hour)
		if ok, err := s.Act(string(it.Barcode), action, 0); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for _, later := range []time.Duration{0, 1000 * time.Hour} {
			list := s.operations(it, day.Add(later))
			if last := list[len(list)-1]; [2]int{last.Type, last.Attr} != want {
				t.Errorf("%s, %s later: %+v", action, later, last)
			}
		}
	}
	s, _ := start(t, Options{Step: time.Hour, Faults: Faults{IllegalData: 1000, Inspected: 1000, Scale: 1000}})
	it := s.file(t, order("Y-1", "SMALL_PACKET", "ORDERED"))
	if d := s.declaration(it, day); d.Status != postal.DeclarationIllegalData || d.FTSError == "" || d.Advice == "" || !it.Inspect || it.Fact != 600 {
		t.Errorf("%+v, %+v", d, it)
	}
	if ok, err := s.Act("Y-1", "mended", 0); !ok || err != nil || s.declaration(it, day).Status != postal.DeclarationNew {
		t.Errorf("mended: %v, %v", ok, err)
	}
}

// An inspection comes before the customs lets an item go, or not at all; a late answer tells what was true a step ago.
func TestInspectionsAndLateAnswers(t *testing.T) {
	t.Parallel()
	s, post := start(t, Options{Step: time.Hour})
	it := s.file(t, order("Y-1", "SMALL_PACKET", "ORDERED"))
	f := postal.Filed{ID: it.ID, Number: "Y-1", Barcode: it.Barcode}
	batches, err := post.Ship(t.Context(), []int64{it.ID}, day)
	if err != nil {
		t.Fatal(err)
	}
	if err := post.CheckIn(t.Context(), batches[0].Name); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if ok, err := s.Act("Y-1", "inspect", 0); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if err := s.Push(3 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Act("Y-1", "release", 0); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, _ := s.Act("Y-1", "inspect", 0); ok {
		t.Error("what the customs let go is inspected")
	}
	if d, err := post.Declaration(t.Context(), f); err != nil || d.Status != postal.DeclarationDone {
		t.Errorf("%+v, %v", d, err)
	}
	s.SetFaults(Faults{Late: 1000})
	if d, err := post.Declaration(t.Context(), f); err != nil || d.Status != postal.DeclarationInProgress {
		t.Errorf("a late answer: %+v, %v", d, err)
	}
}

type ratesOf struct {
	Date string `xml:"Date,attr"`
	List []struct {
		Code  string `xml:"CharCode"`
		Value string `xml:"Value"`
	} `xml:"Valute"`
}

func fetch(t *testing.T, s *Server, query string) (string, []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/scripts/XML_daily.asp"+query, nil))
	return w.Header().Get("Content-Type"), w.Body.Bytes()
}

func read(t *testing.T, body []byte) ratesOf {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if charset != "windows-1251" {
			t.Errorf("the file says it is %s", charset)
		}
		return charmap.Windows1251.NewDecoder().Reader(in), nil
	}
	var r ratesOf
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRates(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	for query, date := range map[string]string{
		"": "19.11.2026", "?date_req=18/11/2026": "18.11.2026", "?date_req=15/11/2026": "14.11.2026", "?date_req=16/11/2026": "14.11.2026",
		"?date_req=14/11/2026": "14.11.2026", "?date_req=01/01/2030": "19.11.2026",
	} {
		_, body := fetch(t, s, query)
		r := read(t, body)
		codes := map[string]bool{}
		for _, v := range r.List {
			codes[v.Code] = true
			if before, after, ok := strings.Cut(v.Value, ","); !ok || before == "" || len(after) != 4 {
				t.Errorf("%s is %q", v.Code, v.Value)
			}
		}
		if r.Date != date || !codes["XDR"] || !codes["EUR"] || !codes["KZT"] {
			t.Errorf("%q gives %s with %v", query, r.Date, codes)
		}
	}
	_, a := fetch(t, s, "?date_req=01/03/2026")
	_, b := fetch(t, s, "?date_req=11/03/2026")
	_, again := fetch(t, s, "?date_req=01/03/2026")
	if bytes.Equal(a, b) || !bytes.Equal(a, again) || !bytes.Contains(a, []byte("synthetic")) {
		t.Error("rates do not move from day to day, or not the same way each time, or do not say what they are")
	}
	for mode, check := range map[string]func(kind string, body []byte) bool{
		"empty": func(_ string, body []byte) bool { return len(body) == 0 },
		"cut":   func(_ string, body []byte) bool { return len(body) > 0 && !bytes.Contains(body, []byte("</ValCurs>")) },
		"html": func(kind string, body []byte) bool {
			return kind == "text/html" && bytes.Contains(body, []byte("<html>"))
		},
		"stale": func(_ string, body []byte) bool { return bytes.Contains(body, []byte(`Date="14.11.2026"`)) },
	} {
		s.SetFaults(Faults{Rates: mode})
		if kind, body := fetch(t, s, ""); !check(kind, body) {
			t.Errorf("%s: %s %.80s", mode, kind, body)
		}
	}
}

// Each fault happens about as often as it should, and only when asked for.
func TestFaultsHappen(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{Faults: Faults{Errors: 100, Garbage: 50}})
	got := map[string]int{}
	for range 4000 {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v2/dictionary/object/tariff/delivery?json", nil))
		switch {
		case w.Code == 500:
			got["error"]++
		case !strings.HasSuffix(strings.TrimSpace(w.Body.String()), "}"):
			got["garbage"]++
		default:
			got["well"]++
		}
	}
	if got["error"] < 300 || got["error"] > 520 || got["garbage"] < 110 || got["garbage"] > 280 {
		t.Errorf("%v", got)
	}
	s.SetFaults(Faults{Down: []string{"tariff"}})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v2/dictionary/object/tariff/delivery?json", nil))
	if w.Code != 500 {
		t.Errorf("down, it answers %d", w.Code)
	}
	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/control/state", nil))
	if w.Code != 200 {
		t.Errorf("it cannot be told any more: %d", w.Code)
	}
}
