package app

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
)

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// overhear keeps everything that is logged until the test ends.
func overhear(t *testing.T) *lockedBuffer {
	t.Helper()
	log, old := new(lockedBuffer), slog.Default()
	slog.SetDefault(slog.New(logHandler(log, slog.LevelDebug)))
	t.Cleanup(func() { slog.SetDefault(old) })
	return log
}

// dial is a bare connection to a server of ours.
func dial(t *testing.T, at string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewReader(c)
}

// idleConnections is how many connections nobody speaks on a test may open: ten thousand, or what this machine lets one
// process have, for it holds both of their ends.
func idleConnections(t *testing.T) int {
	t.Helper()
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		t.Fatal(err)
	}
	return min(10_000, max(200, (int(min(l.Cur, 1<<20))-3000)/2))
}

// Slow, greedy and forked requests are cut off or refused, and others are served meanwhile.
func TestSlowAndGreedyClients(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	server := newServer(s.handler)
	go server.Serve(listener) //nolint:errcheck // it ends with the test
	t.Cleanup(func() { server.Close() })
	at := listener.Addr().String()

	slow, answer := dial(t, at)
	fmt.Fprint(slow, "GET / HTTP/1.1\r\nHost: yarmarka.test\r\nX-Slow: ")
	began, waited := time.Now(), make(chan time.Duration, 1)
	go func() { // it ends by the deadline of the connection; what follows here may take longer than the server waits
		if _, err := answer.ReadByte(); err == nil {
			t.Error("half a header is answered")
		}
		waited <- time.Since(began)
	}()
	idle := idleConnections(t)
	for range idle { // they cost no handler
		dial(t, at)
	}
	t.Logf("%d idle connections", idle)
	served := time.Now()
	res, err := http.Get("http://" + at + "/robots.txt")
	s.must(err)
	_, err = io.Copy(io.Discard, res.Body)
	s.must(err)
	s.must(res.Body.Close())
	if res.StatusCode != http.StatusOK || time.Since(served) > 5*time.Second {
		t.Errorf("an honest client gets %d after %s", res.StatusCode, time.Since(served))
	}

	for name, tt := range map[string]struct {
		request string
		want    int
	}{
		"a megabyte of headers":        {"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"two lengths":                  {"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\na=b", http.StatusBadRequest},
		"a bad chunk":                  {"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", http.StatusBadRequest},
		"an encoding that is none":     {"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", http.StatusNotImplemented},
		"a header's name with a space": {"GET / HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n", http.StatusBadRequest},
		"no host":                      {"GET / HTTP/1.1\r\n\r\n", http.StatusBadRequest},
		"two hosts":                    {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", http.StatusBadRequest},
		"NUL in a header":              {"GET / HTTP/1.1\r\nHost: x\r\nX-Y: a\x00b\r\n\r\n", http.StatusBadRequest},
	} {
		c, in := dial(t, at)
		go io.WriteString(c, tt.request) //nolint:errcheck // the server may hang up while we write, and that is right
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if res.StatusCode != tt.want {
			t.Errorf("%s answers %d, want %d", name, res.StatusCode, tt.want)
		}
	}

	// Both lengths at once: the chunks count, and what follows them is not taken for a second request on this connection.
	c, in := dial(t, at)
	fmt.Fprint(c, "POST /sign-in HTTP/1.1\r\nHost: yarmarka.test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: yarmarka.test\r\n\r\n")
	if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode < 400 && res.StatusCode != http.StatusOK {
		t.Errorf("both lengths at once: %v, %v", res, err)
	}

	if waited := <-waited; waited > headerWithin+10*time.Second {
		t.Errorf("half a header holds the connection for %s", waited)
	}
}

// What breaks in the middle of a form or stands oddly in it, sent by hand over a connection: an answer of the 400s, nothing
// kept, and the server goes on.
func TestBrokenFormsOverTheWire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := httptest.NewUnstartedServer(nil)
	server.Config = newServer(w.handler)
	server.Start()
	t.Cleanup(server.Close)
	part := func(head, body string) string {
		return "--b\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n"
	}
	const kind = "multipart/form-data; boundary=b"
	sku := "SKU;цена\nЯ-1;100\n"
	bodies := map[string]struct{ head, kind, body string }{
		"no end of the last part":      {"", kind, strings.TrimSuffix(part(`name="file"; filename="a.csv"`, sku), "\r\n")},
		"another boundary":             {"", kind, strings.ReplaceAll(part(`name="file"; filename="a.csv"`, sku), "--b", "--c") + "--c--\r\n"},
		"no boundary told":             {"", "multipart/form-data", part(`name="file"; filename="a.csv"`, sku) + "--b--\r\n"},
		"cut in the head of a part":    {"", kind, "--b\r\nContent-Disposition: form-da"},
		"shorter than it says":         {"Content-Length: 100000\r\n", kind, part(`name="file"; filename="a.csv"`, sku)},
		"ten thousand parts":           {"", kind, strings.Repeat(part(`name="x"`, "1"), 10_000) + "--b--\r\n"},
		"ten thousand heads of a part": {"", kind, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n" + strings.Repeat("X-Y: z\r\n", 10_001) + "\r\nx\r\n--b--\r\n"},
		"a form within a part":         {"", kind, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n\r\n--b--\r\n"},
		"NUL in a name":                {"", kind, part("name=\"fi\x00le\"; filename=\"a.csv\"", sku) + "--b--\r\n"},
		"a file where a text belongs":  {"", kind, part(`name="file"`, sku) + "--b--\r\n"},
		"packed by gzip":               {"Content-Encoding: gzip\r\n", kind, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"},
		"a bad escape":                 {"", "application/x-www-form-urlencoded", "origin=%zz"},
		"more than it may be":          {"Content-Length: 3000000000\r\n", kind, "--b\r\n"},
	}
	before := w.counts()
	for name, tt := range bodies {
		c, in := dial(t, server.Listener.Addr().String())
		if !strings.Contains(tt.head, "Content-Length") {
			tt.head += fmt.Sprintf("Content-Length: %d\r\n", len(tt.body))
		}
		cookie := w.actors[ownerA].cookie
		go func() { // the server may hang up while we write, and that is right
			fmt.Fprintf(c, "POST /seller/imports HTTP/1.1\r\nHost: yarmarka.test\r\nSec-Fetch-Site: same-origin\r\nCookie: %s=%s\r\nContent-Type: %s\r\n%s\r\n%s", cookie.Name, cookie.Value, tt.kind, tt.head, tt.body)
			c.(*net.TCPConn).CloseWrite() //nolint:errcheck // see above
		}()
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s answers %d", name, res.StatusCode)
		}
	}
	w.same("broken forms", before)
}

// Bombs of every kind cost memory of the size of a page, not of what they unpack to, and leave nothing in the folder of
// temporary files. It measures the heap, so it does not run beside others.
func TestBombsStaySmall(t *testing.T) { //nolint:paralleltest // see above
	w := newWorld(t)
	passing := t.TempDir()
	t.Setenv("TMPDIR", passing)
	limit := func(f sample) uint64 {
		switch {
		case strings.HasPrefix(f.name, "png of 15,999"), strings.HasPrefix(f.name, "jpeg of 16,000"):
			return 400 << 20 // a picture that we take is decoded: 40 megapixels at most, one at a time
		}
		return 48<<20 + 6*uint64(len(f.content)) // the body of a request is kept in memory once, its copy in the form, and garbage of both
	}
	most := map[string]uint64{}
	for _, e := range w.fileDoors() {
		for _, f := range made() {
			rose := highWater(func() { w.upload(e, e.files[0], "x", "image/jpeg", f.content) })
			if rose > limit(f) {
				t.Errorf("%s, %s: the heap rose by %d MB", e, f.name, rose>>20)
			}
			most[e.path] = max(most[e.path], rose)
			w.settle(e)
		}
	}
	for _, f := range append(made(), given(t, "xml", "csv", "xlsx")...) {
		rose := highWater(func() {
			if _, err := pricelist.Glance(bytes.NewReader(f.content), nil); err != nil {
				return
			}
		})
		if rose > 64<<20 {
			t.Errorf("reading %s as a feed: the heap rose by %d MB", f.name, rose>>20)
		}
		most["feed"] = max(most["feed"], rose)
	}
	for what, n := range most {
		t.Logf("%s: at most %d MB", what, n>>20)
	}
	left, err := os.ReadDir(passing)
	w.must(err)
	if len(left) > 0 {
		t.Errorf("%d temporary files are left, such as %s", len(left), left[0].Name())
	}
}
