package clearance

import (
	"context"
	"encoding/json"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type decisionRow struct {
	ID        int64
	Kind      string
	Number    string
	SellerID  int64 `db:"seller_id"`
	Place     int
	Moment    string
	DecidedOn time.Time `db:"decided_on"`
	Outcome   Outcome
	Rules     []string
	Facts     json.RawMessage
	Decision  json.RawMessage
	CreatedAt time.Time `db:"created_at"`
	Hash      []byte
	Book      []byte
}

const decisionColumns = `id, kind, number, seller_id, place, moment, decided_on, outcome, rules, facts, decision, created_at, hash, book`

func selectDecision(ctx context.Context, db pg.DB, id int64) (decisionRow, error) {
	return pg.One[decisionRow](ctx, db, `select `+decisionColumns+` from export_decisions where id = $1`, id)
}

func listDecisions(ctx context.Context, db pg.DB, kind, number string) ([]decisionRow, error) {
	return pg.List[decisionRow](ctx, db, `
		select `+decisionColumns+` from export_decisions where kind = $1 and number = $2 order by seller_id, place`, kind, number)
}

// under is a subject whose number is the asked one or continues it.
type under struct {
	Kind   string
	Number string
}

func listUnder(ctx context.Context, db pg.DB, number string) ([]under, error) {
	return pg.List[under](ctx, db, `
		select kind, number from export_decisions where number = $1 or starts_with(number, $1 || '-')
		group by kind, number order by min(id)`, number)
}

// listLatest gives the last decisions about parcels and baskets, each subject once.
func listLatest(ctx context.Context, db pg.DB, n int) ([]decisionRow, error) {
	return pg.List[decisionRow](ctx, db, `
		select `+decisionColumns+` from export_decisions d
		where kind in ('checkout', 'parcel') and not exists (
		  select from export_decisions l where l.kind = d.kind and l.number = d.number and l.seller_id = d.seller_id and l.place > d.place)
		order by id desc limit $1`, n)
}

type bindingRow struct {
	Digest []byte
	Body   []byte
}

// insertBinding keeps what the decisions by one book share; what is there already stays.
func insertBinding(ctx context.Context, db pg.DB, digest, body []byte) error {
	_, err := pg.Exec(ctx, db, `insert into export_books (digest, body) values ($1, $2) on conflict (digest) do nothing`, digest, body)
	return err
}

func listBindings(ctx context.Context, db pg.DB, digests [][]byte) ([]bindingRow, error) {
	return pg.List[bindingRow](ctx, db, `select digest, body from export_books where digest = any($1)`, digests)
}

// verifyChain computes every link again: the digest of the row, its link to the one before, and that no place is missing.
func verifyChain(ctx context.Context, db pg.DB, kind, number string) (c Chain, err error) {
	type link struct {
		Place int
		Good  bool
	}
	links, err := pg.List[link](ctx, db, `
		select place, hash = export_decision_hash(d)
		  and (book is null or exists (select from export_books b where b.digest = d.book and sha256(b.body) = d.book))
		  and prev_hash = coalesce(lag(hash) over w, '') and place = coalesce(lag(place) over w, 0) + 1 as good
		from export_decisions d where kind = $1 and number = $2
		window w as (partition by seller_id order by place) order by seller_id, place`, kind, number)
	c.Links = len(links)
	for _, l := range links {
		if !l.Good {
			c.Broken = append(c.Broken, l.Place)
		}
	}
	return c, err
}
