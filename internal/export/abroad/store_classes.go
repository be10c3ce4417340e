package abroad

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// upsertClasses makes the classes that are not there yet, and gives all asked for by their digests.
func upsertClasses(ctx context.Context, db pg.DB, digests [][]byte, ways []string) (map[string]int64, error) {
	type row struct {
		ID     int64
		Digest []byte
	}
	list, err := pg.List[row](ctx, db, `
		with said as (select * from unnest($1::bytea[], $2::text[]) as s (digest, ways)
		), made as (
			insert into export_reaches (digest, ways) select s.digest, s.ways::jsonb from said s
			where not exists (select from export_reaches r where r.digest = s.digest)
			order by s.digest on conflict (digest) do update set made_at = export_reaches.made_at
			returning id, digest
		)
		select id::bigint, digest from made union all select r.id::bigint, r.digest from export_reaches r where r.digest = any($1)`, digests, ways)
	classes := make(map[string]int64, len(list))
	for _, r := range list {
		classes[string(r.Digest)] = r.ID
	}
	return classes, err
}

func upsertReach(ctx context.Context, db pg.DB, list []settled, classes map[string]int64) error {
	offers, sellers, ids, grams := make([]int64, len(list)), make([]int64, len(list)), make([]int64, len(list)), make([]int64, len(list))
	for i, p := range list {
		offers[i], sellers[i], ids[i], grams[i] = p.OfferID, p.SellerID, classes[string(p.Digest)], p.Grams
	}
	_, err := pg.Exec(ctx, db, `
		insert into export_reach as e (seller_id, offer_id, reach_id, grams)
		select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[]) as s (seller_id, offer_id, reach_id, grams)
		order by seller_id, offer_id
		on conflict (seller_id, offer_id) do update set reach_id = excluded.reach_id, grams = excluded.grams
		where e.reach_id <> excluded.reach_id or e.grams <> excluded.grams`, sellers, offers, ids, grams)
	return err
}

// selectRoutes reads what was found out about offers last.
func selectRoutes(ctx context.Context, db pg.DB, list []catalog.Leaving) (map[int64]catalog.Route, error) {
	type row struct {
		OfferID int64
		catalog.Route
	}
	offers, sellers := make([]int64, len(list)), make([]int64, len(list))
	for i, o := range list {
		offers[i], sellers[i] = o.OfferID, o.SellerID
	}
	rows, err := pg.List[row](ctx, db, `
		select r.offer_id, r.reach_id::bigint as class, r.grams from export_reach r join export_reaches c on c.id = r.reach_id
		where r.seller_id = any($1) and r.offer_id = any($2) and c.ways <> '{}'`, sellers, offers)
	routes := make(map[int64]catalog.Route, len(rows))
	for _, r := range rows {
		routes[r.OfferID] = r.Route
	}
	return routes, err
}

type walkState struct {
	Law     string
	AfterID int64
	Walked  string
}

func lockWalk(ctx context.Context, tx pg.DB) (walkState, error) {
	return pg.One[walkState](ctx, tx, `select law, after_id, walked from export_reach_walk for update`)
}

func setWalk(ctx context.Context, tx pg.DB, law string, after int64) error {
	_, err := pg.Exec(ctx, tx, `update export_reach_walk set law = $1, after_id = $2`, law, after)
	return err
}

func setWalked(ctx context.Context, tx pg.DB, law string) error {
	_, err := pg.Exec(ctx, tx, `update export_reach_walk set law = $1, after_id = 0, walked = $1`, law)
	return err
}

// walkRow is an offer that is ready to go abroad, with what was found out about it last.
type walkRow struct {
	OfferID, SellerID int64
	Price             money.Amount
	Digest            []byte
	Grams             int64
}

func selectBatch(ctx context.Context, db pg.DB, after int64, limit int) ([]walkRow, error) {
	return pg.List[walkRow](ctx, db, `
		select o.id as offer_id, o.seller_id, f.price, c.digest, coalesce(r.grams, -1) as grams
		from offers o join offer_facts f on f.offer_id = o.id and f.blocked is null
			left join export_reach r on r.seller_id = o.seller_id and r.offer_id = o.id
			left join export_reaches c on c.id = r.reach_id
		where o.abroad and o.id > $1 order by o.id limit $2`, after, limit)
}

// classRow is a class of things that may go to a country, and by which services.
type classRow struct {
	ID      int64
	Objects []int32
}

func selectClasses(ctx context.Context, db pg.DB, country string) ([]classRow, error) {
	return pg.List[classRow](ctx, db, `
		select id::bigint as id, array(select x::int from jsonb_array_elements_text(ways -> $1) as x order by x::int) as objects
		from export_reaches where ways ? $1`, country)
}

// load is a weight that things of a class have.
type load struct {
	ReachID int64
	Grams   int64
}

func selectLoads(ctx context.Context, db pg.DB) ([]load, error) {
	return pg.List[load](ctx, db, `select distinct reach_id::bigint as reach_id, grams from export_reach`)
}
