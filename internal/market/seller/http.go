package seller

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of a shop about itself.
type Handlers struct{ s *Service }

// NewHandlers makes the pages.
func NewHandlers(s *Service) *Handlers { return &Handlers{s: s} }

// PersonRoutes mounts the application; the caller guards it with account.RequirePerson.
func (h *Handlers) PersonRoutes(r chi.Router) {
	r.Get("/seller/apply", web.Handle(h.apply))
	r.Post("/seller/apply", web.Handle(h.sendApplication))
}

// SellerRoutes mounts the settings; the caller guards them with account.RequireSeller for owners
// and managers.
func (h *Handlers) SellerRoutes(r chi.Router) {
	r.Get("/seller/shop", web.Handle(h.settings))
	r.Post("/seller/shop", web.Handle(h.saveSettings))
}

func (h *Handlers) apply(w http.ResponseWriter, r *http.Request) error {
	shop, ok, err := h.s.ApplicationOf(r.Context(), account.SessionOf(r.Context()).PersonID)
	if err != nil {
		return err
	}
	if ok {
		return web.Render(w, r, http.StatusOK, appliedTempl(shop))
	}
	s := account.SessionOf(r.Context())
	return web.Render(w, r, http.StatusOK, applyTempl(applyView{Form: Application{Email: s.Email, Legal: Legal{LegalForm: "ip"}}}))
}

func (h *Handlers) sendApplication(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	a := Application{Name: f.Optional("name", 60), City: f.Optional("city", 80), Email: f.Email("email"), Phone: f.Optional("phone", 30),
		About: f.Optional("about", 2000), Legal: readLegal(f)}
	f.Also(a.faults())
	problem := f.Err()
	if problem == nil {
		_, problem = h.s.Apply(r.Context(), account.SessionOf(r.Context()).PersonID, a)
	}
	if errs.Is(problem, errs.Invalid) {
		return web.Render(w, r, http.StatusUnprocessableEntity, applyTempl(applyView{Form: a, Errs: ui.ErrsOf(r.Context(), problem)}))
	}
	if problem != nil && !errors.Is(problem, ErrApplied) {
		return problem
	}
	return web.RedirectFlash(w, r, "/seller/apply", web.Flash{Kind: ui.OK, Key: "seller.applied"})
}

func readLegal(f *form.Form) Legal {
	return Legal{LegalForm: f.OneOf("legal_form", "ip", "ooo", "self", "foreign"), LegalName: f.Optional("legal_name", 200),
		INN: f.Text("inn"), OGRN: f.Text("ogrn"), LegalAddress: f.Optional("legal_address", 300)}
}

func (h *Handlers) settings(w http.ResponseWriter, r *http.Request) error {
	shop, err := h.s.Get(r.Context(), account.SessionOf(r.Context()).SellerID)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, settingsTempl(printSettings(shop)))
}

// saveSettings keeps the shop's settings; a date or a sum that cannot be read comes back as typed.
func (h *Handlers) saveSettings(w http.ResponseWriter, r *http.Request) error {
	sellerID := account.SessionOf(r.Context()).SellerID
	shop, err := h.s.Get(r.Context(), sellerID)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v, x := readSettings(f, shop)
	f.Also(x.faults())
	problem := f.Err()
	if problem == nil {
		problem = h.s.SaveSettings(r.Context(), sellerID, x)
	}
	if errs.Is(problem, errs.Invalid) || errors.Is(problem, ErrStale) {
		v.Errs = ui.ErrsOf(r.Context(), problem)
		return web.Render(w, r, web.StatusOf(problem), settingsTempl(v))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, "/seller/shop", web.Flash{Kind: ui.OK, Key: "seller.saved"})
}

func readSettings(f *form.Form, shop Seller) (settingsView, Settings) {
	x := Settings{Name: f.Optional("name", 60), AboutRU: f.Optional("about_ru", 4000), AboutEN: f.Optional("about_en", 4000),
		Legal: readLegal(f), Contact: Contact{Email: f.Email("email"), Phone: f.Optional("phone", 30), City: f.Required("city", 80)},
		Delivery: Delivery{DispatchDays: int(f.Int("dispatch_days", 0, 60)), TransitDays: int(f.Int("transit_days", 0, 90)), DeliveryFee: f.Money("delivery_fee")},
		Version:  int(f.Int("version", 0, 1<<30))}
	if f.Text("free_from") != "" {
		free := f.Money("free_from")
		x.FreeFrom = &free
	}
	x.VacationFrom, x.VacationTo = readDate(f, "vacation_from"), readDate(f, "vacation_to")
	v := settingsView{Shop: shop, X: x, Version: f.Raw("version"), Dispatch: f.Raw("dispatch_days"), Transit: f.Raw("transit_days"),
		Fee: f.Raw("delivery_fee"), Free: f.Raw("free_from"), From: f.Raw("vacation_from"), To: f.Raw("vacation_to")}
	return v, x
}

func readDate(f *form.Form, name string) *time.Time {
	text := f.Text(name)
	if text == "" {
		return nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 2020 || day.Year() > 2100 {
		f.Add(name, "seller.bad.date")
		return nil
	}
	return &day
}

type applyView struct {
	Form Application
	Errs ui.Errs
}

type settingsView struct {
	Shop                                            Seller
	X                                               Settings
	Version, Dispatch, Transit, Fee, Free, From, To string
	Errs                                            ui.Errs
}

func printSettings(s Seller) settingsView {
	v := settingsView{Shop: s, X: Settings{Name: s.Name, AboutRU: s.AboutRU, AboutEN: s.AboutEN, Legal: s.Legal, Contact: s.Contact},
		Version: strconv.Itoa(s.Version), Dispatch: strconv.Itoa(s.DispatchDays), Transit: strconv.Itoa(s.TransitDays), Fee: plain(s.DeliveryFee)}
	if s.FreeFrom != nil {
		v.Free = plain(*s.FreeFrom)
	}
	if s.VacationFrom != nil && s.VacationTo != nil {
		v.From, v.To = s.VacationFrom.Format(time.DateOnly), s.VacationTo.Format(time.DateOnly)
	}
	return v
}

// plain writes an amount without kopecks when there are none.
func plain(a money.Amount) string {
	if a%100 == 0 {
		return strconv.FormatInt(int64(a/100), 10)
	}
	return money.Decimal(a)
}
