package contract

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of contracts: the officer's and the seller's.
type Handlers struct {
	Contracts *Service
	Files     *media.Handlers
	// Shops names shops by id.
	Shops func(ctx context.Context, ids []int64) (map[int64]string, error)
	// Cases are the desk's cases about a contract, the newest first: what they are called and where they lie.
	Cases func(ctx context.Context, c Contract) ([]Case, error)
}

// Case is a case of the currency desk about a contract.
type Case struct {
	ID       int64
	Title    string
	OpenedAt time.Time
	Open     bool
}

// The addresses of the pages.
const (
	deskPath     = "/export/desks/currency"
	officerPaths = deskPath + "/contracts"
	ownPaths     = "/seller/export/contracts"
)

func officerPath(id int64) string { return officerPaths + "/" + idText(id) }

func ownPath(id int64) string { return ownPaths + "/" + idText(id) }

// Routes mounts the officer's pages.
func (h *Handlers) Routes(r chi.Router) {
	r = r.With(account.RequireStaff(account.CurrencyOfficer))
	r.Get(officerPaths, web.Handle(h.all))
	r.Get(officerPaths+"/{contract}", web.Handle(h.show))
	r.Get(officerPaths+"/{contract}/file", web.Handle(h.file))
}

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "contract"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errGone
	}
	return id, nil
}

// allView is a page of contracts, the largest sums first.
type allView struct {
	Bands  []bandView
	Rows   []row
	Orders []row // retail orders that are far from any band
	Next   string
}

func (h *Handlers) all(w http.ResponseWriter, r *http.Request) error {
	ctx, s := r.Context(), h.Contracts
	var after struct {
		Sum money.Amount
		ID  int64
	}
	if _, err := paging.Decode(r.URL.Query().Get("after"), &after); err != nil {
		return err
	}
	rows, err := list(ctx, s.DB, after.Sum, after.ID, paging.DefaultSize+1)
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
	var v allView
	if v.Rows, v.Orders, err = h.rows(ctx, page.Items); err != nil {
		return err
	}
	if v.Bands, err = s.bandsView(ctx); err != nil {
		return err
	}
	if page.Next != "" {
		v.Next = web.Path(ctx, officerPaths+"?after="+page.Next)
	}
	return web.Render(w, r, http.StatusOK, allPage(v))
}

func (h *Handlers) rows(ctx context.Context, list []Contract) (rows, orders []row, err error) {
	bands, err := h.Contracts.Bands(ctx, h.Contracts.Now())
	if err != nil {
		return nil, nil, err
	}
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.SellerID
	}
	shops, err := h.Shops(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		r := printRow(ctx, c, bands, c.title(ctx, shops[c.SellerID]), officerPath(c.ID))
		if c.Kind == Retail && bands.Mark(c.SumRUB) == "" {
			orders = append(orders, r)
		} else {
			rows = append(rows, r)
		}
	}
	return rows, orders, nil
}

// showView is one contract.
type showView struct {
	Page       web.Page
	Title      string
	Under      string
	Tag        ui.Tag
	Meter      MeterView
	Facts      []ui.Pair
	Bands      []bandView
	Cases      []Case
	Parcels    ui.Grid
	File, Back string
	EndAt      string // where the seller ends it, "" where they may not
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	id, err := idOf(r)
	if err != nil {
		return err
	}
	c, err := h.Contracts.Get(ctx, id)
	if err != nil {
		return err
	}
	shops, err := h.Shops(ctx, []int64{c.SellerID})
	if err != nil {
		return err
	}
	v, err := h.view(ctx, c, nil)
	if err != nil {
		return err
	}
	v.Title, v.Back = c.title(ctx, shops[c.SellerID]), web.Path(ctx, officerPaths)
	v.Page = web.Page{Title: v.Title, NoIndex: true, Wing: "public"}
	if c.FileID != 0 {
		v.File = web.Path(ctx, officerPath(c.ID)+"/file")
	}
	return web.Render(w, r, http.StatusOK, officerPage(v))
}

// view gathers what both sides see of a contract.
func (h *Handlers) view(ctx context.Context, c Contract, path func(string) string) (v showView, err error) {
	bands, err := h.Contracts.Bands(ctx, h.Contracts.Now())
	if err != nil {
		return v, err
	}
	parcels, err := h.Contracts.Parcels(ctx, c)
	if err != nil {
		return v, err
	}
	v = showView{Under: c.under(ctx), Tag: c.tag(ctx, bands), Meter: bands.Print(ctx, c.SumRUB, c.Documents()...), Facts: c.facts(ctx),
		Parcels: grid(ctx, parcels, path)}
	if v.Cases, err = h.Cases(ctx, c); err != nil {
		return v, err
	}
	v.Bands, err = h.Contracts.bandsView(ctx)
	return v, err
}

// file hands the contract itself out to the officer.
func (h *Handlers) file(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	c, err := h.Contracts.Get(r.Context(), id)
	if err != nil {
		return err
	}
	if c.FileID == 0 {
		return errGone
	}
	return h.Files.Serve(w, r, c.FileID)
}

// title names a contract by its two sides.
func (c Contract) title(ctx context.Context, shop string) string {
	if c.Kind == Retail {
		return t(ctx, "title.retail", "shop", shop, "n", c.Number)
	}
	return t(ctx, "title.agency", "shop", shop, "party", c.Counterparty)
}
