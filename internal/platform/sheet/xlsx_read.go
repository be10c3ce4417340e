package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// maxParts is how many files an XLSX of a person may consist of.
const maxParts = 2000

// unpacksTo is how many times its size a file may grow when it is unpacked, all its parts that are read together;
// mostUnpacked is what they may come to, bytes: reading that much takes a second or two.
const (
	unpacksTo    = 8
	mostUnpacked = 32 << 20
)

// book is an XLSX while it is read.
type book struct {
	parts map[string]*zip.File
	left  int64 // bytes that may still be unpacked
	Limits
	shared []string
}

func readXLSX(file []byte, l Limits) ([][]string, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if len(z.File) > maxParts {
		return nil, ErrTooLarge
	}
	b := &book{parts: map[string]*zip.File{}, left: min(l.Bytes*unpacksTo, mostUnpacked), Limits: l}
	for _, f := range z.File {
		const encrypted = 1 // APPNOTE.TXT 4.4.4, bit 0
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if b.parts[name] != nil || f.Flags&encrypted != 0 { // of a part that is there twice, programs differ in which they read
			return nil, ErrBroken
		}
		b.parts[name] = f
	}
	sheet, err := b.firstSheet()
	if err != nil {
		return nil, err
	}
	if err := b.readShared(); err != nil {
		return nil, err
	}
	return b.readSheet(sheet)
}

// part opens one file of the book behind a reader that stops when too much comes out of it.
func (b *book) part(name string) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, ErrNotSheet
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&meter{r, &b.left}, r}, nil
}

// meter stops with ErrTooLarge when nothing is left.
type meter struct {
	r    io.Reader
	left *int64
}

func (m *meter) Read(p []byte) (int, error) {
	if *m.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := m.r.Read(p[:min(int64(len(p)), *m.left)])
	*m.left -= int64(n)
	return n, err
}

// broken keeps our own reasons and calls everything else damage.
func broken(err error) error {
	if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNotSheet) || errors.Is(err, ErrBroken) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrBroken, err)
}

// errEnough ends the reading of a part in which everything that was looked for is found.
var errEnough = errors.New("sheet: enough")

// each calls fn behind the start of every element of a name; fn reads on to that element's end.
func (b *book) each(part, name string, fn func(*scanner, xml.StartElement) error) error {
	r, err := b.part(part)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	s := newScanner(r)
	for {
		tok, err := s.token()
		if err == io.EOF {
			return nil
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == name {
			err = fn(s, start)
		}
		if err == errEnough {
			return nil
		}
		if err != nil {
			return broken(err)
		}
	}
}

func attr(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// firstSheet follows the workbook to the sheet that is shown first.
func (b *book) firstSheet() (string, error) {
	var id string
	if err := b.each("xl/workbook.xml", "sheet", func(_ *scanner, start xml.StartElement) error {
		id = attr(start, "id")
		return errEnough
	}); err != nil {
		return "", err
	}
	var target string
	if err := b.each("xl/_rels/workbook.xml.rels", "Relationship", func(_ *scanner, start xml.StartElement) error {
		if attr(start, "Id") != id {
			return nil
		}
		target = attr(start, "Target")
		return errEnough
	}); err != nil {
		return "", err
	}
	if id == "" || target == "" {
		return "", ErrNotSheet
	}
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/"), nil
	}
	return path.Join("xl", target), nil
}

func (b *book) readShared() error {
	if b.parts["xl/sharedstrings.xml"] == nil {
		return nil
	}
	return b.each("xl/sharedStrings.xml", "si", func(s *scanner, _ xml.StartElement) error {
		text, err := s.runs(b.Cell + 1)
		if err != nil {
			return err
		}
		if len(b.shared) >= b.Rows*4 {
			return ErrTooLarge
		}
		b.shared = append(b.shared, text)
		return nil
	})
}

// cell is one cell as a sheet holds it. A formula's f is not even read.
type cell struct{ ref, kind, value string }

func (b *book) readSheet(name string) ([][]string, error) {
	var rows [][]string
	err := b.each(name, "row", func(s *scanner, start xml.StartElement) error {
		if n, err := strconv.Atoi(attr(start, "r")); err == nil { // rows without cells may be left out
			if n > b.Rows {
				return ErrTooLarge
			}
			if n < 1 {
				return ErrBroken
			}
			for len(rows) < n-1 {
				rows = append(rows, nil)
			}
		}
		cells, err := b.readRow(s)
		if err != nil {
			return err
		}
		if err := b.bounded(rows, cells); err != nil {
			return err
		}
		rows = append(rows, cells)
		return nil
	})
	return rows, err
}

func (b *book) readRow(s *scanner) (cells []string, err error) {
	n := 0
	err = s.children(func(start xml.StartElement) error {
		if start.Name.Local != "c" {
			return s.skip()
		}
		c, err := b.readCell(s, start)
		if err != nil {
			return err
		}
		at := place(c.ref, n)
		if at < 0 || at >= b.Columns || n >= b.Columns {
			return ErrTooLarge
		}
		n++
		for len(cells) <= at {
			cells = append(cells, "")
		}
		cells[at] = unguard(strings.ToValidUTF8(b.shown(c), ""))
		return nil
	})
	return cells, err
}

func (b *book) readCell(s *scanner, start xml.StartElement) (cell, error) {
	c := cell{ref: attr(start, "r"), kind: attr(start, "t")}
	err := s.children(func(start xml.StartElement) (err error) {
		switch {
		case start.Name.Local == "v" && c.kind != "inlineStr":
			c.value, err = s.text(b.Cell + 1)
		case start.Name.Local == "is" && c.kind == "inlineStr":
			c.value, err = s.runs(b.Cell + 1)
		default:
			err = s.skip()
		}
		return err
	})
	return c, err
}

// place is the column of a reference like AB12; without one, the cell follows the one before.
func place(ref string, next int) int {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > 1<<20 {
			return -1
		}
	}
	if n == 0 {
		return next
	}
	return n - 1
}

// shown is what a spreadsheet program shows of a cell, nearly: numbers without an exponent or a needless tail.
func (b *book) shown(c cell) string {
	switch c.kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(c.value)); err == nil && n >= 0 && n < len(b.shared) {
			return b.shared[n]
		}
		return ""
	case "inlineStr", "str", "d":
		return c.value
	case "b":
		return map[string]string{"1": "1", "0": "0"}[c.value]
	case "e": // a formula's error, #N/A
		return ""
	}
	if f, err := strconv.ParseFloat(c.value, 64); err == nil && strings.ContainsAny(c.value, ".eE") {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return c.value
}
