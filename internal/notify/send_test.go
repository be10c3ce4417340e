package notify_test

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func letter(event, to string) notify.Mail {
	return notify.Mail{Event: event, Template: "test.paid", To: to, Lang: i18n.RU,
		Letter: &notify.Letter{Title: "Заказ оплачен", Blocks: []notify.Block{notify.Para("Спасибо за заказ.")}}}
}

func enqueue(t *testing.T, db *pgxpool.Pool, mails ...notify.Mail) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		for _, m := range mails {
			if err := notify.Enqueue(t.Context(), tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func entries(t *testing.T, s *notify.Service) []notify.Entry {
	t.Helper()
	list, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// deliver takes what is due and says how much that was.
func deliver(t *testing.T, s *notify.Service) int {
	t.Helper()
	n, err := s.Deliver(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEnqueueOncePerEvent(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"), letter("purchase:1:paid", "anna@example.ru"))
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"), letter("purchase:1:paid", "boris@example.ru"))
	mails, err := pg.Scalar[int](t.Context(), db, `select count(*)::int from mails`)
	if err != nil || mails != 2 {
		t.Errorf("%d mails, %v; want 2", mails, err)
	}
}

func TestEnqueueGoesWithItsCause(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
		if err := notify.Enqueue(t.Context(), tx, letter("purchase:1:paid", "anna@example.ru")); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "sold out")
	})
	if !errs.Is(err, errs.Conflict) {
		t.Fatal(err)
	}
	n, err := pg.Scalar[int](t.Context(), db, `select count(*)::int from mails`)
	if err != nil || n != 0 {
		t.Errorf("%d rows are left of a rolled back act, %v", n, err)
	}
}

func TestEnqueueRefusesSmuggledHeaders(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	evil := letter("purchase:1:paid", "anna@example.ru\r\nBcc: all@example.com")
	subject := letter("purchase:1:paid", "anna@example.ru")
	subject.Subject = "Заказ Анны\r\nBcc: all@example.com"
	for _, m := range []notify.Mail{evil, subject} {
		err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error { return notify.Enqueue(t.Context(), tx, m) })
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("to %q, subject %q: %v, want Invalid", m.To, m.Subject, err)
		}
	}
}

func TestSendWritesBothForms(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	s := notify.New(db, server.sender(t), time.Now)
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	e := entries(t, s)[0]
	if first, again := deliver(t, s), deliver(t, s); first != 1 || again != 0 {
		t.Errorf("%d mails were taken, then %d; want 1 and 0", first, again)
	}
	got := server.received()
	if len(got) != 1 {
		t.Fatalf("%d letters, want 1", len(got))
	}
	head := got[0].Header
	subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject"))
	if err != nil || subject != "Заказ оплачен" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if id := head.Get("Message-ID"); id != "<"+e.MessageID+">" {
		t.Errorf("Message-ID %s, want <%s>", id, e.MessageID)
	}
	if to := head.Get("To"); to != "<anna@example.ru>" {
		t.Errorf("To %s", to)
	}
	if kind := head.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
		t.Errorf("Content-Type %s", kind)
	}
	for _, part := range []string{"text/plain; charset=UTF-8", "text/html; charset=UTF-8"} {
		if !strings.Contains(server.bodies[0], part) {
			t.Errorf("no part %s", part)
		}
	}
	if e = entries(t, s)[0]; e.State != notify.Sent || e.SentAt == nil {
		t.Errorf("state %s, sent at %v", e.State, e.SentAt)
	}
}

func TestWithoutServerMailsAreKept(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := notify.New(db, nil, time.Now)
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	deliver(t, s)
	if e := entries(t, s)[0]; e.State != notify.Kept {
		t.Errorf("state %s, want kept", e.State)
	}
}

func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	server.refuse = func(string) error { return &smtp.SMTPError{Code: 550, Message: "no such mailbox"} }
	s := notify.New(db, server.sender(t), time.Now)
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	deliver(t, s)
	if e := entries(t, s)[0]; e.State != notify.Failed || !strings.Contains(e.LastError, "550") {
		t.Errorf("state %s, error %q; want failed with 550", e.State, e.LastError)
	}
}

// Two workers with the same mail: while one talks to the server the other keeps off, and after it
// has died with its claim the mail goes out under the same Message-ID.
func TestClaimedMailIsLeftAlone(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	server.hold, server.holding = make(chan struct{}), make(chan struct{}, 2)
	now := time.Now()
	s := notify.New(db, server.sender(t), func() time.Time { return now })
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	var wg sync.WaitGroup
	wg.Go(func() {
		if n, err := s.Deliver(t.Context(), nil); n != 1 || err != nil {
			t.Error(n, err)
		}
	})
	<-server.holding
	if deliver(t, s) != 0 {
		t.Error("a second worker took a claimed mail")
	}
	close(server.hold)
	wg.Wait()
	if n := len(server.received()); n != 1 {
		t.Errorf("%d letters, want 1", n)
	}

	// A worker killed after its claim leaves just this behind.
	enqueue(t, db, letter("purchase:2:paid", "anna@example.ru"))
	if _, err := db.Exec(t.Context(), `update mails set claimed_until = $1, attempts = 1 where state = 'queued'`, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	later := notify.New(db, server.sender(t), func() time.Time { return now.Add(3 * time.Minute) })
	orphan := entries(t, s)[0]
	if deliver(t, s) != 0 {
		t.Error("a claim that has not ended was broken")
	}
	if deliver(t, later) != 1 {
		t.Error("a claim that has ended was kept")
	}
	if got := server.received()[1].Header.Get("Message-ID"); got != "<"+orphan.MessageID+">" {
		t.Errorf("Message-ID %s, want <%s>", got, orphan.MessageID)
	}
}

// A mail that the server cannot take now rests longer each time, and leaves when it can.
func TestMailIsPutOff(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	now := time.Now()
	s := notify.New(db, server.sender(t), func() time.Time { return now })
	server.refuse = func(string) error { return &smtp.SMTPError{Code: 451, Message: "later"} }
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	for attempt, rest := range []time.Duration{time.Second, 16 * time.Second, 81 * time.Second} {
		if deliver(t, s) != 1 {
			t.Fatalf("attempt %d did not happen", attempt+1)
		}
		if e := entries(t, s)[0]; e.State != notify.Queued || e.Attempts != attempt+1 || !strings.Contains(e.LastError, "451") {
			t.Errorf("after attempt %d: %s, %d attempts, %q", attempt+1, e.State, e.Attempts, e.LastError)
		}
		now = now.Add(rest)
		if deliver(t, s) != 0 {
			t.Errorf("attempt %d came before its time", attempt+2)
		}
		now = now.Add(time.Second)
	}
	server.refuse = nil
	if deliver(t, s) != 1 || len(server.received()) != 1 {
		t.Error("the mail did not leave")
	}
}

// Once the program is ending no mail is begun, and what was taken goes back untouched.
func TestNothingIsBegunAtTheEnd(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	s := notify.New(db, server.sender(t), time.Now)
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	ending := make(chan struct{})
	close(ending)
	if _, err := s.Deliver(t.Context(), ending); err != nil {
		t.Fatal(err)
	}
	if e := entries(t, s)[0]; e.State != notify.Queued || e.Attempts != 0 || len(server.received()) != 0 {
		t.Errorf("state %s, %d attempts, %d letters", e.State, e.Attempts, len(server.received()))
	}
	if deliver(t, s) != 1 {
		t.Error("what went back cannot be taken")
	}
}

// The server is down while mails pile up, comes back, and every mail arrives once.
func TestQueueDrainsAfterAnOutage(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	server.stop()
	s := notify.New(db, server.sender(t), time.Now)
	runner := startWorkers(t, db, s)
	const mails = 12
	for i := range mails {
		enqueue(t, db, letter("purchase:"+string(rune('a'+i))+":paid", "anna@example.ru"))
	}
	waitUntil(t, "every mail was tried", func() bool {
		n, err := pg.Scalar[int](t.Context(), db, `select count(*)::int from mails where attempts > 0 and last_error <> ''`)
		return err == nil && n == mails
	})
	back := startServer(t, server.addr)
	// Rather than wait for the second attempt.
	if _, err := db.Exec(t.Context(), `update mails set claimed_until = null where last_error <> ''`); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the queue is empty", func() bool {
		n, err := pg.Scalar[int](t.Context(), db, `select count(*)::int from mails where state <> 'sent'`)
		return err == nil && n == 0
	})
	if err := runner.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range back.received() {
		seen[m.Header.Get("Message-ID")] = true
	}
	if len(back.received()) != mails || len(seen) != mails {
		t.Errorf("%d letters, %d different; want %d", len(back.received()), len(seen), mails)
	}
}

func startWorkers(t *testing.T, db *pgxpool.Pool, s *notify.Service) *jobs.Runner {
	t.Helper()
	registry := jobs.NewRegistry()
	notify.Register(registry, s)
	runner, err := jobs.NewRunner(db, registry, jobs.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return runner
}

// A mail that waited for a week is given up; younger ones wait on, and so does what left not long ago.
func TestSweepGivesUpOldMails(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	now := time.Now()
	s := notify.New(db, nil, func() time.Time { return now })
	for i, age := range []time.Duration{100 * 24 * time.Hour, time.Hour, 20 * time.Hour, 8 * 24 * time.Hour} {
		event := fmt.Sprintf("purchase:%d:paid", i)
		enqueue(t, db, letter(event, "anna@example.ru"))
		if _, err := db.Exec(t.Context(), `update mails set created_at = $2, state = case when $3 then 'sent' else state end where event = $1`,
			event, now.Add(-age), i == 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var states []notify.State
	for _, e := range entries(t, s) {
		states = append(states, e.State)
	}
	if diff := cmp.Diff([]notify.State{notify.Failed, notify.Queued, notify.Queued}, states); diff != "" {
		t.Errorf("states, the newest first (-want +got):\n%s", diff)
	}
}

func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited for long: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
