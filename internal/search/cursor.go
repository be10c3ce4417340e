package search

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// position is a place in an ordered list: what comes after has a lower key, or the same key and a lower number.
type position struct {
	key int64
	doc uint32
}

const (
	cursorVersion = 2
	cursorSize    = 1 + 8 + 4 + 4
)

// encodeCursor makes the opaque text of a place. It carries a mark of the query, so that it leads on only in the list
// it was made for.
func encodeCursor(p Params, at position) string {
	b := make([]byte, 1, cursorSize)
	b[0] = cursorVersion
	b = binary.BigEndian.AppendUint64(b, uint64(at.key))
	b = binary.BigEndian.AppendUint32(b, at.doc)
	b = binary.BigEndian.AppendUint32(b, p.mark())
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads p.After; anything but a cursor of this very list is BadRequest.
func decodeCursor(p Params) (position, error) {
	if p.After == "" {
		return position{}, nil
	}
	bad := errs.New(errs.BadRequest, "search.bad_cursor")
	if len(p.After) != base64.RawURLEncoding.EncodedLen(cursorSize) {
		return position{}, bad
	}
	// The decoder passes over line breaks, so a text of the right length may hold too little.
	b, err := base64.RawURLEncoding.Strict().DecodeString(p.After)
	if err != nil || len(b) != cursorSize || b[0] != cursorVersion || binary.BigEndian.Uint32(b[13:]) != p.mark() {
		return position{}, bad.With(err)
	}
	return position{key: int64(binary.BigEndian.Uint64(b[1:])), doc: binary.BigEndian.Uint32(b[9:])}, nil
}

// mark tells lists apart: words, filters and order, but not the page.
func (p Params) mark() uint32 {
	h := fnv.New32a()
	var attrs []string
	for a, values := range p.Attrs {
		values = slices.Sorted(slices.Values(values))
		attrs = append(attrs, fmt.Sprintf("%q=%q", a, values))
	}
	slices.Sort(attrs)
	brands := slices.Sorted(slices.Values(p.Brands))
	fmt.Fprintf(h, "%q %v %q %q %v %v %v %q %v %d %v %q %v", p.Q, p.Kind, p.Category, brands, p.PriceMin, p.PriceMax, attrs, p.Sort, p.Exact, p.CategoryID, p.BrandIDs, p.Country, p.Sent)
	return h.Sum32()
}
