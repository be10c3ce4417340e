// Package office knows every object of Russian Post by its postcode: post offices, lockers, sorting centres, offices of
// exchange. The table is embedded in compressed blocks, and a look-up unpacks one of them, so that eight megabytes are
// never held in memory. It is data of one day and never says whether an office is open now.
package office

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Office is one object of the post.
type Office struct {
	Postcode string
	Name     string
	Type     string // the post's own word: О (a post office), Почтомат, ММПО (an office of exchange), …
	Parent   string // postcode of what it belongs to
	Region   string
	City     string
}

// Kinds of objects, as the post calls them.
const (
	PostOffice = "О"
	Exchange   = "ММПО" // an office of exchange, where mail leaves the country
)

// Takes says that people and businesses may hand parcels in there: at a post office, a point of the post or a mobile
// office, not at a locker or a sorting centre.
func (o Office) Takes() bool {
	switch o.Type {
	case PostOffice, "П", "ППС", "Передвижное ОС":
		return true
	}
	return false
}

// offices.bin is built by Build from sanmai/pindx (Apache-2.0), whose source is Russian Post's reference file PIndx.
//
//go:embed offices.bin
var table []byte

const (
	magic     = "YPO1"
	blockRows = 512
)

// block is where one run of offices lies: those from first on.
type block struct {
	first  uint32
	offset uint32
}

// index is read once: the blocks, and the words that flate was taught beforehand.
var index = sync.OnceValue(func() (x struct {
	words  []byte
	blocks []block
	data   []byte
}) {
	r := bytes.NewReader(table)
	head := make([]byte, len(magic))
	var words, blocks uint32
	if _, err := io.ReadFull(r, head); err != nil || string(head) != magic ||
		binary.Read(r, binary.BigEndian, &words) != nil || binary.Read(r, binary.BigEndian, &blocks) != nil {
		panic("office: offices.bin is broken")
	}
	x.words = make([]byte, words)
	x.blocks = make([]block, blocks)
	if _, err := io.ReadFull(r, x.words); err != nil {
		panic("office: offices.bin is broken")
	}
	for i := range x.blocks {
		if binary.Read(r, binary.BigEndian, &x.blocks[i].first) != nil || binary.Read(r, binary.BigEndian, &x.blocks[i].offset) != nil {
			panic("office: offices.bin is broken")
		}
	}
	x.data = table[len(table)-r.Len():]
	return x
})

// Find looks a postcode up.
func Find(postcode string) (Office, bool) {
	code, err := strconv.ParseUint(postcode, 10, 32)
	if err != nil || len(postcode) != 6 {
		return Office{}, false
	}
	x := index()
	n := sort.Search(len(x.blocks), func(i int) bool { return x.blocks[i].first > uint32(code) })
	if n == 0 {
		return Office{}, false
	}
	return unpacked.find(n-1, postcode)
}

// shelf keeps the blocks that were asked for last: senders are few and hand in at the same offices again and again.
type shelf struct {
	mu     sync.Mutex
	blocks map[int][]Office
}

// blocksKept is how many unpacked blocks are held, about two megabytes.
const blocksKept = 16

var unpacked = shelf{blocks: map[int][]Office{}}

func (s *shelf) find(block int, postcode string) (Office, bool) {
	s.mu.Lock()
	list, ok := s.blocks[block]
	s.mu.Unlock()
	if !ok {
		list = rows(block)
		s.mu.Lock()
		if len(s.blocks) >= blocksKept {
			clear(s.blocks)
		}
		s.blocks[block] = list
		s.mu.Unlock()
	}
	at := slices.IndexFunc(list, func(o Office) bool { return o.Postcode == postcode })
	if at < 0 {
		return Office{}, false
	}
	return list[at], true
}

// rows unpacks a block.
func rows(n int) []Office {
	x := index()
	end := uint32(len(x.data))
	if n+1 < len(x.blocks) {
		end = x.blocks[n+1].offset
	}
	text, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(x.data[x.blocks[n].offset:end]), x.words))
	if err != nil {
		panic(fmt.Sprintf("office: block %d of offices.bin: %v", n, err)) // the file is part of the program
	}
	var list []Office
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		list = append(list, Office{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return list
}

// Exchanges lists the offices of exchange in Russia. The table has the post's offices abroad too, under numbers that
// begin with 500.
var Exchanges = sync.OnceValue(func() []Office {
	var list []Office
	for n := range index().blocks {
		for _, o := range rows(n) {
			if o.Type == Exchange && !strings.HasPrefix(o.Postcode, "500") {
				list = append(list, o)
			}
		}
	}
	return list
})
