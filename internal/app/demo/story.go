package demo

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Tell plays what has happened at the fair before the visitor came, once: a fortnight of purchases,
// changes waiting for a moderator, a shop that asks to be opened. All of it goes through the same
// verbs as the pages do.
func (d *Demo) Tell(ctx context.Context) error {
	told, err := pg.Scalar[bool](ctx, d.DB, `select exists (select from purchases)`)
	if err != nil || told {
		return err
	}
	if err := d.fortnight(ctx); err != nil {
		return err
	}
	if err := d.propose(ctx); err != nil {
		return err
	}
	if err := d.desks(ctx); err != nil {
		return err
	}
	if err := d.passports(ctx); err != nil {
		return err
	}
	if err := d.contracts(ctx, false); err != nil {
		return err
	}
	if err := d.abroad(ctx); err != nil {
		return err
	}
	return d.apply(ctx)
}

// propose lets a shop without the moderators' trust ask for a change of its card.
func (d *Demo) propose(ctx context.Context) error {
	type card struct{ ID, SellerID, PersonID int64 }
	cards, err := pg.List[card](ctx, d.DB, `
		select p.id, s.id as seller_id, w.person_id
		from products p join sellers s on s.id = p.author_id and not s.trusted join memberships w on w.seller_id = s.id
		where p.status = 'published' and p.description_en <> '' order by p.id desc limit 3`)
	if err != nil {
		return err
	}
	for _, c := range cards {
		by := listing.Actor{PersonID: c.PersonID, SellerID: c.SellerID}
		now, err := d.Listings.GetForEdit(ctx, by, c.ID)
		if err != nil {
			return err
		}
		doc := listing.DocOf(now)
		doc.Title.RU += ", новая партия"
		doc.Description.RU += "\n\nНовая партия: упаковка изменилась, состав прежний."
		if _, err := d.Listings.SaveCard(ctx, by, c.ID, now.Version, doc, true); err != nil {
			return err
		}
	}
	return nil
}

// apply lets one more person ask for a shop.
func (d *Demo) apply(ctx context.Context) error {
	var id int64
	err := pg.InTx(ctx, d.DB, func(tx pgx.Tx) (err error) {
		id, err = d.person(ctx, tx, "Пётр Гончаров", "petr@example.com")
		return err
	})
	if err != nil {
		return err
	}
	_, err = d.Sellers.Apply(ctx, id, seller.Application{Name: "Гончарный круг", City: "Скопин", Email: "petr@example.com", Phone: "+79990000002",
		Legal: seller.Legal{LegalForm: "self", LegalName: "Гончаров Пётр Ильич (демонстрация)", INN: "000000000402"}, About: "Скопинская керамика: кувшины, миски и свистульки."})
	if errs.Is(err, errs.Conflict) {
		return nil // told before
	}
	return err
}
