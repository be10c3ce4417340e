package postal

import (
	"errors"
	"sync"
	"time"
)

var errFuse = errors.New("it went dead a moment ago, and is left alone for a while")

// fuse keeps everybody from waiting for a service that is down. It blows after so many failures in a row; then one
// call in a while is let through to see, and the while doubles up to a minute. It lives in one program: each finds
// out for itself, at the price of a few calls.
type fuse struct {
	mu       sync.Mutex
	patience int
	failures int
	rest     time.Duration
	until    time.Time
	probing  bool
}

const (
	firstRest = 2 * time.Second
	lastRest  = time.Minute
)

// enter says whether a call may be made. Each yes is followed by a note or a skip.
func (f *fuse) enter(now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failures < f.patience {
		return true
	}
	if f.probing || now.Before(f.until) {
		return false
	}
	f.probing = true
	return true
}

// resting is the error of a call that was not made, and how long none will be.
type resting struct{ left time.Duration }

func (r resting) Error() string { return errFuse.Error() }
func (r resting) Unwrap() error { return errFuse }

// blown is the error of a call that may not be made now.
func (f *fuse) blown(now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return resting{max(f.until.Sub(now), time.Second)}
}

// Resting reports whether the post was not even asked, since it went dead a moment ago, and for how long it is left alone.
func Resting(err error) (left time.Duration, yes bool) {
	r, yes := errors.AsType[resting](err)
	return r.left, yes
}

// skip ends a call that says nothing about the service.
func (f *fuse) skip() {
	f.mu.Lock()
	f.probing = false
	f.mu.Unlock()
}

// note ends a call that did.
func (f *fuse) note(now time.Time, well bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.probing = false
	if well {
		f.failures, f.rest = 0, 0
		return
	}
	if f.failures++; f.failures >= f.patience {
		f.rest = min(max(2*f.rest, firstRest), lastRest)
		f.until = now.Add(f.rest)
	}
}
