package drill

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// buyer is a guest with a browser that is patient: what fails because the shop is down is done again, with the same
// form, until it succeeds, as a person who presses the button again would.
type buyer struct {
	t      *testing.T
	base   string
	client *http.Client
	wait   time.Duration // how long in all
	from   string        // where they live: a shop limits what one address may do
	faults int           // answers that were no answers
}

func newBuyer(t *testing.T, base string, wait time.Duration) *buyer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2}}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(client.CloseIdleConnections)
	n := lives.Add(1)
	return &buyer{t: t, base: base, client: client, wait: wait, from: fmt.Sprintf("198.18.%d.%d", n/250%250, n%250+1)}
}

// lives counts buyers, so that each has an address of their own.
var lives atomic.Int64

// answer is what a page said.
type answer struct {
	status   int
	location string
	body     string
}

// once makes one request.
func (b *buyer) once(ctx context.Context, method, path string, form url.Values) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("X-Forwarded-For", b.from)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header.Get("Location"), string(body)}, err
}

// ask repeats a request until the shop answers it.
func (b *buyer) ask(method, path string, form url.Values) (answer, error) {
	deadline := time.Now().Add(b.wait)
	for {
		a, err := b.once(b.t.Context(), method, path, form)
		if err == nil && a.status < 500 {
			return a, nil
		}
		b.faults++
		if time.Now().After(deadline) || b.t.Context().Err() != nil {
			return a, fmt.Errorf("%s %s: given up: %w (%d)", method, path, err, a.status)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// leads is ask for what must lead on to an address that begins with want.
func (b *buyer) leads(method, path string, form url.Values, want string) (string, error) {
	a, err := b.ask(method, path, form)
	if err == nil && !strings.HasPrefix(a.location, want) {
		err = fmt.Errorf("%s %s answers %d to %q, want %s: %s", method, path, a.status, a.location, want, said(a.body))
	}
	return a.location, err
}

// said is what a page tells of errors.
func said(body string) string {
	if i := strings.Index(body, "data-errsum"); i >= 0 {
		return body[i:min(len(body), i+600)]
	}
	return body[:min(len(body), 300)]
}

// buy makes a whole purchase, from the cart to the paid order, and gives its number.
func (b *buyer) buy(offers ...int64) (string, error) {
	form, err := b.checkout(offers...)
	if err != nil {
		return "", err
	}
	number, err := b.place(form)
	if err != nil {
		return "", err
	}
	return number, b.pay(number)
}

// checkout fills a cart and the form of the checkout up to the last button.
func (b *buyer) checkout(offers ...int64) (url.Values, error) {
	for _, offer := range offers {
		if _, err := b.leads(http.MethodPost, "/cart/lines", url.Values{"offer": {strconv.FormatInt(offer, 10)}, "qty": {"1"}}, "/"); err != nil {
			return nil, err
		}
	}
	if _, err := b.leads(http.MethodPost, "/checkout", nil, "/checkout"); err != nil {
		return nil, err
	}
	for range 2 { // the first time without deliveries, which hang on the city
		form, err := b.form()
		if err == nil {
			_, err = b.leads(http.MethodPost, "/checkout/quote", form, "/checkout")
		}
		if err != nil {
			return nil, err
		}
	}
	return b.form()
}

// form opens the checkout and fills its form.
func (b *buyer) form() (url.Values, error) {
	a, err := b.ask(http.MethodGet, "/checkout", nil)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("the checkout answers %d to %q", a.status, a.location)
	}
	if err != nil {
		return nil, err
	}
	return filled(b.t, a.body), nil
}

// filled is the checkout's form with a person's data in it.
func filled(t *testing.T, body string) url.Values {
	form := htmltest.ParseString(t, body).Find(htmltest.Class("btn--buy")).Press().Values
	for name, value := range map[string]string{"name": person.name, "phone": person.phone, "email": person.email, "city": "Тула",
		"street": person.street, "postcode": "300000"} {
		form.Set(name, value)
	}
	for name := range form {
		if strings.HasPrefix(name, "ship.") {
			form.Set(name, "courier:0")
		}
	}
	return form
}

// person is who buys. The log drill looks for these words.
var person = struct{ name, phone, email, street string }{"Пелагея Незванова", "8 916 555-73-19", "pelageya.nezvanova@example.ru", "Заветная, 77"}

// place presses the last button, twice: the first press leads to where the money is taken, or finds, as the second does,
// the purchase that a press before made.
func (b *buyer) place(form url.Values) (string, error) {
	if _, err := b.leads(http.MethodPost, "/checkout/place", form, "/"); err != nil {
		return "", err
	}
	to, err := b.leads(http.MethodPost, "/checkout/place", form, "/orders/Y-")
	number, _, _ := strings.Cut(strings.TrimPrefix(to, "/orders/"), "/")
	return number, err
}

// pay goes to the sandbox and pays there, however often that takes: until the order no longer asks for money. While the
// bank or the books are away, the way to pay leads back to the order, which asks to try again.
func (b *buyer) pay(number string) error {
	to, err := b.leads(http.MethodGet, "/orders/"+number+"/pay", nil, "/")
	for range 40 {
		if err != nil {
			return err
		}
		if strings.HasPrefix(to, "/orders/"+number) {
			a, err := b.ask(http.MethodGet, to, nil)
			if err != nil || !strings.Contains(a.body, "/orders/"+number+"/pay") {
				return err
			}
			time.Sleep(50 * time.Millisecond)
			if to, err = b.leads(http.MethodGet, "/orders/"+number+"/pay", nil, "/"); err != nil {
				return err
			}
			continue
		}
		if to, err = b.leads(http.MethodPost, to, url.Values{"outcome": {"pay"}}, "/"); err == nil && strings.HasPrefix(to, "/pay/sandbox/") {
			// Decided already, before an answer that got lost: the page leads on.
			to, err = b.leads(http.MethodGet, to, nil, "/orders/")
		}
	}
	return fmt.Errorf("the payment of %s never ends: %s", number, to)
}
