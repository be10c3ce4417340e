// Package sheet reads and writes tables that people keep in a spreadsheet program: XLSX and CSV, of one sheet, every cell
// a text. What is written cannot be taken for a formula, what is read is bounded before it is unpacked, and a formula is
// never evaluated: its last shown value is read. It knows nothing of what the columns mean.
package sheet

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits bound what a file may hold.
type Limits struct {
	Bytes   int64 // of the file; it may unpack to eight times that, and to 32 MB at most
	Rows    int
	Columns int
	Cell    int // bytes of one cell
}

// Usual are limits for tables that a person fills in.
var Usual = Limits{Bytes: 8 << 20, Rows: 20_000, Columns: 200, Cell: 32 << 10}

// Reasons why a file cannot be read. A wrapped cause is for the log.
var (
	ErrTooLarge = errors.New("sheet: the file holds more than it may")
	ErrNotSheet = errors.New("sheet: the file is neither XLSX nor CSV")
	ErrBroken   = errors.New("sheet: the file is cut off or damaged")
)

// Read gives the rows of the first sheet of an XLSX, or of a CSV; it tells them apart by their content.
func Read(file []byte, l Limits) ([][]string, error) {
	switch {
	case int64(len(file)) > l.Bytes:
		return nil, ErrTooLarge
	case len(bytes.TrimSpace(file)) == 0:
		return nil, ErrNotSheet
	case bytes.HasPrefix(file, []byte("PK")):
		return readXLSX(file, l)
	}
	return readCSV(file, l)
}

// guarded are the first letters that a spreadsheet program takes for the beginning of a formula, the wide ones where it is
// set to Chinese or Japanese, and the apostrophe, which would be taken for ours.
const guarded = "=+-@\t\r\n＝＋－＠'"

// isNumber reports whether a cell is a plain decimal, with a point or a comma: with a minus before it, it is no formula, and
// columns of numbers have it as it is.
func isNumber(cell string) bool {
	digits := strings.TrimPrefix(cell, "-")
	if at := strings.IndexAny(digits, ".,"); at >= 0 {
		digits = digits[:at] + "0" + digits[at+1:]
	}
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// isGuarded reports whether a cell begins as a formula may. Spaces before it hide nothing.
func isGuarded(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.Is(unicode.Zs, r) }))
	return strings.ContainsRune(guarded, first)
}

// guard puts an apostrophe before what would be a formula, and before an apostrophe that would be taken for ours.
func guard(cell string) string {
	if isGuarded(cell) {
		return "'" + cell
	}
	return cell
}

// unguard takes the apostrophe away again.
func unguard(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isGuarded(rest) {
		return rest
	}
	return cell
}

// bounded checks a table as it grows.
func (l Limits) bounded(rows [][]string, cells []string) error {
	if len(rows) >= l.Rows || len(cells) > l.Columns {
		return ErrTooLarge
	}
	for _, c := range cells {
		if len(c) > l.Cell {
			return ErrTooLarge
		}
	}
	return nil
}
