package listing

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// SellerRoutes mounts the seller's own pages; the caller guards them with account.RequireSeller for
// owners and managers.
func (h *Handlers) SellerRoutes(r chi.Router) {
	r.Get("/seller/listings", web.Handle(h.listings))
	r.Post("/seller/listings/bulk", web.Handle(h.bulk))
	r.Get("/seller/listings/new", web.Handle(h.newListing))
	r.Post("/seller/listings/new", web.Handle(h.startListing))
	r.Post("/seller/listings/join", web.Handle(h.joinCard))
	r.Get("/seller/listings/{product}", web.Handle(h.editListing))
	r.Post("/seller/listings/{product}", web.Handle(h.saveListing))
	r.Post("/seller/listings/{product}/variants", web.Handle(h.addVariant))
	r.Post("/seller/listings/{product}/photos", web.Handle(h.addPhotos))
	r.Post("/seller/offers/{offer}/price", web.Handle(h.confirmPrice))
}

func actor(r *http.Request) Actor {
	s := account.SessionOf(r.Context())
	return Actor{PersonID: s.PersonID, SellerID: s.SellerID}
}

func idParam(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return id, nil
}

const listingsSize = 50

// shown are the tabs of the list, in order.
var shown = []string{"", "live", "out", "paused", "review", "draft"}

func (h *Handlers) listings(w http.ResponseWriter, r *http.Request) error {
	v, err := h.listingsView(r, r.URL.Query())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listingsTempl(v))
}

func (h *Handlers) listingsView(r *http.Request, q url.Values) (listingsView, error) {
	f := Filter{Q: form.Clean(q.Get("q")), Show: q.Get("show"), Limit: listingsSize + 1}
	if len(f.Q) > 200 {
		f.Q = ""
	}
	if _, err := paging.Decode(q.Get("after"), &f.Before); err != nil {
		return listingsView{}, err
	}
	list, counts, err := h.s.Listings(r.Context(), actor(r).SellerID, f)
	if err != nil {
		return listingsView{}, err
	}
	page, err := paging.Cut(list, listingsSize, func(l Line) any { return [2]int64{l.ProductID, l.VariantID} })
	if err != nil {
		return listingsView{}, err
	}
	return printListings(r.Context(), f, page, counts), nil
}

// bulk pauses, resumes, reprices or restocks the ticked offers.
func (h *Handlers) bulk(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	b := Bulk{Do: f.OneOf("do", "pause", "resume", "price", "stock")}
	for _, text := range f.All("offers") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && len(b.OfferIDs) < intake.MaxCards {
			b.OfferIDs = append(b.OfferIDs, id)
		}
	}
	if len(b.OfferIDs) == 0 {
		f.Add("offers", "listing.bulk.none")
	}
	switch b.Do {
	case "price":
		b.Percent = int(f.Int("percent", -90, 900))
	case "stock":
		b.OnHand = int(f.Int("stock", 0, 1_000_000))
	}
	back := "/seller/listings"
	if q := f.Raw("back"); q != "" && !strings.ContainsAny(q, "\r\n#") {
		back += "?" + q
	}
	if !f.OK() {
		query, err := url.ParseQuery(f.Raw("back"))
		if err != nil {
			query = url.Values{}
		}
		v, err := h.listingsView(r, query)
		if err != nil {
			return err
		}
		v.Errs, v.Percent, v.Stock, v.Ticked = ui.ErrsOf(r.Context(), f.Err()), f.Raw("percent"), f.Raw("stock"), b.OfferIDs
		return web.Render(w, r, http.StatusUnprocessableEntity, listingsTempl(v))
	}
	n, err := h.s.ChangeMany(r.Context(), actor(r).SellerID, b)
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, back, web.Flash{Kind: ui.OK, Key: "listing.bulk.done", Args: []string{"n", strconv.Itoa(n)}})
}

// newListing looks for a card to join, and offers to make one.
func (h *Handlers) newListing(w http.ResponseWriter, r *http.Request) error {
	v, err := h.newView(r, form.Clean(r.URL.Query().Get("q")), form.Clean(r.URL.Query().Get("in")))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, newTempl(v))
}

func (h *Handlers) newView(r *http.Request, q, in string) (newView, error) {
	if len(q) > 300 || len(in) > 200 {
		return newView{}, errs.New(errs.BadRequest, "form.unreadable")
	}
	found, err := h.s.FindCards(r.Context(), q)
	if err != nil {
		return newView{}, err
	}
	tree, err := h.s.cards.Tree(r.Context())
	if err != nil {
		return newView{}, err
	}
	return printNew(r.Context(), tree, q, in, found), nil
}

// startListing makes a draft and opens its form.
func (h *Handlers) startListing(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	title, category := f.Required("title_ru", MaxTitle), f.ID("category")
	problem := f.Err()
	if problem == nil {
		var id int64
		if id, problem = h.s.StartCard(r.Context(), actor(r), title, category); problem == nil {
			return web.Redirect(w, r, "/seller/listings/"+strconv.FormatInt(id, 10))
		}
	}
	if !errs.Is(problem, errs.Invalid) {
		return problem
	}
	v, err := h.newView(r, f.Text("title_ru"), f.Text("in"))
	if err != nil {
		return err
	}
	v.Errs, v.Category = ui.ErrsOf(r.Context(), problem), f.Raw("category")
	return web.Render(w, r, http.StatusUnprocessableEntity, newTempl(v))
}

// joinCard puts an existing card on sale in the seller's own shop: the form then asks for the rest.
func (h *Handlers) joinCard(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	variant, price, stock := f.ID("variant"), f.Money("price"), f.Int("stock", 0, 1_000_000)
	if price == 0 {
		f.Add("price", "form.money")
	}
	problem := f.Err()
	if problem == nil {
		_, problem = h.s.SaveOffers(r.Context(), actor(r).SellerID, []OfferEdit{{VariantID: variant, Price: price, OnHand: int(stock)}})
	}
	if errs.Is(problem, errs.Invalid) {
		v, err := h.newView(r, f.Text("q"), "")
		if err != nil {
			return err
		}
		v.Errs, v.JoinID, v.JoinPrice, v.JoinStock = ui.ErrsOf(r.Context(), problem), variant, f.Raw("price"), f.Raw("stock")
		return web.Render(w, r, http.StatusUnprocessableEntity, newTempl(v))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, "/seller/listings", web.Flash{Kind: ui.OK, Key: "listing.join.done"})
}

// confirmPrice lets a price live that the guard stopped, or drops it.
func (h *Handlers) confirmPrice(w http.ResponseWriter, r *http.Request) error {
	id, err := idParam(r, "offer")
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	keep := f.Raw("do") == "keep"
	if err := h.s.Confirm(r.Context(), actor(r).SellerID, id, keep); err != nil {
		return err
	}
	key := "listing.price.dropped"
	if keep {
		key = "listing.price.kept"
	}
	return web.RedirectFlash(w, r, "/seller/listings", web.Flash{Kind: ui.OK, Key: key})
}
