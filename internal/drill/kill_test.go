package drill

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// crowd lets a number of guests buy at once and gives the numbers of their paid orders. At every share of the
// purchases, accident happens.
func crowd(t *testing.T, s *shop, base string, total, accidents int, accident func()) []string {
	t.Helper()
	const hands = 6
	var started, done, faults atomic.Int64
	var mu sync.Mutex
	var numbers []string
	var wg sync.WaitGroup
	for range hands {
		wg.Go(func() {
			for started.Add(1) <= int64(total) && !t.Failed() {
				b := newBuyer(t, base, 90*time.Second)
				number, err := b.buy(s.offers...)
				faults.Add(int64(b.faults))
				if err != nil {
					t.Error(err)
					return
				}
				done.Add(1)
				mu.Lock()
				numbers = append(numbers, number)
				mu.Unlock()
			}
		})
	}
	for i := range accidents {
		for at := int64(total * (i + 1) / (accidents + 1)); done.Load() < at && !t.Failed(); {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		accident()
	}
	wg.Wait()
	t.Logf("%d purchases, %d accidents, %d requests had to be repeated", len(numbers), accidents, faults.Load())
	return numbers
}

// afterwards is what must hold once the dust has settled.
func afterwards(t *testing.T, s *shop, numbers []string, box *mailServer) {
	t.Helper()
	s.abandon()
	began := time.Now()
	s.settled(4 * time.Minute)
	t.Logf("everything was done %s later", time.Since(began).Round(time.Second))
	s.balanced()
	s.paid(numbers)
	if mails, want := s.number(`select count(*) from mails where state = 'sent'`), int64(box.distinct()); mails != want {
		t.Errorf("%d mails say that they were sent, %d arrived", mails, want)
	}
}

func TestKillTheProgram(t *testing.T) {
	t.Parallel()
	database, box := dbtest.URL(t), serveMail(t, 20*time.Millisecond)
	p := serve(t, database, "--smtp-url", box.url)
	s := stock(t, database)
	var cut []int64
	var claimed int
	numbers := crowd(t, s, p.URL, *purchases, *kills, func() {
		p.kill()
		claimed += int(s.number(`select count(*) from mails where state = 'queued' and claimed_until > now()`))
		running, err := pg.Scalars[int64](t.Context(), s.db, `select id from river_job where state = 'running'`)
		if err != nil {
			t.Error(err)
		}
		cut = append(cut, running...)
		s.abandon()
		p.restart()
	})
	afterwards(t, s, numbers, box)
	t.Logf("%d jobs were cut off by the kills", len(cut))
	if undone := s.undone(cut, 4*time.Minute); len(undone) > 0 {
		t.Errorf("%d of %d jobs that were cut off were not done again: %v", len(undone), len(cut), undone)
	}
	if again := box.repeats(); again > claimed {
		t.Errorf("%d mails left twice, while %d were in the hands of what was killed", again, claimed)
	}
}

func TestKillPostgreSQL(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opened(t, dir)
	port, err := strconv.Atoi(freeAddress(t)[len("127.0.0.1:"):])
	if err != nil {
		t.Fatal(err)
	}
	options := embeddedpg.Options{Dir: filepath.Join(dir, "pg"), Port: port, Settings: map[string]string{"shared_buffers": "64MB"}}
	server, err := embeddedpg.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	database, box := server.URL("postgres"), serveMail(t, 20*time.Millisecond)
	p := serve(t, database, "--smtp-url", box.url)
	s := stock(t, database)
	round := 0
	numbers := crowd(t, s, p.URL, *purchases, *kills, func() {
		if round++; round%2 == 0 {
			killBackend(t, s)
			return
		}
		killPostmaster(t, server.Dir())
		if err := server.Release(); err != nil {
			t.Error(err)
		}
		if server, err = embeddedpg.Start(t.Context(), options); err != nil {
			t.Error(err)
		}
	})
	afterwards(t, s, numbers, box)
}

// opened lets the user that PostgreSQL runs as into a test's folder.
func opened(t *testing.T, dir string) {
	t.Helper()
	for ; strings.Contains(dir, "Test"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func killPostmaster(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Error(err)
		return
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Error(err)
		return
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// killBackend kills one of the processes that serve the program; PostgreSQL then throws out all the others, too.
func killBackend(t *testing.T, s *shop) {
	t.Helper()
	pids, err := pg.Scalars[int](t.Context(), s.db, `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
		order by (state = 'active') desc, random() limit 1`)
	if err != nil || len(pids) == 0 {
		t.Errorf("no backend to kill: %v", err)
		return
	}
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if s.db.Ping(t.Context()) == nil {
			return
		}
	}
	t.Error("PostgreSQL did not come back after a killed backend")
}
