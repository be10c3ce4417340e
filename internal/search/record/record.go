// Package record is the packed form of one document as the matcher reads it, in two parts: Facts, which filters, facets,
// orders and the choice of the likeliest need, and Words with their fields and places, which only the likeliest are
// ranked by. PostgreSQL finds candidates by the inverted index and hands over the facts of all of them in one value,
// then the words of the likeliest in another; counting and ranking then cost nanoseconds a document. The layout is
// private to this package and versioned by the tables it lies in.
package record

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Field is where in a document a word stands.
type Field int

// Fields from the strongest to the weakest.
const (
	Title    Field = iota
	Keywords       // brand, category names, aliases, codes
	Attrs          // characteristics
	Body
	fields
)

// Hash is the number of an indexed lexeme. Two of a million lexemes share one by chance about once in eight thousand
// pairs; the ranking forgives that, and the index is a fifth of the size of one over text.
func Hash(lexeme string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(lexeme); i++ {
		h = (h ^ uint32(lexeme[i])) * 16777619
	}
	h ^= h >> 16
	h *= 0x85ebca6b
	return h ^ h>>13
}

// Word is one lexeme of a document.
type Word struct {
	Hash  uint32
	Count [fields]uint8
	Pos   uint8 // place in the title; EnglishFrom is added for the English one; NoPos when not there
	Aside bool  // in the title only after a word like «для»: what the thing is for
}

// Places in the two titles share a byte.
const (
	EnglishFrom = 64
	NoPos       = 255
)

// Words is the forward index of a document.
type Words struct {
	TitleLen [2]uint8 // words of the Russian and the English title
	AttrsLen uint8
	BodyLen  uint16
	List     []Word
	byHash   map[uint32]int
}

// Add counts a lexeme in a field; pos matters for titles only.
func (w *Words) Add(hash uint32, f Field, pos int, aside bool) {
	if w.byHash == nil {
		w.byHash = map[uint32]int{}
	}
	i, ok := w.byHash[hash]
	if !ok {
		i = len(w.List)
		w.byHash[hash] = i
		w.List = append(w.List, Word{Hash: hash, Pos: NoPos})
	}
	e := &w.List[i]
	if e.Count[f] < 255 {
		e.Count[f]++
	}
	if f != Title {
		return
	}
	if e.Pos == NoPos {
		e.Pos, e.Aside = uint8(min(pos, NoPos-1)), aside
	}
	e.Aside = e.Aside && aside
}

const (
	docHead   = 4
	wordsHead = 7
	wordSize  = 6
)

// PackFor gives the bytes of Pack after the document's number.
func (w *Words) PackFor(doc uint32) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, doc), w.Pack()...)
}

// EachWords walks packed words that lie end to end, each after its document's number.
func EachWords(b []byte, each func(doc uint32, words PackedWords)) error {
	for len(b) > 0 {
		if len(b) < docHead+wordsHead {
			return ErrDamaged
		}
		size := docHead + wordsHead + wordSize*PackedWords(b[docHead:]).len()
		if size > len(b) {
			return ErrDamaged
		}
		each(binary.LittleEndian.Uint32(b), PackedWords(b[docHead:size]))
		b = b[size:]
	}
	return nil
}

// Pack gives the bytes: a head and the words in order of hash, six bytes each, so that a word is found by bisection.
func (w *Words) Pack() []byte {
	list := slices.Clone(w.List)
	slices.SortFunc(list, func(a, b Word) int { return cmp.Compare(a.Hash, b.Hash) })
	if len(list) > 1<<16-1 {
		list = list[:1<<16-1]
	}
	out := make([]byte, wordsHead, wordsHead+wordSize*len(list))
	out[0], out[1], out[2] = w.TitleLen[0], w.TitleLen[1], w.AttrsLen
	binary.LittleEndian.PutUint16(out[3:], w.BodyLen)
	binary.LittleEndian.PutUint16(out[5:], uint16(len(list)))
	for _, e := range list {
		out = binary.LittleEndian.AppendUint32(out, e.Hash)
		out = append(out, packCounts(e), e.Pos)
	}
	return out
}

func packCounts(e Word) byte {
	c := min(e.Count[Title], 3) | min(e.Count[Keywords], 1)<<2 | min(e.Count[Attrs], 1)<<3 | min(e.Count[Body], 7)<<4
	if e.Aside {
		c |= 1 << 7
	}
	return c
}

// PackedWords reads packed words in place.
type PackedWords []byte

// TitleLens gives the lengths of the Russian and the English title.
func (p PackedWords) TitleLens() (ru, en int) { return int(p[0]), int(p[1]) }

// AttrsLen is the number of words in characteristics, at most 255.
func (p PackedWords) AttrsLen() int { return int(p[2]) }

// BodyLen is the number of words in the body.
func (p PackedWords) BodyLen() int { return int(binary.LittleEndian.Uint16(p[3:])) }

func (p PackedWords) len() int { return int(binary.LittleEndian.Uint16(p[5:])) }

// Valid reports whether the bytes are whole.
func (p PackedWords) Valid() bool { return len(p) >= wordsHead && len(p) == wordsHead+wordSize*p.len() }

// Find looks a lexeme up.
func (p PackedWords) Find(hash uint32) (Word, bool) {
	lo, hi := 0, p.len()
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if binary.LittleEndian.Uint32(p[wordsHead+wordSize*mid:]) < hash {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == p.len() {
		return Word{}, false
	}
	at := p[wordsHead+wordSize*lo:]
	if binary.LittleEndian.Uint32(at) != hash {
		return Word{}, false
	}
	c := at[4]
	return Word{Hash: hash, Count: [fields]uint8{c & 3, c >> 2 & 1, c >> 3 & 1, c >> 4 & 7}, Pos: at[5], Aside: c>>7 == 1}, true
}
