// Package apptest boots the whole program for a test: every module wired as in production, on a database of its own
// that is cloned from one filled with the demonstration, with a server on the loopback, a runner at its jobs, and
// stand-ins for the outside (Stripe, a mail server). It holds no expectations; the journeys do. Only tests import it.
package apptest

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/app"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/payment/stripefake"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs/jobstest"
	"github.com/yarmarka/yarmarka/internal/search"
)

// A market tells about each request; a test only wants to hear what went wrong.
func init() { slog.SetLogLoggerLevel(slog.LevelError) }

// Options of a market.
type Options struct {
	Stripe bool // a stand-in for Stripe is offered at the checkout
	SMTP   bool // mails go to a mail server instead of being kept
}

// Market is the whole program at work.
type Market struct {
	URL    string // without a slash at the end
	DB     *pgxpool.Pool
	Stripe *stripefake.Server // nil unless asked for
	Mail   *Mailbox           // nil unless asked for
	Post   *standin.Server    // plays the post
}

// New boots a market. Everything ends with the test.
func New(t testing.TB, o Options) *Market {
	t.Helper()
	m := &Market{DB: dbtest.Filled(t, "demo", fill)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	m.URL = "http://localhost:" + port // browsers take passkeys from localhost, not from 127.0.0.1
	c := config(t, t.TempDir())
	c.BaseURL = m.URL
	if o.Stripe {
		m.Stripe = serveStripe(t, &c)
	}
	if o.SMTP {
		m.Mail = serveMail(t, &c)
	}
	m.Post = serveStandin(t, &c)
	a, err := app.New(t.Context(), c, m.DB)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second}}
	server.Start()
	t.Cleanup(server.Close)
	work(t, m.DB, a)
	return m
}

// config is what a program started without any setting has.
func config(t testing.TB, data string) app.Config {
	t.Helper()
	c, err := settings(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func settings(data string) (app.Config, error) {
	c, _, err := app.ReadConfig(nil, func(string) string { return "" }, nil)
	c.Demo, c.Data, c.Secret, c.BaseURL = true, data, strings.Repeat("5eed", 16), "http://localhost"
	return c, err
}

// fill writes the demonstration and works the jobs that follow from it. The photographs, a minute of encoding, stay
// away: the drawn illustrations stand in, as they do in the first minute of a real start.
func fill(ctx context.Context, db *pgxpool.Pool) error {
	dir, err := os.MkdirTemp("", "yarmarka-fill")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // an empty folder
	c, err := settings(dir)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, c, db)
	if err != nil {
		return err
	}
	short, end := context.WithCancel(ctx)
	defer end()
	if err := a.Demo(short, io.Discard); err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db)
	if err != nil {
		return err
	}
	if err := queue.Insert(ctx, search.RefreshArgs{}); err != nil { // the words that typing errors are put right by
		return err
	}
	if _, err = jobstest.Run(ctx, db, a.Jobs()); err != nil {
		return err
	}
	return reach(ctx, c, db)
}

// work runs the jobs of the market until the test ends.
func work(t testing.TB, db *pgxpool.Pool, a *app.App) {
	t.Helper()
	runner, err := jobs.NewRunner(db, a.Jobs(), jobs.Options{Workers: 2, StopWithin: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := runner.Stop(ctx); err != nil {
			t.Logf("apptest: stopping the jobs: %v", err)
		}
	})
}

const (
	stripeKey    = "sk_test_standin"
	stripeSecret = "whsec_standin"
)

func serveStripe(t testing.TB, c *app.Config) *stripefake.Server {
	t.Helper()
	fake := stripefake.New(stripefake.Config{Key: stripeKey, Immediate: true})
	server := httptest.NewServer(fake)
	t.Cleanup(func() { server.Close(); fake.Wait() })
	fake.SetURL(server.URL)
	fake.Endpoint(c.BaseURL+"/webhooks/stripe", stripeSecret)
	c.StripeKey, c.StripeHooks, c.StripeURL = stripeKey, stripeSecret, cmp.Or(c.StripeURL, server.URL)
	return fake
}
