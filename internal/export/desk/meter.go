package desk

import (
	"context"
	"net/http"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// meter shows how full the next band of the case's contract is.
func (h *Handlers) meter(ctx context.Context, f Facts) (*meterView, error) {
	bands, err := h.Desks.bands(ctx, h.Desks.Now())
	if err != nil {
		return nil, err
	}
	return printMeter(ctx, f.Contract.SumRUB, bands), nil
}

func printMeter(ctx context.Context, sum money.Amount, b Bands) *meterView {
	lang := i18n.LangOf(ctx)
	share, next := b.percent(sum)
	v := &meterView{Percent: share, Sums: money.Format(lang, sum, money.RUB),
		Label: t(ctx, "meter.label", "sum", money.Format(lang, sum, money.RUB), "band", money.Format(lang, next, money.RUB))}
	mark := b.Mark(sum)
	if mark == "" {
		mark = "calm"
	}
	v.Under = t(ctx, "meter."+mark)
	return v
}

// contractsView is a page of contracts, the largest sums first.
type contractsView struct {
	Rows []contractRow
	Next string
}

type contractRow struct {
	Title, Under string
	Meter        *meterView
	Tag          ui.Tag
}

func (h *Handlers) contracts(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var after struct {
		Sum money.Amount
		ID  int64
	}
	if _, err := paging.Decode(r.URL.Query().Get("after"), &after); err != nil {
		return err
	}
	rows, err := listContracts(ctx, h.Desks.DB, after.Sum, after.ID, paging.DefaultSize+1)
	if err != nil {
		return err
	}
	page, err := paging.Cut(rows, paging.DefaultSize, func(c Contract) any {
		after.Sum, after.ID = c.SumRUB, c.ID
		return after
	})
	if err != nil {
		return err
	}
	v, err := h.printContracts(ctx, page.Items)
	if err != nil {
		return err
	}
	if page.Next != "" {
		v.Next = web.Path(ctx, deskPath(Currency)+"/contracts?after="+page.Next)
	}
	return web.Render(w, r, http.StatusOK, contractsPage(v))
}

func (h *Handlers) printContracts(ctx context.Context, list []Contract) (v contractsView, err error) {
	bands, err := h.Desks.bands(ctx, h.Desks.Now())
	if err != nil {
		return v, err
	}
	var ids []int64
	for _, c := range list {
		ids = append(ids, c.SellerID)
	}
	shops, err := h.Shops(ctx, ids)
	if err != nil {
		return v, err
	}
	for _, c := range list {
		row := contractRow{Title: shops[c.SellerID] + " — " + c.Counterparty, Meter: printMeter(ctx, c.SumRUB, bands),
			Under: t(ctx, "contract.n", "n", c.Number, "date", i18n.Date(i18n.LangOf(ctx), c.SignedOn, h.Desks.Now())), Tag: ui.Tag{Label: t(ctx, "contract.calm")}}
		switch mark := bands.Mark(c.SumRUB); {
		case c.UniqueNumber != "":
			row.Tag = ui.Tag{Label: t(ctx, "contract.unique", "n", c.UniqueNumber), Kind: ui.OK}
		case c.Accepted != nil:
			row.Tag = ui.Tag{Label: t(ctx, "contract.accepted"), Kind: ui.OK}
		case mark != "" && mark != MarkDocumentsNear:
			row.Tag = ui.Tag{Label: t(ctx, "contract.awaited"), Kind: ui.Warn}
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}
