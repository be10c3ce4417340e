package account

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Guests' sessions are most of what a shop reads: nine times for each purchase. A guest may do nothing but what the
// session itself holds, and it changes only when somebody signs in from it, so what was read stays good for a moment. People
// who have signed in are read at every request: their rights may end at any time.
const (
	guestKept = 3 * time.Second
	guestsMax = 4096 // half a megabyte
)

// guests keeps the sessions of guests for guestKept after they were read. Another copy of the program may know a guest
// that long who has signed in meanwhile; this one never does. The zero value is empty.
type guests struct {
	mu    sync.Mutex
	kept  map[[sha256.Size]byte]keptGuest
	ended map[int64]time.Time // sessions not to be kept, until when
}

type keptGuest struct {
	Session
	until time.Time
}

// find gives a copy of a kept session.
func (g *guests) find(hash []byte, now time.Time) (Session, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	k, ok := g.kept[[sha256.Size]byte(hash)]
	return k.Session, ok && now.Before(k.until) && now.Before(k.ExpiresAt)
}

// keep remembers a guest's session that was read a moment ago, unless it ended since.
func (g *guests) keep(hash []byte, s Session, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until, ended := g.ended[s.ID]; ended && now.Before(until) {
		return
	}
	if g.kept == nil || len(g.kept) >= guestsMax { // forgetting all costs one more reading of each
		g.kept = map[[sha256.Size]byte]keptGuest{}
	}
	g.kept[[sha256.Size]byte(hash)] = keptGuest{s, now.Add(guestKept)}
}

// end forgets a session, also for those who read it before it ended and have yet to keep it.
func (g *guests) end(id int64, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for hash, k := range g.kept {
		if k.ID == id {
			delete(g.kept, hash)
		}
	}
	for old, until := range g.ended {
		if !now.Before(until) {
			delete(g.ended, old)
		}
	}
	if g.ended == nil {
		g.ended = map[int64]time.Time{}
	}
	g.ended[id] = now.Add(time.Minute) // longer than the transaction that ends it may take
}
