package hs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// layout is how one file of the tax service's nomenclature is laid out: TNVED1.TXT to TNVED4.TXT, cp866, columns parted by
// "|", the first line a version and its day, every other a row with the days it is in force.
type layout struct {
	name    string
	columns []string // code columns come first, then the name, a note where there is one, and two days
	digits  []int    // of the code columns
	skip    int      // columns before the code that repeat the level above
	note    bool
}

var layouts = []layout{
	{"TNVED1.TXT", []string{"RAZDEL", "NAIM", "PRIM", "DATA", "DATA1"}, []int{2}, 0, true},
	{"TNVED2.TXT", []string{"RAZDEL", "GRUPPA", "NAIM", "PRIM", "DATA", "DATA1"}, []int{2}, 1, true},
	{"TNVED3.TXT", []string{"GRUPPA", "TOV_POZ", "NAIM", "DATA", "DATA1"}, []int{2, 2}, 0, false},
	{"TNVED4.TXT", []string{"GRUPPA", "TOV_POZ", "SUB_POZ", "KR_NAIM", "DATA", "DATA1"}, []int{2, 2, 6}, 0, false},
}

// maxLine bounds one row: the notes of a chapter are long, a file without line ends is no nomenclature.
const maxLine = 256 << 10

// tnvedRow is one dated line.
type tnvedRow struct {
	line       int
	code       string
	from       time.Time
	to         *time.Time
	name, note string
}

// LineError says where a file is wrong, and how.
type LineError struct {
	File string
	Line int
	Why  string
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Why) }

// tnvedReader reads one file row by row, holding one row in memory.
type tnvedReader struct {
	layout
	in      *bufio.Reader
	line    int
	Version string
	Day     time.Time
	row     tnvedRow
	err     error
}

// open reads the first line, which says which release it is.
func (l layout) open(r io.Reader) (*tnvedReader, error) {
	t := &tnvedReader{layout: l, in: bufio.NewReaderSize(r, 64<<10)}
	head, err := t.next()
	if err == io.EOF {
		return nil, t.wrong("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	cols := trimmed(head)
	if len(cols) == 3 && cols[2] == "" {
		cols = cols[:2]
	}
	if len(cols) != 2 {
		return nil, t.wrong("the first line is a version and its day, like 3|14.01.2026; this has %d columns", len(cols))
	}
	if t.Day, err = day(cols[1]); err != nil || cols[0] == "" {
		return nil, t.wrong("the first line is a version and its day, like 3|14.01.2026, not %q", head)
	}
	t.Version = cols[0]
	return t, nil
}

func (t *tnvedReader) wrong(format string, args ...any) error {
	return &LineError{t.name, t.line, fmt.Sprintf(format, args...)}
}

// next gives the next line that is not empty, decoded.
func (t *tnvedReader) next() (string, error) {
	for {
		t.line++
		raw, err := t.readLine()
		if err != nil && (err != io.EOF || len(raw) == 0) {
			return "", err
		}
		raw = bytes.TrimRight(raw, "\r\n\x1a") // old programs end a file with ^Z
		if len(bytes.TrimSpace(raw)) == 0 {
			if err == io.EOF {
				return "", io.EOF
			}
			continue
		}
		decoded, decodeErr := charmap.CodePage866.NewDecoder().Bytes(raw)
		if decodeErr != nil {
			return "", t.wrong("the line cannot be decoded")
		}
		line := string(decoded)
		if strings.ContainsFunc(line, func(r rune) bool { return r >= 0x2500 && r < 0x25A0 || r < ' ' && r != '\t' }) {
			return "", t.wrong("the text is not in cp866: save the file as the tax service publishes it, not as UTF-8 or windows-1251")
		}
		return line, nil
	}
}

// readLine reads up to the end of a line, and no more than maxLine.
func (t *tnvedReader) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := t.in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, t.wrong("the line is longer than %d bytes", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// trimmed cuts a line into columns; some releases end each line with one "|" more.
func trimmed(line string) []string {
	cols := strings.Split(line, "|")
	for i := range cols {
		cols[i] = strings.TrimSpace(cols[i])
	}
	return cols
}

func day(text string) (time.Time, error) { return time.Parse("02.01.2006", text) }

// Next reads a row, as pgx.CopyFromSource asks for it.
func (t *tnvedReader) Next() bool {
	line, err := t.next()
	if err == io.EOF {
		return false
	}
	if err == nil {
		t.row, err = t.parse(line)
	}
	t.err = err
	return err == nil
}

// Values are the row as the staging table has it.
func (t *tnvedReader) Values() ([]any, error) {
	return []any{t.row.line, t.row.code, t.row.from, t.row.to, t.row.name, t.row.note}, nil
}

// Err is what ended the reading before its time.
func (t *tnvedReader) Err() error { return t.err }

func (t *tnvedReader) parse(line string) (tnvedRow, error) {
	r, cols := tnvedRow{line: t.line}, trimmed(line)
	want := len(t.columns)
	if len(cols) == want+1 && cols[want] == "" {
		cols = cols[:want]
	}
	if len(cols) != want {
		return r, t.wrong("%d columns where %s has %d (%s)", len(cols), t.name, want, strings.Join(t.columns, "|"))
	}
	at := t.skip
	for _, n := range t.digits {
		if len(cols[at]) != n || Digits(cols[at]) != cols[at] {
			return r, t.wrong("%s is %d digits, not %q: a short code is not made longer", t.columns[at], n, cols[at])
		}
		r.code += cols[at]
		at++
	}
	if r.name = cols[at]; r.name == "" {
		return r, t.wrong("%s is empty", t.columns[at])
	}
	if t.note {
		r.note = cols[at+1]
	}
	var err error
	if r.from, err = day(cols[want-2]); err != nil {
		return r, t.wrong("DATA is a day like 01.01.2022, not %q", cols[want-2])
	}
	if end := cols[want-1]; end != "" {
		to, err := day(end)
		if err != nil {
			return r, t.wrong("DATA1 is a day like 31.12.2026 or nothing, not %q", end)
		}
		if to.Before(r.from) {
			return r, t.wrong("it ends on %s, before it begins on %s", end, cols[want-2])
		}
		r.to = &to
	}
	return r, nil
}
