package goods

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// staffed gives the shop an owner who gets its letters.
func (f *shopfloor) staffed() *shopfloor {
	f.t.Helper()
	accounttest.Grant(f.t, f.Pool, accounttest.Service(f.t, f.Pool), accounttest.Person(f.t, f.Pool), f.shop.ID, account.Owner)
	return f
}

// given lets the desk give a paper that holds until a day.
func (f *shopfloor) given(offer int64, kind, number string, until time.Time) {
	f.t.Helper()
	f.inTx(func(tx pgx.Tx) error {
		return f.AddDocument(f.t.Context(), tx, Paper{SellerID: f.shop.ID, OfferID: offer, Kind: kind, Number: number, IssuedOn: dayOf(f.now), ValidUntil: &until})
	})
}

func (f *shopfloor) letters() []string {
	f.t.Helper()
	list, err := pg.Scalars[string](f.t.Context(), f.Pool, `select template from mails order by id`)
	f.must(err)
	return list
}

func (f *shopfloor) expire() {
	f.t.Helper()
	_, _, err := f.Expire(f.t.Context())
	f.must(err)
}

// An opinion is about to end: the seller is told once, thirty days ahead; on the day after its last the listing is not
// sendable any more, the seller is told again and the expert is asked.
func TestAnOpinionEnds(t *testing.T) {
	t.Parallel()
	f := newFloor(t).staffed()
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	begin := f.now
	f.given(offer, "expert_opinion", "К-1", dayOf(begin).AddDate(0, 0, 40))
	for _, step := range []struct {
		days    int
		ready   bool
		letters []string
	}{
		{0, true, nil}, {9, true, nil}, {10, true, []string{"export.goods.ending"}}, {11, true, []string{"export.goods.ending"}},
		{40, true, []string{"export.goods.ending"}}, {41, false, []string{"export.goods.ending", "export.goods.ended"}},
		{42, false, []string{"export.goods.ending", "export.goods.ended"}},
	} {
		f.now = begin.AddDate(0, 0, step.days)
		f.expire()
		if got := f.read(offer).Ready(); got != step.ready {
			t.Errorf("day %d: ready is %v", step.days, got)
		}
		if diff := cmp.Diff(strings.Join(step.letters, " "), strings.Join(f.letters(), " ")); diff != "" {
			t.Errorf("day %d: letters (-want +got) %s", step.days, diff)
		}
	}
	p := f.read(offer)
	if len(p.Documents) != 0 || !slices.Equal(p.Lacks(), []string{"expert_opinion"}) || len(f.asked) != 2 || f.asked[1].Desk != "culture" {
		t.Errorf("afterwards it has %v, lacks %v, and was asked about %d times", p.Documents, p.Lacks(), len(f.asked))
	}
	sheet, err := f.Get(t.Context(), f.shop.ID, offer)
	f.must(err)
	if len(sheet.Papers) != 0 || sheet.Events[0].Kind != "asked" || sheet.Events[1].Kind != "expired" {
		t.Errorf("papers %v, events %v", sheet.Papers, sheet.Events[:2])
	}
}

// A new opinion that comes before the old one ends takes its place, and the old one's last day changes nothing.
func TestANewOpinionTakesThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	f := newFloor(t).staffed()
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	begin := f.now
	f.given(offer, "expert_opinion", "К-1", dayOf(begin).AddDate(0, 0, 20))
	if err := f.AskFor(t.Context(), f.by(), offer, Request{Note: "Ещё на год"}); err != nil || len(f.asked) != 2 || f.asked[1].Note != "Ещё на год" || len(f.asked[1].Findings) == 0 {
		t.Fatalf("asked anew: %v, %+v", err, f.asked)
	}
	f.given(offer, "expert_opinion", "К-2", dayOf(begin).AddDate(1, 0, 0))
	f.now = begin.AddDate(0, 0, 25)
	f.expire()
	if p := f.read(offer); !p.Ready() {
		t.Errorf("the old opinion's end counts: lacks %v", p.Lacks())
	}
	sheet, err := f.Get(t.Context(), f.shop.ID, offer)
	f.must(err)
	if len(sheet.Papers) != 1 || sheet.Papers[0].Number != "К-2" || len(f.letters()) != 0 {
		t.Errorf("papers %+v, letters %v", sheet.Papers, f.letters())
	}
}

// A paper ends together with the fact it was given on.
func TestAPaperEndsWithItsFacts(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	f.given(offer, "expert_opinion", "К-1", dayOf(f.now).AddDate(1, 0, 0))
	f.save(offer, Edit{"year": "1934"})
	sheet, err := f.Get(t.Context(), f.shop.ID, offer)
	f.must(err)
	if len(sheet.Papers) != 0 {
		t.Errorf("papers %+v", sheet.Papers)
	}
}

// A cultural object has a way on: the seller asks for the permit, the desk gives it, and the thing goes by courier.
func TestACulturalObjectHasAWayOn(t *testing.T) {
	t.Parallel()
	f := newFloor(t).staffed()
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	if err := f.AskFor(t.Context(), f.by(), offer, Request{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("asked before there is anything to ask for: %v", err)
	}
	f.inTx(func(tx pgx.Tx) error {
		return f.NeedPermit(t.Context(), tx, f.shop.ID, offer, "Первый выпуск")
	})
	for range 2 { // and after the seller mends a fact that has nothing to do with it
		if p := f.read(offer); p.Ready() || p.Verdict != "needs" || !slices.Equal(p.Lacks(), []string{CulturePermit}) {
			t.Fatalf("after the expert: %s, lacks %v", p.Verdict, p.Lacks())
		}
		f.save(offer, Edit{"gross_g": "970"})
	}
	before := len(f.asked)
	f.must(f.AskFor(t.Context(), f.by(), offer, Request{Note: "Вывожу на выставку"}))
	if got := f.asked[before:]; len(got) != 1 || !got[0].Permit || got[0].Desk != "culture" {
		t.Fatalf("asked %+v", got)
	}
	if err := f.AskFor(t.Context(), Actor{SellerID: f.shop.ID + 1}, offer, Request{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("another shop asks: %v", err)
	}
	f.given(offer, CulturePermit, "МК-17/2026", dayOf(f.now).AddDate(0, 6, 0))
	p := f.read(offer)
	if p.Ready() || !slices.Equal(p.Lacks(), []string{"courier"}) || !slices.Equal(p.Documents, []string{CulturePermit}) {
		t.Errorf("with the permit: lacks %v, has %v", p.Lacks(), p.Documents)
	}
	if p = f.save(offer, Edit{"gross_g": "980"}); !slices.Equal(p.Lacks(), []string{"courier"}) {
		t.Errorf("judged again: lacks %v", p.Lacks())
	}
	f.now = f.now.AddDate(0, 7, 0)
	f.expire()
	if p = f.read(offer); !slices.Equal(p.Lacks(), []string{CulturePermit}) {
		t.Errorf("after its last day: lacks %v", p.Lacks())
	}
}

// Many runs at once end a paper once and write once.
func TestRaceOfExpiry(t *testing.T) {
	t.Parallel()
	f := newFloor(t).staffed()
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	f.given(offer, "expert_opinion", "К-1", dayOf(f.now).AddDate(0, 0, 1))
	f.now = f.now.AddDate(0, 0, 3)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, _, err := f.Expire(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := strings.Join(f.letters(), " "); got != "export.goods.ended" || len(f.asked) != 2 {
		t.Errorf("letters %q, asked %d times", got, len(f.asked))
	}
}
