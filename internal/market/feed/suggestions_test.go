package feed_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// grinder is one row of brand and part number that two shops may sell.
const grinder = head + `<offer id="%"><name>Кофемолка ручная «Жернов»</name><vendor>Тулажернов</vendor><vendorCode>TZ-14</vendorCode>` +
	`<price>4290</price><categoryId>2</categoryId></offer>` + tail

// pair is a bench where one shop sells a card, and the bench's own shop has sent a row that looks like it.
type pair struct {
	*bench
	by      listing.Actor
	variant int64 // of the card on sale
}

func newPair(t *testing.T, trusted bool) *pair {
	t.Helper()
	first := newBench(t, true, feed.Source{})
	first.run(strings.ReplaceAll(grinder, "%", "tula-14"), false)
	b := *first
	b.shop = b.newShop("second", trusted)
	b.source = b.saveSource(feed.Source{SellerID: b.shop.ID})
	p := &pair{bench: &b, by: listing.Actor{SellerID: b.shop.ID, PersonID: b.person("second@example.ru")}}
	p.variant = int64(b.count(`select variant_id from offers`))
	p.again()
	return p
}

// again sends the row once more.
func (p *pair) again() feed.Import {
	p.t.Helper()
	return p.run(strings.ReplaceAll(grinder, "%", "x:1"), false)
}

func (p *pair) ref() feed.RowRef { return feed.RowRef{VariantID: p.variant, SKU: "x:1"} }

func (p *pair) open() []feed.Suggestion {
	p.t.Helper()
	list, total, _, err := p.s.Suggestions(p.t.Context(), p.shop.ID, 0, "")
	if err != nil || int(total) != len(list) {
		p.t.Fatalf("%d of %d, %v", len(list), total, err)
	}
	return list
}

// stands expects the row's offer on the shared card or on its own.
func (p *pair) stands(shared bool, why string) {
	p.t.Helper()
	at, err := pg.Scalar[int64](p.t.Context(), p.db, `select variant_id from offers where seller_id = $1`, p.shop.ID)
	if err != nil || (at == p.variant) != shared {
		p.t.Errorf("%s: the offer stands on %d, the shared card is %d (%v)", why, at, p.variant, err)
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
	v, err := p.s.Page(t.Context(), p.shop.ID, 0)
	if err != nil || v.Similar != 1 {
		t.Errorf("the page of imports tells of %d, %v", v.Similar, err)
	}
}

func TestTrustedShopJoinsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	for range 2 { // pressed twice
		if out, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil || out != feed.Moved {
			t.Fatalf("%s, %v", out, err)
		}
	}
	p.stands(true, "after the answer")
	if n := p.count(`select count(*) from products where status = 'published'`); n != 1 {
		t.Errorf("%d cards in public: the shop's own must not linger", n)
	}
	for range 2 {
		if got := p.again(); got.Unchanged != 1 {
			t.Errorf("again: %+v", tallyOf(got))
		}
		p.stands(true, "after another import")
	}
	if n := len(p.open()); n != 0 {
		t.Errorf("asked again: %d", n)
	}
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), false); errs.KeyOf(err) != "feed.suggestion.answered" {
		t.Errorf("the opposite answer: %v", err)
	}
}

func TestNewShopJoinsWhenAModeratorAgrees(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		p := newPair(t, false)
		if out, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil || out != feed.Asked {
			t.Fatalf("%s, %v", out, err)
		}
		p.stands(false, "before a look")
		p.again()
		p.stands(false, "an import before a look")
		queue, err := p.desk.Queue(t.Context(), []string{feed.KindJoin}, 10)
		if err != nil || len(queue) != 1 {
			t.Fatalf("queue %v, %v", queue, err)
		}
		if fields, err := p.desk.Diff(t.Context(), queue[0]); err != nil || len(fields) < 3 {
			t.Errorf("a moderator sees %v, %v", fields, err)
		}
		if asked, err := p.s.AskedRows(t.Context(), p.shop.ID); err != nil || len(asked) != 1 {
			t.Errorf("the seller sees %v, %v", asked, err)
		}
		moderator := p.person("mod@example.ru")
		if err := p.desk.ClaimOne(t.Context(), moderator, queue[0].ID); err != nil {
			t.Fatal(err)
		}
		if yes {
			err = p.desk.Approve(t.Context(), moderator, queue[0].ID)
		} else {
			err = p.desk.Reject(t.Context(), moderator, queue[0].ID, "K01", "Другая модель")
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
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	moderator := p.person("mod@example.ru")
	for _, kind := range []string{feed.KindJoin, feed.KindName} {
		queue, err := p.desk.Queue(t.Context(), []string{kind}, 10)
		if err != nil || len(queue) != 1 {
			t.Fatalf("%s: %v, %v", kind, queue, err)
		}
		if err := p.desk.Approve(t.Context(), moderator, queue[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.count(`select count(*) from products where status = 'published'`); n != 1 {
		t.Errorf("%d cards in public", n)
	}
}

func TestOtherThingStaysApart(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	for range 2 {
		if out, err := p.s.Answer(t.Context(), p.by, p.ref(), false); err != nil || out != feed.Apart {
			t.Fatalf("%s, %v", out, err)
		}
	}
	p.again()
	p.stands(false, "after another import")
	if n := len(p.open()); n != 0 {
		t.Errorf("asked again: %d", n)
	}
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.answered" {
		t.Errorf("the opposite answer: %v", err)
	}
}

// The answer is about a thing: a row that names another brand or part number is another thing.
func TestAnswerIsAboutTheThingNotTheCode(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	p.run(strings.NewReplacer("%", "x:1", "TZ-14", "TZ-99", "Жернов»", "Мельник»").Replace(grinder), false)
	p.stands(false, "the code was given to another thing")
	p.again()
	p.stands(true, "and back")
}

func TestCardWithdrawnMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.db.Exec(t.Context(), `update products set status = 'blocked' where id = (select product_id from variants where id = $1)`, p.variant); err != nil {
		t.Fatal(err)
	}
	if n := len(p.open()); n != 0 {
		t.Errorf("%d suggestions lead to a card that is gone", n)
	}
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.withdrawn" {
		t.Errorf("got %v", err)
	}
	p.stands(false, "the card is gone")
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); errs.KeyOf(err) != "feed.suggestion.no_longer" {
		t.Errorf("and again: %v", err)
	}
}

// A card that goes after the answer gives the offer back to the shop's own card.
func TestJoinedCardWithdrawnLater(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := p.db.Exec(t.Context(), `update products set status = 'blocked' where id = (select product_id from variants where id = $1)`, p.variant); err != nil {
		t.Fatal(err)
	}
	p.again()
	p.stands(false, "the shared card is gone")
	if n := p.count(`select count(*) from offer_facts where blocked is null and seller_slug = 'second'`); n != 1 {
		t.Errorf("%d offers can be bought", n)
	}
}

func TestAnswersOfOthersAreNotTaken(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	rival := p.newShop("rival", true)
	_, err := p.s.Answer(t.Context(), listing.Actor{SellerID: rival.ID, PersonID: p.by.PersonID}, p.ref(), true)
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
	won := map[feed.Outcome]int{}
	id := p.upload(strings.ReplaceAll(grinder, "%", "x:1"), false)
	wg.Go(func() {
		if err := p.s.Run(t.Context(), id); err != nil {
			t.Error(err)
		}
	})
	for n := range 8 {
		wg.Go(func() {
			out, err := p.s.Answer(t.Context(), p.by, p.ref(), n%2 == 0)
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
	p.stands(won[feed.Moved] > 0, "after the race")
	p.again()
	p.stands(won[feed.Moved] > 0, "after another import")
	if n := p.count(`select count(*) from offer_facts where blocked is null`); n != 2 {
		t.Errorf("%d offers can be bought, both shops sell", n)
	}
}

func TestBarcodeOfTheOwnCardStillSuggests(t *testing.T) {
	t.Parallel()
	p := newPair(t, true)
	doc := strings.ReplaceAll(strings.ReplaceAll(grinder, "%", "x:1"), "<price>", "<barcode>4680638720608</barcode><price>")
	for range 2 {
		p.run(doc, false)
		if n := len(p.open()); n != 1 {
			t.Errorf("%d suggestions", n)
		}
	}
	if _, err := p.s.Answer(t.Context(), p.by, p.ref(), true); err != nil {
		t.Fatal(err)
	}
	p.run(doc, false)
	p.stands(true, "the barcode of the deserted card draws the offer nowhere")
}
