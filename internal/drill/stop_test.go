package drill

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// A copy that is told to end says so to the proxy first, answers what it was asked, and leaves.
func TestStopFailsNoRequest(t *testing.T) {
	t.Parallel()
	database := dbtest.URL(t)
	const notice = "1500ms" // for the proxy, which asks every 50 ms, on a machine that may be slow to answer
	copies := []*program{serve(t, database, "--drain-for", notice), serve(t, database, "--drain-for", notice)}
	s := stock(t, database)
	front := balance(t, copies...)
	var wg sync.WaitGroup
	var over atomic.Bool
	var faults, bought atomic.Int64
	for range 4 {
		wg.Go(func() {
			for !over.Load() && !t.Failed() {
				b := newBuyer(t, front, time.Minute)
				if _, err := b.buy(s.offers...); err != nil {
					t.Error(err)
				}
				faults.Add(int64(b.faults))
				bought.Add(1)
			}
		})
	}
	for _, p := range copies {
		time.Sleep(500 * time.Millisecond)
		if err := p.stop(30 * time.Second); err != nil {
			t.Errorf("the end was not orderly: %v", err)
		}
		p.restart()
	}
	over.Store(true)
	wg.Wait()
	t.Logf("%d purchases while two copies ended and came back", bought.Load())
	if n := faults.Load(); n > 0 {
		t.Errorf("%d requests failed", n)
	}
	s.balanced()
}

// A worker that ends in the middle of a mail that does not: the mail goes back into the outbox for another worker.
func TestAWorkerHandsBackItsMails(t *testing.T) {
	t.Parallel()
	database, slow := dbtest.URL(t), serveMail(t, 0)
	wire := through(t, slow.address)
	wire.slow()
	p := serve(t, database, "--workers", "0")
	s := stock(t, database)
	worker := work(t, database, "--smtp-url", "smtp://"+wire.address+"?tls=none", "--stop-within", "1s")
	if _, err := newBuyer(t, p.URL, time.Minute).buy(s.offers...); err != nil {
		t.Fatal(err)
	}
	const running = `select count(*) from mails where state = 'queued' and claimed_until > now()`
	for deadline := time.Now().Add(time.Minute); s.number(running) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no mail is being sent")
		}
	}
	if err := worker.stop(20 * time.Second); err != nil {
		t.Errorf("the end was not orderly: %v", err)
	}
	if n := s.number(running); n > 0 {
		t.Errorf("%d mails look as if they were being sent", n)
	}
	quick := serveMail(t, 0)
	work(t, database, "--smtp-url", quick.url)
	s.settled(time.Minute)
	s.balanced()
	if sent := s.number(`select count(*) from mails where state = 'sent'`); sent == 0 || int(sent) != quick.distinct()+slow.distinct() {
		t.Errorf("%d mails say that they were sent, %d + %d arrived", sent, slow.distinct(), quick.distinct())
	}
}
