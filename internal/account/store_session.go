package account

import (
	"context"
	"time"

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

const writeSession = `
	insert into sessions (token_hash, person_id, remember, user_agent, address, created_at, seen_at, idle_until, expires_at, proved_at)
	select @token_hash::bytea, nullif(@person_id::bigint, 0), @remember::boolean, @user_agent::text, @address::text,
		@now::timestamptz, @now::timestamptz, @idle_until::timestamptz, @expires_at::timestamptz,
		case when @person_id::bigint = 0 then null else @now::timestamptz end`

func (n newSession) args() pg.Args {
	return pg.Args{"token_hash": n.TokenHash, "person_id": n.PersonID, "remember": n.Remember, "user_agent": n.UserAgent,
		"address": n.Address, "now": n.Now, "idle_until": n.IdleUntil, "expires_at": n.ExpiresAt}
}

func insertSession(ctx context.Context, db pg.DB, n newSession) (int64, error) {
	return pg.Scalar[int64](ctx, db, writeSession+` returning id`, n.args())
}

// visit is a session as it is stored, and bearer the person whose it is.
type (
	visit struct {
		ID        int64
		PersonID  int64
		Shop      int64 // where the person chose to work, 0 for none
		Remember  bool
		CreatedAt time.Time
		SeenAt    time.Time
		ExpiresAt time.Time
		ProvedAt  *time.Time
	}
	bearer struct {
		Name       string
		Email      string
		Lang       string
		Country    *string
		Currency   string
		SellerID   int64
		SellerRole Role
		Platform   Role
	}
)

// selectSession reads a living session with its person and what they may do: every request of a visitor with a
// cookie runs it. A guest's takes one look at one index; who signed in is asked about by a second statement, since
// five tables joined for nobody cost as much as a page. A blocked person's sessions open nothing.
func selectSession(ctx context.Context, db pg.DB, tokenHash []byte, now time.Time) (Session, bool, error) {
	v, ok, err := pg.Opt[visit](ctx, db, `
		select id, coalesce(person_id, 0) as person_id, coalesce(seller_id, 0) as shop, remember, created_at, seen_at, expires_at, proved_at
		from sessions where token_hash = $1 and idle_until > $2 and expires_at > $2`, tokenHash, now)
	if err != nil || !ok {
		return Session{}, false, err
	}
	s := Session{ID: v.ID, PersonID: v.PersonID, Remember: v.Remember, CreatedAt: v.CreatedAt, SeenAt: v.SeenAt,
		ExpiresAt: v.ExpiresAt, ProvedAt: v.ProvedAt}
	if v.PersonID == 0 {
		return s, true, nil
	}
	h, ok, err := pg.Opt[bearer](ctx, db, `
		select p.name, p.email, p.lang, p.country, p.currency, coalesce(shop.seller_id, 0) as seller_id, coalesce(shop.role, '') as seller_role,
			coalesce(desk.role, '') as platform
		from people p
		left join lateral (
			select m.seller_id, m.role from memberships m
			where m.person_id = p.id and m.seller_id is not null
			order by (m.seller_id = $2) desc, m.id limit 1
		) shop on true
		left join memberships desk on desk.person_id = p.id and desk.seller_id is null
		where p.id = $1 and p.blocked_at is null`, v.PersonID, v.Shop)
	s.Name, s.Email, s.Lang = h.Name, h.Email, h.Lang
	s.SellerID, s.SellerRole, s.Platform = h.SellerID, h.SellerRole, h.Platform
	if h.Country != nil {
		s.Place = &Place{Country: *h.Country, Currency: h.Currency}
	}
	return s, ok, err
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
