package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service takes feeds in and works them.
type Service struct {
	db    *pgxpool.Pool
	files blob.Store
	web   *egress.Client
	desk  *moderation.Service
	media *media.Service
	// enqueue puts a job into the queue within tx.
	enqueue func(ctx context.Context, tx pgx.Tx, job jobs.Args) error
}

// New makes the service. enqueue puts the jobs that will call Run and RunFetch into the queue.
func New(db *pgxpool.Pool, files blob.Store, pictures *media.Service, web *egress.Client, desk *moderation.Service,
	enqueue func(ctx context.Context, tx pgx.Tx, job jobs.Args) error) *Service {
	s := &Service{db: db, files: files, media: pictures, web: web, desk: desk, enqueue: enqueue}
	desk.Register(s.kind())
	return s
}

// Take looks at a file that a seller sent, makes or finds its source by name, stores the file and queues its import.
func (s *Service) Take(ctx context.Context, src Source, i Import, file io.ReadSeeker) (id int64, err error) {
	defer errs.Wrap(&err, "feed.Take(%d)", src.SellerID)
	if src.Kind, err = pricelist.KindOf(file); err != nil {
		return 0, err
	}
	var have Source
	err = pg.AsSeller(ctx, s.db, src.SellerID, func(tx pgx.Tx) error {
		have, _, err = findSource(ctx, tx, src)
		return err
	})
	if err != nil {
		return 0, err
	}
	m, err := have.columns()
	if err != nil {
		return 0, err
	}
	if _, err := pricelist.Glance(file, m); err != nil {
		return 0, err
	}
	if err := s.room(ctx, src.SellerID); err != nil {
		return 0, err
	}
	i.SellerID = src.SellerID
	if i.SourceID, err = s.SourceNamed(ctx, src); err != nil {
		return 0, err
	}
	return s.Upload(ctx, i, file)
}

// Upload stores a file sent through a browser, of at most MaxUpload bytes, and queues its import.
func (s *Service) Upload(ctx context.Context, i Import, r io.Reader) (id int64, err error) {
	return s.upload(ctx, i, r, MaxUpload)
}

// UploadLarge is Upload for an operator's own file, of at most MaxBytes.
func (s *Service) UploadLarge(ctx context.Context, i Import, r io.Reader) (id int64, err error) {
	return s.upload(ctx, i, r, pricelist.MaxBytes)
}

func (s *Service) upload(ctx context.Context, i Import, r io.Reader, limit int64) (id int64, err error) {
	defer errs.Wrap(&err, "feed.Upload(%d)", i.SellerID)
	if _, err := getSource(ctx, s.db, i.SellerID, i.SourceID); err != nil {
		return 0, err
	}
	if i.BlobKey, i.Size, err = s.store(ctx, i.SellerID, r, limit); err != nil {
		return 0, err
	}
	i.FileName = form.Cut(form.Clean(i.FileName), 120)
	if id, err = s.start(ctx, i); err != nil {
		s.drop(ctx, i.BlobKey, err)
	}
	return id, err
}

func (s *Service) start(ctx context.Context, i Import) (id int64, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		id, err = s.startTx(ctx, tx, i)
		return err
	})
	return id, err
}

func (s *Service) startTx(ctx context.Context, tx pgx.Tx, i Import) (int64, error) {
	id, err := insertImport(ctx, tx, i)
	if err != nil {
		return 0, err
	}
	return id, s.enqueue(ctx, tx, RunArgs{ImportID: id})
}

// store spools r to a file, so that its length is known, and puts it into the blob store under a
// random name: what a seller called the file decides nothing.
func (s *Service) store(ctx context.Context, sellerID int64, r io.Reader, limit int64) (key string, size int64, err error) {
	key = blobKey(sellerID)
	err = spooled(r, limit, func(spool *os.File, n int64) error {
		size = n
		return s.files.Put(ctx, key, spool, size, "application/octet-stream")
	})
	return key, size, err
}

func blobKey(sellerID int64) string {
	return fmt.Sprintf("feed/%d/%s.bin", sellerID, strings.ToLower(rand.Text()))
}

// spooled gives fn what r holds, at most limit bytes, as a file at its beginning, which is gone afterwards.
func spooled(r io.Reader, limit int64, fn func(file *os.File, size int64) error) (err error) {
	spool, err := os.CreateTemp("", "yarmarka-feed-*")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, spool.Close(), os.Remove(spool.Name()))
	}()
	size, err := io.Copy(spool, io.LimitReader(r, limit+1))
	if err != nil {
		return err
	}
	if size > limit {
		return ErrTooLarge
	}
	if _, err = spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return fn(spool, size)
}

// Resume queues again the imports whose worker died.
func (s *Service) Resume(ctx context.Context) error {
	ids, err := abandoned(ctx, s.db)
	for _, id := range ids {
		err = errors.Join(err, pg.InTx(ctx, s.db, func(tx pgx.Tx) error { return s.enqueue(ctx, tx, RunArgs{ImportID: id}) }))
	}
	return err
}

// Confirm lets a held import go on.
func (s *Service) Confirm(ctx context.Context, sellerID, id int64) (err error) {
	defer errs.Wrap(&err, "feed.Confirm(%d)", id)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		ok, err := confirmImport(ctx, tx, sellerID, id)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotHeld
		}
		return s.enqueue(ctx, tx, RunArgs{ImportID: id})
	})
}

// Cancel stops an import; batches already applied stay.
func (s *Service) Cancel(ctx context.Context, sellerID, id int64) (err error) {
	defer errs.Wrap(&err, "feed.Cancel(%d)", id)
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		ok, err := cancelImport(ctx, tx, sellerID, id)
		if err == nil && !ok {
			err = errs.New(errs.Conflict, "feed.already_over")
		}
		return err
	})
}

// Get gives one import of a seller.
func (s *Service) Get(ctx context.Context, sellerID, id int64) (i Import, err error) {
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		i, err = getImport(ctx, tx, sellerID, id)
		return err
	})
	return i, err
}

// open opens the file of an import.
func (s *Service) open(ctx context.Context, i Import) (io.ReadCloser, error) {
	if i.BlobKey == "" {
		return nil, errFileGone
	}
	f, _, err := s.files.Get(ctx, i.BlobKey)
	return f, err
}

// read streams an import's file into sink.
func (s *Service) read(ctx context.Context, src Source, i Import, sink pricelist.Sink) error {
	f, err := s.open(ctx, i)
	if err != nil {
		return err
	}
	defer f.Close()
	if src.Kind == pricelist.YML {
		return pricelist.ReadYML(f, sink)
	}
	m, err := src.columns()
	if err != nil {
		return err
	}
	return pricelist.ReadCSV(f, m, sink)
}

const lease = time.Minute
