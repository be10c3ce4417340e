package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// placers is how many purchases are placed at once, and placeConns how many connections of the
// database they share: with two cores, eight are quicker than thirty-two.
const (
	placers    = 32
	placeConns = 8
	templates  = 1000 // checkouts that the statements by hand close
)

//go:embed place.sql
var placeSQL []byte

// placing is the part of the program that places orders, wired on a pool of its own.
type placing struct {
	*order.Service
	pool *pgxpool.Pool
}

func (b *bench) placing(ctx context.Context) (*placing, error) {
	pool, err := pg.Open(ctx, b.cluster.URL(largeDB), pg.Options{MaxConns: placeConns})
	if err != nil {
		return nil, err
	}
	queue, err := jobs.NewQueue(pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	pay := payment.New(payment.Deps{DB: pool, Now: time.Now, Log: slog.New(slog.DiscardHandler), BaseURL: "https://bench.example",
		Providers: []payment.Provider{&payment.Sandbox{DB: pool, Now: time.Now}}, Enqueue: queue.InsertTx})
	s := order.New(order.Deps{Pool: pool, Now: time.Now, BaseURL: "https://bench.example", Carts: cart.New(pool, time.Now),
		Shipping: shipping.New(pool, time.Now), Payments: pay})
	pay.Hooks = s.Hooks()
	return &placing{s, pool}, nil
}

// attempt is everything the pay button sends.
type attempt struct {
	buyer order.Buyer
	key   string
	draft order.Draft
	total money.Amount
}

// ready brings a new guest with two goods before the pay button.
func (p *placing) ready(ctx context.Context, goods pair) (a attempt, err error) {
	id, err := pg.Scalar[int64](ctx, p.pool, `
		insert into sessions (token_hash, created_at, seen_at, idle_until, expires_at)
		values ($1, now(), now(), now() + interval '1 day', now() + interval '1 day') returning id`, []byte(rand.Text()))
	if err != nil {
		return a, err
	}
	a.buyer = order.Buyer{Owner: cart.Owner{SessionID: id}, Lang: i18n.RU}
	for _, offer := range []int64{goods.One, goods.Two} {
		if err := p.Carts.Add(ctx, a.buyer.Owner, offer, 1); err != nil {
			return a, err
		}
	}
	if err := p.Start(ctx, a.buyer.Owner); err != nil {
		return a, err
	}
	v, ok, err := p.Current(ctx, a.buyer.Owner)
	if err != nil || !ok {
		return a, errors.Join(err, errors.New("no checkout under way"))
	}
	a.key = v.Checkout.Key
	a.draft = order.Draft{Ship: map[int64]string{}, Email: "anna@example.ru", Payment: payment.SandboxName,
		Recipient: order.Recipient{Name: "Соколова Анна", Phone: "8 916 555-12-34", City: "Тула", Street: "ул. Ленина, 1", Postcode: "300000"}}
	for _, sale := range v.Quote.Sales {
		for _, way := range sale.Options {
			if way.Kind == shipping.Courier {
				a.draft.Ship[sale.SellerID] = string(way.Kind) + ":" + strconv.FormatInt(way.MethodID, 10)
			}
		}
	}
	if err := p.Keep(ctx, a.buyer.Owner, a.key, a.draft); err != nil {
		return a, err
	}
	v, _, err = p.Current(ctx, a.buyer.Owner)
	a.total = v.Quote.Sums.Total
	return a, err
}

// orders measures the placing of a purchase by the program's own service, beside a transaction
// written by hand for pgbench that writes the same rows on as many connections.
func (b *bench) orders(ctx context.Context) error {
	p, err := b.placing(ctx)
	if err != nil {
		return err
	}
	defer p.pool.Close()
	attempts, err := b.attempts(ctx, p, int(b.window.Seconds()*400))
	if err != nil {
		return err
	}
	before, err := b.written(ctx)
	if err != nil {
		return err
	}
	o := closedLoop(ctx, placers, maxWindow, len(attempts), func() worker {
		return worker{done: func() {}, step: func(i int) error {
			a := attempts[i]
			_, err := p.Place(ctx, a.buyer, a.key, a.draft, a.total)
			return err
		}}
	})
	if err := o.check("placing"); err != nil {
		return err
	}
	rows, err := b.writtenSince(ctx, before, o.done)
	if err != nil {
		return err
	}
	if _, err := b.attempts(ctx, p, templates); err != nil { // for the statements by hand to close
		return err
	}
	limit, limitRows, err := b.pgbench(ctx)
	if err != nil {
		return err
	}
	b.report.share("orders.rate", "1/s", o.rate(), limit, 0.5)
	b.report.only("orders.p99", "ms", o.ms(99))
	b.report.note("rows written for each: %s by the program, %s by pgbench", rows, limitRows)
	return nil
}

// attempts prepares n purchases.
func (b *bench) attempts(ctx context.Context, p *placing, n int) ([]attempt, error) {
	goods, err := pairs(ctx, b.large)
	if err != nil {
		return nil, err
	}
	list := make([]attempt, n)
	o := closedLoop(ctx, placeConns, maxWindow, len(list), func() worker {
		return worker{done: func() {}, step: func(i int) (err error) {
			list[i], err = p.ready(ctx, goods[i%len(goods)])
			return err
		}}
	})
	return list, o.check("preparing purchases")
}

// written counts the rows that were ever written, by table.
func (b *bench) written(ctx context.Context) (int, error) {
	// Backends hand their counts over about a second after they fell idle.
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(1500 * time.Millisecond):
	}
	return pg.Scalar[int](ctx, b.large, `select sum(n_tup_ins + n_tup_upd + n_tup_del)::int from pg_stat_user_tables`)
}

func (b *bench) writtenSince(ctx context.Context, before, n int) (string, error) {
	now, err := b.written(ctx)
	return number(float64(now-before) / float64(max(n, 1))), err
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without`)
var transactions = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)

// pgbench runs the hand-written transaction. Its rows are copies of a purchase just placed.
func (b *bench) pgbench(ctx context.Context) (rate float64, rows string, err error) {
	bin, ok := embeddedpg.Find(0)
	program := filepath.Join(bin.Dir, "pgbench")
	if _, err := os.Stat(program); !ok || err != nil {
		return 0, "", fmt.Errorf("there is no pgbench in %s: it is part of PostgreSQL's own package or of postgresql-contrib", bin.Dir)
	}
	script := filepath.Join(b.scratch, "place.sql")
	if err := os.WriteFile(script, placeSQL, 0o644); err != nil {
		return 0, "", err
	}
	defines, err := b.defines(ctx)
	if err != nil {
		return 0, "", err
	}
	before, err := b.written(ctx)
	if err != nil {
		return 0, "", err
	}
	args := append([]string{"-n", "-M", "prepared", "-c", strconv.Itoa(placeConns), "-j", "2", "-f", script,
		"-T", strconv.Itoa(int(b.window.Seconds()))}, defines...)
	out, err := exec.CommandContext(ctx, program, append(args, b.cluster.URL(largeDB))...).CombinedOutput()
	found, count := tps.FindSubmatch(out), transactions.FindSubmatch(out)
	if err != nil || found == nil || count == nil {
		return 0, "", fmt.Errorf("pgbench: %w: %s", err, out)
	}
	if rate, err = strconv.ParseFloat(string(found[1]), 64); err != nil {
		return 0, "", err
	}
	n, err := strconv.Atoi(string(count[1]))
	if err != nil {
		return 0, "", err
	}
	rows, err = b.writtenSince(ctx, before, n)
	return rate, rows, err
}

// defines are the variables of place.sql: what to copy, and the checkouts to close.
func (b *bench) defines(ctx context.Context) ([]string, error) {
	v, err := pg.One[struct{ Purchase, Payment, Mail, Job, Last int64 }](ctx, b.large, `
		select p.id as purchase, y.id as payment, (select max(id) from mails where template like 'order%') as mail,
			(select max(id) from river_job where kind like 'notify%') as job, (select max(id) from checkouts) as last
		from purchases p join payments y on y.reference = p.number order by p.id desc limit 1`)
	var list []string
	for name, id := range map[string]int64{"purchase": v.Purchase, "payment": v.Payment, "mail": v.Mail, "job": v.Job,
		"first": v.Last - templates + 1, "last": v.Last} {
		list = append(list, "--define="+name+"="+strconv.FormatInt(id, 10))
	}
	return list, err
}

// hot measures how often a second one offer can be held when everybody wants it, and that exactly
// what there was is held in the end. A tenth of the buyers come too late.
func (b *bench) hot(ctx context.Context) error {
	pool, err := pg.Open(ctx, b.cluster.URL(largeDB), pg.Options{MaxConns: 16})
	if err != nil {
		return err
	}
	defer pool.Close()
	stock := int(b.window.Seconds()) * 800
	goods, err := pairs(ctx, pool)
	if err != nil {
		return err
	}
	offer := goods[0].One
	var was int
	if was, err = pg.Scalar[int](ctx, pool, `select reserved from offer_stock where offer_id = $1`, offer); err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, pool, `update offer_stock set on_hand = reserved + $2 where offer_id = $1`, offer, stock); err != nil {
		return err
	}
	var held atomic.Int64
	line := []catalog.HoldLine{{OfferID: offer, Qty: 1}}
	run := rand.Text()
	o := closedLoop(ctx, buyers, maxWindow, stock+stock/10, func() worker {
		return worker{done: func() {}, step: func(i int) error {
			return pg.InTx(ctx, pool, func(tx pgx.Tx) error {
				short, err := catalog.Hold(ctx, tx, fmt.Sprintf("%s-%d", run, i), line, time.Minute)
				if err == nil && len(short) == 0 {
					held.Add(1)
				}
				return err
			})
		}}
	})
	if err := o.check("holding"); err != nil {
		return err
	}
	reserved, err := pg.Scalar[int](ctx, pool, `select reserved from offer_stock where offer_id = $1`, offer)
	if err != nil {
		return err
	}
	b.report.atLeast("hot.holds", "1/s", o.rate(), 800)
	b.report.only("hot.p99", "ms", o.ms(99))
	b.report.atMost("hot.oversold", "units", float64(reserved-was-stock), 0)
	b.report.atMost("hot.told_wrongly", "buyers", float64(held.Load())-float64(stock), 0)
	return nil
}

// addShop opens a trusted shop that the feed is imported into.
func addShop(ctx context.Context, address, slug string) error {
	pool, err := pg.Open(ctx, address, pg.Options{})
	if err != nil {
		return err
	}
	defer pool.Close()
	return pg.InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := seller.Create(ctx, tx, seller.Seller{Slug: slug, Name: slug, Status: seller.Open, Trusted: true,
			Legal: seller.Legal{LegalForm: "ip", LegalName: slug}})
		return err
	})
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}
