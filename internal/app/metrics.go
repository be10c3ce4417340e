package app

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/metrics"
)

// How long readings are kept: what an alert hangs on is fresh, what walks whole tables is not.
const (
	queueKept   = 10 * time.Second
	booksKept   = 5 * time.Minute
	machineKept = time.Minute
	certKept    = time.Hour
)

// addReadings says what /metrics tells beside requests, jobs and the runtime.
func (a *App) addReadings(c Config) {
	a.metrics.Pool(a.db)
	tally := &tally{db: a.db}
	a.metrics.Add(
		metrics.Reading{Name: "queues", Keep: queueKept, Limit: 3 * time.Second, Read: func(ctx context.Context) ([]metrics.Value, error) {
			return readQueues(ctx, a.db)
		}},
		metrics.Reading{Name: "orders", Keep: queueKept, Limit: 9 * time.Second, Read: tally.read},
		metrics.Reading{Name: "books", Keep: booksKept, Limit: 9 * time.Second, Read: func(ctx context.Context) ([]metrics.Value, error) {
			return readBooks(ctx, a.db)
		}},
		metrics.Reading{Name: "backup", Keep: machineKept, Limit: 3 * time.Second, Read: func(ctx context.Context) ([]metrics.Value, error) {
			return readBackup(ctx, a.db)
		}},
		metrics.Reading{Name: "disk", Keep: machineKept, Limit: time.Second, Read: func(context.Context) ([]metrics.Value, error) {
			return readDisk(c.Data)
		}},
	)
	if host, ok := strings.CutPrefix(c.BaseURL, "https://"); ok {
		a.metrics.Add(metrics.Reading{Name: "certificate", Keep: certKept, Limit: 5 * time.Second, Read: func(ctx context.Context) ([]metrics.Value, error) {
			until, err := certificateUntil(ctx, host)
			return []metrics.Value{{Name: "yarmarka_certificate_expiry_timestamp_seconds",
				Help: "When the certificate of the public address ends.", Value: float64(until.Unix())}}, err
		}})
	}
}

func readDisk(dir string) ([]metrics.Value, error) {
	free, size, err := diskSpace(dir)
	return []metrics.Value{
		{Name: "yarmarka_disk_free_bytes", Help: "Room left for the program on the disk of its data folder.", Value: float64(free)},
		{Name: "yarmarka_disk_size_bytes", Help: "Size of the disk of the data folder.", Value: float64(size)},
	}, err
}

// diskSpace gives the bytes a program without special rights may still write below dir, and the size of its disk.
func diskSpace(dir string) (free, size uint64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, err
	}
	return st.Bavail * uint64(st.Bsize), st.Blocks * uint64(st.Bsize), nil
}

// certificateUntil asks the public address for its certificate, as a visitor would.
func certificateUntil(ctx context.Context, host string) (time.Time, error) {
	u, err := url.Parse("https://" + host)
	if err != nil {
		return time.Time{}, err
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: 4 * time.Second}}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return time.Time{}, err
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	until := time.Time{}
	if secure, ok := conn.(*tls.Conn); ok {
		until = secure.ConnectionState().PeerCertificates[0].NotAfter
	}
	return until, nil
}

// guardedMetrics answers /metrics at the site's own address: to whoever holds the token, and in development to
// whoever is on this machine and was not sent by a proxy.
func (p *program) guardedMetrics(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case p.MetricsKey != "" && ok && subtle.ConstantTimeCompare([]byte(given), []byte(p.MetricsKey)) == 1,
			p.MetricsKey == "" && p.Env != "production" && fromHere(r):
			h.ServeHTTP(w, r)
		case p.MetricsKey != "":
			w.Header().Set("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, "the token of --metrics-token is needed")
		default:
			answer(w, http.StatusNotFound, "not here: see --metrics-addr and --metrics-token")
		}
	})
}

// fromHere reports whether a request came from this machine itself.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// serveMetrics listens on the address of its own, if one is set, and gives what ends it.
func (p *program) serveMetrics(h http.Handler) (func() error, error) {
	if p.MetricsAddr == "" {
		return func() error { return nil }, nil
	}
	listener, err := net.Listen("tcp", p.MetricsAddr)
	if err != nil {
		return nil, fault("stop the other program or choose another address", "--metrics-addr %s cannot be listened on (%s)", p.MetricsAddr, oneLine(err))
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h)
	server := newServer(mux)
	go func() { _ = server.Serve(listener) }() // ends with Close
	return server.Close, nil
}
