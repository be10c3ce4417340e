package till_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/app"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// town is the whole program behind a server on the loopback, with shops to buy from.
type town struct {
	url    string
	pool   *pgxpool.Pool
	sales  []sale
	client *http.Client
}

type sale struct{ seller, offer int64 }

// newTown boots the program as `serve` does, its jobs included, on a database of its own. Visitors come
// through a proxy that names their addresses: thousands of them from one would be turned away.
func newTown(b *testing.B, shops int) *town {
	b.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(io.Discard, nil)))
	b.Cleanup(func() { slog.SetDefault(before) })
	pool, err := pg.Open(b.Context(), dbtest.URL(b), pg.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	c, _, err := app.ReadConfig(nil, func(string) string { return "" }, nil)
	if err != nil {
		b.Fatal(err)
	}
	c.Data, c.Secret, c.BaseURL, c.Proxies = b.TempDir(), strings.Repeat("5eed", 16), "http://localhost", "127.0.0.1/32"
	a, err := app.New(b.Context(), c, pool)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	b.Cleanup(server.Close)
	runner, err := jobs.NewRunner(pool, a.Jobs(), jobs.Options{Workers: 2, StopWithin: 5 * time.Second})
	if err != nil {
		b.Fatal(err)
	}
	if err := runner.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { runner.Stop(b.Context()) }) //nolint:errcheck,usetesting // the database is dropped next
	w := &town{url: server.URL, pool: pool, client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for range shops {
		shop, _, offer := catalogtest.Sale(b, pool, 100000, 1<<20)
		w.sales = append(w.sales, sale{shop.ID, offer})
	}
	return w
}

// visitor is one buyer's browser: an address, a cookie, and the page last read.
type visitor struct {
	*town
	addr     string
	cookie   string
	body     string
	location string
	asked    int
}

func (v *visitor) do(method, path string, form url.Values, want int) error {
	req, err := http.NewRequest(method, v.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("X-Forwarded-For", v.addr)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != "" {
		req.Header.Set("Cookie", v.cookie)
	}
	res, err := v.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	for _, c := range res.Cookies() {
		if strings.HasSuffix(c.Name, "session") {
			v.cookie = c.Name + "=" + c.Value
		}
	}
	v.asked++
	v.body, v.location = string(raw), res.Header.Get("Location")
	if res.StatusCode != want {
		return fmt.Errorf("%s %s answered %d, want %d: %.2000s", method, path, res.StatusCode, want, v.body)
	}
	return nil
}

var (
	attemptField  = regexp.MustCompile(`name="attempt" value="([^"]+)"`)
	expectedField = regexp.MustCompile(`name="expected" value="(\d+)"`)
)

func (v *visitor) field(re *regexp.Regexp) string {
	if m := re.FindStringSubmatch(v.body); m != nil {
		return m[1]
	}
	return ""
}

// buy is a whole purchase as a browser without scripts makes it: two lines of two sellers, the cart,
// the checkout, the address, the price of the delivery, the payment at the sandbox, the order.
func (v *visitor) buy(one, two sale) error {
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	var form url.Values
	steps := []func() error{
		func() error {
			return v.do("POST", "/cart/lines", url.Values{"offer": {id(one.offer)}, "qty": {"1"}}, 303)
		},
		func() error {
			return v.do("POST", "/cart/lines", url.Values{"offer": {id(two.offer)}, "qty": {"2"}}, 303)
		},
		func() error { return v.do("GET", "/cart", nil, 200) },
		func() error { return v.do("POST", "/checkout", url.Values{}, 303) },
		func() error { return v.do("GET", "/checkout", nil, 200) },
		func() error {
			form = url.Values{"attempt": {v.field(attemptField)}, "ship." + id(one.seller): {"courier:0"},
				"ship." + id(two.seller): {"courier:0"}, "name": {"Соколова Анна"}, "phone": {"+7 916 555-12-34"},
				"email": {"anna@example.ru"}, "city": {"Тула"}, "street": {"ул. Ленина, 1"}, "postcode": {"300000"}, "payment": {"sandbox"}}
			return v.do("POST", "/checkout/quote", form, 303)
		},
		func() error { return v.do("GET", "/checkout", nil, 200) },
		func() error {
			form.Set("expected", v.field(expectedField))
			return v.do("POST", "/checkout/place", form, 303)
		},
		func() error { return v.do("GET", v.location, nil, 200) },
		func() error { return v.do("POST", v.location0(), url.Values{"outcome": {"pay"}}, 303) },
		func() error { return v.do("GET", v.location, nil, 200) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

var sandboxForm = regexp.MustCompile(`action="(/pay/sandbox/[^"]+)"`)

// location0 is where the form of the sandbox's page leads.
func (v *visitor) location0() string { return v.field(sandboxForm) }

// BenchmarkPurchaseHTTP measures whole purchases over HTTP: 11 requests each by 32 buyers at once, of
// fifty shops, with the program's own jobs running beside. The processor time is of this process,
// which is server, jobs and buyers in one; PostgreSQL's is not in it.
func BenchmarkPurchaseHTTP(b *testing.B) {
	w := newTown(b, 50)
	var next, asked atomic.Int64
	buy := func() error {
		i := int(next.Add(1))
		v := &visitor{town: w, addr: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)}
		err := v.buy(w.sales[i%len(w.sales)], w.sales[(i*7+1)%len(w.sales)])
		asked.Add(int64(v.asked))
		return err
	}
	w.settle(b, buy)
	asked.Store(0)
	used := cpu(b)
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := buy(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "purchases/s")
	b.ReportMetric(float64(asked.Load())/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(cpu(b)-used)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
	var paid int
	if err := w.pool.QueryRow(b.Context(), `select count(*) from purchases where paid_at is not null`).Scan(&paid); err != nil {
		b.Fatal(err)
	}
	if paid != b.N+warm {
		b.Errorf("%d purchases are paid, want %d", paid, b.N+warm)
	}
}

// warm is how many purchases are made before any is timed.
const warm = 16 * 20

// settle makes the town one that has been open for a while: statements are prepared, tables are not
// empty, the planner knows them, and what the program does when it starts is done.
func (w *town) settle(b *testing.B, buy func() error) {
	b.Helper()
	var buyers sync.WaitGroup
	for range 16 { // all connections, not only the one a single buyer is given again and again
		buyers.Go(func() {
			for range warm / 16 {
				if err := buy(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	buyers.Wait()
	for waiting := 1; waiting > 0; time.Sleep(50 * time.Millisecond) {
		if err := w.pool.QueryRow(b.Context(), `select count(*) from river_job where state in ('available', 'running')`).Scan(&waiting); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.pool.Exec(b.Context(), `vacuum analyze`); err != nil {
		b.Fatal(err)
	}
}

// cpu is the processor time this process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
