package curation

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// tellBlocked writes to the owners of each shop that made a card or sells it why it was taken off the
// market. Each blocking has an event of its own, so that a second one is told as the first was.
func (s *Service) tellBlocked(ctx context.Context, tx pgx.Tx, productID int64, note string) error {
	card, err := catalog.CardByID(ctx, tx, productID)
	if err != nil {
		return err
	}
	ids, err := listCardShops(ctx, tx, productID)
	if err != nil {
		return err
	}
	shops, err := seller.ByIDs(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.tellOwners(ctx, tx, shops[id], card, note); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellOwners(ctx context.Context, tx pgx.Tx, shop seller.Seller, card catalog.Card, note string) error {
	owners, err := account.Contacts(ctx, tx, shop.ID, account.Owner)
	if err != nil {
		return err
	}
	event := "card:" + strconv.FormatInt(card.ID, 10) + ":blocked:" + strconv.FormatInt(shop.ID, 10) + ":" +
		strconv.FormatInt(s.now().UnixNano(), 10)
	for _, owner := range owners {
		lang := i18n.Parse(owner.Lang)
		letter := s.composeBlocked(lang, shop, card, note)
		err := notify.Enqueue(ctx, tx, notify.Mail{Event: event, Template: "card.blocked", To: owner.Email, Lang: lang, Letter: &letter})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) composeBlocked(lang i18n.Lang, shop seller.Seller, card catalog.Card, note string) notify.Letter {
	t := func(key string) string {
		return i18n.In(lang, key, "shop", shop.Name, "title", card.Title.In(lang), "note", note)
	}
	return notify.Letter{Title: t("curation.mail.blocked.title"), Why: t("curation.mail.blocked.why"), Blocks: []notify.Block{
		notify.Para(t("curation.mail.blocked.text")), notify.Note(t("curation.mail.blocked.reason")), notify.Para(t("curation.mail.blocked.after")),
		notify.Button(t("curation.mail.blocked.button"), s.BaseURL+web.PathIn(lang, "/seller/listings"))}}
}

// listCardShops gives the shop that made a card and those that sell it.
func listCardShops(ctx context.Context, db pg.DB, productID int64) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select author_id from products where id = $1 and author_id is not null
		union select o.seller_id from offers o join variants v on v.id = o.variant_id
		where v.product_id = $1 and o.status <> 'archived' order by 1`, productID)
}
