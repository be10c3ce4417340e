package standin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults are what a stand-in does wrong. Shares are in per mille of the requests or items they speak of.
type Faults struct {
	Errors   int `json:"errors"`   // an answer of status 500, half of them after the work was done
	Timeouts int `json:"timeouts"` // no answer, half of them after the work was done
	Garbage  int `json:"garbage"`  // an answer cut off in the middle, or a page where data should be

	Duplicates int `json:"duplicates"` // a tracking answer that tells an operation twice
	Late       int `json:"late"`       // one that leaves out the last operation, which comes with a later answer
	Foreign    int `json:"foreign"`    // one with an operation, or a declaration, of another item
	Unknown    int `json:"unknown"`    // one with an operation that is in no list

	IllegalData int `json:"illegal_data"` // of items: a declaration with mistakes
	FTSErrors   int `json:"fts_errors"`   // of items: a declaration that the customs service did not take at first
	Inspected   int `json:"inspected"`    // of items: held for an inspection until released
	Scale       int `json:"scale"`        // of items: the post's scale says a third more

	Limit  int64    `json:"limit"`  // requests of the order service a day; 0: 100,000
	Closed []string `json:"closed"` // countries closed since yesterday
	Down   []string `json:"down"`   // services that answer nothing: tariff, orders, tracking, rates
	Rates  string   `json:"rates"`  // "", cut, empty, stale, html
}

// service names what a path belongs to.
func service(path string) string {
	switch {
	case strings.HasPrefix(path, "/v2/"):
		return "tariff"
	case strings.HasPrefix(path, "/1.0/"), strings.HasPrefix(path, "/2.0/"):
		return "orders"
	case strings.HasPrefix(path, "/scripts/"):
		return "rates"
	case strings.HasPrefix(path, "/control/"):
		return "control"
	}
	return "tracking"
}

// mishap is what will go wrong with one request.
type mishap struct {
	before, after string // "", error, hang; after the work is done: garbage too
}

// roll decides about a request. Rates have faults of their own.
func (s *Server) roll(service string) mishap {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	switch {
	case slices.Contains(f.Down, service):
		return mishap{before: "error"}
	case service == "control" || service == "rates":
		return mishap{}
	case s.chance(f.Errors):
		return s.either("error")
	case s.chance(f.Timeouts):
		return s.either("hang")
	case s.chance(f.Garbage):
		return mishap{after: "garbage"}
	}
	return mishap{}
}

func (s *Server) chance(perMille int) bool { return perMille > 0 && s.dice.IntN(1000) < perMille }

func (s *Server) either(what string) mishap {
	if s.dice.IntN(2) == 0 {
		return mishap{before: what}
	}
	return mishap{after: what}
}

// requestSize bounds what is read of a request.
const requestSize = 4 << 20

// ServeHTTP answers a request, as well or badly as the faults say.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, requestSize)
	w.Header().Set("X-Demonstration", "stand-in: prices, limits and rates are made up")
	m := s.roll(service(r.URL.Path))
	if s.spoil(w, r, m.before) {
		return
	}
	if m.after == "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	held := &heldAnswer{header: http.Header{}}
	s.mux.ServeHTTP(held, r)
	if s.spoil(w, r, m.after) {
		return
	}
	// Garbage: half of the answer, under its own status.
	w.Header().Set("Content-Type", held.header.Get("Content-Type"))
	w.WriteHeader(max(held.status, http.StatusOK))
	_, _ = w.Write(held.body.Bytes()[:held.body.Len()/2]) // the client may be gone
}

func (s *Server) spoil(w http.ResponseWriter, r *http.Request, what string) bool {
	switch what {
	case "error":
		http.Error(w, "<html><body>Internal error (stand-in)</body></html>", http.StatusInternalServerError)
		return true
	case "hang":
		// Only a request that is read to its end lets the server notice that the client has left.
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-time.After(s.o.Hang):
		}
		panic(http.ErrAbortHandler) // the connection ends without a word
	}
	return false
}

// heldAnswer is an answer that is not sent yet.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) Header() http.Header         { return h.header }
func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
func (h *heldAnswer) Write(p []byte) (int, error) { return h.body.Write(p) }

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone, as it may with the post
}
