package payment

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
)

// AdminRoutes mounts the operator's pages; the caller lets only admins in.
func (h *Handlers) AdminRoutes(r chi.Router) {
	r.Get("/admin/payments", web.Handle(h.list))
	r.Get("/admin/payments/{id}", web.Handle(h.show))
	r.Post("/admin/payments/{id}/confirm", web.Handle(h.confirm))
	r.Post("/admin/payments/{id}/decide", web.Handle(h.decide))
	r.Post("/admin/payments/statements", web.Handle(h.upload))
	r.Post("/admin/payment-alerts/{id}/dismiss", web.Handle(h.dismiss))
	r.Post("/admin/refunds/{id}/resolve", web.Handle(h.resolveRefund))
	r.Post("/admin/refunds/{id}/again", web.Handle(h.refundAgain))
}

// actor names who decides, for the history.
func actor(r *http.Request) string {
	return "person:" + strconv.FormatInt(web.ShellFrom(r.Context()).Person.ID, 10)
}

func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return n, nil
}

const (
	adminPage   = 50
	adminAlerts = 100
)

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.listPage(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) listPage(w http.ResponseWriter, r *http.Request, status int, res *StatementResult, fault error) error {
	ctx, lang := r.Context(), i18n.LangOf(r.Context())
	state := State(r.URL.Query().Get("state"))
	if _, known := lawful[state]; !known && state != Lost {
		state = ""
	}
	page, err := h.S.List(ctx, state, r.URL.Query().Get("after"), adminPage)
	if err != nil {
		return err
	}
	alerts, err := h.S.Alerts(ctx, adminAlerts)
	if err != nil {
		return err
	}
	open, err := h.S.OpenAlerts(ctx)
	if err != nil {
		return err
	}
	v := adminView{Nav: h.nav(ctx), State: state, Next: page.Next, Open: open, Result: res, Fault: fault}
	for _, p := range page.Items {
		v.Rows = append(v.Rows, adminRow{Path: "/admin/payments/" + strconv.FormatInt(p.ID, 10), Number: p.Reference,
			Method: methodName(ctx, p), Sum: money.Format(lang, p.Amount, p.Currency), State: p.State,
			When: i18n.DateTime(lang, p.CreatedAt, h.S.Now())})
	}
	for _, a := range alerts {
		v.Alerts = append(v.Alerts, adminAlert{Alert: a, When: i18n.DateTime(lang, a.CreatedAt, h.S.Now())})
	}
	return web.Render(w, r, status, adminPageOf(v))
}

func (h *Handlers) nav(ctx context.Context) []web.NavItem {
	if h.Nav == nil {
		return nil
	}
	return h.Nav(ctx)
}

func methodName(ctx context.Context, p Payment) string {
	if p.Provider == Free {
		return i18n.T(ctx, "payment.admin.method_free")
	}
	return i18n.T(ctx, "payment.method."+p.Provider)
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	return h.paymentPage(w, r, n, http.StatusOK, nil)
}

// paymentPage shows a payment; fault is what was refused, if anything.
func (h *Handlers) paymentPage(w http.ResponseWriter, r *http.Request, n int64, status int, fault error) error {
	ctx := r.Context()
	p, err := h.S.Get(ctx, h.S.DB, n)
	if err != nil {
		return err
	}
	v := paymentView{Nav: h.nav(ctx), P: p, Method: methodName(ctx, p), Now: h.S.Now(), Fault: fault}
	if v.Splits, err = h.S.Splits(ctx, h.S.DB, n); err != nil {
		return err
	}
	if v.Refunds, err = h.S.Refunds(ctx, h.S.DB, n); err != nil {
		return err
	}
	if v.History, err = h.S.History(ctx, h.S.DB, n); err != nil {
		return err
	}
	return web.Render(w, r, status, paymentPage(v))
}

// maxNote bounds what a person writes beside a decision.
const maxNote = 200

// act reads the id and the note of a decision, does it, and comes back to the list.
func (h *Handlers) act(w http.ResponseWriter, r *http.Request, do func(id int64, f *form.Form, note string) error) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	note := f.Optional("note", maxNote)
	if err := f.Err(); err != nil {
		return h.listPage(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	err = do(n, f, note)
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.listPage(w, r, web.StatusOf(err), nil, err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/payments", web.Flash{Kind: "ok", Key: "payment.admin.saved"})
}

func (h *Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(id int64, _ *form.Form, note string) error {
		_, err := h.S.ConfirmInvoice(r.Context(), id, actor(r), note)
		return err
	})
}

func (h *Handlers) decide(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(id int64, f *form.Form, note string) error {
		choice := f.OneOf("decision", "accept", "refuse")
		if err := f.Err(); err != nil {
			return err
		}
		_, err := h.S.Decide(r.Context(), id, choice == "accept", actor(r), note)
		return err
	})
}

func (h *Handlers) dismiss(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(id int64, _ *form.Form, _ string) error {
		return h.S.Dismiss(r.Context(), id, actor(r))
	})
}

func (h *Handlers) resolveRefund(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func(id int64, f *form.Form, note string) error {
		v := f.OneOf("verdict", string(VerdictDone), string(VerdictAgain), string(VerdictNever))
		if err := f.Err(); err != nil {
			return err
		}
		return h.S.ResolveRefund(r.Context(), id, Verdict(v), note, actor(r))
	})
}

// refundAgain starts a refund that failed for good once more and shows its payment.
func (h *Handlers) refundAgain(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	refund, err := selectRefund(r.Context(), h.S.DB, n)
	if err != nil {
		return err
	}
	_, err = h.S.RefundAgain(r.Context(), n, web.ShellFrom(r.Context()).Person.ID)
	if errs.Is(err, errs.Conflict) {
		return h.paymentPage(w, r, refund.PaymentID, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/admin/payments/"+strconv.FormatInt(refund.PaymentID, 10), web.Flash{Kind: "ok", Key: "payment.admin.refund_started"})
}

// upload reads a bank statement and shows what it did; sending it again is harmless.
func (h *Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	if _, err := form.Parse(r); err != nil {
		return err
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		missing := errs.Fields([]errs.Field{{Name: "file", Key: "payment.statement.missing"}})
		return h.listPage(w, r, http.StatusUnprocessableEntity, nil, missing)
	}
	defer file.Close()
	res, err := h.S.UploadStatement(r.Context(), form.Clean(head.Filename), file, actor(r))
	if errs.Is(err, errs.Invalid) {
		return h.listPage(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	return h.listPage(w, r, http.StatusOK, &res, nil)
}
