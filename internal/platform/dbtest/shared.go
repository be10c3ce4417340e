package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

const (
	// watchmanEnv tells a test program that it was started again as the watchman of the cluster named in it.
	watchmanEnv = "YARMARKA_DBTEST_WATCHMAN"
	// idle is how long the shared server waits for the next test program: a developer's next run starts warm.
	idle = 3 * time.Minute
)

// settings suit many small databases that nobody keeps.
var settings = map[string]string{
	"max_connections": "500", "shared_buffers": "256MB", "autovacuum": "off",
	"max_wal_size": "2GB", "checkpoint_timeout": "30min", "wal_level": "minimal", "max_wal_senders": "0",
	"log_min_messages": "fatal", "max_locks_per_transaction": "256",
}

// sharedCluster gives the address of the test server that every test program of this user shares.
func sharedCluster(ctx context.Context) (string, error) {
	dir, err := stateDir()
	if err != nil {
		return "", err
	}
	s, err := embeddedpg.Start(ctx, embeddedpg.Options{Dir: dir, Reckless: true, Settings: settings, Out: os.Stderr})
	if err != nil {
		return "", err
	}
	// The use is never released: it ends with this process, and then the watchman counts from the last use.
	using.Store(s)
	if err := startWatchman(s.Dir()); err != nil {
		return "", fmt.Errorf("starting the test server's watchman: %w", err)
	}
	return s.URL("postgres"), nil
}

// using keeps the lock's file from the garbage collector, which would close it.
var using atomic.Pointer[embeddedpg.Server]

// stateDir is where the shared cluster lives. Root's must be open to the user PostgreSQL runs as, and some users
// have no home: both get a folder in the system's temporary one.
func stateDir() (string, error) {
	uid := os.Geteuid()
	if uid != 0 {
		if cache, err := os.UserCacheDir(); err == nil {
			dir := filepath.Join(cache, "yarmarka", "testpg")
			if os.MkdirAll(dir, 0o755) == nil {
				return dir, nil
			}
		}
	}
	// Not os.TempDir: TMPDIR may differ between programs that are to share.
	dir := filepath.Join("/tmp", "yarmarka-testpg-"+strconv.Itoa(uid))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(st.Uid) != uid {
		return "", fmt.Errorf("%s belongs to somebody else: remove it or set YARMARKA_TEST_DATABASE_URL", dir)
	}
	return dir, nil
}

// startWatchman starts this very program again, as a process of its own that outlives the tests.
func startWatchman(dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	quiet, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer quiet.Close() //nolint:errcheck // the watchman has its own copy
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), watchmanEnv+"="+dir)
	cmd.Dir = "/"
	// go test waits for whoever holds its output, so the watchman must not.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = quiet, quiet, quiet
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// init turns the program into the watchman before any test could run.
func init() {
	if dir := os.Getenv(watchmanEnv); dir != "" {
		if err := watch(context.Background(), dir, idle); err != nil {
			os.Exit(1) // nobody listens; the next test program starts another watchman
		}
		os.Exit(0)
	}
}

// watch stops the cluster once nobody has used it for the time idle. One watchman is enough: a second one goes.
func watch(ctx context.Context, dir string, idle time.Duration) error {
	alone, ok, err := embeddedpg.TryLock(filepath.Join(dir, "watchman.lock"), true)
	if err != nil || !ok {
		return err
	}
	defer alone.Unlock() //nolint:errcheck // closing a lock file
	for {
		select {
		case <-time.After(max(idle/20, 10*time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
		down, err := embeddedpg.StopUnused(ctx, dir, idle)
		if errors.Is(err, os.ErrNotExist) || down {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
