package drill

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/demo"
)

// The first command of the README: the demonstration begins in an empty folder with a PostgreSQL of its own and a post that
// is played, tells of what was bought at home and abroad, and does not do so again when it is begun anew.
func TestDemonstrationBegins(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	p := &program{t: t, path: path, args: []string{"demo", "--addr", address, "--data", t.TempDir(), "--drain-for", "0s"}, URL: "http://" + address}
	p.start()
	t.Cleanup(func() { // its PostgreSQL ends with it, which a kill would leave behind
		if p.end != nil {
			_ = p.stop(time.Minute)
		}
	})
	told := map[string]string{}
	for range 2 {
		p.awaitReady(4 * time.Minute)
		for _, who := range []string{"anna@example.com", "greta@example.com"} {
			b := newBuyer(t, p.URL, time.Minute)
			if _, err := b.leads(http.MethodPost, "/sign-in", url.Values{"email": {who}, "password": {demo.Password}}, "/"); err != nil {
				t.Fatal(err)
			}
			orders, err := b.ask(http.MethodGet, "/orders", nil)
			if err != nil || orders.status != http.StatusOK || !strings.Contains(orders.body, `href="/orders/`) {
				t.Fatalf("%s bought nothing: %d, %v: %s", who, orders.status, err, said(orders.body))
			}
			_, list, _ := strings.Cut(orders.body, "<main")
			if told[who] == "" {
				told[who] = numbers(list)
			} else if again := numbers(list); again != told[who] {
				t.Errorf("%s bought %s, begun anew %s", who, told[who], again)
			}
		}
		if err := p.stop(time.Minute); err != nil {
			t.Fatalf("the end was not orderly: %v", err)
		}
		p.start()
	}
	p.awaitReady(time.Minute)
}

// numbers are the orders that a page leads to.
func numbers(page string) string {
	var list []string
	for _, part := range strings.Split(page, `href="/orders/`)[1:] {
		number, _, _ := strings.Cut(part, `"`)
		list = append(list, number)
	}
	return strings.Join(list, " ")
}
