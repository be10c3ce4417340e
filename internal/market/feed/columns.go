package feed

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Columns reads the head of an import's table and says what each column holds: as the seller chose
// for the source, or as its name suggests. An import of another kind has no columns: NotFound.
func (s *Service) Columns(ctx context.Context, sellerID, importID int64) (v columnsView, err error) {
	defer errs.Wrap(&err, "feed.Columns(%d)", importID)
	var src Source
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if v.Import, err = getImport(ctx, tx, sellerID, importID); err != nil {
			return err
		}
		src, err = getSource(ctx, tx, sellerID, v.Import.SourceID)
		return err
	})
	if err != nil {
		return v, err
	}
	if src.Kind != pricelist.CSV {
		return v, errs.New(errs.NotFound, "error.not_found")
	}
	if err := s.head(ctx, &v); err != nil {
		return v, err
	}
	if v.Mapping, err = src.columns(); err != nil || v.Mapping != nil {
		return v, err
	}
	v.Mapping = pricelist.Guess(v.Header)
	return v, nil
}

// head reads the header and the first record of the import's file.
func (s *Service) head(ctx context.Context, v *columnsView) error {
	f, err := s.open(ctx, v.Import)
	if err != nil {
		return err
	}
	defer f.Close()
	header, first, err := pricelist.Head(f)
	if err != nil {
		return err
	}
	v.Header = header
	for i := range v.Header {
		v.Samples = append(v.Samples, sampleOf(first, i))
	}
	return nil
}

// Remap keeps a mapping for a source and queues a rehearsal of the import's file with it.
func (s *Service) Remap(ctx context.Context, i Import, m pricelist.Mapping, personID int64) (id int64, err error) {
	defer errs.Wrap(&err, "feed.Remap(%d)", i.ID)
	raw, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	err = pg.AsSeller(ctx, s.db, i.SellerID, func(tx pgx.Tx) error {
		src, err := getSource(ctx, tx, i.SellerID, i.SourceID)
		if err != nil {
			return err
		}
		src.Mapping = raw
		return updateSource(ctx, tx, src)
	})
	if err != nil {
		return 0, err
	}
	return s.start(ctx, Import{SellerID: i.SellerID, SourceID: i.SourceID, DryRun: true, FileName: i.FileName, BlobKey: i.BlobKey,
		Size: i.Size, AuthorID: &personID})
}
