package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// keptRow is a card's kept sheet.
type keptRow struct {
	ID int64
	pageStamp
	Body []byte
}

// selectSheet finds the sheet of an address if it is true. The stamp is page_stamp's, written out: a call of it would take
// as long as everything else here. While many lines are written at once a plan that was made before may read them all, at
// most until the table is analyzed, a minute later.
func selectSheet(ctx context.Context, db pg.DB, slug string) (row keptRow, ok bool, err error) {
	err = db.QueryRow(ctx, `
		select t.product_id, t.topics, t.stamp, t.tree, t.body from card_sheets t
		where t.slug = $1 and t.form = $2 and (t.until is null or t.until > current_date)
			and t.stamp = (select coalesce(sum(x.nonce), 0)::bigint from page_changes x where x.topic = any(t.topics))`, slug, sheetForm).
		Scan(&row.ID, &row.Topics, &row.Stamp, &row.Tree, &row.Body)
	if errors.Is(err, pgx.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, errs.FromPG(err, nil)
}

func selectCardID(ctx context.Context, db pg.DB, slug string) (int64, bool, error) {
	row, ok, err := pg.Opt[struct{ ID int64 }](ctx, db, `select id from products where slug = $1 and status = 'published'`, slug)
	return row.ID, ok, err
}

// offerMoney is an offer in a currency: prices in another one are no history of today's.
type offerMoney struct {
	OfferID  int64
	Currency money.Currency
}

// selectHistories reads what offers charged in the last 30 days.
func selectHistories(ctx context.Context, db pg.DB, offers []int64) (map[offerMoney][]Charged, error) {
	if len(offers) == 0 {
		return nil, nil
	}
	rows, err := pg.List[struct {
		OfferID  int64
		Currency string
		Price    int64
		FromAt   time.Time
		ToAt     *time.Time
	}](ctx, db, `
		select offer_id, currency, price, from_at, to_at from offer_prices
		where offer_id = any(array(select unnest($1::bigint[]))) and (to_at is null or to_at > now() - interval '30 days')
		order by offer_id, from_at`, offers)
	m := map[offerMoney][]Charged{}
	for _, r := range rows {
		c := Charged{Price: money.Amount(r.Price), From: r.FromAt}
		if r.ToAt != nil {
			c.To = *r.ToAt
		}
		key := offerMoney{r.OfferID, money.Currency(r.Currency)}
		m[key] = append(m[key], c)
	}
	return m, err
}

// selectTouchedSheets lists the cards whose sheet may not be true any more: with a change, since a moment, of their own, of
// a shop that sells them or of the tree; and those with a holiday that began or ended. A line that is older than the sheet
// by more than transactions take was seen when it was written.
func selectTouchedSheets(ctx context.Context, db pg.DB, since time.Time) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		with lately as (
			select topic, max(at) as at from page_changes where at > $1 group by topic
		), touched as (
			select substr(topic, 6)::bigint as product_id, at from lately where topic like 'card:%'
			union all
			select v.product_id, l.at from lately l join offers o on o.seller_id = substr(l.topic, 6)::bigint
				join variants v on v.id = o.variant_id where l.topic like 'shop:%'
			union all
			select t.product_id, l.at from lately l cross join card_sheets t where l.topic = 'tree'
		)
		select t.product_id from (select product_id, max(at) as at from touched group by product_id) x
			join card_sheets t using (product_id) where x.at > t.made_at - $2::interval
		union
		select product_id from card_sheets where until <= current_date
		order by 1`, since, sheetsSlack)
}

// selectUntrueSheets picks those of some cards whose sheet is not true.
func selectUntrueSheets(ctx context.Context, db pg.DB, ids []int64) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select product_id from card_sheets
		where product_id = `+theCards+` and (stamp <> page_stamp(topics) or until <= current_date) order by product_id`, ids)
}

// selectLastCard is the number of the card that was made last; 0 without any.
func selectLastCard(ctx context.Context, db pg.DB) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select coalesce(max(id), 0) from products`)
}

// selectMissingSheets lists cards after one that are without a sheet, or with one that another program wrote. That a sheet
// has its card's number is said twice: of a range of both tables PostgreSQL reads no more.
func selectMissingSheets(ctx context.Context, db pg.DB, after int64, limit int) ([]int64, error) {
	return pg.Scalars[int64](ctx, db, `
		select p.id from products p join categories c on c.id = p.category_id
		where p.id > $2 and p.status = 'published' and c.shown and not exists (
			select from card_sheets t where t.product_id = p.id and t.product_id > $2 and t.form = $1)
		order by p.id limit $3`, sheetForm, after, limit)
}

// keptSheet is a row of card_sheets on its way there.
type keptSheet struct {
	ID     int64
	Slug   string
	Topics string // with commas between
	Stamp  int64
	Tree   int64
	Until  *time.Time
	At     time.Time
	Body   []byte
}

// upsertSheets writes what is kept of some cards, prints among it, and deletes what was kept of those among them that have no page now.
func upsertSheets(ctx context.Context, db pg.DB, ids []int64, list []keptSheet, prints []keptPrint) error {
	n := len(list)
	have, slugs, topics := make([]int64, n), make([]string, n), make([]string, n)
	stamps, trees := make([]int64, n), make([]int64, n)
	until, at, bodies := make([]*time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i, k := range list {
		have[i], slugs[i], topics[i], stamps[i], trees[i] = k.ID, k.Slug, k.Topics, k.Stamp, k.Tree
		until[i], at[i], bodies[i] = k.Until, k.At, k.Body
	}
	b := &pgx.Batch{}
	b.Queue(`
		insert into card_sheets (product_id, slug, form, topics, stamp, tree, until, made_at, body)
		select k.id, k.slug, $1, string_to_array(k.topics, ','), k.stamp, k.tree, k.until, k.at, k.body
		from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::date[], $8::timestamptz[], $9::bytea[])
			as k (id, slug, topics, stamp, tree, until, at, body)
		order by k.id
		on conflict (product_id) do update set slug = excluded.slug, form = excluded.form, topics = excluded.topics, stamp = excluded.stamp, tree = excluded.tree,
			until = excluded.until, made_at = excluded.made_at, body = excluded.body`, sheetForm, have, slugs, topics, stamps, trees, until, at, bodies)
	b.Queue(`delete from card_sheets where product_id = any($1) and product_id <> all($2)`, ids, have)
	queuePrints(b, ids, list, prints)
	return pg.Send(ctx, db, b)
}
