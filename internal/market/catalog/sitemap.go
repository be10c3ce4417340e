package catalog

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// SitemapPart is how many ids one part of the sitemap spans; the protocol allows 50,000 addresses.
const SitemapPart = 20_000

// SitemapParts says how many parts the cards fill. Part n holds the cards whose ids lie in
// (n×SitemapPart, (n+1)×SitemapPart], so a part's address keeps its meaning for ever.
func (s *Service) SitemapParts(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "catalog.SitemapParts")
	last, err := pg.Scalar[int64](ctx, s.db, `select coalesce(max(id), 0) from products`)
	return int((last + SitemapPart - 1) / SitemapPart), err
}
