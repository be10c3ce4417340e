package order

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// mails counts the letters of a template.
func (b *bench) mails(template string) int {
	b.t.Helper()
	return b.count(`select count(*)::int from mails where template = $1`, template)
}

// run works the payment jobs that are due.
func (b *bench) run() {
	b.t.Helper()
	b.must(b.pay.Run(b.t.Context()))
}

// loseRefund lets the bank refuse the refund that waits, for good.
func (b *bench) loseRefund() {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), `update sandbox_payments set refunded = amount`)
	b.must(err)
	b.run()
	var refund int64
	b.must(b.pool.QueryRow(b.t.Context(), `select id from refunds`).Scan(&refund))
	b.must(b.Payments.ResolveRefund(b.t.Context(), refund, payment.VerdictNever, "account closed", "test"))
}

func TestDeclinedPaymentKeepsTheGoodsAndOffersAnotherWay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 1)
	b := s.browser()
	b.add(offer, "1")
	number, bank := b.buy("")
	const held = `select count(*)::int from holds h join purchases p on p.attempt_key = h.key and h.expires_at = p.pay_by
		where p.number = $1 and h.state = 'held'`
	for range 2 { // whoever is declined twice is written to once
		p := b.want(b.post(bank.path, map[string][]string{"outcome": {payment.SandboxDecline}}), http.StatusOK)
		if p.path != "/orders/"+number || !strings.Contains(p.One(htmltest.TestID("pay-failed")).Text(), "Банк отклонил оплату") {
			t.Fatalf("a declined buyer is at %s and reads\n%s", p.path, p.body)
		}
		if s.count(held, number) != 1 {
			t.Fatal("the goods are not kept until their time")
		}
		again := p.One(htmltest.TestID("order")).Find(htmltest.Class("btn--buy")).Press()
		again.Values.Set("payment", payment.SandboxName)
		bank = b.want(b.send(again), http.StatusOK)
		if !strings.HasPrefix(bank.path, "/pay/sandbox/") {
			t.Fatalf("the next try led to %s", bank.path)
		}
	}
	if n := s.mails("order.failed"); n != 1 {
		t.Fatalf("%d letters about it", n)
	}
	p := b.want(b.post(bank.path, map[string][]string{"outcome": {payment.SandboxPay}}), http.StatusOK)
	if p.One(htmltest.TestID("order")).Attr("data-standing") != string(StandsNew) || p.Has(htmltest.TestID("pay-failed")) {
		t.Fatalf("the next try was paid, the page says\n%s", p.body)
	}
	s.balanced(map[int64]int{offer: 1})
}

func TestRefundThatFailsIsNotCountedAndSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	d := s.paid(s.guest(), 1, offer)
	number, total := d.Purchase.Number, d.Purchase.Total
	s.must(s.CancelBySeller(t.Context(), s.staff(shop.ID), d.Orders[0].Number, CancelIn{Reason: ReasonOutOfStock}))
	if o := s.dossier(number).Orders[0]; o.Refunded != total {
		t.Fatalf("refunded %d of %d", o.Refunded, total)
	}
	s.loseRefund()
	if o := s.dossier(number).Orders[0]; o.Refunded != 0 {
		t.Fatalf("%d counts as refunded", o.Refunded)
	}
	if n := s.mails("order.refund_failed"); n != 1 {
		t.Fatalf("%d letters about it", n)
	}
	admin, seller := s.signedIn("root@example.ru", 0, account.Admin), s.sellerBrowser("s1@example.ru", shop.ID)
	for b, path := range map[*browser]string{admin: "/admin/orders/" + number, seller: "/seller/orders/" + d.Orders[0].Number} {
		p := b.want(b.get(path), http.StatusOK)
		if p.One(htmltest.TestID("refund")).Attr("data-state") != string(payment.RefundFailed) || !strings.Contains(p.body, "пока не получилось") {
			t.Errorf("%s does not say that the money did not go back", path)
		}
		if strings.Contains(p.body, "Возвращено") {
			t.Errorf("%s counts it as refunded", path)
		}
	}
}

func TestAdminCallsOffAnUnpaidPurchaseAndLeavesATrace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	number := s.placed(s.guest(), 1, offer)
	b := s.signedIn("root@example.ru", 0, account.Admin)
	p := b.want(b.get("/admin/orders/"+number), http.StatusOK)
	if p.Has(htmltest.Class("btn--buy")) {
		t.Fatal("an admin is asked to pay")
	}
	f := p.Find(htmltest.Class("btn--bad")).Press()
	f.Values.Set("reason", "because")
	b.want(b.send(f), http.StatusUnprocessableEntity)
	f.Values.Set("reason", ReasonFraud)
	p = b.want(b.send(f), http.StatusOK)
	if p.One(htmltest.TestID("order")).Attr("data-standing") != string(StandsCancelled) {
		t.Fatalf("the page says\n%s", p.body)
	}
	b.want(b.send(f), http.StatusConflict)
	lines, err := moderation.AuditOf(t.Context(), s.pool, "purchase", s.dossier(number).Purchase.ID, 10)
	s.must(err)
	if len(lines) != 1 || lines[0].Act != "purchase.cancel" || lines[0].ActorID == 0 || !strings.Contains(string(lines[0].After), ReasonFraud) {
		t.Fatalf("the log says %+v", lines)
	}
	s.balanced(map[int64]int{offer: 5})
}

// TestMoneyAfterTheHold lets the bank answer when the time to pay is over: the sandbox's slow bank,
// and Stripe whose webhook was held up.
func TestMoneyAfterTheHold(t *testing.T) {
	t.Parallel()
	for name, pay := range map[string]func(s *site, number string) (arrive func()){"sandbox": slowBank, "stripe": slowWebhook} {
		for _, gone := range []bool{false, true} {
			t.Run(name+map[bool]string{false: " goods still there", true: " goods gone"}[gone], func(t *testing.T) {
				t.Parallel()
				s := newSite(t)
				_, _, offer := catalogtest.Sale(t, s.pool, 100000, 1)
				b := s.browser()
				b.add(offer, "1")
				number, _ := b.buy("")
				arrive := pay(s, number)
				s.expireNow(number)
				_, err := s.ExpireUnpaid(t.Context(), 1)
				s.must(err)
				if gone {
					s.paid(s.guest(), 1, offer)
				}
				arrive()
				p := b.want(b.get("/orders/"+number), http.StatusOK)
				standing, back := p.One(htmltest.TestID("order")).Attr("data-standing"), p.Count(htmltest.TestID("money-back"))
				switch {
				case gone && (standing != string(StandsExpired) || back != 1 || s.mails("order.given_back") != 1 || !strings.Contains(p.body, "Возвращаем")):
					t.Fatalf("%s, %d notes\n%s", standing, back, p.body)
				case !gone && (standing != string(StandsNew) || back != 0 || s.mails("order.paid") != 1 || !strings.Contains(p.body, "заказ в силе")):
					t.Fatalf("%s, %d notes\n%s", standing, back, p.body)
				}
				s.run() // what is to go back goes
				s.balanced(map[int64]int{offer: 1})
				if n := s.count(`select count(*)::int from refunds where state in ('succeeded', 'sent')`); (n == 1) != gone {
					t.Fatalf("%d refunds", n)
				}
			})
		}
	}
}

func slowBank(s *site, number string) func() {
	s.t.Helper()
	a, err := s.account(s.t.Context(), s.pool, number)
	s.must(err)
	_, err = s.pay.SandboxAnswer(s.t.Context(), a.Attempts[0].Token, payment.SandboxLater)
	s.must(err)
	return func() {
		s.pay.Sleep(payment.SandboxDelay + 2*time.Second)
		s.run()
	}
}

func slowWebhook(s *site, number string) func() {
	s.t.Helper()
	_, err := s.PayLink(s.t.Context(), Buyer{Owner: s.ownerOf(number)}, number, "stripe")
	s.must(err)
	p, _, err := s.Payments.ByReference(s.t.Context(), s.pool, number)
	s.must(err)
	s.must(s.pay.Stripe.Pay(*p.ProviderRef, stripefake.Succeed))
	return func() {
		s.must(s.pay.Stripe.Flush(s.t.Context(), stripefake.Mode{}))
		s.run()
	}
}
