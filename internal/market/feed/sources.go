package feed

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// States of a Fetch.
const (
	FetchQueued    = "queued"
	FetchRunning   = "fetching"
	FetchDone      = "done" // what came is worked as an import
	FetchUnchanged = "unchanged"
	FetchFailed    = "failed"
)

// Fetch is one trip to the address of a source.
type Fetch struct {
	ID          int64
	SellerID    int64
	SourceID    int64
	State       string
	ByHand      bool
	DryRun      bool
	AuthorID    *int64
	Bytes       int64 // received so far
	MessageKey  string
	MessageArgs json.RawMessage
	ImportID    int64 // 0 unless done
	AskedAt     time.Time
	FinishedAt  *time.Time
}

// Live reports whether the trip is not over.
func (f Fetch) Live() bool { return f.State == FetchQueued || f.State == FetchRunning }

// Args gives the arguments of the trip's message.
func (f Fetch) Args() []any {
	var args []any
	if json.Unmarshal(f.MessageArgs, &args) != nil {
		return nil
	}
	return args
}

// Refusals of SaveSource.
var (
	errBadURL     = errs.Fields([]errs.Field{{Name: "url", Key: "feed.bad_url"}})
	errSameURL    = errs.Fields([]errs.Field{{Name: "url", Key: "feed.source.twice"}})
	errManySource = errs.Fields([]errs.Field{{Name: "url", Key: "feed.source.too_many", Args: []any{"max", maxSources}}})
)

// SaveSource makes a source of a seller, or changes it when ID is set. An address is a source once.
func (s *Service) SaveSource(ctx context.Context, src Source) (id int64, err error) {
	defer errs.Wrap(&err, "feed.SaveSource(%d)", src.SellerID)
	if err := s.checkAddress(src.URL); err != nil {
		return 0, err
	}
	err = pg.AsSeller(ctx, s.db, src.SellerID, func(tx pgx.Tx) error {
		if err := lockSources(ctx, tx, src.SellerID); err != nil {
			return err
		}
		if src.URL != "" {
			if have, ok, err := findSource(ctx, tx, src); err != nil || ok && have.ID != src.ID {
				return errors.Join(err, errSameURL)
			}
		}
		id, err = saveSource(ctx, tx, src)
		return err
	})
	return id, err
}

func (s *Service) checkAddress(url string) error {
	if url == "" {
		return nil
	}
	if _, err := egress.CheckURL(url); err != nil && !s.web.Allows(url) {
		return errBadURL
	}
	return nil
}

func saveSource(ctx context.Context, tx pg.DB, src Source) (int64, error) {
	if src.ID != 0 {
		return src.ID, updateSource(ctx, tx, src)
	}
	if src.URL != "" {
		if n, err := countSources(ctx, tx, src.SellerID); err != nil || n >= maxSources {
			return 0, errors.Join(err, errManySource)
		}
	}
	return insertSource(ctx, tx, src)
}

// SourceNamed finds the seller's source of the same kind, name and address and brings its settings
// up to date, or makes it: the same file sent again is the same source, so that absence means
// something.
func (s *Service) SourceNamed(ctx context.Context, src Source) (id int64, err error) {
	defer errs.Wrap(&err, "feed.SourceNamed(%d)", src.SellerID)
	if err := s.checkAddress(src.URL); err != nil {
		return 0, err
	}
	err = pg.AsSeller(ctx, s.db, src.SellerID, func(tx pgx.Tx) error {
		if err := lockSources(ctx, tx, src.SellerID); err != nil {
			return err
		}
		have, ok, err := findSource(ctx, tx, src)
		if err != nil {
			return err
		}
		named := src
		if ok {
			named.ID, named.Mapping = have.ID, have.Mapping
		}
		if ok && src.URL != "" {
			named.Name = have.Name
		}
		id, err = saveSource(ctx, tx, named)
		return err
	})
	return id, err
}

// Sources lists the addresses a seller's goods come from, each with its last trip.
func (s *Service) Sources(ctx context.Context, sellerID int64) (list []sourceLine, err error) {
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		list, err = listSources(ctx, tx, sellerID)
		return err
	})
	return list, err
}

// Source gives one source of a seller.
func (s *Service) Source(ctx context.Context, sellerID, id int64) (src Source, err error) {
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		src, err = getSource(ctx, tx, sellerID, id)
		return err
	})
	return src, err
}

// Pause stops the clock of a source, or starts it again.
func (s *Service) Pause(ctx context.Context, sellerID, id int64, paused bool) (err error) {
	defer errs.Wrap(&err, "feed.Pause(%d)", id)
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error { return pauseSource(ctx, tx, sellerID, id, paused) })
}

// AskFetch queues a trip to the address of a source, and gives the one under way where there is one.
func (s *Service) AskFetch(ctx context.Context, sellerID, sourceID int64, dryRun bool, personID int64) (id int64, err error) {
	defer errs.Wrap(&err, "feed.AskFetch(%d)", sourceID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		src, err := getSource(ctx, tx, sellerID, sourceID)
		if err != nil {
			return err
		}
		if src.URL == "" {
			return errs.New(errs.NotFound, "error.not_found")
		}
		var fresh bool
		f := Fetch{SellerID: sellerID, SourceID: sourceID, ByHand: true, DryRun: dryRun, AuthorID: &personID}
		if id, fresh, err = insertFetch(ctx, tx, f); err != nil || !fresh {
			return err
		}
		if err := pg.ResumeOwner(ctx, tx); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, fetchArgs{FetchID: id})
	})
	return id, err
}

// GetFetch gives one trip of a seller's, and its source.
func (s *Service) GetFetch(ctx context.Context, sellerID, id int64) (f Fetch, src Source, err error) {
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if f, err = getFetch(ctx, tx, sellerID, id); err != nil {
			return err
		}
		src, err = getSource(ctx, tx, sellerID, f.SourceID)
		return err
	})
	return f, src, err
}
