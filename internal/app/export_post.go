package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
)

// post says how the post is reached: the stand-in where one is named, the real services where there are keys for
// them, and otherwise not at all.
func (c Config) post() postal.Config {
	if c.PostStandin != "" {
		p := standin.Config(c.PostStandin)
		p.Settle = c.PostSettle
		return p
	}
	p := postal.Config{TariffURL: c.PostTariff, OrdersURL: c.PostOrders, TrackingURL: c.PostTracks, Token: c.PostToken, Key: c.PostKey,
		Login: c.PostLogin, Password: c.PostSecret, From: c.PostFrom, Settle: c.PostSettle}
	if c.PostToken != "" {
		p.TariffURL = cmp.Or(p.TariffURL, postal.TariffURL)
		p.OrdersURL = cmp.Or(p.OrdersURL, postal.OrdersURL)
		p.TrackingURL = cmp.Or(p.TrackingURL, postal.TrackingURL)
	}
	return p
}

// checkPost refuses addresses and keys that could not work, and in production a stand-in.
func (c Config) checkPost() error {
	if err := c.checkURL("POST_STANDIN_URL", c.PostStandin, "http", "https"); err != nil {
		return err
	}
	if c.PostStandin != "" && c.Env == "production" {
		return Fault{"POST_STANDIN_URL names a stand-in", "production sends real parcels: set POST_TOKEN and POST_KEY instead"}
	}
	if c.post().Check() != nil {
		return Fault{"an address of the post's services cannot be used", "begin it with https://, without a password in it"}
	}
	if c.PostToken == "" {
		return nil
	}
	if lacks := c.post().Lacks(); len(lacks) > 0 {
		return Fault{"the post is half configured", "set " + strings.Join(lacks, ", ") + " too, or take POST_TOKEN away"}
	}
	return nil
}

// demoStep is how soon one operation follows another on a parcel's way in the demonstration: a parcel is delivered
// within five minutes.
const demoStep = 20 * time.Second

// ownStandin starts the demonstration's stand-in on a port of its own, unless another or the real post is named.
func (p *program) ownStandin() (stop func(), err error) {
	stop = func() {}
	if !p.Demo || p.PostStandin != "" || p.PostToken != "" {
		if lacks := p.post().Lacks(); len(lacks) > 0 {
			slog.Info("the post is not connected: nothing can be sent abroad", "not set", strings.Join(lacks, ", "))
		}
		return stop, nil
	}
	s, err := standin.New(standin.Options{Step: demoStep, Keep: filepath.Join(p.Data, "standin.jsonl")})
	if err != nil {
		return stop, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return stop, errors.Join(err, s.Close())
	}
	server := newServer(s)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("the stand-in ended", "err", err)
		}
	}()
	p.PostStandin = "http://" + listener.Addr().String()
	slog.Info("a stand-in plays the post and the Central Bank; prices and rates are made up", "address", p.PostStandin)
	return func() {
		if err := errors.Join(server.Close(), s.Close()); err != nil {
			slog.Warn("the stand-in", "err", err)
		}
	}, nil
}

// rates says where the Central Bank's rates come from: with a stand-in from it as well, unless another source was named.
func (c Config) rates() string {
	if c.PostStandin != "" && c.RatesURL == realRates {
		return c.PostStandin
	}
	return c.RatesURL
}

// realRates is the default of Config.RatesURL.
const realRates = "https://www.cbr.ru"

func standinFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.keep, "keep", "", "file that keeps the stand-in's state; none: it forgets all when it ends")
	f.DurationVar(&p.own.step, "step", 6*time.Hour, "time between two operations on a parcel's way; less than 0: none")
	f.DurationVar(&p.own.hang, "hang", time.Minute, "how long an answer that never comes is held")
	f.StringVar(&p.own.faults, "faults", "{}", `what goes wrong, per mille, such as {"errors":100,"timeouts":50,"duplicates":20}`)
}

// standIn is the subcommand standin.
func standIn(ctx context.Context, p *program) error {
	if p.Env == "production" {
		return Fault{"a stand-in does not run with APP_ENV=production", "unset APP_ENV"}
	}
	o := standin.Options{Step: p.own.step, Keep: p.own.keep, Hang: p.own.hang}
	if err := json.Unmarshal([]byte(p.own.faults), &o.Faults); err != nil {
		return Fault{"--faults cannot be read", "give JSON such as {\"errors\":100}"}
	}
	s, err := standin.New(o)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", p.Addr)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	server := newServer(s)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if _, err := fmt.Fprintf(p.out, "standing in at http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, server.Close(), s.Close())
	}
	select {
	case <-ctx.Done():
		err = server.Close()
	case err = <-failed:
	}
	return errors.Join(err, s.Close())
}
