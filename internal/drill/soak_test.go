package drill

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// Limits of a long run. Memory is judged against the size after the first fifth, when caches are warm.
const (
	memoryMay     = 1.05
	goroutinesMay = 40               // more than at the warm point: requests at work at that very moment
	judgedFrom    = 3 * time.Minute  // a shorter run says nothing about memory
	lookEvery     = 2 * time.Second  // between two looks at memory and goroutines
	settleFor     = 30 * time.Second // idle time at the end, in which what is only cached may go
)

// look is one look at a running program.
type look struct{ memory, goroutines float64 }

// Visitors look around, search, fill carts and buy, for as long as asked; memory and goroutines must not grow, and
// nothing may answer 5xx.
func TestSoak(t *testing.T) {
	t.Parallel()
	database := dbtest.URL(t)
	p := serve(t, database, "--log-level", "warn")
	s := stock(t, database)
	var over atomic.Bool
	var asked, broken atomic.Int64
	var wg sync.WaitGroup
	const hands = 4
	pause := time.Duration(float64(hands) / *soakRate * float64(time.Second))
	for hand := range hands {
		wg.Go(func() { wander(t, p, s, hand, pause, &over, &asked, &broken) })
	}
	var looks []look
	for began := time.Now(); time.Since(began) < *soakFor; time.Sleep(lookEvery) {
		looks = append(looks, p.look(t))
	}
	over.Store(true)
	wg.Wait()
	if *soakFor >= judgedFrom {
		time.Sleep(settleFor)
	}
	warm, last := typical(looks[len(looks)/5:2*len(looks)/5+1]), typical(looks[len(looks)*4/5:])
	t.Logf("%d requests in %s; resident %.0f MB when warm, %.0f MB at the end (%+.1f %%); goroutines %.0f, then %.0f; idle: %+v",
		asked.Load(), *soakFor, warm.memory/1e6, last.memory/1e6, 100*(last.memory/warm.memory-1), warm.goroutines, last.goroutines, p.look(t))
	if n := broken.Load(); n > 0 {
		t.Errorf("%d answers were 5xx or none", n)
	}
	if last.goroutines > warm.goroutines+goroutinesMay {
		t.Errorf("goroutines grew from %.0f to %.0f", warm.goroutines, last.goroutines)
	}
	if *soakFor >= judgedFrom && last.memory > warm.memory*memoryMay {
		t.Errorf("memory grew from %.0f to %.0f MB", warm.memory/1e6, last.memory/1e6)
	}
	s.balanced()
}

// wander is one visitor after another: three look around, the fourth buys.
func wander(t *testing.T, p *program, s *shop, hand int, pause time.Duration, over *atomic.Bool, asked, broken *atomic.Int64) {
	slug := s1(s, `select slug from products order by id limit 1`)
	paths := []string{"/", "/c", "/p/" + slug, "/search?q=" + url.QueryEscape("кофемолка ручная"), "/en/search?q=grinder", "/suggest?q=" + url.QueryEscape("кофе"),
		"/en/p/" + slug, "/cart", "/sign-in", "/shops", "/search?q=" + url.QueryEscape("кофимолка")}
	for round := hand; !over.Load(); round++ {
		b := newBuyer(t, p.URL, 0)
		if round%4 == 0 {
			_, err := b.buy(s.offers...)
			if err != nil {
				t.Log(err)
				broken.Add(1)
			}
			asked.Add(12)
			time.Sleep(12 * pause)
		} else {
			for _, path := range paths {
				a, err := b.once(t.Context(), http.MethodGet, path, nil)
				if asked.Add(1); err != nil || a.status >= 500 {
					t.Logf("%s answers %d, %v", path, a.status, err)
					broken.Add(1)
				}
				time.Sleep(pause)
			}
		}
		b.client.CloseIdleConnections()
	}
}

func (p *program) look(t *testing.T) look {
	t.Helper()
	memory, err := p.figure("process_resident_memory_bytes")
	if err != nil {
		t.Error(err)
	}
	goroutines, err := p.figure("go_goroutines")
	if err != nil {
		t.Error(err)
	}
	return look{memory, goroutines}
}

// typical is the middle one of several looks: one that met a burst or a collection says little.
func typical(looks []look) look {
	var memory, goroutines []float64
	for _, l := range looks {
		memory, goroutines = append(memory, l.memory), append(goroutines, l.goroutines)
	}
	slices.Sort(memory)
	slices.Sort(goroutines)
	return look{memory[len(memory)/2], goroutines[len(goroutines)/2]}
}
