package listing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// lacking reads the table of cards that lack something: what each is called, and its row.
func lacking(t *testing.T, s *catalogtest.Site, shop seller.Seller, lang i18n.Lang, ordered ...int64) (names []string, page *htmltest.Node) {
	t.Helper()
	ctx := web.WithShell(i18n.WithLang(t.Context(), lang), &web.Shell{Lang: lang, Waiting: func(string) int { return 12 }})
	part, err := s.Listings.Lacking(ctx, shop.ID, ordered)
	if err != nil {
		t.Fatal(err)
	}
	if part == nil {
		return nil, nil
	}
	var b strings.Builder
	if err := part.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	page = htmltest.ParseString(t, "<main>"+b.String()+"</main>")
	for _, a := range page.One(htmltest.TestID("lacking")).All(htmltest.Tag("a")) {
		names = append(names, a.Text())
	}
	return names, page
}

// The three emptiest cards on sale are shown, the emptiest first, as full as the page of each says and with a way to it;
// what is full, archived, not published or another shop's is not.
func TestTheCardsThatLackTheMostAreShown(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, other := catalogtest.Shop(t, s.DB), catalogtest.Shop(t, s.DB)
	category := catalogtest.Category(t, s.DB)
	s.Exec(`insert into attributes (code, kind, name_ru, name_en) values ('tint', 'text', 'Оттенок', 'Tint')`)
	s.Exec(`insert into category_attributes (category_id, attribute_id, position) select $1, id, 1 from attributes where code = 'tint'`, category)
	long := strings.Repeat("Стальные жернова и ручка из бука. ", 8)
	put := func(owner seller.Seller, title string, change func(*intake.Card)) (card, offer int64) {
		made := catalogtest.Card(t, s.DB, owner, func(c *intake.Card) { c.CategoryID, c.Title.RU = category, title; change(c) })
		return made.ProductID, catalogtest.Offer(t, s.DB, owner, made.Variants["main"], 100000, 5)
	}
	as := func(*intake.Card) {}
	put(shop, "С описанием и брендом, первая", func(c *intake.Card) { c.Description.RU = long })
	put(shop, "Без бренда", func(c *intake.Card) { c.Brand = "" })
	put(shop, "С коротким описанием, вторая", as)
	put(shop, "Голая", func(c *intake.Card) { c.Brand, c.Title.EN, c.Variants[0].WeightG = "", "", 0 })
	_, archived := put(shop, "Пустая", func(c *intake.Card) { c.Brand, c.Title.EN, c.Variants[0].WeightG = "", "", 0 })
	s.Exec(`update offers set status = 'archived' where id = $1`, archived)
	put(other, "Чужая", func(c *intake.Card) { c.Brand, c.Title.EN, c.Variants[0].WeightG = "", "", 0 })
	put(shop, "Черновик", func(c *intake.Card) { c.Publish = false; c.Brand, c.Title.EN = "", "" })

	names, page := lacking(t, s, shop, i18n.RU)
	if got := strings.Join(names, "; "); got != "Голая; Без бренда; С коротким описанием, вторая" {
		t.Fatalf("shown are %s", got)
	}
	if all := page.Find(htmltest.Attr("href", "/seller/listings")).Text(); all != "Все товары" {
		t.Errorf("all of them are called %q", all)
	}
	s.AsSeller(shop)
	for i, row := range page.All(htmltest.Tag("tr"))[1:] {
		edit := s.Get(row.One(htmltest.Tag("a")).Attr("href"))
		if shown, true := row.One(htmltest.Tag("meter")).Attr("value"), edit.One(htmltest.Tag("meter")).Attr("value"); shown != true {
			t.Errorf("%s is %s full, its own page says %s", names[i], shown, true)
		}
		if !strings.Contains(row.Text(), "Оттенок · Фотография · ещё") {
			t.Errorf("%s lacks %s", names[i], row.Text())
		}
	}
	if _, page := lacking(t, s, shop, i18n.EN); !strings.Contains(page.Text(), "Cards that lack data") || !strings.Contains(page.Text(), "A photo") {
		t.Errorf("in English: %s", page.Text())
	}
	if names, _ := lacking(t, s, catalogtest.Shop(t, s.DB), i18n.RU, 1, 2, 3); names != nil {
		t.Errorf("a shop without goods is shown %v", names)
	}
}

// Of a large shop the cards put on sale last are looked at and those ordered, and no others.
func TestNoMoreCardsAreLookedAtThanTheLatest(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop := catalogtest.Shop(t, s.DB)
	category := catalogtest.Category(t, s.DB)
	cards := make([]intake.Card, 70)
	for i := range cards {
		cards[i] = intake.Card{AuthorID: shop.ID, Key: fmt.Sprint(i), CategoryID: category, Brand: "Тулажернов", Publish: true,
			Title:       catalog.Text{RU: fmt.Sprintf("Кофемолка ручная %d", i), EN: "Grinder"},
			Description: catalog.Text{RU: "Стальные жернова."}, Variants: []intake.Variant{{Key: "main", WeightG: 540}}}
		if i < 2 {
			cards[i].Brand, cards[i].Title.EN = "", ""
		}
	}
	made, err := intake.UpsertCards(t.Context(), s.DB, cards)
	if err != nil {
		t.Fatal(err)
	}
	for _, card := range made {
		catalogtest.Offer(t, s.DB, shop, card.Variants["main"], 100000, 5)
	}
	if names, _ := lacking(t, s, shop, i18n.RU); len(names) != 3 || names[0] != "Кофемолка ручная 69" {
		t.Errorf("the latest are %v", names)
	}
	if names, _ := lacking(t, s, shop, i18n.RU, made[30].ProductID, made[1].ProductID, made[1].ProductID); len(names) != 3 ||
		names[0] != "Кофемолка ручная 1" || names[1] != "Кофемолка ручная 30" || names[2] != "Кофемолка ручная 69" {
		t.Errorf("with those ordered: %v", names)
	}
}

// A shop's listings are its offers that are not archived and the variants of its drafts, and are counted no further than
// asked.
func TestListingsAreCountedUpToABound(t *testing.T) {
	t.Parallel()
	s := catalogtest.NewSite(t)
	shop, _, _ := catalogtest.Sale(t, s.DB, 100000, 5)
	count := func(shop seller.Seller, most int) (n int) {
		t.Helper()
		if err := pg.AsSeller(t.Context(), s.DB, shop.ID, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			listing.Count(b, shop.ID, most, &n)
			return pg.Send(t.Context(), tx, b)
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	draft := func(c *intake.Card) { c.Publish = false }
	catalogtest.Card(t, s.DB, shop, draft)
	offered := catalogtest.Card(t, s.DB, shop, draft)
	catalogtest.Offer(t, s.DB, shop, offered.Variants["main"], 100000, 5)
	archived := catalogtest.Offer(t, s.DB, shop, catalogtest.Card(t, s.DB, shop).Variants["main"], 100000, 5)
	s.Exec(`update offers set status = 'archived' where id = $1`, archived)
	if n := count(shop, 100); n != 3 {
		t.Errorf("%d listings, want 3", n)
	}
	if n := count(shop, 2); n != 2 {
		t.Errorf("%d listings counted, want no more than 2", n)
	}
	if n := count(catalogtest.Shop(t, s.DB), 100); n != 0 {
		t.Errorf("%d listings of others", n)
	}
}
