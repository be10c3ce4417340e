package app

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/web"
)

// What one client may ask of the doors that cost most. A class of pupils that searches at once, each letter asking for
// suggestions, stays far below; a program that copies the catalogue by searching for everything does not. The figures of
// searching are twice as large as they look: see often.
var (
	limitSearches = limit.Rule{Name: "search.client", Burst: 6000, Per: 10 * time.Minute}
	limitUploads  = limit.Rule{Name: "upload.client", Burst: 1200, Per: time.Hour}
)

// often slows down clients that search or upload without end. Those at addresses that do not lead into the internet are
// not counted: they are a proxy of ours that --trusted-proxies forgot, behind which stands everybody, or whoever measures.
//
// What a client searches is counted in this program's memory first and costs no question to the database; only what is
// beyond the rule here is counted where every copy of the program counts, and refused there.
func (a *App) often(next http.Handler) http.Handler {
	a.searched = newPace(limitSearches, 1<<16)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rule, counted := costly(r)
		addr := clientip.From(r.Context())
		client := clientip.Bucket(addr)
		if !counted || !outside(addr) || rule == limitSearches && a.searched.take(client, a.m.now()) {
			next.ServeHTTP(w, r)
			return
		}
		if err := a.m.limiter.Take(r.Context(), rule, client); err != nil {
			web.Fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// costly tells which rule a request falls under. Whatever comes in parts may bring files.
func costly(r *http.Request) (limit.Rule, bool) {
	switch {
	case r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/"):
		return limitUploads, true
	case r.URL.Path == "/search", r.URL.Path == "/suggest":
		return limitSearches, true
	}
	return limit.Rule{}, false
}

// outside reports whether an address leads into the internet.
func outside(a netip.Addr) bool { return a.IsValid() && a.IsGlobalUnicast() && !a.IsPrivate() }

// pace counts by a rule in memory, as limit.Limiter does in the database: one time for each subject, which says when all
// that was taken will be given back. What it forgets or has no room for it does not grant.
type pace struct {
	rule limit.Rule
	most int

	mu  sync.Mutex
	due map[string]time.Time
}

func newPace(rule limit.Rule, most int) *pace {
	return &pace{rule: rule, most: most, due: map[string]time.Time{}}
}

// take counts one act of subject and reports whether the rule allows it.
func (t *pace) take(subject string, now time.Time) bool {
	cost := t.rule.Per / time.Duration(t.rule.Burst)
	t.mu.Lock()
	defer t.mu.Unlock()
	due, known := t.due[subject]
	if !known && len(t.due) >= t.most && !t.sweep(now) {
		return false
	}
	if due.Before(now) {
		due = now
	}
	if due = due.Add(cost); due.After(now.Add(t.rule.Per)) {
		return false
	}
	t.due[subject] = due
	return true
}

// sweep forgets whoever is owed nothing, and reports whether that made room.
func (t *pace) sweep(now time.Time) bool {
	for subject, due := range t.due {
		if !due.After(now) {
			delete(t.due, subject)
		}
	}
	return len(t.due) < t.most
}
