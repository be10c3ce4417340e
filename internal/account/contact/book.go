package contact

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Book keeps people's address books.
type Book struct {
	DB  pg.DB
	Now func() time.Time
}

// List gives a person's address book, the default one first.
func (b *Book) List(ctx context.Context, personID int64) ([]Address, error) {
	return selectAddresses(ctx, b.DB, personID)
}

// Get reads one entry of a person's own book; a stranger's is NotFound.
func (b *Book) Get(ctx context.Context, personID, id int64) (Address, error) {
	return selectAddress(ctx, b.DB, personID, id)
}

// Save writes an entry: a new one when ID is 0, else the person's own with that ID. The first
// entry of a book becomes the default.
func (b *Book) Save(ctx context.Context, personID int64, typed Address) (id int64, err error) {
	defer errs.Wrap(&err, "contact.Save(%d, %d)", personID, typed.ID)
	a, fields := typed.Clean()
	if err := errs.Fields(fields); err != nil {
		return 0, err
	}
	err = pg.InTx(ctx, b.DB, func(tx pgx.Tx) error {
		if err := lockBook(ctx, tx, personID); err != nil { // one writer per book
			return err
		}
		n, err := countAddresses(ctx, tx, personID)
		if err != nil {
			return err
		}
		if a.ID == 0 && n >= maxAddresses {
			return errs.New(errs.Invalid, "account.addresses.full", "max", maxAddresses)
		}
		a.IsDefault = a.IsDefault || n == 0
		if a.IsDefault {
			if err := clearDefault(ctx, tx, personID); err != nil {
				return err
			}
		}
		if a.ID != 0 {
			id = a.ID
			return updateAddress(ctx, tx, personID, a, b.Now())
		}
		id, err = insertAddress(ctx, tx, personID, a, b.Now())
		return err
	})
	return id, err
}

// Remove takes an entry out of a person's own book. Orders keep their own copy.
func (b *Book) Remove(ctx context.Context, personID, id int64) (err error) {
	defer errs.Wrap(&err, "contact.Remove(%d, %d)", personID, id)
	return pg.InTx(ctx, b.DB, func(tx pgx.Tx) error {
		if err := deleteAddress(ctx, tx, personID, id); err != nil {
			return err
		}
		return promoteDefault(ctx, tx, personID)
	})
}
