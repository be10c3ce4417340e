package payment

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
)

// Handlers serves the pages of payments. A payment's own pages are found by its token, which only
// its buyer was sent to; the operator's pages stand behind the access table.
type Handlers struct {
	S *Service
	// Nav gives the side navigation of the operator's desk.
	Nav func(ctx context.Context) []web.NavItem
}

// Routes mounts what buyers and providers ask for.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/pay/return/{token}", web.Handle(h.back))
	r.Get("/pay/sandbox/{token}", web.Handle(h.sandbox))
	r.Post("/pay/sandbox/{token}", web.Handle(h.sandboxAnswer))
	r.Get("/pay/invoice/{token}", web.Handle(h.invoice))
	r.Get("/pay/invoice/{token}/qr.png", web.Handle(h.invoiceQR))
	r.Get("/pay/invoice/{token}/invoice.pdf", web.Handle(h.invoicePDF))
	r.Post("/webhooks/{provider}", web.Handle(h.webhook))
}

// maxEvent bounds the body of a webhook; Stripe's largest are a few hundred kilobytes.
const maxEvent = 1 << 20

// webhook stores what a provider says and answers at once.
func (h *Handlers) webhook(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.New(errs.TooLarge, "form.too_large").With(err)
	}
	if err != nil {
		return errs.New(errs.BadRequest, "payment.error.webhook").With(err)
	}
	if err := h.S.Receive(r.Context(), chi.URLParam(r, "provider"), r.Header, body); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// back is where a provider sends the buyer: it looks once and goes on to the order, which says how
// it went. A provider that does not answer now is asked again by the reconcile job.
func (h *Handlers) back(w http.ResponseWriter, r *http.Request) error {
	p, err := h.S.ByToken(r.Context(), h.S.DB, chi.URLParam(r, "token"))
	if err != nil {
		return err
	}
	if p.State.Open() {
		if _, err := h.S.Refresh(r.Context(), p.ID); err != nil && !errs.Is(err, errs.Unavailable) {
			return err
		}
	}
	return web.Redirect(w, r, p.ReturnPath)
}

// find reads the payment of a page and makes sure that the page is its provider's.
func (h *Handlers) find(r *http.Request, provider string) (Payment, error) {
	p, err := h.S.ByToken(r.Context(), h.S.DB, chi.URLParam(r, "token"))
	if err == nil && p.Provider != provider {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return p, err
}

// private keeps a payment page out of caches. Its address stays out of other sites' Referer by the
// policy of the whole site; a stricter one here would take the Origin from our own forms.
func private(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

func (h *Handlers) sandbox(w http.ResponseWriter, r *http.Request) error {
	p, err := selectSandboxPayment(r.Context(), h.S.DB, chi.URLParam(r, "token"))
	if err != nil {
		return err
	}
	waiting := p.State == RequiresAction && (p.Step == sandboxOpen || p.Step == sandboxConfirming)
	if p.State.Open() && !waiting { // also after an answer that was taken and never settled: the program died in between
		if _, err = h.S.Refresh(r.Context(), p.ID); err != nil {
			return err
		}
		if p, err = selectSandboxPayment(r.Context(), h.S.DB, p.Token); err != nil {
			return err
		}
	}
	private(w)
	if p.State.Paid() || p.State.Ended() {
		return h.leave(w, r, p.Payment)
	}
	return h.sandboxPage(w, r, p, http.StatusOK, nil)
}

// leave sends the buyer on to the order; htmx, which waits for a late bank, is told to go too.
func (h *Handlers) leave(w http.ResponseWriter, r *http.Request, p Payment) error {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", web.Path(r.Context(), p.ReturnPath))
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return web.Redirect(w, r, p.ReturnPath)
}

func (h *Handlers) sandboxPage(w http.ResponseWriter, r *http.Request, p sandboxPayment, status int, fault error) error {
	lang := i18n.LangOf(r.Context())
	return web.Render(w, r, status, sandboxPage(sandboxView{
		Path: "/pay/sandbox/" + p.Token, Number: p.Reference, Sum: money.Format(lang, p.Amount, p.Currency),
		Step: p.Step, Order: p.ReturnPath, Fault: fault,
	}))
}

func (h *Handlers) sandboxAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	p, err := h.S.SandboxAnswer(r.Context(), chi.URLParam(r, "token"), f.Raw("outcome"))
	private(w)
	switch {
	case errs.Is(err, errs.Invalid):
		shown, missing := selectSandboxPayment(r.Context(), h.S.DB, p.Token)
		if missing != nil {
			return missing
		}
		return h.sandboxPage(w, r, shown, http.StatusUnprocessableEntity, err)
	case errs.Is(err, errs.Conflict): // a second click, the back button: go where the first one led
		return web.Redirect(w, r, "/pay/sandbox/"+p.Token)
	case err != nil:
		return err
	case p.State.Paid() || p.State.Ended():
		return web.Redirect(w, r, p.ReturnPath)
	}
	return web.Redirect(w, r, "/pay/sandbox/"+p.Token)
}

// transfer finds the bank transfer of a page and its provider.
func (h *Handlers) transfer(r *http.Request) (Payment, *Invoice, error) {
	p, err := h.find(r, InvoiceName)
	if err != nil {
		return p, nil, err
	}
	inv, ok := h.S.byName[InvoiceName].(*Invoice)
	if !ok {
		return p, nil, errs.New(errs.NotFound, "error.not_found")
	}
	return p, inv, nil
}

func (h *Handlers) invoice(w http.ResponseWriter, r *http.Request) error {
	p, inv, err := h.transfer(r)
	if err != nil {
		return err
	}
	private(w)
	lang := i18n.LangOf(r.Context())
	v := invoiceView{Path: "/pay/invoice/" + p.Token, Number: p.Reference, Sum: money.Format(lang, p.Amount, p.Currency),
		Order: p.ReturnPath, State: p.State, Purpose: Purpose(p), Requisites: inv.requisites(lang)}
	if p.ExpiresAt != nil {
		v.Until = i18n.DateTime(lang, *p.ExpiresAt, h.S.Now())
	}
	return web.Render(w, r, http.StatusOK, invoicePage(v))
}

func (h *Handlers) invoiceQR(w http.ResponseWriter, r *http.Request) error {
	p, inv, err := h.transfer(r)
	if err != nil {
		return err
	}
	png, err := inv.QR(p)
	if err != nil {
		return err
	}
	return file(w, "image/png", "", png)
}

func (h *Handlers) invoicePDF(w http.ResponseWriter, r *http.Request) error {
	p, inv, err := h.transfer(r)
	if err != nil {
		return err
	}
	doc, err := inv.PDF(p)
	if err != nil {
		return err
	}
	return file(w, "application/pdf", `attachment; filename="invoice-`+safeName(p.Reference)+`.pdf"`, doc)
}

func file(w http.ResponseWriter, kind, disposition string, raw []byte) error {
	private(w)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if disposition != "" {
		w.Header().Set("Content-Disposition", disposition)
	}
	_, err := w.Write(raw)
	if err != nil {
		return context.Canceled // the client went away
	}
	return nil
}

// safeName keeps what may stand in a file's name within a header.
func safeName(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			b[i] = '-'
		}
	}
	return string(b)
}
