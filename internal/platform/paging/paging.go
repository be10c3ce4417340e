// Package paging cuts long lists into pages by key, never by offset: a page is asked for by the
// last row seen, so the hundredth page costs what the first does.
package paging

import (
	"encoding/base64"
	"encoding/json"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Sizes of a page.
const (
	DefaultSize = 24
	MaxSize     = 100
)

// Page is one page of a list. Next is the cursor of the following page, "" on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// Cut makes a page of at most size items out of rows fetched with limit size+1; key gives the
// cursor values of an item.
func Cut[T any](rows []T, size int, key func(T) any) (Page[T], error) {
	if len(rows) <= size {
		return Page[T]{Items: rows}, nil
	}
	rows = rows[:size]
	next, err := Encode(key(rows[size-1]))
	return Page[T]{Items: rows, Next: next}, err
}

// Encode packs cursor values into an opaque text for an address.
func Encode(key any) (string, error) {
	raw, err := json.Marshal(key)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// Decode unpacks a cursor that Encode made into key; "" leaves key alone and answers false. A
// text that is no cursor is BadRequest.
func Decode(cursor string, key any) (bool, error) {
	if cursor == "" {
		return false, nil
	}
	if len(cursor) > 512 {
		return false, errs.New(errs.BadRequest, "error.bad_cursor")
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(raw, key)
	}
	if err != nil {
		return false, errs.New(errs.BadRequest, "error.bad_cursor").With(err)
	}
	return true, nil
}
