package curation

import (
	"context"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// categoryState is what the log keeps of a category before and after an edit.
type categoryState struct {
	NameRU   string  `json:"name_ru"`
	NameEN   string  `json:"name_en"`
	Position int     `json:"position"`
	Hidden   bool    `json:"hidden"`
	Facets   []int64 `json:"facets"`
	Required []int64 `json:"required"`
	Version  int     `json:"version"`
}

func lockCategory(ctx context.Context, tx pg.DB, id int64) (categoryState, error) {
	return pg.One[categoryState](ctx, tx, `
		select c.name_ru, c.name_en, c.position, c.hidden, c.version,
			(select coalesce(array_agg(ca.attribute_id order by ca.attribute_id), '{}') from category_attributes ca
			 where ca.category_id = c.id and ca.facet) as facets,
			(select coalesce(array_agg(ca.attribute_id order by ca.attribute_id), '{}') from category_attributes ca
			 where ca.category_id = c.id and ca.required) as required
		from categories c where c.id = $1 for no key update of c`, id)
}

func updateCategory(ctx context.Context, tx pg.DB, id int64, e CategoryEdit, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		update categories set name_ru = $2, name_en = $3, position = $4, hidden = $5, version = version + 1, edited_at = $6
		where id = $1`, id, e.Name.RU, e.Name.EN, e.Position, e.Hidden, now)
	return err
}

// updateCategoryAttributes sets both marks of every attribute of a category; free text filters nothing.
func updateCategoryAttributes(ctx context.Context, tx pg.DB, id int64, facets, required []int64) error {
	_, err := pg.Exec(ctx, tx, `
		update category_attributes ca set facet = a.kind <> 'text' and a.id = any($2), required = a.id = any($3)
		from attributes a where a.id = ca.attribute_id and ca.category_id = $1
			and (ca.facet, ca.required) is distinct from (a.kind <> 'text' and a.id = any($2), a.id = any($3))`,
		id, append([]int64{}, facets...), append([]int64{}, required...))
	return err
}

// touchCategory queues the published cards in a category, and those below it too when deep.
func touchCategory(ctx context.Context, tx pg.DB, id int64, deep bool) error {
	_, err := pg.Exec(ctx, tx, `
		insert into product_changes (product_id)
		select p.id from products p join categories c on c.id = p.category_id
		where p.status = 'published' and (c.id = $1 or $2 and c.path @> array[$1::bigint])`, id, deep)
	return err
}

// countCards says how many published cards stand in each of the categories or below it.
func countCards(ctx context.Context, db pg.DB, ids []int64) (map[int64]int, error) {
	type row struct {
		ID int64
		N  int
	}
	rows, err := pg.List[row](ctx, db, `
		with direct as (select category_id, count(*) as n from products where status = 'published' group by category_id)
		select up.id, sum(d.n)::int as n
		from direct d join categories c on c.id = d.category_id cross join lateral unnest(c.path) as up (id)
		where up.id = any($1) group by up.id`, ids)
	counts := make(map[int64]int, len(rows))
	for _, r := range rows {
		counts[r.ID] = r.N
	}
	return counts, err
}

// attributeMark is an attribute of a category with what an admin decides about it.
type attributeMark struct {
	ID       int64
	Kind     string
	NameRU   string
	NameEN   string
	Facet    bool
	Required bool
}

func listAttributeMarks(ctx context.Context, db pg.DB, categoryID int64) ([]attributeMark, error) {
	return pg.List[attributeMark](ctx, db, `
		select a.id, a.kind, a.name_ru, a.name_en, ca.facet, ca.required
		from category_attributes ca join attributes a on a.id = ca.attribute_id
		where ca.category_id = $1 order by ca.position, a.id`, categoryID)
}

// adminCard is a line of the list of all cards.
type adminCard struct {
	ID             int64
	Slug, Status   string
	TitleRU        string
	TitleEN        string
	CategoryID     int64
	Author         string
	Offers, OnSale int
}

// cardFilter narrows the list of all cards.
type cardFilter struct {
	Query, Status, Seller string
	Before                int64
}

// found are the ways a card answers to what was typed: its address, a code on the box, words of its
// title, a shop that sells it. Each way has an index of its own.
const found = ` and p.id in (
	select id from products where slug = $4
	union all select product_id from variants where gtin is not null and status <> 'retired' and length($4) <= 14 and lpad(gtin, 14, '0') = lpad($4, 14, '0')
	union all select id from products where lower(title_ru) like $5
	union all select v.product_id from sellers s join offers o on o.seller_id = s.id join variants v on v.id = o.variant_id
		where s.slug = $4 or lower(s.name) = $4)`

const soldBy = ` and (p.author_id = (select id from sellers where slug = $3) or exists (
	select from variants v join offers o on o.variant_id = v.id
	where v.product_id = p.id and o.seller_id = (select id from sellers where slug = $3)))`

func searchCards(ctx context.Context, db pg.DB, f cardFilter, limit int) ([]adminCard, error) {
	where, args := "", []any{f.Status, f.Before, f.Seller}
	if f.Seller != "" {
		where += soldBy
	} else {
		where += ` and $3 = ''`
	}
	if f.Query != "" {
		query := strings.ToLower(f.Query)
		where += found
		args = append(args, query, "%"+pg.LikeSafe(query)+"%")
	}
	args = append(args, limit)
	return pg.List[adminCard](ctx, db, `
		select p.id, p.slug, p.status, p.title_ru, p.title_en, p.category_id, coalesce(a.name, '') as author,
			(select count(*)::int from offer_facts f where f.product_id = p.id) as offers,
			(select count(*)::int from offer_facts f where f.product_id = p.id and f.blocked is null) as on_sale
		from products p left join sellers a on a.id = p.author_id
		where ($1 = '' or p.status = $1) and ($2::bigint = 0 or p.id < $2)`+where+`
		order by p.id desc limit $`+lastParam(args), args...)
}

// lastParam is the number of the last parameter: at most six.
func lastParam(args []any) string { return string(rune('0' + len(args))) }

// adminOffer is an offer on a card as the operator sees it.
type adminOffer struct {
	Slug, Name string
	SKU        string
	Price      int64
	Currency   string
	Free       int
	Blocked    string
}

func listCardOffers(ctx context.Context, db pg.DB, productID int64, limit int) ([]adminOffer, error) {
	return pg.List[adminOffer](ctx, db, `
		select s.slug, s.name, o.seller_sku as sku, f.price, f.currency, f.free, coalesce(f.blocked, '') as blocked
		from offer_facts f join sellers s on s.id = f.seller_id join offers o on o.id = f.offer_id
		where f.product_id = $1 order by f.blocked is not null, f.price, f.offer_id limit $2`, productID, limit)
}

func setCardStatus(ctx context.Context, tx pg.DB, productID int64, from, to string) (bool, error) {
	n, err := pg.Exec(ctx, tx, `
		with p as (
			update products set status = $3, updated_at = now() where id = $1 and status = $2 returning id
		)
		insert into product_changes (product_id) select id from p`, productID, from, to)
	return n == 1, err
}
