package office

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// columns of the source that are kept, in the order of Office.
var columns = []string{"index", "name", "type", "parent_index", "region", "city"}

// Build turns the table of postal objects (CSV with a heading, sorted by index) into offices.bin.
func Build(in io.Reader, out io.Writer) error {
	r := csv.NewReader(in)
	heading, err := r.Read()
	if err != nil {
		return err
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = slices.Index(heading, name); at[i] < 0 {
			return fmt.Errorf("office: there is no column %q", name)
		}
	}
	b := &builder{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return b.write(out)
		}
		if err != nil {
			return err
		}
		fields := make([]string, len(at))
		for i, n := range at {
			fields[i] = strings.Join(strings.Fields(row[n]), " ")
		}
		if err := b.add(fields); err != nil {
			return err
		}
	}
}

type builder struct {
	lines   []string
	codes   []uint32
	regions []string
}

func (b *builder) add(fields []string) error {
	code, err := strconv.ParseUint(fields[0], 10, 32)
	if err != nil || len(fields[0]) != 6 || len(b.codes) > 0 && uint32(code) <= b.codes[len(b.codes)-1] {
		return fmt.Errorf("office: %q is no postcode, or out of order", fields[0])
	}
	b.codes = append(b.codes, uint32(code))
	b.lines = append(b.lines, strings.Join(fields, "\t")+"\n")
	if region := fields[4]; !slices.Contains(b.regions, region) {
		b.regions = append(b.regions, region)
	}
	return nil
}

// write puts the heading, the words flate is taught, where the blocks lie, and the blocks.
func (b *builder) write(out io.Writer) error {
	words := []byte(strings.Join(b.regions, "\t") + "\tПочтомат\tДТИ\tТИ\tО\t")
	var data bytes.Buffer
	var blocks []block
	for from := 0; from < len(b.lines); from += blockRows {
		blocks = append(blocks, block{b.codes[from], uint32(data.Len())})
		w, err := flate.NewWriterDict(&data, flate.BestCompression, words)
		if err != nil {
			return err
		}
		for _, line := range b.lines[from:min(from+blockRows, len(b.lines))] {
			if _, err := io.WriteString(w, line); err != nil {
				return err
			}
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	var head bytes.Buffer
	head.WriteString(magic)
	for _, v := range []any{uint32(len(words)), uint32(len(blocks)), words} {
		if err := binary.Write(&head, binary.BigEndian, v); err != nil {
			return err
		}
	}
	for _, k := range blocks {
		if err := binary.Write(&head, binary.BigEndian, []uint32{k.first, k.offset}); err != nil {
			return err
		}
	}
	if _, err := out.Write(head.Bytes()); err != nil {
		return err
	}
	_, err := out.Write(data.Bytes())
	return err
}
