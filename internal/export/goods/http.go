package goods

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// The addresses of the pages.
const (
	rootPath  = "/seller/export"
	listPath  = "/seller/export/goods"
	codesPath = "/seller/export/codes"
	tablePath = "/seller/export/table"
	termsPath = "/seller/export/terms"
)

// Handlers serves the seller's pages of readiness.
type Handlers struct {
	Goods *Service
	// Meters shows how far a seller's agency contracts are from the bands of currency control.
	Meters func(ctx context.Context, sellerID int64) (templ.Component, error)
}

// Routes mounts the pages, for owners and managers of a shop.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		r.Get(rootPath, web.Handle(h.overview))
		r.Get(listPath, web.Handle(h.list))
		r.Post(listPath, web.Handle(h.many))
		r.Get(listPath+"/{offer}", web.Handle(h.show))
		r.Post(listPath+"/{offer}", web.Handle(h.save))
		r.Post(listPath+"/{offer}/ask", web.Handle(h.ask))
		r.Get(codesPath, web.Handle(h.codes))
		r.Get(tablePath, web.Handle(h.tablePage))
		r.Get(tablePath+"/{file}", web.Handle(h.download))
		r.Post(tablePath, web.Handle(h.upload))
		r.Get(termsPath, web.Handle(h.terms))
		r.Post(termsPath, web.Handle(h.saveTerms))
	})
}

func actor(r *http.Request) Actor {
	s := account.SessionOf(r.Context())
	return Actor{PersonID: s.PersonID, SellerID: s.SellerID}
}

func (h *Handlers) overview(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Goods.Look(r.Context(), actor(r).SellerID)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, overviewPage(overviewView{newView(r, rootPath), o}))
}

// pageSize is how many listings a page of the list shows.
const pageSize = 50

// states are the tabs of the list.
var states = []string{"", "ready", "lacking", "off"}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	v, err := h.listView(r, r.URL.Query())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPageOf(v))
}

func (h *Handlers) listView(r *http.Request, q url.Values) (listView, error) {
	v := listView{view: newView(r, listPath), Filter: Filter{Show: q.Get("show"), Lack: q.Get("lack"), Q: form.Clean(q.Get("q")), Limit: pageSize + 1}}
	if !slices.Contains(states, v.Filter.Show) {
		v.Filter.Show = ""
	}
	if len(v.Filter.Q) > 200 {
		v.Filter.Q = ""
	}
	if _, err := paging.Decode(q.Get("after"), &v.Filter.After); err != nil {
		return v, err
	}
	var err error
	if v.Counts, err = h.Goods.Look(r.Context(), actor(r).SellerID); err != nil {
		return v, err
	}
	list, err := h.Goods.List(r.Context(), actor(r).SellerID, v.Filter)
	if err != nil {
		return v, err
	}
	v.Page, err = paging.Cut(list, pageSize, func(l Listing) any { return l.OfferID })
	return v, err
}

// many switches or fills the ticked listings.
func (h *Handlers) many(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	offers := idsOf(f.All("offers"))
	if len(offers) == 0 {
		f.Add("offers", "export.goods.many.none")
	}
	do := f.OneOf("do", "on", "off", "cards", "fill")
	var out Outcome
	if f.OK() {
		out, err = h.actOnMany(r, f, do, offers)
	} else {
		err = f.Err()
	}
	if errs.Is(err, errs.Invalid) || len(out.Failed) > 0 {
		return h.manyAgain(w, r, f, offers, out, err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, backTo(f.Raw("back")), web.Flash{Kind: ui.OK, Key: "export.goods.many.done", Args: []string{"n", strconv.Itoa(out.Changed), "ready", strconv.Itoa(out.Ready)}})
}

func (h *Handlers) actOnMany(r *http.Request, f *form.Form, do string, offers []int64) (Outcome, error) {
	by := actor(r)
	switch do {
	case "on", "off":
		return h.Goods.Switch(r.Context(), by, offers, do == "on")
	case "cards":
		return h.Goods.FillFromCards(r.Context(), by, offers)
	}
	fact, ok := factOf(f.Raw("fact"))
	if !ok || !fact.bulk {
		f.Add("fact", "form.choose")
		return Outcome{}, f.Err()
	}
	if strings.TrimSpace(f.Raw("value")) == "" {
		f.Add("value", "form.required")
		return Outcome{}, f.Err()
	}
	return h.Goods.Fill(r.Context(), by, offers, Edit{fact.key: f.Raw("value")})
}

// manyAgain shows the list as it was, with what was ticked and typed, and what did not fit.
func (h *Handlers) manyAgain(w http.ResponseWriter, r *http.Request, f *form.Form, offers []int64, out Outcome, problem error) error {
	query, err := url.ParseQuery(f.Raw("back"))
	if err != nil {
		query = url.Values{}
	}
	v, err := h.listView(r, query)
	if err != nil {
		return err
	}
	v.Ticked, v.Fact, v.Value, v.Changed = offers, f.Raw("fact"), f.Raw("value"), out.Changed
	v.Errs = ui.ErrsOf(r.Context(), problem)
	for _, offer := range offers {
		for _, p := range out.Failed[offer] {
			v.Errs = append(v.Errs, ui.Problem{Field: "offer-" + strconv.FormatInt(offer, 10), Text: v.nameOf(offer) + ": " + i18n.In(v.Lang, p.Key, p.Args...)})
		}
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, listPageOf(v))
}

func idsOf(texts []string) []int64 {
	var ids []int64
	for _, text := range texts {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 && !slices.Contains(ids, id) && len(ids) < MaxMany {
			ids = append(ids, id)
		}
	}
	return ids
}

// backTo is the list with the query it was left with.
func backTo(query string) string {
	if query == "" || strings.ContainsAny(query, "\r\n#") {
		return listPath
	}
	return listPath + "?" + query
}

// codes looks for a code by words or digits; offer leads back to the form that asked.
func (h *Handlers) codes(w http.ResponseWriter, r *http.Request) error {
	v := codesView{view: newView(r, listPath), Q: form.Clean(r.URL.Query().Get("q")), Offer: r.URL.Query().Get("offer")}
	if len(v.Q) > 200 {
		return errs.New(errs.BadRequest, "form.unreadable")
	}
	if _, err := strconv.ParseInt(v.Offer, 10, 64); err != nil {
		v.Offer = ""
	}
	if v.Q != "" {
		v.Found = hs.Search(v.Q, langOf(v.Q), 30)
	}
	return web.Render(w, r, http.StatusOK, codesPage(v))
}

// langOf tells what language was typed, whatever the page's is.
func langOf(words string) i18n.Lang {
	if isLatin(words) {
		return i18n.EN
	}
	return i18n.RU
}
