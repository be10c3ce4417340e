package demo

import (
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// officers are the people of the export desks, by their addresses.
var officers = []struct{ name, email, role string }{
	{"Нина Белова", "expert@example.com", account.CultureExpert},
	{"Олег Сафин", "currency@example.com", account.CurrencyOfficer},
	{"Дарья Ким", "customs@example.com", account.CustomsOfficer},
}

// vintage is a thing of the demonstration that its seller says is old, with facts that fit it.
type vintage struct{ card, hs, year, material, technique, net, gross string }

// vintages are looked at by the expert. A customs or currency case is opened by a parcel that really travels.
var vintages = []vintage{
	{"tea-glass-podstakannik", "741810", "1962", "латунь, стекло", "штамповка, литьё", "380", "500"},
	{"skillet-cast-iron", "732391", "1971", "чугун, дерево", "литьё", "2100", "2400"},
	{"teapot-clay", "691200", "1949", "глина", "гончарный круг, обжиг", "700", "1050"},
}

// desks puts a few exceptions on the culture expert's desk: one was decided, one asks its seller, one waits.
func (d *Demo) desks(ctx context.Context) error {
	type thing struct {
		ID, SellerID, OwnerID int64
		TitleRU, TitleEN      string
	}
	offers := make([]int64, 0, len(vintages))
	for _, v := range vintages {
		x, ok, err := pg.Opt[thing](ctx, d.DB, `
			select o.id, o.seller_id, w.person_id as owner_id, p.title_ru, p.title_en
			from offers o join variants v on v.id = o.variant_id join products p on p.id = v.product_id
				join memberships w on w.seller_id = o.seller_id and w.role = 'owner' join people h on h.id = w.person_id
			where h.email = 'alsu@example.com' and o.status = 'active' and p.author_key = 'demo:' || $1
			order by o.id limit 1`, v.card)
		if err != nil {
			return err
		}
		if !ok { // a demonstration of other goods
			continue
		}
		offers = append(offers, x.ID)
		if _, err := d.Goods.Save(ctx, goods.Actor{PersonID: x.OwnerID, SellerID: x.SellerID}, x.ID, 0, true, goods.Edit{"hs": v.hs, "text_en": x.TitleEN,
			"text_ru": x.TitleRU, "origin": "RU", "material": v.material, "technique": v.technique, "making": "unique", "year": v.year, "net_g": v.net,
			"gross_g": v.gross, "length_mm": "300", "width_mm": "220", "height_mm": "160"}); err != nil {
			return err
		}
	}
	return d.rule(ctx, offers)
}

// rule lets the expert release the first thing and ask about the second.
func (d *Demo) rule(ctx context.Context, offers []int64) error {
	expert, _, err := d.People.FindPersonID(ctx, d.DB, officers[0].email)
	if err != nil {
		return err
	}
	page, err := d.Desk.List(ctx, desk.Culture, desk.Query{})
	if err != nil {
		return err
	}
	until := d.Now().AddDate(0, 0, 21) // soon enough for its seller to be told
	rulings := []desk.Ruling{
		{Verdict: desk.Release, Paper: desk.Paper{ValidUntil: &until}, Note: "Изделие фабричное, вывоз возможен.", Answers: map[string]string{"year": "1962", "author": "Кольчугинский завод",
			"technique": "Латунь, штамповка", "mass": "mass", "fund": "no", "photos": "enough"}},
		{Verdict: desk.More, Note: "Сфотографируйте дно и клеймо крупно и напишите, откуда вещь у вас."},
	}
	for _, c := range page.Items {
		at := slices.Index(offers, c.OfferID)
		if at < 0 || at >= len(rulings) {
			continue
		}
		if _, err := d.Desk.Decide(ctx, desk.Actor{PersonID: expert}, desk.Culture, c.ID, rulings[at]); err != nil {
			return err
		}
	}
	return nil
}
