package abroad_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

func ask(country string, offers ...int64) destination.Ask {
	a := destination.Ask{SellerID: 1, Country: country}
	for _, offer := range offers {
		a.Items = append(a.Items, destination.Item{OfferID: offer, SKU: "sku", Qty: 1, Value: 1000_00})
	}
	return a
}

func (w *world) tell(t *testing.T, asks ...destination.Ask) []destination.Verdict {
	t.Helper()
	list, err := w.Tell(t.Context(), asks)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestTellSaysItInTheMarketsWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set(2, func(p *goods.Passport) { p.Abroad = false })
	list := w.tell(t, ask("DE", 1), ask("DE", 1, 2), ask("KZ", 1))
	if v := list[0]; v.Outcome != destination.Goes || v.Extra() == 0 || v.Unsaid || len(v.Sources) == 0 {
		t.Errorf("an ordinary thing: %+v", v)
	}
	if c, ok := list[0].Chosen(); !ok || c.Object != 5011 || c.Why(i18n.EN) != "" {
		t.Errorf("it goes by %+v", c)
	}
	if c := list[0].Services[1]; !c.Open || c.Why(i18n.EN) == "" || c.Why(i18n.RU) == c.Why(i18n.EN) {
		t.Errorf("the parcel lost by %q", c.Why(i18n.EN))
	}
	if v := list[1]; v.Outcome != destination.Stays || len(v.Reasons) != 1 || v.Reasons[0].OfferID != 2 || len(v.Alternatives) != 1 ||
		v.Alternatives[0].Way != destination.ByLeaving || v.Alternatives[0].Removed[0].OfferID != 2 {
		t.Errorf("with a thing that is not offered: %+v", v)
	}
	if v := list[2]; v.Outcome != destination.Goes || !v.Union || v.Extra() != 0 {
		t.Errorf("inside the union: %+v", v)
	}
}

// What a country asks of the buyer is asked for and stops nobody who has told it.
func TestBrazilAsksForATaxNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	missing := ask("BR", 1)
	missing.Missing = []string{"consignee.tax_id"}
	list := w.tell(t, missing, ask("BR", 1))
	if v := list[0]; v.Outcome != destination.Asks || len(v.Wanted) != 1 || v.Wanted[0] != "consignee.tax_id" {
		t.Errorf("without it: %s %v %v", v.Outcome, v.Wanted, v.Reasons)
	}
	if _, ok := list[0].Chosen(); !ok {
		t.Error("without it no service is shown")
	}
	if v := list[1]; v.Outcome != destination.Goes {
		t.Errorf("with it: %s %v", v.Outcome, v.Reasons)
	}
}

// A service that the buyer picked is the one decided about, and comes first.
func TestAPickedServiceIsJudged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := ask("DE", 1)
	a.Object = 7031
	if c, ok := w.tell(t, a)[0].Chosen(); !ok || c.Object != 7031 {
		t.Errorf("picked EMS, got %+v", c)
	}
	a.Object = 9999
	if c, ok := w.tell(t, a)[0].Chosen(); !ok || c.Object != 5011 {
		t.Errorf("picked what does not exist, got %+v", c)
	}
}

func TestASourceThatIsAwayIsNoVerdict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Rates = func(context.Context, time.Time) (rates.Table, error) { return rates.Table{}, rates.ErrNone }
	if v := w.tell(t, ask("DE", 1))[0]; v.Outcome != destination.Unknown || len(v.Reasons) != 1 {
		t.Errorf("without rates: %+v", v)
	}
	w = newWorld(t)
	w.silent = true
	if v := w.tell(t, ask("DE", 1))[0]; v.Outcome != destination.Unknown || len(v.Reasons) != 1 || v.Reasons[0].Text.EN == "" {
		t.Errorf("of a post that names no price: %+v", v)
	}
	w = newWorld(t)
	broken := errors.New("broken")
	w.Candidates = func(context.Context, postal.Ask) ([]postal.Candidate, error) { return nil, broken }
	if _, err := w.Tell(t.Context(), []destination.Ask{ask("DE", 1)}); !errors.Is(err, broken) {
		t.Errorf("a mistake of ours is told as %v", err)
	}
}

// Nothing is recorded that did not pass.
func TestOnlyADecisionThatPassedIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set(1, func(p *goods.Passport) { p.Collection = "museum" })
	for _, v := range []destination.Verdict{w.tell(t, ask("DE", 1))[0], {}} {
		if _, err := abroad.Record(t.Context(), nil, "Y-1", 1, v); err == nil {
			t.Errorf("recorded %+v", v)
		}
	}
}

// A split holds every kopeck, also where a price does not divide by its pieces.
func TestASplitLosesNoKopeck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set(1, func(p *goods.Passport) { p.GrossGrams = 12_000 })
	ans := w.judge(t, "KZ", abroad.Item{OfferID: 1, SKU: "sku", Qty: 3, Value: 100_01})
	if len(ans.Alternatives) != 1 || len(ans.Alternatives[0].Parts) != 2 {
		t.Fatalf("36 kilograms: %+v", ans.Alternatives)
	}
	var sum money.Amount
	for _, part := range ans.Alternatives[0].Parts {
		for _, it := range part {
			sum += it.Value
		}
	}
	if sum != 100_01 {
		t.Errorf("the parts are worth %d", sum)
	}
}

// Several parcels of one order are one consignment: a code that is in each of them is asked for once, and what is worth more
// together than a limit speaks of is so in parts too. What nobody knows is told in both languages.
func TestPartsAreOneConsignment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set(1, func(p *goods.Passport) { p.GrossGrams = 16_000 })
	split := func(country string, each money.Amount) destination.Verdict {
		t.Helper()
		v := w.tell(t, destination.Ask{SellerID: 1, Country: country, Items: []destination.Item{{OfferID: 1, SKU: "sku", Qty: 3, Value: 3 * each}}})[0]
		if len(v.Alternatives) != 1 || v.Alternatives[0].Way != destination.BySplit {
			t.Fatalf("what is too heavy is told %+v", v)
		}
		return v.InParts(v.Alternatives[0])
	}
	const threeEuros = 287_34
	if v := split("DE", 1000_00); v.Duty != threeEuros || v.Tax == 0 || v.Unsaid || len(v.Parts) != 3 {
		t.Errorf("three parcels of one code: %+v", v.Levy)
	}
	if v := split("DE", 5000_00); !v.Unsaid || v.Extra() != 0 || v.Why.RU == "" || v.Why.RU == v.Why.EN || len(v.Sources) == 0 {
		t.Errorf("three parcels that are worth 156 euros together: %+v", v.Levy)
	}
	if v := split("NG", 1000_00); !v.Unsaid || v.Extra() != 0 {
		t.Errorf("a country that nobody knows the rates of: %+v", v.Levy)
	}
	if v := split("KZ", 1000_00); !v.Union || v.Unsaid || v.Extra() != 0 {
		t.Errorf("inside the union: %+v", v.Levy)
	}
}
