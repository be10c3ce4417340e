package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// buyers is how many people buy at once.
const buyers = 32

// steps is how many requests one purchase takes: see visit.buy.
const steps = 8

// pair is two offers of two sellers.
type pair struct{ One, Two int64 }

// pairs finds goods of which there are enough.
func pairs(ctx context.Context, db *pgxpool.Pool) ([]pair, error) {
	list, err := pg.List[pair](ctx, db, `
		with ample as (
			select o.id, o.seller_id, row_number() over (order by md5(o.id::text)) as n
			from offers o join offer_stock k on k.offer_id = o.id join sellers s on s.id = o.seller_id
			join variants v on v.id = o.variant_id join products p on p.id = v.product_id
			where o.status = 'active' and s.status = 'open' and p.status = 'published' and k.on_hand - k.reserved >= 5
			limit 20000
		)
		select a.id as one, b.id as two from ample a join ample b on b.n = a.n + 1
		where a.n % 2 = 1 and a.seller_id <> b.seller_id`)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("no two sellers have goods on the shelf")
	}
	return list, err
}

// purchase measures people who come, buy from two sellers and pay.
func (b *bench) purchase(ctx context.Context) error {
	goods, err := pairs(ctx, b.large)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, largeDB)
	if err != nil {
		return err
	}
	buy := func() worker { return buyer(s.addr, goods) }
	warm, err := b.warm(ctx, s, buy)
	if err != nil {
		return closing(err, s)
	}
	paid, err := b.paid(ctx)
	if err != nil {
		return closing(err, s)
	}
	var o outcome
	read := memoryRead()
	cpu, err := b.spending(ctx, s, func() error {
		o = closedLoop(ctx, buyers, b.window*2, 0, buy)
		return o.check("purchases")
	})
	if err != nil {
		return closing(fmt.Errorf("%w (warm-up: %d done)", err, warm.done), s)
	}
	now, err := b.paid(ctx)
	if err == nil && now-paid != o.done {
		err = fmt.Errorf("%d purchases were carried through and %d are paid for in the books", o.done, now-paid)
	}
	b.report.atLeast("purchase.rate", "1/s", o.rate(), 150)
	b.report.only("purchase.requests", "", steps)
	b.report.only("purchase.p50", "ms", o.ms(50))
	b.report.only("purchase.p99", "ms", o.ms(99))
	b.report.cpu("purchase", cpu, o.done)
	b.report.only("purchase.memory_read", "ns", (read+memoryRead())/2)
	return closing(err, s)
}

// warm brings a market that was filled a moment ago to where a running shop is: what the program does when it
// starts is over, every connection knows its statements, and PostgreSQL knows how long its tables are, which
// its autovacuum would find out within a minute.
func (b *bench) warm(ctx context.Context, s *server, buy func() worker) (outcome, error) {
	if err := b.idle(ctx, s, largeDB); err != nil {
		return outcome{}, err
	}
	o := closedLoop(ctx, buyers, b.window, 0, buy)
	if _, err := pg.Exec(ctx, b.large, `analyze`); err != nil {
		return o, err
	}
	closedLoop(ctx, buyers, b.window/3, 0, buy)
	return o, nil
}

func (b *bench) paid(ctx context.Context) (int, error) {
	return pg.Scalar[int](ctx, b.large, `select count(*)::int from purchases where paid_at is not null`)
}

// buyer is a worker each of whose steps is a stranger with a connection, an address and cookies of
// their own who buys one pair of goods. A purchase counts once the shop calls it paid.
func buyer(addr string, goods []pair) worker {
	c := newConn(addr)
	return worker{done: c.close, step: func(int) error {
		v := &visit{conn: c, cookies: map[string]string{}}
		// The program lets one address begin so many visits an hour; these come from everywhere.
		v.headers = fmt.Sprintf("X-Forwarded-For: 10.%d.%d.%d\r\n", rand.IntN(256), rand.IntN(256), rand.IntN(256))
		return v.buy(goods[rand.IntN(len(goods))])
	}}
}

// visit is one person's way through the shop.
type visit struct {
	conn    *conn
	headers string
	cookies map[string]string
}

// send makes a request with the visit's cookies and wants a status; where tells a redirection's goal.
func (v *visit) send(method, path, form, more string, status int) (body []byte, where string, err error) {
	headers := v.headers + more
	for name, value := range v.cookies {
		headers += "Cookie: " + name + "=" + value + "\r\n"
	}
	a, err := v.conn.do(request{method: method, path: path, headers: headers, form: form})
	if err != nil {
		return nil, "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	if a.status != status {
		return nil, "", fmt.Errorf("%s %s answered %d, want %d", method, path, a.status, status)
	}
	for _, cookie := range a.cookies {
		if name, value, _ := strings.Cut(cookie, "="); name == "session" {
			v.cookies[name] = value
		}
	}
	return a.body, a.location, nil
}

// buy is the whole way in eight requests: two into the cart, the checkout, the address and delivery
// with the total that follows from them, the purchase, the page that takes the money, and the bank's yes.
func (v *visit) buy(p pair) error {
	for _, offer := range []int64{p.One, p.Two} {
		if _, _, err := v.send("POST", "/cart/lines", "offer="+strconv.FormatInt(offer, 10)+"&qty=1", "", 303); err != nil {
			return err
		}
	}
	_, where, err := v.send("POST", "/checkout", "", "", 303)
	if err != nil {
		return err
	}
	page, _, err := v.send("GET", where, "", "", 200)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	form := address(page)
	if page, _, err = v.send("POST", "/checkout/quote", form.Encode(), "HX-Request: true\r\n", 200); err != nil {
		return err
	}
	form.Set("expected", value(page, `name="expected" value="`))
	if _, where, err = v.send("POST", "/checkout/place", form.Encode(), "", 303); err != nil {
		return err
	}
	if _, _, err = v.send("GET", where, "", "", 200); err != nil { // the bank's page
		return err
	}
	_, where, err = v.send("POST", where, "outcome=pay", "", 303)
	if err == nil && !strings.HasPrefix(where, "/orders/") {
		err = fmt.Errorf("paying led to %s", where)
	}
	return err
}

// address fills in the checkout's form: courier to an address in Tula, paid in the sandbox.
func address(page []byte) url.Values {
	f := url.Values{"attempt": {value(page, `name="attempt" value="`)}, "name": {"Соколова Анна"}, "phone": {"8 916 555-12-34"},
		"email": {"anna@example.ru"}, "city": {"Тула"}, "street": {"ул. Ленина, 1"}, "postcode": {"300000"},
		"address_was": {"0"}, "point_was": {"0"}, "payment": {"sandbox"}}
	for rest := page; ; {
		_, after, ok := bytes.Cut(rest, []byte(`name="ship.`))
		if !ok {
			return f
		}
		seller, way, _ := bytes.Cut(after, []byte(`" value="`))
		if bytes.HasPrefix(way, []byte("courier:")) {
			method, _, _ := bytes.Cut(way, []byte(`"`))
			f.Set("ship."+string(seller), string(method))
		}
		rest = after
	}
}

// value is what stands between a mark and the next quotation mark.
func value(page []byte, mark string) string {
	_, after, _ := bytes.Cut(page, []byte(mark))
	text, _, _ := bytes.Cut(after, []byte(`"`))
	return string(text)
}
