package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

//go:embed hold.sql
var holdSQL string

// hot measures how often a second one offer can be held when everybody wants it, and that exactly
// what there was is held in the end. A tenth of the buyers come too late.
func (b *bench) hot(ctx context.Context) error {
	pool, err := pg.Open(ctx, b.cluster.SocketURL(largeDB), pg.Options{MaxConns: 16})
	if err != nil {
		return err
	}
	defer pool.Close()
	stock := int(b.window.Seconds()) * 800
	// Offers nobody holds, so that no hold of before runs out meanwhile.
	free, err := pg.Scalars[int64](ctx, pool, `
		select k.offer_id from offer_stock k join offers o on o.id = k.offer_id join sellers s on s.id = o.seller_id
		where k.reserved = 0 and k.on_hand > 0 and o.status = 'active' and s.status = 'open' order by k.offer_id limit 2`)
	if err != nil || len(free) < 2 {
		return errors.Join(err, errors.New("no two offers are free"))
	}
	offer := free[0]
	if _, err := pg.Exec(ctx, pool, `update offer_stock set on_hand = $2 where offer_id = $1`, offer, stock); err != nil {
		return err
	}
	var held atomic.Int64
	line := []hold.Line{{OfferID: offer, Qty: 1}}
	run := rand.Text()
	o := closedLoop(ctx, buyers, maxWindow, stock+stock/10, func() worker {
		return worker{done: func() {}, step: func(i int) error {
			mine := false
			err := pg.InTx(ctx, pool, func(tx pgx.Tx) error { // which may run again
				short, err := hold.Take(ctx, tx, fmt.Sprintf("%s-%d", run, i), line, time.Minute)
				mine = err == nil && len(short) == 0
				return err
			})
			if err == nil && mine {
				held.Add(1)
			}
			return err
		}}
	})
	if err := o.check("holding"); err != nil {
		return err
	}
	reserved, err := pg.Scalar[int](ctx, pool, `select reserved from offer_stock where offer_id = $1`, offer)
	if err != nil {
		return err
	}
	limit, _, err := b.pgbench(ctx, holdSQL, buyers, map[string]int64{"offer": free[1]})
	if err != nil {
		return err
	}
	bar := 800.0
	b.report.add(Result{Name: "hot.holds", Unit: "1/s", Value: o.rate(), Limit: &limit, Bar: &bar})
	b.report.only("hot.p99", "ms", o.ms(99))
	// Neither more nor less than the stock, in the books and in what the buyers were told.
	b.report.atMost("hot.books_off_by", "units", math.Abs(float64(reserved-stock)), 0)
	b.report.atMost("hot.told_off_by", "units", math.Abs(float64(held.Load())-float64(stock)), 0)
	return nil
}
