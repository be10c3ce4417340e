package app

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// replay prints what was decided about a number, again.
func (p *program) replay(ctx context.Context, number string, day time.Time) error {
	return p.withLaw(ctx, func(s *clearance.Service) error {
		h, err := s.Replay(ctx, number, day)
		if errs.Is(err, errs.NotFound) {
			return Fault{"nothing was decided about " + number, "give the number of a purchase, an order, a parcel or an offer, as it stands in the decision"}
		}
		if err != nil {
			return err
		}
		printHistory(p.out, number, h)
		if !h.Chain.Whole() {
			return fmt.Errorf("the chain of decisions about %s is broken at %v: somebody changed what was kept", number, h.Chain.Broken)
		}
		return nil
	})
}

func printHistory(out io.Writer, number string, h clearance.History) {
	state := "whole"
	if !h.Chain.Whole() {
		state = fmt.Sprintf("BROKEN at %v", h.Chain.Broken)
	}
	fmt.Fprintf(out, "%s: decisions %d, the chain is %s\n", number, h.Chain.Links, state)
	for _, r := range h.Decisions {
		fmt.Fprintf(out, "\n%s %s, place %d, shop %d, at %s, kept %s as %d, digest %.16s\n", r.Kind, r.Number, r.Place, r.SellerID, r.Moment,
			r.At.UTC().Format("2006-01-02 15:04:05 MST"), r.ID, r.Hash)
		printDecision(out, r.Decision)
		printChanges(out, "by what was known then", r.Decision, r.Known)
		printChanges(out, "by the rules of "+r.Again.Day, r.Decision, r.Again)
	}
}

// printDecision prints every step, with the rule that spoke on it.
func printDecision(out io.Writer, d clearance.Decision) {
	fmt.Fprintf(out, "decided by the rules of %s: %s%s\n", d.Day, d.Outcome, formOf(d))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range d.Findings {
		fmt.Fprintln(w, "  "+findingRow(f))
	}
	w.Flush() //nolint:errcheck // nowhere else to say it
}

func formOf(d clearance.Decision) string {
	if d.Form == "" {
		return ""
	}
	return ", form " + d.Form
}

func findingRow(f clearance.Finding) string {
	step, line, rule := strconv.Itoa(f.Step)+" "+clearance.StepName(f.Step), "", "no rule applies"
	if f.Line > 0 {
		line = fmt.Sprintf("line %d", f.Line)
	}
	outcome := string(f.Outcome)
	if f.Then != "" {
		outcome += " " + f.Then
	}
	if f.Rule == "" && f.Read > 0 {
		return fmt.Sprintf("%s\t%s\t%s\t%s: %d read, %s\t%s", step, line, outcome, rule, f.Read, f.ConsultedRules(), f.Source)
	}
	if f.Rule == "" {
		return fmt.Sprintf("%s\t%s\t%s\t%s", step, line, outcome, rule)
	}
	if f.Would != "" {
		outcome += fmt.Sprintf(" (would be %s %s)", f.Would, f.WouldThen)
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s@%d %s\t%s", step, line, outcome, f.Rule, f.Version, f.Status, f.Source)
}

// printChanges says what comes out otherwise, line by line.
func printChanges(out io.Writer, by string, kept, other clearance.Decision) {
	changes := clearance.Compare(kept, other)
	if len(changes) == 0 && kept.Outcome == other.Outcome && kept.Form == other.Form {
		fmt.Fprintf(out, "%s: the same\n", by)
		return
	}
	fmt.Fprintf(out, "%s: %s%s, kept as %s%s\n", by, other.Outcome, formOf(other), kept.Outcome, formOf(kept))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range changes {
		sign := "+"
		if c.Gone {
			sign = "-"
		}
		fmt.Fprintln(w, sign+" "+findingRow(c.Finding))
	}
	w.Flush() //nolint:errcheck // nowhere else to say it
}

// askedDay reads --at; without it, it is zero.
func (p *program) askedDay() (time.Time, error) {
	if p.own.at == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, p.own.at)
	if err != nil {
		return day, fmt.Errorf("--at: %q is not a day like 2026-07-01", p.own.at)
	}
	return day, nil
}
