package search

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// How a document's popularity is made of what its owner says (for goods: how much the shop sells) and of how often the
// thing itself was bought.
const (
	shareGiven = 0.4
	shareOwn   = 1 - shareGiven
)

func prior(given float64, own int16) uint16 {
	return uint16(math.Round(1000*shareGiven*min(1, max(0, given)) + shareOwn*float64(own)))
}

// popularities gives documents that are about to be stored the popularity of their own.
func popularities(ctx context.Context, db pg.DB, ready []prepared) error {
	byKind := map[Kind][]int64{}
	for i := range ready {
		byKind[ready[i].doc.Kind] = append(byKind[ready[i].doc.Kind], ready[i].doc.RefID)
	}
	for kind, refs := range byKind {
		own, err := selectPopularity(ctx, db, kind, refs)
		if err != nil {
			return err
		}
		for i := range ready {
			if p := &ready[i]; p.doc.Kind == kind {
				p.facts.Prior = prior(p.doc.Popularity, own[p.doc.RefID])
				binary.LittleEndian.PutUint16(p.packed[record.PriorAt:], p.facts.Prior)
			}
		}
	}
	return nil
}

// SetPopularity says how often things were bought lately; those left out were not. Three sales are a third of the way
// to the top, a hundred nearly all of it. Only documents whose popularity changed are written.
func SetPopularity(ctx context.Context, db pg.DB, kind Kind, sold map[int64]int) (err error) {
	defer errs.Wrap(&err, "search.SetPopularity(%v, %d)", kind, len(sold))
	refs, own := make([]int64, 0, len(sold)), make([]int16, 0, len(sold))
	for ref, n := range sold {
		if n > 0 {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	for _, ref := range refs {
		own = append(own, int16(max(1, math.Round(1000*min(1, math.Log1p(float64(sold[ref]))/math.Log(100))))))
	}
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		if err := noStatementTimeout(ctx, tx); err != nil {
			return err
		}
		changed, err := mergePopularity(ctx, tx, kind, refs, own)
		if err != nil || changed == 0 {
			return err
		}
		return bumpAll(ctx, tx)
	})
}

// PopularityArgs asks for the popularity of goods to be counted anew.
type PopularityArgs struct{}

// Kind names the job.
func (PopularityArgs) Kind() string { return "search.popularity" }

const popularityEvery = 6 * time.Hour

// AddPopularity registers the count of how often each card was bought lately; sold gives it by the card's id. The
// owner of orders is not known here: wiring passes its count.
func (s *Service) AddPopularity(r *jobs.Registry, sold func(ctx context.Context) (map[int64]int, error)) {
	jobs.Add(r, func(ctx context.Context, _ *jobs.Job[PopularityArgs]) error {
		counted, err := sold(ctx)
		if err != nil {
			return err
		}
		return SetPopularity(ctx, s.db, Goods, counted)
	}, jobs.Timeout(5*time.Minute))
	jobs.Every(r, popularityEvery, PopularityArgs{})
}
