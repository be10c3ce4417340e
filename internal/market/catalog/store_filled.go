package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// filled gives the categories under which something is on show: those of the cards that the search finds and all above
// them; a card that only a closed shop sells is not among them. It takes two probes of an index for each category that has
// cards, however many cards there are.
func (s *Service) filled(ctx context.Context, tree *Tree) (map[int64]bool, error) {
	ids, err := pg.Scalars[int64](ctx, s.db, `
		with recursive stands as (
			(select category_id from products where status = 'published' order by category_id limit 1)
			union all
			select (select p.category_id from products p where p.status = 'published' and p.category_id > stands.category_id
				order by p.category_id limit 1)
			from stands where category_id is not null
		)
		select category_id from stands where category_id is not null and (
			select true from products p
			where p.category_id = stands.category_id and p.status = 'published'
				and exists (select from search_docs d where d.kind = $1 and d.ref_id = p.id)
			limit 1)`, int16(search.Goods))
	full := make(map[int64]bool, 2*len(ids))
	for _, id := range ids {
		for _, c := range tree.Ancestors(id) {
			full[c.ID] = true
		}
	}
	return full, err
}
