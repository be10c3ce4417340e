package order

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// site is the market's pages behind the middleware they cannot be without.
type site struct {
	*bench
	accounts *account.Service
	server   *httptest.Server
	lacking  func(ctx context.Context, sellerID int64, ordered []int64) (templ.Component, error)
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{bench: newBench(t)}
	s.accounts = accounttest.Service(t, s.pool)
	s.accounts.OnSignIn(cart.Merge)
	s.accounts.OnSignIn(AdoptGuest)
	r := chi.NewRouter()
	r.Use(shell, s.accounts.Load)
	(&cart.Handlers{Carts: s.Carts, Ensure: s.accounts.EnsureSession}).Routes(r)
	(&shipping.Handlers{Shipping: s.Shipping}).Routes(r)
	(&Handlers{Orders: s.Service, Accounts: s.accounts, Lacking: s.cards}).Routes(r)
	(&payment.Handlers{S: s.Payments}).Routes(r)
	s.server = httptest.NewServer(r)
	t.Cleanup(s.server.Close)
	return s
}

// cards is what a test says of cards that lack something.
func (s *site) cards(ctx context.Context, sellerID int64, ordered []int64) (templ.Component, error) {
	if s.lacking == nil {
		return nil, nil
	}
	return s.lacking(ctx, sellerID, ordered)
}

func shell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := i18n.RU
		if rest, ok := strings.CutPrefix(r.URL.Path, "/en"); ok && (rest == "" || rest[0] == '/') {
			lang, r.URL.Path = i18n.EN, rest
		}
		ctx := web.WithShell(r.Context(), &web.Shell{Lang: lang, Path: r.URL.Path, BaseURL: "http://" + r.Host, Flash: web.TakeFlash(w, r)})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// browser keeps cookies and follows redirects, as people's do.
type browser struct {
	*site
	client *http.Client
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &browser{s, &http.Client{Jar: jar}}
}

// page is an answer.
type page struct {
	*htmltest.Node
	status int
	path   string
	body   string
}

func (b *browser) read(res *http.Response, err error) page {
	b.t.Helper()
	b.must(err)
	raw, err := io.ReadAll(res.Body)
	b.must(err)
	b.must(res.Body.Close())
	p := page{status: res.StatusCode, path: res.Request.URL.Path, body: string(raw)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		p.Node = htmltest.ParseString(b.t, p.body)
	}
	return p
}

func (b *browser) get(path string) page {
	b.t.Helper()
	return b.read(b.client.Get(b.server.URL + path))
}

func (b *browser) post(path string, values url.Values) page {
	b.t.Helper()
	return b.read(b.client.PostForm(b.server.URL+path, values))
}

func (b *browser) send(f htmltest.Form) page {
	b.t.Helper()
	return b.post(f.Action, f.Values)
}

func (b *browser) add(offer int64, qty string) page {
	b.t.Helper()
	return b.post("/cart/lines", url.Values{"offer": {itoa(offer)}, "qty": {qty}})
}

// want fails unless the page answers with a status and is well made.
func (b *browser) want(p page, status int) page {
	b.t.Helper()
	if p.status != status {
		b.t.Fatalf("%s answered %d, want %d\n%s", p.path, p.status, status, p.body)
	}
	if p.Node != nil {
		for _, problem := range p.Lint() {
			b.t.Errorf("%s: %s", p.path, problem)
		}
	}
	return p
}

func TestQuantityIsReadStrictly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 100000, 5)
	for _, qty := range []string{"0", "-1", "1.5", "1e2", "2147483648", "9223372036854775808", "１", " 3 ", "3 шт", "", "1000", "٣"} {
		b := s.browser()
		p := b.want(b.add(offer, qty), http.StatusUnprocessableEntity)
		if !p.Has(htmltest.Class("errsum")) {
			t.Errorf("%q: no message", qty)
		}
	}
	if n := s.count(`select count(*)::int from cart_lines`) + s.count(`select count(*)::int from sessions`); n != 0 {
		t.Fatalf("refused quantities left %d rows", n)
	}
	b := s.browser()
	b.want(b.add(offer, "2"), http.StatusOK)
	p := b.want(b.add(offer, "1"), http.StatusOK)
	if p.path != "/cart" || p.Count(htmltest.TestID("cart-line")) != 1 || p.Find(htmltest.Attr("name", "qty")).Value() != "3" {
		t.Fatalf("two adds of one offer: %s", p.body)
	}
}

func TestCartNeverLosesALine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 100000, 5)
	b := s.browser()
	b.add(offer, "2")
	for name, tc := range map[string]struct{ break_, mend, text string }{
		"sold out":  {`update offer_stock set on_hand = 0`, `update offer_stock set on_hand = 5`, "закончился"},
		"too few":   {`update offer_stock set on_hand = 1`, `update offer_stock set on_hand = 5`, "можно взять"},
		"suspended": {`update sellers set status = 'suspended'`, `update sellers set status = 'open'`, "закрыт"},
		"away":      {`update sellers set vacation_from = current_date, vacation_to = current_date + 3`, `update sellers set vacation_from = null, vacation_to = null`, "в отпуске"},
		"dearer":    {`update offers set price = 120000`, `update offers set price = 100000`, "подорожал"},
	} {
		_, err := s.pool.Exec(t.Context(), tc.break_)
		s.must(err)
		p := b.want(b.get("/cart"), http.StatusOK)
		if !strings.Contains(p.body, tc.text) || p.Count(htmltest.TestID("cart-line")) != 1 {
			t.Errorf("%s: no %q or no line", name, tc.text)
		}
		if p := b.post("/checkout", nil); p.path != "/cart" {
			t.Errorf("%s: got to %s", name, p.path)
		}
		_, err = s.pool.Exec(t.Context(), tc.mend)
		s.must(err)
	}
	_, err := s.pool.Exec(t.Context(), `update offers set price = 120000`)
	s.must(err)
	p := b.get("/cart")
	p = b.want(b.send(p.Find(htmltest.Attr("value", "accept")).Press()), http.StatusOK)
	if strings.Contains(p.body, "подорожал") {
		t.Fatal("an accepted price is still asked about")
	}
	p = b.send(p.Find(htmltest.Attr("value", "del")).Press())
	if !p.Has(htmltest.TestID("cart-removed")) {
		t.Fatal("a removed line cannot be brought back")
	}
	p = b.send(p.Find(htmltest.TestID("cart-removed"), htmltest.Tag("li")).Find(htmltest.Attr("value", "restore")).Press())
	if !p.Has(htmltest.TestID("cart-line")) {
		t.Fatal("the line did not come back")
	}
}

// buy takes a browser from the cart to the sandbox's page.
func (b *browser) buy(lang string) (order string, sandbox page) {
	b.t.Helper()
	p := b.want(b.get(lang+"/cart"), http.StatusOK)
	p = b.want(b.send(p.Find(htmltest.Class("btn--buy")).Press()), http.StatusOK)
	if p.path != lang+"/checkout" && p.path != "/checkout" {
		b.t.Fatalf("got to %s", p.path)
	}
	f := p.Find(htmltest.Class("btn--buy")).Press()
	for name, value := range map[string]string{"name": "Соколова Анна", "phone": "8 916 555-12-34", "email": "anna@example.ru", "city": "Тула",
		"street": "ул. Ленина, 1", "postcode": "300000"} {
		f.Values.Set(name, value)
	}
	for name := range f.Values {
		if strings.HasPrefix(name, "ship.") {
			f.Values.Set(name, "courier:0")
		}
	}
	f.Values.Set("expected", strconv.Itoa(b.count(`select (select sum(l.qty * o.price)
		from checkouts c, unnest(c.offers, c.qtys) as l (offer_id, qty) join offers o on o.id = l.offer_id where c.closed_at is null)::int`)))
	p = b.want(b.send(f), http.StatusOK)
	if !strings.Contains(p.path, "/pay/sandbox/") {
		b.t.Fatalf("got to %s\n%s", p.path, p.body)
	}
	var number string
	b.must(b.pool.QueryRow(b.t.Context(), `select number from purchases order by id desc limit 1`).Scan(&number))
	again := b.send(f)
	if b.count(`select count(*)::int from purchases where number <> $1 and attempt_key = (select attempt_key from purchases where number = $1)`, number) != 0 || again.path != p.path {
		b.t.Fatal("the second press made a second order")
	}
	return number, p
}

func TestGuestBuysAndFollows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, lang := range []string{"", "/en"} {
		_, _, one := catalogtest.Sale(t, s.pool, 429000, 5)
		_, _, two := catalogtest.Sale(t, s.pool, 118050, 5)
		b := s.browser()
		b.add(one, "1")
		b.add(two, "2")
		number, _ := b.buy(lang)
		s.must(s.capture(number))
		p := b.want(b.get(lang+"/orders/"+number), http.StatusOK)
		if p.Count(htmltest.TestID("parcel")) != 2 || p.One(htmltest.TestID("order")).Attr("data-standing") != "new" {
			t.Fatalf("the order's page: %s", p.body)
		}
		b.want(b.get(lang+"/orders"), http.StatusOK)
		pdf := b.get(lang + "/orders/" + number + "/invoice.pdf")
		if pdf.status != http.StatusOK || !strings.HasPrefix(pdf.body, "%PDF-") {
			t.Fatalf("invoice: %d", pdf.status)
		}
		stranger := s.browser()
		for _, path := range []string{"/orders/" + number, "/orders/" + number + "/invoice.pdf", "/orders/" + number + "/pay"} {
			if p := stranger.get(path); p.status != http.StatusNotFound {
				t.Errorf("a stranger's %s answered %d", path, p.status)
			}
		}
		body := notifytest.Last(t, s.pool, "order.paid", "")
		link := body[strings.Index(body, "https://yarmarka.test")+len("https://yarmarka.test"):]
		link = link[:strings.IndexAny(link, " \n")]
		p = stranger.want(stranger.get(link), http.StatusOK)
		if p.path != "/orders/"+number && p.path != "/en/orders/"+number {
			t.Fatalf("the link led to %s", p.path)
		}
		f := p.Find(htmltest.Class("btn--bad")).Press()
		f.Values.Set("reason", "because")
		stranger.want(stranger.send(f), http.StatusUnprocessableEntity)
		f.Values.Set("reason", ReasonMistake)
		stranger.want(stranger.send(f), http.StatusOK)
		if d := s.dossier(number); d.Orders[0].Refunded != d.Orders[0].Total || d.Orders[1].Refunded != 0 {
			t.Fatalf("cancelling one order refunded %d and %d", d.Orders[0].Refunded, d.Orders[1].Refunded)
		}
	}
}

func TestRefusedCheckoutKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	b := s.browser()
	b.add(offer, "1")
	p := b.send(b.get("/cart").Find(htmltest.Class("btn--buy")).Press())
	f := p.Find(htmltest.Class("btn--buy")).Press()
	f.Values.Set("name", "Соколова Анна")
	f.Values.Set("phone", "8 916 55-12")
	f.Values.Set("email", "anna.sokolova@")
	p = b.want(b.send(f), http.StatusUnprocessableEntity)
	for name, want := range map[string]string{"name": "Соколова Анна", "phone": "8 916 55-12", "email": "anna.sokolova@"} {
		if got := p.Find(htmltest.Attr("name", name)).Value(); got != want {
			t.Errorf("%s is %q, typed %q", name, got, want)
		}
	}
	if !p.Has(htmltest.Attr("href", "#phone")) || !p.Has(htmltest.Attr("href", "#email")) {
		t.Error("the summary does not lead to the fields")
	}
}

func TestSellerWorksThroughTheirPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	other := catalogtest.Shop(t, s.pool)
	number := s.paid(s.guest(), 2, offer).Orders[0].Number
	seller, stranger := s.sellerBrowser("s1@example.ru", shop.ID), s.sellerBrowser("s2@example.ru", other.ID)
	for _, path := range []string{"/seller", "/seller/orders", "/seller/orders?queue=all", "/seller/orders?q=" + number, "/seller/shipping",
		"/seller/orders/" + number, "/seller/orders/" + number + "/slip"} {
		seller.want(seller.get(path), http.StatusOK)
		if strings.Contains(path, number) && !strings.Contains(path, "?q") {
			stranger.want(stranger.get(path), http.StatusNotFound)
		}
	}
	if p := stranger.get("/seller/orders?queue=all"); strings.Contains(p.body, number) {
		t.Fatal("a stranger's queue shows the order")
	}
	p := seller.get("/seller/orders/" + number)
	p = seller.want(seller.send(p.Find(htmltest.Attr("value", string(Assembling))).Parent(htmltest.Tag("form")).Find(htmltest.Class("btn")).Press()), http.StatusOK)
	p = seller.want(seller.send(p.Find(htmltest.Attr("value", string(Packed))).Parent(htmltest.Tag("form")).Find(htmltest.Class("btn")).Press()), http.StatusOK)
	hand := p.Find(htmltest.Attr("value", string(HandedOver))).Parent(htmltest.Tag("form")).Find(htmltest.Class("btn")).Press()
	seller.want(seller.send(hand), http.StatusUnprocessableEntity)
	hand.Values.Set("carrier", "Почта России")
	hand.Values.Set("tracking", "RA123456785RU")
	p = seller.want(seller.send(hand), http.StatusOK)
	if got := p.One(htmltest.TestID("parcel")).Attr("data-state"); got != string(HandedOver) {
		t.Fatalf("the parcel is %s", got)
	}
	method := url.Values{"kind": {"courier"}, "price": {"290"}, "min_days": {"1"}, "max_days": {"3"}, "active": {"1"}}
	seller.want(seller.post("/seller/shipping", method), http.StatusOK)
	if n := s.count(`select count(*)::int from shipping_methods where seller_id = $1 and price = 29000`, shop.ID); n != 1 {
		t.Fatalf("%d methods", n)
	}
	method.Set("max_days", "0")
	seller.want(seller.post("/seller/shipping", method), http.StatusUnprocessableEntity)
	var id int64
	s.must(s.pool.QueryRow(t.Context(), `select id from shipping_methods where seller_id = $1`, shop.ID).Scan(&id))
	method.Set("max_days", "3")
	stranger.want(stranger.post("/seller/shipping/"+itoa(id), method), http.StatusNotFound)
}

func TestAdminSeesTheSameHistory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, _, offer := catalogtest.Sale(t, s.pool, 429000, 5)
	d := s.paid(s.guest(), 1, offer)
	b := s.signedIn("root@example.ru", 0, account.Admin)
	for _, path := range []string{"/admin/orders", "/admin/orders?q=" + d.Purchase.Number, "/admin/orders/" + d.Purchase.Number,
		"/admin/orders/" + d.Orders[0].Number, "/admin/shipping", "/orders/" + d.Purchase.Number + "/invoice.pdf"} {
		b.want(b.get(path), http.StatusOK)
	}
}

func (s *site) sellerBrowser(email string, sellerID int64) *browser {
	return s.signedIn(email, sellerID, account.Owner)
}

func (s *site) signedIn(email string, sellerID int64, role account.Role) *browser {
	s.t.Helper()
	person := accounttest.PersonWithPassword(s.t, s.pool, s.accounts, email)
	accounttest.Grant(s.t, s.pool, s.accounts, person, sellerID, role)
	b := s.browser()
	u, err := url.Parse(s.server.URL)
	s.must(err)
	b.client.Jar.SetCookies(u, []*http.Cookie{accounttest.SignIn(s.t, s.accounts, email)})
	return b
}
