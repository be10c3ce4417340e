package joining_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// grinder is one row of brand and part number that two shops may sell.
const grinder = feedtest.Head + `<offer id="%"><name>Кофемолка ручная «Жернов»</name><vendor>Тулажернов</vendor><vendorCode>TZ-14</vendorCode>` +
	`<price>4290</price><categoryId>2</categoryId></offer>` + feedtest.Tail

// pair is a bench where one shop sells a card, and the bench's own shop has sent a row that looks like it.
type pair struct {
	*feedtest.Bench
	by      listing.Actor
	variant int64 // of the card on sale
}

func newPair(t *testing.T, trusted bool) *pair {
	t.Helper()
	first := feedtest.New(t, true, feed.Source{})
	first.Run(strings.ReplaceAll(grinder, "%", "tula-14"), false)
	b := *first
	b.Shop = b.NewShop("second", trusted)
	b.Source = b.SaveSource(feed.Source{SellerID: b.Shop.ID})
	p := &pair{Bench: &b, by: listing.Actor{SellerID: b.Shop.ID, PersonID: b.Person("second@example.ru")}}
	p.variant = int64(b.Count(`select variant_id from offers`))
	p.again()
	return p
}

// again sends the row once more.
func (p *pair) again() feed.Import {
	p.T.Helper()
	return p.Run(strings.ReplaceAll(grinder, "%", "x:1"), false)
}

func (p *pair) ref() joining.RowRef { return joining.RowRef{VariantID: p.variant, SKU: "x:1"} }

func (p *pair) open() []joining.Suggestion {
	p.T.Helper()
	list, total, _, err := p.Join.List(p.T.Context(), p.Shop.ID, 0, "")
	if err != nil || int(total) != len(list) {
		p.T.Fatalf("%d of %d, %v", len(list), total, err)
	}
	return list
}

// stands expects the row's offer on the shared card or on its own.
func (p *pair) stands(shared bool, why string) {
	p.T.Helper()
	at, err := pg.Scalar[int64](p.T.Context(), p.DB, `select variant_id from offers where seller_id = $1`, p.Shop.ID)
	if err != nil || (at == p.variant) != shared {
		p.T.Errorf("%s: the offer stands on %d, the shared card is %d (%v)", why, at, p.variant, err)
	}
}

func TestSuggestionComparesBothSides(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	list := p.open()
	if len(list) != 1 {
		t.Fatalf("%d suggestions", len(list))
	}
	agree := map[string]bool{}
	for _, l := range list[0].Lines {
		agree[l.Name] = l.Agrees()
	}
	if !agree["Название"] || !agree["Артикул производителя"] || !agree["Бренд"] {
		t.Errorf("lines %+v", list[0].Lines)
	}
	v, err := p.S.Page(t.Context(), p.Shop.ID, 0)
	if err != nil || v.Similar != 1 {
		t.Errorf("the page of imports tells of %d, %v", v.Similar, err)
	}
}

func TestTrustedShopJoinsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	for range 2 { // pressed twice
		if out, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil || out != joining.Moved {
			t.Fatalf("%s, %v", out, err)
		}
	}
	p.stands(true, "after the answer")
	if n := p.Count(`select count(*) from products where status = 'published'`); n != 1 {
		t.Errorf("%d cards in public: the shop's own must not linger", n)
	}
	for range 2 {
		if got := p.again(); got.Unchanged != 1 {
			t.Errorf("again: %+v", got)
		}
		p.stands(true, "after another import")
	}
	if n := len(p.open()); n != 0 {
		t.Errorf("asked again: %d", n)
	}
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), false); errs.KeyOf(err) != "feed.suggestion.answered" {
		t.Errorf("the opposite answer: %v", err)
	}
}

func TestNewShopJoinsWhenAModeratorAgrees(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		p := newPair(t, false)
		if out, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil || out != joining.Asked {
			t.Fatalf("%s, %v", out, err)
		}
		p.stands(false, "before a look")
		p.again()
		p.stands(false, "an import before a look")
		queue, err := p.Desk.Queue(t.Context(), []string{joining.KindName}, 10)
		if err != nil || len(queue) != 1 {
			t.Fatalf("queue %v, %v", queue, err)
		}
		if fields, err := p.Desk.Diff(t.Context(), queue[0]); err != nil || len(fields) < 3 {
			t.Errorf("a moderator sees %v, %v", fields, err)
		}
		if asked, err := p.Join.Asked(t.Context(), p.Shop.ID); err != nil || len(asked) != 1 {
			t.Errorf("the seller sees %v, %v", asked, err)
		}
		moderator := p.Person("mod@example.ru")
		if err := p.Desk.ClaimOne(t.Context(), moderator, queue[0].ID); err != nil {
			t.Fatal(err)
		}
		if yes {
			err = p.Desk.Approve(t.Context(), moderator, queue[0].ID)
		} else {
			err = p.Desk.Reject(t.Context(), moderator, queue[0].ID, "K01", "Другая модель")
		}
		if err != nil {
			t.Fatal(err)
		}
		p.stands(yes, "after the verdict")
		p.again()
		p.stands(yes, "an import after the verdict")
		if n := len(p.open()); n != 0 {
			t.Errorf("asked again: %d", n)
		}
	}
}

// An import's request that still names the deserted card must not bring it out.
func TestDesertedCardIsNotPublishedLater(t *testing.T) {
	t.Parallel()
	p := newPair(t, false)
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	moderator := p.Person("mod@example.ru")
	for _, kind := range []string{joining.KindName, feed.KindName} {
		queue, err := p.Desk.Queue(t.Context(), []string{kind}, 10)
		if err != nil || len(queue) != 1 {
			t.Fatalf("%s: %v, %v", kind, queue, err)
		}
		if err := p.Desk.Approve(t.Context(), moderator, queue[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.Count(`select count(*) from products where status = 'published'`); n != 1 {
		t.Errorf("%d cards in public", n)
	}
}

func TestOtherThingStaysApart(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	for range 2 {
		if out, err := p.Join.Answer(t.Context(), p.by, p.ref(), false); err != nil || out != joining.Apart {
			t.Fatalf("%s, %v", out, err)
		}
	}
	p.again()
	p.stands(false, "after another import")
	if n := len(p.open()); n != 0 {
		t.Errorf("asked again: %d", n)
	}
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.answered" {
		t.Errorf("the opposite answer: %v", err)
	}
}

// The answer is about a thing: a row that names another brand or part number is another thing.
func TestAnswerIsAboutTheThingNotTheCode(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	p.Run(strings.NewReplacer("%", "x:1", "TZ-14", "TZ-99", "Жернов»", "Мельник»").Replace(grinder), false)
	p.stands(false, "the code was given to another thing")
	p.again()
	p.stands(true, "and back")
}

func TestCardWithdrawnMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.DB.Exec(t.Context(), `update products set status = 'blocked' where id = (select product_id from variants where id = $1)`, p.variant); err != nil {
		t.Fatal(err)
	}
	if n := len(p.open()); n != 0 {
		t.Errorf("%d suggestions lead to a card that is gone", n)
	}
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.withdrawn" {
		t.Errorf("got %v", err)
	}
	p.stands(false, "the card is gone")
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.no_longer" {
		t.Errorf("and again: %v", err)
	}
}

// A card that goes after the answer gives the offer back to the shop's own card.
func TestJoinedCardWithdrawnLater(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := p.DB.Exec(t.Context(), `update products set status = 'blocked' where id = (select product_id from variants where id = $1)`, p.variant); err != nil {
		t.Fatal(err)
	}
	p.again()
	p.stands(false, "the shared card is gone")
	if n := p.Count(`select count(*) from offer_facts where blocked is null and seller_slug = 'second'`); n != 1 {
		t.Errorf("%d offers can be bought", n)
	}
}

func TestAnswersOfOthersAreNotTaken(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	rival := p.NewShop("rival", true)
	_, err := p.Join.Answer(t.Context(), listing.Actor{SellerID: rival.ID, PersonID: p.by.PersonID}, p.ref(), true)
	if errs.KindOf(err) != errs.NotFound {
		t.Errorf("got %v", err)
	}
	p.stands(false, "a stranger's answer")
}

// Two people press both buttons while the price list is loaded again, many times: one answer stands, and the offer is
// where it says.
func TestAnswersRaceWithImports(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[joining.Outcome]int{}
	id := p.Upload(strings.ReplaceAll(grinder, "%", "x:1"), false)
	wg.Go(func() {
		if err := p.S.Run(t.Context(), id); err != nil {
			t.Error(err)
		}
	})
	for n := range 8 {
		wg.Go(func() {
			out, err := p.Join.Answer(t.Context(), p.by, p.ref(), n%2 == 0)
			if err != nil && errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
			if err == nil {
				mu.Lock()
				won[out]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("both answers won: %v", won)
	}
	p.stands(won[joining.Moved] > 0, "after the race")
	p.again()
	p.stands(won[joining.Moved] > 0, "after another import")
	if n := p.Count(`select count(*) from offer_facts where blocked is null`); n != 2 {
		t.Errorf("%d offers can be bought, both shops sell", n)
	}
}

func TestBarcodeOfTheOwnCardStillSuggests(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	doc := strings.ReplaceAll(strings.ReplaceAll(grinder, "%", "x:1"), "<price>", "<barcode>4680638720608</barcode><price>")
	for range 2 {
		p.Run(doc, false)
		if n := len(p.open()); n != 1 {
			t.Errorf("%d suggestions", n)
		}
	}
	if _, err := p.Join.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	p.Run(doc, false)
	p.stands(true, "the barcode of the deserted card draws the offer nowhere")
}
