package feed

import (
	"context"
	"errors"
	"hash/maphash"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// batchRows is how many rows one transaction applies: enough to make its cost small, few enough
// to hold locks for a moment only.
const batchRows = 500

// batcher gathers rows and applies them.
type batcher struct {
	ctx       context.Context
	s         *Service
	src       Source
	i         Import
	trusted   bool
	skip      int // rows at the file's head that an earlier run committed
	rows      []pricelist.Row
	problems  []pricelist.Problem
	last      int // number of the row read last
	kept      int // problems kept so far
	diffs     int // differences kept so far
	seen      map[uint64]struct{}
	seed      maphash.Seed
	shelves   map[string]shelf
	guess     *guesser
	known     map[int64]map[string]attribute // attributes by category and folded name
	cancelled bool
}

func (s *Service) newBatcher(ctx context.Context, src Source, i Import) (*batcher, error) {
	owners, err := seller.ByIDs(ctx, s.db, []int64{i.SellerID})
	if err != nil {
		return nil, err
	}
	b := &batcher{ctx: ctx, s: s, src: src, i: i, skip: i.Cursor, trusted: owners[i.SellerID].Trusted,
		seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(), shelves: map[string]shelf{}}
	known, err := listShelves(ctx, s.db, i.SellerID)
	if err != nil {
		return nil, err
	}
	for _, sh := range known {
		b.shelves[sh.Path] = sh
	}
	all, err := listCategories(ctx, s.db)
	if err != nil {
		return nil, err
	}
	b.guess = newGuesser(all)
	return b, nil
}

func (b *batcher) Categories([]pricelist.Category) error { return nil }

func (b *batcher) Row(row *pricelist.Row, problems []pricelist.Problem) error {
	b.last++
	if row != nil {
		h := maphash.String(b.seed, row.SKU)
		if _, twice := b.seen[h]; twice {
			problems = append(problems, pricelist.Problem{N: row.N, Line: row.Line, SKU: row.SKU, Field: "sku", Key: "feed.row.twice", Fatal: true})
			row = nil
		} else {
			b.seen[h] = struct{}{}
		}
	}
	if b.last <= b.skip {
		return b.ctx.Err()
	}
	b.problems = append(b.problems, problems...)
	if row != nil {
		b.rows = append(b.rows, *row)
	}
	if b.last-b.i.Cursor < batchRows {
		return nil
	}
	return b.flush()
}

var errCancelled = errors.New("feed: the import was cancelled")

// flush applies what was gathered and moves the cursor, in one transaction.
func (b *batcher) flush() error {
	if b.last <= b.i.Cursor || b.cancelled {
		return b.ctx.Err()
	}
	before := b.i
	err := pg.InTx(b.ctx, b.s.db, func(tx pgx.Tx) error {
		b.i = before
		problems := b.problems
		if err := b.settle(tx, &problems); err != nil {
			return err
		}
		b.tally(problems)
		if room := maxProblems - b.kept; len(problems) > room {
			problems = problems[:room]
		}
		if err := insertProblems(b.ctx, tx, b.i, problems); err != nil {
			return err
		}
		b.kept += len(problems)
		b.i.Cursor = b.last
		ok, err := saveProgress(b.ctx, tx, b.i)
		if err == nil && !ok {
			err = errCancelled
		}
		return err
	})
	if errors.Is(err, errCancelled) {
		b.cancelled, err = true, nil
	}
	b.rows, b.problems = b.rows[:0], b.problems[:0]
	return err
}

func (b *batcher) tally(problems []pricelist.Problem) {
	failed, warned := map[int]bool{}, map[int]bool{}
	for _, p := range problems {
		if p.Fatal {
			failed[p.N] = true
		} else {
			warned[p.N] = true
		}
	}
	b.i.Failed += len(failed)
	for n := range warned {
		if !failed[n] {
			b.i.Warned++
		}
	}
}

// settle finds where each row belongs and writes cards and offers; a dry run only says what would
// be written.
func (b *batcher) settle(tx pgx.Tx, problems *[]pricelist.Problem) error {
	if len(b.rows) == 0 {
		return nil
	}
	p, err := b.plan(tx, problems)
	if err != nil {
		return err
	}
	if err := b.note(tx, p); err != nil || b.i.DryRun {
		return err
	}
	if err := b.writeCards(tx, p); err != nil {
		return err
	}
	return b.writeOffers(tx, p)
}

func (b *batcher) writeCards(tx pgx.Tx, p *plan) error {
	cards := make([]intake.Card, 0, len(p.cards))
	for _, key := range p.order {
		cards = append(cards, *p.cards[key])
	}
	results, err := intake.UpsertCards(b.ctx, tx, cards)
	if err != nil {
		return err
	}
	for n, key := range p.order {
		p.variants[key] = results[n].Variants
	}
	return nil
}

func (b *batcher) writeOffers(tx pgx.Tx, p *plan) error {
	offers, remembered := make([]intake.Offer, 0, len(p.placed)), make([]seen, 0, len(p.placed))
	for _, at := range p.placed {
		variant := at.variant
		if variant == 0 {
			variant = p.variants[at.card][at.row.SKU]
		}
		offers = append(offers, b.offer(at.row, variant))
		var suggestion *int64
		if at.suggested != 0 {
			suggestion = &at.suggested
		}
		remembered = append(remembered, seen{SKU: at.row.SKU, Pictures: append([]string{}, at.row.Pictures...), Suggestion: suggestion})
	}
	results, err := intake.UpsertOffers(b.ctx, tx, offers)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Stopped {
			b.i.Stopped++
		}
	}
	return upsertSeen(b.ctx, tx, b.i, remembered)
}

func (b *batcher) offer(r *pricelist.Row, variantID int64) intake.Offer {
	return intake.Offer{SellerID: b.i.SellerID, SellerSKU: r.SKU, VariantID: variantID, Price: r.Price, OnHand: b.stockOf(r),
		VATCode: r.VAT, Condition: catalog.Condition(r.Condition), Status: catalog.OfferActive}
}

// stockOf: a count the feed gives wins; without one an available thing has the source's default.
func (b *batcher) stockOf(r *pricelist.Row) int {
	switch {
	case !r.Available:
		return 0
	case r.Stock >= 0:
		return r.Stock
	}
	return b.src.DefaultStock
}

func asError(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }
