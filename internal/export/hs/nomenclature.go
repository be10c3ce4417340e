package hs

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
)

// The nomenclature is part of the program, not a table: it changes once in five years, by a release that everything
// else here is checked against, and a look-up in memory costs a microsecond where the database would take a trip.
//
//go:embed data/harmonized-system.csv.gz
var nomenclatureFile []byte

// Edition is the release of the Harmonized System that is embedded.
const Edition = "HS 2022"

// tree is the nomenclature in the order of its codes.
type tree struct {
	entries []Entry
	byCode  map[Code]int
}

// nomenclature is read at first use and never changed.
var nomenclature = sync.OnceValue(func() *tree {
	t, err := readNomenclature(nomenclatureFile)
	if err != nil {
		panic("hs: the embedded nomenclature is damaged: " + err.Error())
	}
	return t
})

func readNomenclature(packed []byte) (*tree, error) {
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(unpack)
	rows.FieldsPerRecord, rows.ReuseRecord = 5, true
	if _, err := rows.Read(); err != nil { // the names of the columns
		return nil, err
	}
	t := &tree{byCode: map[Code]int{}}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		code := Code(row[1])
		if code == "TOTAL" || strings.HasPrefix(row[1], "99") { // sums of trade statistics, no goods
			continue
		}
		if n := code.Level(); n != 2 && n != 4 && n != 6 || Digits(row[1]) != row[1] {
			return nil, fmt.Errorf("%q is no code", row[1])
		}
		t.entries = append(t.entries, Entry{code, strings.Clone(row[2])})
	}
	sort.SliceStable(t.entries, func(i, j int) bool { return t.entries[i].Code < t.entries[j].Code })
	for i, e := range t.entries {
		t.byCode[e.Code] = i
	}
	return t, nil
}

// Find gives the line of a code of two, four or six digits.
func Find(code Code) (Entry, bool) {
	t := nomenclature()
	i, ok := t.byCode[code]
	if !ok {
		return Entry{}, false
	}
	return t.entries[i], true
}

// Subheading reports whether a code is one of the six-digit codes of the nomenclature.
func Subheading(code Code) bool {
	_, ok := Find(code)
	return ok && code.Level() == 6
}

// PathOf leads from the chapter down to the code.
func PathOf(code Code) []Entry {
	var path []Entry
	for n := 2; n <= 6 && n <= len(code); n += 2 {
		if e, ok := Find(code[:n]); ok {
			path = append(path, e)
		}
	}
	return path
}

// Under lists the subheadings of a chapter or a heading, or the subheading itself.
func Under(prefix Code) []Entry {
	t := nomenclature()
	from := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].Code >= prefix })
	var list []Entry
	for _, e := range t.entries[from:] {
		if !strings.HasPrefix(string(e.Code), string(prefix)) {
			break
		}
		if e.Code.Level() == 6 {
			list = append(list, e)
		}
	}
	return list
}
