package feed

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Fetch gets a source's address now and queues the import of what came, unless nothing changed
// there; started is false then. Pages use AskFetch, which lets nobody wait.
func (s *Service) Fetch(ctx context.Context, src Source, dryRun bool, authorID *int64) (id int64, started bool, err error) {
	defer errs.Wrap(&err, "feed.Fetch(%d)", src.ID)
	got, err := s.get(ctx, src, func(int64) {})
	if err != nil || got.unchanged {
		return 0, false, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		id, err = s.take(ctx, tx, src, got, dryRun, authorID)
		return err
	})
	if err != nil {
		s.drop(ctx, got.key, err)
	}
	return id, err == nil, err
}

// RunFetch goes on one trip. What the other side does wrong ends the trip with words for the seller;
// an error means that the queue should try again.
func (s *Service) RunFetch(ctx context.Context, fetchID int64) (err error) {
	defer errs.Wrap(&err, "feed.RunFetch(%d)", fetchID)
	f, ok, err := claimFetch(ctx, s.db, fetchID)
	if err != nil || !ok {
		return err
	}
	src, err := getSource(ctx, s.db, f.SellerID, f.SourceID)
	if err != nil {
		return err
	}
	if f.ByHand {
		src.ETag, src.LastModified = "", "" // asked for by hand: read it whatever the server thinks is new
	}
	got, err := s.get(ctx, src, s.progress(ctx, f))
	switch {
	case err == nil && got.unchanged:
		_, err = closeFetch(ctx, s.db, f, FetchUnchanged, 0, nil)
		return err
	case err == nil:
		err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
			id, err := s.take(ctx, tx, src, got, f.DryRun, f.AuthorID)
			if err != nil {
				return err
			}
			if ok, err := closeFetch(ctx, tx, f, FetchDone, id, nil); err != nil || !ok {
				return errors.Join(err, errTripOver)
			}
			return nil
		})
		if err != nil {
			s.drop(ctx, got.key, err)
		}
	}
	if errors.Is(err, errTripOver) {
		return nil
	}
	if why, expected := errors.AsType[*errs.Error](err); expected && why.Kind != errs.Internal && ctx.Err() == nil {
		slog.InfoContext(ctx, "feed not fetched", "fetch", f.ID, "err", err)
		_, err = closeFetch(ctx, s.db, f, FetchFailed, 0, why)
	}
	return err
}

// errNotXML refuses a table that lies where a price list in XML was promised.
var errNotXML = errs.New(errs.Invalid, "feed.not_xml")

var errTripOver = errors.New("feed: the trip was ended by somebody else")

// progress writes how much came, about once a second.
func (s *Service) progress(ctx context.Context, f Fetch) func(int64) {
	var next time.Time
	return func(n int64) {
		now := time.Now()
		if now.Before(next) {
			return
		}
		next = now.Add(time.Second)
		if err := countBytes(ctx, s.db, f, n); err != nil {
			slog.DebugContext(ctx, "progress not written", "fetch", f.ID, "err", err)
		}
	}
}

// fetched is a file that came.
type fetched struct {
	key, etag, lastModified string
	size                    int64
	unchanged               bool
}

// get brings what lies at the source's address into the blob store. An error of the other side is
// classified and carries words for the seller.
func (s *Service) get(ctx context.Context, src Source, progress func(int64)) (fetched, error) {
	if err := s.room(ctx, src.SellerID); err != nil {
		return fetched{}, err
	}
	answer, err := s.web.Get(ctx, src.URL, src.ETag, src.LastModified)
	if err != nil {
		return fetched{}, s.fault(ctx, err)
	}
	defer answer.Body.Close()
	if answer.NotModified {
		return fetched{unchanged: true}, nil
	}
	body := &counted{r: answer.Body, progress: progress}
	got := fetched{etag: answer.ETag, lastModified: answer.LastModified}
	got.key, got.size, err = s.storeFeed(ctx, src, body)
	if errors.Is(err, ErrTooLarge) {
		return got, errs.New(errs.Unavailable, "feed.fetch.too_large", "max", pricelist.MaxBytes>>20)
	}
	if body.err != nil {
		return got, s.fault(ctx, body.err)
	}
	return got, err
}

// storeFeed keeps what came if its beginning is a feed of the source's kind.
func (s *Service) storeFeed(ctx context.Context, src Source, r io.Reader) (key string, size int64, err error) {
	key = blobKey(src.SellerID)
	err = spooled(r, pricelist.MaxBytes, func(file *os.File, n int64) error {
		size = n
		if kind, err := pricelist.Glance(file, nil); err != nil || kind != src.Kind {
			if err == nil {
				err = errNotXML
			}
			return err
		}
		return s.files.Put(ctx, key, file, n, "application/octet-stream")
	})
	return key, size, err
}

// take queues the import of what came. A rehearsal must not make the next real run think that
// nothing changed.
func (s *Service) take(ctx context.Context, tx pgx.Tx, src Source, got fetched, dryRun bool, authorID *int64) (int64, error) {
	id, err := s.startTx(ctx, tx, Import{SellerID: src.SellerID, SourceID: src.ID, DryRun: dryRun, AuthorID: authorID, FileName: src.Name,
		BlobKey: got.key, Size: got.size})
	if err != nil || dryRun {
		return id, err
	}
	return id, updateValidators(ctx, tx, src, got.etag, got.lastModified)
}

// counted tells how much was read, and remembers whether reading failed: that is the other side's
// fault, where an error of our own disk is not.
type counted struct {
	r        io.Reader
	n        int64
	err      error
	progress func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.progress(c.n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// fault puts what went wrong on the way into words. That we ourselves are stopping is none.
func (s *Service) fault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	key, args := faultKey(err)
	return errs.New(errs.Unavailable, key, args...).With(err)
}

func faultKey(err error) (key string, args []any) {
	var network net.Error
	var unverified *tls.CertificateVerificationError
	status, answered := errors.AsType[egress.StatusError](err)
	_, noHost := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, egress.ErrBlocked):
		return "feed.fetch.blocked", nil
	case answered && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return "feed.fetch.locked", nil
	case answered && (status == http.StatusNotFound || status == http.StatusGone):
		return "feed.fetch.missing", nil
	case answered:
		return "feed.fetch.status", []any{"code", int(status)}
	case errors.As(err, &network) && network.Timeout():
		return "feed.fetch.slow", nil
	case noHost:
		return "feed.fetch.no_host", nil
	case errors.Is(err, syscall.ECONNREFUSED):
		return "feed.fetch.refused", nil
	case errors.As(err, &unverified):
		return "feed.fetch.certificate", nil
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "feed.fetch.cut", nil
	}
	return "feed.cannot_fetch", nil
}

// FetchDue queues a trip to every source whose hour has come, and ends trips whose worker was lost.
func (s *Service) FetchDue(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "feed.FetchDue")
	if err := sweepFetches(ctx, s.db); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		due, err := takeDueSources(ctx, tx, 100)
		if err != nil {
			return err
		}
		for _, src := range due {
			id, fresh, err := insertFetch(ctx, tx, Fetch{SellerID: src.SellerID, SourceID: src.ID})
			if err != nil {
				return err
			}
			if !fresh {
				continue
			}
			if err := s.enqueue(ctx, tx, fetchArgs{FetchID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
