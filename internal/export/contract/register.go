package contract

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// maxOpening is a sum that no shop performs under one contract: a slip of the hand.
const maxOpening money.Amount = 1e12 * 100

// check says what is wrong with an agency contract that a seller tells of.
func (c Contract) check(today time.Time) error {
	var problems []errs.Field
	say := func(bad bool, name, key string) {
		if bad {
			problems = append(problems, errs.Field{Name: name, Key: key})
		}
	}
	party := strings.TrimSpace(c.Counterparty)
	say(party == "", "counterparty", "form.required")
	say(strings.EqualFold(party, retailParty), "counterparty", "export.contract.err.party")
	say(strings.TrimSpace(c.Number) == "", "number", "form.required")
	_, known := destination.Find(c.Country)
	say(!known || !destination.Abroad(c.Country), "country", "export.contract.err.country")
	_, known = destination.Find(c.Market)
	say(c.Market != "" && (!known || !destination.Abroad(c.Market)), "market", "export.contract.err.market")
	say(c.SignedOn.IsZero(), "signed_on", "form.required")
	say(c.SignedOn.After(today), "signed_on", "export.contract.err.later")
	say(c.OpeningRUB < 0 || c.OpeningRUB > maxOpening, "opening", "export.contract.err.opening")
	return errs.Fields(problems)
}

// Register writes down an agency contract that a seller tells of; orders placed from then on come under it. A sum that is
// near a band already is told at once. content is the contract as a file, nil for none. Errors: Invalid with the fields,
// Conflict while another contract is in force for the same destinations.
func (s *Service) Register(ctx context.Context, c Contract, name string, content []byte) (_ Contract, err error) {
	defer errs.Wrap(&err, "contract.Register(%d)", c.SellerID)
	c.Kind, c.Counterparty, c.Number = Agency, strings.TrimSpace(c.Counterparty), strings.TrimSpace(c.Number)
	if err := c.check(day(s.Now())); err != nil {
		return c, err
	}
	bands, err := s.Bands(ctx, s.Now())
	if err != nil {
		return c, err
	}
	if content != nil { // a file is stored outside of any transaction
		file, err := s.Media.TakeDocument(ctx, bytes.NewReader(content), media.Owner{SellerID: c.SellerID}, name)
		if err != nil {
			return c, err
		}
		c.FileID = file.ID
	}
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		made, ok, err := insertAgency(ctx, tx, c, s.Now())
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.Conflict, "export.contract.err.taken")
		}
		c, err = s.mark(ctx, tx, made, bands)
		return err
	})
	return c, err
}

// End closes an agency contract: what was ordered until today stays under it, what is ordered later does not come to it.
func (s *Service) End(ctx context.Context, sellerID, id int64) (err error) {
	defer errs.Wrap(&err, "contract.End(%d %d)", sellerID, id)
	return pg.AsSeller(ctx, s.DB, sellerID, func(tx pgx.Tx) error {
		ok, err := endAgency(ctx, tx, sellerID, id, day(s.Now()))
		if err == nil && !ok {
			return errGone
		}
		return err
	})
}

// day is the day in Moscow, as contracts are dated.
func day(now time.Time) time.Time {
	t := now.In(i18n.Moscow)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
