package desk

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// currencyStep is the question of the algorithm that currency control answers.
const currencyStep = 16

// Risks of a contract's case: one that is near a band, and one that has crossed it.
const (
	riskNear    = 40
	riskCrossed = 70
)

// wanted is what the rules ask for, by what currency control has to see.
var wanted = map[string]struct{ rule, then string }{contract.Papers: {"currency.documents", "contract_documents"},
	contract.Registration: {"currency.unique-number", "contract_number"}}

// OpenContract puts a contract that came to a mark of its meter on the desk of currency control, so that its documents are
// there before a parcel has to wait for them. It joins the transaction in which the sum grew.
func (s *Service) OpenContract(ctx context.Context, tx pgx.Tx, c contract.Contract, mark string) error {
	want := contract.Wants(mark)
	f := Facts{Contract: ContractOf(c)}
	f.Contract.Wants = want
	risk := riskNear
	if mark == contract.MarkDocuments || mark == contract.MarkNumber {
		risk = riskCrossed
	}
	_, err := s.Open(ctx, tx, Case{Kind: Currency, Subject: Contract, SubjectNumber: idText(c.ID), SellerID: c.SellerID, Country: c.Country,
		Title: contractTitle(c, i18n.RU), TitleEN: contractTitle(c, i18n.EN), Risk: risk, Facts: f.JSON(),
		Findings: []clearance.Finding{{Step: currencyStep, Outcome: clearance.Needs, Rule: wanted[want].rule, Then: wanted[want].then}}})
	return err
}

// contractTitle calls a contract by its number, and the other side where there is one.
func contractTitle(c contract.Contract, lang i18n.Lang) string {
	title := i18n.In(lang, "export.desk.contract_title", "number", c.Number)
	if c.Kind == contract.Retail {
		return title
	}
	return title + ", " + contract.PartyIn(lang, c.Counterparty)
}

// ContractOf is what an officer sees of a contract.
func ContractOf(c contract.Contract) *ContractFact {
	return &ContractFact{Counterparty: c.Counterparty, Number: c.Number, Signed: c.SignedOn.Format(time.DateOnly), SumRUB: c.SumRUB}
}

// accept writes down what an officer saw of the contract of a case, and ends the contract's own case if that is what it
// waited for.
func (s *Service) accept(ctx context.Context, tx pg.DB, c Case, by Actor, p Paper) error {
	f, err := c.facts()
	if err != nil {
		return err
	}
	seen := contract.Contract{SellerID: c.SellerID, Counterparty: c.SubjectNumber, Number: p.Number, SignedOn: p.Date, UniqueNumber: p.UniqueNumber}
	if f.Contract != nil {
		seen.Counterparty, seen.Number = f.Contract.Counterparty, f.Contract.Number
		if day, err := time.Parse(time.DateOnly, f.Contract.Signed); err == nil { // a fact without a day takes the officer's
			seen.SignedOn = day
		}
	}
	accepted, err := s.Contracts.Accept(ctx, tx, seen, by.PersonID)
	if err != nil || c.Subject == Contract {
		return err
	}
	return s.settleContract(ctx, tx, accepted, by, c.ID)
}

// settleContract ends the case of a contract whose documents came with a parcel's.
func (s *Service) settleContract(ctx context.Context, tx pg.DB, c contract.Contract, by Actor, with int64) error {
	own, ok, err := lockOpen(ctx, tx, Currency, Contract, idText(c.ID))
	if err != nil || !ok {
		return err
	}
	f, err := own.facts()
	if err != nil || f.Contract == nil || !c.Holds(f.Contract.Wants) {
		return err
	}
	now := s.Now()
	own.State, own.OfficerID, own.HeldAt, own.LeaseUntil = Done, by.PersonID, nil, nil
	own.Verdict, own.DecidedAt, own.DecidedBy = Release, &now, by.PersonID
	if err := saveCase(ctx, tx, own); err != nil {
		return err
	}
	return insertEvent(ctx, tx, event{CaseID: own.ID, SellerID: own.SellerID, ActorID: by.PersonID, Actor: byOfficer, KeyID: by.KeyID, Act: Release,
		Detail: map[string]any{"case": with}, At: now})
}

// CasesOfContract are the cases about a contract and about parcels under it, the newest first.
func (s *Service) CasesOfContract(ctx context.Context, c contract.Contract) ([]Case, error) {
	return listOfContract(ctx, s.DB, c.SellerID, idText(c.ID), c.Counterparty, c.Number)
}
