package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Contract is one foreign contract of a seller with everything sent under it. A retail order is a contract of its own; an
// agency contract with a foreign platform or processor gathers many.
type Contract struct {
	ID           int64
	SellerID     int64
	Counterparty string
	Number       string
	SignedOn     time.Time
	SumRUB       money.Amount // kopecks at the rate of the contract's day
	Accepted     *time.Time   // when currency control accepted the documents
	UniqueNumber string       // under which it is registered
	Warned       []string
}

// Bands are the sums of a contract from which currency control asks for more, in kopecks.
type Bands struct {
	Documents money.Amount // above it: contract and performance documents
	Number    money.Amount // from it on: the number of a registration
	WarnAt    int64        // per cent of a band at which the seller is warned
}

// Marks of a meter, from the lowest.
const (
	MarkDocumentsNear = "documents_near"
	MarkDocuments     = "documents"
	MarkNumberNear    = "number_near"
	MarkNumber        = "number"
)

// bands reads the figures of a day.
func (s *Service) bands(ctx context.Context, day time.Time) (b Bands, err error) {
	documents, err := s.figure(ctx, "currency_documents_rub", day)
	if err != nil {
		return b, err
	}
	number, err := s.figure(ctx, "currency_number_rub", day)
	if err != nil {
		return b, err
	}
	b.WarnAt, err = s.figure(ctx, "currency_warn_percent", day)
	b.Documents, b.Number = money.Amount(documents*100), money.Amount(number*100)
	return b, err
}

// Mark is the highest mark that a sum has reached, or "".
func (b Bands) Mark(sum money.Amount) string {
	near := func(band money.Amount) bool { return int64(sum)*100 >= int64(band)*b.WarnAt }
	switch {
	case sum >= b.Number:
		return MarkNumber
	case near(b.Number):
		return MarkNumberNear
	case sum > b.Documents: // exactly the band is still within it
		return MarkDocuments
	case near(b.Documents):
		return MarkDocumentsNear
	}
	return ""
}

// Sum is what one parcel adds to a contract.
type Sum struct {
	SellerID     int64
	Counterparty string
	Number       string    // of the contract
	SignedOn     time.Time // of the contract
	Parcel       string
	RUB          money.Amount // kopecks at the rate of the contract's day
}

// AddSum adds a parcel to its contract within the caller's transaction, once however often it is asked, and warns the
// seller when the sum reaches a mark for the first time. The contract is made when it is new.
func (s *Service) AddSum(ctx context.Context, tx pgx.Tx, in Sum) (c Contract, err error) {
	defer errs.Wrap(&err, "desk.AddSum(%d %s)", in.SellerID, in.Parcel)
	now := s.Now()
	if c, err = addSum(ctx, tx, in, now); err != nil {
		return c, err
	}
	bands, err := s.bands(ctx, now)
	if err != nil {
		return c, err
	}
	mark := bands.Mark(c.SumRUB)
	if mark == "" || slices.Contains(c.Warned, mark) {
		return c, nil
	}
	c.Warned = append(c.Warned, mark)
	if err := saveWarned(ctx, tx, c); err != nil {
		return c, err
	}
	return c, s.warn(ctx, tx, c, mark, bands)
}

// TakeSum takes a parcel that did not leave off its contract; a parcel that is not there changes nothing.
func TakeSum(ctx context.Context, tx pg.DB, sellerID int64, parcel string) error {
	return takeSum(ctx, tx, sellerID, parcel)
}

// ContractSum is the sum of a seller's contract so far, 0 for one that is not known.
func ContractSum(ctx context.Context, db pg.DB, sellerID int64, counterparty, number string) (money.Amount, error) {
	c, _, err := findContract(ctx, db, sellerID, counterparty, number)
	return c.SumRUB, err
}

// ContractDocuments are what currency control holds of a contract, as the rules name it: contract, contract_number.
func ContractDocuments(ctx context.Context, db pg.DB, sellerID int64, counterparty, number string) ([]string, error) {
	c, ok, err := findContract(ctx, db, sellerID, counterparty, number)
	if err != nil || !ok {
		return nil, err
	}
	var held []string
	if c.Accepted != nil {
		held = append(held, "contract")
	}
	if c.UniqueNumber != "" {
		held = append(held, "contract_number")
	}
	return held, nil
}

// acceptContract writes down what an officer saw of the contract of a case.
func (s *Service) acceptContract(ctx context.Context, tx pg.DB, c Case, by Actor, p Paper) error {
	f, err := c.facts()
	if err != nil {
		return err
	}
	contract := Contract{SellerID: c.SellerID, Counterparty: c.SubjectNumber, Number: p.Number, SignedOn: p.Date, UniqueNumber: p.UniqueNumber}
	if f.Contract != nil {
		contract.Counterparty, contract.Number = f.Contract.Counterparty, f.Contract.Number
		if day, err := time.Parse(time.DateOnly, f.Contract.Signed); err == nil { // a fact without a day takes the officer's
			contract.SignedOn = day
		}
	}
	return acceptContract(ctx, tx, contract, by.PersonID, s.Now())
}

// percent is how much of the next band a sum fills, for the meter.
func (b Bands) percent(sum money.Amount) (int, money.Amount) {
	next := b.Documents
	if sum > b.Documents {
		next = b.Number
	}
	if next == 0 {
		return 100, next
	}
	return int(min(100, int64(sum)*100/int64(next))), next
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
