package seller

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// tell writes to the people behind a shop what was decided about it: to its owners, and while it has
// none to whoever applied. name chooses the words, "seller.mail.<name>.*". Each step has an event of
// its own, so that a second suspension is told as the first was.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, shop Seller, name, note string) error {
	readers, err := account.Contacts(ctx, tx, shop.ID, account.Owner)
	if err == nil && len(readers) == 0 && shop.ApplicantID != 0 {
		var applicant account.Contact
		applicant, err = account.ContactOf(ctx, tx, shop.ApplicantID)
		readers = append(readers, applicant)
	}
	if err != nil {
		return err
	}
	event := "seller:" + strconv.FormatInt(shop.ID, 10) + ":" + name + ":" + strconv.FormatInt(s.now().UnixNano(), 10)
	for _, reader := range readers {
		lang := i18n.Parse(reader.Lang)
		letter := s.compose(lang, shop, name, note)
		err := notify.Enqueue(ctx, tx, notify.Mail{Event: event, Template: "seller." + name, To: reader.Email, Lang: lang, Letter: &letter})
		if err != nil {
			return err
		}
	}
	return nil
}

// letterTo is where the button of a letter leads.
var letterTo = map[string]string{approve.letter: "/seller", suspend.letter: "/seller/orders", reopen.letter: "/seller", refuse.letter: "/seller/apply"}

func (s *Service) compose(lang i18n.Lang, shop Seller, name, note string) notify.Letter {
	t := func(part string) string { return i18n.In(lang, "seller.mail."+name+part, "shop", shop.Name) }
	blocks := []notify.Block{notify.Para(t(".text"))}
	if note != "" {
		blocks = append(blocks, notify.Note(i18n.In(lang, "seller.mail.reason", "note", note)))
	}
	blocks = append(blocks, notify.Para(t(".after")), notify.Button(t(".button"), s.BaseURL+web.PathIn(lang, letterTo[name])))
	return notify.Letter{Title: t(".title"), Blocks: blocks, Why: i18n.In(lang, "seller.mail.why", "shop", shop.Name)}
}
