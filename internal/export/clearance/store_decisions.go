package clearance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ruleMark stands between the rules of one decision where they are sent as one text; no name of a rule has it.
const ruleMark = "\n"

// insertDecisions appends decisions about different subjects in their order; the trigger gives places and digests.
func insertDecisions(ctx context.Context, tx pg.DB, list []draft) ([]int64, error) {
	n := len(list)
	kinds, numbers, moments, outcomes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	sellers, days, rules := make([]int64, n), make([]time.Time, n), make([]string, n)
	facts, decisions, books := make([]string, n), make([]string, n), make([][]byte, n)
	for i, d := range list {
		kinds[i], numbers[i], moments[i], outcomes[i] = d.Kind, d.Number, d.Moment, string(d.outcome)
		sellers[i], days[i], rules[i] = d.SellerID, d.day, strings.Join(d.rules, ruleMark)
		facts[i], decisions[i], books[i] = string(d.facts), string(d.decision), d.book
	}
	type row struct {
		ID       int64
		Kind     string
		Number   string
		SellerID int64
	}
	rows, err := pg.List[row](ctx, tx, `
		insert into export_decisions (kind, number, seller_id, moment, decided_on, outcome, rules, facts, decision, book)
		select d.kind, d.number, d.seller_id, d.moment, d.day, d.outcome, string_to_array(d.rules, E'\n'), d.facts::jsonb, d.decision::jsonb, d.book
		from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::date[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[])
			with ordinality as d (kind, number, seller_id, moment, day, outcome, rules, facts, decision, book, place)
		order by d.place
		returning id, kind, number, seller_id`, kinds, numbers, sellers, moments, days, outcomes, rules, facts, decisions, books)
	if err != nil {
		return nil, err
	}
	type subject struct {
		kind, number string
		seller       int64
	}
	given := make(map[subject]int64, n)
	for _, r := range rows {
		given[subject{r.Kind, r.Number, r.SellerID}] = r.ID
	}
	if len(given) != n {
		return nil, fmt.Errorf("%d of %d decisions are about different subjects", len(given), n)
	}
	ids := make([]int64, n)
	for i, d := range list {
		ids[i] = given[subject{d.Kind, d.Number, d.SellerID}]
	}
	return ids, nil
}

func selectDecisions(ctx context.Context, db pg.DB, ids []int64) ([]decisionRow, error) {
	return pg.List[decisionRow](ctx, db, `select `+decisionColumns+` from export_decisions where id = any($1)`, ids)
}
