package abroad

import (
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/market/destination"
)

// reachKey is everything that what a card says hangs on, but for the post's prices: those are why an answer is not kept
// for long. The book is the one compiled from the rules in force; another edition of them is another book.
type reachKey struct {
	Shown
	country  string
	day      time.Time
	rates    time.Time // the day they are of
	rulebook *clearance.Book
}

// Bounds of what is kept, of about 300 bytes each.
const (
	toldFor = 10 * time.Minute
	toldMax = 20_000
)

// told remembers what was said of offers; a copy of the program that has forgotten, or never knew, asks again.
type told struct {
	mu   sync.Mutex
	kept map[reachKey]toldOnce
}

type toldOnce struct {
	reach destination.Reach
	until time.Time
}

func (t *told) find(key reachKey, now time.Time) (destination.Reach, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.kept[key]
	return k.reach, ok && now.Before(k.until)
}

func (t *told) put(key reachKey, r destination.Reach, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil || len(t.kept) >= toldMax {
		t.kept = map[reachKey]toldOnce{}
	}
	t.kept[key] = toldOnce{r, now.Add(toldFor)}
}
