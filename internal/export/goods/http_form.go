package goods

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func offerOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "offer"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errGone
	}
	return id, nil
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	v, err := h.formView(r)
	if err != nil {
		return err
	}
	if code := r.URL.Query().Get("code"); code != "" { // brought from the search for codes; a fact only when saved
		v.Typed["hs"] = form.Clean(code)
	}
	return web.Render(w, r, http.StatusOK, formPage(v))
}

// formView is the form as it stands in the database, with what the card proposes.
func (h *Handlers) formView(r *http.Request) (formView, error) {
	offer, err := offerOf(r)
	if err != nil {
		return formView{}, err
	}
	v := formView{view: newView(r, listPath), Typed: map[string]string{}}
	if v.Sheet, err = h.Goods.Get(r.Context(), actor(r).SellerID, offer); err != nil {
		return v, err
	}
	proposed := v.Sheet.Proposed()
	for _, f := range facts {
		v.Typed[f.key] = f.show(&proposed)
		if v.Typed[f.key] != f.show(&v.Sheet.Passport) {
			v.Proposed = append(v.Proposed, f.key)
		}
	}
	v.Abroad, v.Version, v.Now = v.Sheet.Passport.Abroad, v.Sheet.Passport.Version, h.Goods.Now()
	return v, nil
}

// save writes the form; a press of «this code is right» at a suggestion saves it with that code.
func (h *Handlers) save(w http.ResponseWriter, r *http.Request) error {
	offer, err := offerOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	e := Edit{}
	for _, fact := range facts {
		e[fact.key] = f.Raw(fact.key)
	}
	e["traits"] = strings.Join(f.All("traits"), ",")
	if pick := f.Raw("pick"); pick != "" {
		e["hs"], e["tnved"] = pick, ""
		if !strings.HasPrefix(hs.Digits(e[htsus]), pick) {
			e[htsus] = ""
		}
	}
	version, err := strconv.Atoi(f.Raw("version"))
	if err != nil {
		return errs.New(errs.BadRequest, "form.unreadable")
	}
	p, err := h.Goods.Save(r.Context(), actor(r), offer, version, f.Bool("abroad"), e)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.formAgain(w, r, f, e, err)
	}
	if err != nil {
		return err
	}
	flash := web.Flash{Kind: ui.OK, Key: "export.goods.saved"}
	switch {
	case p.Ready():
		flash.Key = "export.goods.saved.ready"
	case p.Abroad && len(p.Lacks()) > 0:
		flash.Kind, flash.Key, flash.Args = ui.Info, "export.goods.saved.lacking", []string{"what", lackWords(i18n.LangOf(r.Context()), p.Lacks())}
	}
	return web.RedirectFlash(w, r, formPath(offer), flash)
}

// formAgain shows the form with what was typed. After a conflict it carries the newest version, so that the same words
// can be saved on purpose over somebody else's.
func (h *Handlers) formAgain(w http.ResponseWriter, r *http.Request, f *form.Form, e Edit, problem error) error {
	v, err := h.formView(r)
	if err != nil {
		return err
	}
	v.Proposed, v.Errs, v.Abroad = nil, ui.ErrsOf(r.Context(), problem), f.Bool("abroad")
	if errs.Is(problem, errs.Conflict) && len(v.Errs) == 0 {
		v.Errs = ui.Errs{{Text: web.Message(r.Context(), problem)}}
	}
	for key, text := range e {
		v.Typed[key] = text
	}
	return web.Render(w, r, web.StatusOf(problem), formPage(v))
}

func formPath(offer int64) string { return listPath + "/" + strconv.FormatInt(offer, 10) }

// terms shows how the seller sends abroad.
func (h *Handlers) terms(w http.ResponseWriter, r *http.Request) error {
	t, err := h.Goods.Terms(r.Context(), actor(r).SellerID)
	if err != nil {
		return err
	}
	v := termsView{view: newView(r, termsPath), T: t}
	if v.Meters, err = h.Meters(r.Context(), t.SellerID); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, termsPage(v))
}

func (h *Handlers) saveTerms(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	t := SellerTerms{SellerID: actor(r).SellerID, Kind: f.Text("kind"), VATPayer: f.Bool("vat_payer"), WantsVAT0: f.Bool("wants_vat0"),
		Signature: f.Bool("signature"), INN: f.Optional("inn", 20), KPP: strings.ToUpper(f.Optional("kpp", 20)), OGRN: f.Optional("ogrn", 20),
		NameLatin: f.Optional("name_latin", 80), AddressLatin: f.Optional("address_latin", 160), CityLatin: f.Optional("city_latin", 60), Postcode: f.Optional("postcode", 12),
		Phone: plainPhone(f.Optional("phone", 40)), Email: f.Optional("email", 254)}
	if t.Email != "" {
		f.Email("email")
	}
	version, err := strconv.Atoi(f.Raw("version"))
	if err != nil || !slices.Contains(append([]string{""}, kinds...), t.Kind) {
		return errs.New(errs.BadRequest, "form.unreadable")
	}
	t.Version = version
	err = f.Err()
	if err == nil {
		err = h.Goods.SaveTerms(r.Context(), t)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.termsAgain(w, r, t, err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, termsPath, web.Flash{Kind: ui.OK, Key: "export.goods.terms.saved"})
}

func (h *Handlers) termsAgain(w http.ResponseWriter, r *http.Request, t SellerTerms, problem error) error {
	now, err := h.Goods.Terms(r.Context(), t.SellerID)
	if err != nil {
		return err
	}
	t.Version = now.Version
	v := termsView{view: newView(r, termsPath), T: t}
	if v.Meters, err = h.Meters(r.Context(), t.SellerID); err != nil {
		return err
	}
	if v.Errs = ui.ErrsOf(r.Context(), problem); len(v.Errs) == 0 {
		v.Errs = ui.Errs{{Text: web.Message(r.Context(), problem)}}
	}
	return web.Render(w, r, web.StatusOf(problem), termsPage(v))
}
