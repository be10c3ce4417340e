package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// mark tells spreadsheet programs that a CSV is UTF-8.
const mark = "\uFEFF"

// WriteCSV writes rows with semicolons, as spreadsheet programs in Russia read them. Columns of numbers hold decimals, with
// a comma where they are to be read as such there.
func WriteCSV(w io.Writer, rows [][]string, numbers ...int) error {
	if _, err := io.WriteString(w, mark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			if cells[i] = c; !isNumber(c) || !slices.Contains(numbers, i) {
				cells[i] = guard(c)
			}
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func readCSV(file []byte, l Limits) ([][]string, error) {
	file = bytes.TrimPrefix(file, []byte(mark))
	if bytes.IndexByte(file, 0) >= 0 {
		return nil, ErrNotSheet
	}
	if !utf8.Valid(file) { // what spreadsheet programs in Russia save unless told otherwise
		decoded, err := charmap.Windows1251.NewDecoder().Bytes(file)
		if err != nil {
			return nil, ErrNotSheet
		}
		file = decoded
	}
	in := csv.NewReader(bytes.NewReader(file))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = separator(file), -1, true
	var rows [][]string
	for {
		row, err := in.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if err := l.bounded(rows, row); err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = unguard(strings.ToValidUTF8(row[i], ""))
		}
		rows = append(rows, row)
	}
}

// separator is what parts the cells of the first line: whichever of the usual three is there most.
func separator(file []byte) rune {
	line, _, _ := bytes.Cut(file, []byte("\n"))
	best, most := ';', 0
	for _, c := range ";,\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}
