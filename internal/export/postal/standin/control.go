package standin

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// SetFaults changes what goes wrong from now on.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	s.faults = f
	s.mu.Unlock()
}

func (s *Server) controlClock(w http.ResponseWriter, r *http.Request) {
	d, err := time.ParseDuration(r.FormValue("push"))
	if err != nil || d < 0 {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"error": "push is a time such as 6h"})
		return
	}
	if err := s.Push(d); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.controlState(w, r)
}

func (s *Server) controlFaults(w http.ResponseWriter, r *http.Request) {
	var f Faults
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"error": err.Error()})
		return
	}
	s.SetFaults(f)
	answer(w, http.StatusOK, f)
}

func (s *Server) controlGetFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	f := s.faults
	s.mu.Unlock()
	answer(w, http.StatusOK, f)
}

// State counts what a stand-in holds.
type State struct {
	Now      time.Time `json:"now"`
	Items    int       `json:"items"`    // not removed
	Numbers  int       `json:"numbers"`  // different order numbers among them
	Removed  int       `json:"removed"`  //
	Batches  int       `json:"batches"`  //
	Accepted int       `json:"accepted"` // items handed over
}

// State counts what is there.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{Now: s.now(), Batches: len(s.batches)}
	for _, it := range s.items {
		if it.Removed {
			st.Removed++
			continue
		}
		st.Items++
		if !it.Accepted.IsZero() {
			st.Accepted++
		}
	}
	for _, ids := range s.numbers {
		if len(ids) > 0 {
			st.Numbers++
		}
	}
	return st
}

func (s *Server) controlState(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.State())
}

// controlOrder gives an order's body as it came.
func (s *Server) controlOrder(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	body, ok := s.raw.bodies[r.PathValue("number")]
	s.mu.Unlock()
	if !ok {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, json.RawMessage(body))
}

// find looks an item up by its barcode or its order's number.
func (s *Server) find(text string) *item {
	if id, ok := s.barcodes[s10.Number(text)]; ok {
		return s.items[id]
	}
	for _, id := range s.numbers[text] {
		return s.items[id]
	}
	return nil
}

func (s *Server) controlItem(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.find(r.PathValue("number"))
	if it == nil {
		notFound(w)
		return
	}
	answer(w, http.StatusOK, map[string]any{"item": it, "declaration": s.declaration(it, s.now()), "operations": s.operations(it, s.now())})
}

func (s *Server) controlAct(w http.ResponseWriter, r *http.Request) {
	grams, err := strconv.ParseInt("0"+r.FormValue("grams"), 10, 64)
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"error": "grams is a number"})
		return
	}
	switch ok, err := s.Act(r.PathValue("number"), r.PathValue("action"), grams); {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case !ok:
		notFound(w)
	default:
		s.controlItem(w, r)
	}
}

// Act is a hand on one item, named by its barcode or its order's number: inspect, release, refuse, deny (departure),
// deliver, return, lose, weigh (with grams), or a declaration's status: illegal, fts_error, reject, mended. It says
// whether there is such an item and act.
func (s *Server) Act(number, action string, grams int64) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.find(number)
	if it == nil {
		return false, nil
	}
	statuses := map[string]string{"illegal": postal.DeclarationIllegalData, "fts_error": postal.DeclarationFTSError, "reject": postal.DeclarationRejected, "mended": ""}
	status, declares := statuses[action]
	switch {
	case declares:
		it.Status, it.StatusAt = status, s.now()
	case action == "inspect" && s.passed(it):
		return false, nil // it has left the customs already
	case action == "inspect":
		it.Inspect, it.Released = true, time.Time{}
	case action == "release":
		it.Released = s.now()
	case action == "weigh":
		it.Fact = grams
	case action == "refuse", action == "deny", action == "deliver", action == "return", action == "lose":
		it.Ended, it.EndedAt = action, s.now()
	default:
		return false, nil
	}
	return true, s.kept.write(record{Item: it})
}

// passed says that an item has left the customs of its own country.
func (s *Server) passed(it *item) bool {
	held := it.Inspect && it.Released.IsZero()
	return !it.Accepted.IsZero() && !held && !it.at(releaseStop, s.pace()).After(s.now())
}
