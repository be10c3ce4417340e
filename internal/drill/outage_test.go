package drill

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

const (
	stripeKey    = "sk_test_standin"
	stripeSecret = "whsec_standin"
)

// outside is a shop whose mail, payments and files are reached over lines that the drill can break.
type outside struct {
	*shop
	p                  *program
	box                *mailServer
	stripe             *stripefake.Server
	mail, money, blobs *line
	numbers            []string
	card               string // path of a product's page
	unpaid             string // the order placed at the bank in the outage
	payer              *buyer // in whose browser it is
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	database := dbtest.URL(t)
	o := &outside{box: serveMail(t, 0), stripe: stripefake.New(stripefake.Config{Key: stripeKey, Immediate: true})}
	bank, store := httptest.NewServer(o.stripe), httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(func() { bank.Close(); o.stripe.Wait(); store.Close() })
	o.mail, o.money, o.blobs = through(t, o.box.address), through(t, bank.Listener.Addr().String()), through(t, store.Listener.Addr().String())
	o.stripe.SetURL(bank.URL)
	o.p = serve(t, database, "--smtp-url", "smtp://"+o.mail.address+"?tls=none", "--s3-url", "s3://key:secret@"+o.blobs.address+"/shop?insecure=1",
		"--stripe-key", stripeKey, "--stripe-webhook-secrets", stripeSecret, "--stripe-url", "http://"+o.money.address)
	o.stripe.Endpoint(o.p.URL+"/webhooks/stripe", stripeSecret)
	o.shop = stock(t, database)
	o.card = "/p/" + s1(o.shop, `select slug from products order by id limit 1`)
	return o
}

// s1 reads one text.
func s1(s *shop, sql string) string {
	s.t.Helper()
	var text string
	if err := s.db.QueryRow(s.t.Context(), sql).Scan(&text); err != nil {
		s.t.Fatal(err)
	}
	return text
}

func TestOutages(t *testing.T) {
	t.Parallel()
	for name, choose := range map[string]func(*outside) *line{
		"mail":     func(o *outside) *line { return o.mail },
		"payments": func(o *outside) *line { return o.money },
		"files":    func(o *outside) *line { return o.blobs },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutside(t)
			l := choose(o)
			for _, fault := range []struct {
				name       string
				break_, ok func()
			}{{"down", l.down, l.up}, {"slow", l.slow, l.mend}} {
				fault.break_()
				o.answersAsBefore(t, fault.name)
				o.takesOrders(t, fault.name)
				fault.ok()
				o.paysTheRest(t)
			}
			o.hurry()
			o.settled(time.Minute)
			o.balanced()
			o.paid(o.numbers)
			if sent, came := o.number(`select count(*) from mails where state = 'sent'`), o.box.distinct(); int(sent) != came || came == 0 {
				t.Errorf("%d mails say that they were sent, %d arrived", sent, came)
			}
			if n := o.box.repeats(); n > 0 {
				t.Errorf("%d mails came twice", n)
			}
		})
	}
}

// answersAsBefore looks at pages that no outside service may hold up: each within less than the 5 s it is slow by.
func (o *outside) answersAsBefore(t *testing.T, fault string) {
	t.Helper()
	b := newBuyer(t, o.p.URL, 0)
	b.client.Timeout = 4 * time.Second
	form := url.Values{"offer": {s1(o.shop, `select min(id)::text from offers`)}, "qty": {"1"}}
	if a, err := b.once(t.Context(), http.MethodPost, "/cart/lines", form); err != nil || a.status != http.StatusSeeOther {
		t.Errorf("%s: adding to the cart: %d, %v", fault, a.status, err)
	}
	for _, path := range []string{"/", "/c", o.card, "/search?q=кофемолка", "/cart", "/sign-in", "/readyz"} {
		if a, err := b.once(t.Context(), http.MethodGet, path, nil); err != nil || a.status != http.StatusOK {
			t.Errorf("%s: %s answers %d, %v", fault, path, a.status, err)
		}
	}
	a, err := b.once(t.Context(), http.MethodGet, "/media/"+strings.Repeat("0", 32)+"/400.jpg", nil)
	if err == nil && a.status == http.StatusInternalServerError {
		t.Errorf("%s: a picture answers 500", fault)
	}
}

// takesOrders buys by the sandbox, and places an order at the bank, which is taken even if the bank cannot be asked now.
func (o *outside) takesOrders(t *testing.T, fault string) {
	t.Helper()
	b := newBuyer(t, o.p.URL, 0)
	number, err := b.buy(o.offers...)
	if err != nil {
		t.Fatalf("%s: %v", fault, err)
	}
	o.numbers = append(o.numbers, number)
	bank := newBuyer(t, o.p.URL, 0)
	form, err := bank.checkout(o.offers...)
	if err != nil {
		t.Fatalf("%s: %v", fault, err)
	}
	form.Set("payment", "stripe")
	if number, err = bank.place(form); err != nil {
		t.Fatalf("%s: %v", fault, err)
	}
	a, err := bank.once(t.Context(), http.MethodGet, "/orders/"+number+"/pay", nil)
	if err != nil || a.status != http.StatusSeeOther {
		t.Errorf("%s: going to pay answers %d, %v", fault, a.status, err)
	}
	if a.location == "/orders/"+number { // the bank is away: the page must say so
		if page, err := bank.once(t.Context(), http.MethodGet, a.location, nil); err != nil || !strings.Contains(page.body, "flash") {
			t.Errorf("%s: the order's page does not say that the bank is away: %v", fault, err)
		}
	}
	o.numbers = append(o.numbers, number)
	o.unpaid, o.payer = number, bank
}

// paysTheRest goes to the bank again once it can be reached, and pays there.
func (o *outside) paysTheRest(t *testing.T) {
	t.Helper()
	b := o.payer
	b.wait = time.Minute
	to, err := b.leads(http.MethodGet, "/orders/"+o.unpaid+"/pay", nil, "http")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.stripe.Pay(path.Base(to), stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); o.number(`select count(*) from purchases where number = $1 and paid_at is not null`, o.unpaid) == 0; time.Sleep(50 * time.Millisecond) {
		o.exec(`update river_job set scheduled_at = now() where state in ('retryable', 'scheduled') and kind like 'payment%'`)
		if time.Now().After(deadline) {
			t.Fatalf("the order %s, paid at the bank, is not paid here", o.unpaid)
		}
	}
}
