package hs

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// labelled is one ordinary thing and where it belongs.
type labelled struct {
	thing Thing
	code  Code
	hard  bool // its title does not name it outright
}

func labelledThings(t testing.TB) []labelled { return thingsIn(t, "testdata/labelled.txt") }

func thingsIn(t testing.TB, path string) []labelled {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // read only
	var list []labelled
	hard := false
	for s := bufio.NewScanner(file); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			hard = hard || strings.Contains(line, "do not say outright")
			continue
		}
		cols := strings.Split(line, "|")
		if len(cols) != 5 {
			t.Fatalf("%q has %d columns", line, len(cols))
		}
		for i := range cols {
			cols[i] = strings.TrimSpace(cols[i])
		}
		x := labelled{Thing{TitleRU: cols[0], TitleEN: cols[1], Material: cols[2]}, Code(cols[4]), hard}
		if cols[3] != "" {
			x.thing.Category = []Place{{Code: cols[3], NameRU: cols[3], NameEN: cols[3]}}
		}
		if !Subheading(x.code) {
			t.Fatalf("%q: there is no %s", line, x.code)
		}
		list = append(list, x)
	}
	return list
}

// score counts what comes first, and what is among the first three.
type score struct{ n, top1, top3, heading1, heading3 int }

func (s *score) add(want Code, got []Suggestion) {
	s.n++
	for i, g := range got[:min(3, len(got))] {
		if g.Code == want {
			s.top3++
			if i == 0 {
				s.top1++
			}
			break
		}
	}
	for i, g := range got[:min(3, len(got))] {
		if g.Code.Heading() == want.Heading() {
			s.heading3++
			if i == 0 {
				s.heading1++
			}
			break
		}
	}
}

func percent(n, of int) int { return 100 * n / max(of, 1) }

// The floors are a little under what is reached, so that a change of the dictionary that loses something is seen.
func TestOrdinaryThingsAreClassified(t *testing.T) {
	t.Parallel()
	things := labelledThings(t)
	if len(things) < 150 {
		t.Fatalf("%d things are too few to tell", len(things))
	}
	ways := map[string]func(Thing) Thing{
		"all that is known":    func(x Thing) Thing { return x },
		"hard ones among them": func(x Thing) Thing { return x },
		"Russian title only": func(x Thing) Thing {
			return Thing{TitleRU: x.TitleRU}
		},
		"English title only": func(x Thing) Thing {
			return Thing{TitleEN: x.TitleEN}
		},
	}
	for class, r := range residues {
		if words().named[class] == "" || !Subheading(r.table) || !Subheading(r.other) {
			t.Errorf("%s: %v is nowhere", class, r)
		}
	}
	floors := map[string]score{
		"all that is known":    {heading1: 92, heading3: 93, top1: 91, top3: 92},
		"hard ones among them": {heading1: 85, heading3: 90, top1: 85, top3: 90},
		"Russian title only":   {heading1: 92, heading3: 93, top1: 91, top3: 92},
		"English title only":   {heading1: 93, heading3: 95, top1: 93, top3: 95},
	}
	for name, way := range ways {
		var s score
		for _, x := range things {
			thing := way(x.thing)
			if thing.TitleRU == "" && thing.TitleEN == "" || strings.HasPrefix(name, "hard") && !x.hard {
				continue
			}
			got := weighAll(thing, nil, i18n.RU, 3)
			s.add(x.code, got)
			if len(got) == 0 || got[0].Code != x.code {
				t.Logf("%s: %q %q: want %s, got %s", name, thing.TitleRU, thing.TitleEN, x.code, codes(got))
			}
		}
		t.Logf("%s, %d things: heading first %d %%, in three %d %%; subheading first %d %%, in three %d %%", name, s.n,
			percent(s.heading1, s.n), percent(s.heading3, s.n), percent(s.top1, s.n), percent(s.top3, s.n))
		floor := floors[name]
		if percent(s.heading1, s.n) < floor.heading1 || percent(s.heading3, s.n) < floor.heading3 || percent(s.top1, s.n) < floor.top1 || percent(s.top3, s.n) < floor.top3 {
			t.Errorf("%s: below the floor %+v", name, floor)
		}
	}
}

// What the dictionary was not written by shows whether it holds for things in general: sets that stay as they are. What is
// offered with one press is a promise there, too: of ten such codes nine are right.
func TestThingsKeptOutAreClassified(t *testing.T) {
	t.Parallel()
	for path, floor := range map[string]score{"testdata/kept.txt": {n: 125, heading1: 83, top1: 80}, "testdata/fresh.txt": {n: 60, heading1: 93, top1: 93},
		"testdata/rarer.txt": {n: 60, heading1: 96, top1: 93}} {
		things := thingsIn(t, path)
		if len(things) < floor.n {
			t.Fatalf("%s: %d things are too few to tell", path, len(things))
		}
		var s score
		sure, wrong := 0, 0
		for _, x := range things {
			got := weighAll(x.thing, nil, i18n.RU, 3)
			s.add(x.code, got)
			if len(got) == 0 || got[0].Code != x.code {
				t.Logf("%q %q: want %s, got %s", x.thing.TitleRU, x.thing.TitleEN, x.code, surely(got))
			}
			if len(got) > 0 && got[0].Confidence >= threshold {
				sure++
				if got[0].Code != x.code {
					wrong++
				}
			}
		}
		t.Logf("%s, %d things: heading first %d %%, in three %d %%; subheading first %d %%, in three %d %%; %d offered with one press, %d of them wrong", path, s.n,
			percent(s.heading1, s.n), percent(s.heading3, s.n), percent(s.top1, s.n), percent(s.top3, s.n), sure, wrong)
		if percent(sure-wrong, sure) < 90 {
			t.Errorf("%s: %d of %d offered with one press are wrong", path, wrong, sure)
		}
		if percent(s.heading1, s.n) < floor.heading1 || percent(s.top1, s.n) < floor.top1 {
			t.Errorf("%s: below the floor %+v", path, floor)
		}
	}
}

// threshold is hs_confidence_min of the rules: from it on, a code is offered with one press.
const threshold = 75

func surely(list []Suggestion) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%s %d%%", s.Code, s.Confidence))
	}
	return strings.Join(out, ", ")
}

func codes(list []Suggestion) string {
	var out []string
	for _, s := range list {
		out = append(out, s.Code.String())
	}
	return strings.Join(out, " ")
}

// A confidence is a promise: of the things suggested with 80 per cent and more, at least as many must be right.
func TestConfidenceMeansWhatItSays(t *testing.T) {
	t.Parallel()
	right, total := map[int]int{}, map[int]int{}
	for _, x := range labelledThings(t) {
		got := weighAll(x.thing, nil, i18n.RU, 3)
		if len(got) == 0 {
			continue
		}
		bin := got[0].Confidence / 10
		total[bin]++
		if got[0].Code == x.code {
			right[bin]++
		}
	}
	high, highRight := 0, 0
	for bin := range 10 {
		t.Logf("confidence %d–%d %%: %d things, %d %% right", bin*10, bin*10+9, total[bin], percent(right[bin], total[bin]))
		if bin >= 7 {
			high, highRight = high+total[bin], highRight+right[bin]
		}
	}
	if percent(highRight, high) < 85 {
		t.Errorf("of %d things suggested with 70 %% and more only %d are right", high, highRight)
	}
}
