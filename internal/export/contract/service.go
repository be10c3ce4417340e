package contract

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what the meter stands on.
type Deps struct {
	DB      *pgxpool.Pool
	Now     func() time.Time
	BaseURL string
	Media   *media.Service
	// Tables are the figures in force on a day: the bands, and how long before them a seller is warned.
	Tables func(ctx context.Context, day time.Time) (clearance.Tables, error)
}

// Service keeps the contracts.
type Service struct {
	Deps
	// OnMark, when set, runs in the transaction in which a sum came to a mark whose document currency control does not
	// hold: once for each mark. It puts the contract on the desk before the band is crossed.
	OnMark func(ctx context.Context, tx pgx.Tx, c Contract, mark string) error
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// The figures of the rules.
const (
	figureDocuments = "currency_documents_rub"
	figureNumber    = "currency_number_rub"
	figureWarn      = "currency_warn_percent"
)

// Bands reads the figures of a day.
func (s *Service) Bands(ctx context.Context, day time.Time) (Bands, error) {
	t, err := s.Tables(ctx, day)
	if err != nil {
		return Bands{}, err
	}
	documents, ok1 := t.Scaled(figureDocuments, 2)
	number, ok2 := t.Scaled(figureNumber, 2)
	warn, ok3 := t.Scaled(figureWarn, 0)
	if !ok1 || !ok2 || !ok3 {
		return Bands{}, fmt.Errorf("the bands of currency control are not known on %s", day.Format(time.DateOnly))
	}
	return Bands{Documents: money.Amount(documents), Number: money.Amount(number), WarnAt: warn}, nil
}

// Sale is what one parcel means to currency control.
type Sale struct {
	SellerID int64
	Parcel   string
	Order    string // the retail contract's number
	Country  string // of destination
	PlacedAt time.Time
}

// Under finds the contract that a parcel counts under: the one it stands in, else the agency contract in force for its
// destination on the day of the order, else the order itself. counted says whether its sum holds the parcel already.
func Under(ctx context.Context, db pg.DB, s Sale) (c Contract, counted bool, err error) {
	defer errs.Wrap(&err, "contract.Under(%d %s)", s.SellerID, s.Parcel)
	if c, counted, err = findCounted(ctx, db, s.SellerID, s.Parcel); err != nil || counted {
		return c, counted, err
	}
	c, ok, err := findAgency(ctx, db, s.SellerID, s.Country, s.PlacedAt)
	if err != nil || ok {
		return c, false, err
	}
	if c, ok, err = findByKey(ctx, db, s.SellerID, retailParty, s.Order); err != nil || ok {
		return c, false, err
	}
	return Contract{SellerID: s.SellerID, Kind: Retail, Counterparty: retailParty, Number: s.Order, SignedOn: s.PlacedAt}, false, nil
}

// Add puts a parcel on the meter of its contract within the caller's transaction, once however often it is asked, and
// tells of a mark that is reached for the first time. judged is the sum, this parcel included, that the parcel was
// decided on: ErrMoved when the contract has gone past a band since, so that the decision is made anew.
func (s *Service) Add(ctx context.Context, tx pgx.Tx, c Contract, parcel string, rub, judged money.Amount) (_ Contract, err error) {
	defer errs.Wrap(&err, "contract.Add(%d %s)", c.SellerID, parcel)
	bands, err := s.Bands(ctx, s.Now())
	if err != nil {
		return c, err
	}
	if c, err = addSum(ctx, tx, c, parcel, rub, s.Now()); err != nil {
		return c, err
	}
	if want := bands.Obliges(c.SumRUB); want != bands.Obliges(judged) && !c.Holds(want) {
		return c, ErrMoved
	}
	return s.mark(ctx, tx, c, bands)
}

// mark tells of the mark of a contract's sum, unless it was told or currency control has what it asks for.
func (s *Service) mark(ctx context.Context, tx pgx.Tx, c Contract, bands Bands) (Contract, error) {
	mark := bands.Mark(c.SumRUB)
	if mark == "" || slices.Contains(c.Warned, mark) || c.Holds(Wants(mark)) {
		return c, nil
	}
	c.Warned = append(c.Warned, mark)
	if err := saveWarned(ctx, tx, c); err != nil {
		return c, err
	}
	if err := s.warn(ctx, tx, c, mark, bands); err != nil || s.OnMark == nil {
		return c, err
	}
	return c, s.OnMark(ctx, tx, c, mark)
}

// Take takes a parcel that did not leave off its contract; a parcel that is not there changes nothing.
func Take(ctx context.Context, tx pg.DB, sellerID int64, parcel string) error {
	return takeSum(ctx, tx, sellerID, parcel)
}

// Accept writes down what an officer saw: the documents of a contract, and the number it is registered under, if any. A
// contract that is not known yet begins with it.
func (s *Service) Accept(ctx context.Context, tx pg.DB, c Contract, by int64) (Contract, error) {
	return acceptContract(ctx, tx, c, by, s.Now())
}

// Find reads a contract by its two sides and its number.
func (s *Service) Find(ctx context.Context, sellerID int64, counterparty, number string) (c Contract, ok bool, err error) {
	return findByKey(ctx, s.DB, sellerID, counterparty, number)
}

// Get finds a contract for the officer, whatever seller's it is.
func (s *Service) Get(ctx context.Context, id int64) (Contract, error) {
	return getContract(ctx, s.DB, id)
}

// GetOwn finds a seller's contract.
func (s *Service) GetOwn(ctx context.Context, sellerID, id int64) (c Contract, err error) {
	err = pg.AsSeller(ctx, s.DB, sellerID, func(tx pgx.Tx) error {
		c, err = getOwn(ctx, tx, sellerID, id)
		return err
	})
	return c, err
}

// Parcels are what was counted under a contract, the latest first.
func (s *Service) Parcels(ctx context.Context, c Contract) ([]Counted, error) {
	return listCounted(ctx, s.DB, c.SellerID, c.ID, shownParcels)
}

// shownParcels is how many parcels a page of a contract lists; its sum holds all.
const shownParcels = 100

// Counted is one parcel on a meter.
type Counted struct {
	Parcel string
	RUB    money.Amount
	At     time.Time
}
