package account

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// person is a row of people as sign-in needs it.
type person struct {
	ID            int64
	Email         string
	EmailKey      string
	Name          string
	PasswordHash  string
	PasskeyHandle []byte
	Lang          string
	Phone         string
	Blocked       bool
}

const personCols = `id, email, email_key, name, password_hash, passkey_handle, lang, phone, blocked_at is not null as blocked`

var personConstraints = map[string]*errs.Error{
	"people_email_key_key": errs.New(errs.Conflict, "account.email.taken"),
}

func findPersonByKey(ctx context.Context, db pg.DB, emailKey string) (person, bool, error) {
	return pg.Opt[person](ctx, db, `select `+personCols+` from people where email_key = $1`, emailKey)
}

func findPersonByHandle(ctx context.Context, db pg.DB, handle []byte) (person, bool, error) {
	return pg.Opt[person](ctx, db, `select `+personCols+` from people where passkey_handle = $1`, handle)
}

func selectPerson(ctx context.Context, db pg.DB, id int64) (person, error) {
	return pg.One[person](ctx, db, `select `+personCols+` from people where id = $1`, id)
}

// insertPerson answers Conflict account.email.taken when the address is somebody's.
func insertPerson(ctx context.Context, db pg.DB, p person, now time.Time) (int64, error) {
	var id int64
	err := db.QueryRow(ctx, `
		insert into people (email, email_key, name, password_hash, password_set_at, passkey_handle, lang, created_at)
		values (@email, @email_key, @name, @password_hash, @now, @handle, @lang, @now)
		returning id`,
		pg.Args{"email": p.Email, "email_key": p.EmailKey, "name": p.Name, "password_hash": p.PasswordHash,
			"handle": p.PasskeyHandle, "lang": p.Lang, "now": now}).Scan(&id)
	return id, errs.FromPG(err, personConstraints)
}

// lockEntrant holds a person's row until the sign-in is written, and says whether the password
// that was checked is still theirs and nobody blocked them meanwhile.
func lockEntrant(ctx context.Context, tx pgx.Tx, id int64, passwordHash string) (bool, error) {
	ids, err := pg.Scalars[int64](ctx, tx, `
		select id from people where id = $1 and password_hash = $2 and blocked_at is null for share`, id, passwordHash)
	return len(ids) == 1, err
}

func updatePassword(ctx context.Context, db pg.DB, id int64, hash string, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update people set password_hash = $2, password_set_at = $3 where id = $1`, id, hash, now)
	return err
}

func updateEmail(ctx context.Context, db pg.DB, id int64, e contact.Email) error {
	_, err := db.Exec(ctx, `update people set email = $2, email_key = $3 where id = $1`, id, e.Text, e.Key)
	return errs.FromPG(err, personConstraints)
}

func updateProfile(ctx context.Context, db pg.DB, id int64, p Profile) error {
	_, err := pg.Exec(ctx, db, `update people set name = $2, phone = $3, lang = $4 where id = $1`, id, p.Name, p.Phone, p.Lang)
	return err
}

// insertMembership gives a role, or changes the one the person has in the same place.
func insertMembership(ctx context.Context, db pg.DB, personID int64, sellerID *int64, role Role) error {
	_, err := pg.Exec(ctx, db, `
		insert into memberships (person_id, seller_id, role) values ($1, $2, $3)
		on conflict on constraint memberships_person_seller_key do update set role = excluded.role`,
		personID, sellerID, role)
	return err
}

func deleteMembership(ctx context.Context, db pg.DB, personID int64, sellerID *int64) error {
	_, err := pg.Exec(ctx, db, `
		delete from memberships where person_id = $1 and seller_id is not distinct from $2`, personID, sellerID)
	return err
}

func selectPlatformRole(ctx context.Context, db pg.DB, personID int64) (Role, error) {
	return pg.Scalar[string](ctx, db, `
		select coalesce((select role from memberships where person_id = $1 and seller_id is null), '')`, personID)
}
