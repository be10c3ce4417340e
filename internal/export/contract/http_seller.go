package contract

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// SellerRoutes mounts the seller's pages; the caller guards them with account.RequireSeller.
func (h *Handlers) SellerRoutes(r chi.Router) {
	r.Get(ownPaths, web.Handle(h.own))
	r.Post(ownPaths, web.Handle(h.register))
	r.Get(ownPaths+"/{contract}", web.Handle(h.showOwn))
	r.Post(ownPaths+"/{contract}/end", web.Handle(h.end))
}

// shownOwn is how many contracts a seller's page lists; the largest are those that matter.
const shownOwn = 50

// Own lists a seller's contracts: those with agents first, then the largest orders.
func (s *Service) Own(ctx context.Context, sellerID int64) (list []Contract, err error) {
	err = pg.AsSeller(ctx, s.DB, sellerID, func(tx pgx.Tx) error {
		list, err = listOwn(ctx, tx, sellerID, shownOwn)
		return err
	})
	return list, err
}

// ownView is a seller's page of contracts with the form for a new one.
type ownView struct {
	Page      web.Page
	Agents    []row
	Orders    []row
	Bands     []bandView
	In        map[string]string
	Countries []ui.Option
	Markets   []ui.Option
	Errs      ui.Errs
}

func (h *Handlers) ownView(r *http.Request) (v ownView, err error) {
	ctx, s := r.Context(), h.Contracts
	contracts, err := s.Own(ctx, account.SessionOf(ctx).SellerID)
	if err != nil {
		return v, err
	}
	bands, err := s.Bands(ctx, s.Now())
	if err != nil {
		return v, err
	}
	v = ownView{Page: web.Page{Title: t(ctx, "own.title"), NoIndex: true}, In: map[string]string{}}
	for _, c := range contracts {
		if c.Kind == Agency {
			v.Agents = append(v.Agents, printRow(ctx, c, bands, c.Counterparty, ownPath(c.ID)))
		} else {
			v.Orders = append(v.Orders, printRow(ctx, c, bands, t(ctx, "own.order", "n", c.Number), ownPath(c.ID)))
		}
	}
	v.Countries, v.Markets = []ui.Option{{Label: t(ctx, "country.choose")}}, []ui.Option{{Label: t(ctx, "market.all")}}
	for _, c := range destination.Countries(i18n.LangOf(ctx)) {
		if destination.Abroad(c.Code) {
			o := ui.Option{Value: c.Code, Label: destination.NameOf(i18n.LangOf(ctx), c.Code)}
			v.Countries, v.Markets = append(v.Countries, o), append(v.Markets, o)
		}
	}
	v.Bands, err = s.bandsView(ctx)
	return v, err
}

func (h *Handlers) own(w http.ResponseWriter, r *http.Request) error {
	v, err := h.ownView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, ownPage(v))
}

// formFields are what the form of a new contract holds.
var formFields = []string{"counterparty", "country", "number", "signed_on", "market", "opening"}

// register takes the form of a new contract; what is refused comes back with all that was typed.
func (h *Handlers) register(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	c := Contract{SellerID: account.SessionOf(ctx).SellerID, Counterparty: f.Optional("counterparty", 160), Country: f.Optional("country", 2),
		Number: f.Optional("number", 80), Market: f.Optional("market", 2)}
	if text := f.Optional("signed_on", 10); text != "" {
		if c.SignedOn, err = time.Parse(time.DateOnly, text); err != nil || c.SignedOn.Year() < 1990 {
			f.Add("signed_on", "export.contract.err.day")
		}
	}
	if text := f.Optional("opening", 30); text != "" {
		if c.OpeningRUB, err = money.Parse(text); err != nil {
			f.Add("opening", "export.contract.err.opening")
		}
	}
	problem := f.Err()
	if problem == nil {
		name, content, err := media.Attached(r, "file")
		if err != nil {
			return err
		}
		c, problem = h.Contracts.Register(ctx, c, name, content)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) || errs.Is(problem, errs.TooLarge) {
		return h.registerAgain(w, r, f, problem)
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, ownPath(c.ID), web.Flash{Kind: ui.OK, Key: "export.contract.registered"})
}

func (h *Handlers) registerAgain(w http.ResponseWriter, r *http.Request, f *form.Form, problem error) error {
	v, err := h.ownView(r)
	if err != nil {
		return err
	}
	for _, name := range formFields {
		v.In[name] = f.Raw(name)
	}
	if v.Errs = ui.ErrsOf(r.Context(), problem); len(v.Errs) == 0 {
		v.Errs = ui.Errs{{Field: "counterparty", Text: web.Message(r.Context(), problem)}}
	}
	v.Page.Errors = len(v.Errs)
	return web.Render(w, r, web.StatusOf(problem), ownPage(v))
}

func (h *Handlers) showOwn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	id, err := idOf(r)
	if err != nil {
		return err
	}
	c, err := h.Contracts.GetOwn(ctx, account.SessionOf(ctx).SellerID, id)
	if err != nil {
		return err
	}
	v, err := h.view(ctx, c, func(parcel string) string { return "/seller/export/parcels/" + parcel })
	if err != nil {
		return err
	}
	v.Title, v.Back = partyIn(i18n.LangOf(ctx), c), web.Path(ctx, ownPaths)
	v.Page = web.Page{Title: v.Title, NoIndex: true}
	if c.FileID != 0 {
		v.File = "/media/documents/" + idText(c.FileID)
	}
	if c.Kind == Agency && c.EndsOn == nil {
		v.EndAt = web.Path(ctx, ownPath(c.ID)+"/end")
	}
	return web.Render(w, r, http.StatusOK, ownContractPage(v))
}

func (h *Handlers) end(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	if err := h.Contracts.End(r.Context(), account.SessionOf(r.Context()).SellerID, id); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, ownPath(id), web.Flash{Kind: ui.OK, Key: "export.contract.ended_now"})
}
