package contract

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
)

// warn tells a shop that the sum of a contract has come to a mark, once for each mark.
func (s *Service) warn(ctx context.Context, tx pgx.Tx, c Contract, mark string, b Bands) error {
	readers, err := account.Contacts(ctx, tx, c.SellerID, account.Owner, account.Manager)
	if err != nil {
		return err
	}
	_, next := b.Next(c.SumRUB)
	for _, reader := range readers {
		lang := i18n.Parse(reader.Lang)
		args := []any{"contract", c.Number, "counterparty", partyIn(lang, c), "sum", money.Format(lang, c.SumRUB, money.RUB), "band", money.Format(lang, next, money.RUB)}
		t := func(part string) string { return i18n.In(lang, "export.contract.mail."+mark+part, args...) }
		letter := notify.Letter{Title: t(".title"), Why: i18n.In(lang, "export.contract.mail.why"), Blocks: []notify.Block{notify.Para(t(".text")),
			notify.Button(i18n.In(lang, "export.contract.mail.button"), s.BaseURL+web.PathIn(lang, ownPath(c.ID)))}}
		if err := notify.Enqueue(ctx, tx, notify.Mail{Event: "contract:" + strconv.FormatInt(c.ID, 10) + "." + mark, Template: "export.contract." + mark,
			To: reader.Email, Lang: lang, Letter: &letter}); err != nil {
			return err
		}
	}
	return nil
}

// partyIn names the other side.
func partyIn(lang i18n.Lang, c Contract) string {
	if c.Kind == Retail {
		return i18n.In(lang, "export.contract.party.retail")
	}
	return c.Counterparty
}

// PartyIn names the other side of a contract by what the table calls it.
func PartyIn(lang i18n.Lang, counterparty string) string {
	if counterparty == retailParty {
		return i18n.In(lang, "export.contract.party.retail")
	}
	return counterparty
}
