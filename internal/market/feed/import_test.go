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
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// bench is a feed service over a fresh database with one open shop.
type bench struct {
	t      testing.TB
	db     *pgxpool.Pool
	s      *feed.Service
	desk   *moderation.Service
	shop   seller.Seller
	source int64
	files  blob.Store
	folder string // of the files
}

func newBench(t testing.TB, trusted bool, src feed.Source) *bench {
	t.Helper()
	b := &bench{t: t, db: dbtest.New(t)}
	seedCategories(t, b.db)
	b.folder = t.TempDir()
	files, err := blob.OpenDisk(b.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	b.files = files
	b.desk = moderation.New(b.db, time.Now)
	b.s = feed.New(b.db, files, media.New(b.db, files, time.Now), egress.New(time.Second), b.desk, func(context.Context, pgx.Tx, jobs.Args) error { return nil })
	b.shop = b.newShop("kazan", trusted)
	src.SellerID = b.shop.ID
	b.source = b.saveSource(src)
	return b
}

func (b *bench) newShop(slug string, trusted bool) seller.Seller {
	b.t.Helper()
	shop, err := seller.Create(b.t.Context(), b.db, seller.Seller{Slug: slug, Name: "Казанские деликатесы", Status: seller.Open, Trusted: trusted,
		Legal: seller.Legal{LegalForm: "ip"}})
	if err != nil {
		b.t.Fatal(err)
	}
	return shop
}

func (b *bench) saveSource(src feed.Source) int64 {
	b.t.Helper()
	if src.Kind == "" {
		src.Kind = feed.YML
	}
	if src.Absent == "" {
		src.Absent = feed.KeepAbsent
	}
	src.Name, src.DefaultStock = "price.xml", 7
	id, err := b.s.SaveSource(b.t.Context(), src)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// seedCategories makes the few shelves these tests need; the whole taxonomy would only slow them.
func seedCategories(t testing.TB, db *pgxpool.Pool) {
	t.Helper()
	_, err := db.Exec(t.Context(), `
		with root as (insert into categories (code, slug, name_ru, name_en, path) values ('k', 'kitchen', 'Кухня', 'Kitchen', '{1}') returning id)
		insert into categories (code, slug, name_ru, name_en, parent_id, path)
		select 'k-1', 'grinders', 'Кофемолки', 'Coffee grinders', id, array[id, id + 1] from root`)
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) upload(doc string, dry bool) int64 {
	b.t.Helper()
	id, err := b.s.Upload(b.t.Context(), feed.Import{SellerID: b.shop.ID, SourceID: b.source, DryRun: dry, FileName: "price.xml"}, strings.NewReader(doc))
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b *bench) run(doc string, dry bool) feed.Import {
	b.t.Helper()
	id := b.upload(doc, dry)
	if err := b.s.Run(b.t.Context(), id); err != nil {
		b.t.Fatal(err)
	}
	return b.get(id)
}

func (b *bench) get(id int64) feed.Import {
	b.t.Helper()
	i, err := b.s.Get(b.t.Context(), b.shop.ID, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

func (b *bench) count(sql string) int {
	b.t.Helper()
	n, err := pg.Scalar[int](b.t.Context(), b.db, sql)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// offers writes n offers whose price is base plus their number.
func offers(n, base int) string {
	var doc strings.Builder
	doc.WriteString(head)
	for i := range n {
		fmt.Fprintf(&doc, `<offer id="g-%d"><name>Кофемолка ручная %d</name><price>%d</price><categoryId>2</categoryId></offer>`, i, i, base+i)
	}
	doc.WriteString(tail)
	return doc.String()
}

type tally struct{ Total, Created, Changed, Unchanged, Failed int }

func tallyOf(i feed.Import) tally { return tally{i.Total, i.Created, i.Changed, i.Unchanged, i.Failed} }

func TestImportIsIdempotent(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	first := b.run(offers(30, 1000), false)
	if diff := cmp.Diff(tally{Total: 30, Created: 30}, tallyOf(first)); diff != "" || first.State != feed.Done {
		t.Fatalf("%s %s (-want +got):\n%s", first.State, first.MessageKey, diff)
	}
	if diff := cmp.Diff(tally{Total: 30, Unchanged: 30}, tallyOf(b.run(offers(30, 1000), false))); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(tally{Total: 30, Changed: 30}, tallyOf(b.run(offers(30, 1100), false))); diff != "" {
		t.Errorf("dearer (-want +got):\n%s", diff)
	}
	if n := b.count(`select count(*) from offers where price >= 110000`); n != 30 {
		t.Errorf("%d offers have the new price", n)
	}
	if n := b.count(`select count(*) from products where status = 'published'`); n != 30 {
		t.Errorf("%d cards of a trusted seller are on sale", n)
	}
}

func TestRehearsalChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	dry := b.run(offers(5, 1000), true)
	if diff := cmp.Diff(tally{Total: 5, Created: 5}, tallyOf(dry)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := b.count(`select count(*) from offers`) + b.count(`select count(*) from products`); n != 0 {
		t.Errorf("a rehearsal wrote %d rows", n)
	}
	v, err := b.s.View(t.Context(), b.shop.ID, dry.ID, 0)
	if err != nil || len(v.Diffs) != 5 || v.Diffs[0].What != "new" {
		t.Errorf("differences %v, %v", v.Diffs, err)
	}
	id, err := b.s.ApplyRehearsed(t.Context(), b.shop.ID, dry.ID, b.person("owner@example.ru"))
	if err == nil {
		err = b.s.Run(t.Context(), id)
	}
	if err != nil || b.count(`select count(*) from offers`) != 5 {
		t.Errorf("applied: %v", err)
	}
}

func TestBrokenEndChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	whole := offers(600, 1000)
	got := b.run(whole[:len(whole)-200], false)
	if got.State != feed.Failed || got.MessageKey != "feed.cut_off" {
		t.Errorf("%s %s", got.State, got.MessageKey)
	}
	if n := b.count(`select count(*) from offers`); n != 0 {
		t.Errorf("%d offers of a broken file were taken", n)
	}
}

func TestBadRowsAreNamedAndGoodOnesTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := head + `<offer id="1"><name>Кофемолка</name><price>10</price><categoryId>2</categoryId></offer>` +
		`<offer id="2"><name>Кофемолка</name><price>даром</price><categoryId>2</categoryId></offer>` +
		`<offer id="1"><name>Кофемолка ещё</name><price>11</price><categoryId>2</categoryId></offer>` + tail
	got := b.run(doc, false)
	if diff := cmp.Diff(tally{Total: 3, Created: 1, Failed: 2}, tallyOf(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list, err := b.s.Problems(t.Context(), b.shop.ID, got.ID)
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
	b.run(offers(20, 1000), false)
	held := b.run(offers(4, 1000), false)
	if held.State != feed.Held {
		t.Fatalf("state %s: a file that would empty the shop must wait for a person", held.State)
	}
	if n := b.count(`select count(*) from offers where status = 'active'`); n != 20 {
		t.Fatalf("%d offers left while held", n)
	}
	if err := b.s.Confirm(t.Context(), b.shop.ID, held.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.s.Run(t.Context(), held.ID); err != nil {
		t.Fatal(err)
	}
	if n := b.count(`select count(*) from offers where status = 'active'`); n != 4 || b.get(held.ID).Paused != 16 {
		t.Errorf("%d offers on sale, %d paused", n, b.get(held.ID).Paused)
	}
	if err := b.s.Confirm(t.Context(), b.shop.ID, held.ID); errs.KeyOf(err) != "feed.not_held" {
		t.Errorf("confirmed twice: %v", err)
	}
}

func TestKilledImportGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	id := b.upload(offers(1700, 1000), false)
	ctx, kill := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.s.Run(ctx, id) }()
	for b.count(`select coalesce(max(cursor), 0) from imports`) == 0 {
		select {
		case err := <-done:
			t.Fatalf("over before it could be killed: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	kill()
	if err := <-done; err == nil && b.get(id).State != feed.Done {
		t.Fatal("a killed run reported success")
	}
	if _, err := b.db.Exec(t.Context(), `update imports set lease_until = null`); err != nil { // what the lease's end does
		t.Fatal(err)
	}
	if err := b.s.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	got := b.get(id)
	if diff := cmp.Diff(tally{Total: 1700, Created: 1700}, tallyOf(got)); diff != "" || got.State != feed.Done {
		t.Errorf("%s (-want +got):\n%s", got.State, diff)
	}
	if n := b.count(`select count(*) from offers`); n != 1700 {
		t.Errorf("%d offers", n)
	}
}

func TestOneWorkerAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	id := b.upload(offers(300, 1000), false)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := b.s.Run(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff(tally{Total: 300, Created: 300}, tallyOf(b.get(id))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTwoFilesOfOneSourceDoNotMix(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.upload(offers(1, 1000), false)
	_, err := b.s.Upload(t.Context(), feed.Import{SellerID: b.shop.ID, SourceID: b.source}, strings.NewReader(offers(1, 2000)))
	if errs.KeyOf(err) != "feed.busy" {
		t.Errorf("got %v", err)
	}
}

func TestStrangersCardsWaitForAModerator(t *testing.T) {
	t.Parallel()
	b := newBench(t, false, feed.Source{})
	got := b.run(offers(3, 1000), false)
	if got.Drafts != 3 || b.count(`select count(*) from products where status = 'published'`) != 0 {
		t.Fatalf("%d drafts; cards of a new seller went live by themselves", got.Drafts)
	}
	queue, err := b.desk.Queue(t.Context(), []string{feed.KindName}, 10)
	if err != nil || len(queue) != 1 {
		t.Fatalf("queue %v, %v", queue, err)
	}
	cards := catalog.New(b.db, time.Now)
	list, counts, err := listing.New(b.db, time.Now, cards, nil, moderation.New(b.db, time.Now)).Listings(t.Context(), b.shop.ID, listing.Filter{Show: "review", Limit: 10})
	if err != nil || len(list) != 3 || counts["review"] != 3 || counts["draft"] != 0 {
		t.Errorf("their seller sees %d of them wait at the desk, counts %v: %v", len(list), counts, err)
	}
	shown, err := b.desk.Show(t.Context(), queue[0], 0, 10)
	if err != nil || len(shown.Cards) != 3 || shown.Total != 3 {
		t.Errorf("a moderator sees %v, %v", shown, err)
	}
	moderator := b.person("mod@example.ru")
	if err := b.desk.ClaimOne(t.Context(), moderator, queue[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.desk.Approve(t.Context(), moderator, queue[0].ID); err != nil {
		t.Fatal(err)
	}
	if n := b.count(`select count(*) from products where status = 'published'`); n != 3 {
		t.Errorf("%d cards on sale after approval", n)
	}
}

func (b *bench) person(email string) int64 {
	b.t.Helper()
	id, err := pg.Scalar[int64](b.t.Context(), b.db, `insert into people (email, email_key, name, passkey_handle) values ($1, $1, 'Модератор', $1::text::bytea) returning id`, email)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func TestSameBarcodeJoinsTheCard(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := head + `<offer id="a"><name>Кофемолка «Тула»</name><barcode>4680638720608</barcode><price>4290</price><categoryId>2</categoryId></offer>` + tail
	b.run(doc, false)
	rival := b.newShop("rival", false)
	src, err := b.s.SaveSource(t.Context(), feed.Source{SellerID: rival.ID, Kind: feed.YML, Name: "x", Absent: feed.KeepAbsent})
	if err != nil {
		t.Fatal(err)
	}
	id, err := b.s.Upload(t.Context(), feed.Import{SellerID: rival.ID, SourceID: src}, strings.NewReader(strings.ReplaceAll(doc, "4290", "4190")))
	if err == nil {
		err = b.s.Run(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	if products, variants := b.count(`select count(*) from products`), b.count(`select count(distinct variant_id) from offers`); products != 1 || variants != 1 {
		t.Errorf("%d cards, offers on %d variants: one thing must have one card", products, variants)
	}
	if _, err := b.s.Get(t.Context(), b.shop.ID, id); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a rival's import is seen: %v", err)
	}
}

func TestPriceGuardStopsASlip(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.run(offers(1, 1000), false)
	got := b.run(offers(1, 10), false)
	if got.Stopped != 1 || b.count(`select price from offers`) != 100_000 {
		t.Errorf("%d stopped, price %d", got.Stopped, b.count(`select price from offers`))
	}
}

func TestShelfChosenByTheSellerWins(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	doc := strings.ReplaceAll(offers(1, 1000), "Кофемолк", "Зюзюк")
	if got := b.run(doc, false); got.Failed != 1 {
		t.Fatalf("%+v: a shelf nobody knows must be asked about", tallyOf(got))
	}
	v, err := b.s.ShelvesView(t.Context(), b.shop.ID, "Кухня / Зюзюки", "кофемолки")
	if err != nil || len(v.Shelves) != 1 || len(v.Found) == 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	tree, err := catalog.ReadTree(t.Context(), b.db)
	if err != nil {
		t.Fatal(err)
	}
	grinders, _ := tree.BySlug("grinders")
	b.guesses(0, "a shelf without a category is no guess")
	if err := b.s.DecideShelf(t.Context(), b.shop.ID, v.Shelves[0].Path, grinders.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.run(doc, false); got.Created != 1 {
		t.Errorf("after the choice: %+v", tallyOf(got))
	}
	b.guesses(0, "the seller's choice is no guess")
}

func TestShelvesPlacedByUsAreCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{})
	b.run(offers(1, 1000), false)
	b.guesses(1, "a shelf placed by its name")
}

// guesses expects the last import's page to count so many shelves as placed by us.
func (b *bench) guesses(want int64, why string) {
	b.t.Helper()
	var id int64
	if err := b.db.QueryRow(b.t.Context(), `select max(id) from imports`).Scan(&id); err != nil {
		b.t.Fatal(err)
	}
	v, err := b.s.View(b.t.Context(), b.shop.ID, id, 0)
	if err != nil || v.Guessed != want {
		b.t.Errorf("%s: %d guesses, want %d, %v", why, v.Guessed, want, err)
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
	b.s = feed.New(b.db, b.files, media.New(b.db, b.files, time.Now), egress.New(5*time.Second, host.Listener.Addr().String()), b.desk,
		func(context.Context, pgx.Tx, jobs.Args) error { return nil })
	b.run(head+`<offer id="a"><name>Кофемолка с фото</name><price>10</price><categoryId>2</categoryId>`+
		`<picture>`+host.URL+`/lie.jpg</picture><picture>`+host.URL+`/good.jpg</picture><picture>http://169.254.169.254/x.jpg</picture></offer>`+tail, false)
	for range 2 {
		if err := b.s.FetchPictures(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.count(`select count(*) from product_images`); n != 1 {
		t.Errorf("%d pictures: the true one was wanted, once", n)
	}
	if n := b.count(`select picture_tries from feed_offers`); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestColumnsAreTheSellersToName(t *testing.T) {
	t.Parallel()
	b := newBench(t, true, feed.Source{Kind: feed.CSV})
	doc := "Раздел;Что это;Почём\nКофемолки;Кофемолка ручная;4290,50\n"
	first := b.run(doc, false)
	if first.State != feed.Failed || first.MessageKey != "feed.columns_missing" {
		t.Fatalf("%s %s: columns of unknown names cannot be guessed", first.State, first.MessageKey)
	}
	v, err := b.s.Columns(t.Context(), b.shop.ID, first.ID)
	if err != nil || len(v.Header) != 3 || v.Samples[1] != "Кофемолка ручная" {
		t.Fatalf("%+v, %v", v, err)
	}
	id, err := b.s.Remap(t.Context(), v.Import, feed.Mapping{0: "category", 1: "title", 2: "price"}, b.person("owner@example.ru"))
	if err == nil {
		err = b.s.Run(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := b.get(id); !got.DryRun || got.Created != 1 {
		t.Errorf("rehearsal %+v", tallyOf(got))
	}
	if got := b.run(doc, false); got.Created != 1 || b.count(`select price from offers`) != 429050 {
		t.Errorf("next file: %+v", tallyOf(got))
	}
}
