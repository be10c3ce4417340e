package account

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

// Bounds of a password. The upper ones only keep a flood of bytes away from the hash; a phrase of
// any script fits many times over (ASVS 5.0 V6.2.9 asks for at least 64 characters).
const (
	MinPassword      = 8
	MaxPassword      = 512
	maxPasswordBytes = 4096
)

// The cost of argon2id: the first choice of the OWASP password storage cheat sheet.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// CheckPassword says what is wrong with a new password: a message key, "" when it is good. The own
// texts of the person (name, address) must not be the password either.
func CheckPassword(raw string, own ...string) string {
	if problem := passwordSize(raw); problem != "" {
		return problem
	}
	pw := norm.NFKC.String(raw)
	switch {
	case utf8.RuneCountInString(pw) < MinPassword:
		return "account.password.short"
	case isCommon(pw), resembles(pw, own):
		return "account.password.common"
	}
	return ""
}

// passwordSize refuses what must not reach the hash at all, new or old.
func passwordSize(raw string) string {
	switch {
	case raw == "":
		return "form.required"
	case len(raw) > maxPasswordBytes, utf8.RuneCountInString(raw) > MaxPassword:
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

// hasher makes and checks hashes, so many at once and no more: each takes 19 MiB for its moment.
type hasher struct {
	slots chan struct{}
	wait  time.Duration
	dummy string
	made  atomic.Int64 // hashes computed so far: nobody may learn by them, or by their time, who has an account
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, runtime.GOMAXPROCS(0)), wait: 5 * time.Second}
	h.dummy = encodeHash("the password of nobody", make([]byte, argonSalt))
	return h
}

// hash makes the text that people.password_hash keeps.
func (h *hasher) hash(ctx context.Context, raw string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	h.made.Add(1)
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails, see newToken
	return encodeHash(raw, salt), nil
}

// verify checks raw against an encoded hash. An empty one is nobody's: it costs the same time and
// never fits, so that a stranger's address answers like a wrong password.
func (h *hasher) verify(ctx context.Context, encoded, raw string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := encoded != ""
	if !known {
		encoded = h.dummy
	}
	salt, want, err := decodeHash(encoded)
	if err != nil {
		return false, err
	}
	h.made.Add(1)
	got := deriveKey(raw, salt)
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// enter waits for a free slot, but not for ever: in a flood it is better to ask some to come back.
func (h *hasher) enter(ctx context.Context) error {
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

func (h *hasher) leave() { <-h.slots }

func deriveKey(raw string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(raw)), salt, argonTime, argonMemory, argonThreads, argonKey)
}

const hashPrefix = "$argon2id$v=19$m=19456,t=2,p=1$"

func encodeHash(raw string, salt []byte) string {
	b64 := base64.RawStdEncoding
	return hashPrefix + b64.EncodeToString(salt) + "$" + b64.EncodeToString(deriveKey(raw, salt))
}

// decodeHash reads the standard text form. There is one set of costs so far; when it rises, this
// is where the old one is still understood.
func decodeHash(encoded string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(encoded, hashPrefix)
	saltText, keyText, cut := strings.Cut(rest, "$")
	if !ok || !cut {
		return nil, nil, fmt.Errorf("a password hash of unknown form")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("password hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(keyText); err != nil {
		return nil, nil, fmt.Errorf("password hash: %w", err)
	}
	return salt, key, nil
}
