package account

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const personRowSQL = `
	select p.id, p.name, p.email, p.lang, coalesce(desk.role, '') as platform,
		(select count(*)::int from memberships m where m.person_id = p.id and m.seller_id is not null) as shops,
		p.created_at, (select max(s.seen_at) from sessions s where s.person_id = p.id) as seen_at,
		p.blocked_at, p.blocked_reason
	from people p left join memberships desk on desk.person_id = p.id and desk.seller_id is null`

// selectPeople pages by id, newest first; query is lower case, after 0 starts at the top.
func selectPeople(ctx context.Context, db pg.DB, query string, after int64, limit int) ([]PersonRow, error) {
	return pg.List[PersonRow](ctx, db, personRowSQL+`
		where ($1 = '' or lower(p.name) like $2 || '%' or lower(p.name) like '% ' || $2 || '%' or lower(p.email) like $2 || '%')
			and ($3::bigint = 0 or p.id < $3)
		order by p.id desc limit $4`, query, pg.LikeSafe(query), after, limit)
}

func selectPersonRow(ctx context.Context, db pg.DB, id int64) (PersonRow, error) {
	return pg.One[PersonRow](ctx, db, personRowSQL+` where p.id = $1`, id)
}

func selectContacts(ctx context.Context, db pg.DB, sellerID int64, roles []Role) ([]Contact, error) {
	return pg.List[Contact](ctx, db, `
		select p.id, p.name, p.email, p.lang from memberships m join people p on p.id = m.person_id
		where m.seller_id = $1 and m.role = any($2) and p.blocked_at is null order by m.id`, sellerID, roles)
}

func blockPerson(ctx context.Context, db pg.DB, id int64, reason string, now time.Time) error {
	return one(pg.Exec(ctx, db, `
		update people set blocked_reason = case when blocked_at is null then $2 else blocked_reason end,
			blocked_at = coalesce(blocked_at, $3) where id = $1`, id, reason, now))
}

func unblockPerson(ctx context.Context, db pg.DB, id int64) error {
	return one(pg.Exec(ctx, db, `update people set blocked_at = null, blocked_reason = '' where id = $1`, id))
}

func updatePlace(ctx context.Context, db pg.DB, id int64, p Place) error {
	return one(pg.Exec(ctx, db, `update people set country = $2, currency = $3 where id = $1`, id, p.Country, p.Currency))
}

func adoptPlace(ctx context.Context, db pg.DB, id int64, p Place) error {
	_, err := pg.Exec(ctx, db, `update people set country = $2, currency = $3 where id = $1 and country is null`, id, p.Country, p.Currency)
	return err
}

// one answers NotFound when a statement that was to touch one row touched none.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return err
}
