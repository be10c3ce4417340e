package stripefake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
)

const key = "sk_test_x"

// call sends a request as a Stripe library would.
func call(t *testing.T, base, method, path, idempotency string, form url.Values) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Stripe-Version", stripefake.Version)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Idempotency-Key", idempotency)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return res.StatusCode, out
}

func sessionForm(amount string) url.Values {
	return url.Values{"mode": {"payment"}, "line_items[0][quantity]": {"1"}, "line_items[0][price_data][unit_amount]": {amount},
		"line_items[0][price_data][currency]": {"rub"}, "line_items[0][price_data][product_data][name]": {"Order"},
		"success_url": {"https://a.example/"}, "cancel_url": {"https://a.example/"}}
}

func serve(t *testing.T) (*stripefake.Server, string) {
	t.Helper()
	s := stripefake.New(stripefake.Config{Key: key})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	s.SetURL(h.URL)
	return s, h.URL
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	s, base := serve(t)
	_, first := call(t, base, "POST", "/v1/checkout/sessions", "k1", sessionForm("100"))
	status, again := call(t, base, "POST", "/v1/checkout/sessions", "k1", sessionForm("100"))
	if status != 200 || first["id"] != again["id"] {
		t.Errorf("replay: %d, %v and %v", status, first["id"], again["id"])
	}
	status, other := call(t, base, "POST", "/v1/checkout/sessions", "k1", sessionForm("101"))
	if kind := other["error"].(map[string]any)["type"]; status != 400 || kind != "idempotency_error" {
		t.Errorf("other parameters: %d %v", status, kind)
	}
	s.Inject(stripefake.Fault{Match: "POST /v1/checkout", Mode: stripefake.Stored500, Times: 1})
	for range 2 {
		if status, _ := call(t, base, "POST", "/v1/checkout/sessions", "k2", sessionForm("100")); status != 500 {
			t.Errorf("a stored 500 is not replayed: %d", status)
		}
	}
	s.Inject(stripefake.Fault{Match: "POST /v1/checkout", Mode: stripefake.Refuse500, Times: 1})
	for _, want := range []int{500, 200} {
		if status, _ := call(t, base, "POST", "/v1/checkout/sessions", "k3", sessionForm("100")); status != want {
			t.Errorf("status %d, want %d", status, want)
		}
	}
}

func TestRefundsNeverExceedTheCharge(t *testing.T) {
	t.Parallel()
	s, base := serve(t)
	_, session := call(t, base, "POST", "/v1/checkout/sessions", "k", sessionForm("100"))
	id := session["id"].(string)
	if err := s.Pay(id, stripefake.Succeed); err != nil {
		t.Fatal(err)
	}
	if err := s.Pay(id, stripefake.Succeed); err == nil {
		t.Error("a session was paid twice")
	}
	_, session = call(t, base, "GET", "/v1/checkout/sessions/"+id, "", nil)
	intent := session["payment_intent"].(string)
	for _, tc := range []struct {
		amount string
		want   int
	}{{"60", 200}, {"41", 400}, {"0", 400}, {"40", 200}, {"1", 400}} {
		status, out := call(t, base, "POST", "/v1/refunds", "r"+tc.amount, url.Values{"payment_intent": {intent}, "amount": {tc.amount}})
		if status != tc.want {
			t.Errorf("refund of %s: %d %v", tc.amount, status, out)
		}
	}
	if charged, refunded := s.Totals(id); charged != 100 || refunded != 100 {
		t.Errorf("charged %d, refunded %d", charged, refunded)
	}
}

func TestKeyAndVersionAreAsked(t *testing.T) {
	t.Parallel()
	_, base := serve(t)
	for header, value := range map[string]string{"Authorization": "Bearer sk_other", "Stripe-Version": "2020-01-01"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", base+"/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Stripe-Version", stripefake.Version)
		req.Header.Set(header, value)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode/100 != 4 {
			t.Errorf("%s: %d", header, res.StatusCode)
		}
	}
}

func TestAPersonPaysOnTheHostedPage(t *testing.T) {
	t.Parallel()
	s, base := serve(t)
	_, session := call(t, base, "POST", "/v1/checkout/sessions", "k", sessionForm("429050"))
	page := session["url"].(string)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	read := func() string {
		res, err := client.Get(page)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	press := func(outcome string) string {
		res, err := client.PostForm(page, url.Values{"outcome": {outcome}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.Header.Get("Location")
	}
	if got := read(); !strings.Contains(got, "4290.50 RUB") || !strings.Contains(got, ">Pay</button>") {
		t.Errorf("page %s", got)
	}
	if at := press("decline"); !strings.Contains(read(), "declined. Try another") || !strings.HasPrefix(at, "/pay/") {
		t.Errorf("after a declined card at %q: %s", at, read())
	}
	press("confirm")
	if !strings.Contains(read(), "Confirm with the bank") {
		t.Error("no confirmation asked")
	}
	if at := press("succeed"); at != "https://a.example/" {
		t.Errorf("sent to %q", at)
	}
	if charged, _ := s.Totals(session["id"].(string)); charged != 429050 {
		t.Errorf("charged %d", charged)
	}
}
