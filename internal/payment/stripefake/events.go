package stripefake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"github.com/stripe/stripe-go/v76/webhook"
)

type event struct {
	ID         string         `json:"id"`
	Object     string         `json:"object"`
	APIVersion string         `json:"api_version"`
	Created    int64          `json:"created"`
	Livemode   bool           `json:"livemode"`
	Type       string         `json:"type"`
	Data       map[string]any `json:"data"`
}

// Delivery is an event as it is sent to an endpoint.
type Delivery struct {
	EventID, Type string
	Body          []byte
}

type endpoint struct{ url, secret string }

type delivery struct {
	endpoint endpoint
	d        Delivery
}

// Endpoint registers where events are sent and the secret they are signed with.
func (s *Server) Endpoint(url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoints = append(s.endpoints, endpoint{url, secret})
}

// emit records an event and queues its deliveries; s.mu is held.
func (s *Server) emit(kind string, object any) {
	e := &event{ID: s.id("evt"), Object: "event", APIVersion: s.version, Created: s.now(), Type: kind,
		Data: map[string]any{"object": object}}
	s.events = append(s.events, e)
	body, err := json.Marshal(e)
	if err != nil {
		panic("stripefake: " + err.Error()) // our own structs marshal
	}
	for _, at := range s.endpoints {
		d := delivery{at, Delivery{EventID: e.ID, Type: kind, Body: body}}
		if !s.cfg.Immediate {
			s.pending = append(s.pending, d)
			continue
		}
		s.wg.Go(func() { _ = s.send(context.Background(), d) }) // lost ones are found by listing events
	}
}

// Emit sends an event of any type and object, as a new feature of Stripe would.
func (s *Server) Emit(kind string, object map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(kind, object)
}

// Mode says how Flush delivers.
type Mode struct {
	Copies  int  // of each event; 0 is 1
	Shuffle bool // in random order
	Drop    bool // nothing arrives
}

// Flush delivers every waiting event and gives the faults of those that were not answered with 2xx.
func (s *Server) Flush(ctx context.Context, m Mode) error {
	s.mu.Lock()
	var queue []delivery
	for range max(1, m.Copies) {
		queue = append(queue, s.pending...)
	}
	s.pending = nil
	s.mu.Unlock()
	if m.Drop {
		return nil
	}
	if m.Shuffle {
		rand.Shuffle(len(queue), func(i, j int) { queue[i], queue[j] = queue[j], queue[i] })
	}
	var faults []error
	for _, d := range queue {
		faults = append(faults, s.send(ctx, d))
	}
	return errors.Join(faults...)
}

// Take removes and gives the waiting deliveries, for tests that send them themselves.
func (s *Server) Take() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Delivery
	for _, p := range s.pending {
		out = append(out, p.d)
	}
	s.pending = nil
	return out
}

// Sign makes the Stripe-Signature header of a body, timed by the server's clock.
func (s *Server) Sign(body []byte, secret string) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: s.cfg.Now()}).Header
}

func (s *Server) send(ctx context.Context, d delivery) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.endpoint.url, bytes.NewReader(d.d.Body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Stripe-Signature", s.Sign(d.d.Body, d.endpoint.secret))
	res, err := s.cfg.Client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("stripefake: %s answered %d", d.d.Type, res.StatusCode)
	}
	return nil
}

// Wait waits for deliveries that are under way (Immediate).
func (s *Server) Wait() { s.wg.Wait() }

// FaultMode is a way to fail.
type FaultMode int

// Ways to fail.
const (
	NoFault   FaultMode = iota
	Refuse500           // 500 before anything was begun; the key stays free
	Stored500           // 500 before anything was done, but replayed for the key
	Done500             // the work is done, the answer is 500 and replayed
	Cut                 // the work is done, the connection breaks before the answer
	Hang                // no answer until the client gives up
)

// Fault is a failure to inject: the next Times requests whose method and path begin with Match.
type Fault struct {
	Match string // e.g. "POST /v1/refunds"
	Mode  FaultMode
	Times int
}

// Inject adds a fault.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

func (s *Server) fault(r *http.Request) FaultMode {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times > 0 && strings.HasPrefix(r.Method+" "+r.URL.Path, f.Match) {
			f.Times--
			return f.Mode
		}
	}
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool { return f.Times <= 0 })
	return NoFault
}
