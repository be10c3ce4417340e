package program

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const keyColumns = `k.id, k.desk, k.name, k.person_id, p.name as person, k.created_at, k.used_at, k.revoked_at`

// insertKey makes a key unless its person has enough; two requests at once count each other by the person's row.
func insertKey(ctx context.Context, db pg.DB, k Key, hash []byte, most int) (bool, error) {
	n, err := pg.Exec(ctx, db, `
		with who as (select id from people where id = $3 for update)
		insert into export_desk_keys (desk, name, person_id, hash, created_at)
		select $1, $2, who.id, $4, $5 from who
		where (select count(*) from export_desk_keys where person_id = $3 and revoked_at is null) < $6`,
		k.Desk, k.Name, k.PersonID, hash, k.CreatedAt, most)
	return n == 1, err
}

func listKeys(ctx context.Context, db pg.DB, personID int64) ([]Key, error) {
	return pg.List[Key](ctx, db, `select `+keyColumns+` from export_desk_keys k join people p on p.id = k.person_id
		where $1::bigint = 0 or k.person_id = $1 order by k.revoked_at is not null, k.id desc limit 200`, personID)
}

func revokeKey(ctx context.Context, db pg.DB, personID, id int64, now time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `update export_desk_keys set revoked_at = coalesce(revoked_at, $3) where id = $2 and ($1::bigint = 0 or person_id = $1)`, personID, id, now)
	return n == 1, err
}

// useKey finds a living key whose person still has its desk, and notes once a minute that it is in use.
func useKey(ctx context.Context, db pg.DB, hash []byte, now time.Time) (Key, bool, error) {
	k, ok, err := pg.Opt[Key](ctx, db, `select `+keyColumns+` from export_desk_keys k
		join people p on p.id = k.person_id and p.blocked_at is null
		join memberships m on m.person_id = p.id and m.seller_id is null
			and (m.role = 'admin' or m.role = case k.desk when 'culture' then 'culture_expert' when 'currency' then 'currency_officer' else 'customs_officer' end)
		where k.hash = $1 and k.revoked_at is null`, hash)
	if err != nil || !ok || k.UsedAt != nil && now.Sub(*k.UsedAt) < time.Minute {
		return k, ok, err
	}
	_, err = pg.Exec(ctx, db, `update export_desk_keys set used_at = $2 where id = $1`, k.ID, now)
	return k, true, err
}
