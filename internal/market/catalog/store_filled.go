package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// filled gives the categories under which something is on show: those of the cards and all above them. It takes one
// probe of an index for each category that has cards, however many cards there are.
func (s *Service) filled(ctx context.Context, tree *Tree) (map[int64]bool, error) {
	ids, err := pg.Scalars[int64](ctx, s.db, `
		with recursive stands as (
			(select category_id from products where status = 'published' order by category_id limit 1)
			union all
			select (select p.category_id from products p where p.status = 'published' and p.category_id > stands.category_id
				order by p.category_id limit 1)
			from stands where category_id is not null
		)
		select category_id from stands where category_id is not null`)
	full := make(map[int64]bool, 2*len(ids))
	for _, id := range ids {
		for _, c := range tree.Ancestors(id) {
			full[c.ID] = true
		}
	}
	return full, err
}
