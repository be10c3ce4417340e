package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for _, tt := range []struct {
		of   []time.Duration
		p    float64
		want time.Duration
	}{
		{hundred, 50, 50}, {hundred, 99, 99}, {hundred, 100, 100}, {hundred, 99.5, 100}, {hundred, 0, 1},
		{[]time.Duration{7}, 99, 7}, {[]time.Duration{1, 9}, 50, 1}, {[]time.Duration{1, 9}, 51, 9}, {nil, 99, 0},
	} {
		if got := percentile(tt.of, tt.p); got != tt.want {
			t.Errorf("percentile %v of %d: %d, want %d", tt.p, len(tt.of), got, tt.want)
		}
	}
}

func TestABarHoldsOrIsMissed(t *testing.T) {
	t.Parallel()
	r := &Report{out: io.Discard}
	r.atLeast("rate", "1/s", 150, 150)
	r.atLeast("rate", "1/s", 149, 150)
	r.atMost("p99", "ms", 50, 50)
	r.atMost("p99", "ms", 50.2, 50)
	r.share("pages", "1/s", 500, 1000, 0.5)
	r.share("pages", "1/s", 499, 1000, 0.5)
	r.only("cpu", "ms", 3)
	var got []string
	for _, x := range r.Results {
		got = append(got, x.verdict())
	}
	want := []string{"holds", "MISSED", "holds", "MISSED", "holds", "MISSED", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	if r.missed() != 3 {
		t.Errorf("%d missed, want 3", r.missed())
	}
}

// TestTheFileSaysWhatWasMeasured reads the file as another program would: every figure has its name,
// value, unit, limit, bar and whether it holds, the absent ones as null.
func TestTheFileSaysWhatWasMeasured(t *testing.T) {
	t.Parallel()
	r := &Report{At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Offers: 20, Machine: Machine{Cores: 2}, out: io.Discard}
	r.share("pages.home.rps", "1/s", 1234.5678, 2000, 0.5)
	r.only("search.cpu.program", "ms", 1.23456)
	r.note("%d rows", 3)
	path := filepath.Join(t.TempDir(), "bench", "results.json")
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := []any{
		map[string]any{"name": "pages.home.rps", "value": 1235.0, "unit": "1/s", "limit": 2000.0, "bar": 1000.0, "lower_is_better": false, "holds": true},
		map[string]any{"name": "search.cpu.program", "value": 1.23, "unit": "ms", "limit": nil, "bar": nil, "lower_is_better": false, "holds": nil},
	}
	if diff := cmp.Diff(want, got["results"]); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	for _, key := range []string{"at", "quick", "offers", "machine", "notes"} {
		if _, ok := got[key]; !ok {
			t.Errorf("the file has no %q", key)
		}
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

func TestTheTableHasALineForEachFigure(t *testing.T) {
	t.Parallel()
	r := &Report{out: io.Discard}
	r.atMost("suggest.p99", "ms", 41.26, 40)
	r.only("purchase.requests", "", 9)
	var out bytes.Buffer
	if err := r.table(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"suggest.p99", "41.3", "≤ 40", "MISSED", "purchase.requests"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestAClosedLoopDoesEachStepOnce(t *testing.T) {
	t.Parallel()
	seen := make([]int, 1000)
	closed := make(chan bool, 4)
	o := closedLoop(t.Context(), 4, time.Minute, len(seen), func() worker {
		return worker{done: func() { closed <- true }, step: func(i int) error {
			seen[i]++
			if i == 17 {
				return errors.New("seventeen")
			}
			return nil
		}}
	})
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("step %d was done %d times", i, n)
		}
	}
	if o.done != 999 || o.failed != 1 || len(o.latency) != 999 || len(closed) != 4 {
		t.Errorf("done %d, failed %d, %d latencies, %d workers ended", o.done, o.failed, len(o.latency), len(closed))
	}
	if err := o.check("steps"); err == nil || !strings.Contains(err.Error(), "seventeen") {
		t.Errorf("a failed step passes for %v", err)
	}
	if err := (outcome{}).check("nothing"); err == nil {
		t.Error("a load that did nothing passes")
	}
}

func TestEachRoundVisitsOtherPagesAsLongAsThereAreAny(t *testing.T) {
	t.Parallel()
	paths := []string{"a", "b", "c", "d", "e"}
	for round, want := range [][]string{{"a", "b"}, {"c", "d"}, {"a", "b"}} {
		if diff := cmp.Diff(want, someOf(paths, 2, round)); diff != "" {
			t.Errorf("round %d (-want +got):\n%s", round, diff)
		}
	}
	if got := someOf(paths, 5, 3); len(got) != 5 {
		t.Errorf("all of them: %v", got)
	}
}

func TestLoadsAreAddedUp(t *testing.T) {
	t.Parallel()
	var o outcome
	for _, ms := range []time.Duration{3, 1, 2} {
		if err := o.add(outcome{done: 1, took: ms * time.Millisecond, latency: []time.Duration{ms * time.Millisecond}}); err != nil {
			t.Fatal(err)
		}
	}
	if o.done != 3 || o.each() != float64(2*time.Millisecond) || o.ms(99) != 3 || !slices.IsSorted(o.latency) {
		t.Errorf("%+v", o)
	}
	if o.add(outcome{failed: 1, first: io.EOF}) == nil {
		t.Error("a load that failed is added in silence")
	}
}

func TestProcessorTimeIsReadPastAnyName(t *testing.T) {
	t.Parallel()
	line := "4242 (post) gres: (x) S 17 4242 4242 0 -1 4194560 100 0 0 0 250 150 30 20 20 0 1 0 12345 1000 200"
	got, ok := parseStat(line)
	want := stat{parent: 17, own: 4 * time.Second, waited: 500 * time.Millisecond}
	if !ok || got != want {
		t.Errorf("got %+v, %v, want %+v", got, ok, want)
	}
	if _, ok := parseStat("4242 (cut"); ok {
		t.Error("half a line is read")
	}
	program, database := spent{300 * time.Millisecond, 600 * time.Millisecond}.per(300)
	if program != 1 || database != 2 {
		t.Errorf("%v and %v ms each, want 1 and 2", program, database)
	}
}

func TestPgbenchIsRead(t *testing.T) {
	t.Parallel()
	out := "number of clients: 8\nnumber of transactions actually processed: 6981\nnumber of failed transactions: 0 (0.000%)\n" +
		"latency average = 3.437 ms\ninitial connection time = 12.1 ms\ntps = 2327.503712 (without initial connection time)\n"
	if rate, n, err := readPgbench(out); err != nil || rate != 2327.503712 || n != 6981 {
		t.Errorf("got %v, %v, %v", rate, n, err)
	}
	if _, _, err := readPgbench("pgbench: error: connection refused"); err == nil {
		t.Error("an error is read as a rate")
	}
}

func TestQueriesAreManyDifferentAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	var titles []string
	r := rand.New(rand.NewPCG(5, 6))
	words := strings.Fields("чайник белый лёгкий кружка синяя рюкзак зимний ботинки лампа настольная книга детская")
	for range 400 {
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		titles = append(titles, strings.Join(words[:4], " ")+" XK-1")
	}
	one, two := typed(titles, 500), typed(titles, 500)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("two runs ask differently:\n%s", diff)
	}
	seen := map[string]bool{}
	for _, q := range one {
		if seen[q] {
			t.Errorf("%q is asked twice", q)
		}
		seen[q] = true
	}
	if len(one) != 500 {
		t.Errorf("%d queries, want 500", len(one))
	}
	if typed(nil, 3) != nil {
		t.Error("queries out of nothing")
	}
}

func TestAPlanNamesItsParts(t *testing.T) {
	t.Parallel()
	p, err := readPlan([]string{"-quick", "-only", "pages,hot"})
	if err != nil || !p.quick || p.offers != 20_000 || p.out != "" {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err := readPlan(nil); err != nil || p.offers != 500_000 || p.out != "bench/results.json" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := readPlan([]string{"-only", "pagse"}); err == nil || !strings.Contains(err.Error(), "pages") {
		t.Errorf("a part that is not there: %v", err)
	}
}

func TestHumanQueriesAreDifferent(t *testing.T) {
	t.Parallel()
	list := handwritten()
	seen := map[string]bool{}
	for _, q := range list {
		if seen[q] {
			t.Errorf("%q is asked twice: the second answer may be the first one, kept", q)
		}
		seen[q] = true
	}
	if len(list) < broad {
		t.Errorf("%d queries, want %d broad ones alone", len(list), broad)
	}
}
