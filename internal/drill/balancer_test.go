package drill

import (
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// balance puts a proxy before several copies of the program, as ops/nginx.conf does: it asks each for /readyz, sends
// requests to those that are ready in turn, and to another one if a copy cannot be reached at all.
func balance(t *testing.T, copies ...*program) string {
	t.Helper()
	ready := make([]atomic.Bool, len(copies))
	targets := make([]*url.URL, len(copies))
	for i, p := range copies {
		u, err := url.Parse(p.URL)
		if err != nil {
			t.Fatal(err)
		}
		targets[i] = u
		ready[i].Store(true)
	}
	done := make(chan struct{})
	for i, p := range copies {
		go func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(50 * time.Millisecond):
					ready[i].Store(p.ready())
				}
			}
		}()
	}
	var turn atomic.Int64
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			n := int(turn.Add(1))
			for k := range targets {
				if i := (n + k) % len(targets); ready[i].Load() || k == len(targets)-1 {
					r.SetURL(targets[i])
					break
				}
			}
			r.Out.Host = r.In.Host
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
		},
		// A fresh connection for each request: one that was kept may be closing at this very moment.
		Transport: &http.Transport{DisableKeepAlives: true},
		ErrorLog:  log.New(testWriter{t}, "", 0),
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(func() { close(done); server.Close() })
	return server.URL
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Logf("%s", p)
	}
	return len(p), nil
}
