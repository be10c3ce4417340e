package moderation_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// target is a thing with a version, standing in for a card.
type target struct {
	mu      sync.Mutex
	version int
	applied []string
}

func (x *target) kind() moderation.Kind {
	return moderation.Kind{Name: "thing", Codes: moderation.Codes,
		Version: func(context.Context, pg.DB, int64) (int, error) {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.version, nil
		},
		Apply: func(_ context.Context, _ pg.DB, r moderation.Request) error {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.applied, x.version = append(x.applied, r.Title), x.version+1
			return nil
		},
		Diff: func(context.Context, pg.DB, moderation.Request) ([]moderation.Field, error) { return nil, nil },
	}
}

func person(t *testing.T, db *pgxpool.Pool, name string) (id int64) {
	t.Helper()
	err := db.QueryRow(t.Context(), `
		insert into people (email, email_key, name, passkey_handle) values ($1, $1, $1, decode(md5($1), 'hex')) returning id`, name).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func propose(t *testing.T, db *pgxpool.Pool, desk *moderation.Service, id int64, points int, trusted bool) moderation.Request {
	t.Helper()
	r, err := desk.Submit(t.Context(), db, moderation.Proposal{Kind: "thing", TargetID: id, SellerID: 1, Title: fmt.Sprintf("вещь %d", id),
		BaseVersion: 1, Patch: map[string]int{"a": 1}, Reasons: []moderation.Reason{{Key: "k", Points: points}}, Trusted: trusted})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestModeratorsNeverMeet(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	desk := moderation.New(db, time.Now, (&target{version: 1}).kind())
	for n := range 20 {
		propose(t, db, desk, int64(n+1), n, false)
	}
	var seen sync.Map
	var wg sync.WaitGroup
	for n := range 10 {
		me := person(t, db, fmt.Sprintf("moderator-%d", n))
		wg.Go(func() {
			for range 2 {
				r, ok, err := desk.Claim(t.Context(), me, []string{"thing"})
				if err != nil || !ok {
					t.Errorf("claim: %v %v", ok, err)
					return
				}
				if other, taken := seen.LoadOrStore(r.ID, me); taken {
					t.Errorf("request %d went to %d and %d", r.ID, other, me)
				}
				if err := desk.Approve(t.Context(), me, r.ID); err != nil && !errors.Is(err, moderation.ErrStale) {
					t.Error(err)
				}
				if err := desk.Reject(t.Context(), me, r.ID, "K01", "стоп"); err != nil && !errors.Is(err, moderation.ErrDecided) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestClaimTakesTheRiskiestAndKeepsIt(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	clock := time.Now()
	desk := moderation.New(db, func() time.Time { return clock }, (&target{version: 1}).kind())
	propose(t, db, desk, 1, 5, false)
	risky := propose(t, db, desk, 2, 70, false)
	anna, boris := person(t, db, "anna"), person(t, db, "boris")
	for range 2 {
		if r, _, err := desk.Claim(t.Context(), anna, []string{"thing"}); err != nil || r.ID != risky.ID {
			t.Fatalf("anna has %d, want %d: %v", r.ID, risky.ID, err)
		}
	}
	if err := desk.ClaimOne(t.Context(), boris, risky.ID); !errors.Is(err, moderation.ErrTaken) {
		t.Errorf("boris took anna's request: %v", err)
	}
	if err := desk.Approve(t.Context(), boris, risky.ID); !errors.Is(err, moderation.ErrTaken) {
		t.Errorf("boris decided anna's request: %v", err)
	}
	clock = clock.Add(moderation.Lease + time.Minute)
	if err := desk.ClaimOne(t.Context(), boris, risky.ID); err != nil {
		t.Errorf("a lease must end: %v", err)
	}
}

func TestOnlyTheCurrentVersionIsApplied(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	x := &target{version: 1}
	desk := moderation.New(db, time.Now, x.kind())
	anna := person(t, db, "anna")
	r := propose(t, db, desk, 7, 50, false)
	x.version = 2
	if err := desk.Approve(t.Context(), anna, r.ID); !errors.Is(err, moderation.ErrStale) {
		t.Errorf("an outdated change was applied: %v", err)
	}
	if err := desk.Reject(t.Context(), anna, r.ID, "K99", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("a refusal without a reason: %v", err)
	}
	if err := desk.AskChanges(t.Context(), anna, r.ID, "K07", "Посмотрите ещё раз."); err != nil {
		t.Fatal(err)
	}
	if err := desk.Approve(t.Context(), anna, r.ID); !errors.Is(err, moderation.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	log, err := moderation.AuditLog(t.Context(), db, 0, 10)
	if err != nil || len(log) != 1 || log[0].Act != "moderation.changes_requested" || log[0].ActorName != "anna" {
		t.Errorf("audit: %+v %v", log, err)
	}
}

func TestTrustLetsOnlyLowRiskThrough(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	x := &target{version: 1}
	desk := moderation.New(db, time.Now, x.kind())
	if r := propose(t, db, desk, 1, moderation.LowRisk, true); r.Status != moderation.Approved || !r.Automatic {
		t.Errorf("low risk: %s", r.Status)
	}
	x.version = 1
	if r := propose(t, db, desk, 2, moderation.LowRisk+1, true); r.Status != moderation.Submitted {
		t.Errorf("risky: %s", r.Status)
	}
	if r := propose(t, db, desk, 3, 0, false); r.Status != moderation.Submitted {
		t.Errorf("untrusted: %s", r.Status)
	}
}

func TestOneOpenRequestPerTarget(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	desk := moderation.New(db, time.Now, (&target{version: 1}).kind())
	first := propose(t, db, desk, 1, 10, false)
	if again := propose(t, db, desk, 1, 30, false); again.ID != first.ID || again.Risk != 30 {
		t.Errorf("the same shop's second proposal is %d with risk %d", again.ID, again.Risk)
	}
	_, err := desk.Submit(t.Context(), db, moderation.Proposal{Kind: "thing", TargetID: 1, SellerID: 2, Title: "чужая", Patch: 1})
	if !errors.Is(err, moderation.ErrOpen) {
		t.Errorf("another shop's proposal: %v", err)
	}
	if err := desk.Cancel(t.Context(), db, 2, first.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another shop cancelled it: %v", err)
	}
	if err := desk.Cancel(t.Context(), db, 1, first.ID); err != nil {
		t.Error(err)
	}
}
