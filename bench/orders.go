package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
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
	// firstOrders are placed on each connection before the measurement: PostgreSQL keeps a plan after five.
	firstOrders = 12
)

//go:embed place.sql
var placeSQL string

// placing is the part of the program that places orders, wired on a pool of its own.
type placing struct {
	*order.Service
	pool *pgxpool.Pool
}

func (b *bench) placing(ctx context.Context) (*placing, error) {
	pool, err := pg.Open(ctx, b.cluster.SocketURL(largeDB), pg.Options{MaxConns: placeConns})
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
	draft checkout.Draft
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
	a.draft = checkout.Draft{Ship: map[int64]string{}, Email: "anna@example.ru", Payment: payment.SandboxName,
		Recipient: checkout.Recipient{Name: "Соколова Анна", Phone: "8 916 555-12-34", City: "Тула", Street: "ул. Ленина, 1", Postcode: "300000"}}
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
	attempts, err := b.attempts(ctx, p, placeConns*firstOrders+int(b.window.Seconds()*400))
	if err != nil {
		return err
	}
	if _, err := pg.Exec(ctx, b.large, `analyze`); err != nil { // see warm
		return err
	}
	if _, err := pg.Exec(ctx, b.large, `checkpoint`); err != nil { // what the measures before it wrote is not its work
		return err
	}
	before, err := b.written(ctx, p.pool)
	if err != nil {
		return err
	}
	place := func(list []attempt) outcome {
		return closedLoop(ctx, placers, maxWindow, len(list), func() worker {
			return worker{done: func() {}, step: func(i int) error {
				a := list[i]
				_, err := p.Place(ctx, a.buyer, a.key, a.draft, a.total)
				return err
			}}
		})
	}
	// The connections are new: each learns its statements first, as they are known in a shop that runs. A short
	// load would count little else, while pgbench's one script is learnt at once.
	warm := place(attempts[:placeConns*firstOrders])
	o := place(attempts[placeConns*firstOrders:])
	if err := errors.Join(warm.check("placing the first"), o.check("placing")); err != nil {
		return err
	}
	after, err := b.written(ctx, p.pool)
	if err != nil {
		return err
	}
	limit, limitRows, err := b.byHand(ctx, p)
	if err != nil {
		return err
	}
	b.report.share("orders.rate", "1/s", o.rate(), limit, 0.5)
	b.report.only("orders.p99", "ms", o.ms(99))
	b.report.note("rows written for each: %s by the program, %s by pgbench", rows(before, after, warm.done+o.done), limitRows)
	return b.putOff(ctx)
}

// putOff gives what was placed and will never be paid a year: a market that is kept would owe the next run the work of
// calling thousands of orders off.
func (b *bench) putOff(ctx context.Context) error {
	_, err := pg.Exec(ctx, b.large, `update purchases set pay_by = pay_by + interval '1 year' where paid_at is null and closed_at is null`)
	return err
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

// written counts the rows that were ever written. Backends hand their counts over when they end, so
// the pools' connections are ended first.
func (b *bench) written(ctx context.Context, pools ...*pgxpool.Pool) (int, error) {
	for _, pool := range append(pools, b.large) {
		pool.Reset()
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(500 * time.Millisecond):
	}
	return pg.Scalar[int](ctx, b.large, `select sum(n_tup_ins + n_tup_upd + n_tup_del)::int from pg_stat_user_tables`)
}

// rows says how many rows each of n operations wrote.
func rows(before, after, n int) string { return number(float64(after-before) / float64(max(n, 1))) }

// byHand runs the hand-written transaction and says how many rows each wrote.
func (b *bench) byHand(ctx context.Context, p *placing) (rate float64, each string, err error) {
	if _, err := b.attempts(ctx, p, templates); err != nil { // which it closes
		return 0, "", err
	}
	defines, err := b.defines(ctx)
	if err != nil {
		return 0, "", err
	}
	before, err := b.written(ctx, p.pool)
	if err != nil {
		return 0, "", err
	}
	rate, n, err := b.pgbench(ctx, placeSQL, placeConns, defines)
	if err != nil {
		return 0, "", err
	}
	after, err := b.written(ctx, p.pool)
	return rate, rows(before, after, n), err
}

// defines are the variables of place.sql: what to copy, and the checkouts to close.
func (b *bench) defines(ctx context.Context) (map[string]int64, error) {
	v, err := pg.One[struct{ Purchase, Payment, Mail, Last int64 }](ctx, b.large, `
		select p.id as purchase, y.id as payment, (select max(id) from mails where template like 'order%') as mail,
			(select max(id) from checkouts) as last
		from purchases p join payments y on y.reference = p.number order by p.id desc limit 1`)
	return map[string]int64{"purchase": v.Purchase, "payment": v.Payment, "mail": v.Mail,
		"first": v.Last - templates + 1, "last": v.Last}, err
}
