package catalog_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A department shows what is bought in it, its full shelves first, and folds the empty ones; a category's chips lead to
// no bare shelf either.
func TestDepartmentsShowGoodsAndFoldEmptyShelves(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := s.DB.Exec(t.Context(), `
		with kitchen as (
			insert into categories (code, slug, name_ru, name_en, art) values ('hg-11', 'kitchen', 'Кухня', 'Kitchen', 'pan') returning id
		), below as (
			insert into categories (parent_id, code, slug, name_ru, name_en, art)
			select id, c.code, c.code, c.ru, c.code, 'pan' from kitchen, (values ('bare', 'Барная посуда'), ('tools', 'Утварь')) c (code, ru)
			returning id, parent_id
		), leaf as (
			insert into categories (parent_id, code, slug, name_ru, name_en, art)
			select id, 'mills', 'mills', 'Кофемолки', 'Mills', 'grinder' from below order by id desc limit 1
			returning id, parent_id
		)
		select 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Exec(t.Context(), `
		with recursive walk as (
			select id, array[id] as path from categories where parent_id is null
			union all select c.id, walk.path || c.id from categories c join walk on walk.id = c.parent_id
		)
		update categories c set path = walk.path from walk where walk.id = c.id`); err != nil {
		t.Fatal(err)
	}
	before := s.Get("/c/home-kitchen")
	if before.Has(htmltest.ID("bought")) || before.Has(htmltest.Tag("summary")) || !before.Has(htmltest.Role("link", "Барная посуда")) {
		t.Errorf("with nothing on sale all shelves stand open: %s", before.Text())
	}

	tree, err := catalog.ReadTree(t.Context(), s.DB)
	if err != nil {
		t.Fatal(err)
	}
	mills, _ := tree.ByCode("mills")
	shop := catalogtest.Shop(t, s.DB)
	card := catalogtest.Card(t, s.DB, shop, func(c *intake.Card) { c.CategoryID = mills.ID })
	catalogtest.Offer(t, s.DB, shop, card.Variants["main"], 429000, 5)
	if n, err := s.Catalog.DrainIndex(t.Context()); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	for _, path := range []string{"/c/home-kitchen", "/c"} {
		page := s.Get(path)
		if folded(page, "Утварь") {
			t.Errorf("%s folds a shelf that has goods", path)
		}
		if !folded(page, "Барная посуда") {
			t.Errorf("%s leads to a bare shelf", path)
		}
	}
	if got := s.Get("/c/home-kitchen").One(htmltest.Role("link", "Кофемолка ручная")).Attr("href"); got != "/p/"+card.Slug {
		t.Errorf("the department shows %s", got)
	}
	kitchen := s.Get("/c/kitchen")
	if kitchen.Has(htmltest.Role("link", "Барная посуда")) || !kitchen.Has(htmltest.Role("link", "Утварь")) {
		t.Errorf("chips of a category: %s", kitchen.Text())
	}

	// A shelf with nothing but a closed shop's cards is bare.
	if _, err := s.DB.Exec(t.Context(), `update sellers set status = 'suspended' where id = $1`, shop.ID); err != nil {
		t.Fatal(err)
	}
	if err := pg.InTx(t.Context(), s.DB, func(tx pgx.Tx) error { return catalog.SellerChanged(t.Context(), tx, shop.ID) }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Catalog.DrainIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := s.Get("/c/home-kitchen"); after.Has(htmltest.ID("bought")) || after.Has(htmltest.Tag("summary")) {
		t.Errorf("a shelf of a closed shop's cards counts as full: %s", after.Text())
	}
}

// folded tells whether the only link of this name stands behind a word that opens it.
func folded(page *htmltest.Node, name string) bool {
	page.One(htmltest.Role("link", name))
	for _, d := range page.All(htmltest.Tag("details")) {
		if d.Has(htmltest.Role("link", name)) {
			return true
		}
	}
	return false
}
