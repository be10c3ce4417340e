package pagecache

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Topics that more than one module names. The triggers of migration 20260116000000 write the others.
const (
	Tree   = "tree"   // categories, and the names of attributes and brands
	Goods  = "goods"  // which goods can be bought, and at what prices
	Shops  = "shops"  // the list of shops
	Search = "search" // the search index

	// Shelves is every category at once, as the search has its goods: for what changes many of them.
	Shelves = "shelves"
)

// Card is the topic of one card: its words and pictures, and its offers as a page shows them.
func Card(id int64) string { return "card:" + strconv.FormatInt(id, 10) }

// Category is the topic of the list of cards that stand in one category.
func Category(id int64) string { return "category:" + strconv.FormatInt(id, 10) }

const shelfTopic = "shelf:"

// Shelf is the topic of the goods below one category as the search has them, its subcategories' too.
func Shelf(category int64) string { return shelfTopic + strconv.FormatInt(category, 10) }

// ShelfStamps gives the stamps of all shelves that ever had goods, by category.
func ShelfStamps(ctx context.Context, db pg.DB) (map[int64]int64, error) {
	type line struct{ Category, Stamp int64 }
	list, err := pg.List[line](ctx, db, `
		select substr(topic, length($1) + 1)::bigint as category, sum(nonce)::bigint as stamp
		from page_changes where topic >= $1 and topic < $1 || 'a' group by topic`, shelfTopic)
	stamps := make(map[int64]int64, len(list))
	for _, l := range list {
		stamps[l.Category] = l.Stamp
	}
	return stamps, err
}

// Stamp reads the stamp of topics: it changes when anything they speak of does. Read it before what the page shows, or
// in the same statement by the function page_stamp. Stamps of several lists add up.
func Stamp(ctx context.Context, db pg.DB, topics []string) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select page_stamp($1)`, topics)
}

// selectLines sums the lines of each topic; topics without any are not in it. The planner is not shown how many topics there
// are: for a few it would plan the statement anew each time, which takes longer than running it; and a function that hides
// them costs as much again as its statement.
func selectLines(ctx context.Context, db pg.DB, topics []string) (map[string]int64, error) {
	rows, err := db.Query(ctx, `
		select topic, sum(nonce)::bigint as nonce from page_changes
		where topic = any(array(select unnest($1::text[]))) group by topic`, topics)
	if err != nil {
		return nil, errs.FromPG(err, nil)
	}
	lines := make(map[string]int64, len(topics))
	var topic string
	var nonce int64
	_, err = pgx.ForEachRow(rows, []any{&topic, &nonce}, func() error {
		lines[topic] = nonce
		return nil
	})
	return lines, errs.FromPG(err, nil)
}

// Change writes within the caller's transaction that what the topics speak of is different now.
func Change(ctx context.Context, tx pg.DB, topics ...string) error {
	_, err := pg.Exec(ctx, tx, `insert into page_changes (topic) select * from unnest($1::text[])`, topics)
	return err
}

// keepLines is how long lines stay as they were written: longer than anybody looks back for them.
const keepLines = "2 hours"

// Forget folds the old lines of each topic into one and says how many lines fewer there are. Stamps stay what they were,
// so that something proved by one may be kept for as long as one likes; only a topic that has changed a thousand times
// gets another stamp once, which makes pages anew and never keeps an old one.
//
// A database that was restored from a copy has lines of transactions that are still to come; they are given one that was,
// or every look of a Watch would find them.
func Forget(ctx context.Context, db pg.DB) (int64, error) {
	if _, err := pg.Exec(ctx, db, `update page_changes set tx = pg_current_xact_id() where tx > pg_snapshot_xmax(pg_current_snapshot())`); err != nil {
		return 0, err
	}
	return pg.Scalar[int64](ctx, db, `
		with many as (
			select topic from page_changes where at < now() - $1::interval group by topic having count(*) > 1
		), old as (
			delete from page_changes where at < now() - $1::interval and topic in (select topic from many) returning topic, nonce, at, tx
		), folded as (
			insert into page_changes (topic, nonce, at, tx)
			select topic, (sum(nonce) % 1125899906842624)::bigint, max(at), (array_agg(tx order by tx desc))[1] from old group by topic returning 1
		)
		select (select count(*) from old) - (select count(*) from folded)`, keepLines)
}

// shortList is how many lines the topic of a list may have before they are folded. Every stamp reads all of its topics' lines,
// and those of "goods", "shops" and "search" grow with every sale-out, shop and round of the index.
const shortList = 16

// FoldLists folds the lines of topics that are not single cards as soon as there are many, so that the stamp of the home page
// or of a category costs the same after a busy hour, or an import, as in an empty market. What Forget says of stamps goes
// for it too; the line that stays has the time of the last, so whoever looks for what changed lately finds it.
func FoldLists(ctx context.Context, db pg.DB) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		with many as (
			select topic from page_changes where topic < 'card:' or topic >= 'card;' group by topic having count(*) > $1
		), old as (
			delete from page_changes where topic in (select topic from many) returning topic, nonce, at, tx
		), folded as (
			insert into page_changes (topic, nonce, at, tx)
			select topic, (sum(nonce) % 1125899906842624)::bigint, max(at), (array_agg(tx order by tx desc))[1] from old group by topic returning 1
		)
		select (select count(*) from old) - (select count(*) from folded)`, shortList)
}
