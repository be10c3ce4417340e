package destination

import (
	"cmp"
	"net/http"
	"slices"
	"sync"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Routes mounts the page of the choice.
func (s *Service) Routes(r chi.Router) {
	r.Get("/destination", web.Handle(s.show))
	r.Post("/destination", web.Handle(s.choose))
}

func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, http.StatusOK, formView{Choice: Of(r.Context()), Next: next(r.URL.Query().Get("next"))})
}

// next is a page of this site to come back to.
func next(path string) string {
	if web.Local(path) {
		return path
	}
	return "/"
}

func render(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	v.Lang, v.Exchange = i18n.LangOf(r.Context()), ExchangeOf(r.Context())
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, status, page(v))
}

// choose keeps what was chosen and leads back to where the form stood. Choosing a country leaves the currency to it,
// unless one was chosen with it.
func (s *Service) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	c := Choice{Country: f.Text("country"), Currency: money.Currency(f.Text("currency"))}
	err = s.Choose(w, r, c)
	if errs.Is(err, errs.Invalid) {
		return render(w, r, http.StatusUnprocessableEntity, formView{Choice: c, Next: next(f.Raw("next")), Errs: ui.ErrsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, next(f.Raw("next")))
}

// formView is what the page of the choice prints.
type formView struct {
	Choice   Choice
	Exchange Exchange
	Lang     i18n.Lang
	Next     string
	Errs     ui.Errs
}

func (v formView) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v formView) country() ui.Sel {
	s := CountrySelect(v.Lang, v.Choice.Country)
	s.Err = v.Errs.Of("country")
	return s
}

// CountrySelect asks for a country: those often chosen first, then all.
func CountrySelect(lang i18n.Lang, country string) ui.Sel {
	return ui.Sel{Name: "country", Label: i18n.In(lang, "destination.country"), Value: cmp.Or(country, Home), Width: "l",
		Options: countryOptions()[lang]}
}

// countryOptions are the same for everybody: two hundred texts, put together once. Nobody changes them.
var countryOptions = sync.OnceValue(func() map[i18n.Lang][]ui.Option {
	all := map[i18n.Lang][]ui.Option{}
	for _, lang := range i18n.Langs {
		list := shortList(lang, i18n.In(lang, "destination.often"))
		for _, c := range Countries(lang) {
			if c.Code != Home && !slices.Contains(often, c.Code) { // each stands there once, so that one is selected
				list = append(list, ui.Option{Value: c.Code, Label: c.Name(lang), Group: i18n.In(lang, "destination.all")})
			}
		}
		all[lang] = slices.Clip(list)
	}
	return all
})

// shortList is home and the countries most often sent to.
func shortList(lang i18n.Lang, group string) []ui.Option {
	list := []ui.Option{{Value: Home, Label: NameOf(lang, Home), Group: group}}
	for _, code := range often {
		list = append(list, ui.Option{Value: code, Label: NameOf(lang, code), Group: group})
	}
	return list
}

func (v formView) currency() ui.Sel {
	return ui.Sel{Name: "currency", Label: v.t("destination.currency"), Hint: v.t("destination.currency_hint"), Value: string(v.Choice.Currency),
		Err: v.Errs.Of("currency"), Width: "m", Options: currencyOptions(v.Lang)}
}

func currencyOptions(lang i18n.Lang) []ui.Option {
	list := []ui.Option{{Value: "", Label: i18n.In(lang, "destination.currency_own")}}
	for _, c := range Currencies {
		list = append(list, ui.Option{Value: string(c), Label: string(c)})
	}
	return list
}
