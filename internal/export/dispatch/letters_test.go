package dispatch

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// owner gives the shop somebody who reads its letters.
func (w *world) owner() {
	w.t.Helper()
	_, err := pg.Exec(w.t.Context(), w.db, `
		with p as (insert into people (email, email_key, name, passkey_handle) values ('owner@example.com', 'owner@example.com', 'Галина', decode(md5('owner'), 'hex')) returning id)
		insert into memberships (person_id, seller_id, role) select id, $1, 'owner' from p`, w.shop.SellerID)
	w.must(err)
}

// letters are the bodies of the letters of a kind.
func (w *world) letters(template string) []string {
	w.t.Helper()
	return notifytest.Texts(w.t, w.db, template, "")
}

// A declaration that the customs service's system did not take goes again under another number, its seller is asked to
// sign it, and after the third a person looks.
func TestADeclarationThatWasNotTakenGoesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner()
	p := w.declared("DE")
	first := p
	for n := 2; n <= mostFiled; n++ {
		w.must(w.Declared(t.Context(), p.ID, w.fts(p)))
		w.work()
		p = w.is(p, Ready)
		if p.Version != n || p.Filed == first.Filed || p.Barcode == first.Barcode || p.GrossG != first.GrossG {
			t.Fatalf("printed %d times, filed as %s under %s", p.Version, p.Filed, p.Barcode)
		}
		if got := len(w.letters("dispatch.anew")); got != n-1 {
			t.Errorf("%d letters, want %d", got, n-1)
		}
		w.signed(p)
		p = w.is(p, Declared)
	}
	w.must(w.Declared(t.Context(), p.ID, w.fts(first))) // about the first one, late
	w.is(p, Declared)
	w.must(w.Declared(t.Context(), p.ID, w.fts(p)))
	if p = w.is(p, Held); p.Reason != ReasonFTS {
		t.Errorf("held for %q", p.Reason)
	}
	if list := w.letters("dispatch.held"); len(list) != 1 || !strings.Contains(list[0], "the service is away") {
		t.Errorf("letters: %q", list)
	}
}

func (w *world) fts(p Parcel) postal.Declaration {
	return postal.Declaration{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationFTSError, FTSError: "the service is away",
		DecidedAt: w.now()}
}

// A buyer whose parcel may not leave reads which rule says so and where it is written, in their language.
func TestARefusalSaysTheRulesWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.paid("US")
	w.work()
	w.is(p, Refused)
	list := w.letters("order.cancelled")
	if len(list) != 1 || !strings.Contains(list[0], "(") || strings.ContainsAny(list[0], "абвгд") {
		t.Errorf("letters: %q", list)
	}
	d, err := w.Get(t.Context(), w.shop.SellerID, p.Number)
	w.must(err)
	last, _ := d.Last()
	for _, f := range refusals(last.Decision.Findings) {
		if source := f.SourceIn("en"); len(list) > 0 && !strings.Contains(list[0], source) {
			t.Errorf("%q is not in %q", source, list[0])
		}
	}
}

// What the customs desk lets go is told to the post, until it has heard.
func TestAReleaseIsToldToThePost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner()
	var mu sync.Mutex
	var told []string
	w.Release = func(_ context.Context, barcode string) error {
		mu.Lock()
		defer mu.Unlock()
		if told = append(told, barcode); len(told) == 1 {
			return errors.New("nobody answers")
		}
		_, err := w.post.Act(barcode, "release", 0)
		return err
	}
	p := w.declared("DE")
	ok, err := w.post.Act(p.Barcode, "inspect", 0)
	w.must(err)
	if !ok {
		t.Fatal("the stand-in does not inspect the parcel")
	}
	w.pass(7 * time.Hour)
	p = w.is(p, Held)
	if n := len(w.letters("dispatch.held")); n != 1 {
		t.Errorf("%d letters to the seller, want 1", n)
	}
	c, err := w.desk.Get(t.Context(), desk.Customs, *p.CaseID)
	w.must(err)
	w.must(pg.InTx(t.Context(), w.db, func(tx pgx.Tx) error {
		return w.Decided(t.Context(), tx, desk.Decided{Case: c, Verdict: desk.Release, At: w.now()})
	}))
	if _, err := w.run(); err == nil {
		t.Error("the job did not fail while nobody answered")
	}
	_, err = pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state = 'retryable'`)
	w.must(err)
	w.work()
	if len(told) != 2 || told[0] != p.Barcode {
		t.Errorf("told: %v", told)
	}
	w.pass(2 * time.Hour)
	w.is(p, Departed)
}

// A name in letters that no form has stops the parcel before the post hears of it, and says what to mend.
func TestANameThatNoFormCanPrintWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner()
	p := w.paid("DE")
	_, err := pg.Exec(t.Context(), w.db, `update orders set recipient = jsonb_set(recipient, '{name}', '"山田太郎"')`)
	w.must(err)
	_, _ = w.run() // the step that cannot be done says so
	p, err = selectParcel(t.Context(), w.db, p.ID)
	w.must(err)
	if p.StuckAt == nil || w.post.State().Items != 0 {
		t.Fatalf("%s, stuck %v, %d items at the post", p.State, p.StuckAt, w.post.State().Items)
	}
	rows, err := listStuck(t.Context(), w.db, i18n.RU, 10)
	w.must(err)
	if len(rows) != 1 || !strings.Contains(rows[0].Cause, "山") {
		t.Errorf("the operator sees %+v", rows)
	}
	if n := len(w.letters("dispatch.stuck")); n != 1 {
		t.Errorf("%d letters to the seller, want 1", n)
	}
}
