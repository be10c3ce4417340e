// Package standin plays the post, and the Central Bank's rates, where the real ones are not to be had: in the
// demonstration and in tests. It answers in the same shapes, keeps state, gives out item numbers, moves items on by a
// clock that can be pushed, and behaves as badly as the real ones do when it is told to. Its prices, limits and rates
// are made up, and its answers say so. It never speaks with anybody and holds nothing of the market's.
package standin

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// The credentials of the demonstration. They open nothing but a stand-in.
const (
	Token    = "demonstration"
	Key      = "ZGVtbzpkZW1v"
	Login    = "demo"
	Password = "demo"
)

// Options of a stand-in. The zero value is a well-behaved one in memory.
type Options struct {
	Now    func() time.Time // nil: the system's clock
	Step   time.Duration    // between two operations on an item's way; 0: 6 h; less than 0: none, all at once
	Keep   string           // file that keeps the state; "": nothing is kept
	Faults Faults
	Seed   uint64        // of the faults; 0: another one each time
	Hang   time.Duration // how long an answer that never comes is held; 0: a minute
}

// Server is one stand-in: an http.Handler. Close it to let go of its file.
type Server struct {
	o    Options
	mux  *http.ServeMux
	kept *journal

	mu         sync.Mutex
	offset     time.Duration // how far the clock was pushed
	faults     Faults
	dice       *rand.Rand
	items      map[int64]*item
	numbers    map[string][]int64 // order number → ids: the post does not mind the same number twice
	barcodes   map[s10.Number]int64
	batches    map[string]*batch
	lastID     int64
	lastName   int64
	serials    map[string]int64 // prefix → last serial given
	tickets    map[string]ticket
	lastTicket int64
	requests   map[string]int64 // day → requests of the order service
	raw        rawOrders
}

// New makes a stand-in, with the state of its file if there is one.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Step = cmp.Or(o.Step, 6*time.Hour)
	o.Hang = cmp.Or(o.Hang, time.Minute)
	seed := cmp.Or(o.Seed, rand.Uint64())
	s := &Server{o: o, mux: http.NewServeMux(), faults: o.Faults, dice: rand.New(rand.NewPCG(seed, 1)),
		items: map[int64]*item{}, numbers: map[string][]int64{}, barcodes: map[s10.Number]int64{}, batches: map[string]*batch{},
		serials: map[string]int64{}, tickets: map[string]ticket{}, requests: map[string]int64{}}
	if err := s.open(); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

// Close lets go of the file.
func (s *Server) Close() error { return s.kept.close() }

func (s *Server) routes() {
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /v2/calculate/tariff/delivery":         s.calculate,
		"GET /v2/calculate/tariff":                  s.calculate,
		"GET /v2/dictionary/country":                s.dictionaryCountry,
		"GET /v2/dictionary/object/tariff/delivery": s.dictionaryObject,
		"GET /scripts/XML_daily.asp":                s.rates,
		"POST /rtm34":                               s.history,
		"POST /fc":                                  s.batchTracking,
		"PUT /2.0/user/backlog":                     s.authorized(s.createOrders),
		"GET /1.0/backlog/search":                   s.authorized(s.searchBacklog),
		"GET /1.0/shipment/search":                  s.authorized(s.searchShipment),
		"GET /1.0/backlog/{id}":                     s.authorized(s.getBacklog),
		"GET /1.0/shipment/{id}":                    s.authorized(s.getShipment),
		"DELETE /1.0/backlog":                       s.authorized(s.removeOrders),
		"POST /1.0/user/shipment":                   s.authorized(s.makeBatch),
		"GET /1.0/batch/{name}":                     s.authorized(s.getBatch),
		"GET /1.0/batch/{name}/shipment":            s.authorized(s.inBatch),
		"POST /1.0/batch/{name}/checkin":            s.authorized(s.checkIn),
		"GET /1.0/settings/limit":                   s.authorized(s.getLimit),
		"GET /1.0/forms/backlog/{id}/forms":         s.authorized(s.forms),
		"GET /1.0/forms/{id}/forms":                 s.authorized(s.forms),
		"GET /1.0/forms/{id}/f103pdf":               s.authorized(s.forms),
		"GET /1.0/forms/{id}/zip-all":               s.authorized(s.allForms),
		"POST /control/clock":                       s.controlClock,
		"POST /control/faults":                      s.controlFaults,
		"GET /control/faults":                       s.controlGetFaults,
		"GET /control/state":                        s.controlState,
		"GET /control/orders/{number}":              s.controlOrder,
		"GET /control/items/{number}":               s.controlItem,
		"POST /control/items/{number}/{action}":     s.controlAct,
	} {
		s.mux.HandleFunc(pattern, h)
	}
}

// now is the stand-in's time. Call it with the lock held.
func (s *Server) now() time.Time { return s.o.Now().Add(s.offset) }

// Push moves the clock on, and every item with it.
func (s *Server) Push(d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	return s.kept.write(record{Offset: s.offset})
}

// Config is how a client reaches a stand-in at an address.
func Config(address string) postal.Config {
	return postal.Config{TariffURL: address, OrdersURL: address, TrackingURL: address, Token: Token, Key: Key, Login: Login,
		Password: Password, From: "101000", Demonstration: true}
}
