package seller_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// office is the operator's desk for shops behind its router, wired as app wires it.
type office struct {
	t       *testing.T
	db      *pgxpool.Pool
	shops   *seller.Service
	router  http.Handler
	session *account.Session
	lang    i18n.Lang
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db := dbtest.New(t)
	people := accounttest.Service(t, db)
	o := &office{t: t, db: db, shops: seller.New(db, time.Now), lang: i18n.RU}
	o.shops.BaseURL = "https://yarmarka.test"
	o.shops.Grant = func(ctx context.Context, tx pg.DB, personID, sellerID int64) error {
		return people.GrantMembership(ctx, tx, personID, sellerID, account.Owner)
	}
	o.shops.Changed = catalog.SellerChanged
	figures := func(context.Context, int64) (seller.Figures, error) {
		return seller.Figures{Offers: 12, OnSale: 9, Parcels: 40, Late: 2}, nil
	}
	r := chi.NewRouter()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			shell := &web.Shell{Lang: o.lang, Path: r.URL.Path, BaseURL: "https://yarmarka.test", HasCookie: true}
			if o.session != nil {
				shell.Person = web.Person{ID: o.session.PersonID, Name: "Тимур", Staff: o.session.Platform != "", Admin: o.session.Platform == account.Admin}
			}
			next.ServeHTTP(w, r.WithContext(account.WithSession(web.WithShell(r.Context(), shell), o.session)))
		})
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff())
		seller.NewAdminHandlers(o.shops, figures).AdminRoutes(r)
	})
	r.Group(seller.NewHandlers(o.shops).PersonRoutes)
	o.router = r
	o.as(account.Moderator)
	return o
}

// as makes whoever asks from now on a new person with a role of the platform, or none.
func (o *office) as(role account.Role) int64 {
	o.t.Helper()
	id := accounttest.Person(o.t, o.db)
	o.session = &account.Session{PersonID: id, Platform: role}
	return id
}

func (o *office) get(path string, want int) *htmltest.Node {
	o.t.Helper()
	return o.do(httptest.NewRequest(http.MethodGet, path, nil), want)
}

func (o *office) post(path string, want int, values url.Values) *htmltest.Node {
	o.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.do(r, want)
}

func (o *office) do(r *http.Request, want int) *htmltest.Node {
	o.t.Helper()
	w := httptest.NewRecorder()
	o.router.ServeHTTP(w, r)
	page := htmltest.ParseString(o.t, w.Body.String())
	if w.Code != want {
		o.t.Fatalf("%s %s: %d, want %d\n%s", r.Method, r.URL, w.Code, want, page.Text())
	}
	return page
}

var goodLegal = seller.Legal{LegalForm: "ip", LegalName: "ИП Ишимова Гульнара Рашитовна", INN: "500100732259", OGRN: "304500116000157"}

// apply files an application of somebody new.
func (o *office) apply(name string) (seller.Seller, int64) {
	o.t.Helper()
	person := accounttest.Person(o.t, o.db)
	shop, err := o.shops.Apply(o.t.Context(), person, seller.Application{Name: name, City: "Казань", Email: "shop@example.ru", Legal: goodLegal})
	if err != nil {
		o.t.Fatal(err)
	}
	return shop, person
}

func (o *office) one(sql string, args ...any) string {
	o.t.Helper()
	text, err := pg.Scalar[string](o.t.Context(), o.db, sql, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	return text
}

func (o *office) status(shop seller.Seller) string {
	return o.one(`select status from sellers where id = $1`, shop.ID)
}

// letters lists templates and subjects of what was written to a person, in order.
func (o *office) letters(person int64) string {
	return o.one(`select coalesce(string_agg(m.template || ': ' || m.subject, '; ' order by m.id), '')
		from mails m join people p on p.email = m.recipient where p.id = $1`, person)
}

func (o *office) acts(shop seller.Seller) string {
	return o.one(`select coalesce(string_agg(act, ' ' order by id), '') from audit_log where target_kind = 'seller' and target_id = $1`, shop.ID)
}

func TestAnApprovedShopIsItsApplicants(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop, applicant := o.apply("Уральский камень")
	page := o.get("/admin/sellers", http.StatusOK)
	page.One(htmltest.TestID("shop"))
	page = o.get("/admin/sellers/"+shop.Slug, http.StatusOK)
	if got := strings.Count(page.Text(), "цифры сходятся"); got != 2 {
		t.Errorf("%d numbers are checked, want the INN and the OGRN", got)
	}
	o.post("/admin/sellers/"+shop.Slug+"/approve", http.StatusSeeOther, nil)
	if got := o.status(shop); got != seller.Open {
		t.Errorf("the shop is %s", got)
	}
	if got := o.one(`select role from memberships where person_id = $1 and seller_id = $2`, applicant, shop.ID); got != account.Owner {
		t.Errorf("the applicant is %q there", got)
	}
	if diff := cmp.Diff("seller.approved: Магазин «Уральский камень» открыт", o.letters(applicant)); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	page = o.post("/admin/sellers/"+shop.Slug+"/approve", http.StatusConflict, nil)
	if !strings.Contains(page.Text(), "Решение уже принято") {
		t.Error("the second moderator is not told why")
	}
	if got := o.acts(shop); got != "seller.open" {
		t.Errorf("the log says %q", got)
	}
}

// Whoever sends an empty application is told of every field at once, and finds what was typed.
func TestEveryFaultOfAnApplicationIsToldAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.as("")
	page := o.post("/seller/apply", http.StatusUnprocessableEntity, url.Values{"legal_form": {"ip"}, "email": {"никто"}, "inn": {"12"}})
	for _, field := range []string{"name", "city", "email", "legal_name", "inn", "ogrn"} {
		page.One(htmltest.ID(field + "-e"))
	}
	if got := page.One(htmltest.ID("email")).Value(); got != "никто" {
		t.Errorf("the address is %q now", got)
	}
}

func TestARefusalNeedsAReasonAndTellsIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop, applicant := o.apply("Чай даром")
	if _, err := o.db.Exec(t.Context(), `update people set lang = 'en' where id = $1`, applicant); err != nil {
		t.Fatal(err)
	}
	page := o.post("/admin/sellers/"+shop.Slug+"/refuse", http.StatusUnprocessableEntity, url.Values{"note": {"  "}})
	page.One(htmltest.ID("note-e"))
	long := strings.Repeat("о", 1001)
	page = o.post("/admin/sellers/"+shop.Slug+"/refuse", http.StatusUnprocessableEntity, url.Values{"note": {long}})
	if got := page.One(htmltest.ID("note")).Value(); got != long {
		t.Errorf("%d letters of the reason are kept", len([]rune(got)))
	}
	if got := o.status(shop); got != seller.Applied {
		t.Fatalf("the shop is %s", got)
	}
	o.post("/admin/sellers/"+shop.Slug+"/refuse", http.StatusSeeOther, url.Values{"note": {"ИНН не вашего дела"}})
	if got := o.status(shop); got != seller.Terminated {
		t.Errorf("the shop is %s", got)
	}
	if diff := cmp.Diff("seller.refused: The shop “Чай даром” is not open yet", o.letters(applicant)); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	if body := notifytest.Last(t, o.db, "", ""); !strings.Contains(body, "Reason: ИНН не вашего дела") || !strings.Contains(body, "https://yarmarka.test/en/seller/apply") {
		t.Errorf("the letter says\n%s", body)
	}
	page = o.post("/admin/sellers/"+shop.Slug+"/suspend", http.StatusConflict, url.Values{"note": {"ещё и это"}})
	if !strings.Contains(page.Text(), "Решение уже принято") {
		t.Error("a decided shop is suspended")
	}
}

// goods is everything about a shop's goods that a suspension must leave alone.
const goods = `select string_agg(concat_ws(' ', o.id, o.price, o.status, o.version, o.updated_at, st.on_hand, st.reserved, p.status, p.version, p.updated_at), '; ' order by o.id)
	from offers o join offer_stock st on st.offer_id = o.id join variants v on v.id = o.variant_id join products p on p.id = v.product_id where o.seller_id = $1`

func TestSuspendedGoodsCannotBeBoughtAndComeBackUnchanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop, owner := o.apply("Гжельский дом")
	o.post("/admin/sellers/"+shop.Slug+"/approve", http.StatusSeeOther, nil)
	for range 3 {
		card := catalogtest.Card(t, o.db, shop)
		catalogtest.Offer(t, o.db, shop, card.Variants["main"], 319000, 5)
	}
	blocked := func() string {
		return o.one(`select string_agg(coalesce(blocked, 'buyable'), ' ' order by offer_id) from offer_facts where seller_id = $1`, shop.ID)
	}
	before := o.one(goods, shop.ID)
	if got := blocked(); got != "buyable buyable buyable" {
		t.Fatal(got)
	}
	page := o.post("/admin/sellers/"+shop.Slug+"/suspend", http.StatusUnprocessableEntity, nil)
	page.One(htmltest.ID("note-e"))
	o.post("/admin/sellers/"+shop.Slug+"/suspend", http.StatusSeeOther, url.Values{"note": {"Нет декларации на посуду"}})
	if got := blocked(); got != "shop_closed shop_closed shop_closed" {
		t.Errorf("suspended: %s", got)
	}
	if n := o.one(`select count(distinct product_id)::text from product_changes`); n != "3" {
		t.Errorf("%s cards wait for the index, want 3", n)
	}
	page = o.get("/admin/sellers/"+shop.Slug, http.StatusOK)
	if !strings.Contains(page.Text(), "Нет декларации на посуду") {
		t.Error("the page does not say why")
	}
	o.post("/admin/sellers/"+shop.Slug+"/suspend", http.StatusConflict, url.Values{"note": {"ещё раз"}})
	o.post("/admin/sellers/"+shop.Slug+"/approve", http.StatusConflict, nil)
	o.post("/admin/sellers/"+shop.Slug+"/reopen", http.StatusSeeOther, nil)
	if got := blocked(); got != "buyable buyable buyable" {
		t.Errorf("reopened: %s", got)
	}
	if diff := cmp.Diff(before, o.one(goods, shop.ID)); diff != "" {
		t.Errorf("the goods came back changed (-before +after):\n%s", diff)
	}
	o.post("/admin/sellers/"+shop.Slug+"/reopen", http.StatusConflict, nil)
	o.post("/admin/sellers/"+shop.Slug+"/suspend", http.StatusSeeOther, url.Values{"note": {"Снова"}})
	want := "seller.approved: Магазин «Гжельский дом» открыт; seller.suspended: Магазин «Гжельский дом» приостановлен; " +
		"seller.reopened: Магазин «Гжельский дом» снова открыт; seller.suspended: Магазин «Гжельский дом» приостановлен"
	if diff := cmp.Diff(want, o.letters(owner)); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	history := o.get("/admin/sellers/"+shop.Slug, http.StatusOK).One(htmltest.TestID("history")).Text()
	for _, act := range []string{"Приостановлен", "Снова открыт", "Магазин открыт", "Подана заявка"} {
		if !strings.Contains(history, act) {
			t.Errorf("the history misses %q: %s", act, history)
		}
	}
}

func TestReopeningIsNoWayAroundAnApproval(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop, _ := o.apply("Обходной путь")
	o.post("/admin/sellers/"+shop.Slug+"/reopen", http.StatusConflict, nil)
	if got := o.status(shop); got != seller.Applied {
		t.Errorf("the shop is %s", got)
	}
}

func TestNobodyDecidesOnTheirOwnApplication(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop, applicant := o.apply("Лавка модератора")
	o.session = &account.Session{PersonID: applicant, Platform: account.Moderator}
	page := o.post("/admin/sellers/"+shop.Slug+"/approve", http.StatusConflict, nil)
	if !strings.Contains(page.Text(), "ваша собственная заявка") {
		t.Error("the page does not say why")
	}
}

func TestOnlyAnAdminTrusts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop := catalogtest.Shop(t, o.db)
	path := "/admin/sellers/" + shop.Slug
	o.post(path+"/trust", http.StatusForbidden, url.Values{"trusted": {"1"}})
	if o.get(path, http.StatusOK).Has(htmltest.Role("button", "Доверять")) {
		t.Error("a moderator is offered what only an admin may")
	}
	o.as(account.Admin)
	o.post(path+"/trust", http.StatusUnprocessableEntity, url.Values{"trusted": {"perhaps"}})
	o.post(path+"/trust", http.StatusSeeOther, url.Values{"trusted": {"1"}})
	if got := o.one(`select trusted::text from sellers where id = $1`, shop.ID); got != "true" {
		t.Error("it is not trusted")
	}
	o.post(path+"/trust", http.StatusSeeOther, url.Values{"trusted": {"0"}})
	if got := o.acts(shop); got != "seller.trust seller.trust" {
		t.Errorf("the log says %q", got)
	}
}

func TestShopsAreTheStaffsOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	shop := catalogtest.Shop(t, o.db)
	o.as("")
	o.get("/admin/sellers", http.StatusForbidden)
	o.get("/admin/sellers/"+shop.Slug, http.StatusForbidden)
	for _, act := range []string{"approve", "refuse", "suspend", "reopen", "trust"} {
		o.post("/admin/sellers/"+shop.Slug+"/"+act, http.StatusForbidden, url.Values{"note": {"потому что"}, "trusted": {"1"}})
	}
	if got := o.status(shop); got != seller.Open {
		t.Errorf("the shop is %s", got)
	}
	o.as(account.Moderator)
	o.get("/admin/sellers/no-such-shop", http.StatusNotFound)
	o.post("/admin/sellers/no-such-shop/approve", http.StatusNotFound, nil)
}

func TestShopsAreFoundByNameNumberAndAddress(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var last seller.Seller
	for range 30 {
		last = catalogtest.Shop(t, o.db)
	}
	named := catalogtest.Shop(t, o.db, func(s *seller.Seller) {
		s.Name, s.INN = "Артель «Берёзка»", "7707083893"
		s.LegalForm = "ooo"
	})
	waits, _ := o.apply("Новая лавка")
	tests := []struct {
		query string
		want  []string
	}{
		{"?status=applied", []string{waits.Name}},
		{"?q=" + url.QueryEscape("берёз"), []string{named.Name}},
		{"?q=7707", []string{named.Name}},
		{"?q=" + last.Slug, []string{last.Name}},
		{"?q=" + url.QueryEscape("%"), nil},
		{"?status=suspended", nil},
		{"?q=" + url.QueryEscape("новая") + "&status=open", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, row := range o.get("/admin/sellers"+tt.query, http.StatusOK).All(htmltest.TestID("shop")) {
			got = append(got, row.One(htmltest.Role("link", "")).Text())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
	seen := map[string]bool{}
	for next := "/admin/sellers?status=open"; next != ""; {
		page := o.get(next, http.StatusOK)
		for _, row := range page.All(htmltest.TestID("shop")) {
			seen[row.Text()] = true
		}
		next = ""
		for _, a := range page.All(htmltest.Attr("rel", "next")) {
			next = a.Attr("href")
		}
	}
	if len(seen) != 31 {
		t.Errorf("the pages hold %d open shops, want 31", len(seen))
	}
	o.get("/admin/sellers?after=nonsense", http.StatusBadRequest)
}

func TestAShopsPageIsWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.as(account.Admin)
	broken := catalogtest.Shop(t, o.db, func(s *seller.Seller) { s.INN, s.RatingHundredths, s.Ratings = "500100732258", 482, 17 })
	for _, lang := range []i18n.Lang{i18n.RU, i18n.EN} {
		o.lang = lang
		for _, path := range []string{"/admin/sellers?status=all", "/admin/sellers/" + broken.Slug} {
			page := o.get(path, http.StatusOK)
			if strings.Contains(page.Text(), "seller.") {
				t.Errorf("%s in %s shows a key: %s", path, lang, page.Text())
			}
			if bad := page.Lint(); len(bad) > 0 {
				t.Errorf("%s in %s: %s", path, lang, strings.Join(bad, "; "))
			}
		}
	}
	page := o.get("/admin/sellers/"+broken.Slug, http.StatusOK).Text()
	for _, want := range []string{"digits disagree", "4.82", "17 ratings", "2 late"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page misses %q: %s", want, page)
		}
	}
}
