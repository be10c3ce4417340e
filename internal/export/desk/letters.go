package desk

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// tell writes to the people of a shop what happened to their case. name chooses the words: release, refuse, more, note.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, c Case, name, note string) error {
	args := func(lang i18n.Lang) []any { return []any{"title", c.TitleIn(lang)} }
	return s.mail(ctx, tx, c.SellerID, "case."+idText(c.ID)+"."+name, name, "/seller/export/cases/"+idText(c.ID), note, args)
}

func (s *Service) mail(ctx context.Context, tx pgx.Tx, sellerID int64, about, name, path, note string, args func(i18n.Lang) []any) error {
	readers, err := account.Contacts(ctx, tx, sellerID, account.Owner, account.Manager)
	if err != nil {
		return err
	}
	event := "desk:" + about + ":" + strconv.FormatInt(s.Now().UnixNano(), 10)
	for _, reader := range readers {
		lang := i18n.Parse(reader.Lang)
		t := func(part string) string { return i18n.In(lang, "export.desk.mail."+name+part, args(lang)...) }
		blocks := []notify.Block{notify.Para(t(".text"))}
		if note != "" {
			blocks = append(blocks, notify.Note(note))
		}
		blocks = append(blocks, notify.Button(i18n.In(lang, "export.desk.mail.button"), s.BaseURL+web.PathIn(lang, path)))
		letter := notify.Letter{Title: t(".title"), Blocks: blocks, Why: i18n.In(lang, "export.desk.mail.why")}
		if err := notify.Enqueue(ctx, tx, notify.Mail{Event: event, Template: "export.desk." + name, To: reader.Email, Lang: lang, Letter: &letter}); err != nil {
			return err
		}
	}
	return nil
}
