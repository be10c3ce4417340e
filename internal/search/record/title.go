package record

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// TitleWords are the words of a title in their order, the low two bytes of each lexeme's number: enough to tell which of
// thousands of documents say a word in their title, and where. Words that only say what the thing is for are left out.
type TitleWords []byte

// Titles are the Russian and the English title.
type Titles [2]TitleWords

// maxTitle bounds the words that are kept of a title.
const maxTitle = 60

// Len is the number of words kept.
func (t TitleWords) Len() int { return len(t) / 2 }

// At gives the low two bytes of the lexeme at a place.
func (t TitleWords) At(i int) uint16 { return binary.LittleEndian.Uint16(t[2*i:]) }

// Find gives the place of a lexeme, or -1.
func (t TitleWords) Find(hash uint32) int {
	lo, hi := byte(hash), byte(hash>>8)
	for i := 0; i+1 < len(t); i += 2 {
		if t[i] == lo && t[i+1] == hi {
			return i / 2
		}
	}
	return -1
}

// Find gives the place of a lexeme in either title, the English ones after EnglishFrom, or -1.
func (t *Titles) Find(hash uint32) int {
	if at := t[0].Find(hash); at >= 0 {
		return at
	}
	if at := t[1].Find(hash); at >= 0 {
		return at + EnglishFrom
	}
	return -1
}

// Titles lists the words of both titles in their order.
func (w *Words) Titles() Titles {
	said := slices.DeleteFunc(slices.Clone(w.List), func(e Word) bool { return e.Pos == NoPos || e.Aside })
	slices.SortFunc(said, func(a, b Word) int { return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Hash, b.Hash)) })
	var t Titles
	for _, e := range said {
		i := int(e.Pos) / EnglishFrom
		if i < len(t) && t[i].Len() < maxTitle {
			t[i] = binary.LittleEndian.AppendUint16(t[i], uint16(e.Hash))
		}
	}
	return t
}
