package feed_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

func TestImportIsIdempotent(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	first := b.Run(offers(30, 1000), false)
	if diff := cmp.Diff(tally{Total: 30, Created: 30}, tallyOf(first)); diff != "" || first.State != feed.Done {
		t.Fatalf("%s %s (-want +got):\n%s", first.State, first.MessageKey, diff)
	}
	if diff := cmp.Diff(tally{Total: 30, Unchanged: 30}, tallyOf(b.Run(offers(30, 1000), false))); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(tally{Total: 30, Changed: 30}, tallyOf(b.Run(offers(30, 1100), false))); diff != "" {
		t.Errorf("dearer (-want +got):\n%s", diff)
	}
	if n := b.Count(`select count(*) from offers where price >= 110000`); n != 30 {
		t.Errorf("%d offers have the new price", n)
	}
	if n := b.Count(`select count(*) from products where status = 'published'`); n != 30 {
		t.Errorf("%d cards of a trusted seller are on sale", n)
	}
}

func TestRehearsalChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	dry := b.Run(offers(5, 1000), true)
	if diff := cmp.Diff(tally{Total: 5, Created: 5}, tallyOf(dry)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := b.Count(`select count(*) from offers`) + b.Count(`select count(*) from products`); n != 0 {
		t.Errorf("a rehearsal wrote %d rows", n)
	}
	v, err := b.S.View(t.Context(), b.Shop.ID, dry.ID, 0)
	if err != nil || len(v.Diffs) != 5 || v.Diffs[0].What != "new" {
		t.Errorf("differences %v, %v", v.Diffs, err)
	}
	id, err := b.S.ApplyRehearsed(t.Context(), b.Shop.ID, dry.ID, b.Person("owner@example.ru"))
	if err == nil {
		err = b.S.Run(t.Context(), id)
	}
	if err != nil || b.Count(`select count(*) from offers`) != 5 {
		t.Errorf("applied: %v", err)
	}
}

func TestBrokenEndChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	whole := offers(600, 1000)
	got := b.Run(whole[:len(whole)-200], false)
	if got.State != feed.Failed || got.MessageKey != "feed.cut_off" {
		t.Errorf("%s %s", got.State, got.MessageKey)
	}
	if n := b.Count(`select count(*) from offers`); n != 0 {
		t.Errorf("%d offers of a broken file were taken", n)
	}
}

func TestBadRowsAreNamedAndGoodOnesTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := feedtest.Head + `<offer id="1"><name>Кофемолка</name><price>10</price><categoryId>2</categoryId></offer>` +
		`<offer id="2"><name>Кофемолка</name><price>даром</price><categoryId>2</categoryId></offer>` +
		`<offer id="1"><name>Кофемолка ещё</name><price>11</price><categoryId>2</categoryId></offer>` + feedtest.Tail
	got := b.Run(doc, false)
	if diff := cmp.Diff(tally{Total: 3, Created: 1, Failed: 2}, tallyOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list, err := b.S.Problems(t.Context(), b.Shop.ID, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, p := range list {
		keys = append(keys, fmt.Sprintf("%d %s", p.N, p.Key))
	}
	if diff := cmp.Diff([]string{"2 feed.row.bad_price", "3 feed.row.twice"}, keys); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEmptyFileIsHeld(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{Absent: feed.PauseAbsent})
	b.Run(offers(20, 1000), false)
	held := b.Run(offers(4, 1000), false)
	if held.State != feed.Held {
		t.Fatalf("state %s: a file that would empty the shop must wait for a person", held.State)
	}
	if n := b.Count(`select count(*) from offers where status = 'active'`); n != 20 {
		t.Fatalf("%d offers left while held", n)
	}
	if err := b.S.Confirm(t.Context(), b.Shop.ID, held.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.S.Run(t.Context(), held.ID); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`select count(*) from offers where status = 'active'`); n != 4 || b.Get(held.ID).Paused != 16 {
		t.Errorf("%d offers on sale, %d paused", n, b.Get(held.ID).Paused)
	}
	if err := b.S.Confirm(t.Context(), b.Shop.ID, held.ID); errs.KeyOf(err) != "feed.not_held" {
		t.Errorf("confirmed twice: %v", err)
	}
	if empty := b.Run(offers(0, 1000), false); empty.State != feed.Held { // few are left, but nothing at all is never meant
		t.Errorf("a file without offers is %s", empty.State)
	}
}

func TestKilledImportGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	id := b.Upload(offers(1700, 1000), false)
	ctx, kill := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.S.Run(ctx, id) }()
	for b.Count(`select coalesce(max(cursor), 0) from imports`) == 0 {
		select {
		case err := <-done:
			t.Fatalf("over before it could be killed: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	kill()
	if err := <-done; err == nil && b.Get(id).State != feed.Done {
		t.Fatal("a killed run reported success")
	}
	if _, err := b.DB.Exec(t.Context(), `update imports set lease_until = null`); err != nil { // what the lease's end does
		t.Fatal(err)
	}
	if err := b.S.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	got := b.Get(id)
	if diff := cmp.Diff(tally{Total: 1700, Created: 1700}, tallyOf(got)); diff != "" || got.State != feed.Done {
		t.Errorf("%s (-want +got):\n%s", got.State, diff)
	}
	if n := b.Count(`select count(*) from offers`); n != 1700 {
		t.Errorf("%d offers", n)
	}
}

func TestOneWorkerAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	id := b.Upload(offers(300, 1000), false)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := b.S.Run(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff(tally{Total: 300, Created: 300}, tallyOf(b.Get(id))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTwoFilesOfOneSourceDoNotMix(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.Upload(offers(1, 1000), false)
	_, err := b.S.Upload(t.Context(), feed.Import{SellerID: b.Shop.ID, SourceID: b.Source}, strings.NewReader(offers(1, 2000)))
	if errs.KeyOf(err) != "feed.busy" {
		t.Errorf("got %v", err)
	}
}

func TestStrangersCardsWaitForAModerator(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, feed.Source{})
	got := b.Run(offers(3, 1000), false)
	if got.Drafts != 3 || b.Count(`select count(*) from products where status = 'published'`) != 0 {
		t.Fatalf("%d drafts; cards of a new seller went live by themselves", got.Drafts)
	}
	queue, err := b.Desk.Queue(t.Context(), []string{feed.KindName}, 10)
	if err != nil || len(queue) != 1 {
		t.Fatalf("queue %v, %v", queue, err)
	}
	cards := catalog.New(b.DB, time.Now)
	list, counts, err := listing.New(b.DB, time.Now, cards, nil, moderation.New(b.DB, time.Now)).Listings(t.Context(), b.Shop.ID, listing.Filter{Show: "review", Limit: 10})
	if err != nil || len(list) != 3 || counts["review"] != 3 || counts["draft"] != 0 {
		t.Errorf("their seller sees %d of them wait at the desk, counts %v: %v", len(list), counts, err)
	}
	shown, err := b.Desk.Show(t.Context(), queue[0], 0, 10)
	if err != nil || len(shown.Cards) != 3 || shown.Total != 3 {
		t.Errorf("a moderator sees %v, %v", shown, err)
	}
	moderator := b.Person("mod@example.ru")
	if err := b.Desk.ClaimOne(t.Context(), moderator, queue[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Desk.Approve(t.Context(), moderator, queue[0].ID); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`select count(*) from products where status = 'published'`); n != 3 {
		t.Errorf("%d cards on sale after approval", n)
	}
}

func TestSameBarcodeJoinsTheCard(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := feedtest.Head + `<offer id="a"><name>Кофемолка «Тула»</name><barcode>4680638720608</barcode><price>4290</price><categoryId>2</categoryId></offer>` + feedtest.Tail
	b.Run(doc, false)
	rival := b.NewShop("rival", false)
	src, err := b.S.SaveSource(t.Context(), feed.Source{SellerID: rival.ID, Kind: pricelist.YML, Name: "x", Absent: feed.KeepAbsent})
	if err != nil {
		t.Fatal(err)
	}
	id, err := b.S.Upload(t.Context(), feed.Import{SellerID: rival.ID, SourceID: src}, strings.NewReader(strings.ReplaceAll(doc, "4290", "4190")))
	if err == nil {
		err = b.S.Run(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	if products, variants := b.Count(`select count(*) from products`), b.Count(`select count(distinct variant_id) from offers`); products != 1 || variants != 1 {
		t.Errorf("%d cards, offers on %d variants: one thing must have one card", products, variants)
	}
	if _, err := b.S.Get(t.Context(), b.Shop.ID, id); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a rival's import is seen: %v", err)
	}
}

func TestPriceGuardStopsASlip(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.Run(offers(1, 1000), false)
	got := b.Run(offers(1, 10), false)
	if got.Stopped != 1 || b.Count(`select price from offers`) != 100_000 {
		t.Errorf("%d stopped, price %d", got.Stopped, b.Count(`select price from offers`))
	}
}

func TestShelfChosenByTheSellerWins(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := strings.ReplaceAll(offers(1, 1000), "Кофемолк", "Зюзюк")
	if got := b.Run(doc, false); got.Failed != 1 {
		t.Fatalf("%+v: a shelf nobody knows must be asked about", tallyOf(got))
	}
	v, err := b.S.ShelvesView(t.Context(), b.Shop.ID, "Кухня / Зюзюки", "кофемолки")
	if err != nil || len(v.Shelves) != 1 || len(v.Found) == 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	tree, err := catalog.ReadTree(t.Context(), b.DB)
	if err != nil {
		t.Fatal(err)
	}
	grinders, _ := tree.BySlug("grinders")
	b.guesses(0, "a shelf without a category is no guess")
	if err := b.S.DecideShelf(t.Context(), b.Shop.ID, v.Shelves[0].Path, grinders.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.Run(doc, false); got.Created != 1 {
		t.Errorf("after the choice: %+v", tallyOf(got))
	}
	b.guesses(0, "the seller's choice is no guess")
}

func TestShelvesPlacedByUsAreCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.Run(offers(1, 1000), false)
	b.guesses(1, "a shelf placed by its name")
}

// guesses expects the last import's page to count so many shelves as placed by us.
func (b *bench) guesses(want int64, why string) {
	b.T.Helper()
	var id int64
	if err := b.DB.QueryRow(b.T.Context(), `select max(id) from imports`).Scan(&id); err != nil {
		b.T.Fatal(err)
	}
	v, err := b.S.View(b.T.Context(), b.Shop.ID, id, 0)
	if err != nil || v.Guessed != want {
		b.T.Errorf("%s: %d guesses, want %d, %v", why, v.Guessed, want, err)
	}
}

func TestPicturesComeFromTheFeed(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 200, 150)), nil); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/good.jpg", func(w http.ResponseWriter, _ *http.Request) { w.Write(picture.Bytes()) })
	mux.HandleFunc("/lie.jpg", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<script>alert(1)</script>") })
	host := httptest.NewServer(mux)
	t.Cleanup(host.Close)
	b.S = feed.New(b.DB, b.Files, media.New(b.DB, b.Files, time.Now), egress.New(5*time.Second, host.Listener.Addr().String()), b.Desk,
		func(context.Context, pgx.Tx, jobs.Args) error { return nil })
	b.Run(feedtest.Head+`<offer id="a"><name>Кофемолка с фото</name><price>10</price><categoryId>2</categoryId>`+
		`<picture>`+host.URL+`/lie.jpg</picture><picture>`+host.URL+`/good.jpg</picture><picture>http://169.254.169.254/x.jpg</picture></offer>`+feedtest.Tail, false)
	for range 2 {
		if err := b.S.FetchPictures(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.Count(`select count(*) from product_images`); n != 1 {
		t.Errorf("%d pictures: the true one was wanted, once", n)
	}
	if n := b.Count(`select picture_tries from feed_offers`); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestColumnsAreTheSellersToName(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{Kind: pricelist.CSV})
	doc := "Раздел;Что это;Почём\nКофемолки;Кофемолка ручная;4290,50\n"
	first := b.Run(doc, false)
	if first.State != feed.Failed || first.MessageKey != "feed.columns_missing" {
		t.Fatalf("%s %s: columns of unknown names cannot be guessed", first.State, first.MessageKey)
	}
	v, err := b.S.Columns(t.Context(), b.Shop.ID, first.ID)
	if err != nil || len(v.Header) != 3 || v.Samples[1] != "Кофемолка ручная" {
		t.Fatalf("%+v, %v", v, err)
	}
	id, err := b.S.Remap(t.Context(), v.Import, pricelist.Mapping{0: "category", 1: "title", 2: "price"}, b.Person("owner@example.ru"))
	if err == nil {
		err = b.S.Run(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Get(id); !got.DryRun || got.Created != 1 {
		t.Errorf("rehearsal %+v", tallyOf(got))
	}
	if got := b.Run(doc, false); got.Created != 1 || b.Count(`select price from offers`) != 429050 {
		t.Errorf("next file: %+v", tallyOf(got))
	}
}
