// Package stripefake is a stand-in for Stripe that keeps state: checkout sessions, payment intents,
// charges, refunds, disputes and events, over net/http with Stripe's paths, answers and errors. It
// honours idempotency keys (the first answer is replayed; other parameters under the same key are
// refused), refuses more refund than charge, signs and repeats its webhooks, can be told to fail,
// and has a page where a browser pays. Tests and demonstrations use it; it holds nothing real.
package stripefake

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Version is the API version it speaks.
const Version = "2023-10-16"

// Config says whom it serves.
type Config struct {
	Key string // the secret key a request must carry
	Now func() time.Time
	// URL is the address it is served under, for the pages it sends buyers to. SetURL sets it later.
	URL string
	// Client delivers webhooks.
	Client *http.Client
	// Immediate delivers each event in the background as soon as it happens; otherwise events wait
	// for Flush.
	Immediate bool
}

// Server is the stand-in. It is an http.Handler and safe for concurrent use.
type Server struct {
	cfg Config
	mux *http.ServeMux

	mu        sync.Mutex
	seq       int
	prefix    string
	sessions  map[string]*session
	intents   map[string]*intent
	charges   map[string]*charge
	refunds   []*refund
	disputes  []*dispute
	events    []*event
	answers   map[string]*answer
	endpoints []endpoint
	pending   []delivery
	faults    []*Fault
	version   string // written into events
	wg        sync.WaitGroup
}

// New makes an empty stand-in.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 10 * time.Second}
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), prefix: strings.ToLower(rand.Text()[:6]), version: Version,
		sessions: map[string]*session{}, intents: map[string]*intent{}, charges: map[string]*charge{}, answers: map[string]*answer{}}
	s.mux.HandleFunc("POST /v1/checkout/sessions", s.api(s.createSession))
	s.mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.api(s.getSession))
	s.mux.HandleFunc("POST /v1/checkout/sessions/{id}/expire", s.api(s.expireSession))
	s.mux.HandleFunc("GET /v1/payment_intents/{id}", s.api(s.getIntent))
	s.mux.HandleFunc("POST /v1/refunds", s.api(s.createRefund))
	s.mux.HandleFunc("GET /v1/refunds", s.api(s.listRefunds))
	s.mux.HandleFunc("GET /v1/refunds/{id}", s.api(s.getRefund))
	s.mux.HandleFunc("GET /v1/disputes", s.api(s.listDisputes))
	s.mux.HandleFunc("GET /v1/events", s.api(s.listEvents))
	s.mux.HandleFunc("GET /pay/{id}", s.page)
	s.mux.HandleFunc("POST /pay/{id}", s.pagePost)
	return s
}

// ServeHTTP answers API requests and the pages of the buyer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetURL says under which address the server is reached.
func (s *Server) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.URL = url
}

// SetVersion changes the API version written into later events, as a changed endpoint would.
func (s *Server) SetVersion(v string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = v
}

func (s *Server) id(kind string) string {
	s.seq++
	return fmt.Sprintf("%s_test_%s%06d", kind, s.prefix, s.seq)
}

func (s *Server) now() int64 { return s.cfg.Now().Unix() }
