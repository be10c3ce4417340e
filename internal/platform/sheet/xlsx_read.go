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

// unpacksTo is how many times its size a file may grow when it is unpacked, all its parts that are read together.
const unpacksTo = 8

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
	b := &book{parts: map[string]*zip.File{}, left: max(l.Bytes, int64(len(file))) * unpacksTo, Limits: l}
	for _, f := range z.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
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

// decode reads a whole part into v. encoding/xml expands no entities of a document's own, so none can blow up.
func (b *book) decode(name string, v any) error {
	r, err := b.part(name)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	if err := xml.NewDecoder(r).Decode(v); err != nil {
		return broken(err)
	}
	return nil
}

// firstSheet follows the workbook to the sheet that is shown first.
func (b *book) firstSheet() (string, error) {
	var workbook struct {
		Sheets []struct {
			ID string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode("xl/workbook.xml", &workbook); err != nil {
		return "", err
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", err
	}
	if len(workbook.Sheets) == 0 {
		return "", ErrNotSheet
	}
	for _, rel := range rels.List {
		if rel.ID != workbook.Sheets[0].ID {
			continue
		}
		if strings.HasPrefix(rel.Target, "/") {
			return strings.TrimPrefix(path.Clean(rel.Target), "/"), nil
		}
		return path.Join("xl", rel.Target), nil
	}
	return "", ErrNotSheet
}

// rich is a text that may be cut into runs of different looks.
type rich struct {
	T    []string `xml:"t"`
	Runs []struct {
		T string `xml:"t"`
	} `xml:"r"`
}

func (r rich) text() string {
	s := strings.Join(r.T, "")
	for _, run := range r.Runs {
		s += run.T
	}
	return s
}

func (b *book) readShared() error {
	if b.parts["xl/sharedstrings.xml"] == nil {
		return nil
	}
	return b.each("xl/sharedStrings.xml", "si", func(d *xml.Decoder, start *xml.StartElement) error {
		var text rich
		if err := d.DecodeElement(&text, start); err != nil {
			return err
		}
		if len(b.shared) >= b.Rows*4 {
			return ErrTooLarge
		}
		b.shared = append(b.shared, text.text())
		return nil
	})
}

// each calls fn for every element of a name.
func (b *book) each(part, name string, fn func(*xml.Decoder, *xml.StartElement) error) error {
	r, err := b.part(part)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	d := xml.NewDecoder(r)
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == name {
			if err := fn(d, &start); err != nil {
				return broken(err)
			}
		}
	}
}

// cell is one cell as a sheet holds it. A formula's f is not even read.
type cell struct {
	Ref    string `xml:"r,attr"`
	Type   string `xml:"t,attr"`
	Value  string `xml:"v"`
	Inline rich   `xml:"is"`
}

func (b *book) readSheet(name string) ([][]string, error) {
	var rows [][]string
	err := b.each(name, "row", func(d *xml.Decoder, start *xml.StartElement) error {
		var row struct {
			R     string `xml:"r,attr"`
			Cells []cell `xml:"c"`
		}
		if err := d.DecodeElement(&row, start); err != nil {
			return err
		}
		if n, err := strconv.Atoi(row.R); err == nil { // rows without cells may be left out
			if n > b.Rows {
				return ErrTooLarge
			}
			for len(rows) < n-1 {
				rows = append(rows, nil)
			}
		}
		var cells []string
		for i, c := range row.Cells {
			at := place(c.Ref, i)
			if at < 0 || at >= b.Columns {
				return ErrTooLarge
			}
			for len(cells) <= at {
				cells = append(cells, "")
			}
			cells[at] = unguard(strings.ToValidUTF8(b.shown(c), ""))
		}
		if err := b.bounded(rows, cells); err != nil {
			return err
		}
		rows = append(rows, cells)
		return nil
	})
	return rows, err
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
	switch c.Type {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(c.Value)); err == nil && n >= 0 && n < len(b.shared) {
			return b.shared[n]
		}
		return ""
	case "inlineStr":
		return c.Inline.text()
	case "str", "d":
		return c.Value
	case "b":
		return map[string]string{"1": "1", "0": "0"}[c.Value]
	case "e": // a formula's error, #N/A
		return ""
	}
	if f, err := strconv.ParseFloat(c.Value, 64); err == nil && strings.ContainsAny(c.Value, ".eE") {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return c.Value
}
