package order

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// deskView is the operator's list of purchases.
type deskView struct {
	shopView
	Find string
	Page paging.Page[Row]
}

func (h *Handlers) desk(r *http.Request) shopView {
	v := shopView{voice: voice{Lang: i18n.LangOf(r.Context()), Now: h.Orders.Now()}}
	if h.AdminNav != nil {
		v.Hub, v.Nav = h.AdminNav(r, "/admin/orders")
	}
	return v
}

func (h *Handlers) adminList(w http.ResponseWriter, r *http.Request) error {
	find := form.Limit(form.Clean(r.URL.Query().Get("q")), 100)
	page, err := h.Orders.ListForAdmin(r.Context(), find, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, adminListPage(deskView{shopView: h.desk(r), Find: find, Page: page}))
}

func (h *Handlers) adminShow(w http.ResponseWriter, r *http.Request) error {
	return h.renderAdmin(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderAdmin(w http.ResponseWriter, r *http.Request, status int, problem error) error {
	d, err := h.Orders.GetForAdmin(r.Context(), chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	v, err := h.view(r, d)
	if err != nil {
		return err
	}
	v.Admin, v.Errs = true, ui.ErrsOf(r.Context(), problem)
	return web.Render(w, r, status, adminOrderPage(h.desk(r), v))
}

func (h *Handlers) adminCancel(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	in, err := cancelIn(r)
	if err == nil {
		err = h.Orders.CancelByAdmin(r.Context(), account.SessionOf(r.Context()).PersonID, number, in)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderAdmin(w, r, web.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/orders/"+number, web.Flash{Kind: ui.OK, Key: "order.cancel.done"})
}
