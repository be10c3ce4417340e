package payment_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// A refund that failed for good has a button on its payment's page; pressing it again, or with the
// back button, starts nothing more, and one that is on its way has none.
func TestOperatorSendsAFailedRefundAgain(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	if _, err := pg.Exec(t.Context(), b.Pool, `
		insert into people (id, email, email_key, name, passkey_handle) overriding system value
		values (7, 'a@x.test', 'a@x.test', 'Анна', 'a')`); err != nil {
		t.Fatal(err)
	}
	h := site(b)
	p := b.Paid(payment.SandboxName, 1000)
	failed := failedRefund(t, b, p, 600)
	path := "/admin/payments/" + strconv.FormatInt(p.ID, 10)
	page := htmltest.Parse(t, get(t, h, path).Body)
	press := page.Find(htmltest.Role("button", "Отправить снова")).Press()
	if problems := page.Lint(); len(problems) > 0 {
		t.Error(problems)
	}
	for range 2 {
		if w := submit(t, h, press.Action, press.Values); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path {
			t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
		}
	}
	list, err := b.Refunds(t.Context(), b.Pool, p.ID)
	if err != nil || len(list) != 2 || list[1].State != payment.RefundPending || list[1].Root() != failed.Key {
		t.Fatalf("refunds %+v, %v", list, err)
	}
	if page := htmltest.Parse(t, get(t, h, path).Body); page.Has(htmltest.Role("button", "Отправить снова")) {
		t.Error("a refund on its way can be sent once more")
	}
	if err := b.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := refundOf(t, b, p.ID, list[1].ID); r.State != payment.RefundSucceeded {
		t.Fatalf("the second try is %s", r.State)
	}
	checkSums(t, b, p.ID)
	alerts, err := b.Alerts(t.Context(), 10)
	if err != nil || len(alerts) != 0 {
		t.Errorf("%d alerts stay open, %v", len(alerts), err)
	}
	if w := submit(t, h, "/admin/refunds/"+strconv.FormatInt(list[1].ID, 10)+"/again", url.Values{}); w.Code != http.StatusConflict {
		t.Errorf("a refund that arrived was sent again: %d", w.Code)
	}
	if w := submit(t, h, "/admin/refunds/999/again", url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("a refund that is not there: %d", w.Code)
	}
}
