package app

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// The real post is spoken with only by those who have keys for it; a stand-in is not for production.
func TestWhichPost(t *testing.T) {
	t.Parallel()
	keys := Config{PostToken: "t", PostKey: "k", PostLogin: "l", PostSecret: "p", PostFrom: "420015"}
	elsewhere := keys
	elsewhere.PostOrders = "https://post.example"
	for name, tt := range map[string]struct {
		c    Config
		want [3]string
	}{
		"nothing is set": {Config{PostFrom: "101000"}, [3]string{}},
		"keys":           {keys, [3]string{postal.TariffURL, postal.OrdersURL, postal.TrackingURL}},
		"other address":  {elsewhere, [3]string{postal.TariffURL, "https://post.example", postal.TrackingURL}},
		"prices alone":   {Config{PostTariff: "https://tariff.example"}, [3]string{"https://tariff.example", "", ""}},
		"a stand-in":     {Config{PostStandin: "http://127.0.0.1:9", PostToken: "t"}, [3]string{"http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"}},
	} {
		got := tt.c.post()
		if diff := cmp.Diff(tt.want, [3]string{got.TariffURL, got.OrdersURL, got.TrackingURL}); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
		if got.Demonstration != (tt.c.PostStandin != "") {
			t.Errorf("%s: demonstration %v", name, got.Demonstration)
		}
		if err := tt.c.checkPost(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]Config{
		"half the keys":              {PostToken: "t", PostFrom: "420015"},
		"an open network":            {PostOrders: "http://post.example"},
		"no address":                 {PostStandin: "stand"},
		"a stand-in for real orders": {PostStandin: "http://127.0.0.1:9", Env: "production"},
	} {
		if err := c.checkPost(); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// Whoever works the jobs takes the rates from the stand-in too, be it serve, demo or work; a source that was named stays.
func TestRatesComeFromTheStandinToo(t *testing.T) {
	t.Parallel()
	const stand, own = "http://127.0.0.1:9", "https://rates.example"
	for c, want := range map[[2]string]string{{"", realRates}: realRates, {stand, realRates}: stand, {stand, own}: own, {"", own}: own} {
		if got := (Config{PostStandin: c[0], RatesURL: c[1]}).rates(); got != want {
			t.Errorf("post %q, rates %q: %q, want %q", c[0], c[1], got, want)
		}
	}
}

func TestDoctorOfThePost(t *testing.T) {
	t.Parallel()
	stand, err := standin.New(standin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	address := dbtest.URL(t)
	keys := func(url, key string) []string {
		return []string{"--post-tariff-url", url, "--post-orders-url", url, "--post-tracking-url", url, "--post-token", standin.Token, "--post-key", key,
			"--post-tracking-login", standin.Login, "--post-tracking-password", standin.Password}
	}
	for name, tt := range map[string]struct {
		args        []string
		level, word string
	}{
		"none":           {nil, "warn", "POST_TOKEN"},
		"a stand-in":     {[]string{"--post-standin", server.URL}, "warn", "stand-in"},
		"well":           {keys(server.URL, standin.Key), "ok", "requests left"},
		"the wrong keys": {keys(server.URL, "wrong"), "fail", "POST_KEY"},
		"out of reach":   {keys("http://127.0.0.1:1", standin.Key), "fail", "reached"},
	} {
		if e, _ := examine(t, append([]string{"--database-url", address}, tt.args...)...); !e.has("post", tt.level, tt.word) {
			t.Errorf("%s: %+v", name, e.Findings)
		}
	}
}

// The subcommand plays the post until it is told to end.
func TestStandinCommand(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"standin", "--addr", "127.0.0.1:0", "--keep", t.TempDir() + "/stand.jsonl", "--step", "-1s", "--faults", `{"limit":5}`}, in, io.Discard)
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(strings.TrimPrefix(line, "standing in at "))
	resp, err := http.Get(address + "/control/faults")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close() //nolint:errcheck // read whole
	if err != nil || !strings.Contains(string(body), `"limit":5`) {
		t.Errorf("%s, %v", body, err)
	}
	stop()
	select {
	case status := <-ended:
		if status != 0 {
			t.Errorf("it ends with %d", status)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end")
	}
}
