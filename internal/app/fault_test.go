package app

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// within is how soon a start that cannot succeed must have failed.
const within = 5 * time.Second

// startFault runs the program and gives what it said, checking that it is one line and came in time. What is late
// because the machine stood still for a moment is in time when it is tried again.
func startFault(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	var errOut *lockedBuffer // it becomes the whole process's log
	var status int
	for try := 1; ; try++ {
		out.Reset()
		errOut = new(lockedBuffer)
		ctx, cancel := context.WithTimeout(t.Context(), 2*within)
		began := time.Now()
		status = Run(ctx, args, &out, errOut)
		took := time.Since(began)
		cancel()
		if took <= within {
			break
		}
		if try == 3 {
			t.Errorf("it took %s", took)
			break
		}
	}
	said := withoutLog(errOut.String())
	if status == 0 {
		t.Errorf("status 0 for %q", args)
	}
	if !strings.HasPrefix(said, "yarmarka: ") || strings.Count(said, "\n") != 1 || out.String() != "" {
		t.Errorf("stdout %q, stderr %q; want one line on stderr", out.String(), said)
	}
	return said
}

// withoutLog drops the log's JSON lines: the log is the whole process's, so it holds other tests' lines too.
func withoutLog(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "{") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestEveryStartUpFaultIsOneLineWithWhatToDo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	damaged := t.TempDir()
	for path, text := range map[string]string{file: "", filepath.Join(damaged, "secret"): "not hex"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	busy := listen(t)
	production := []string{"serve", "--env", "production", "--base-url", "https://a.example"}
	tests := []struct {
		name string
		args []string
		want string // what is wrong, then what to do
	}{
		{"unknown command", []string{"fly"}, "no command|yarmarka help"},
		{"unknown word", []string{"demo", "large"}, "demo knows nothing of \"large\"|yarmarka help"},
		{"unknown word behind a flag", []string{"serve", "--workers", "1", "extra"}, "\"extra\"|yarmarka help"},
		{"one word too many", []string{"migrate", "down", "1", "2"}, "\"2\"|yarmarka help"},
		{"unknown flag", []string{"serve", "--fly"}, "-fly|yarmarka help"},
		{"flag without sense", []string{"serve", "--workers", "many"}, "workers|yarmarka help"},
		{"bad address", []string{"serve", "--addr", "8080"}, "--addr|host:port"},
		{"port busy", []string{"serve", "--addr", busy, "--data", t.TempDir()}, "in use|--addr"},
		{"address elsewhere", []string{"serve", "--addr", "203.0.113.7:80"}, "not of this machine|--addr"},
		{"bad database address", []string{"serve", "--database-url", "mysql://x"}, "DATABASE_URL|postgres://"},
		{"database down", serveOn(t, "postgres://u@127.0.0.1:1/d"), "refuses connections|DATABASE_URL"},
		// Two dots: no name, so that no resolver is asked.
		{"database host unknown", serveOn(t, "postgres://u@nowhere..invalid/d"), "not known|DATABASE_URL"},
		{"database silent", serveOn(t, "postgres://u@"+listen(t)+"/d?sslmode=disable"), "does not answer|firewall"},
		{"data folder is a file", []string{"serve", "--addr", "127.0.0.1:0", "--data", file}, "data folder|--data"},
		{"data folder cannot be made", []string{"serve", "--addr", "127.0.0.1:0", "--data", "/proc/none"}, "data folder|--data"},
		{"key kept in the folder damaged", []string{"serve", "--addr", "127.0.0.1:0", "--data", damaged}, "is damaged|remove the file"},
		{"bad key", []string{"serve", "--secret", "secret"}, "YARMARKA_SECRET|openssl rand"},
		{"public Stripe key", []string{"serve", "--stripe-key", "pk_test_1"}, "not a secret key|sk_test_"},
		{"no webhook secret", []string{"serve", "--stripe-key", "sk_test_1"}, "STRIPE_WEBHOOK_SECRETS|set"},
		{"bad proxies", []string{"serve", "--trusted-proxies", "all"}, "--trusted-proxies|10.0.0.0/8"},
		{"bad mail address", []string{"serve", "--smtp-url", "mail.example"}, "SMTP_URL|smtp://"},
		{"demonstration in production", []string{"demo", "--env", "production"}, "demonstration|serve"},
		{"demonstration key in production", append(production, "--secret", demoSecret), "demonstration's|openssl rand"},
		{"no key in production", production, "YARMARKA_SECRET is missing|openssl rand"},
		{"no public address in production", []string{"serve", "--env", "production", "--secret", strings.Repeat("ab", 32)}, "YARMARKA_BASE_URL|https://"},
		{"public address without TLS in production", []string{"serve", "--env", "production", "--secret", strings.Repeat("ab", 32), "--base-url", "http://a.example"}, "not https|https://"},
		{"test key in production", append(production, "--secret", strings.Repeat("ab", 32), "--stripe-key", "sk_test_1", "--stripe-webhook-secrets", "whsec_1"), "test key|sk_live_"},
		{"unclear import", []string{"import", "goods.xml"}, "not clear|--shop"},
		{"unclear migration", []string{"migrate", "down", "all"}, "not a number|help"},
		{"nothing to measure", []string{"bench", "search"}, "nothing to measure|--products"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, startFault(t, tt.args...), tt.want)
		})
	}
}

func TestFaultsOfARealDatabase(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		prepare func(t *testing.T, address string) string // gives the address to start with
		want    string
	}{
		{"wrong password", func(_ *testing.T, address string) string {
			return change(address, func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "wrong") })
		}, "password authentication failed|DATABASE_URL"},
		{"no such database", func(_ *testing.T, address string) string {
			return change(address, func(u *url.URL) { u.Path = "/nothing_here" })
		}, "does not exist|createdb"},
		{"schema newer", func(t *testing.T, address string) string {
			execute(t, address, `update schema_migrations set version = 29990101000000`)
			return address
		}, "newer than this program|newer program"},
		{"migration cut off", func(t *testing.T, address string) string {
			execute(t, address, `update schema_migrations set dirty = true`)
			return address
		}, "cut off|migrate force"},
		{"wrong encoding", func(t *testing.T, address string) string {
			execute(t, address, `drop database if exists ytest_encoding`)
			execute(t, address, `create database ytest_encoding template template0 encoding 'SQL_ASCII' locale 'C'`)
			t.Cleanup(func() { execute(t, address, `drop database ytest_encoding with (force)`) })
			return change(address, func(u *url.URL) { u.Path = "/ytest_encoding" })
		}, "not in UTF-8 but in SQL_ASCII|createdb --encoding=UTF8"},
		{"database cannot be written", func(t *testing.T, address string) string {
			execute(t, address, `update schema_migrations set version = 20260101000000`)
			return address + "&default_transaction_read_only=on"
		}, "read-only|primary"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := tt.prepare(t, dbtest.URL(t))
			expect(t, startFault(t, serveOn(t, address)...), tt.want)
		})
	}
}

// What cannot be brought about in a test is at least explained rightly.
func TestExplain(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}:         "disk is full|--data",
		&fs.PathError{Op: "mkdir", Path: "x", Err: syscall.EACCES}:         "cannot be written|--data",
		&fs.PathError{Op: "mkdir", Path: "x", Err: syscall.EROFS}:          "cannot be written|--data",
		&net.OpError{Op: "listen", Err: syscall.EACCES}:                    "more rights|1023",
		&pgconn.PgError{Code: "53300", Message: "too many clients"}:        "too many clients|--database-conns",
		&pgconn.PgError{Code: "53100", Message: "no space left on device"}: "no space|disk",
		&pgconn.PgError{Code: "58P01", Message: "could not open x"}:        "could not open|postgresql-contrib",
		&pgconn.PgError{Code: "42501", Message: "no", Hint: "grant it"}:    "no|grant it",
		fmt.Errorf("something\nelse"):                                      "something else|help",
	} {
		expect(t, "yarmarka: "+explain(fmt.Errorf("deep: %w", err), Config{Data: "./var"}).Error()+"\n", want)
	}
}

func expect(t *testing.T, said, want string) {
	t.Helper()
	what, do, _ := strings.Cut(want, "|")
	if !strings.Contains(said, what) || !strings.Contains(said, do) || strings.Count(said, "\n") != 1 {
		t.Errorf("said %q, want %q and %q in one line", said, what, do)
	}
}

func serveOn(t *testing.T, address string) []string {
	return []string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--database-url", address}
}

// listen holds a port that accepts and never answers.
func listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func change(address string, how func(*url.URL)) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	how(u)
	return u.String()
}

func execute(t *testing.T, address, sql string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the test is over
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
