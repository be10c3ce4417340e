package order

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// setPartDecisions notes in an order that goes in several parcels which decision let each of them leave the country.
func setPartDecisions(ctx context.Context, db pg.DB, orderID int64, decisions []int64) error {
	_, err := pg.Exec(ctx, db, `
		update orders set method = jsonb_set(method, '{abroad,parcels}', (
			select jsonb_agg(p || jsonb_build_object('decision_id', ($2::bigint[])[n]) order by n)
			from jsonb_array_elements(method #> '{abroad,parcels}') with ordinality as x (p, n)))
		where id = $1`, orderID, decisions)
	return err
}
