package catalog

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// printRow is a card's kept print.
type printRow struct {
	pageStamp
	Category int64
	Fades    *time.Time
	Body     []byte
}

// queueFindPrints finds those prints of some addresses that are true. They are proved as sheets are.
func queueFindPrints(b *pgx.Batch, slugs []string, form int64, found map[string]printRow) {
	b.Queue(`
		select t.slug, t.topics, t.stamp, t.category_id, t.fades, t.body from card_prints t
		where t.slug = any(array(select unnest($1::text[]))) and t.form = $2 and t.body is not null and (t.until is null or t.until > current_date)
			and t.stamp = (select coalesce(sum(x.nonce), 0)::bigint from page_changes x where x.topic = any(t.topics))`, slugs, form).
		Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var slug string
				var r printRow
				if err := rows.Scan(&slug, &r.Topics, &r.Stamp, &r.Category, &r.Fades, &r.Body); err != nil {
					return err
				}
				found[slug] = r
			}
			return rows.Err()
		})
}

// selectFadedPrints lists cards whose print is over by itself.
func selectFadedPrints(ctx context.Context, db pg.DB, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select product_id from card_prints where until <= current_date
		union
		select product_id from card_prints where fades <= now()
		order by 1 limit $1`, limit)
}

// selectMissingPrints is selectMissingSheets for prints of a form.
func selectMissingPrints(ctx context.Context, db pg.DB, form, after int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select p.id from products p join categories c on c.id = p.category_id
		where p.id > $2 and p.status = 'published' and c.shown and not exists (
			select from card_prints t where t.product_id = p.id and t.product_id > $2 and t.form = $1)
		order by p.id limit $3`, form, after, limit)
}

// keptPrint is a row of card_prints on its way there. Without a body it says that the page is not printed.
type keptPrint struct {
	ID       int64
	Slug     string
	Form     int64
	Category int64
	Fades    *time.Time
	Body     []byte
}

// queuePrints writes what is printed of some sheets, in their batch, and throws away the prints of other cards among ids.
func queuePrints(b *pgx.Batch, ids []int64, sheets []keptSheet, list []keptPrint) {
	if len(list) == 0 {
		b.Queue(`delete from card_prints where product_id = any($1)`, ids)
		return
	}
	n := len(list)
	have, slugs, topics := make([]int64, n), make([]string, n), make([]string, n)
	stamps, categories := make([]int64, n), make([]int64, n)
	until, fades, bodies := make([]*time.Time, n), make([]*time.Time, n), make([][]byte, n)
	for i, k := range list {
		x := sheets[i]
		have[i], slugs[i], topics[i], stamps[i], categories[i] = k.ID, k.Slug, x.Topics, x.Stamp, k.Category
		until[i], fades[i], bodies[i] = x.Until, k.Fades, k.Body
	}
	b.Queue(`
		insert into card_prints (product_id, slug, form, category_id, topics, stamp, until, fades, body)
		select k.id, k.slug, $1, k.category_id, string_to_array(k.topics, ','), k.stamp, k.until, k.fades, k.body
		from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::date[], $8::timestamptz[], $9::bytea[])
			as k (id, slug, category_id, topics, stamp, until, fades, body)
		order by k.id
		on conflict (product_id) do update set slug = excluded.slug, form = excluded.form, category_id = excluded.category_id, topics = excluded.topics,
			stamp = excluded.stamp, until = excluded.until, fades = excluded.fades, body = excluded.body`,
		list[0].Form, have, slugs, categories, topics, stamps, until, fades, bodies)
	b.Queue(`delete from card_prints where product_id = any($1) and product_id <> all($2)`, ids, have)
}
