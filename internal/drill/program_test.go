package drill

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
)

// Sizes. The defaults are CI's; `make drill` and `make soak` set the full ones.
var (
	purchases = flag.Int("drill.purchases", 60, "purchases made in a kill drill")
	kills     = flag.Int("drill.kills", 3, "kills amid them")
	patience  = flag.Bool("drill.patience", false, "wait the minutes that jobs of a killed program take to be found, instead of ageing them")
	soakFor   = flag.Duration("drill.soak", 15*time.Second, "length of the mixed load")
	soakRate  = flag.Float64("drill.rate", 20, "requests a second of the mixed load")
)

// binary builds the program once for all drills.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "yarmarka-drill-*")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "yarmarka")
	return path, build("../..", path)
})

func build(checkout, path string) error {
	cmd := exec.Command("go", "build", "-tags", "nodynamic", "-o", path, "./cmd/yarmarka")
	cmd.Dir, cmd.Env = checkout, append(os.Environ(), "GOGC=400") // the same program, compiled in less time
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return nil
}

func TestMain(m *testing.M) {
	// The drills mostly wait for processes of their own.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	status := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // a temporary folder
	}
	os.Exit(status)
}

// program is one process of ours.
type program struct {
	t    *testing.T
	path string
	args []string
	URL  string // where it serves; "" for work

	rates string // address of the bank it asks

	mu  sync.Mutex
	cmd *exec.Cmd
	end chan error
	log lockedBuffer
}

// serve starts the site on a port of its own and waits until it is ready.
func serve(t *testing.T, database string, args ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return serveWith(t, path, database, append([]string{"--metrics-token", metricsToken, "--drain-for", "0s"}, args...)...)
}

func serveWith(t *testing.T, path, database string, args ...string) *program {
	t.Helper()
	address := freeAddress(t)
	args = append([]string{"serve", "--addr", address, "--data", t.TempDir(), "--database-url", database, "--log-level", "debug",
		"--trusted-proxies", "127.0.0.1/32"}, args...)
	p := &program{t: t, path: path, args: args, URL: "http://" + address}
	p.start()
	p.awaitReady(time.Minute)
	return p
}

const metricsToken = "drill"

// work starts a worker without a site.
func work(t *testing.T, database string, args ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, path: path, args: append([]string{"work", "--data", t.TempDir(), "--database-url", database}, args...)}
	p.start()
	return p
}

// start runs the process; it is killed with the test if nothing else ends it.
func (p *program) start() {
	p.t.Helper()
	cmd := exec.Command(p.path, p.args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}
	if !slices.Contains(p.args, "--post-standin") { // which knows the day's rates itself
		cmd.Env = append(cmd.Env, "YARMARKA_RATES_URL="+p.bank())
	}
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	end := make(chan error, 1)
	go func() { end <- cmd.Wait() }()
	p.mu.Lock()
	first := p.cmd == nil
	p.cmd, p.end = cmd, end
	p.mu.Unlock()
	if first {
		p.t.Cleanup(func() {
			p.kill()
			if p.t.Failed() {
				p.t.Logf("the end of the log of %s:\n%s", p.args[0], p.log.tail(8000))
			}
		})
	}
}

// bank is the address of a Central Bank on this machine, which outlives the program.
func (p *program) bank() string {
	p.t.Helper()
	if p.rates == "" {
		s, err := standin.New(standin.Options{})
		if err != nil {
			p.t.Fatal(err)
		}
		server := httptest.NewServer(s)
		p.t.Cleanup(func() {
			server.Close()
			if err := s.Close(); err != nil {
				p.t.Error(err)
			}
		})
		p.rates = server.URL
	}
	return p.rates
}

// kill is SIGKILL: no farewell.
func (p *program) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Kill() // gone already is as good
	if p.end != nil {
		<-p.end
		p.end = nil
	}
}

// stop is SIGTERM; it gives the exit status.
func (p *program) stop(within time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-p.end:
		p.end = nil
		return err
	case <-time.After(within):
		return errors.New("it did not end")
	}
}

func (p *program) restart() {
	p.t.Helper()
	p.start()
	p.awaitReady(time.Minute)
}

func (p *program) awaitReady(within time.Duration) {
	p.t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if p.ready() {
			return
		}
	}
	p.t.Fatalf("not ready within %s; its log:\n%s", within, p.log.tail(8000))
}

func (p *program) ready() bool {
	resp, err := plain.Get(p.URL + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close() // nothing of it is read
	return resp.StatusCode == http.StatusOK
}

// plain asks without keeping connections, as probes do.
var plain = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// run runs a subcommand to its end and gives what it printed.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a listener that nobody used
	return l.Addr().String()
}

// lockedBuffer keeps what a process says.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *lockedBuffer) tail(n int) string {
	text := b.String()
	return text[max(0, len(text)-n):]
}

// figure reads one metric of a running program.
func (p *program) figure(name string) (float64, error) {
	r, err := http.NewRequest(http.MethodGet, p.URL+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+metricsToken)
	resp, err := plain.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		var value float64
		if rest, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			_, err := fmt.Sscan(rest, &value)
			return value, err
		}
	}
	return 0, fmt.Errorf("no metric %s (%s)", name, resp.Status)
}
