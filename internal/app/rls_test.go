package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// sellerColumn names the column that says whose a row is, where it is not seller_id.
var sellerColumn = map[string]string{"products": "author_id", "sellers": "id"}

// unwalled are tables that name a seller and have no row-level security, with the reason.
var unwalled = map[string]string{
	"sessions":       "a person's; the shop is only the one they work in now, and yarmarka_seller may not touch the table",
	"payment_splits": "the operator's books; yarmarka_seller may not touch the table",
}

// shownToAll is what a shop may read of others: what every visitor sees anyway.
var shownToAll = map[string]string{"media_files": "kind = 'image'", "products": "status <> 'draft'", "sellers": "true"}

// owned lists the tables that name a seller, and whether rows are walled off.
func (s *site) owned() map[string]bool {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `
		select c.relname::text, c.relrowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind = 'r' and (c.relname = any($1) or exists (
			select from pg_attribute a where a.attrelid = c.oid and a.attname = 'seller_id' and not a.attisdropped))`, []string{"products", "sellers"})
	s.must(err)
	tables := map[string]bool{}
	var name string
	var walled bool
	_, err = pgx.ForEachRow(rows, []any{&name, &walled}, func() error { tables[name] = walled; return nil })
	s.must(err)
	return tables
}

// as runs one statement as a shop, and takes back what it did. denied says that the database forbade it.
func (s *site) as(sellerID int64, sql string, args ...any) (touched int64, denied bool) {
	s.t.Helper()
	back := errors.New("take it back")
	err := pg.AsSeller(context.WithoutCancel(s.t.Context()), s.db, sellerID, func(tx pgx.Tx) error {
		if err := tx.QueryRow(s.t.Context(), sql, args...).Scan(&touched); err != nil {
			return err
		}
		return back
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42501" {
		return 0, true
	}
	if !errors.Is(err, back) {
		s.t.Errorf("%s: %v", sql, err)
	}
	return touched, false
}

// Without any where of ours, the database alone keeps shop B away from every row of shop A.
func TestRowLevelSecurityKeepsSellersApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rest()
	for table, walled := range w.owned() {
		if why, listed := unwalled[table]; walled == listed {
			t.Errorf("%s: row-level security is %v, and the reason to lack it is %q", table, walled, why)
			continue
		}
		column := sellerColumn[table]
		if column == "" {
			column = "seller_id"
		}
		if walled && one[int64](w.site, fmt.Sprintf(`select count(*) from %s where %s = $1`, table, column), w.shopA.ID) == 0 {
			t.Errorf("%s: shop A has no row here, so nothing is tried: make one in the world of the test", table)
		}
		w.besiege(table, column)
	}
	for table := range unwalled {
		if _, ok := w.owned()[table]; !ok {
			t.Errorf("%s names no seller any more: take it off the list", table)
		}
	}
}

// besiege reads, changes, deletes, takes over and forges rows of shop A as shop B.
func (w *world) besiege(table, column string) {
	w.t.Helper()
	foreign := fmt.Sprintf("%s is distinct from %d", column, w.shopB.ID)
	seen := foreign
	if open := shownToAll[table]; open != "" {
		seen += " and not coalesce(" + open + ", false)"
	}
	target := w.mayUpdate(table)
	deeds := map[string]string{
		"read":   fmt.Sprintf(`select count(*) from %s where %s`, table, seen),
		"change": fmt.Sprintf(`with x as (update %s set %s = %[2]s returning %s) select count(*) from x where %s`, table, target, column, foreign),
		"delete": fmt.Sprintf(`with x as (delete from %s where %s returning 1) select count(*) from x`, table, foreign),
	}
	if column != "id" { // which the database never lets anybody change
		deeds["give away"] = fmt.Sprintf(`with x as (update %s set %s = %d returning 1) select count(*) from x`, table, column, w.shopA.ID)
	}
	for deed, sql := range deeds {
		if n, denied := w.as(w.shopB.ID, sql); n > 0 && !denied {
			w.t.Errorf("%s: shop B can %s %d rows that are not theirs", table, deed, n)
		}
	}
	forged := fmt.Sprintf(`with x as (insert into %s (%s) %s values (%d) returning 1) select count(*) from x`, table, column, overriding(column), w.shopA.ID)
	if _, denied := w.as(w.shopB.ID, forged); !denied {
		w.t.Errorf("%s: the database lets shop B write a row for shop A", table)
	}
}

func overriding(column string) string {
	if column == "id" {
		return "overriding system value"
	}
	return ""
}

// mayUpdate finds a column that the sellers' role may write, the key of the seller by preference.
func (w *world) mayUpdate(table string) string {
	w.t.Helper()
	return one[string](w.site, `select coalesce((select a.attname::text from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0
		and not a.attisdropped and a.attidentity = '' and has_column_privilege('yarmarka_seller', a.attrelid, a.attnum, 'update')
		order by a.attname = 'seller_id' desc limit 1), $2)`, table, "seller_id")
}

// rest makes rows of shop A in the tables that the world's story leaves empty.
func (w *world) rest() {
	w.exec(`insert into cancellations (order_id, seller_id, actor, reason, goods, delivery, amount, currency, at)
		select id, seller_id, 'seller', 'out_of_stock', 0, 0, 0, 'RUB', now() from orders where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into cancellation_lines (cancellation_id, order_line_id, seller_id, qty, amount)
		select c.id, l.id, l.seller_id, 1, 0 from cancellations c join order_lines l on l.order_id = c.order_id where c.seller_id = $1`, w.shopA.ID)
	w.exec(`insert into import_diffs (import_id, seller_id, n, sku, title, what) select id, seller_id, 1, 'A-1', 'Самовар', 'new' from imports where seller_id = $1`, w.shopA.ID)
	w.exec(`insert into feed_offers (seller_id, seller_sku, source_id, import_id) select seller_id, 'A-1', source_id, id from imports where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into feed_answers (seller_id, seller_sku, variant_id, verdict, part) select seller_id, 'A-1', variant_id, 'other', '' from offers where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into feed_categories (seller_id, path) values ($1, 'Самовары A') on conflict do nothing`, w.shopA.ID)
	w.exec(`insert into export_decisions (kind, number, seller_id, moment, decided_on, outcome, rules, facts, decision)
		values ('checkout', 'RLS-1', $1, 'checkout', current_date, 'pass', '{}', '{}', '{}')`, w.shopA.ID)
	w.exec(`insert into export_opinions (case_id, seller_id, kind, outcome, number, issued_on, authority, body, at)
		select id, seller_id, 'contract', 'accepted', '1', current_date, 'Банк', 'Принято', now() from export_cases where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into export_contracts (seller_id, counterparty, number, signed_on, created_at) values ($1, 'ACME', '1', current_date, now())`, w.shopA.ID)
	w.exec(`insert into export_vat_rows (seller_id, number, kind, parcel, period, inn, registration, barcode, released_on, departed_on, mark, tnved, country,
			order_number, currency, value, rate, rate_nominal, rate_day, value_rub, paid_on, entered_at)
		values ($1, 1, 'entry', 'A-1', '2026-10-01', '', 'x', 'x', now(), now(), 'x', '{}', 'DE', 'A', 'RUB', 1, 10000, 1, now(), 1, now(), now())`, w.shopA.ID)
	w.exec(`insert into export_goods (seller_id, offer_id, origin) select seller_id, id, 'RU' from offers where seller_id = $1 limit 1 on conflict do nothing`, w.shopA.ID)
	w.exec(`insert into export_reaches (digest, ways) values ('\x01', '{}')`)
	w.exec(`insert into export_reach (seller_id, offer_id, reach_id, grams) select g.seller_id, g.offer_id, r.id, 100 from export_goods g, export_reaches r where g.seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into export_goods_events (seller_id, offer_id, at, kind, note) select seller_id, offer_id, now(), 'code', '630260' from export_goods where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into export_goods_documents (seller_id, offer_id, kind, issued_on, at) select seller_id, offer_id, 'expert_opinion', current_date, now() from export_goods where seller_id = $1 limit 1`, w.shopA.ID)
	w.exec(`insert into export_sellers (seller_id, kind) values ($1, 'entrepreneur') on conflict do nothing`, w.shopA.ID)
	w.exec(`insert into export_vat_counters (seller_id, last) values ($1, 1)`, w.shopA.ID)
	w.exec(`insert into export_vat_filings (seller_id, period, filed_at) values ($1, '2026-07-01', now())`, w.shopA.ID)
	w.exec(`insert into export_signing_keys (seller_id, generation, serial, certificate, sealed, created_at, expires_at) values ($1, 1, '01', '', '', now(), now())`, w.shopA.ID)
	w.exec(`insert into export_signing_acts (seller_id, prepared_at) values ($1, now())`, w.shopA.ID)
	w.exec(`insert into export_signatures (seller_id, act_id, seq, subject, name, hash) select seller_id, id, 0, 'A-1', 'm', sha256('') from export_signing_acts where seller_id = $1`, w.shopA.ID)
	w.exec(`insert into export_contract_sums (contract_id, seller_id, parcel, rub, at) select id, seller_id, 'A', 1, now() from export_contracts where seller_id = $1 limit 1`, w.shopA.ID)
}

// Parts of a card have no seller_id: they are read by all and written with the draft they belong to, which is its author's.
func TestPartsOfAForeignDraftStayAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft := w.things["draft"]
	w.exec(`insert into variant_options (variant_id, position, name_ru, value_ru)
		select id, 0, 'Цвет', 'Красный' from variants where product_id = $1`, draft)
	w.exec(`insert into product_attributes (product_id, attribute_id, text_ru) select $1::bigint, min(id), 'x' from attributes where kind = 'text'`, draft)
	w.exec(`insert into product_images (product_id, media_id, position) select $1::bigint, min(id), 0 from media_files where kind = 'image'`, draft)
	for table, of := range map[string]string{
		"variants": "product_id = " + draft, "product_attributes": "product_id = " + draft, "product_images": "product_id = " + draft,
		"variant_options": "variant_id in (select id from variants where product_id = " + draft + ")",
	} {
		if one[int64](w.site, `select count(*) from `+table+` where `+of) == 0 {
			t.Errorf("%s: nothing to protect", table)
		}
		column, _, _ := strings.Cut(of, " ")
		for _, sql := range []string{
			fmt.Sprintf(`with x as (update %s set %s = %[2]s where %s returning 1) select count(*) from x`, table, column, of),
			fmt.Sprintf(`with x as (delete from %s where %s returning 1) select count(*) from x`, table, of),
		} {
			if n, _ := w.as(w.shopB.ID, sql); n > 0 {
				t.Errorf("%s: shop B touched %d rows: %s", table, n, sql)
			}
			if n, denied := w.as(w.shopA.ID, sql); n == 0 || denied {
				t.Errorf("%s: shop A cannot touch its own: %s", table, sql)
			}
		}
	}
}

// Outside of a shop's transaction the role sees nothing at all, whatever setting was left behind.
func TestTheSellersRoleWithoutASellerSeesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `set local role yarmarka_seller`); err != nil {
			return err
		}
		n, err := pg.Scalar[int64](t.Context(), tx, `select (select count(*) from orders) + (select count(*) from offers) + (select count(*) from imports)`)
		if err == nil && n != 0 {
			t.Errorf("%d rows", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.m.feed.Get(t.Context(), w.shopB.ID, one[int64](w.site, `select max(id) from imports where seller_id = $1`, w.shopA.ID)); !errs.Is(err, errs.NotFound) {
		t.Errorf("the service's own where: %v", err)
	}
}
