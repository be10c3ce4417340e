package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const sourceColumns = `s.id, s.seller_id, s.kind, s.name, s.url, s.every_minutes, s.paused, s.mapping, s.default_stock, s.absent, s.etag, s.last_modified, s.next_at`

func getSource(ctx context.Context, db pg.DB, sellerID, id int64) (Source, error) {
	return pg.One[Source](ctx, db, `select `+sourceColumns+` from feed_sources s where s.seller_id = $1 and s.id = $2`, sellerID, id)
}

// lockSources lets one change of a seller's sources happen at a time, so that two presses make one.
func lockSources(ctx context.Context, db pg.DB, sellerID int64) error {
	_, err := pg.Exec(ctx, db, `select pg_advisory_xact_lock(hashtextextended('feed.sources', $1))`, sellerID)
	return err
}

// findSource is the newest source of the kind with the address, or, without an address, the name.
func findSource(ctx context.Context, db pg.DB, src Source) (Source, bool, error) {
	return pg.Opt[Source](ctx, db, `select `+sourceColumns+` from feed_sources s
		where s.seller_id = $1 and s.kind = $2 and s.url = $3 and (s.url <> '' or s.name = $4) order by s.id desc limit 1`,
		src.SellerID, src.Kind, src.URL, src.Name)
}

func insertSource(ctx context.Context, db pg.DB, s Source) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into feed_sources (seller_id, kind, name, url, every_minutes, mapping, default_stock, absent, next_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, case when $5::int is not null then now() end)
		returning id`, s.SellerID, s.Kind, s.Name, s.URL, s.EveryMinutes, s.Mapping, s.DefaultStock, s.Absent)
}

// updateSource forgets what the server said of the last file when the address becomes another.
func updateSource(ctx context.Context, db pg.DB, s Source) error {
	n, err := pg.Exec(ctx, db, `
		update feed_sources set name = $3, url = $4, every_minutes = $5, mapping = $6, default_stock = $7, absent = $8,
			etag = case when url = $4 then etag else '' end, last_modified = case when url = $4 then last_modified else '' end,
			next_at = case when $5::int is null or paused then null
				else coalesce(least(next_at, now() + make_interval(mins => $5)), now()) end
		where seller_id = $1 and id = $2`, s.SellerID, s.ID, s.Name, s.URL, s.EveryMinutes, s.Mapping, s.DefaultStock, s.Absent)
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

func pauseSource(ctx context.Context, db pg.DB, sellerID, id int64, paused bool) error {
	n, err := pg.Exec(ctx, db, `
		update feed_sources set paused = $3,
			next_at = case when $3 or every_minutes is null then null else coalesce(next_at, now()) end
		where seller_id = $1 and id = $2`, sellerID, id, paused)
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

// takeDueSources moves the clock of sources whose time has come and gives them.
func takeDueSources(ctx context.Context, db pg.DB, limit int) ([]Source, error) {
	return pg.List[Source](ctx, db, `
		update feed_sources s set next_at = now() + make_interval(mins => every_minutes)
		where id in (select id from feed_sources where next_at <= now() and url <> '' and not paused
			order by next_at, id limit $1 for update skip locked)
		returning `+sourceColumns, limit)
}

func updateValidators(ctx context.Context, db pg.DB, s Source, etag, lastModified string) error {
	_, err := pg.Exec(ctx, db, `update feed_sources set etag = $3, last_modified = $4 where seller_id = $1 and id = $2`,
		s.SellerID, s.ID, etag, lastModified)
	return err
}

func countSources(ctx context.Context, db pg.DB, sellerID int64) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select count(*) from feed_sources where seller_id = $1 and url <> ''`, sellerID)
}

// maxSources bounds the addresses of one shop.
const maxSources = 50

const fetchColumns = `f.id, f.seller_id, f.source_id, f.state, f.by_hand, f.dry_run, f.author_id, f.bytes, f.message_key, f.message_args,
	coalesce(f.import_id, 0) as import_id, f.asked_at, f.finished_at`

type sourceLine struct {
	Source
	Last *Fetch
}

func listSources(ctx context.Context, db pg.DB, sellerID int64) ([]sourceLine, error) {
	sources, err := pg.List[Source](ctx, db, `
		select `+sourceColumns+` from feed_sources s where s.seller_id = $1 and s.url <> '' order by s.id desc limit $2`, sellerID, maxSources)
	if err != nil {
		return nil, err
	}
	last, err := pg.List[Fetch](ctx, db, `
		select distinct on (f.source_id) `+fetchColumns+` from feed_fetches f where f.seller_id = $1 order by f.source_id, f.id desc`, sellerID)
	bySource := make(map[int64]*Fetch, len(last))
	for k := range last {
		bySource[last[k].SourceID] = &last[k]
	}
	lines := make([]sourceLine, len(sources))
	for k, s := range sources {
		lines[k] = sourceLine{s, bySource[s.ID]}
	}
	return lines, err
}

func getFetch(ctx context.Context, db pg.DB, sellerID, id int64) (Fetch, error) {
	return pg.One[Fetch](ctx, db, `select `+fetchColumns+` from feed_fetches f where f.seller_id = $1 and f.id = $2`, sellerID, id)
}

// insertFetch asks for a trip; fresh is false when one is under way already, whose id it gives then.
func insertFetch(ctx context.Context, db pg.DB, f Fetch) (id int64, fresh bool, err error) {
	row, err := pg.One[struct {
		ID    int64
		Fresh bool
	}](ctx, db, `
		insert into feed_fetches as f (seller_id, source_id, by_hand, dry_run, author_id) values ($1, $2, $3, $4, $5)
		on conflict (source_id) where state in ('queued', 'fetching') do update set by_hand = f.by_hand or excluded.by_hand
		returning id, xmax = 0 as fresh`, f.SellerID, f.SourceID, f.ByHand, f.DryRun, f.AuthorID)
	return row.ID, row.Fresh, err
}

func claimFetch(ctx context.Context, db pg.DB, id int64) (Fetch, bool, error) {
	return pg.Opt[Fetch](ctx, db, `
		update feed_fetches f set state = 'fetching', bytes = 0 where id = $1 and state in ('queued', 'fetching') returning `+fetchColumns, id)
}

func countBytes(ctx context.Context, db pg.DB, f Fetch, n int64) error {
	_, err := pg.Exec(ctx, db, `update feed_fetches set bytes = $3 where seller_id = $1 and id = $2 and state = 'fetching'`, f.SellerID, f.ID, n)
	return err
}

// closeFetch ends a trip that is under way; false when somebody else ended it.
func closeFetch(ctx context.Context, db pg.DB, f Fetch, state string, importID int64, why *errs.Error) (bool, error) {
	key, args := "", []any{}
	if why != nil {
		key, args = why.Key, append(args, why.Args...)
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	n, err := pg.Exec(ctx, db, `
		update feed_fetches set state = $3, import_id = nullif($4::bigint, 0), message_key = $5, message_args = $6, finished_at = now()
		where seller_id = $1 and id = $2 and state in ('queued', 'fetching')`, f.SellerID, f.ID, state, importID, key, raw)
	return n == 1, err
}

// lostAfter is when a trip whose worker never came back counts as failed; keptFor bounds the history.
const lostAfter, keptFor = 2 * time.Hour, 90 * 24 * time.Hour

func sweepFetches(ctx context.Context, db pg.DB) error {
	batch := &pgx.Batch{}
	batch.Queue(`update feed_fetches set state = 'failed', message_key = $2, finished_at = now()
		where state in ('queued', 'fetching') and asked_at < now() - $1::interval`, lostAfter, "feed.fetch.lost")
	batch.Queue(`delete from feed_fetches where finished_at < now() - $1::interval`, keptFor)
	return db.SendBatch(ctx, batch).Close()
}
