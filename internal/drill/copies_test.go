package drill

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/platform/syspkg"
)

// Two sites and one worker behind a proxy, PgBouncer in transaction mode before PostgreSQL, and one copy after the
// other is killed amid purchases.
func TestCopiesBehindAProxyAndPgBouncer(t *testing.T) {
	t.Parallel()
	direct, box := dbtest.URL(t), serveMail(t, 20*time.Millisecond)
	pooled := bounce(t, direct)
	way := []string{"--database-direct-url", direct, "--database-pooler", "--smtp-url", box.url}
	copies := []*program{
		serve(t, pooled, append(way, "--workers", "0")...),
		serve(t, pooled, append(way, "--workers", "0")...),
	}
	work(t, pooled, way...)
	s := stock(t, direct)
	turn := 0
	numbers := crowd(t, s, balance(t, copies...), *purchases, *kills, func() {
		p := copies[turn%len(copies)]
		turn++
		p.kill()
		time.Sleep(300 * time.Millisecond)
		p.restart()
	})
	afterwards(t, s, numbers, box)
	if n := s.number(`select count(*) from pg_stat_activity where application_name = 'drill pooled' and datname = current_database()`); n == 0 {
		t.Error("nobody came through PgBouncer")
	}
}

// bounce starts PgBouncer before a database and gives the address through it.
func bounce(t *testing.T, database string) string {
	t.Helper()
	path := findPgBouncer(t)
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	dir := t.TempDir()
	opened(t, dir)
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(dir, "users.txt")
	settings := fmt.Sprintf(`[databases]
%s = host=%s port=%s application_name='drill pooled' connect_query='set statement_timeout to ''10s''; set lock_timeout to ''5s''; set timezone to ''UTC'''
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`, u.Path[1:], u.Hostname(), u.Port(), port, users)
	for name, text := range map[string]string{users: fmt.Sprintf("%q %q\n", u.User.Username(), password), filepath.Join(dir, "pgbouncer.ini"): settings} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(path, filepath.Join(dir, "pgbouncer.ini"))
	cmd.SysProcAttr = nobody(t)
	var log lockedBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the end of PgBouncer's log:\n%s", log.tail(3000))
		}
	})
	pooled := at(database, address)
	pool, err := pg.Open(t.Context(), pooled, pg.Options{MaxConns: 1, Pooler: true})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := pool.Ping(t.Context())
		if err == nil {
			return pooled
		}
		if time.Now().After(deadline) {
			t.Fatalf("PgBouncer does not answer: %v\n%s", err, log.tail(3000))
		}
	}
}

func findPgBouncer(t *testing.T) string {
	t.Helper()
	for range 2 {
		for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer", "/opt/homebrew/bin/pgbouncer"} {
			if path, err := exec.LookPath(name); err == nil {
				return path
			}
		}
		packages := syspkg.Packages{"apt-get": {"pgbouncer"}, "dnf": {"pgbouncer"}, "zypper": {"pgbouncer"}, "pacman": {"pgbouncer"},
			"apk": {"pgbouncer"}, "brew": {"pgbouncer"}}
		if err := syspkg.Install(t.Context(), os.Stderr, "a drill needs PgBouncer", packages); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("PgBouncer was installed and is not found")
	return ""
}

// nobody is whom PgBouncer runs as: it refuses to be root.
func nobody(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, uidErr := strconv.Atoi(u.Uid)
	gid, gidErr := strconv.Atoi(u.Gid)
	if uidErr != nil || gidErr != nil {
		t.Fatal(uidErr, gidErr)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
