package calculator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the public pages: the calculator and the rules in plain words.
type Handlers struct{ S *Service }

// Routes mounts the pages; they are for everybody.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/export", web.Handle(h.calculator))
	r.Get("/export/rules", web.Handle(h.rules))
	r.Get("/export/rules/{rule}", web.Handle(h.rule))
}

// Bounds of a question: more than any post carries. What the post carries is in its own tables.
const (
	maxThing = 120
	maxGrams = 100_000
	maxCM    = 300
)

// keep is how many seconds a shared cache may keep a page: rules and rates change by the day, and an admin who publishes
// a rule sees it there soon.
const keep = 60

// calculator shows the form, and the answer when something was asked: the address is the question.
func (h *Handlers) calculator(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v := formView{f: f, Countries: countries(ctx), Currencies: currencies()}
	if !v.asked() {
		web.Public(w, r, keep)
		return web.Render(w, r, http.StatusOK, calculatorPage(v, nil))
	}
	ask := read(f, h.S.Now())
	err = f.Err()
	var ans Answer
	if err == nil {
		ans, err = h.S.Answer(ctx, ask)
	}
	switch {
	case errs.Is(err, errs.Unavailable): // what was typed is kept: the same address asks again
		v.Away = i18n.T(ctx, errs.KeyOf(err))
		w.Header().Set("Retry-After", "60")
		return web.Render(w, r, http.StatusServiceUnavailable, calculatorPage(v, nil))
	case errs.Is(err, errs.Invalid):
		v.Errs = ui.ErrsOf(ctx, err)
		return web.Render(w, r, http.StatusUnprocessableEntity, calculatorPage(v, nil))
	case err != nil:
		return err
	}
	web.Public(w, r, keep)
	return web.Render(w, r, http.StatusOK, calculatorPage(v, printAnswer(ctx, ans, r.URL.Query())))
}

// traits are what the form asks about a thing; rules know them by these names.
var traits = []string{"battery", "liquid", "flammable"}

// read takes the fields in the order in which they stand, and so does the summary of what is wrong with them.
func read(f *form.Form, now time.Time) Ask {
	year := int64(rates.Today(now).Year())
	a := Ask{HS: hs.Digits(f.Raw("hs")), Country: strings.ToUpper(f.Text("country")), Currency: money.Currency(f.Raw("currency")), ByAuthor: f.Bool("own")}
	if a.Thing = f.Optional("thing", maxThing); a.Thing == "" {
		f.Add("thing", "calculator.name_thing")
	}
	if _, ok := destination.Find(a.Country); !ok || a.Country == destination.Home {
		f.Add("country", "calculator.no_country")
	}
	a.Grams = whole(f, "weight", maxGrams, "calculator.no_weight")
	if price := f.Raw("price"); strings.TrimSpace(price) == "" {
		f.Add("price", "calculator.no_price")
	} else if a.Price = f.Money("price"); a.Price <= 0 {
		f.Add("price", "calculator.no_price")
	}
	if f.Raw("currency") == "" {
		a.Currency = money.RUB
	} else if a.Currency != money.RUB && !slices.Contains(destination.Currencies, a.Currency) {
		f.Add("currency", "form.choose")
	}
	for i, name := range []string{"length", "width", "height"} {
		if f.Text(name) != "" {
			a.SizeMM[i] = 10 * whole(f, name, maxCM, "calculator.no_size")
		}
	}
	if f.Text("year") != "" {
		a.Year = int(whole(f, "year", year, "calculator.no_year"))
	}
	for _, trait := range traits {
		if f.Bool(trait) {
			a.Traits = append(a.Traits, trait)
		}
	}
	return a
}

// whole reads a number from 1 to most; what is wrong with it is said with the field's name, so that a summary of several
// fields does not repeat itself.
func whole(f *form.Form, name string, most int64, key string) int64 {
	n, err := form.ParseInt(f.Raw(name))
	if err != nil || n < 1 || n > most {
		f.Add(name, key, "max", strconv.FormatInt(most, 10)) // plain: a year has no thousands
		return 0
	}
	return n
}
