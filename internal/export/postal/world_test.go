package postal_test

import (
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// day is the moment the tests begin at: a Wednesday, noon in Moscow.
var day = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

// clock is a time that stands still until it is moved.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) move(d time.Duration) { c.at.Add(int64(d)) }

// world is a service on a database of its own, with a stand-in behind it, at one clock.
type world struct {
	*postal.Service
	db     *pgxpool.Pool
	stand  *standin.Server
	server *httptest.Server
	clock  *clock
	config postal.Config
}

func newStand(t testing.TB, o standin.Options) (*standin.Server, *httptest.Server, *clock) {
	t.Helper()
	c := new(clock)
	c.at.Store(day.UnixNano())
	o.Now = c.now
	if o.Seed == 0 {
		o.Seed = 7
	}
	stand, err := standin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(stand)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := stand.Close(); err != nil {
			t.Error(err)
		}
	})
	return stand, server, c
}

func newWorld(t testing.TB, o standin.Options, tune ...func(*postal.Config)) *world {
	t.Helper()
	stand, server, c := newStand(t, o)
	config := standin.Config(server.URL)
	config.Timeout, config.Settle = 300*time.Millisecond, 100*time.Millisecond
	for _, f := range tune {
		f(&config)
	}
	w := &world{db: dbtest.New(t), stand: stand, server: server, clock: c, config: config}
	w.Service = w.another()
	return w
}

// another is a second program on the same database and post.
func (w *world) another() *postal.Service {
	return postal.New(w.db, postal.NewPost(w.config, w.clock.now), w.clock.now)
}

// elsewhere is a program on a database of its own, with the same post.
func (w *world) elsewhere(t testing.TB) *postal.Service {
	t.Helper()
	return postal.New(dbtest.New(t), postal.NewPost(w.config, w.clock.now), w.clock.now)
}

// anOrder is a small packet of one thing to Germany.
func anOrder(number string) postal.Order {
	return postal.Order{
		Number: number, MailType: "SMALL_PACKET", MailCategory: "ORDERED", Country: oksm.Of("DE"), Mass: 450, TransportType: "AVIA",
		Office: "101000", SenderName: "Yarmarka LLC", Recipient: "Erika Mustermann", AddressType: "DEFAULT", Postcode: "10115",
		Place: "Berlin", Street: "Chausseestr. 1", Phone: 493012345678,
		Customs: &postal.Customs{EntriesType: postal.SaleOfGoods, Currency: "RUB", Entries: []postal.CustomsEntry{
			{Amount: 1, Country: oksm.Of("RU"), Description: "Wooden nesting doll, painted", TNVED: "4420109900", Value: 250000, Weight: 380}}},
	}
}
