package account_test

import (
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// A list of stolen pairs is tried: a thousand of them from one address, one account from a thousand addresses, and so many
// from everywhere that no account and no address stands out. Each is stopped before a hash is computed, by a limit of its own.
func TestCase60CredentialStuffing(t *testing.T) {
	t.Parallel()
	const pairs = 1000
	try := func(b *browser, email, password string) int {
		return b.post("/sign-in", "email", email, "password", password).StatusCode
	}
	tests := map[string]struct {
		from     func(i int) string
		email    func(i int) string
		let      int // tries that reach the hash
		released time.Duration
	}{
		"a thousand pairs from one address": {
			from: func(int) string { return "203.0.113.7:1" }, email: func(i int) string { return fmt.Sprintf("p%d@example.ru", i) }, let: 60, released: time.Minute},
		"a thousand pairs from one network of IPv6": {
			from: func(i int) string { return fmt.Sprintf("[2001:db8:1:2::%x]:1", i+1) }, email: func(i int) string { return fmt.Sprintf("p%d@example.ru", i) }, let: 60, released: time.Minute},
		"one account from a thousand addresses": {
			from: func(i int) string { return fmt.Sprintf("198.51.%d.%d:1", i/250, i%250) }, email: func(int) string { return "anna@example.ru" }, let: 10, released: 2 * time.Minute},
		"one account in a thousand spellings": {
			from:  func(i int) string { return fmt.Sprintf("198.51.%d.%d:1", i/250, i%250) },
			email: func(i int) string { return spelt("anna@example.ru", i) }, let: 10, released: 2 * time.Minute},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.person(t, "anna@example.ru")
			b, before, answers := s.browser(t), s.account.Hashes(), map[int]int{}
			for i := range pairs {
				b.from = tt.from(i)
				answers[try(b, tt.email(i), "summer2026")]++
			}
			if diff := cmp.Diff(map[int]int{http.StatusUnprocessableEntity: tt.let, http.StatusTooManyRequests: pairs - tt.let}, answers); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := s.account.Hashes() - before; n != int64(tt.let) {
				t.Errorf("%d hashes were computed, want %d", n, tt.let)
			}
			s.move(tt.released)
			if got := try(b, "anna@example.ru", accounttest.Password); got != http.StatusSeeOther {
				t.Errorf("Anna herself, %s later: %d", tt.released, got)
			}
		})
	}
	t.Run("from everywhere at once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.person(t, "anna@example.ru")
		b := s.browser(t)
		b.post("/sign-in", "email", "boris@example.ru", "password", "summer2026").wantStatus(http.StatusUnprocessableEntity)
		if _, err := s.db.Exec(t.Context(), `update rate_limits set due_at = $1 where key like 'sign_in.all:%'`, s.now().Add(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
		before := s.account.Hashes()
		for i := range 20 {
			b.from = fmt.Sprintf("198.51.100.%d:1", i)
			b.post("/sign-in", "email", fmt.Sprintf("p%d@example.ru", i), "password", "summer2026").wantStatus(http.StatusTooManyRequests)
		}
		if n := s.account.Hashes() - before; n != 0 {
			t.Errorf("%d hashes were computed past the limit of all", n)
		}
	})
}

// spelt writes an address as one of its many spellings: in capitals, with a label, with spaces.
func spelt(email string, n int) string {
	local, domain, _ := strings.Cut(email, "@")
	letters := []byte(local)
	for i := range letters {
		if n>>i&1 == 1 {
			letters[i] -= 'a' - 'A'
		}
	}
	return strings.Repeat(" ", n%3) + string(letters) + "@" + domain
}

// Every other door that a password opens is limited as the sign-in is: the question before a dangerous act, the change of
// the password, and the link of a sign-up.
func TestCase60OtherDoorsOfAPassword(t *testing.T) {
	t.Parallel()
	for name, guess := range map[string]func(b *browser, link string) int{
		"proving oneself": func(b *browser, _ string) int {
			return b.post("/account/prove", "password", "summer2026").StatusCode
		},
		"changing the password": func(b *browser, _ string) int {
			return b.post("/account/security/password", "old_password", "summer2026", "password", phrase).StatusCode
		},
		"changing the address": func(b *browser, _ string) int {
			return b.post("/account/security/email", "email", "new@example.ru", "email_password", "summer2026").StatusCode
		},
		"confirming a sign-up": func(b *browser, link string) int {
			return b.post("/sign-up/confirm", "token", tokenOf(b.t, link), "password", "summer2026").StatusCode
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.person(t, "anna@example.ru")
			b := s.signedIn(t, "anna@example.ru")
			s.browser(t).post("/sign-up", "name", "Мария", "email", "maria@example.ru", "password", phrase).wantTo("/sign-up/sent")
			link := s.link(t, "account.confirm", "maria@example.ru")
			answers := map[int]int{}
			for i := range 40 {
				b.from = fmt.Sprintf("198.51.100.%d:1", i)
				answers[guess(b, link)]++
			}
			if answers[http.StatusTooManyRequests] != 30 {
				t.Errorf("40 guesses are answered %v, want 30 refused", answers)
			}
		})
	}
}

// What a stranger can learn about an address, by the words, the status, the headers, the work done and its time: nothing.
func TestCase61NobodyLearnsWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	blocked := s.person(t, "petr@example.ru")
	if _, err := s.db.Exec(t.Context(), `update people set blocked_at = now(), blocked_reason = 'x' where id = $1`, blocked); err != nil {
		t.Fatal(err)
	}
	s.browser(t).post("/sign-up", "name", "Вера", "email", "vera@example.ru", "password", phrase).wantTo("/sign-up/sent") // not confirmed yet
	mine := s.signedIn(t, "anna@example.ru")
	if _, err := s.db.Exec(t.Context(), `delete from rate_limits`); err != nil {
		t.Fatal(err)
	}
	doors := map[string]func(email string) answer{
		"sign-in": func(email string) answer {
			return s.browser(t).post("/sign-in", "email", email, "password", "wrong wrong wrong")
		},
		"sign-up": func(email string) answer {
			return s.browser(t).post("/sign-up", "name", "Мария", "email", email, "password", phrase)
		},
		"reset": func(email string) answer { return s.browser(t).post("/account/reset", "email", email) },
		"a new address of one's own": func(email string) answer {
			return mine.post("/account/security/email", "email", email, "email_password", accounttest.Password)
		},
	}
	// look is what can be seen of an answer.
	type look struct {
		Status   int
		To, Text string
		Hashes   int64
	}
	for door, ask := range doors {
		var unknown look
		for _, email := range []string{"nobody@example.ru", "petr@example.ru", "vera@example.ru", "second@example.ru"} {
			before := s.account.Hashes()
			got := ask(email)
			seen := look{got.StatusCode, got.Header.Get("Location"), strings.ReplaceAll(got.page().Text(), email, ""), s.account.Hashes() - before}
			if email == "nobody@example.ru" {
				unknown = seen
			} else if diff := cmp.Diff(unknown, seen); diff != "" {
				t.Errorf("%s of %s (-of nobody +of theirs):\n%s", door, email, diff)
			}
		}
	}
	known, stranger := timed(s, doors["sign-in"], "petr@example.ru"), timed(s, doors["sign-in"], "nobody@example.ru")
	t.Logf("a sign-in takes %s where there is an account and %s where there is none (medians of 9)", known, stranger)
	if s.mail(t, "account.known", "petr@example.ru") == "" {
		t.Error("a person is not told that somebody used their address")
	}
	if s.mail(t, "account.reset", "nobody@example.ru")+s.mail(t, "account.reset", "petr@example.ru") != "" {
		t.Error("a reset for nobody, or for whom it would not let in")
	}
}

// timed is the median time of nine answers; it is told, and judged by nobody: a busy machine knows no milliseconds.
func timed(s *site, ask func(string) answer, email string) time.Duration {
	var took []time.Duration
	for range 9 {
		began := time.Now()
		ask(email)
		took = append(took, time.Since(began))
		s.move(10 * time.Minute)
	}
	slices.Sort(took)
	return took[len(took)/2].Round(time.Millisecond)
}

// Forty sign-ins at once are all let in, a few hashes at a time: the memory that they take is that of the few.
func TestCase67FortySignInsAtOnce(t *testing.T) { //nolint:paralleltest // it measures the heap, so it does not run beside others
	s := newSite(t)
	const at, people = 40, 8 // each may try ten times a minute
	for i := range people {
		s.person(t, fmt.Sprintf("anna-%d@example.ru", i))
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the tests are run with
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, peak, over := m.HeapAlloc, uint64(0), make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-over:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	took := make([]time.Duration, at)
	ok, failed := atOnce(at, func(i int) error {
		began := time.Now()
		_, err := s.account.SignIn(t.Context(), account.SignIn{Email: fmt.Sprintf("anna-%d@example.ru", i%people), Password: accounttest.Password}, account.Client{})
		took[i] = time.Since(began)
		return err
	})
	close(over)
	watch.Wait()
	// A slow machine tells some of them to come again; it never lets the queue of costly hashes grow.
	if ok < people || ok+failed[errs.Unavailable] != at {
		t.Errorf("%d let in, refused %v", ok, failed)
	}
	slices.Sort(took)
	rose := peak - min(peak, base)
	t.Logf("%d let in; the slowest took %s, half of them %s; the heap rose by %d MB, %d hashes at a time", ok, took[at-1].Round(time.Millisecond), took[at/2].Round(time.Millisecond), rose>>20, s.account.HashSlots())
	// The collector lets garbage grow to the size of what lives, and frees a hash's memory a moment after its end.
	if limit := uint64(6*s.account.HashSlots()*account.HashBytes) + base + 64<<20; rose > limit && rose > at*account.HashBytes/2 {
		t.Errorf("the heap rose by %d MB, want at most %d", rose>>20, limit>>20)
	}
}
