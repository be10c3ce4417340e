package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Actor is who acts at a desk: a person in a browser, or a person's program with a key of the API.
type Actor struct {
	PersonID int64
	KeyID    int64
}

// Ruling is what an officer decides.
type Ruling struct {
	Verdict string // Release, Refuse or More
	Reason  string // the code of a refusal; Inspection may stand with More at the customs desk
	Note    string // words to the seller
	Answers map[string]string
	Paper   Paper
}

// Inspection is the reason of a customs officer's More: the parcel itself is to be shown.
const Inspection = "inspection"

// Paper is what an officer writes on the document of a verdict; what is left empty has its usual value.
type Paper struct {
	Number       string
	Authority    string
	Date         time.Time
	ValidUntil   *time.Time
	Text         string
	AttachedID   int64  // a document of media's: what the officer attached, or chose of what lies in the case
	Incoming     bool   // a file comes along, and is stored once the rest is in order
	UniqueNumber string // under which currency control registered the contract
}

// hasFile says that the paper itself is there.
func (p Paper) hasFile() bool { return p.AttachedID != 0 || p.Incoming }

// Outcomes of an opinion.
const (
	NotCultural  = "not_cultural"
	PermitNeeded = "permit_needed"
	Refused      = "refused"
	Accepted     = "accepted"
	Permitted    = "permitted"
)

// permitReasons are the refusals of the culture desk that say: it is cultural property, ask for a permit.
var permitReasons = []string{"cultural", "permit"}

// outcome is what the document of a verdict says.
func (r Ruling) outcome(c Case) string {
	switch {
	case c.Kind != Culture:
		return Accepted
	case r.Verdict == Release && c.asksPermit():
		return Permitted
	case r.Verdict == Release:
		return NotCultural
	case slices.Contains(permitReasons, r.Reason) && !c.asksPermit():
		return PermitNeeded
	}
	return Refused
}

// writes says whether the verdict gives a document: the culture desk always gives an opinion, currency control a note that
// the contract is accepted, customs its stamp alone.
func (r Ruling) writes(k Kind) bool {
	switch k {
	case Culture:
		return r.Verdict != More
	case Currency:
		return r.Verdict == Release
	case Customs:
		return false
	}
	return false
}

// Reasons are the codes a refusal of a desk may name on a day.
func (s *Service) Reasons(ctx context.Context, k Kind, day time.Time) ([]string, error) {
	t, err := s.Tables(ctx, day)
	if err != nil {
		return nil, err
	}
	return t.Lists[string(k)+"_refusal"], nil
}

// Check says what Decide would refuse of a ruling, and does nothing else.
func (s *Service) Check(ctx context.Context, by Actor, c Case, r Ruling) error {
	if err := c.mayDecide(by, r.Verdict, s.Now()); err != nil {
		return err
	}
	return s.check(ctx, c, &r)
}

// check refuses a ruling that says too little, and fills in what has a usual value.
func (s *Service) check(ctx context.Context, c Case, r *Ruling) error {
	var list fields
	if !slices.Contains([]string{Release, Refuse, More}, r.Verdict) {
		list.add("verdict", "export.desk.choose_verdict")
	}
	if r.Verdict != Release && strings.TrimSpace(r.Note) == "" {
		list.add("note", "export.desk.write_note")
	}
	switch r.Verdict {
	case Refuse:
		reasons, err := s.Reasons(ctx, c.Kind, s.Now())
		if err != nil {
			return err
		}
		if !slices.Contains(reasons, r.Reason) {
			list.add("reason", "export.desk.choose_reason")
		}
	case More:
		if r.Reason != "" && (r.Reason != Inspection || c.Kind != Customs) {
			list.add("reason", "export.desk.choose_reason")
		}
	case Release:
		r.Reason = ""
	}
	if r.Verdict == Release && c.asksDocument() && !r.Paper.hasFile() {
		list.add("file", "export.desk.document_file")
	}
	if c.Kind == Customs && r.Verdict == Release {
		if err := c.checkAnswers(r, &list); err != nil {
			return err
		}
	}
	if !r.writes(c.Kind) {
		return errs.Fields(list)
	}
	if err := s.checkPaper(ctx, c, r, &list); err != nil {
		return err
	}
	return errs.Fields(list)
}

// fields collects what is wrong with a ruling.
type fields []errs.Field

func (f *fields) add(name, key string, args ...any) {
	*f = append(*f, errs.Field{Name: name, Key: key, Args: args})
}

func (s *Service) checkPaper(ctx context.Context, c Case, r *Ruling, list *fields) error {
	p := &r.Paper
	if p.Date.IsZero() {
		p.Date = dayOf(s.Now())
	}
	if p.Date.After(dayOf(s.Now())) {
		list.add("date", "export.desk.date_later")
	}
	if p.ValidUntil != nil && p.ValidUntil.Before(p.Date) {
		list.add("valid_until", "export.desk.valid_before")
	}
	switch c.Kind {
	case Culture:
		if err := s.checkOpinion(c, r, list); err != nil {
			return err
		}
	case Currency:
		return s.checkContract(ctx, c, p, list)
	case Customs:
	}
	p.Authority = cmp.Or(p.Authority, i18n.In(i18n.RU, "export.desk.authority."+string(c.Kind)))
	p.Text = cmp.Or(p.Text, i18n.In(i18n.RU, "export.desk.opinion."+r.outcome(c), "title", c.Title))
	return nil
}

// checkOpinion asks for the number of a permit, which is the Ministry's, and for what an opinion rests on, whose number is
// the case's unless the expert has one.
func (s *Service) checkOpinion(c Case, r *Ruling, list *fields) error {
	p := &r.Paper
	if c.asksPermit() && r.Verdict == Release {
		if p.Number == "" {
			list.add("number", "export.desk.permit_number")
		}
		if !p.hasFile() {
			list.add("file", "export.desk.permit_file")
		}
		p.Authority = cmp.Or(p.Authority, i18n.In(i18n.RU, "export.desk.authority.permit"))
		return nil
	}
	p.Number = cmp.Or(p.Number, fmt.Sprintf("К-%06d/%d", c.ID, p.Date.Year()))
	if r.Verdict != Release {
		return nil
	}
	return c.checkAnswers(r, list)
}

// checkAnswers asks for what a release rests on.
func (c Case) checkAnswers(r *Ruling, list *fields) error {
	f, err := c.facts()
	if err != nil {
		return err
	}
	for _, q := range c.questions(f) {
		answer := strings.TrimSpace(r.Answers[q.Key])
		switch {
		case q.Required && answer == "":
			list.add("q."+q.Key, "export.desk.answer_it")
		case q.Key == questionHTSUS:
			if _, problem := codesOf(answer, f.Lines); problem != nil {
				*list = append(*list, *problem)
			}
		}
	}
	return nil
}

// checkContract asks for what the sum of a contract obliges to: its number, and above the second band the number of its
// registration.
func (s *Service) checkContract(ctx context.Context, c Case, p *Paper, list *fields) error {
	f, err := c.facts()
	if err != nil {
		return err
	}
	if f.Contract != nil {
		p.Number = cmp.Or(p.Number, f.Contract.Number)
	}
	if p.Number == "" {
		list.add("number", "export.desk.contract_number")
	}
	bands, err := s.Contracts.Bands(ctx, s.Now())
	if err != nil {
		return err
	}
	if f.Contract != nil && (f.Contract.Wants == contract.Registration || bands.Obliges(f.Contract.SumRUB) == contract.Registration) && p.UniqueNumber == "" {
		list.add("unique_number", "export.desk.unique_number")
	}
	p.Authority = cmp.Or(p.Authority, i18n.In(i18n.RU, "export.desk.authority.currency"))
	p.Text = cmp.Or(p.Text, i18n.In(i18n.RU, "export.desk.opinion."+Accepted, "title", c.Title))
	return nil
}

// dayOf is the day in Moscow, as papers are dated.
func dayOf(now time.Time) time.Time {
	t := now.In(i18n.Moscow)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
