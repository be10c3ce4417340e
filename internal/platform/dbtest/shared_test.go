package dbtest

import (
	"os"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

// The watchman ends an unused cluster and itself, and a second watchman goes at once.
func TestWatchmanEndsAnUnusedCluster(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "yarmarka-watch-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := embeddedpg.Start(t.Context(), embeddedpg.Options{Dir: dir, Reckless: true})
	if err != nil {
		t.Fatal(err)
	}
	watched := make(chan error, 1)
	go func() { watched <- watch(t.Context(), dir, 200*time.Millisecond) }()
	select {
	case err := <-watched:
		t.Fatalf("the watchman left a used cluster: %v", err)
	case <-time.After(600 * time.Millisecond):
	}
	if err := watch(t.Context(), dir, time.Hour); err != nil {
		t.Errorf("the second watchman: %v", err)
	}
	if err := s.Release(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-watched:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the watchman did not end")
	}
	if _, err := os.Stat(dir + "/data/postmaster.pid"); !os.IsNotExist(err) {
		t.Errorf("the server is still there: %v", err)
	}
}

func TestStateDirIsOurs(t *testing.T) {
	t.Parallel()
	first, err := stateDir()
	if err != nil {
		t.Fatal(err)
	}
	second, err := stateDir()
	if err != nil || first != second {
		t.Errorf("%q, then %q, %v: programs that are to share must agree", first, second, err)
	}
}
