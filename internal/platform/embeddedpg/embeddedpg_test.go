package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// clusterDir is a folder that the user PostgreSQL runs as can enter; the testing package's own is not for root.
func clusterDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "yarmarka-pg-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// What a failed test has left running.
		if _, err := stopUnused(context.Background(), dir); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.use.Unlock() }) // given back already unless the test failed
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func run(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // the test is over
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// Both ways lead to the same server: the socket's, and, where a path is too long for one, the loopback's.
func TestTheSocketLeadsWhereThePortDoes(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Dir: clusterDir(t), Settings: map[string]string{"shared_buffers": "16MB"}})
	for address, want := range map[string]string{s.URL("postgres"): "127.0.0.1", s.SocketURL("postgres"): "here"} {
		conn, err := pgx.Connect(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		var from string
		err = conn.QueryRow(t.Context(), `select coalesce(host(inet_server_addr()), 'here')`).Scan(&from)
		if err := errors.Join(err, conn.Close(t.Context())); err != nil || from != want {
			t.Errorf("%s: from %s, %v, want %s", address, from, err, want)
		}
	}
	if err := os.Remove(filepath.Join(s.path("sock"), fmt.Sprintf(".s.PGSQL.%d", s.port))); err != nil {
		t.Fatal(err)
	}
	if got := s.SocketURL("postgres"); got != s.URL("postgres") {
		t.Errorf("without a socket the address is %s", got)
	}
}

func query(t *testing.T, s *Server, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // the test is over
	var text string
	if err := conn.QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// One cluster lives through everything that may happen to it, step by step.
func TestAClusterSurvives(t *testing.T) {
	t.Parallel()
	o := Options{Dir: clusterDir(t)}
	s := start(t, o)

	for sql, want := range map[string]string{
		`show server_encoding`:  "UTF8",
		`show fsync`:            "on",
		`show data_checksums`:   "on",
		`show listen_addresses`: "127.0.0.1",
		`select lower('ЁЖИК')`:  "ёжик",
	} {
		if got := query(t, s, sql); got != want {
			t.Errorf("%s = %q, want %q", sql, got, want)
		}
	}
	run(t, s, `create table kept (n int); insert into kept values (7)`)
	kept := func(s *Server) {
		t.Helper()
		if got := query(t, s, `select n::text from kept`); got != "7" {
			t.Errorf("kept %q", got)
		}
	}

	t.Log("a second program shares the cluster, and the last one to go stops it")
	second := start(t, o)
	if second.pid != s.pid {
		t.Errorf("a second server was started: %d, %d", s.pid, second.pid)
	}
	stop(t, s)
	kept(second)
	pid := second.pid
	stop(t, second)
	if waitGone(pid) {
		t.Errorf("process %d is still there", pid)
	}

	t.Log("a killed program leaves its server running: the next start uses it")
	s = start(t, o)
	pid = s.pid
	if err := s.Release(); err != nil {
		t.Fatal(err)
	}
	s = start(t, o)
	if s.pid != pid {
		t.Errorf("server %d was not used, but %d", pid, s.pid)
	}

	t.Log("a killed server is recovered")
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := s.Release(); err != nil {
		t.Fatal(err)
	}
	waitGone(s.pid)
	s = start(t, o)
	kept(s)
	stop(t, s)

	t.Log("after a restart of the machine the number in the pid file is some other process's")
	stale := fmt.Sprintf("%d\n%s\n0\n1\n\n\n0\nready\n", os.Getpid(), s.data())
	if err := os.WriteFile(s.pidPath(), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, o)
	kept(s)
	stop(t, s)
}

// waitGone says whether the process is still there after a while.
func waitGone(pid int) bool {
	for range 250 {
		if !alive(pid) {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return true
}

func TestAnInterruptedFirstStartIsRepeated(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Dir: dir, Reckless: true})
	defer stop(t, s)
	if got := query(t, s, `show fsync`); got != "off" {
		t.Errorf("fsync is %s for a test", got)
	}
}

func TestStopUnusedLeavesAUsedCluster(t *testing.T) {
	t.Parallel()
	dir := clusterDir(t)
	s := start(t, Options{Dir: dir, Reckless: true})
	type outcome struct{ Down, Failed bool }
	ask := func(idle time.Duration) outcome {
		down, err := StopUnused(t.Context(), dir, idle)
		return outcome{down, err != nil}
	}
	got := []outcome{ask(0)}
	if err := s.Release(); err != nil {
		t.Fatal(err)
	}
	got = append(got, ask(time.Hour), ask(0), ask(0))
	want := []outcome{{Down: false}, {Down: false}, {Down: true}, {Down: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in use, used just now, unused, down (-want +got):\n%s", diff)
	}
}

func TestRootKeepsTheClusterWhereItsOwnerCanReach(t *testing.T) {
	t.Parallel()
	own, err := chooseOwner()
	if err != nil {
		t.Fatal(err)
	}
	closed := clusterDir(t)
	dir := filepath.Join(closed, "var")
	if !own.reaches(dir) {
		t.Errorf("%+v cannot reach the open folder %s", own, dir)
	}
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	if own.reaches(dir) == own.other {
		t.Errorf("%+v reaches a folder of mode 0700: %v", own, own.reaches(dir))
	}
	if !own.other {
		return // who runs PostgreSQL as themselves reaches their own folders
	}
	var said strings.Builder
	s := start(t, Options{Dir: dir, Reckless: true, Out: &said})
	t.Cleanup(func() {
		if err := os.RemoveAll(s.Dir()); err != nil {
			t.Error(err)
		}
	})
	defer stop(t, s)
	if s.Dir() == dir || !strings.Contains(said.String(), s.Dir()) {
		t.Errorf("the cluster is in %s, and the program said %q", s.Dir(), said.String())
	}
}

func TestComplaintPicksTheLineThatMatters(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]string{
		"":                              "",
		"LOG: starting\nFATAL: no\nbye": "FATAL: no",
		"LOG: could not bind IPv4 address \"127.0.0.1\": in use\nFATAL: could not create any sockets": `LOG: could not bind IPv4 address "127.0.0.1": in use`,
		"something\nlast line\n": "last line",
	} {
		if got := complaint(log); got != want {
			t.Errorf("complaint(%q) = %q, want %q", log, got, want)
		}
	}
}

// A server that is killed while the program lives is started again, at its address, with what was committed.
func TestAKilledServerIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Dir: clusterDir(t), Settings: map[string]string{"shared_buffers": "16MB"}})
	ctx, end := context.WithCancel(t.Context())
	kept := make(chan struct{})
	go func() { s.Keep(ctx); close(kept) }()
	run(t, s, `create table t (n int); insert into t values (7)`)
	address := s.URL("postgres")
	pf, ok := s.readPIDFile()
	if !ok {
		t.Fatal("no pid file")
	}
	if err := syscall.Kill(pf.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if now, ok := s.readPIDFile(); ok && now.pid != pf.pid {
			if conn, err := pgx.Connect(t.Context(), address); err == nil {
				_ = conn.Close(t.Context())
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("it was not started again")
		}
	}
	end()
	<-kept
	if got := query(t, s, `select n::text from t`); got != "7" {
		t.Errorf("the row is %q", got)
	}
	stop(t, s)
}
