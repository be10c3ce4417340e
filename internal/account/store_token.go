package account

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// signUpRow is a sign-up to be written.
type signUpRow struct {
	TokenHash    []byte
	Email        contact.Email
	Name         string
	PasswordHash string
	Lang         string
	Now          time.Time
	ExpiresAt    time.Time
}

// waiting is a sign-up whose letter was not opened yet.
type waiting struct {
	Email        string
	EmailKey     string
	Name         string
	PasswordHash string
	Lang         string
}

func insertSignUp(ctx context.Context, db pg.DB, r signUpRow) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into sign_ups (token_hash, email, email_key, name, password_hash, lang, created_at, expires_at)
		values (@token_hash, @email, @email_key, @name, @password_hash, @lang, @now, @expires_at)
		returning id`,
		pg.Args{"token_hash": r.TokenHash, "email": r.Email.Text, "email_key": r.Email.Key, "name": r.Name,
			"password_hash": r.PasswordHash, "lang": r.Lang, "now": r.Now, "expires_at": r.ExpiresAt})
}

func findSignUp(ctx context.Context, db pg.DB, tokenHash []byte, now time.Time) (waiting, bool, error) {
	return pg.Opt[waiting](ctx, db, `
		select email, email_key, name, password_hash, lang from sign_ups where token_hash = $1 and expires_at > $2`, tokenHash, now)
}

// deleteSignUps ends every waiting sign-up of an address that has become a person's.
func deleteSignUps(ctx context.Context, db pg.DB, emailKey string) error {
	_, err := pg.Exec(ctx, db, `delete from sign_ups where email_key = $1`, emailKey)
	return err
}

// tokenRow is a link's token to be written.
type tokenRow struct {
	TokenHash []byte
	PersonID  int64
	Purpose   string
	Email     contact.Email
	Now       time.Time
	ExpiresAt time.Time
}

// token is one as it is read back.
type token struct {
	ID       int64
	PersonID int64
	Email    string
	EmailKey string
}

func insertToken(ctx context.Context, db pg.DB, r tokenRow) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into person_tokens (token_hash, person_id, purpose, email, email_key, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7) returning id`,
		r.TokenHash, r.PersonID, r.Purpose, r.Email.Text, r.Email.Key, r.Now, r.ExpiresAt)
}

func findToken(ctx context.Context, db pg.DB, tokenHash []byte, purpose string, now time.Time) (token, bool, error) {
	return pg.Opt[token](ctx, db, `
		select id, person_id, email, email_key from person_tokens
		where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3`, tokenHash, purpose, now)
}

// useToken takes a link's token, once: of two at the same moment the second finds it used.
func useToken(ctx context.Context, db pg.DB, tokenHash []byte, purpose string, now time.Time) (token, bool, error) {
	return pg.Opt[token](ctx, db, `
		update person_tokens set used_at = $3
		where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3
		returning id, person_id, email, email_key`, tokenHash, purpose, now)
}

// voidTokens ends every link of a person that is still open.
func voidTokens(ctx context.Context, db pg.DB, personID int64, now time.Time) error {
	_, err := pg.Exec(ctx, db, `update person_tokens set used_at = $2 where person_id = $1 and used_at is null`, personID, now)
	return err
}

// deleteOld drops what can open nothing any more: old links, sign-ups and ceremonies.
func deleteOld(ctx context.Context, db pg.DB, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		with links as (delete from person_tokens where expires_at < $1),
		ups as (delete from sign_ups where expires_at < $1)
		delete from passkey_ceremonies where expires_at < $1`, now)
	return err
}

// lockPerson holds a person's row until the transaction ends.
func lockPerson(ctx context.Context, tx pgx.Tx, id int64) (person, error) {
	return pg.One[person](ctx, tx, `select `+personCols+` from people where id = $1 for update`, id)
}
