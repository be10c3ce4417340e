package app

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// tell plays what has happened at the fair before the visitor came, once: a fortnight of purchases,
// changes waiting for a moderator, a shop that asks to be opened. All of it goes through the same
// verbs as the pages do.
func (d *demo) tell(ctx context.Context, m *modules) error {
	told, err := pg.Scalar[bool](ctx, d.db, `select exists (select from purchases)`)
	if err != nil || told {
		return err
	}
	if err := d.fortnight(ctx, m); err != nil {
		return err
	}
	if err := d.propose(ctx, m); err != nil {
		return err
	}
	if err := d.desks(ctx, m); err != nil {
		return err
	}
	if err := d.passports(ctx, m); err != nil {
		return err
	}
	if err := d.contracts(ctx, m, false); err != nil {
		return err
	}
	if err := d.abroad(ctx, m, m.standin); err != nil {
		return err
	}
	return d.apply(ctx, m)
}

// propose lets a shop without the moderators' trust ask for a change of its card.
func (d *demo) propose(ctx context.Context, m *modules) error {
	type card struct{ ID, SellerID, PersonID int64 }
	cards, err := pg.List[card](ctx, d.db, `
		select p.id, s.id as seller_id, w.person_id
		from products p join sellers s on s.id = p.author_id and not s.trusted join memberships w on w.seller_id = s.id
		where p.status = 'published' and p.description_en <> '' order by p.id desc limit 3`)
	if err != nil {
		return err
	}
	for _, c := range cards {
		by := catalog.Actor{PersonID: c.PersonID, SellerID: c.SellerID}
		now, err := m.catalog.GetForEdit(ctx, by, c.ID)
		if err != nil {
			return err
		}
		doc := now.Doc()
		doc.Title.RU += ", новая партия"
		doc.Description.RU += "\n\nНовая партия: упаковка изменилась, состав прежний."
		if _, err := m.catalog.SaveCard(ctx, by, c.ID, now.Version, doc, true); err != nil {
			return err
		}
	}
	return nil
}

// apply lets one more person ask for a shop.
func (d *demo) apply(ctx context.Context, m *modules) error {
	var id int64
	err := pg.InTx(ctx, d.db, func(tx pgx.Tx) (err error) {
		id, err = d.person(ctx, tx, "Пётр Гончаров", "petr@example.com")
		return err
	})
	if err != nil {
		return err
	}
	_, err = m.seller.Apply(ctx, id, seller.Application{Name: "Гончарный круг", City: "Скопин", Email: "petr@example.com", Phone: "+79990000002",
		Legal: seller.Legal{LegalForm: "self", LegalName: "Гончаров Пётр Ильич (демонстрация)", INN: "000000000402"}, About: "Скопинская керамика: кувшины, миски и свистульки."})
	if errs.Is(err, errs.Conflict) {
		return nil // told before
	}
	return err
}
