package contract

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// placed is a contract with the place of the sale, counted from 1, that it was found for.
type placed struct {
	Contract
	Place int
}

// findStandings finds, by the places of the sales, the contracts that parcels stand in, the agency contracts in force for
// their destinations on the days of their orders (one for a destination alone goes before one for all), and the contracts
// of the orders themselves.
func findStandings(ctx context.Context, db pg.DB, sales []Sale) (counted, agencies, retail map[int]Contract, err error) {
	n := len(sales)
	sellers, parcels, orders := make([]int64, n), make([]string, n), make([]string, n)
	countries, days := make([]string, n), make([]time.Time, n)
	for i, x := range sales {
		sellers[i], parcels[i], orders[i], countries[i], days[i] = x.SellerID, x.Parcel, x.Order, x.Country, x.PlacedAt
	}
	b := &pgx.Batch{}
	found := [3][]placed{}
	ask := func(i int, sql string, args ...any) { b.Queue(sql, args...).Query(pg.Into(&found[i])) }
	ask(0, `select `+columns+`, x.place::int as place
		from unnest($1::bigint[], $2::text[]) with ordinality as x (seller_id, parcel, place)
		join export_contract_sums s on s.seller_id = x.seller_id and s.parcel = x.parcel
		join export_contracts c on c.id = s.contract_id and c.seller_id = x.seller_id`, sellers, parcels)
	ask(1, `select distinct on (x.place) `+columns+`, x.place::int as place
		from unnest($1::bigint[], $2::text[], $3::timestamptz[]) with ordinality as x (seller_id, country, at, place)
		join export_contracts c on c.seller_id = x.seller_id and c.kind = 'agency' and c.market in ('', x.country) and c.created_at <= x.at
			and c.signed_on <= (x.at at time zone 'Europe/Moscow')::date and (c.ends_on is null or c.ends_on >= (x.at at time zone 'Europe/Moscow')::date)
		order by x.place, c.market desc, c.id desc`, sellers, countries, days)
	ask(2, `select `+columns+`, x.place::int as place
		from unnest($1::bigint[], $2::text[]) with ordinality as x (seller_id, number, place)
		join export_contracts c on c.seller_id = x.seller_id and c.counterparty = $3 and c.number = x.number`, sellers, orders, retailParty)
	err = pg.Send(ctx, db, b)
	return byPlace(found[0]), byPlace(found[1]), byPlace(found[2]), err
}

func byPlace(list []placed) map[int]Contract {
	found := make(map[int]Contract, len(list))
	for _, p := range list {
		found[p.Place-1] = p.Contract
	}
	return found
}

// addSums puts parcels under their contracts and gives these with their new sums. A retail order's contract begins with its
// first parcels, sum and all; the others are locked in the order of their ids. A parcel that stands under a contract
// already is an error: who adds many has seen that none does.
func addSums(ctx context.Context, tx pg.DB, list []Entry, now time.Time) (map[key]Contract, error) {
	n := len(list)
	sellers, sums := make([]int64, n), make([]money.Amount, n)
	kinds, parties, numbers, parcels, days := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]time.Time, n)
	for i, e := range list {
		sellers[i], kinds[i], parties[i], numbers[i], days[i] = e.SellerID, e.Kind, e.Counterparty, e.Number, e.SignedOn
		parcels[i], sums[i] = e.Parcel, e.RUB
	}
	var begun, grown []Contract
	b := &pgx.Batch{}
	b.Queue(`
		insert into export_contracts as c (seller_id, kind, counterparty, number, signed_on, sum_rub, created_at)
		select x.seller_id, $2, x.party, x.number, min(x.day), sum(x.rub), $8
		from unnest($1::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[]) as x (seller_id, kind, party, number, day, rub)
		where x.kind = $2 group by 1, 3, 4 order by 1, 3, 4
		on conflict (seller_id, counterparty, number) do nothing returning `+columns,
		sellers, Retail, kinds, parties, numbers, days, sums, now).Query(pg.Into(&begun))
	if err := pg.Send(ctx, tx, b); err != nil {
		return nil, err
	}
	fresh := make([]int64, len(begun))
	found := make(map[key]Contract, n)
	for i, c := range begun {
		fresh[i], found[c.key()] = c.ID, c
	}
	b = &pgx.Batch{}
	b.Queue(`
		with its as (
			select c.id, c.seller_id, c.counterparty, c.number from export_contracts c
			where (c.seller_id, c.counterparty, c.number) in (select * from unnest($1::bigint[], $2::text[], $3::text[])) and c.id <> all($4)
			order by c.id for update
		), grown as (
			select its.id, its.seller_id, sum(x.rub) as rub
			from unnest($1::bigint[], $2::text[], $3::text[], $5::bigint[]) as x (seller_id, party, number, rub)
			join its on its.seller_id = x.seller_id and its.counterparty = x.party and its.number = x.number group by 1, 2
		)
		update export_contracts c set sum_rub = c.sum_rub + g.rub from grown g where c.id = g.id and c.seller_id = g.seller_id returning `+columns,
		sellers, parties, numbers, fresh, sums).Query(pg.Into(&grown))
	b.Queue(`
		insert into export_contract_sums (contract_id, seller_id, parcel, rub, at)
		select c.id, c.seller_id, x.parcel, x.rub, $6
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[]) as x (seller_id, party, number, parcel, rub)
		join export_contracts c on c.seller_id = x.seller_id and c.counterparty = x.party and c.number = x.number`,
		sellers, parties, numbers, parcels, sums, now)
	if err := pg.Send(ctx, tx, b); err != nil {
		return nil, err
	}
	for _, c := range grown {
		found[c.key()] = c
	}
	return found, nil
}
