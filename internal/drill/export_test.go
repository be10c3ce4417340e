package drill

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/export/dispatch/dispatchtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Sizes of the export drill. The defaults are CI's; `make export-pipeline N=300000` sets the full one.
var (
	exported    = flag.Int("drill.parcels", 3000, "foreign parcels pushed through the whole pipeline")
	exportKills = flag.Int("drill.exportkills", 5, "kills amid them")
)

// misbehaving is a post that answers ten in a hundred requests with an error, five not at all, and tells two in a hundred
// tracking answers twice.
const misbehaving = `{"errors":100,"timeouts":50,"duplicates":20,"limit":1000000000}`

// pipeline is parcels on their way out of the country, watched past everything that is broken.
type pipeline struct {
	*shop
	p     *program
	post  *exec.Cmd // the stand-in
	cpu   time.Duration
	shops []dispatchtest.Shop
	ids   []int64
	began time.Time
	until time.Time // when what is not delivered yet is given up
	rows  int64     // bytes of the database before
}

// late reports whether the drill is over before its end: something has failed, or the parcels took so long on their way that
// they stand still. A loaded machine, a tenth as fast as a quiet one, is not late.
func (x *pipeline) late() bool {
	if x.t.Failed() {
		return true
	}
	if time.Now().Before(x.until) {
		return false
	}
	list, err := pg.Scalars[string](context.WithoutCancel(x.t.Context()), x.db, `select state || ' ' || count(*) || ' ' || max(stuck) from export_parcels group by state`)
	x.t.Errorf("not all are delivered within %s: %v %v", x.until.Sub(x.began), list, err)
	return true
}

// Every paid parcel becomes one item at the post, one signed declaration, one departure, one row of the register and one
// delivery, while the post fails as a post does and the program is killed again and again.
func TestExportPipeline(t *testing.T) {
	t.Parallel()
	database, data := dbtest.URL(t), t.TempDir()
	post, stand := standIn(t)
	p := serve(t, database, "--data", data, "--post-standin", post, "--post-poll", "3s", "--post-settle", "200ms", "--workers", "8", "--database-conns", "24")
	x := &pipeline{shop: &shop{t: t, db: open(t, database)}, p: p, post: stand}
	for range 4 {
		x.shops = append(x.shops, dispatchtest.ReadyShop(t, x.db))
	}
	x.began, x.rows = time.Now(), x.number(`select pg_database_size(current_database())`)
	defer x.tend()()
	x.until = x.began.Add(time.Duration(*exported)*time.Second/8 + 8*time.Minute)
	x.pay(*exported)
	var wg sync.WaitGroup
	for i, s := range x.shops {
		wg.Go(func() { x.sell(i, s) })
	}
	x.killAmid(*exportKills)
	wg.Wait()
	x.delivered()
	took := time.Since(x.began)
	x.exactly(post)
	n := int64(*exported)
	t.Logf("%d parcels in %s: %.1f a second; %d bytes of the database and %d of files for each; %d kills", n, took.Round(time.Second),
		float64(n)/took.Seconds(), (x.number(`select pg_database_size(current_database())`)-x.rows)/n, weight(t, filepath.Join(data, "files"))/n, *exportKills)
	x.costs(n)
}

// costs says what a parcel takes of the processor and where its bytes lie, which another's load on the machine distorts least.
func (x *pipeline) costs(n int64) {
	x.t.Helper()
	x.kill()
	_ = x.post.Process.Kill() // gone already is as good
	_ = x.post.Wait()         // killed, as was asked
	s := x.post.ProcessState
	x.t.Logf("of the processor for each: the program %s, the stand-in %s", (x.cpu / time.Duration(n)).Round(10*time.Microsecond),
		((s.UserTime() + s.SystemTime()) / time.Duration(n)).Round(10*time.Microsecond))
	list, err := pg.Scalars[string](x.t.Context(), x.db, `
		select relname || ' ' || pg_table_size(oid) / $1 || ' + ' || pg_indexes_size(oid) / $1 from pg_class
		where relkind = 'r' and relnamespace = 'public'::regnamespace order by pg_total_relation_size(oid) desc limit 14`, n)
	if err != nil {
		x.t.Error(err)
	}
	x.t.Logf("bytes of tables + their indexes for each: %s", strings.Join(list, ", "))
}

// kill ends the program without a farewell, and counts what it took of the processor.
func (x *pipeline) kill() {
	x.p.kill()
	s := x.p.cmd.ProcessState
	x.cpu += s.UserTime() + s.SystemTime()
}

// standIn starts the post as another process and gives its address.
func standIn(t *testing.T) (string, *exec.Cmd) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "standin", "--addr", "127.0.0.1:0", "--step", "-1s", "--hang", "30ms", "--faults", misbehaving)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // gone already is as good
		_ = cmd.Wait()         // killed, as was asked
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address := strings.TrimSpace(strings.TrimPrefix(line, "standing in at "))
	if err != nil || !strings.HasPrefix(address, "http://") {
		t.Fatalf("the stand-in says %q, %v", line, err)
	}
	return address, cmd
}

// pay makes paid orders and lets the wing take them up, as the payment's own transaction does.
func (x *pipeline) pay(n int) {
	x.t.Helper()
	queue, err := jobs.NewQueue(x.db)
	if err != nil {
		x.t.Fatal(err)
	}
	wing := dispatch.New(dispatch.Deps{Pool: x.db, Now: time.Now, Queue: queue})
	const chunk = 250
	ways := []dispatchtest.Sale{{Country: "DE", Object: 4031}, {Country: "KZ", Object: 5011, Union: true}, {Country: "FR", Object: 7031}, {Country: "RS", Object: 5011}}
	for i := 0; i < n; i += chunk {
		sale := ways[i/chunk%len(ways)]
		sale.N, sale.Gross, sale.At = min(chunk, n-i), 240, time.Now()
		ids := dispatchtest.Orders(x.t, x.db, x.shops[i/chunk%len(x.shops)], sale)
		if err := pg.InTx(x.t.Context(), x.db, func(tx pgx.Tx) error { return wing.Paid(x.t.Context(), tx, ids) }); err != nil {
			x.t.Fatal(err)
		}
		x.ids = append(x.ids, ids...)
	}
}

// sell is one seller's day: what is ready is weighed, signed by the hundred, and handed over by the post's own scan.
func (x *pipeline) sell(i int, s dispatchtest.Shop) {
	b := x.seller(fmt.Sprintf("seller-%d@drill.example", i), s.SellerID)
	for !x.late() {
		began := time.Now()
		ready, err := pg.Scalars[string](x.t.Context(), x.db, `
			select number from export_parcels where seller_id = $1 and not ended and state = 'ready' order by id limit 100`, s.SellerID)
		if err != nil {
			x.t.Error(err)
			return
		}
		if len(ready) == 0 {
			if x.number(`
				select count(*) from export_parcels where seller_id = $1 and not ended and state in ('deciding', 'cleared', 'ordered', 'ready')`, s.SellerID) == 0 {
				return
			}
			seldom(began)
			continue
		}
		if err := x.sign(b, ready); err != nil {
			x.t.Error(err)
			return
		}
	}
}

// tend does for the tables, until it is told to stop, what autovacuum does in a database that is kept, which the test
// server has turned off: it clears away old versions of rows and looks again at how large the tables have grown.
func (x *pipeline) tend() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(x.t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := x.vacuum(ctx); err != nil && ctx.Err() == nil {
				x.t.Error(err)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Second):
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

// vacuum goes over the tables that have changed by as much as autovacuum waits for.
func (x *pipeline) vacuum(ctx context.Context) error {
	grown, err := pg.Scalars[string](ctx, x.db, `
		select relname from pg_stat_user_tables where n_mod_since_analyze > 50 + n_live_tup / 10 or n_dead_tup > 50 + n_live_tup / 5 order by relname`)
	if err != nil || len(grown) == 0 {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, x.db.Config().ConnConfig) // one without the pool's patience
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing is lost with it
	if _, err := conn.Exec(ctx, `set statement_timeout = 0`); err != nil {
		return err
	}
	for _, table := range grown {
		if _, err := conn.Exec(ctx, `vacuum (analyze) `+pgx.Identifier{table}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

// seldom waits a moment, and longer the longer the last look took: whoever looks on takes little from those who work.
func seldom(began time.Time) { time.Sleep(max(100*time.Millisecond, 20*time.Since(began))) }

// sign weighs parcels and signs them all, however often that takes while the program is down.
func (x *pipeline) sign(b *buyer, numbers []string) error {
	for _, number := range numbers {
		if _, err := b.ask(http.MethodPost, "/seller/export/parcels/"+number+"/weigh",
			url.Values{"gross_g": {"245"}, "length_cm": {"30"}, "width_cm": {"22"}, "height_cm": {"4"}}); err != nil {
			return err
		}
	}
	// Signed already, before an answer that got lost: the list is asked again.
	_, err := b.ask(http.MethodPost, "/seller/export/parcels/sign", url.Values{"parcel": numbers})
	return err
}

// seller is an owner of a shop who is signed in.
func (x *pipeline) seller(email string, shopID int64) *buyer {
	x.t.Helper()
	s, err := account.New(x.db, account.Options{BaseURL: x.p.URL, Limiter: limit.New(x.db, time.Now), Now: time.Now})
	if err != nil {
		x.t.Fatal(err)
	}
	id := accounttest.PersonWithPassword(x.t, x.db, s, email)
	accounttest.Grant(x.t, x.db, s, id, shopID, account.Owner)
	b := newBuyer(x.t, x.p.URL, 3*time.Minute)
	u, err := url.Parse(x.p.URL)
	if err != nil {
		x.t.Fatal(err)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{accounttest.SignIn(x.t, s, email)})
	return b
}

// killAmid kills the program at equal shares of the parcels' way, and starts it again.
func (x *pipeline) killAmid(kills int) {
	for i := range kills {
		due := int64(len(x.ids)) * 4 * int64(i+1) / int64(kills+1) // four moves count: ready, signed, declared, departed
		for !x.late() {
			began := time.Now()
			if x.number(`select coalesce(sum((version > 0)::int + (batch_id is not null)::int + (poll_at is not null or delivered_at is not null)::int
				+ (departed_at is not null)::int), 0)::bigint from export_parcels`) >= due {
				break
			}
			seldom(began)
		}
		x.kill()
		x.abandon()
		if !*patience {
			x.exec(`update post_orders set claimed_until = now() where claimed_until > now()`)
		}
		x.p.restart()
	}
}

// delivered waits until every parcel is with its buyer and the post has no more to say of it: the number by which the
// customs service has it may come last.
func (x *pipeline) delivered() {
	x.t.Helper()
	for !x.late() {
		began := time.Now()
		if x.number(`select count(*) from export_parcels where not ended or poll_at is not null`) == 0 {
			return
		}
		// Hurried, yet with time between the tries: a post that is left alone for a while is not asked thirteen times in it.
		x.exec(`update river_job set scheduled_at = now() where state = 'retryable' and kind like 'export_%' and scheduled_at > now()
			and attempted_at < now() - attempt * interval '2 seconds'`)
		seldom(began)
	}
}

// exactly says what must be true in the end: none lost, none doubled.
func (x *pipeline) exactly(post string) {
	x.t.Helper()
	n := int64(len(x.ids))
	for what, sql := range map[string]string{
		"parcels":                            `select count(*) from export_parcels where state = 'delivered' and stuck_at is null`,
		"different numbers of the post":      `select count(distinct barcode) from export_parcels where barcode <> ''`,
		"departures":                         `select count(*) from export_parcel_events where to_state = 'departed'`,
		"deliveries":                         `select count(*) from export_parcel_events where to_state = 'delivered'`,
		"signatures":                         `select count(*) from export_parcel_events where to_state = 'signed'`,
		"printings":                          `select count(*) from export_parcel_events where kind = 'papers'`,
		"decisions at packing":               `select count(*) from export_decisions where kind = 'parcel' and moment = 'packing'`,
		"decisions at posting":               `select count(*) from export_decisions where kind = 'parcel' and moment = 'posting'`,
		"parcels that their buyers have":     `select count(*) from parcels where state = 'delivered'`,
		"letters that a parcel is delivered": `select count(*) from mails where template = 'order.delivered'`,
	} {
		if got := x.number(sql); got != n {
			x.t.Errorf("%d %s, want %d", got, what, n)
		}
	}
	rows := x.number(`select count(*) from export_parcels where form in ('CN22', 'CN23')`)
	if got := x.number(`select count(*) from export_vat_rows where kind = 'entry'`); got != rows {
		x.t.Errorf("%d rows of the register, want %d", got, rows)
	}
	if holes := x.number(`select count(*) from (select seller_id, max(number) - count(*) as gap from export_vat_rows group by 1) x where gap <> 0`); holes > 0 {
		x.t.Errorf("%d registers with holes", holes)
	}
	if given := x.number(`select count(*) from river_job where state = 'discarded'`); given > 0 {
		x.t.Errorf("%d jobs were given up", given)
	}
	x.atThePost(post, n)
}

// atThePost counts what the stand-in holds: items that were handed over are as many as parcels.
func (x *pipeline) atThePost(post string, n int64) {
	x.t.Helper()
	a, err := newBuyer(x.t, post, 10*time.Second).ask(http.MethodGet, "/control/state", nil)
	if err != nil || !strings.Contains(a.body, fmt.Sprintf(`"accepted":%d`, n)) {
		x.t.Errorf("the post holds %s, want %d accepted: %v", a.body, n, err)
	}
}

// weight is how many bytes lie in a folder.
func weight(t *testing.T, dir string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
