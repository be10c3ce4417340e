package contact

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const addressCols = `id, recipient, phone, country, postcode, region, city, street, flat, note, is_default, created_at, updated_at`

// lockBook holds the row of the book's owner until the transaction ends.
func lockBook(ctx context.Context, tx pgx.Tx, personID int64) error {
	_, err := pg.One[struct{ ID int64 }](ctx, tx, `select id from people where id = $1 for update`, personID)
	return err
}

func selectAddresses(ctx context.Context, db pg.DB, personID int64) ([]Address, error) {
	return pg.List[Address](ctx, db, `
		select `+addressCols+` from addresses where person_id = $1 order by is_default desc, updated_at desc, id desc`, personID)
}

func selectAddress(ctx context.Context, db pg.DB, personID, id int64) (Address, error) {
	return pg.One[Address](ctx, db, `select `+addressCols+` from addresses where id = $1 and person_id = $2`, id, personID)
}

func countAddresses(ctx context.Context, db pg.DB, personID int64) (int, error) {
	return pg.Scalar[int](ctx, db, `select count(*)::int from addresses where person_id = $1`, personID)
}

func clearDefault(ctx context.Context, db pg.DB, personID int64) error {
	_, err := pg.Exec(ctx, db, `update addresses set is_default = false where person_id = $1 and is_default`, personID)
	return err
}

func (a Address) args(personID int64, now time.Time) pg.Args {
	return pg.Args{"person_id": personID, "recipient": a.Recipient, "phone": a.Phone, "country": a.Country,
		"postcode": a.Postcode, "region": a.Region, "city": a.City, "street": a.Street, "flat": a.Flat, "note": a.Note,
		"is_default": a.IsDefault, "now": now}
}

func insertAddress(ctx context.Context, db pg.DB, personID int64, a Address, now time.Time) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		insert into addresses (person_id, recipient, phone, country, postcode, region, city, street, flat, note,
			is_default, created_at, updated_at)
		values (@person_id, @recipient, @phone, @country, @postcode, @region, @city, @street, @flat, @note,
			@is_default, @now, @now)
		returning id`, a.args(personID, now))
}

func updateAddress(ctx context.Context, db pg.DB, personID int64, a Address, now time.Time) error {
	args := a.args(personID, now)
	args["id"] = a.ID
	return one(pg.Exec(ctx, db, `
		update addresses set recipient = @recipient, phone = @phone, country = @country, postcode = @postcode,
			region = @region, city = @city, street = @street, flat = @flat, note = @note,
			is_default = is_default or @is_default, updated_at = @now
		where id = @id and person_id = @person_id`, args))
}

func deleteAddress(ctx context.Context, db pg.DB, personID, id int64) error {
	return one(pg.Exec(ctx, db, `delete from addresses where id = $1 and person_id = $2`, id, personID))
}

// promoteDefault gives a book without a default one: the address used last.
func promoteDefault(ctx context.Context, db pg.DB, personID int64) error {
	_, err := pg.Exec(ctx, db, `
		update addresses set is_default = true
		where id = (select id from addresses where person_id = $1 order by updated_at desc, id desc limit 1)
			and not exists (select from addresses where person_id = $1 and is_default)`, personID)
	return err
}

// one answers NotFound when a statement that was to touch one row touched none.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return err
}
