package contract

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const columns = `c.id, c.seller_id, c.kind, c.counterparty, c.country, c.market, c.number, c.signed_on, c.ends_on, c.opening_rub, c.sum_rub,
	c.accepted_at as accepted, c.unique_number, c.warned, coalesce(c.file_id, 0) as file_id`

// addSum adds a parcel to its contract, unless the parcel stands under a contract already. A retail order's contract begins
// with its first parcel; an agency contract that its seller did not tell of is not found.
func addSum(ctx context.Context, tx pg.DB, c Contract, parcel string, rub money.Amount, now time.Time) (Contract, error) {
	_, err := pg.Exec(ctx, tx, `
		insert into export_contracts (seller_id, kind, counterparty, number, signed_on, created_at)
		select $1, $2, $3, $4, $5, $6 where $2 = 'retail'
		on conflict (seller_id, counterparty, number) do nothing`, c.SellerID, c.Kind, c.Counterparty, c.Number, c.SignedOn, now)
	if err != nil {
		return c, err
	}
	return pg.One[Contract](ctx, tx, `
		with its as (
			select id from export_contracts where seller_id = $1 and counterparty = $2 and number = $3 for update
		), added as (
			insert into export_contract_sums (contract_id, seller_id, parcel, rub, at) select id, $1, $4, $5, $6 from its
			on conflict do nothing returning rub
		)
		update export_contracts c set sum_rub = c.sum_rub + coalesce((select rub from added), 0)
		from its where c.id = its.id and c.seller_id = $1 returning `+columns, c.SellerID, c.Counterparty, c.Number, parcel, rub, now)
}

func takeSum(ctx context.Context, tx pg.DB, sellerID int64, parcel string) error {
	_, err := pg.Exec(ctx, tx, `
		with gone as (
			delete from export_contract_sums where seller_id = $1 and parcel = $2 returning contract_id, rub
		)
		update export_contracts c set sum_rub = c.sum_rub - gone.rub from gone where c.id = gone.contract_id and c.seller_id = $1`, sellerID, parcel)
	return err
}

func findCounted(ctx context.Context, db pg.DB, sellerID int64, parcel string) (Contract, bool, error) {
	return pg.Opt[Contract](ctx, db, `select `+columns+` from export_contract_sums s join export_contracts c on c.id = s.contract_id
		where s.seller_id = $1 and s.parcel = $2 and c.seller_id = $1`, sellerID, parcel)
}

// findAgency finds the agency contract of a destination on a day; one for that destination alone goes before one for all.
func findAgency(ctx context.Context, db pg.DB, sellerID int64, country string, placed time.Time) (Contract, bool, error) {
	return pg.Opt[Contract](ctx, db, `select `+columns+` from export_contracts c
		where c.seller_id = $1 and c.kind = 'agency' and c.market in ('', $2) and c.created_at <= $3
			and c.signed_on <= ($3 at time zone 'Europe/Moscow')::date and (c.ends_on is null or c.ends_on >= ($3 at time zone 'Europe/Moscow')::date)
		order by c.market desc, c.id desc limit 1`, sellerID, country, placed)
}

func findByKey(ctx context.Context, db pg.DB, sellerID int64, counterparty, number string) (Contract, bool, error) {
	return pg.Opt[Contract](ctx, db, `select `+columns+` from export_contracts c
		where c.seller_id = $1 and c.counterparty = $2 and c.number = $3`, sellerID, counterparty, number)
}

func getContract(ctx context.Context, db pg.DB, id int64) (Contract, error) {
	return pg.One[Contract](ctx, db, `select `+columns+` from export_contracts c where c.id = $1`, id)
}

func getOwn(ctx context.Context, tx pg.DB, sellerID, id int64) (Contract, error) {
	return pg.One[Contract](ctx, tx, `select `+columns+` from export_contracts c where c.seller_id = $1 and c.id = $2`, sellerID, id)
}

func saveWarned(ctx context.Context, tx pg.DB, c Contract) error {
	_, err := pg.Exec(ctx, tx, `update export_contracts set warned = $3 where seller_id = $1 and id = $2`, c.SellerID, c.ID, c.Warned)
	return err
}

func acceptContract(ctx context.Context, tx pg.DB, c Contract, by int64, now time.Time) (Contract, error) {
	return pg.One[Contract](ctx, tx, `
		insert into export_contracts as c (seller_id, kind, counterparty, number, signed_on, accepted_at, accepted_by, unique_number, created_at)
		values ($1, 'retail', $2, $3, $4, $5, nullif($6::bigint, 0), $7, $5)
		on conflict (seller_id, counterparty, number) do update set accepted_at = excluded.accepted_at, accepted_by = excluded.accepted_by,
			unique_number = coalesce(nullif(excluded.unique_number, ''), c.unique_number)
		returning `+columns, c.SellerID, c.Counterparty, c.Number, c.SignedOn, now, by, c.UniqueNumber)
}

// insertAgency answers false while another contract is in force for the same destinations, or has the same number.
func insertAgency(ctx context.Context, tx pg.DB, c Contract, now time.Time) (Contract, bool, error) {
	return pg.Opt[Contract](ctx, tx, `
		insert into export_contracts as c (seller_id, kind, counterparty, country, market, number, signed_on, opening_rub, sum_rub, file_id, created_at)
		values ($1, 'agency', $2, $3, $4, $5, $6, $7, $7, nullif($8::bigint, 0), $9)
		on conflict do nothing returning `+columns, c.SellerID, c.Counterparty, c.Country, c.Market, c.Number, c.SignedOn, c.OpeningRUB, c.FileID, now)
}

func endAgency(ctx context.Context, db pg.DB, sellerID, id int64, today time.Time) (bool, error) {
	n, err := pg.Exec(ctx, db, `update export_contracts set ends_on = greatest($3::date, signed_on)
		where seller_id = $1 and id = $2 and kind = 'agency' and ends_on is null`, sellerID, id, today)
	return n == 1, err
}

func listCounted(ctx context.Context, db pg.DB, sellerID, id int64, limit int) ([]Counted, error) {
	return pg.List[Counted](ctx, db, `select parcel, rub, at from export_contract_sums where seller_id = $1 and contract_id = $2
		order by at desc, parcel limit $3`, sellerID, id, limit)
}

// list reads contracts of all sellers by how much of the last band they fill, the largest first, after the one with the
// given sum and id.
func list(ctx context.Context, db pg.DB, after money.Amount, afterID int64, limit int) ([]Contract, error) {
	return pg.List[Contract](ctx, db, `select `+columns+` from export_contracts c
		where $2::bigint = 0 or (c.sum_rub, c.id) < ($1, $2) order by c.sum_rub desc, c.id desc limit $3`, after, afterID, limit)
}

// listOwn reads a seller's contracts: agency contracts in force, then the rest from the largest.
func listOwn(ctx context.Context, tx pg.DB, sellerID int64, limit int) ([]Contract, error) {
	return pg.List[Contract](ctx, tx, `select `+columns+` from export_contracts c where c.seller_id = $1
		order by (c.kind = 'agency' and c.ends_on is null) desc, c.sum_rub desc, c.id desc limit $2`, sellerID, limit)
}
