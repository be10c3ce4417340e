package clearance

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/BurntSushi/toml"
)

// File is one file of rules, as lawyers write and review them: rules, and the lists and figures they name, each with its
// own dates. The three kinds share the fields that say who says so, where, and since when.
type File struct {
	Area    string       `toml:"area"`
	Rules   []fileRule   `toml:"rule"`
	Lists   []fileList   `toml:"list"`
	Figures []fileFigure `toml:"figure"`
}

type written struct {
	Authority string `toml:"authority"`
	Source    string `toml:"source"`
	Quote     string `toml:"quote"`

	AuthorityEN string `toml:"authority_en"`
	SourceEN    string `toml:"source_en"`
	QuoteEN     string `toml:"quote_en"`

	From      string `toml:"from"` // 2006-01-02
	To        string `toml:"to"`
	Checked   string `toml:"checked"`
	CheckedBy string `toml:"checked_by"`
	Status    Status `toml:"status"`
}

type fileRule struct {
	ID      string  `toml:"id"`
	Step    int     `toml:"step"`
	Rank    int     `toml:"rank"`
	When    string  `toml:"when"`
	Outcome Outcome `toml:"outcome"`
	Then    string  `toml:"then"`
	written
}

type fileList struct {
	Name   string   `toml:"name"`
	Values []string `toml:"values"`
	written
}

type fileFigure struct {
	Name  string `toml:"name"`
	Value string `toml:"value"`
	written
}

// Load reads every *.toml of a folder and checks it: dates that overlap, unknown outcomes, steps or statuses, rules
// without a source, conditions that cannot be read, lists and figures that are missing on a day. An error names the file
// and the row.
func Load(files fs.FS) (*Library, error) {
	names, err := fs.Glob(files, "*.toml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var lib Library
	for _, name := range names {
		var f File
		meta, err := toml.DecodeFS(files, name, &f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if extra := meta.Undecoded(); len(extra) > 0 {
			return nil, fmt.Errorf("%s: %s means nothing here", name, extra[0])
		}
		if err := lib.add(f, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := lib.overlaps(); err != nil {
		return nil, err
	}
	lib.number()
	return &lib, lib.check(time.Time{})
}

func (lib *Library) add(f File, name string) error {
	for _, r := range f.Rules {
		d, err := r.dates()
		if err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
		rule := Rule{ID: r.ID, Step: r.Step, Rank: r.Rank, When: r.When, Outcome: r.Outcome, Then: r.Then, Provenance: r.provenance(f.Area, name, d)}
		if err := rule.check(); err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
		lib.Rules = append(lib.Rules, rule)
	}
	for _, l := range f.Lists {
		d, err := l.dates()
		if err == nil {
			err = checkName(l.Name)
		}
		if err != nil {
			return fmt.Errorf("list %s: %w", l.Name, err)
		}
		lib.Tables = append(lib.Tables, Dated{Name: l.Name, Values: l.Values, Provenance: l.provenance(f.Area, name, d)})
	}
	for _, n := range f.Figures {
		d, err := n.dates()
		if err != nil {
			return fmt.Errorf("figure %s: %w", n.Name, err)
		}
		figure := Dated{Name: n.Name, Figure: true, Provenance: n.provenance(f.Area, name, d)}
		if n.Value != "" {
			figure.Values = []string{n.Value}
		}
		if err := figure.check(); err != nil {
			return fmt.Errorf("figure %s: %w", n.Name, err)
		}
		lib.Tables = append(lib.Tables, figure)
	}
	return nil
}

func (w written) provenance(area, file string, dates [3]time.Time) Provenance {
	return Provenance{Area: area, Authority: w.Authority, Source: w.Source, Quote: w.Quote, English: English{w.AuthorityEN, w.SourceEN, w.QuoteEN}, From: dates[0], To: dates[1],
		Checked: dates[2], CheckedBy: w.CheckedBy, Status: w.Status, Origin: FromFile, file: file}
}

// dates reads from, to and checked.
func (w written) dates() (d [3]time.Time, err error) {
	for i, text := range []string{w.From, w.To, w.Checked} {
		if text == "" {
			continue
		}
		if d[i], err = time.Parse(time.DateOnly, text); err != nil {
			return d, fmt.Errorf("%q is not a day like 2026-07-01", text)
		}
	}
	switch {
	case d[0].IsZero():
		return d, fmt.Errorf("since when?")
	case !d[1].IsZero() && d[1].Before(d[0]):
		return d, fmt.Errorf("it ends on %s, before it begins", w.To)
	case w.Status != Verified && w.Status != Hypothesis:
		return d, fmt.Errorf("status is verified or hypothesis, not %q", w.Status)
	case w.Source == "":
		return d, fmt.Errorf("where is it written?")
	}
	return d, nil
}
