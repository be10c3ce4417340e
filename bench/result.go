package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
)

// Result is one measured figure. Limit is what the machine allows, measured in the same run (nil
// where nothing of the kind can be), Bar the figure to reach (nil: reported only), and Holds whether
// it was reached. With Lower the bar is the most that Value may be, otherwise the least.
type Result struct {
	Name  string   `json:"name"`
	Value float64  `json:"value"`
	Unit  string   `json:"unit"`
	Limit *float64 `json:"limit"`
	Bar   *float64 `json:"bar"`
	Lower bool     `json:"lower_is_better"`
	Holds *bool    `json:"holds"`
}

// Report gathers what a run measured.
type Report struct {
	At      time.Time `json:"at"`
	Quick   bool      `json:"quick"`
	Offers  int       `json:"offers"`
	Machine Machine   `json:"machine"`
	Results []Result  `json:"results"`
	Notes   []string  `json:"notes"`
	out     io.Writer
}

// add keeps a figure, rounded so that the file says no more than was measured, and prints it.
func (r *Report) add(x Result) {
	x.Value = round(x.Value)
	for _, p := range []**float64{&x.Limit, &x.Bar} {
		if *p != nil {
			v := round(**p)
			*p = &v
		}
	}
	if x.Bar != nil {
		holds := x.Value >= *x.Bar
		if x.Lower {
			holds = x.Value <= *x.Bar
		}
		x.Holds = &holds
	}
	r.Results = append(r.Results, x)
	fmt.Fprintf(r.out, "  %s\n", x)
}

// atLeast is a figure that must reach bar.
func (r *Report) atLeast(name, unit string, value, bar float64) {
	r.add(Result{Name: name, Unit: unit, Value: value, Bar: &bar})
}

// atMost is a figure that must not pass bar.
func (r *Report) atMost(name, unit string, value, bar float64) {
	r.add(Result{Name: name, Unit: unit, Value: value, Bar: &bar, Lower: true})
}

// share is a figure that must reach a part of the limit measured beside it.
func (r *Report) share(name, unit string, value, limit, part float64) {
	bar := limit * part
	r.add(Result{Name: name, Unit: unit, Value: value, Limit: &limit, Bar: &bar})
}

// only reports a figure that has no bar.
func (r *Report) only(name, unit string, value float64) {
	r.add(Result{Name: name, Unit: unit, Value: value})
}

// note keeps a remark that a reader of the figures needs.
func (r *Report) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.Notes = append(r.Notes, text)
	fmt.Fprintf(r.out, "  note: %s\n", text)
}

// missed counts the bars that were not reached.
func (r *Report) missed() (n int) {
	for _, x := range r.Results {
		if x.Holds != nil && !*x.Holds {
			n++
		}
	}
	return n
}

// verdict says in a word whether the bar was reached.
func (x Result) verdict() string {
	switch {
	case x.Holds == nil:
		return ""
	case *x.Holds:
		return "holds"
	}
	return "MISSED"
}

func (x Result) barText() string {
	if x.Bar == nil {
		return ""
	}
	if x.Lower {
		return "≤ " + number(*x.Bar)
	}
	return "≥ " + number(*x.Bar)
}

func (x Result) String() string {
	return fmt.Sprintf("%-34s %10s %-8s %-12s %s", x.Name, number(x.Value), x.Unit, x.barText(), x.verdict())
}

// table prints everything measured, one line a figure.
func (r *Report) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tmeasured\tunit\tlimit\tbar\t")
	for _, x := range r.Results {
		limit := ""
		if x.Limit != nil {
			limit = number(*x.Limit)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", x.Name, number(x.Value), x.Unit, limit, x.barText(), x.verdict())
	}
	return w.Flush()
}

// write keeps the report as JSON; a run that was cut short leaves the last whole one.
func (r *Report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// round keeps three significant digits, or all of a whole number.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-2)
	if unit >= 1 {
		return math.Round(v)
	}
	return math.Round(v/unit) * unit
}

func number(v float64) string {
	switch {
	case v == math.Trunc(v) || math.Abs(v) >= 100:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	case math.Abs(v) >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}
