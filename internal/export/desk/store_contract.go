package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const contractColumns = `c.id, c.seller_id, c.counterparty, c.number, c.signed_on, c.sum_rub, c.accepted_at as accepted, c.unique_number, c.warned`

// addSum makes the contract if need be and adds the parcel to it, unless the parcel stands there already.
func addSum(ctx context.Context, tx pg.DB, in Sum, now time.Time) (Contract, error) {
	_, err := pg.Exec(ctx, tx, `
		insert into export_contracts (seller_id, counterparty, number, signed_on, created_at) values ($1, $2, $3, $4, $5)
		on conflict (seller_id, counterparty, number) do nothing`, in.SellerID, in.Counterparty, in.Number, in.SignedOn, now)
	if err != nil {
		return Contract{}, err
	}
	return pg.One[Contract](ctx, tx, `
		with its as (
			select id from export_contracts where seller_id = $1 and counterparty = $2 and number = $3 for update
		), added as (
			insert into export_contract_sums (contract_id, seller_id, parcel, rub, at) select id, $1, $4, $5, $6 from its
			on conflict (contract_id, parcel) do nothing returning rub
		)
		update export_contracts c set sum_rub = c.sum_rub + coalesce((select rub from added), 0)
		from its where c.id = its.id returning `+contractColumns, in.SellerID, in.Counterparty, in.Number, in.Parcel, in.RUB, now)
}

func takeSum(ctx context.Context, tx pg.DB, sellerID int64, parcel string) error {
	_, err := pg.Exec(ctx, tx, `
		with gone as (
			delete from export_contract_sums where seller_id = $1 and parcel = $2 returning contract_id, rub
		)
		update export_contracts c set sum_rub = c.sum_rub - gone.rub from gone where c.id = gone.contract_id and c.seller_id = $1`, sellerID, parcel)
	return err
}

func findContract(ctx context.Context, db pg.DB, sellerID int64, counterparty, number string) (Contract, bool, error) {
	return pg.Opt[Contract](ctx, db, `select `+contractColumns+` from export_contracts c
		where c.seller_id = $1 and c.counterparty = $2 and c.number = $3`, sellerID, counterparty, number)
}

func saveWarned(ctx context.Context, tx pg.DB, c Contract) error {
	_, err := pg.Exec(ctx, tx, `update export_contracts set warned = $2 where id = $1`, c.ID, c.Warned)
	return err
}

func acceptContract(ctx context.Context, tx pg.DB, c Contract, by int64, now time.Time) error {
	_, err := pg.Exec(ctx, tx, `
		insert into export_contracts (seller_id, counterparty, number, signed_on, accepted_at, accepted_by, unique_number, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $5)
		on conflict (seller_id, counterparty, number) do update set accepted_at = excluded.accepted_at, accepted_by = excluded.accepted_by,
			unique_number = coalesce(nullif(excluded.unique_number, ''), export_contracts.unique_number)`,
		c.SellerID, c.Counterparty, c.Number, c.SignedOn, now, by, c.UniqueNumber)
	return err
}

// listContracts are the largest sums first, after the one with the given sum and id.
func listContracts(ctx context.Context, db pg.DB, after money.Amount, afterID int64, limit int) ([]Contract, error) {
	return pg.List[Contract](ctx, db, `select `+contractColumns+` from export_contracts c
		where $2::bigint = 0 or (c.sum_rub, c.id) < ($1, $2) order by c.sum_rub desc, c.id desc limit $3`, after, afterID, limit)
}
