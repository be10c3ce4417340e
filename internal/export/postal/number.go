package postal

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// number reads a whole number as the post's services write it: 12, 12.0, "12", null. A fraction is rounded up, since
// the fractions are of money and of days.
type number int64

var errNumber = errors.New("not a number")

// UnmarshalJSON reads the number.
func (n *number) UnmarshalJSON(raw []byte) error {
	text := strings.TrimSpace(strings.Trim(string(raw), `"`))
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = number(v)
		return nil
	}
	f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return errNumber
	}
	*n = number(math.Ceil(f))
	return nil
}

// words reads a text, or a list of texts and numbers, as the post writes either.
type words []string

// UnmarshalJSON reads the texts.
func (w *words) UnmarshalJSON(raw []byte) error {
	*w = nil
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if raw[0] != '[' {
		*w = words{scalar(raw)}
		return nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, item := range list {
		*w = append(*w, scalar(item))
	}
	return nil
}

// scalar is a JSON text or number as text.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
