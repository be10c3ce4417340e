package desk_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

type tx = pgx.Tx

func inTx(b *bench, fn func(tx tx) error) error { return pg.InTx(b.t.Context(), b.db, fn) }

// actors run at once in every race.
const actors = 32

// stampede lets all actors act at once and says how many had their way; who loses is told so in words.
func (b *bench) stampede(act func(i int) error) (won int) {
	b.t.Helper()
	gate, outcomes := make(chan struct{}), make([]error, actors)
	var wg sync.WaitGroup
	for i := range actors {
		wg.Go(func() {
			<-gate
			outcomes[i] = act(i)
		})
	}
	close(gate)
	wg.Wait()
	for i, err := range outcomes {
		switch {
		case err == nil:
			won++
		case !errs.Is(err, errs.Conflict):
			b.t.Fatalf("actor %d: %v", i, err)
		}
	}
	return won
}

func (b *bench) crowd() (people [actors]desk.Actor) {
	for i := range people {
		people[i] = desk.Actor{PersonID: accounttest.Person(b.t, b.db)}
	}
	return people
}

func rounds() int {
	if testing.Short() {
		return 3
	}
	return 25
}

// Thirty-two officers judge one case at once, some one way and some another: one verdict, heard once, mailed once.
func TestRaceVerdicts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	people := b.crowd()
	for round := range rounds() {
		id, before, mailed := b.open(desk.Customs, fmt.Sprintf("P-%d", round)), len(b.heard), len(b.mails())
		won := b.stampede(func(i int) error {
			ruling := desk.Ruling{Verdict: desk.Release}
			if i%2 == 1 {
				ruling = desk.Ruling{Verdict: desk.Refuse, Reason: "weight", Note: "Вес"}
			}
			_, err := b.Decide(t.Context(), people[i], desk.Customs, id, ruling)
			return err
		})
		if heard := len(b.heard) - before; won != 1 || heard != 1 || len(b.mails())-mailed != 1 || len(b.acts(id)) != 2 {
			t.Fatalf("round %d: %d verdicts, heard %d, %d letters, trail %v", round, won, heard, len(b.mails())-mailed, b.acts(id))
		}
	}
}

// Thirty-two officers take one case, or the next one: one of them has it.
func TestRaceTakes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	people := b.crowd()
	for round := range rounds() {
		id := b.open(desk.Customs, fmt.Sprintf("P-%d", round))
		won := b.stampede(func(i int) error {
			if i%2 == 0 {
				_, err := b.Take(t.Context(), people[i], desk.Customs, id)
				return err
			}
			_, ok, err := b.Next(t.Context(), people[i], desk.Customs)
			if err == nil && !ok {
				return desk.ErrTaken
			}
			return err
		})
		if won != 1 {
			t.Fatalf("round %d: %d officers have the case", round, won)
		}
		if _, err := b.Decide(t.Context(), desk.Actor{PersonID: b.get(desk.Customs, id).OfficerID}, desk.Customs, id, desk.Ruling{Verdict: desk.Release}); err != nil {
			t.Fatal(err)
		}
	}
}

// The same exception reported from everywhere at once is one case, and the same parcels at once are each counted once.
func TestRaceOpeningAndCounting(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var mu sync.Mutex
	ids := map[int64]bool{}
	if won := b.stampede(func(i int) error {
		return inTx(b, func(tx tx) error {
			id, err := b.Open(t.Context(), tx, desk.Case{Kind: desk.Currency, Subject: desk.Parcel, SubjectNumber: "P", SellerID: b.shop.ID, Title: "P", Risk: i})
			mu.Lock()
			defer mu.Unlock()
			ids[id] = true
			return err
		})
	}); won != actors || len(ids) != 1 {
		t.Errorf("%d opened %d cases", won, len(ids))
	}
}

// Whatever officers and sellers do in whatever order, a case keeps its laws: what is decided stays decided, the trail only
// grows, the clock stands exactly while the seller is asked, and a listener hears one last verdict.
func TestPropertyOfACase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := desk.Actor{PersonID: accounttest.Person(t, b.db)}
	serial := 0
	rapid.Check(t, func(rt *rapid.T) {
		serial++
		id, heard := b.open(desk.Customs, fmt.Sprintf("R-%d", serial)), len(b.heard)
		opened := b.get(desk.Customs, id)
		var stood time.Duration
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			before, trail := b.get(desk.Customs, id), len(b.acts(id))
			by := rapid.SampledFrom([]desk.Actor{b.by[desk.Customs], other}).Draw(rt, "who")
			act := rapid.SampledFrom([]string{"wait", "take", "return", "release", "refuse", "more", "answer", "say", "open"}).Draw(rt, "act")
			at := b.now()
			err := b.do(rt, act, by, before)
			if before.State == desk.WaitingSeller {
				stood += b.now().Sub(at)
			}
			after := b.get(desk.Customs, id)
			switch {
			case err != nil && !errs.Is(err, errs.Conflict):
				rt.Fatalf("%s: %v", act, err)
			case err != nil && (after.State != before.State || len(b.acts(id)) != trail):
				rt.Fatalf("%s was refused (%v) and changed %s to %s", act, err, before.State, after.State)
			case before.State == desk.Done && (after.State != desk.Done || after.Verdict != before.Verdict || !after.DecidedAt.Equal(*before.DecidedAt)):
				rt.Fatalf("%s changed a verdict", act)
			case len(b.acts(id)) < trail:
				rt.Fatalf("%s took from the trail", act)
			case (after.State == desk.WaitingSeller) != (after.HeldAt != nil):
				rt.Fatalf("%s: %s with a clock held %v", act, after.State, after.HeldAt)
			case before.State == desk.Taken && before.Held(by.PersonID, b.now()) && err == nil && (act == "take" || act == "release" || act == "refuse" || act == "more"):
				rt.Fatalf("%s took what another holds", act)
			}
		}
		end := b.get(desk.Customs, id)
		if end.HeldAt == nil && end.State != desk.Done && end.DueAt.Sub(opened.DueAt) != stood {
			rt.Fatalf("the clock stood %s and the term moved by %s", stood, end.DueAt.Sub(opened.DueAt))
		}
		verdicts := 0
		for _, d := range b.heard[heard:] {
			if d.Verdict != desk.More {
				verdicts++
			}
		}
		if (verdicts == 1) != (end.State == desk.Done) || verdicts > 1 {
			rt.Fatalf("%d verdicts were heard of a case that is %s", verdicts, end.State)
		}
	})
}

// do lets somebody do one thing about a case.
func (b *bench) do(rt *rapid.T, act string, by desk.Actor, c desk.Case) (err error) {
	ctx := b.t.Context()
	switch act {
	case "wait":
		b.pass(time.Duration(rapid.IntRange(1, 600).Draw(rt, "minutes")) * time.Minute)
	case "take":
		_, err = b.Take(ctx, by, c.Kind, c.ID)
	case "return":
		err = b.Return(ctx, by, c.Kind, c.ID)
	case "release":
		_, err = b.Decide(ctx, by, c.Kind, c.ID, desk.Ruling{Verdict: desk.Release})
	case "refuse":
		_, err = b.Decide(ctx, by, c.Kind, c.ID, desk.Ruling{Verdict: desk.Refuse, Reason: "value", Note: "Нет"})
	case "more":
		_, err = b.Decide(ctx, by, c.Kind, c.ID, desk.Ruling{Verdict: desk.More, Note: "Что это?"})
	case "answer":
		err = b.Answer(ctx, b.shop.ID, b.owner, c.ID, "Вот", 0)
	case "say":
		err = b.Say(ctx, by, c.Kind, c.ID, "Здравствуйте")
	case "open":
		if c.State != desk.Done {
			if again := b.open(c.Kind, c.SubjectNumber); again != c.ID {
				rt.Fatalf("opened %d beside %d", again, c.ID)
			}
		}
	}
	return err
}
