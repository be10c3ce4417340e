package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Glimpse is a card as somebody looks at it who decides about many: all that a buyer would see of it, whether it is shown
// to buyers or not.
type Glimpse struct {
	ID, CategoryID int64
	Slug, Art      string
	Brand          string
	Category       Text
	Title          Text
	Description    Text
	Price          money.Amount // of its cheapest offer, whatever its state
	Currency       money.Currency
	Specs          []Spec
	Photos         []CardPhoto
}

type glimpseRow struct {
	ID, CategoryID                                 int64
	Slug, Art, Brand                               string
	CategoryRU, CategoryEN                         string
	TitleRU, TitleEN, DescriptionRU, DescriptionEN string
	Price                                          int64
	Currency                                       string
	Specs                                          []Spec
	Photos                                         []CardPhoto
}

// Glimpses reads cards in the order of ids; those that are gone are left out.
func Glimpses(ctx context.Context, db pg.DB, ids []int64) ([]Glimpse, error) {
	rows, err := pg.List[glimpseRow](ctx, db, `
		select p.id, p.category_id, p.slug, c.art, coalesce(b.name, '') as brand, c.name_ru as category_ru, c.name_en as category_en,
			p.title_ru, p.title_en, p.description_ru, p.description_en, coalesce(o.price, 0) as price, coalesce(o.currency, '') as currency,
			`+specsJSON+` as specs, `+photosJSON+` as photos
		from products p
		join categories c on c.id = p.category_id
		left join brands b on b.id = p.brand_id
		left join lateral (select o.price, o.currency from variants v join offers o on o.variant_id = v.id
			where v.product_id = p.id order by o.price, o.id limit 1) o on true
		where p.id = any($1) order by array_position($1, p.id)`, ids)
	list := make([]Glimpse, len(rows))
	for i, r := range rows {
		list[i] = Glimpse{ID: r.ID, CategoryID: r.CategoryID, Slug: r.Slug, Art: r.Art, Brand: r.Brand, Category: Text{RU: r.CategoryRU, EN: r.CategoryEN},
			Title: Text{RU: r.TitleRU, EN: r.TitleEN}, Description: Text{RU: r.DescriptionRU, EN: r.DescriptionEN},
			Price: money.Amount(r.Price), Currency: money.Currency(r.Currency), Specs: r.Specs, Photos: r.Photos}
	}
	return list, err
}

// Thumb is the picture that stands for the card in a list; it says nothing that the title beside it does not.
func (g Glimpse) Thumb() ui.Pic {
	if len(g.Photos) == 0 {
		return ui.Pic{Src: ArtPath(g.Art, g.ID), Side: 64, Lazy: true, Class: "thumb s"}
	}
	img := g.Photos[0].Image()
	return ui.Pic{Src: img.Src("96"), Side: 64, Lazy: true, Class: "thumb s"}
}

// Card prints the glimpse for a moderator.
func (g Glimpse) Card(ctx context.Context) moderation.Card {
	lang := i18n.LangOf(ctx)
	c := moderation.Card{Title: g.Title.In(lang), Pic: g.Thumb(), About: renderText(g.Description.In(lang))}
	if l := g.Description.Lang(lang); l != lang {
		c.AboutLang = string(l)
	}
	note := []string{g.Category.In(lang), g.Brand}
	if g.Price > 0 {
		note = append(note, Price{Amount: g.Price, Currency: g.Currency}.In(lang))
	}
	c.Note = strings.Join(slices.DeleteFunc(note, func(s string) bool { return s == "" }), " · ")
	for i, p := range g.Photos {
		img := p.Image()
		c.Photos = append(c.Photos, moderation.Photo{Href: img.Src("1280"),
			Pic: ui.Pic{Src: img.Src("320"), Side: 160, Lazy: true, Alt: i18n.T(ctx, "catalog.photo.n", "n", i+1, "title", c.Title)}})
	}
	for _, s := range (Card{Specs: g.Specs}).SpecLines(lang) {
		c.Facts = append(c.Facts, ui.Pair{Key: s.Name, Value: s.Value})
	}
	for _, r := range TextRisks(g.texts()) {
		c.Warnings = append(c.Warnings, i18n.T(ctx, r.Key, "arg", r.Arg))
	}
	if len(g.Photos) == 0 {
		c.Warnings = append(c.Warnings, i18n.T(ctx, "catalog.risk.no_photo"))
	}
	return c
}

func (g Glimpse) texts() string {
	return strings.Join([]string{g.Title.RU, g.Title.EN, g.Description.RU, g.Description.EN}, "\n")
}

// WordRisks are the words in the texts of cards that need a person's eye, each kind of them once, and the cards that have
// some.
func WordRisks(ctx context.Context, db pg.DB, ids []int64) (reasons []moderation.Reason, cards []int64, err error) {
	list, err := pg.List[struct {
		ID    int64
		Texts string
	}](ctx, db, `
		select id, concat_ws(E'\n', title_ru, title_en, description_ru, description_en) as texts
		from products where id = any($1) order by array_position($1, id)`, ids)
	for _, card := range list {
		found := TextRisks(card.Texts)
		if len(found) > 0 {
			cards = append(cards, card.ID)
		}
		for _, r := range found {
			if !slices.ContainsFunc(reasons, func(have moderation.Reason) bool { return have.Key == r.Key }) {
				reasons = append(reasons, r)
			}
		}
	}
	return reasons, cards, err
}

// Thumbs are the pictures of cards by id, for lists of what is asked about them.
func Thumbs(ctx context.Context, db pg.DB, ids []int64) (map[int64]ui.Pic, error) {
	list, err := pg.List[struct {
		ID    int64
		Art   string
		Photo *Photo
	}](ctx, db, `
		select p.id, c.art, (select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height)
			from product_images pi join media_files m on m.id = pi.media_id where pi.product_id = p.id order by pi.variant_id is not null, pi.position, pi.id limit 1) as photo
		from products p join categories c on c.id = p.category_id where p.id = any($1)`, ids)
	pics := make(map[int64]ui.Pic, len(list))
	for _, row := range list {
		g := Glimpse{ID: row.ID, Art: row.Art}
		if row.Photo != nil {
			g.Photos = []CardPhoto{{Photo: *row.Photo}}
		}
		pics[row.ID] = g.Thumb()
	}
	return pics, err
}
