package search

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

func nullIf[T comparable](v, none T) *T {
	if v == none {
		return nil
	}
	return &v
}

func docValues(p *prepared) []any {
	d := p.doc
	currency := d.Currency
	if currency == "" {
		currency = money.RUB
	}
	return []any{
		int16(d.Kind), d.RefID, d.Slug, d.Title.RU, d.Title.EN, cut(d.Body.RU, keptBody), cut(d.Body.EN, keptBody), d.Image,
		nullIf(int64(d.Price), 0), nullIf(int64(d.Was), 0), string(currency), nullIf(d.OfferID, 0), d.Seller, int32(d.Sellers),
		int16(d.Rating), int32(d.Reviews), d.InStock, d.Low30, nullIf(int16(max(d.Days, -1)), -1), int64(d.Fee),
	}
}

var docColumns = []string{
	"kind", "ref_id", "slug", "title_ru", "title_en", "body_ru", "body_en", "image",
	"price", "was", "currency", "offer_id", "seller", "sellers",
	"rating", "reviews", "in_stock", "low30", "days", "fee",
}

func upsertDocs(ctx context.Context, db pg.DB, ready []prepared) ([]int32, error) {
	const sql = `
insert into search_docs as d (kind, ref_id, slug, title_ru, title_en, body_ru, body_en, image, price, was, currency, offer_id,
                              seller, sellers, rating, reviews, in_stock, low30, days, fee)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
on conflict (kind, ref_id) do update set
  slug = excluded.slug, title_ru = excluded.title_ru, title_en = excluded.title_en, body_ru = excluded.body_ru,
  body_en = excluded.body_en, image = excluded.image, price = excluded.price, was = excluded.was, currency = excluded.currency,
  offer_id = excluded.offer_id, seller = excluded.seller, sellers = excluded.sellers, rating = excluded.rating,
  reviews = excluded.reviews, in_stock = excluded.in_stock, low30 = excluded.low30, days = excluded.days, fee = excluded.fee,
  updated_at = now()
returning id`
	var b pgx.Batch
	ids := make([]int32, len(ready))
	for i := range ready {
		b.Queue(sql, docValues(&ready[i])...).QueryRow(func(row pgx.Row) error { return row.Scan(&ids[i]) })
	}
	return ids, errs.FromPG(db.SendBatch(ctx, &b).Close(), nil)
}

var indexColumns = []string{"doc_id", "kind", "prior", "price", "freshness", "score", "terms", "facts", "more"}

func indexValues(p *prepared, id int32) []any {
	head, tail := p.packed, []byte(nil)
	if len(head) > record.PageRoom {
		head, tail = head[:record.PageRoom], head[record.PageRoom:]
	}
	return []any{
		id, int16(p.doc.Kind), int16(p.facts.Prior), nullIf(int64(p.doc.Price), 0), int32(p.facts.Freshness), int16(p.facts.Score),
		p.terms, head, tail,
	}
}

func upsertIndex(ctx context.Context, db pg.DB, ready []prepared, ids []int32) error {
	const facts = `
insert into search_facts (doc_id, kind, prior, price, freshness, score, terms, facts, more)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (doc_id) do update set
  prior = excluded.prior, price = excluded.price, freshness = excluded.freshness, score = excluded.score,
  terms = excluded.terms, facts = excluded.facts, more = excluded.more`
	const forward = `
insert into search_forward (doc_id, words)
values ($1, $2)
on conflict (doc_id) do update set words = excluded.words`
	var b pgx.Batch
	for i := range ready {
		b.Queue(facts, indexValues(&ready[i], ids[i])...)
		b.Queue(forward, ids[i], ready[i].forward)
	}
	return errs.FromPG(db.SendBatch(ctx, &b).Close(), nil)
}

func copyDocs(ctx context.Context, db pg.DB, ready []prepared, ids []int32) error {
	_, err := db.CopyFrom(ctx, pgx.Identifier{"search_docs"}, append([]string{"id"}, docColumns...),
		pgx.CopyFromSlice(len(ready), func(i int) ([]any, error) { return append([]any{ids[i]}, docValues(&ready[i])...), nil }))
	return errs.FromPG(err, map[string]*errs.Error{"search_docs_kind_ref_id_key": errs.New(errs.Conflict, "search.loaded_twice")})
}

func copyIndex(ctx context.Context, db pg.DB, ready []prepared, ids []int32) error {
	_, err := db.CopyFrom(ctx, pgx.Identifier{"search_facts"}, indexColumns,
		pgx.CopyFromSlice(len(ready), func(i int) ([]any, error) { return indexValues(&ready[i], ids[i]), nil }))
	return errs.FromPG(err, nil)
}

func copyForward(ctx context.Context, db pg.DB, ready []prepared, ids []int32) error {
	_, err := db.CopyFrom(ctx, pgx.Identifier{"search_forward"}, []string{"doc_id", "words"},
		pgx.CopyFromSlice(len(ready), func(i int) ([]any, error) { return []any{ids[i], ready[i].forward}, nil }))
	return errs.FromPG(err, nil)
}

func reserveIDs(ctx context.Context, db pg.DB, n int) ([]int32, error) {
	return pg.Scalars[int32](ctx, db, `
select nextval(pg_get_serial_sequence('search_docs', 'id'))::integer
from generate_series(1, $1)`, n)
}

// lockDocs gives the numbers of documents, in the order in which Put locks them.
func lockDocs(ctx context.Context, db pg.DB, kind Kind, refIDs []int64) ([]int32, error) {
	return pg.Scalars[int32](ctx, db, `select id from search_docs where kind = $1 and ref_id = any($2) order by ref_id for update`, int16(kind), refIDs)
}

func deleteDocs(ctx context.Context, db pg.DB, ids []int32) error {
	_, err := pg.Exec(ctx, db, `delete from search_docs where id = any($1)`, ids)
	return err
}

// bumpChanges says that the index is different now, and which shelves. It counts when the caller's transaction
// does: a number drawn from a sequence would be seen before the change itself.
func bumpChanges(ctx context.Context, db pg.DB, changed *shelves) error {
	return pagecache.Change(ctx, db, changed.topics(pagecache.Search)...)
}

// bumpAll says that the index is different, and any shelf may be.
func bumpAll(ctx context.Context, db pg.DB) error {
	return bumpChanges(ctx, db, &shelves{any: true})
}

func lastChange(ctx context.Context, db pg.DB) (int64, error) {
	return pagecache.Stamp(ctx, db, []string{pagecache.Search})
}

func indexEmpty(ctx context.Context, db pg.DB) (bool, error) {
	return pg.Scalar[bool](ctx, db, `select not exists (select from search_facts)`)
}

func dropTermsIndex(ctx context.Context, db pg.DB) error {
	_, err := pg.Exec(ctx, db, `drop index if exists search_facts_terms`)
	return err
}

// tidy lays the rows in order of popularity: a broad query that is cut short then sees the popular ones, without a sort.
func tidy(ctx context.Context, db pg.DB) error {
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := noStatementTimeout(ctx, tx); err != nil {
			return err
		}
		_, err := pg.Exec(ctx, tx, `cluster search_facts using search_facts_prior`)
		return err
	})
}

func createTermsIndex(ctx context.Context, db pg.DB) error {
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := noStatementTimeout(ctx, tx); err != nil {
			return err
		}
		_, err := pg.Exec(ctx, tx, `
create index if not exists search_facts_terms on search_facts using gin (terms gin__int_ops) with (fastupdate = off)`)
		return err
	})
}

func noStatementTimeout(ctx context.Context, tx pg.DB) error {
	_, err := pg.Exec(ctx, tx, `set local statement_timeout = 0; set local maintenance_work_mem = '256MB'`)
	return err
}

// oneSnapshot makes all statements of the transaction see the same moment; it must be the first.
func oneSnapshot(ctx context.Context, tx pg.DB) error {
	_, err := pg.Exec(ctx, tx, `set transaction isolation level repeatable read`)
	return err
}

func analyze(ctx context.Context, db pg.DB) error {
	_, err := pg.Exec(ctx, db, `analyze search_docs, search_facts, search_forward, search_words`)
	return err
}

// docCount is the planner's count of documents: exact enough for an idf, and free.
func docCount(ctx context.Context, db pg.DB) (int, error) {
	return pg.Scalar[int](ctx, db, `
select case when reltuples >= 1000 then reltuples::integer else (select count(*)::integer from search_facts) end
from pg_class
where oid = 'search_facts'::regclass`)
}
