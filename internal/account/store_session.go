package account

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// newSession is a row of sessions to be written.
type newSession struct {
	TokenHash []byte
	PersonID  int64
	Remember  bool
	UserAgent string
	Address   string
	Now       time.Time
	IdleUntil time.Time
	ExpiresAt time.Time
}

func insertSession(ctx context.Context, db pg.DB, n newSession) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into sessions (token_hash, person_id, remember, user_agent, address, created_at, seen_at,
			idle_until, expires_at, proved_at)
		values (@token_hash, nullif(@person_id::bigint, 0), @remember, @user_agent, @address, @now, @now,
			@idle_until, @expires_at, case when @person_id::bigint = 0 then null else @now::timestamptz end)
		returning id`,
		pgx.StrictNamedArgs{"token_hash": n.TokenHash, "person_id": n.PersonID, "remember": n.Remember, "user_agent": n.UserAgent,
			"address": n.Address, "now": n.Now, "idle_until": n.IdleUntil, "expires_at": n.ExpiresAt})
}

// selectSession reads a living session with its person and what they may do, in one statement:
// every request of a visitor with a cookie runs it. A blocked person's sessions open nothing.
func selectSession(ctx context.Context, db pg.DB, tokenHash []byte, now time.Time) (Session, bool, error) {
	return pg.Opt[Session](ctx, db, `
		select s.id, coalesce(s.person_id, 0) as person_id, coalesce(p.name, '') as name, coalesce(p.email, '') as email,
			coalesce(p.lang, '') as lang, coalesce(shop.seller_id, 0) as seller_id, coalesce(shop.role, '') as seller_role,
			coalesce(desk.role, '') as platform, s.remember, s.created_at, s.seen_at, s.expires_at, s.proved_at
		from sessions s
		left join people p on p.id = s.person_id
		left join lateral (
			select m.seller_id, m.role from memberships m
			where m.person_id = s.person_id and m.seller_id is not null
			order by (m.seller_id = s.seller_id) desc nulls last, m.id limit 1
		) shop on true
		left join memberships desk on desk.person_id = s.person_id and desk.seller_id is null
		where s.token_hash = $1 and s.idle_until > $2 and s.expires_at > $2
			and (s.person_id is null or p.blocked_at is null)`, tokenHash, now)
}

// touchSession prolongs a session that is in use, never past its absolute end.
func touchSession(ctx context.Context, db pg.DB, id int64, now, idleUntil time.Time, c Client) error {
	_, err := pg.Exec(ctx, db, `
		update sessions set seen_at = $2, idle_until = least($3::timestamptz, expires_at), user_agent = $4, address = $5
		where id = $1`, id, now, idleUntil, c.UserAgent, textOf(c.Addr))
	return err
}

// renewSession gives a session a new secret after its person proved themselves again.
func renewSession(ctx context.Context, db pg.DB, id int64, tokenHash []byte, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update sessions set token_hash = $2, proved_at = $3 where id = $1`, id, tokenHash, now)
	return err
}

func deleteSession(ctx context.Context, db pg.DB, id int64) error {
	_, err := pg.Exec(ctx, db, `delete from sessions where id = $1`, id)
	return err
}

// deleteOwnSession ends one session of a person; how many were theirs to end is the answer.
func deleteOwnSession(ctx context.Context, db pg.DB, personID, id int64) (int64, error) {
	return pg.Exec(ctx, db, `delete from sessions where id = $1 and person_id = $2`, id, personID)
}

// deleteSessions ends all sessions of a person but one; except 0 ends them all.
func deleteSessions(ctx context.Context, db pg.DB, personID, except int64) (int64, error) {
	return pg.Exec(ctx, db, `delete from sessions where person_id = $1 and id <> $2`, personID, except)
}

func selectSessions(ctx context.Context, db pg.DB, personID int64, now time.Time) ([]SessionInfo, error) {
	return pg.List[SessionInfo](ctx, db, `
		select id, user_agent, address, created_at, seen_at from sessions
		where person_id = $1 and idle_until > $2 and expires_at > $2 order by seen_at desc, id desc`, personID, now)
}

// chooseSeller remembers the shop a person works in, if they are a member there.
func chooseSeller(ctx context.Context, db pg.DB, sessionID, personID, sellerID int64) (int64, error) {
	return pg.Exec(ctx, db, `
		update sessions set seller_id = $3 where id = $1 and person_id = $2
			and exists (select from memberships where person_id = $2 and seller_id = $3)`, sessionID, personID, sellerID)
}

// deleteDeadSessions drops a batch of sessions that open nothing any more.
func deleteDeadSessions(ctx context.Context, db pg.DB, now time.Time, batch int) (int64, error) {
	return pg.Exec(ctx, db, `
		delete from sessions where id in (
			select id from sessions where idle_until < $1 order by idle_until limit $2 for update skip locked)`, now, batch)
}
