package search

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// selectFacts gives the facts of documents, end to end.
func selectFacts(ctx context.Context, db pg.DB, ids []int32) ([]byte, error) {
	return pg.Scalar[[]byte](ctx, db, `
select coalesce(string_agg(coalesce(facts || more, facts), ''::bytea), ''::bytea)
from search_facts
where doc_id = any($1)`, ids)
}

// selectShelf gives the shelf of a category that was made under a stamp.
func selectShelf(ctx context.Context, db pg.DB, category, stamp int64) (s shelf, ok bool, err error) {
	row, ok, err := pg.Opt[struct{ Page shelf }](ctx, db, `
select page from search_shelves
where category = $1 and stamp = $2 and form = $3 and made_at > clock_timestamp() - 2 * $4::interval`,
		category, stamp, shelfForm, shelfFor)
	return row.Page, ok, err
}

// shelfState is what is known of a shelf that was written; Old, that it is time for another.
type shelfState struct {
	Category, Stamp int64
	Form            int16
	MadeAt          time.Time
	Old             bool
}

func selectShelfStates(ctx context.Context, db pg.DB) (map[int64]shelfState, error) {
	list, err := pg.List[shelfState](ctx, db, `
select category, stamp, form, made_at, made_at < clock_timestamp() - $1::interval as old from search_shelves`, shelfFor)
	states := make(map[int64]shelfState, len(list))
	for _, s := range list {
		states[s.Category] = s
	}
	return states, err
}

func upsertShelf(ctx context.Context, db pg.DB, category, stamp int64, s shelf) error {
	_, err := pg.Exec(ctx, db, `
insert into search_shelves (category, stamp, form, page)
values ($1, $2, $3, $4)
on conflict (category) do update set stamp = excluded.stamp, form = excluded.form, page = excluded.page, made_at = excluded.made_at`,
		category, stamp, shelfForm, s)
	return err
}
