package listing

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// How many cards that lack something are shown, with how many of their gaps, and how many of the latest offers are looked
// at for them: a shop of a hundred thousand is judged no longer than one of a hundred.
const (
	lackingShown  = 3
	lackingGaps   = 2
	lackingOffers = 60
)

// glance is a card that is on sale, as much of it as its completeness hangs on.
type glance struct {
	ID, Category int64
	Name         catalog.Text
	facts
}

// scant is a card that lacks something.
type scant struct {
	glance
	Percent int
	Gaps    []Gap
}

// Lacking shows the cards of a shop that lack the most, among those that were ordered lately, the latest first, and those
// that were put on sale last; nil when none of them lacks anything.
func (s *Service) Lacking(ctx context.Context, sellerID int64, ordered []int64) (templ.Component, error) {
	list, err := s.lacking(ctx, sellerID, ordered)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return lackingPanel(printLacking(ctx, list)), nil
}

func (s *Service) lacking(ctx context.Context, sellerID int64, ordered []int64) (list []scant, err error) {
	defer errs.Wrap(&err, "listing.Lacking(%d)", sellerID)
	var seen []glance
	var asked map[int64][]catalog.FormAttribute
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		if seen, err = selectGlances(ctx, tx, sellerID, ordered, lackingOffers); err != nil || len(seen) == 0 {
			return err
		}
		asked, err = catalog.Asked(ctx, tx, categoriesOf(seen), maxAsked)
		return err
	})
	for _, g := range seen {
		if percent, gaps := g.completeness(asked[g.Category]); percent < 100 {
			list = append(list, scant{glance: g, Percent: percent, Gaps: gaps})
		}
	}
	slices.SortStableFunc(list, func(a, b scant) int { return cmp.Compare(a.Percent, b.Percent) })
	return list[:min(len(list), lackingShown)], err
}

func categoriesOf(seen []glance) []int64 {
	ids := make([]int64, len(seen))
	for i, g := range seen {
		ids[i] = g.Category
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func printLacking(ctx context.Context, list []scant) ui.Grid {
	lang := i18n.LangOf(ctx)
	grid := ui.Grid{Caption: i18n.T(ctx, "listing.lacking.title"), TestID: "lacking", Head: []ui.Col{
		{Title: i18n.T(ctx, "listing.lacking.card")}, {Title: i18n.T(ctx, "listing.edit.filled"), Wide: true}, {Title: i18n.T(ctx, "listing.lacking.add"), Label: true, Wide: true}}}
	for _, x := range list {
		var add []string
		for _, g := range x.Gaps[:min(len(x.Gaps), lackingGaps)] {
			add = append(add, i18n.T(ctx, g.Key, "name", g.Name.In(lang)))
		}
		if more := len(x.Gaps) - lackingGaps; more > 0 {
			add = append(add, i18n.T(ctx, "listing.lacking.more", "n", more))
		}
		grid.Rows = append(grid.Rows, ui.Row{Cells: []ui.Cell{
			{Text: x.Name.In(lang), Href: web.Path(ctx, "/seller/listings/"+strconv.FormatInt(x.ID, 10))},
			ui.Node(filled(x.Percent)), ui.Text(strings.Join(add, " · "))}})
	}
	return grid
}
