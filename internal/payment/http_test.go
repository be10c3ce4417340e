package payment_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/static"
)

// site serves the payment pages as the program does: with a shell and under /en in English.
func site(b *paymenttest.Bench) http.Handler {
	r := chi.NewRouter()
	h := &payment.Handlers{S: b.Service}
	h.Routes(r)
	h.AdminRoutes(r)
	r.Handle("/static/*", static.Handler())
	r.Get("/orders/T", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<title>o</title><h1>Order page</h1>")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		shell := &web.Shell{Lang: i18n.RU, Path: q.URL.Path, BaseURL: "http://x", Person: web.Person{ID: 7, Name: "Анна", Staff: true, Admin: true}}
		if rest, ok := strings.CutPrefix(q.URL.Path, "/en/"); ok {
			shell.Lang, shell.Path, q.URL.Path = i18n.EN, "/"+rest, "/"+rest
		}
		r.ServeHTTP(w, q.WithContext(web.WithShell(q.Context(), shell)))
	})
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

func submit(t *testing.T, h http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(w, r)
	return w
}

func TestPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := site(b)
	open, inv, paid, ended := b.Started("sandbox", 429050), b.Started("invoice", 429050), b.Paid("invoice", 100), b.Started("invoice", 100)
	if err := pg.InTx(t.Context(), b.Pool, func(tx pgx.Tx) error {
		_, err := b.Cancel(t.Context(), tx, ended.Reference, "hold expired")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	confirming, silent := b.Started("sandbox", 100), b.Started("sandbox", 100)
	for token, choice := range map[string]string{confirming.Token: payment.SandboxConfirm, silent.Token: payment.SandboxSilent} {
		if _, err := b.SandboxAnswer(t.Context(), token, choice); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct{ path, ru, en string }{
		{"/pay/sandbox/" + open.Token, "К оплате 4\u00a0290,50\u00a0₽", "₽4,290.50 to pay"},
		{"/pay/sandbox/" + confirming.Token, "Банк просит подтвердить оплату", "The bank asks you to confirm"},
		{"/pay/sandbox/" + silent.Token, "Ждём ответа банка", "Waiting for the bank"},
		{"/pay/invoice/" + inv.Token, "Переведите 4\u00a0290,50\u00a0₽ по счёту", "Transfer ₽4,290.50 to pay the invoice"},
		{"/pay/invoice/" + paid.Token, "Счёт оплачен", "The invoice is paid"},
		{"/pay/invoice/" + ended.Token, "Этот счёт больше не действует", "This invoice is no longer valid"},
		{"/admin/payments", "Все платежи в порядке", "All payments are in order"},
		{"/admin/payments/" + strconv.FormatInt(inv.ID, 10), "Платёж по заказу № " + inv.Reference, "Payment for order No. " + inv.Reference},
	} {
		for prefix, want := range map[string]string{"": tc.ru, "/en": tc.en} {
			w := get(t, h, prefix+tc.path)
			page := htmltest.Parse(t, w.Body)
			if got := page.One(htmltest.Tag("h1")).Text(); got != strings.Join(strings.Fields(want), " ") && got != want {
				t.Errorf("%s%s: h1 %q, want %q", prefix, tc.path, got, want)
			}
			if faults := page.Lint(); len(faults) > 0 {
				t.Errorf("%s%s: %v", prefix, tc.path, faults)
			}
			if strings.Contains(page.Text(), "payment.") {
				t.Errorf("%s%s shows a key", prefix, tc.path)
			}
			if strings.HasPrefix(tc.path, "/pay/") && w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s%s may be cached", prefix, tc.path)
			}
		}
	}
	for _, path := range []string{"/pay/sandbox/nobody", "/pay/sandbox/" + inv.Token, "/pay/invoice/" + open.Token, "/pay/return/x",
		"/pay/invoice/x/qr.png", "/admin/payments/0", "/admin/payments/999999", "/admin/payments/x"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestSandboxFormKeepsItsPromises(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := site(b)
	p := b.Started("sandbox", 100)
	path := "/pay/sandbox/" + p.Token
	if w := submit(t, h, path, url.Values{"outcome": {"rob"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("unknown choice: %d", w.Code)
	}
	for range 2 { // the second is a double click
		w := submit(t, h, path, url.Values{"outcome": {"pay"}})
		if w.Code != http.StatusSeeOther {
			t.Errorf("pay: %d", w.Code)
		}
	}
	if w := get(t, h, "/en"+path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/en/orders/T" {
		t.Errorf("a paid page leads to %d %q", w.Code, w.Header().Get("Location"))
	}
}

func TestInvoiceFiles(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := site(b)
	p := b.Started("invoice", 429050)
	w := get(t, h, "/pay/invoice/"+p.Token+"/qr.png")
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !bytes.HasPrefix(w.Body.Bytes(), []byte("\x89PNG")) {
		t.Errorf("code: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	w = get(t, h, "/pay/invoice/"+p.Token+"/invoice.pdf")
	text := pdftest.Text(t, w.Body.Bytes())
	for _, want := range []string{"Счёт на оплату заказа № " + p.Reference, payment.DemoCompany().Account, "Оплата заказа № " + p.Reference, "4\u00a0290,50\u00a0руб."} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="invoice-`+p.Reference+`.pdf"` {
		t.Errorf("disposition %q", got)
	}
}

// send uploads a statement as the form does.
func send(t *testing.T, h http.Handler, file string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if file != "" {
		part, err := m.CreateFormFile("file", "выписка.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, file); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/admin/payments/statements", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestOperatorDecides(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := site(b)
	inv, byHand, held := b.Started("invoice", 500), b.Started("invoice", 600), b.Started("stripe", 700)
	if err := b.Stripe.Pay(*held.ProviderRef, stripefake.Succeed, stripefake.Paid{Amount: 699}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Refresh(t.Context(), held.ID); err != nil {
		t.Fatal(err)
	}
	w := send(t, h, exchange(transfer{1, 500, payment.Purpose(inv)}, transfer{2, 100, payment.Purpose(byHand)}))
	page := htmltest.Parse(t, w.Body)
	want := "Прочитаны 2 строки выписки. 1 заказ оплачен. 1 перевод требует внимания, он в списке выше."
	if got := page.One(htmltest.TestID("statement-result")).Text(); w.Code != 200 || strings.ReplaceAll(got, "\u00a0", " ") != want {
		t.Errorf("%d %q, want %q", w.Code, got, want)
	}
	for _, bad := range []string{"", "\x89PNG"} {
		w := send(t, h, bad)
		if page := htmltest.Parse(t, w.Body); w.Code != http.StatusUnprocessableEntity || !page.Has(htmltest.Class("errsum")) || len(page.Lint()) > 0 {
			t.Errorf("%q: %d, %v", bad, w.Code, page.Lint())
		}
	}
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	if w := submit(t, h, "/admin/payments/"+id(byHand.ID)+"/confirm", url.Values{"note": {"ПП 12"}}); w.Code != http.StatusSeeOther {
		t.Errorf("confirm: %d", w.Code)
	}
	if w := submit(t, h, "/admin/payments/"+id(byHand.ID)+"/confirm", nil); w.Code != http.StatusConflict {
		t.Errorf("confirm again: %d", w.Code)
	}
	if w := submit(t, h, "/admin/payments/"+id(held.ID)+"/decide", url.Values{"decision": {"maybe"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no decision: %d", w.Code)
	}
	if w := submit(t, h, "/admin/payments/"+id(held.ID)+"/decide", url.Values{"decision": {"accept"}}); w.Code != http.StatusSeeOther {
		t.Errorf("decide: %d", w.Code)
	}
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 1 {
		t.Fatalf("alerts %+v, %v", alerts, err)
	}
	if w := submit(t, h, "/admin/payment-alerts/"+id(alerts[0].ID)+"/dismiss", nil); w.Code != http.StatusSeeOther {
		t.Errorf("dismiss: %d", w.Code)
	}
	var got []payment.State
	for _, p := range []payment.Payment{inv, byHand, held} {
		got = append(got, b.Read(p.ID).State)
	}
	if diff := cmp.Diff([]payment.State{payment.Captured, payment.Captured, payment.Captured}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	events, err := b.History(t.Context(), b.Pool, byHand.ID)
	if err != nil || events[len(events)-1].Actor != "person:7" {
		t.Errorf("history %+v, %v", events, err)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	for range 5 {
		b.Place("sandbox", 100)
	}
	var seen []int64
	for after := ""; ; {
		page, err := b.List(t.Context(), payment.RequiresAction, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			seen = append(seen, p.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]int64{5, 4, 3, 2, 1}, seen); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if w := get(t, site(b), "/admin/payments?after=junk&state=junk"); w.Code != http.StatusBadRequest {
		t.Errorf("a broken cursor: %d", w.Code)
	}
}

func TestBuyersInABrowser(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := site(b)
	for _, o := range []browsertest.Options{{Width: browsertest.Desktop}, {Width: browsertest.Phone, NoJS: true}} {
		p := b.Started("sandbox", 429050)
		page := browsertest.New(t, h, o).Goto("/en/pay/sandbox/" + p.Token)
		page.Click("Asks to confirm").Wait("The bank asks you to confirm").Click("Confirm").Wait("Order page")
		mustState(t, b, p.ID, payment.Captured)

		late := b.Started("sandbox", 100)
		page.Goto("/pay/sandbox/" + late.Token).Click("Ответит не сразу").Wait("Ждём ответа банка")
		b.Sleep(payment.SandboxDelay)
		if o.NoJS {
			page.Click("Проверить ещё раз")
		}
		page.Wait("Order page")
		mustState(t, b, late.ID, payment.Captured)
	}
}
