package sheet

import (
	"bufio"
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
// a comma where they are to be read as such there. In the first line nothing but the separator looks like one: readers
// find it there.
func WriteCSV(w io.Writer, rows [][]string, numbers ...int) error {
	if _, err := io.WriteString(w, mark); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for line, row := range rows {
		for i, c := range row {
			if i > 0 {
				out.WriteByte(';')
			}
			if !isNumber(c) || !slices.Contains(numbers, i) {
				c = guard(c)
			}
			if mistakable(c, line == 0, len(row) == 1) {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			out.WriteString(c)
		}
		out.WriteString("\r\n")
	}
	return out.Flush()
}

// mistakable reports whether a cell has to be quoted to be read as it is. An empty line would be read as no line.
func mistakable(cell string, head, only bool) bool {
	return strings.ContainsAny(cell, ";\"\r\n") || head && strings.ContainsAny(cell, ",\t") || strings.TrimSpace(cell) != cell || only && cell == ""
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
	const end = "\x00" // behind the last line: within a cell, a quote was never closed
	in := csv.NewReader(io.MultiReader(bytes.NewReader(file), strings.NewReader("\n"+end)))
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
		if last := row[len(row)-1]; len(row) == 1 && last == end {
			return rows, nil
		} else if strings.HasSuffix(last, end) {
			return nil, fmt.Errorf("%w: a quote is never closed", ErrBroken)
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

// separator is what parts the cells of the first line: whichever of the usual three is there most outside of quotes.
func separator(file []byte) rune {
	count, inside := map[byte]int{}, false
	for _, c := range file {
		switch {
		case c == '"':
			inside = !inside
		case inside:
		case c == '\n':
			return most(count)
		default:
			count[c]++
		}
	}
	return most(count)
}

func most(count map[byte]int) rune {
	best := byte(';')
	for _, c := range []byte(",\t") {
		if count[c] > count[best] {
			best = c
		}
	}
	return rune(best)
}
