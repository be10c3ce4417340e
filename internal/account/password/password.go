// Package password judges and hashes what people sign in with: how long a password is, whether everybody tries it first, and
// argon2id, so many at once and no more. It owns the list of common passwords and the form of a hash. Whose a password is,
// and how often it may be tried, package account decides; nothing is stored here.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Bounds of a password, in characters. The upper ones only keep a flood of bytes away from the hash; a phrase of
// any script fits many times over (ASVS 5.0 V6.2.9 asks for at least 64 characters).
const (
	Min      = 8
	Max      = 512
	maxBytes = 4096
)

// Memory is what one hash takes while it is made, in KiB.
const Memory = 19 * 1024

// The cost of argon2id: the first choice of the OWASP password storage cheat sheet.
const (
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// marketNames are the first words that come to somebody's mind here; the common list has them in other letters too.
var marketNames = []string{"ярмарка", "yarmarka"}

// Check says what is wrong with a new password: a message key, "" when it is good. The own
// texts of the person (name, address) must not be the password either.
func Check(raw string, own ...string) string {
	if problem := Size(raw); problem != "" {
		return problem
	}
	pw := norm.NFKC.String(raw)
	switch {
	case utf8.RuneCountInString(pw) < Min:
		return "account.password.short"
	case isCommon(pw), resembles(pw, own), resembles(pw, marketNames):
		return "account.password.common"
	}
	return ""
}

// Size refuses what must not reach the hash at all, new or old.
func Size(raw string) string {
	switch {
	case raw == "":
		return "form.required"
	case len(raw) > maxBytes, utf8.RuneCountInString(raw) > Max:
		return "account.password.long"
	case !utf8.ValidString(raw):
		return "form.bad_text"
	}
	return ""
}

// resembles reports whether the password is one of the person's own texts, or one with digits
// and signs around it.
func resembles(pw string, own []string) bool {
	core := trimEnds(fold(pw))
	for _, text := range own {
		text = fold(text)
		local, _, _ := strings.Cut(text, "@")
		for _, t := range append(strings.Fields(text), text, local, strings.ReplaceAll(text, " ", "")) {
			if t = trimEnds(t); utf8.RuneCountInString(t) >= 4 && (core == t || fold(pw) == t) {
				return true
			}
		}
	}
	return false
}

// Hasher makes and checks hashes, so many at once and no more: each takes 19 MiB for its moment.
type Hasher struct {
	AtOnce int          // how many hashes are made at one moment at most
	Made   atomic.Int64 // hashes computed so far: nobody may learn by them, or by their time, who has an account
	slots  chan struct{}
	wait   time.Duration
	dummy  string
}

// NewHasher makes one that works on as many hashes at once as there are processors.
func NewHasher() *Hasher {
	n := runtime.GOMAXPROCS(0)
	h := &Hasher{AtOnce: n, slots: make(chan struct{}, n), wait: 5 * time.Second}
	h.dummy = encodeHash("the password of nobody", make([]byte, argonSalt), today)
	return h
}

// Hash makes the text that people.password_hash keeps.
func (h *Hasher) Hash(ctx context.Context, raw string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	h.Made.Add(1)
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails, see newToken
	return encodeHash(raw, salt, today), nil
}

// Verify checks raw against an encoded hash. An empty one is nobody's: it costs the same time and
// never fits, so that a stranger's address answers like a wrong password.
func (h *Hasher) Verify(ctx context.Context, encoded, raw string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := encoded != ""
	if !known {
		encoded = h.dummy
	}
	c, salt, want, err := decodeHash(encoded)
	if err != nil {
		return false, err
	}
	h.Made.Add(1)
	got := deriveKey(raw, salt, c)
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// enter waits for a free slot, but not for ever: in a flood it is better to ask some to come back.
func (h *Hasher) enter(ctx context.Context) error {
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-timer.C:
		return errs.New(errs.Unavailable, "account.busy")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) leave() { <-h.slots }

// costs are what a hash costs: kibibytes of memory, passes over it, lanes.
type costs struct {
	memory, time uint32
	threads      uint8
}

// today are the costs of new hashes. A hash says what it cost, so those made before a rise stay good.
var today = costs{Memory, argonTime, argonThreads}

// bearable bounds what a restored or damaged row may ask this machine for.
func (c costs) bearable() bool {
	return c.memory >= 8 && c.memory <= 4*Memory && c.time >= 1 && c.time <= 10 && c.threads >= 1 && c.threads <= 4
}

func deriveKey(raw string, salt []byte, c costs) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(raw)), salt, c.time, c.memory, c.threads, argonKey)
}

const hashForm = "$argon2id$v=19$m=%d,t=%d,p=%d$"

func encodeHash(raw string, salt []byte, c costs) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf(hashForm, c.memory, c.time, c.threads) + b64.EncodeToString(salt) + "$" + b64.EncodeToString(deriveKey(raw, salt, c))
}

// decodeHash reads the standard text form.
func decodeHash(encoded string) (c costs, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 {
		return c, nil, nil, fmt.Errorf("a password hash of unknown form")
	}
	head := strings.Join(parts[:4], "$") + "$"
	if _, err := fmt.Sscanf(head, hashForm, &c.memory, &c.time, &c.threads); err != nil || fmt.Sprintf(hashForm, c.memory, c.time, c.threads) != head || !c.bearable() {
		return c, nil, nil, fmt.Errorf("a password hash of unknown form or costs")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("password hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, fmt.Errorf("password hash: %w", err)
	}
	return c, salt, key, nil
}
