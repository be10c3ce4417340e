package clearance_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
)

var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// library is the law that the program carries.
func library(t testing.TB) *clearance.Library {
	t.Helper()
	lib, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// file is a folder with one file of rules.
func file(text string) fstest.MapFS {
	return fstest.MapFS{"a.toml": {Data: []byte("area = \"a\"\n" + text)}}
}

// row is a rule as a file has it, with the fields that every rule needs.
func row(kind, fields string) string {
	return "[[" + kind + "]]\n" + fields + "\nsource = \"the law\"\nfrom = \"2020-01-01\"\nstatus = \"verified\"\n"
}

func open(t testing.TB, text string) *clearance.Book {
	t.Helper()
	lib, err := clearance.Load(file(text))
	if err != nil {
		t.Fatal(err)
	}
	book, err := lib.On(day)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// spoke leaves of a decision the steps on which some rule spoke.
func spoke(d clearance.Decision) []clearance.Finding {
	var found []clearance.Finding
	for _, f := range d.Findings {
		if f.Rule != "" {
			found = append(found, f)
		}
	}
	return found
}

var brief = []cmp.Option{cmpopts.IgnoreUnexported(clearance.Finding{}), cmpopts.IgnoreFields(clearance.Finding{}, "Version", "Source", "Status")}

func TestEveryRuleThatAppliesIsNamedAndTheHardestPrevails(t *testing.T) {
	t.Parallel()
	book := open(t, row("list", "name = \"closed\"\nvalues = [\"KP\"]")+
		row("rule", "id = \"closed\"\nstep = 1\nwhen = \"country in @closed\"\noutcome = \"refused\"\nthen = \"closed\"")+
		row("rule", "id = \"battery\"\nstep = 9\nwhen = \"trait has battery\"\noutcome = \"needs\"\nthen = \"battery_form\"")+
		row("rule", "id = \"tobacco\"\nstep = 9\nwhen = \"hs begins 2402, 2403\"\noutcome = \"refused\"\nthen = \"tobacco\""))
	p := &clearance.Parcel{Country: "DE", Lines: []clearance.Line{{HS: "851830", Traits: []string{"battery"}}, {HS: "620449"}, {HS: "240220"}}}
	d := book.Decide(p)
	want := []clearance.Finding{
		{Step: 9, Line: 1, Outcome: clearance.Needs, Then: "battery_form", Rule: "battery"},
		{Step: 9, Line: 3, Outcome: clearance.Refused, Then: "tobacco", Rule: "tobacco"},
	}
	if diff := cmp.Diff(want, spoke(d), brief...); diff != "" || d.Outcome != clearance.Refused {
		t.Errorf("%s (-want +got):\n%s", d.Outcome, diff)
	}
	if d := book.Decide(&clearance.Parcel{Country: "KP"}); d.Outcome != clearance.Refused {
		t.Errorf("a closed country: %s", d.Outcome)
	}
	if d := book.Decide(&clearance.Parcel{Country: "DE"}); d.Outcome != clearance.Pass || len(d.Findings) != len(clearance.Steps) {
		t.Errorf("nothing against it: %s, %d findings of %d steps", d.Outcome, len(d.Findings), len(clearance.Steps))
	}
}

func TestAHypothesisOnlyAsksAHuman(t *testing.T) {
	t.Parallel()
	for _, outcome := range []string{"pass", "refused", "route"} {
		text := strings.ReplaceAll(row("rule", "id = \"guess\"\nstep = 10\nwhen = \"country = US\"\noutcome = \""+outcome+"\"\nthen = \"x\""), "verified", "hypothesis")
		d := open(t, text).Decide(&clearance.Parcel{Country: "US"})
		found := spoke(d)
		if d.Outcome != clearance.Needs || len(found) != 1 || found[0].Then != clearance.Human || string(found[0].Would) != outcome {
			t.Errorf("a hypothesis of %s comes to %s: %+v", outcome, d.Outcome, found)
		}
	}
}

func TestTheLowestRankDecidesForEachLine(t *testing.T) {
	t.Parallel()
	book := open(t, row("rule", "id = \"own\"\nstep = 11\nrank = 1\nwhen = \"by_author is yes\"\noutcome = \"pass\"\nthen = \"statement\"")+
		row("rule", "id = \"art\"\nstep = 11\nrank = 2\nwhen = \"hs begins 97\"\noutcome = \"needs\"\nthen = \"expert_opinion\""))
	d := book.Decide(&clearance.Parcel{Lines: []clearance.Line{{HS: "970191", ByAuthor: true}, {HS: "970191"}}})
	want := []clearance.Finding{
		{Step: 11, Line: 1, Outcome: clearance.Pass, Then: "statement", Rule: "own"},
		{Step: 11, Line: 2, Outcome: clearance.Needs, Then: "expert_opinion", Rule: "art"},
	}
	if diff := cmp.Diff(want, spoke(d), brief...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestADayHasItsOwnRules(t *testing.T) {
	t.Parallel()
	lib, err := clearance.Load(file(`
[[figure]]
name = "limit"
value = "150"
source = "then"
from = "2021-07-01"
to = "2026-06-30"
status = "verified"
[[figure]]
name = "limit"
value = "0"
source = "now"
from = "2026-07-01"
status = "verified"
` + row("rule", "id = \"duty\"\nstep = 13\nwhen = \"value > #limit\"\noutcome = \"needs\"\nthen = \"duty\"")))
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]clearance.Outcome{"2026-06-30": clearance.Pass, "2026-07-01": clearance.Needs} {
		day, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		book, err := lib.On(day)
		if err != nil {
			t.Fatal(err)
		}
		if d := book.Decide(&clearance.Parcel{Value: 10000}); d.Outcome != want || d.Day != on {
			t.Errorf("on %s: %s, want %s", on, d.Outcome, want)
		}
	}
}

func TestARowThatCannotBeTrustedIsRefused(t *testing.T) {
	t.Parallel()
	rule := func(fields string) string {
		return row("rule", "id = \"r\"\n"+fields)
	}
	for text, says := range map[string]string{
		rule("step = 1\noutcome = \"maybe\"\nthen = \"x\""):                                                  "outcome is",
		rule("step = 40\noutcome = \"pass\""):                                                                "no step 40",
		rule("step = 1\noutcome = \"refused\""):                                                              "refused what",
		rule("step = 1\noutcome = \"pass\"") + rule("step = 1\noutcome = \"pass\""):                          "two rows are in force",
		rule("step = 1\noutcome = \"pass\"\nto = \"2019-01-01\""):                                            "before it begins",
		rule("step = 1\noutcome = \"pass\"\nto = \"1 July\""):                                                "is not a day",
		"[[rule]]\nid = \"r\"\nstep = 1\noutcome = \"pass\"\nfrom = \"2020-01-01\"\nstatus = \"verified\"\n": "where is it written",
		"[[rule]]\nid = \"r\"\nstep = 1\noutcome = \"pass\"\nfrom = \"2020-01-01\"\nsource = \"s\"\n":        "status is",
		"[[rule]]\nid = \"r\"\nstep = 1\noutcome = \"pass\"\nsource = \"s\"\nstatus = \"verified\"\n":        "since when",
		"[[rule]]\nid = \"r\"\nsteps = 1\n":                                                                  "means nothing here",
	} {
		if _, err := clearance.Load(file(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s\nis answered with %v, want %q", text, err, says)
		}
	}
}

func TestAPredicateSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	for when, says := range map[string]string{
		"colour = red": `no fact called “colour”`, "hs 97": "want one of", "age > old": "not a number", "age > 1.5": "digits after the point",
		"age > 1, 2": "one number", "country in @nowhere": "no list", "age > #never": "no figure", "mass = yes": "is yes",
		"country is yes": "cannot be asked", "text begins a": "a description takes", "trait = battery": "has, not has or beyond", "hs begins 97,": "missing",
		"country = «DE»": "without quotation marks", "country = 'DE": "without quotation marks", "country < 3": "a word takes", "age has 3": "a number takes",
	} {
		_, err := clearance.Load(file(row("rule", "id = \"r\"\nstep = 1\noutcome = \"pass\"\nwhen = \""+when+"\"")))
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "a.toml: rule r") {
			t.Errorf("%q is answered with %v, want %q", when, err, says)
		}
	}
}

// What is not known fulfils no condition but that it is unknown.
func TestWhatIsUnknownFulfilsNothing(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]bool{
		"age >= 0": false, "age < 5000": false, "year is unknown": true, "year is known": false, "hs not begins 97": false, "hs not in 970191": false,
		"hs is unknown": true, "country != DE": false, "trait not has battery": true, "text not has tea": true, "hs_digits < 6": true,
	} {
		book := open(t, row("rule", "id = \"r\"\nstep = 9\noutcome = \"needs\"\nthen = \"x\"\nwhen = \""+when+"\""))
		if got := book.Decide(&clearance.Parcel{Lines: []clearance.Line{{}}}).Outcome == clearance.Needs; got != want {
			t.Errorf("%q of a line that nothing is known of: %v, want %v", when, got, want)
		}
	}
}

func TestWordsAreFoundWhole(t *testing.T) {
	t.Parallel()
	book := open(t, row("rule", "id = \"r\"\nstep = 7\noutcome = \"needs\"\nthen = \"words\"\nwhen = \"text has spare parts, clothes\""))
	for text, want := range map[string]bool{"Spare  parts": true, "CLOTHES, used": true, "clotheshorse": false, "men's cotton shirts": false, "parts": false} {
		if got := book.Decide(&clearance.Parcel{Lines: []clearance.Line{{Text: text}}}).Outcome == clearance.Needs; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Words and beginnings of words are found just where a plain search would find them, however a list of them is searched.
func TestAListOfWordsFindsWhatAPlainSearchFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.StringMatching(`[abя]{1,3}( [abя]{1,2})?\*?`), 1, 20).Draw(rt, "values")
		text := rapid.StringMatching(`[abя ,]{0,12}`).Draw(rt, "text")
		words := " " + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }), " ") + " "
		want := slices.ContainsFunc(values, func(v string) bool {
			if stem, ok := strings.CutSuffix(v, "*"); ok {
				return strings.Contains(words, " "+stem)
			}
			return strings.Contains(words, " "+v+" ")
		})
		book := open(t, row("rule", "id = \"r\"\nstep = 7\noutcome = \"needs\"\nthen = \"x\"\nwhen = \"text has "+strings.Join(values, ", ")+"\""))
		if got := book.Decide(&clearance.Parcel{Lines: []clearance.Line{{Text: text}}}).Outcome == clearance.Needs; got != want {
			rt.Fatalf("%q in %q: %v, want %v", values, text, got, want)
		}
	})
}

func FuzzPredicate(f *testing.F) {
	for _, seed := range []string{"hs begins 97, 4901; age >= 50", "country in @eaeu", "value_sdr > #cn22_sdr; mass is no", "text only goods, of", "missing beyond a, b", "person has sha256:0, иван", "value > #", "hs not begins @", ";;", "text has ё", "age > 99999999999999999999"} {
		f.Add(seed)
	}
	p := &clearance.Parcel{Country: "DE", Lines: []clearance.Line{{HS: "970191", YearMade: 1900, Text: "tea"}}}
	f.Fuzz(func(_ *testing.T, when string) {
		rule := clearance.Rule{ID: "r", Step: 9, When: when, Outcome: clearance.Needs, Then: "x", Provenance: clearance.Provenance{Status: clearance.Verified, From: day}}
		if book, err := clearance.Open([]clearance.Rule{rule}, clearance.Tables{}, day); err == nil {
			book.Decide(p)
		}
	})
}

// FuzzLoad reads anything as a file of rules: it is refused with words or it opens, and a book that opens decides.
func FuzzLoad(f *testing.F) {
	names, err := fs.Glob(rules.FS, "*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(rules.FS, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(row("rule", "id = \"r\"\nstep = 9\noutcome = \"needs\"\nthen = \"x\"\nwhen = \"text only @words\"") + row("list", "name = \"words\"\nvalues = []"))
	f.Add("[[figure]]\nname = \"n\"\nvalue = \"\"")
	f.Add("rule = 1")
	f.Fuzz(func(t *testing.T, text string) {
		lib, err := clearance.Load(fstest.MapFS{"a.toml": {Data: []byte(text)}})
		if err != nil {
			return
		}
		book, err := lib.On(day)
		if err != nil {
			t.Fatalf("it was loaded and does not open: %v", err)
		}
		book.Decide(&towel)
	})
}
