package shipping

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serves a seller's delivery settings and the operator's postal tariff.
type Handlers struct {
	Shipping *Service
	// SellerNav and AdminNav give the side navigation of the two workplaces.
	SellerNav func(r *http.Request, current string) (title string, nav []web.NavItem)
	AdminNav  func(r *http.Request, current string) (title string, nav []web.NavItem)
}

// Routes mounts the pages.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller(account.Owner, account.Manager))
		r.Get("/seller/shipping", web.Handle(h.show))
		r.Post("/seller/shipping", web.Handle(h.add))
		r.Post("/seller/shipping/{method}", web.Handle(h.change))
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Admin))
		r.Get("/admin/shipping", web.Handle(h.tariff))
		r.Post("/admin/shipping", web.Handle(h.setTariff))
	})
}

// view is what both pages begin with.
type view struct {
	Lang i18n.Lang
	Now  time.Time
	Hub  string
	Nav  []web.NavItem
	Errs ui.Errs
	// Typed keeps what was sent with the form that was refused; Method is that form, 0 the new one.
	Typed  map[string]string
	Method int64
}

func (v view) t(key string, args ...any) string { return i18n.In(v.Lang, key, args...) }

func (v view) sum(a money.Amount, cur money.Currency) string { return money.Format(v.Lang, a, cur) }

func (h *Handlers) view(r *http.Request, nav func(*http.Request, string) (string, []web.NavItem), current string, problem error) view {
	v := view{Lang: i18n.LangOf(r.Context()), Now: h.Shipping.now(), Errs: ui.ErrsOf(r.Context(), problem), Typed: map[string]string{}}
	if nav != nil {
		v.Hub, v.Nav = nav(r, current)
	}
	if problem != nil {
		for name := range r.PostForm {
			v.Typed[name] = r.PostForm.Get(name)
		}
	}
	return v
}

func sellerOf(r *http.Request) int64 { return account.SessionOf(r.Context()).SellerID }

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, nil, 0)
}

func (h *Handlers) render(w http.ResponseWriter, r *http.Request, status int, problem error, method int64) error {
	list, err := h.Shipping.Methods(r.Context(), sellerOf(r))
	if err != nil {
		return err
	}
	v := h.view(r, h.SellerNav, "/seller/shipping", problem)
	v.Method = method
	return web.Render(w, r, status, settingsPage(v, list))
}

// methodOf reads the form of one method.
func methodOf(r *http.Request) (Method, error) {
	f, err := form.Parse(r)
	if err != nil {
		return Method{}, err
	}
	m := Method{Kind: Kind(f.Raw("kind")), Name: f.Optional("name", 60), City: f.Optional("city", 60), Price: f.Money("price"),
		Currency: money.RUB, MinDays: int(f.Int("min_days", 0, 90)), MaxDays: int(f.Int("max_days", 0, 90)), Active: f.Bool("active")}
	if strings.TrimSpace(f.Raw("free_from")) != "" {
		from := f.Money("free_from")
		m.FreeFrom = &from
	}
	return m, f.Err()
}

func (h *Handlers) add(w http.ResponseWriter, r *http.Request) error {
	m, err := methodOf(r)
	if err == nil {
		err = h.Shipping.Add(r.Context(), sellerOf(r), m)
	}
	return h.done(w, r, err, 0, "shipping.method.saved")
}

func (h *Handlers) change(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "method"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	m, err := methodOf(r)
	if r.PostForm.Get("act") == "remove" {
		return h.done(w, r, h.Shipping.Remove(r.Context(), sellerOf(r), id), id, "shipping.method.removed")
	}
	m.ID = id
	if err == nil {
		err = h.Shipping.Change(r.Context(), sellerOf(r), m)
	}
	return h.done(w, r, err, id, "shipping.method.saved")
}

func (h *Handlers) done(w http.ResponseWriter, r *http.Request, err error, method int64, key string) error {
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.render(w, r, web.StatusOf(err), err, method)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/seller/shipping", web.Flash{Kind: ui.OK, Key: key})
}

func (h *Handlers) tariff(w http.ResponseWriter, r *http.Request) error {
	return h.renderTariff(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderTariff(w http.ResponseWriter, r *http.Request, status int, problem error) error {
	t, err := h.Shipping.Tariff(r.Context())
	if err != nil {
		return err
	}
	v := h.view(r, h.AdminNav, "/admin/shipping", problem)
	if problem == nil {
		v.Typed["rows"] = t.text()
	}
	return web.Render(w, r, status, tariffPage(v, t))
}

func (h *Handlers) setTariff(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	t := Tariff{Source: f.Required("source", 200), Demonstration: f.Bool("demonstration")}
	if t.ValidFrom, err = time.Parse(time.DateOnly, f.Raw("valid_from")); err != nil {
		f.Add("valid_from", "shipping.tariff.bad_day")
	}
	line, err := t.read(f.Raw("rows"))
	if err != nil {
		f.Add("rows", "shipping.tariff.bad_row", "n", line)
	}
	if err = f.Err(); err == nil {
		err = h.Shipping.SetTariff(r.Context(), t, account.SessionOf(r.Context()).PersonID)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderTariff(w, r, web.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/shipping", web.Flash{Kind: ui.OK, Key: "shipping.tariff.saved"})
}
