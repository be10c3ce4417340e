package program

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

var errBadJSON = errs.New(errs.BadRequest, "export.desk.api.bad_json")

// readJSON reads one object of a known shape and nothing after it. A field that is told twice is refused: of two verdicts
// nobody knows which was meant.
func readJSON(r *http.Request, into any) error {
	raw, err := io.ReadAll(r.Body) // its length is limited by once
	if err != nil {
		return errBadJSON.With(err)
	}
	if !utf8.Valid(raw) || repeats(raw) {
		return errBadJSON
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return errBadJSON.With(err)
	}
	if _, err := dec.Token(); err != io.EOF { //nolint:errorlint // Token gives io.EOF bare
		return errBadJSON
	}
	return nil
}

// readNothing takes the body of a verb that has nothing to say: none, or an empty object.
func readNothing(r *http.Request) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return errBadJSON.With(err)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return readJSON(r, &struct{}{})
}

// repeats reports whether an object names a field twice, in whatever letters: the decoder takes both for the same. What
// is no JSON does not; its reader says so.
func repeats(raw []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(raw))
	type level struct {
		names map[string]bool // nil in an array
		key   bool            // a name comes next
	}
	var stack []level
	for {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if top := len(stack) - 1; top >= 0 && stack[top].names != nil {
			if name, ok := token.(string); ok && stack[top].key {
				name = strings.ToLower(name)
				if stack[top].names[name] {
					return true
				}
				stack[top].names[name], stack[top].key = true, false
				continue
			}
			stack[top].key = true // this was the value
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, level{names: map[string]bool{}, key: true})
		case json.Delim('['):
			stack = append(stack, level{})
		}
	}
}

// keepable reports whether a text may be kept; half of a surrogate pair came out of the decoder as a mark of what is lost.
func keepable(s string) bool { return form.Keepable(s) && !strings.ContainsRune(s, utf8.RuneError) }
