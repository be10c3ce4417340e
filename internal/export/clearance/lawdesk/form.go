package lawdesk

import (
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Lengths of what an admin may write.
const (
	maxName   = 80
	maxWhen   = 2000
	maxThen   = 60
	maxSource = 600
	maxValues = 40000
	maxShort  = 120
)

// formView is the form of a version as it was typed.
type formView struct {
	Kind                                     string
	Base                                     int // the version that the author saw; 0: a new row
	Name, Area, Step, Rank                   string
	When, Outcome, Then                      string
	Values                                   string // one on a line
	Authority, Source, Quote                 string
	English                                  clearance.English
	From, To, Checked, CheckedBy, Status, Do string
	Errs                                     ui.Errs
	Newest                                   *versionView // what somebody published meanwhile
}

func readForm(f *form.Form) formView {
	v := formView{Kind: f.OneOf("kind", kindRule, kindList, kindFigure), Name: f.Optional("name", maxName), Area: f.Optional("area", maxShort),
		Step: f.Optional("step", 3), Rank: f.Optional("rank", 8), When: f.Optional("when", maxWhen), Outcome: f.Optional("outcome", maxShort),
		Then: f.Optional("then", maxThen), Values: f.Raw("values"), Authority: f.Optional("authority", maxSource), Source: f.Optional("source", maxSource),
		Quote: f.Optional("quote", maxSource), English: clearance.English{Authority: f.Optional("authority_en", maxSource),
			Source: f.Optional("source_en", maxSource), Quote: f.Optional("quote_en", maxSource)}, From: f.Optional("from", 10), To: f.Optional("to", 10), Checked: f.Optional("checked", 10),
		CheckedBy: f.Optional("checked_by", maxShort), Status: f.Optional("status", maxShort)}
	v.Base, _ = strconv.Atoi(f.Raw("base")) // what is no number is no version that stands
	switch {
	case !form.Keepable(v.Values):
		f.Add("values", "form.bad_text")
	case len(v.Values) > maxValues:
		f.Add("values", "form.too_long", "max", maxValues)
	default:
		return v
	}
	v.Values = ""
	return v
}

// filled is the form with a version in it, to begin today.
func filled(r clearance.Row, newest int, now time.Time) formView {
	p := r.Its()
	v := formView{Kind: kindOf(r), Base: newest, Name: r.Named(), Area: p.Area, Authority: p.Authority, Source: p.Source, Quote: p.Quote, English: p.English,
		From: now.Format(time.DateOnly), To: written(p.To), Checked: written(p.Checked), CheckedBy: p.CheckedBy, Status: string(p.Status)}
	switch r := r.(type) {
	case *clearance.Rule:
		v.Step, v.Rank, v.When, v.Outcome, v.Then = strconv.Itoa(r.Step), strconv.Itoa(r.Rank), r.When, string(r.Outcome), r.Then
	case *clearance.Dated:
		v.Values = strings.Join(r.Values, "\n")
	}
	return v
}

func written(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// row reads the form as a version; what is no day or no number is told beside its field, as is what f could not keep.
func (v *formView) row(f *form.Form) (clearance.Row, error) {
	day := func(name, text string) (d time.Time) {
		if text == "" {
			return d
		}
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			f.Add(name, "clearance.edit.day")
		}
		return d
	}
	number := func(name, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil && (text != "" || name == "step") {
			f.Add(name, "clearance.edit."+name)
		}
		return n
	}
	p := clearance.Provenance{Area: v.Area, Authority: v.Authority, Source: v.Source, Quote: v.Quote, English: v.English, From: day("from", v.From), To: day("to", v.To),
		Checked: day("checked", v.Checked), CheckedBy: v.CheckedBy, Status: clearance.Status(v.Status)}
	if v.Kind == kindRule {
		r := &clearance.Rule{ID: v.Name, Step: number("step", v.Step), Rank: number("rank", v.Rank), When: v.When,
			Outcome: clearance.Outcome(v.Outcome), Then: v.Then, Provenance: p}
		return r, f.Err()
	}
	d := &clearance.Dated{Name: v.Name, Figure: v.Kind == kindFigure, Provenance: p}
	for line := range strings.Lines(v.Values) {
		if value := form.Clean(line); value != "" {
			d.Values = append(d.Values, value)
		}
	}
	return d, f.Err()
}
