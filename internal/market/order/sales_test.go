package order

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Each day of a period and of the time before it is in one point; a year has weeks, and what is over goes to the oldest.
func TestPeriodsTakeEachDayOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC) // the first of March in Moscow
	for _, p := range periods {
		since := p.since(now)
		var days []DaySales
		for i := range 2 * p.Days {
			day := since.AddDate(0, 0, i)
			days = append(days, DaySales{Day: time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), Orders: 1, Sum: money.Amount(i)})
		}
		after, before := p.split(days, since)
		if len(after) != p.Days/p.Step || len(before) != len(after) {
			t.Fatalf("%d days have %d points and %d before", p.Days, len(after), len(before))
		}
		next := since
		var sum money.Amount
		for i, s := range append(before, after...) {
			want := p.Step
			if i%len(after) == 0 {
				want += p.Days % p.Step
			}
			if !s.From.Equal(next) || s.Orders != want || i18n.DaysBetween(s.From, s.To) != want-1 {
				t.Errorf("%d days: point %d is %v to %v with %d days, want %d from %v", p.Days, i, s.From, s.To, s.Orders, want, next)
			}
			next, sum = s.To.AddDate(0, 0, 1), sum+s.Sum
		}
		if last := after[len(after)-1].To.Format(time.DateOnly); last != "2026-03-01" {
			t.Errorf("%d days end on %s", p.Days, last)
		}
		if want := money.Amount(2*p.Days) * money.Amount(2*p.Days-1) / 2; sum != want {
			t.Errorf("%d days sum up to %d, want %d", p.Days, sum, want)
		}
	}
}

// The days of a point are written as people do.
func TestSpansOfDaysAreRead(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, text, i18n.Moscow)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, tt := range []struct{ from, to, ru, en string }{
		{"2026-11-23", "2026-11-23", "23 ноября", "23 November"},
		{"2026-11-16", "2026-11-22", "16–22 ноября", "16–22 November"},
		{"2026-10-26", "2026-11-01", "26 октября – 1 ноября", "26 October – 1 November"},
		{"2025-12-28", "2026-01-03", "28 декабря 2025 – 3 января", "28 December 2025 – 3 January"},
	} {
		got := map[i18n.Lang]string{}
		for _, lang := range i18n.Langs {
			v := todayView{shopView: shopView{voice: voice{Lang: lang, Now: day("2026-11-23")}}}
			got[lang] = strings.ReplaceAll(v.span(sold{From: day(tt.from), To: day(tt.to)}), "\u00a0", " ")
		}
		if diff := cmp.Diff(map[i18n.Lang]string{i18n.RU: tt.ru, i18n.EN: tt.en}, got); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", tt.from, tt.to, diff)
		}
	}
}

// A seller looks at a fortnight, a month or a year of sales by links, and takes each away as a table.
func TestASellerChoosesHowLongSalesAreShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, _, offer := catalogtest.Sale(t, s.pool, 429050, 5)
	paid := s.paid(s.guest(), 2, offer).Purchase
	s.must(s.back(paid.ID, 20)) // within a month, not within a fortnight
	s.paid(s.guest(), 1, offer)
	seller := s.sellerBrowser("s1@example.ru", shop.ID)
	for _, tt := range []struct {
		query, lang, title, label string
		points, orders            int
		sum                       string
	}{
		{"", "", "Продажи, ₽ в день", "14 дней", 14, 1, "4290,50"},
		{"?days=14", "/en", "Sales, ₽ a day", "14 days", 14, 1, "4290,50"},
		{"?days=30", "", "Продажи, ₽ в день", "30 дней", 30, 2, "12871,50"},
		{"?days=365", "", "Продажи, ₽ в неделю", "Год", 52, 2, "12871,50"},
		{"?days=365", "/en", "Sales, ₽ a week", "Year", 52, 2, "12871,50"},
	} {
		p := seller.want(seller.get(tt.lang+"/seller"+tt.query), http.StatusOK)
		if got := p.One(htmltest.ID("sales")).Text(); got != tt.title {
			t.Errorf("%s: sales are called %q", tt.query, got)
		}
		chips := p.One(htmltest.Class("chips"))
		if got := chips.One(htmltest.Attr("aria-current", "true")).Text(); chips.Count(htmltest.Tag("a")) != 3 || got != tt.label {
			t.Errorf("%s: %q is chosen of %s", tt.query, got, chips.Text())
		}
		for _, a := range chips.All(htmltest.Tag("a")) {
			if href := a.Attr("href"); !strings.HasPrefix(href, tt.lang+"/seller?days=") || !strings.HasSuffix(href, "#sales") {
				t.Errorf("%s: a period leads to %s", tt.query, href)
			}
		}
		if rows := p.One(htmltest.TestID("sales")).Count(htmltest.Tag("tr")); rows != tt.points+1 {
			t.Errorf("%s: the table has %d rows", tt.query, rows)
		}
		s.checkSales(seller, p.Find(htmltest.Tag("a"), htmltest.Text(i18n.In(langOf(tt.lang), "order.sales.csv"))).Attr("href"), tt.points, tt.orders, tt.sum)
	}
	for _, path := range []string{"/seller?days=7", "/seller?days=x", "/seller/sales.csv?days=0"} {
		seller.want(seller.get(path), http.StatusNotFound)
	}
	stranger := s.sellerBrowser("s2@example.ru", catalogtest.Shop(t, s.pool).ID)
	s.checkSales(stranger, "/seller/sales.csv?days=365", 52, 0, "0,00")
	if p := stranger.want(stranger.get("/seller?days=365"), http.StatusOK); p.Has(htmltest.ID("sales")) || !p.Has(htmltest.ID("first")) {
		t.Error("a shop that has nothing yet is shown figures, or not where to begin")
	}
}

func langOf(prefix string) i18n.Lang {
	if prefix == "/en" {
		return i18n.EN
	}
	return i18n.RU
}

// back moves the payment of a purchase some days into the past.
func (b *bench) back(purchase int64, days int) error {
	_, err := b.pool.Exec(b.t.Context(), `update orders set paid_at = paid_at - $2 * interval '1 day', placed_at = placed_at - $2 * interval '1 day' where purchase_id = $1`,
		purchase, days)
	return err
}

// checkSales reads the table of sales as a spreadsheet program does.
func (s *site) checkSales(b *browser, path string, points, orders int, sum string) {
	s.t.Helper()
	p := b.want(b.get(path), http.StatusOK)
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.body, "\ufeff")))
	table.Comma = ';'
	rows, err := table.ReadAll()
	s.must(err)
	if len(rows) != points+1 {
		s.t.Fatalf("%s has %d rows", path, len(rows))
	}
	n := 0
	var total money.Amount
	for _, row := range rows[1:] {
		some, err := strconv.Atoi(row[2])
		s.must(err)
		part, err := money.Parse(row[3])
		s.must(err)
		n, total = n+some, total+part
		if row[0] > row[1] {
			s.t.Errorf("%s: from %s to %s", path, row[0], row[1])
		}
	}
	if got := strings.Replace(money.Decimal(total), ".", ",", 1); n != orders || got != sum {
		s.t.Errorf("%s says %d orders and %s, want %d and %s", path, n, got, orders, sum)
	}
}

// Cards to fill in are shown to whom they can be given to, with what was ordered last; a packer does not see them.
func TestCardsToFillInAreForThoseWhoManage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shop, card, offer := catalogtest.Sale(t, s.pool, 100000, 5)
	s.paid(s.guest(), 1, offer)
	s.lacking = func(_ context.Context, sellerID int64, ordered []int64) (templ.Component, error) {
		if sellerID != shop.ID || len(ordered) != 1 || ordered[0] != card.ProductID {
			t.Errorf("shop %d is asked about with %v", sellerID, ordered)
		}
		return templ.Raw(`<p data-testid="cards">x</p>`), nil
	}
	for role, want := range map[account.Role]bool{account.Owner: true, account.Manager: true, account.Packer: false} {
		b := s.signedIn(string(role)+"@example.ru", shop.ID, role)
		if got := b.want(b.get("/seller"), http.StatusOK).Has(htmltest.TestID("cards")); got != want {
			t.Errorf("a %s sees the cards: %v", role, got)
		}
	}
}
