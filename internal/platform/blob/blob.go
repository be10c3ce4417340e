// Package blob keeps bytes that do not belong in rows: pictures and documents. A blob has a key
// that its caller derives from the content, so it is written once and never changes; two drivers,
// a local directory and any S3-compatible store, behave alike. It knows nothing about owners,
// access or file types: package media does.
package blob

import (
	"context"
	"io"
	"regexp"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Info describes a stored blob.
type Info struct {
	Size        int64     // bytes
	ContentType string    // as given to Put; the disk driver derives it from the key's extension
	Modified    time.Time // when it was stored
}

// Store keeps blobs by key. Every error is classified: NotFound for an absent key, Unavailable when
// the store cannot be reached or is full, Invalid for a key that is not of KeyOK's form.
type Store interface {
	// Put writes r, which holds exactly size bytes, under key. Writing a key again is allowed and
	// must bring the same content. A failed Put leaves nothing that Get could see.
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	// Get opens the blob; the caller closes it.
	Get(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)
	// Stat tells about the blob without reading it.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes the blob; an absent one is no error.
	Delete(ctx context.Context, key string) error
}

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*(\.[a-z0-9]+)?$`)

// KeyOK reports whether key is lower-case letters, digits, "-" and "_" in parts joined by "/", with
// at most one extension and at most 200 bytes: no key can climb out of a directory or hide in one.
func KeyOK(key string) bool { return len(key) <= 200 && keyForm.MatchString(key) }

func checkKey(key string) error {
	if !KeyOK(key) {
		return errs.New(errs.Invalid, "error.bad_value")
	}
	return nil
}

func notFound(cause error) error { return errs.New(errs.NotFound, "error.not_found").With(cause) }

func unavailable(cause error) error {
	return errs.New(errs.Unavailable, "error.unavailable").With(cause)
}
