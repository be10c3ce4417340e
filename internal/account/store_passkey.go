package account

import (
	"context"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func selectPasskeys(ctx context.Context, db pg.DB, personID int64) ([]Passkey, error) {
	return pg.List[Passkey](ctx, db, `
		select id, name, created_at, used_at from passkeys where person_id = $1 order by id`, personID)
}

func selectCredentials(ctx context.Context, db pg.DB, personID int64) ([]webauthn.Credential, error) {
	return pg.Scalars[webauthn.Credential](ctx, db, `select credential from passkeys where person_id = $1 order by id`, personID)
}

var passkeyConstraints = map[string]*errs.Error{
	"passkeys_credential_id_key": errs.New(errs.Conflict, "account.passkey.known"),
}

func insertPasskey(ctx context.Context, db pg.DB, personID int64, key webauthn.Credential, name string, now time.Time) (int64, error) {
	var id int64
	err := db.QueryRow(ctx, `
		insert into passkeys (person_id, credential_id, credential, name, created_at) values ($1, $2, $3, $4, $5) returning id`,
		personID, key.ID, key, name, now).Scan(&id)
	return id, errs.FromPG(err, passkeyConstraints)
}

// updatePasskey keeps the key's counter, by which a copied key is found out.
func updatePasskey(ctx context.Context, db pg.DB, personID int64, key webauthn.Credential, now time.Time) error {
	return one(pg.Exec(ctx, db, `
		update passkeys set credential = $3, used_at = $4 where credential_id = $2 and person_id = $1`, personID, key.ID, key, now))
}

func deletePasskey(ctx context.Context, db pg.DB, personID, id int64) error {
	return one(pg.Exec(ctx, db, `delete from passkeys where id = $1 and person_id = $2`, id, personID))
}

func insertCeremony(ctx context.Context, db pg.DB, hash []byte, personID int64, data []byte, expires time.Time) error {
	_, err := pg.Exec(ctx, db, `
		insert into passkey_ceremonies (token_hash, person_id, data, expires_at) values ($1, nullif($2::bigint, 0), $3::jsonb, $4)`,
		hash, personID, string(data), expires)
	return err
}

func takeCeremony(ctx context.Context, db pg.DB, hash []byte, personID int64, now time.Time) ([]byte, bool, error) {
	rows, err := pg.Scalars[string](ctx, db, `
		delete from passkey_ceremonies
		where token_hash = $1 and person_id is not distinct from nullif($2::bigint, 0) and expires_at > $3
		returning data::text`, hash, personID, now)
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	return []byte(rows[0]), true, nil
}
