package drill

import (
	"net/url"
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// line is a network line to a service, which can be cut and slowed down.
type line struct {
	t       *testing.T
	proxy   *toxiproxy.Proxy
	address string
}

// through lays a line to an address.
func through(t *testing.T, address string) *line {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l := &line{t: t, proxy: toxiproxy.NewProxy(server, address, "127.0.0.1:0", address)}
	l.up()
	l.address = l.proxy.Listen
	t.Cleanup(l.down)
	return l
}

func (l *line) up() {
	l.t.Helper()
	if err := l.proxy.Start(); err != nil {
		l.t.Fatal(err)
	}
}

// down ends every connection and refuses new ones.
func (l *line) down() { l.proxy.Stop() }

// slow lets every answer come late.
func (l *line) slow() { l.poison(`{"name": "x", "type": "latency", "attributes": {"latency": 5000}}`) }

// mute swallows every answer, and keeps the connections.
func (l *line) mute() { l.poison(`{"name": "x", "type": "timeout", "attributes": {"timeout": 0}}`) }

func (l *line) poison(toxic string) {
	l.t.Helper()
	if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		l.t.Error(err)
	}
}

// mend makes the line good again.
func (l *line) mend() {
	l.t.Helper()
	l.proxy.Toxics.ResetToxics(l.t.Context())
}

// host is where a database address leads to, and at is the address with another host.
func host(database string) string {
	u, err := url.Parse(database)
	if err != nil {
		return ""
	}
	return u.Host
}

func at(database, host string) string {
	u, err := url.Parse(database)
	if err != nil {
		return ""
	}
	u.Host = host
	return u.String()
}
