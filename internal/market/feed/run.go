package feed

import (
	"context"
	"hash/maphash"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Run works an import until it is over, held, cancelled or ctx ends. Any number of workers may be
// told to run the same import: one at a time has it, and a later one goes on behind the last
// committed batch. An error means that the queue should try again.
func (s *Service) Run(ctx context.Context, importID int64) (err error) {
	defer errs.Wrap(&err, "feed.Run(%d)", importID)
	i, ok, err := claimImport(ctx, s.db, importID, lease)
	if err != nil || !ok {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.keepLease(ctx, importID)
	err = s.work(ctx, i)
	if errs.KindOf(err) == errs.Invalid || errs.Is(err, errs.NotFound) {
		e := firstError(err)
		slog.InfoContext(ctx, "import refused", "import", importID, "err", err)
		return closeImport(ctx, s.db, i, Failed, e.Key, e.Args)
	}
	if err != nil {
		if derr := dropLease(context.WithoutCancel(ctx), s.db, importID); derr != nil {
			slog.WarnContext(ctx, "lease kept", "import", importID, "err", derr)
		}
	}
	return err
}

func (s *Service) keepLease(ctx context.Context, id int64) {
	tick := time.NewTicker(lease / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := extendLease(ctx, s.db, id, lease); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "lease not extended", "import", id, "err", err)
			}
		}
	}
}

func (s *Service) work(ctx context.Context, i Import) error {
	src, err := getSource(ctx, s.db, i.SellerID, i.SourceID)
	if err != nil {
		return err
	}
	if i.State == Checking {
		go_, err := s.survey(ctx, src, &i)
		if err != nil || !go_ {
			return err
		}
	}
	return s.apply(ctx, src, i)
}

// survey reads the whole file once and changes nothing: a document that is broken at its end must
// not leave half of itself in the shop. It answers false when the import was held or cancelled.
func (s *Service) survey(ctx context.Context, src Source, i *Import) (bool, error) {
	v := &surveyor{ctx: ctx, seen: map[uint64]struct{}{}, seed: maphash.MakeSeed()}
	if err := s.read(ctx, src, *i, v); err != nil {
		return false, err
	}
	i.Total = v.rows
	if !i.Confirmed && !i.DryRun {
		live, err := liveOffersOfSource(ctx, s.db, i.SellerID, i.SourceID)
		if err != nil {
			return false, err
		}
		if v.good == 0 && live > 0 || src.Absent == PauseAbsent && live >= 10 && v.good < live/2 {
			i.State = Checking
			if _, err := saveProgress(ctx, s.db, *i); err != nil {
				return false, err
			}
			return false, closeImport(ctx, s.db, *i, Held, "feed.held", []any{"rows", v.good, "live", live})
		}
	}
	if v.rows == 0 {
		return false, errs.New(errs.Invalid, "feed.no_rows")
	}
	i.State = Applying
	return saveProgress(ctx, s.db, *i)
}

// surveyor counts rows that could be applied.
type surveyor struct {
	ctx        context.Context
	rows, good int
	seen       map[uint64]struct{}
	seed       maphash.Seed
}

func (v *surveyor) Categories([]pricelist.Category) error { return nil }

func (v *surveyor) Row(row *pricelist.Row, _ []pricelist.Problem) error {
	v.rows++
	if row != nil {
		h := maphash.String(v.seed, row.SKU)
		if _, twice := v.seen[h]; !twice {
			v.seen[h] = struct{}{}
			v.good++
		}
	}
	return v.ctx.Err()
}

// apply reads the file again and applies it batch by batch, each batch and the cursor behind it in
// one transaction.
func (s *Service) apply(ctx context.Context, src Source, i Import) error {
	if err := dropNotes(ctx, s.db, i); err != nil {
		return err
	}
	b, err := s.newBatcher(ctx, src, i)
	if err != nil {
		return err
	}
	if err := s.read(ctx, src, i, b); err != nil {
		return err
	}
	if err := b.flush(); err != nil {
		return err
	}
	return s.finish(ctx, src, b)
}

// finish pauses what the source no longer names, asks a moderator about new cards, and closes the
// import.
func (s *Service) finish(ctx context.Context, src Source, b *batcher) error {
	i := b.i
	if b.cancelled {
		return nil
	}
	if src.Absent == PauseAbsent && !i.DryRun {
		if err := s.pauseAbsent(ctx, &i); err != nil {
			return err
		}
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if !i.DryRun {
			drafts, err := s.submitDrafts(ctx, tx, i)
			if err != nil {
				return err
			}
			i.Drafts = drafts
		}
		if ok, err := saveProgress(ctx, tx, i); err != nil || !ok {
			return err
		}
		key := "feed.done"
		switch {
		case i.DryRun:
			key = "feed.dry_done"
		case i.Drafts == 0:
			key = "feed.done_live"
		}
		return closeImport(ctx, tx, i, Done, key, nil)
	})
}

func firstError(err error) *errs.Error {
	if e, ok := asError(err); ok {
		return e
	}
	return errs.New(errs.Invalid, "feed.bad_xml", "line", 0, "rows", 0)
}
