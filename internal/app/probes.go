package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// probeWithin bounds the database's answer to /readyz.
const probeWithin = 2 * time.Second

// door stands before the site. It answers /healthz while the process lives and /readyz once the site is ready and
// while its database answers; both need no session and log nothing. While the program is starting, everything else
// is told to come again.
type door struct {
	ready   atomic.Bool
	closing atomic.Bool
	inside  atomic.Pointer[inside]
}

type inside struct {
	site, metrics http.Handler
	ping          func(context.Context) error
}

// open lets visitors in to site. ping asks the database for a sign of life.
func (d *door) open(site, metrics http.Handler, ping func(context.Context) error) {
	d.inside.Store(&inside{site, metrics, ping})
}

// close tells proxies to send nobody any more. Whoever comes all the same is served, and asked to come by another
// connection the next time.
func (d *door) close() {
	d.ready.Store(false)
	d.closing.Store(true)
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := d.inside.Load()
	if d.closing.Load() {
		w.Header().Set("Connection", "close")
	}
	switch {
	case r.URL.Path == "/healthz":
		answer(w, http.StatusOK, "alive")
	case r.URL.Path == "/readyz" && (in == nil || !d.ready.Load()):
		answer(w, http.StatusServiceUnavailable, "starting or ending")
	case r.URL.Path == "/readyz":
		ctx, cancel := context.WithTimeout(r.Context(), probeWithin)
		defer cancel()
		if in.ping(ctx) != nil {
			answer(w, http.StatusServiceUnavailable, "the database does not answer")
			return
		}
		answer(w, http.StatusOK, "ready")
	case in == nil:
		w.Header().Set("Retry-After", "2")
		answer(w, http.StatusServiceUnavailable, "starting")
	case r.URL.Path == "/metrics":
		in.metrics.ServeHTTP(w, r)
	default:
		in.site.ServeHTTP(w, r)
	}
}

// health is the subcommand health: it asks the program that listens on this configuration's address.
func health(ctx context.Context, p *program) error {
	_, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, probeWithin+time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fault("start it, or see its log", "no program answers on port %s", port)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing of it is read
	if resp.StatusCode != http.StatusOK {
		return fault("wait, or see its log", "the program on port %s is not ready (%s)", port, resp.Status)
	}
	_, err = fmt.Fprintln(p.out, "ready")
	return err
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A prober that went away does not matter.
	_, _ = w.Write([]byte(text + "\n"))
}

// ownSecret gives the key kept in the data folder, making it on the first start; the demonstration's is public.
func ownSecret(path string, demo bool) (string, error) {
	if demo {
		return demoSecret, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(hex.EncodeToString(randomKey()))
		return string(text), os.WriteFile(path, append(text, '\n'), 0o600)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if key, err := hex.DecodeString(secret); err != nil || len(key) < 32 {
		return "", fault("restore it, or remove the file: private links sent before stop working", "the key in %s is damaged", path)
	}
	return secret, nil
}

func randomKey() []byte {
	key := make([]byte, 32)
	rand.Read(key) // never fails: crypto/rand ends the program instead
	return key
}
