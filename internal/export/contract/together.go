package contract

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Standing is the contract that a parcel counts under, and whether the contract's sum holds the parcel already.
type Standing struct {
	Contract
	Counted bool
}

// UnderAll is Under for many parcels, in one round trip; the answers are in the order of the sales.
func UnderAll(ctx context.Context, db pg.DB, sales []Sale) (list []Standing, err error) {
	defer errs.Wrap(&err, "contract.UnderAll(%d parcels)", len(sales))
	counted, agencies, retail, err := findStandings(ctx, db, sales)
	if err != nil {
		return nil, err
	}
	list = make([]Standing, len(sales))
	for i, x := range sales {
		c, found := counted[i]
		list[i].Counted = found
		if !found {
			c, found = agencies[i]
		}
		if !found {
			c, found = retail[i]
		}
		if !found {
			c = Contract{SellerID: x.SellerID, Kind: Retail, Counterparty: retailParty, Number: x.Order, SignedOn: x.PlacedAt}
		}
		list[i].Contract = c
	}
	return list, nil
}

// Entry is a parcel that comes on the meter of its contract. Judged is the sum, this parcel included, that the parcel was
// decided on.
type Entry struct {
	Contract
	Parcel string
	RUB    money.Amount
	Judged money.Amount
}

// key is what a contract is known by.
type key struct {
	seller        int64
	party, number string
}

func (c Contract) key() key { return key{c.SellerID, c.Counterparty, c.Number} }

// AddAll is Add for many parcels that are not on a meter yet: all of them come on theirs, or none. ErrMoved is for the
// whole: whoever meets it decides one parcel after the other.
func (s *Service) AddAll(ctx context.Context, tx pgx.Tx, list []Entry) (err error) {
	defer errs.Wrap(&err, "contract.AddAll(%d parcels)", len(list))
	bands, err := s.Bands(ctx, s.Now())
	if err != nil {
		return err
	}
	sums, err := addSums(ctx, tx, list, s.Now())
	if err != nil {
		return err
	}
	marked := map[key]bool{}
	for _, e := range list {
		c, found := sums[e.key()]
		if !found {
			return ErrMoved
		}
		if want := bands.Obliges(c.SumRUB); want != bands.Obliges(e.Judged) && !c.Holds(want) {
			return ErrMoved
		}
		if marked[e.key()] {
			continue
		}
		marked[e.key()] = true
		if _, err := s.mark(ctx, tx, c, bands); err != nil {
			return err
		}
	}
	return nil
}
