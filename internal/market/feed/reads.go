package feed

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

const pageSize = 30

// overview is what the page of all imports shows.
type overview struct {
	Imports []Import
	Next    int64 // continues the list, 0 at its end
	Similar int64 // rows that may be cards on sale
	Sources int64 // addresses
}

// Page lists a seller's imports behind one, newest first.
func (s *Service) Page(ctx context.Context, sellerID, before int64) (v overview, err error) {
	defer errs.Wrap(&err, "feed.Page(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if v.Imports, err = listImports(ctx, tx, sellerID, before, pageSize+1); err != nil {
			return err
		}
		if v.Similar, err = joining.Count(ctx, tx, sellerID, 0); err != nil {
			return err
		}
		v.Sources, err = countSources(ctx, tx, sellerID)
		return err
	})
	if len(v.Imports) > pageSize {
		v.Imports = v.Imports[:pageSize]
		v.Next = v.Imports[pageSize-1].ID
	}
	return v, err
}

// detail is what the page of an import shows.
type detail struct {
	Import   Import
	Source   Source
	Problems []ProblemRow
	Next     int // continues the problems behind this row, 0 at the end
	Diffs    []Diff
	Guessed  int64 // shelves of the seller's that only we placed
	Similar  int64 // rows that may be cards on sale
	Now      time.Time
}

const problemsShown, diffsShown = 50, 100

// View gives an import with its problems behind row after and its differences.
func (s *Service) View(ctx context.Context, sellerID, id, after int64) (v detail, err error) {
	defer errs.Wrap(&err, "feed.View(%d)", id)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if v.Import, err = getImport(ctx, tx, sellerID, id); err != nil {
			return err
		}
		if v.Source, err = getSource(ctx, tx, sellerID, v.Import.SourceID); err != nil {
			return err
		}
		if v.Problems, err = listProblems(ctx, tx, sellerID, id, after, problemsShown+1); err != nil {
			return err
		}
		if v.Guessed, err = countGuesses(ctx, tx, sellerID); err != nil {
			return err
		}
		if v.Similar, err = joining.Count(ctx, tx, sellerID, id); err != nil {
			return err
		}
		v.Diffs, err = listDiffs(ctx, tx, sellerID, id, diffsShown)
		return err
	})
	if len(v.Problems) > problemsShown {
		v.Problems = v.Problems[:problemsShown]
		v.Next = v.Problems[problemsShown-1].N
	}
	return v, err
}

// Problems gives every kept problem of an import.
func (s *Service) Problems(ctx context.Context, sellerID, id int64) (list []ProblemRow, err error) {
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		list, err = listProblems(ctx, tx, sellerID, id, 0, maxProblems)
		return err
	})
	return list, err
}

// ApplyRehearsed queues the file of a finished dry run to be applied.
func (s *Service) ApplyRehearsed(ctx context.Context, sellerID, id, personID int64) (int64, error) {
	i, err := s.Get(ctx, sellerID, id)
	if err != nil {
		return 0, err
	}
	if !i.DryRun || i.State != Done {
		return 0, errs.New(errs.Conflict, "feed.not_rehearsed")
	}
	if i.BlobKey == "" {
		return 0, errFileGone
	}
	return s.start(ctx, Import{SellerID: sellerID, SourceID: i.SourceID, FileName: i.FileName, BlobKey: i.BlobKey, Size: i.Size, AuthorID: &personID})
}

// shelvesDetail is what the page of shelves shows: each shelf of the seller's with our category,
// and, for the one being decided, what was found.
type shelvesDetail struct {
	Shelves []shelf
	Names   map[int64]string
	Path    string
	Find    string
	Found   []ui.Option
	Errs    ui.Errs
}

const foundShown = 30

// ShelvesView lists a seller's shelves; find looks for a category by words for the shelf at path.
func (s *Service) ShelvesView(ctx context.Context, sellerID int64, path, find string) (v shelvesDetail, err error) {
	defer errs.Wrap(&err, "feed.ShelvesView(%d)", sellerID)
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		v.Shelves, err = listShelves(ctx, tx, sellerID)
		return err
	})
	if err != nil {
		return v, err
	}
	tree, err := catalog.ReadTree(ctx, s.db)
	if err != nil {
		return v, err
	}
	lang := i18n.LangOf(ctx)
	v.Path, v.Find, v.Names = path, find, map[int64]string{}
	for _, sh := range v.Shelves {
		if sh.CategoryID != nil {
			v.Names[*sh.CategoryID] = tree.PathText(*sh.CategoryID, lang)
		}
	}
	if find == "" {
		return v, nil
	}
	all, err := listCategories(ctx, s.db)
	if err != nil {
		return v, err
	}
	for _, id := range newGuesser(all).find(find, foundShown) {
		v.Found = append(v.Found, ui.Option{Value: itoa(id), Label: tree.PathText(id, lang)})
	}
	return v, nil
}

// DecideShelf keeps the seller's own choice for a shelf; later imports follow it.
func (s *Service) DecideShelf(ctx context.Context, sellerID int64, path string, categoryID int64) (err error) {
	defer errs.Wrap(&err, "feed.DecideShelf(%d)", sellerID)
	tree, err := catalog.ReadTree(ctx, s.db)
	if err != nil {
		return err
	}
	if _, ok := tree.ByID(categoryID); !ok {
		return errs.Fields([]errs.Field{{Name: "category", Key: "form.choose"}})
	}
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		return upsertShelf(ctx, tx, sellerID, shelf{Path: path, CategoryID: &categoryID, DecidedBy: "seller"})
	})
}
