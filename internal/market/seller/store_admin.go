package seller

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// likePrefix matches what begins with a text, taken literally.
func likePrefix(text string) string {
	return pg.LikeSafe(text) + "%"
}

// matches is true of a shop whose name has a word beginning so, whose INN begins so, or whose
// address does; $1 is the query in lower case, $2 the pattern of it.
const matches = `($1 = '' or lower(s.name) like $2 or lower(s.name) like '% ' || $2 or lower(s.name) like '%«' || $2
	or lower(s.legal_name) like '%' || $2 or s.inn like $2 or s.slug like $2)`

func searchSellers(ctx context.Context, db pg.DB, query string, statuses []string, beforeID int64, limit int) ([]Seller, error) {
	return pg.List[Seller](ctx, db, `select `+columns+` from sellers s
		where `+matches+` and s.status = any($3) and ($4::bigint = 0 or s.id < $4) order by s.id desc limit $5`,
		query, likePrefix(query), statuses, beforeID, limit)
}

func countFound(ctx context.Context, db pg.DB, query string) (map[string]int, error) {
	type row struct {
		Status string
		N      int
	}
	rows, err := pg.List[row](ctx, db, `select s.status, count(*) as n from sellers s where `+matches+` group by s.status`,
		query, likePrefix(query))
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Status] = r.N
	}
	return counts, err
}

// getAny finds a shop by its address, whatever its state: for the operator only.
func getAny(ctx context.Context, db pg.DB, slug string) (Seller, error) {
	return one(ctx, db, `where s.slug = $1`, slug)
}
