package order

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// keyLife is how long a browser that followed a link from a mail may look at the order.
const keyLife = 180 * 24 * 60 * 60

// show prints an order. A link from a mail carries a key: it moves to a cookie no script reads, and
// the address becomes clean, so that the key is not left in histories, logs or referrers.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	if key := r.URL.Query().Get("key"); key != "" {
		return h.takeKey(w, r, number, key)
	}
	return h.renderOrder(w, r, http.StatusOK, nil)
}

func (h *Handlers) takeKey(w http.ResponseWriter, r *http.Request, number, key string) error {
	b := buyerOf(r, number)
	b.Key = key
	if len(key) > 99 {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if _, err := h.Orders.open(r.Context(), h.Orders.Pool, b, number); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: keyCookie(r.Context(), number), Value: key, Path: "/", MaxAge: keyLife, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(h.Orders.BaseURL, "https:")})
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	return web.Redirect(w, r, "/orders/"+number)
}

func (h *Handlers) renderOrder(w http.ResponseWriter, r *http.Request, status int, problem error) error {
	number := chi.URLParam(r, "number")
	b := buyerOf(r, number)
	d, err := h.Orders.Get(r.Context(), b, number)
	if err != nil {
		return err
	}
	v, err := h.view(r, d)
	if err != nil {
		return err
	}
	v.Errs, v.Guest = ui.ErrsOf(r.Context(), problem), b.PersonID == 0
	w.Header().Set("Cache-Control", "private, no-store")
	return web.Render(w, r, status, orderPage(v))
}

// view adds the money to a dossier.
func (h *Handlers) view(r *http.Request, d Dossier) (orderView, error) {
	ctx := r.Context()
	v := orderView{voice: voice{Lang: i18n.LangOf(ctx), Now: h.Orders.Now(), Far: d.Purchase.Recipient.Abroad()}, Dossier: d}
	var err error
	if v.Account, err = h.Orders.account(ctx, h.Orders.Pool, d.Purchase.Number); err != nil {
		return v, err
	}
	v.Payment, v.HasMoney = v.Account.shown()
	v.Methods = d.Purchase.Recipient.Payable(h.Orders.Payments.Methods(d.Purchase.Total, d.Purchase.Currency))
	return v, nil
}

// pay sends the buyer to where the money is taken. What cannot be reached leaves the order waiting
// and says so.
func (h *Handlers) pay(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	provider := ""
	if r.Method == http.MethodPost {
		f, err := form.Parse(r)
		if err != nil {
			return err
		}
		provider = f.Raw("payment")
	}
	url, err := h.Orders.PayLink(r.Context(), buyerOf(r, number), number, provider)
	switch errs.KindOf(err) {
	case errs.Unavailable:
		return web.RedirectFlash(w, r, "/orders/"+number, web.Flash{Kind: ui.Warn, Key: "order.pay.unreachable"})
	case errs.Conflict:
		if err != nil {
			return web.RedirectFlash(w, r, "/orders/"+number, web.Flash{Kind: ui.Warn, Key: errs.KeyOf(err)})
		}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if web.Local(url) && !strings.HasPrefix(url, "/en/") {
		return web.Redirect(w, r, url)
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
	return nil
}

// cancelIn reads the form that calls something off.
func cancelIn(r *http.Request) (CancelIn, error) {
	f, err := form.Parse(r)
	if err != nil {
		return CancelIn{}, err
	}
	in := CancelIn{Reason: f.Raw("reason"), Note: f.Optional("note", 300)}
	if raw := f.Raw("order"); raw != "" {
		if in.OrderID, err = strconv.ParseInt(raw, 10, 64); err != nil {
			return in, errs.New(errs.NotFound, "error.not_found")
		}
	}
	in.Lines = units(f, r, "cut")
	if hasCuts(r) && len(in.Lines) == 0 && f.OK() {
		f.Add("reason", "order.cancel.nothing")
	}
	return in, f.Err()
}

// hasCuts reports whether the form asks line by line.
func hasCuts(r *http.Request) bool {
	for name := range r.Form {
		if strings.HasPrefix(name, "cut.") {
			return true
		}
	}
	return false
}

func (h *Handlers) cancel(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	b := buyerOf(r, number)
	in, err := cancelIn(r)
	if err == nil {
		err = h.Orders.CancelByBuyer(r.Context(), b, number, in)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderOrder(w, r, web.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/orders/"+number, web.Flash{Kind: ui.OK, Key: "order.cancel.done"})
}

// invoice is the purchase as a document.
func (h *Handlers) invoice(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	var d Dossier
	var err error
	if s := account.SessionOf(r.Context()); s.Staff() {
		d, err = h.Orders.GetForAdmin(r.Context(), number)
	} else {
		d, err = h.Orders.Get(r.Context(), buyerOf(r, number), number)
	}
	if err != nil {
		return err
	}
	raw, err := invoicePDF(voice{Lang: i18n.LangOf(r.Context()), Now: h.Orders.Now(), Far: d.Purchase.Recipient.Abroad()}, d)
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "application/pdf")
	head.Set("Content-Disposition", `inline; filename="`+d.Purchase.Number+`.pdf"`)
	head.Set("Cache-Control", "private, no-store")
	_, err = w.Write(raw)
	return httpx.Sent(r.Context(), err)
}
