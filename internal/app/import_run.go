package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Import reads a shop's feed and prints what came of each row that was not taken.
func (a *App) Import(ctx context.Context, o importOrder, out io.Writer) error {
	shop, err := seller.BySlug(ctx, a.db, o.Shop)
	if err != nil {
		return Fault{"there is no shop " + o.Shop, "its slug is the end of its page's address, /shops/SLUG"}
	}
	id, err := a.queueImport(ctx, shop.ID, o)
	if err != nil {
		return err
	}
	if err := a.m.feed.Run(ctx, id); err != nil {
		return err
	}
	i, err := a.m.feed.Get(ctx, shop.ID, id)
	if err != nil {
		return err
	}
	if err := a.printProblems(ctx, i, out); err != nil {
		return err
	}
	if i.State == feed.Failed || i.State == feed.Held {
		return Fault{"the feed was not imported", i18n.In(i18n.EN, i.MessageKey, i.Args()...)}
	}
	_, err = fmt.Fprintf(out, "rows %d, new %d, changed %d, unchanged %d, with errors %d, paused %d, cards for a moderator %d\n",
		i.Total, i.Created, i.Changed, i.Unchanged, i.Failed, i.Paused, i.Drafts)
	return err
}

// queueImport stores the file, or what lies at the address, as an import of the shop's source.
func (a *App) queueImport(ctx context.Context, sellerID int64, o importOrder) (int64, error) {
	src := feed.Source{SellerID: sellerID, Kind: pricelist.YML, Absent: feed.KeepAbsent, DefaultStock: 10, Name: filepath.Base(o.Source)}
	isURL := strings.HasPrefix(o.Source, "http://") || strings.HasPrefix(o.Source, "https://")
	if isURL {
		src.URL, src.Name = o.Source, "YML"
	}
	id, err := a.m.feed.SourceNamed(ctx, src)
	if err != nil {
		return 0, err
	}
	src.ID = id
	if isURL {
		importID, _, err := a.m.feed.Fetch(ctx, src, o.DryRun, nil)
		return importID, err
	}
	file, err := os.Open(o.Source)
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	return a.m.feed.UploadLarge(ctx, feed.Import{SellerID: sellerID, SourceID: id, DryRun: o.DryRun, FileName: src.Name}, file)
}

func (a *App) printProblems(ctx context.Context, i feed.Import, out io.Writer) error {
	list, err := a.m.feed.Problems(ctx, i.SellerID, i.ID)
	if err != nil {
		return err
	}
	for _, p := range list {
		verdict := "remark"
		if p.Fatal {
			verdict = "error"
		}
		if _, err := fmt.Fprintf(out, "row %d, line %d, %s: %s: %s (%s)\n", p.N, p.Line, p.SKU, verdict,
			i18n.In(i18n.EN, p.Key, p.MessageArgs()...), p.Value); err != nil {
			return err
		}
	}
	return nil
}
