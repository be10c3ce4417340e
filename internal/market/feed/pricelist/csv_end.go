package pricelist

import (
	"bytes"
	"errors"
	"io"
)

// endMark is put behind the end of a table: where it comes back within a cell, a quote was never closed, which encoding/csv
// does not say when it lets single quotes pass. No table has it, for NUL is refused.
const endMark = "\x00"

var (
	errNUL   = errors.New("pricelist: NUL in a table")
	errQuote = errors.New("pricelist: a quote is never closed")
)

// ended gives a text and, on a line of its own, the mark of its end.
type ended struct {
	r    io.Reader
	rest string
	done bool
}

func (e *ended) Read(p []byte) (int, error) {
	if e.done {
		if e.rest == "" {
			return 0, io.EOF
		}
		n := copy(p, e.rest)
		e.rest = e.rest[n:]
		return n, nil
	}
	n, err := e.r.Read(p)
	if bytes.IndexByte(p[:n], 0) >= 0 {
		return 0, errNUL
	}
	if err == io.EOF {
		e.done, e.rest, err = true, "\n"+endMark, nil
	}
	return n, err
}
