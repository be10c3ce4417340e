package demo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// passports lets the shops that sell handmade things tell how they send abroad and what of: most are ready, some have
// begun, one old thing waits for an expert. Whoever has told something already is left alone.
func (d *Demo) passports(ctx context.Context) error {
	senders, things, err := demodata.Passports()
	if err != nil {
		return err
	}
	shops := make([]string, len(senders))
	for i, s := range senders {
		shops[i] = s.Shop
		if err := d.sender(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.Shop, err)
		}
	}
	type offer struct {
		ID, SellerID, PersonID, WeightG int64
		AuthorKey                       string
	}
	offers, err := pg.List[offer](ctx, d.DB, `
		select o.id, o.seller_id, w.person_id, coalesce(v.weight_g, 0)::bigint as weight_g, p.author_key
		from offers o join sellers s on s.id = o.seller_id and s.slug = any($1) join memberships w on w.seller_id = s.id and w.role = 'owner'
			join variants v on v.id = o.variant_id join products p on p.id = v.product_id
		where p.author_key like 'demo:%' and not exists (select from export_goods g where g.seller_id = o.seller_id and g.offer_id = o.id)
		order by o.id`, shops)
	if err != nil {
		return err
	}
	of := map[string][]offer{}
	for _, o := range offers {
		of[o.AuthorKey] = append(of[o.AuthorKey], o)
	}
	for _, p := range things {
		for _, o := range of["demo:"+p.Card] {
			by := goods.Actor{PersonID: o.PersonID, SellerID: o.SellerID}
			if _, err := d.Goods.FillFromCards(ctx, by, []int64{o.ID}); err != nil {
				return fmt.Errorf("%s: %w", p.Card, err)
			}
			if _, err := d.Goods.Save(ctx, by, o.ID, 1, true, passportEdit(p, o.WeightG)); err != nil {
				return fmt.Errorf("%s: %w", p.Card, err)
			}
		}
	}
	return nil
}

// passportEdit is what a seller types beside what the card tells.
func passportEdit(p demodata.Passport, grams int64) goods.Edit {
	e := goods.Edit{"making": "mass"}
	set := func(key string, n int64) {
		if n > 0 {
			e[key] = strconv.FormatInt(n, 10)
		}
	}
	if p.Code != "" {
		e["hs"] = p.Code
	}
	set("length_mm", p.Size[0])
	set("width_mm", p.Size[1])
	set("height_mm", p.Size[2])
	if p.Packing > 0 && grams > 0 {
		set("gross_g", grams+p.Packing)
	}
	set("year", int64(p.Year))
	for key, text := range map[string]string{"material": p.Material, "technique": p.Technique, "origin": p.Origin} {
		if text != "" {
			e[key] = text
		}
	}
	return e
}

// sender tells how a shop sends abroad; its numbers are those of its page.
func (d *Demo) sender(ctx context.Context, s demodata.Sender) error {
	id, ok, err := pg.Opt[struct{ ID int64 }](ctx, d.DB, `select id from sellers where slug = $1`, s.Shop)
	if err != nil || !ok {
		return err
	}
	t, err := d.Goods.Terms(ctx, id.ID)
	if err != nil || t.Version > 0 {
		return err
	}
	t.NameLatin, t.AddressLatin, t.CityLatin, t.Postcode, t.KPP = s.Name, s.Address, s.City, s.Postcode, s.KPP
	t.VATPayer, t.WantsVAT0, t.Signature = s.VAT, s.VAT, true
	return d.Goods.SaveTerms(ctx, t)
}
