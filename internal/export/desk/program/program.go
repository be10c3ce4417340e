// Package program lets an authority's own program do at a desk what its officer may do: keys of a desk, the API that they
// open with the officer's verbs, and answers that are kept for who asks again. It owns the keys and the kept answers; the
// cases and what may be done to them are package desk's.
package program

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Key lets an authority's own program do at one desk what its officer may do. It works for as long as its officer has the
// desk's role.
type Key struct {
	ID        int64
	Desk      desk.Kind
	Name      string
	PersonID  int64
	Person    string
	CreatedAt time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

// Service keeps the keys, and does by them what the desks let be done.
type Service struct{ *desk.Service }

// New makes the service of some desks.
func New(desks *desk.Service) *Service { return &Service{desks} }

const (
	keyPrefix = "yd_" // tells a leaked key from other texts
	maxKeys   = 20    // of one person that are not revoked
)

// MakeKey makes a key of a desk for a person and shows its text, for the only time: only a digest is kept.
func (s *Service) MakeKey(ctx context.Context, personID int64, k desk.Kind, name string) (text string, err error) {
	defer errs.Wrap(&err, "program.MakeKey(%s)", k)
	name = strings.TrimSpace(name)
	var list []errs.Field
	if !k.Valid() {
		list = append(list, errs.Field{Name: "desk", Key: "form.choose"})
	}
	if name == "" || len([]rune(name)) > 80 {
		list = append(list, errs.Field{Name: "label", Key: "export.desk.key.name_it"})
	}
	if err := errs.Fields(list); err != nil {
		return "", err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the runtime ends the program when the system has no randomness
	text = keyPrefix + base64.RawURLEncoding.EncodeToString(raw)
	made, err := insertKey(ctx, s.DB, Key{Desk: k, Name: name, PersonID: personID, CreatedAt: s.Now()}, digest(text), maxKeys)
	if err == nil && !made {
		return "", errs.New(errs.Conflict, "export.desk.key.too_many", "max", maxKeys)
	}
	return text, err
}

// KeysOf lists a person's keys, or everybody's when personID is 0, the newest first.
func (s *Service) KeysOf(ctx context.Context, personID int64) ([]Key, error) {
	return listKeys(ctx, s.DB, personID)
}

// RevokeKey ends a key at once: a person's own, or anybody's when personID is 0.
func (s *Service) RevokeKey(ctx context.Context, personID, id int64) (err error) {
	defer errs.Wrap(&err, "program.RevokeKey(%d)", id)
	found, err := revokeKey(ctx, s.DB, personID, id, s.Now())
	if err == nil && !found {
		return errGone
	}
	return err
}

// keyOf finds the key that a text is. Unauthenticated when it is none, or is revoked, or its officer has lost the desk.
func (s *Service) keyOf(ctx context.Context, text string) (Key, error) {
	if !strings.HasPrefix(text, keyPrefix) || len(text) > 100 {
		return Key{}, errNoKey
	}
	k, ok, err := useKey(ctx, s.DB, digest(text), s.Now())
	if err == nil && !ok {
		return k, errNoKey
	}
	return k, err
}

var errNoKey = errs.New(errs.Unauthenticated, "export.desk.key.unknown")

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
