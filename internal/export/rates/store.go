package rates

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// rateRow is one currency on one day.
type rateRow struct {
	Day       time.Time
	Currency  money.Currency
	Nominal   int64
	Value     int64
	Source    string
	FetchedAt time.Time
}

// selectTable reads the rates of the last day known that is not after day.
func selectTable(ctx context.Context, db pg.DB, day time.Time) (Table, error) {
	rows, err := pg.List[rateRow](ctx, db, `
		select day, currency, nominal, value, source, fetched_at from currency_rates
		where day = (select max(day) from currency_rates where day <= $1)`, day)
	if err != nil {
		return Table{}, err
	}
	if len(rows) == 0 {
		return Table{}, ErrNone
	}
	t := Table{Day: midnight(rows[0].Day), Rates: make(map[money.Currency]Rate, len(rows))}
	for _, r := range rows {
		t.Rates[r.Currency] = Rate{Value: r.Value, Nominal: r.Nominal}
		if r.FetchedAt.After(t.FetchedAt) {
			t.FetchedAt, t.Source = r.FetchedAt, r.Source
		}
	}
	return t, nil
}

// upsertTable writes a day whole: a currency that the newer file of the day has not is gone.
func upsertTable(ctx context.Context, db pg.DB, t Table) error {
	codes, nominals, values := make([]string, 0, len(t.Rates)), make([]int64, 0, len(t.Rates)), make([]int64, 0, len(t.Rates))
	for c, r := range t.Rates {
		codes, nominals, values = append(codes, string(c)), append(nominals, r.Nominal), append(values, r.Value)
	}
	_, err := pg.Exec(ctx, db, `
		with gone as (delete from currency_rates where day = $1 and currency <> all($4::text[]))
		insert into currency_rates (day, source, fetched_at, currency, nominal, value)
		select $1, $2, $3, c, n, v from unnest($4::text[], $5::bigint[], $6::bigint[]) as r (c, n, v) order by c
		on conflict (day, currency) do update
		set nominal = excluded.nominal, value = excluded.value, source = excluded.source, fetched_at = excluded.fetched_at`,
		t.Day, t.Source, t.FetchedAt, codes, nominals, values)
	return err
}

// upsertTrouble notes what came instead of a file; the same again keeps since when.
func upsertTrouble(ctx context.Context, db pg.DB, trouble string, at time.Time) error {
	_, err := pg.Exec(ctx, db, `
		insert into rate_trouble as r (trouble, since, last_at) values ($1, $2, $2)
		on conflict (single) do update
		set trouble = excluded.trouble, last_at = excluded.last_at,
			since = case when r.trouble = excluded.trouble then r.since else excluded.since end`, trouble, at)
	return err
}

func deleteTrouble(ctx context.Context, db pg.DB) error {
	_, err := pg.Exec(ctx, db, `delete from rate_trouble`)
	return err
}

func selectTrouble(ctx context.Context, db pg.DB) (Trouble, bool, error) {
	return pg.Opt[Trouble](ctx, db, `select trouble, since, last_at from rate_trouble`)
}

// selectLastDay is the newest day known; ok is false when there is none.
func selectLastDay(ctx context.Context, db pg.DB) (day time.Time, ok bool, err error) {
	last, err := pg.Scalar[*time.Time](ctx, db, `select max(day) from currency_rates`)
	if err != nil || last == nil {
		return day, false, err
	}
	return midnight(*last), true, nil
}
