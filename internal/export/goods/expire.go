package goods

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// expireMany is how many papers one run looks at; what is left waits for the next.
const expireMany = 500

// Expire acts on papers by the calendar: a seller is told once that one is about to end, and when its last day is over it
// no longer holds, the listing stops being sendable, and the desk is asked anew. It answers how many were told and how
// many ended.
func (s *Service) Expire(ctx context.Context) (told, ended int, err error) {
	defer errs.Wrap(&err, "goods.Expire")
	today := dayOf(s.Now())
	days, err := s.warnDays(ctx, s.Now())
	if err != nil {
		return 0, 0, err
	}
	over, err := selectOver(ctx, s.Pool, today, expireMany)
	if err != nil {
		return 0, 0, err
	}
	for _, x := range over {
		if err := s.end(ctx, x); err != nil {
			return told, ended, err
		}
		ended++
	}
	soon, err := selectEnding(ctx, s.Pool, today.AddDate(0, 0, days), expireMany)
	if err != nil {
		return told, ended, err
	}
	for _, x := range soon {
		if err := s.tellEnd(ctx, x, "ending", warnPaper); err != nil {
			return told, ended, err
		}
		told++
	}
	return told, ended, nil
}

// end takes a paper whose last day is over out of the passport and judges the thing without it.
func (s *Service) end(ctx context.Context, x Paper) error {
	l, err := s.listing(ctx, x.SellerID, x.OfferID)
	if errs.Is(err, errs.NotFound) { // archived: nobody can buy it
		_, err = endPaper(ctx, s.Pool, x, s.Now())
		return err
	}
	if err != nil {
		return err
	}
	p := l.Passport
	p.Documents = slices.DeleteFunc(slices.Clone(p.Documents), func(d string) bool { return d == x.Kind })
	if x.Kind == CulturePermit { // it is a cultural object still
		p.Documents = append(p.Documents, permitNeeded)
	}
	found, err := s.judge(ctx, &p, s.Now())
	if err != nil {
		return err
	}
	return s.tellEnd(ctx, x, "ended", func(ctx context.Context, tx pg.DB, x Paper, now time.Time) (bool, error) {
		ok, err := endPaper(ctx, tx, x, now)
		if err != nil || !ok {
			return false, err
		}
		held, err := lockPassport(ctx, tx, x.SellerID, x.OfferID)
		if err != nil {
			return false, err
		}
		if held.Version != l.Passport.Version { // the seller has just changed it: the next run sees what holds then
			return false, errChanged
		}
		if err := updateDocuments(ctx, tx, p, now); err != nil {
			return false, err
		}
		by := Actor{SellerID: x.SellerID}
		if err := insertEvent(ctx, tx, by, x.OfferID, "expired", x.Kind, now); err != nil {
			return false, err
		}
		if err := s.record(ctx, tx, l.Passport, p, found); err != nil {
			return false, err
		}
		desk, needed := p.desk()
		if !needed || s.AskDesk == nil {
			return true, nil
		}
		if err := insertEvent(ctx, tx, by, x.OfferID, "asked", desk, now); err != nil {
			return false, err
		}
		return true, s.AskDesk(ctx, tx, Case{Desk: desk, Title: l.TitleRU, Slug: l.Slug, Product: l.ProductID, Passport: p, Findings: found.heeded})
	})
}

// tellEnd does something to a paper and writes to the people of its shop about it, together or not at all. Whoever comes
// second does neither.
func (s *Service) tellEnd(ctx context.Context, x Paper, name string, do func(context.Context, pg.DB, Paper, time.Time) (bool, error)) error {
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		ok, err := do(ctx, tx, x, s.Now())
		if err != nil || !ok {
			return err
		}
		title, err := titleOf(ctx, tx, x.OfferID)
		if err != nil {
			return err
		}
		readers, err := account.Contacts(ctx, tx, x.SellerID, account.Owner, account.Manager)
		if err != nil {
			return err
		}
		for _, reader := range readers {
			lang := i18n.Parse(reader.Lang)
			args := []any{"title", title.in(lang), "what", documentWords(lang, x.Kind), "number", x.Number, "date", i18n.Date(lang, *x.ValidUntil, time.Time{})}
			t := func(part string) string { return i18n.In(lang, "export.goods.mail."+name+part, args...) }
			letter := notify.Letter{Title: t(".title"), Why: i18n.In(lang, "export.goods.mail.why"), Blocks: []notify.Block{notify.Para(t(".text")),
				notify.Button(t(".button"), s.BaseURL+web.PathIn(lang, formPath(x.OfferID)))}}
			if err := notify.Enqueue(ctx, tx, notify.Mail{Event: "goods:paper." + strconv.FormatInt(x.ID, 10) + "." + name, Template: "export.goods." + name,
				To: reader.Email, Lang: lang, Letter: &letter}); err != nil {
				return err
			}
		}
		return nil
	})
}
