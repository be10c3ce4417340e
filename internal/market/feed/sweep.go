package feed

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// How long the file of an import is kept after its end: a rehearsed one may still be applied and the columns of a table
// still be named; a catalogue that was imported is of no more use, but for whoever looks into what went wrong just now.
// What was wrong with its rows is kept for a quarter.
const (
	keepFile  = 3 * 24 * time.Hour
	keepSpent = time.Hour
	keepNotes = 90 * 24 * time.Hour
)

// MaxKept is how many bytes of files one seller may have waiting or kept: a feed of the largest size, sent anew each day.
const MaxKept = 4 << 30

var (
	errFileGone = errs.New(errs.Conflict, "feed.file_gone")
	errNoRoom   = errs.New(errs.Invalid, "feed.no_room", "max", MaxKept>>30)
)

// sweepAtOnce is how many imports one round frees of their files.
const sweepAtOnce = 200

// Sweep removes files and notes of imports that are long over. Without it a shop whose feed is fetched every hour fills
// any disk.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "feed.Sweep")
	keys, err := spentFiles(ctx, s.db, keepFile, keepSpent, sweepAtOnce)
	if err != nil {
		return err
	}
	for _, key := range keys {
		// The file first: a round that is cut off between the two does both again.
		if err := s.files.Delete(ctx, key); err != nil {
			return err
		}
		if err := forgetFile(ctx, s.db, key); err != nil {
			return err
		}
	}
	return deleteNotes(ctx, s.db, keepNotes, sweepAtOnce)
}

// drop removes the file of an import that was refused. What else failed may have been done all the same, when only the
// answer was lost: then an import of ours may stand on it.
func (s *Service) drop(ctx context.Context, key string, cause error) {
	if errs.KindOf(cause) == errs.Internal && !errors.Is(cause, errTripOver) {
		return
	}
	if err := s.files.Delete(context.WithoutCancel(ctx), key); err != nil {
		slog.WarnContext(ctx, "a feed's file stays", "key", key, "err", err)
	}
}

// room refuses a file when the seller's others take all the room there is.
func (s *Service) room(ctx context.Context, sellerID int64) error {
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		kept, err := sumKept(ctx, tx, sellerID)
		if err == nil && kept >= MaxKept {
			err = errNoRoom
		}
		return err
	})
}
