package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// kindOf says what the document of a verdict is to the rules.
func (r Ruling) kindOf(c Case) string {
	switch {
	case c.Kind == Culture && r.outcome(c) == Permitted:
		return "culture_permit"
	case c.Kind == Culture:
		return "expert_opinion"
	case r.Paper.UniqueNumber != "":
		return "contract_number"
	}
	return "contract"
}

// write makes the document of a verdict; the culture desk's is printed and stored as the seller's file. nil when the
// verdict gives none.
func (s *Service) write(ctx context.Context, c Case, by Actor, r Ruling) (*Document, error) {
	if !r.writes(c.Kind) {
		return nil, nil
	}
	p := r.Paper
	d := &Document{Kind: r.kindOf(c), Outcome: r.outcome(c), Number: p.Number, Date: p.Date, Authority: p.Authority,
		Text: p.Text, AttachedID: p.AttachedID, ValidUntil: p.ValidUntil}
	if d.Kind == "contract_number" {
		d.Number = p.UniqueNumber
	}
	if c.Kind != Culture || d.Outcome == Permitted { // a permit is the Ministry's own paper: what the officer attached
		return d, nil
	}
	officer, err := account.ContactOf(ctx, s.DB, by.PersonID)
	if err != nil {
		return nil, err
	}
	raw, err := printOpinion(c, *d, r.Answers, officer.Name, s.Now())
	if err != nil {
		return nil, err
	}
	file, err := s.Media.SaveDocument(ctx, bytes.NewReader(raw), media.Owner{SellerID: c.SellerID}, fmt.Sprintf("opinion-%d.pdf", c.ID))
	d.FileID = file.ID
	return d, err
}

// Attach keeps a file that an officer puts to a case, as the seller's document.
func (s *Service) Attach(ctx context.Context, c Case, name string, content []byte) (int64, error) {
	if s.Media == nil {
		return 0, errs.New(errs.Unavailable, "export.desk.no_files")
	}
	file, err := s.Media.SaveDocument(ctx, bytes.NewReader(content), media.Owner{SellerID: c.SellerID}, name)
	return file.ID, err
}

// What a seller may send to one case: an officer reads all of it.
const (
	maxFiles      = 40
	maxFilesBytes = 200 << 20
)

// AttachOwn keeps a file that a seller sends to a case; Invalid when the case, or the seller's store, holds enough.
// Answer looks again under the case's lock.
func (s *Service) AttachOwn(ctx context.Context, c Case, name string, content []byte) (int64, error) {
	if s.Media == nil {
		return 0, errs.New(errs.Unavailable, "export.desk.no_files")
	}
	if err := roomIn(ctx, s.DB, c.ID); err != nil {
		return 0, err
	}
	file, err := s.Media.TakeDocument(ctx, bytes.NewReader(content), media.Owner{SellerID: c.SellerID}, name)
	return file.ID, err
}

// roomIn refuses another file of the seller's to a case that holds enough of them.
func roomIn(ctx context.Context, db pg.DB, caseID int64) error {
	have, err := sumFiles(ctx, db, caseID)
	if err == nil && (have.Files >= maxFiles || have.Bytes >= maxFilesBytes) {
		err = errs.New(errs.Invalid, "export.desk.own.enough_files", "files", maxFiles, "max", maxFilesBytes>>20)
	}
	return err
}

// printOpinion writes an opinion as PDF. It is a Russian paper whatever language the officer works in.
func printOpinion(c Case, d Document, answers map[string]string, officer string, now time.Time) ([]byte, error) {
	t := func(key string, args ...any) string { return i18n.In(i18n.RU, "export.desk.paper."+key, args...) }
	f, err := c.facts()
	if err != nil {
		return nil, err
	}
	date := func(at time.Time) string { return i18n.Date(i18n.RU, at, time.Time{}) }
	p := pdf.New(pdf.Info{Title: t("title", "number", d.Number), Author: d.Authority, Created: now})
	p.Title(t("title", "number", d.Number))
	head := []pdf.Pair{{Label: t("date"), Value: date(d.Date)}, {Label: t("authority"), Value: d.Authority}, {Label: t("officer"), Value: officer},
		{Label: t("thing"), Value: c.Title}, {Label: t("case"), Value: strconv.FormatInt(c.ID, 10)}}
	if d.ValidUntil != nil {
		head = append(head, pdf.Pair{Label: t("valid_until"), Value: date(*d.ValidUntil)})
	}
	p.Pairs(head...)
	p.Heading(t("found"))
	for _, q := range c.questions(f) {
		if a := answers[q.Key]; a != "" {
			p.Pairs(pdf.Pair{Label: q.Text.RU, Value: q.Say(i18n.RU, a)})
		}
	}
	p.Heading(t("conclusion"))
	p.Para(i18n.In(i18n.RU, "export.desk.outcome."+d.Outcome))
	p.Para(d.Text)
	p.Note(t("foot", "case", c.ID))
	return p.Bytes()
}

// answers unpacks what an officer has found out.
func (c Case) answers() (map[string]string, error) {
	found := map[string]string{}
	if err := json.Unmarshal(c.Answers, &found); err != nil {
		return nil, fmt.Errorf("answers of case %d: %w", c.ID, err)
	}
	return found, nil
}
