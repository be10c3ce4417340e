package record

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Pair is one characteristic: an attribute and one of its values.
type Pair struct{ Attr, Value int64 }

// Variant is one sellable variant: its lowest price and its characteristics.
type Variant struct {
	Price int64
	Pairs []Pair
}

// Facts are what filters, counts and orders read of every candidate, and of its words those of the title, by which the
// few are chosen whose words are read whole.
type Facts struct {
	Titles     Titles
	Prior      uint16 // popularity in thousandths
	InStock    bool
	Score      uint16 // rating weighed by reviews, hundredths of a star
	Freshness  uint32 // hours since 2020
	Brand      int64  // 0: none
	Categories []int64
	Variants   []Variant // sellable ones only
}

// Record is a document's facts as read back. Its slices are reused by the next Next of the Reader.
type Record struct {
	Doc uint32
	Facts
}

// PageRoom is how many bytes of a record may lie in the row itself.
const PageRoom = 7600

// recordHead is the document and the length of all.
const recordHead = 8

// PackFacts gives the bytes of a document's facts.
func PackFacts(doc uint32, f *Facts) []byte {
	out := make([]byte, recordHead, recordHead+96)
	binary.LittleEndian.PutUint32(out, doc)
	out = f.append(out)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)))
	return out
}

// SetDoc writes the document's number, once it is known, into packed facts or words.
func SetDoc(packed []byte, doc uint32) { binary.LittleEndian.PutUint32(packed, doc) }

// PriorAt is where packed facts hold Prior, low byte first: a change of popularity alone rewrites these two bytes.
const PriorAt = recordHead + 1

func (f *Facts) append(out []byte) []byte {
	flags := byte(0)
	if f.InStock {
		flags = 1
	}
	out = append(out, flags)
	out = binary.LittleEndian.AppendUint16(out, f.Prior)
	out = binary.LittleEndian.AppendUint16(out, f.Score)
	out = binary.LittleEndian.AppendUint32(out, f.Freshness)
	for _, t := range f.Titles {
		out = append(append(out, byte(t.Len())), t...)
	}
	out = binary.AppendUvarint(out, uint64(f.Brand))
	out = binary.AppendUvarint(out, uint64(len(f.Categories)))
	for _, c := range f.Categories {
		out = binary.AppendUvarint(out, uint64(c))
	}
	return f.appendVariants(out)
}

// appendVariants writes the distinct pairs of the document once and each variant as places in that list.
func (f *Facts) appendVariants(out []byte) []byte {
	var pairs []Pair
	place := map[Pair]int{}
	for _, v := range f.Variants {
		for _, p := range v.Pairs {
			if _, ok := place[p]; !ok {
				place[p] = len(pairs)
				pairs = append(pairs, p)
			}
		}
	}
	out = binary.AppendUvarint(out, uint64(len(pairs)))
	for _, p := range pairs {
		out = binary.AppendUvarint(binary.AppendUvarint(out, uint64(p.Attr)), uint64(p.Value))
	}
	out = binary.AppendUvarint(out, uint64(len(f.Variants)))
	for _, v := range f.Variants {
		out = binary.AppendUvarint(binary.AppendUvarint(out, uint64(v.Price)), uint64(len(v.Pairs)))
		for _, p := range v.Pairs {
			out = binary.AppendUvarint(out, uint64(place[p]))
		}
	}
	return out
}

// ErrDamaged says that stored bytes are not a record of this version: the index must be built anew.
var ErrDamaged = errors.New("record: damaged")

// Reader walks records laid end to end.
type Reader struct {
	rest  []byte
	pairs []Pair
	store []Pair // of all variants of the current record
	rec   Record
	err   error
}

// Read starts a walk.
func Read(b []byte) *Reader { return &Reader{rest: b} }

// Err is what stopped the walk, nil at the end.
func (r *Reader) Err() error { return r.err }

// Next gives the next record, false at the end or on damage.
func (r *Reader) Next() (*Record, bool) {
	if len(r.rest) == 0 || r.err != nil {
		return nil, false
	}
	size := uint32(0)
	if len(r.rest) >= recordHead {
		size = binary.LittleEndian.Uint32(r.rest[4:])
	}
	if size < recordHead || size > uint32(len(r.rest)) {
		r.err = ErrDamaged
		return nil, false
	}
	r.rec.Doc = binary.LittleEndian.Uint32(r.rest)
	facts := r.rest[recordHead:size]
	r.rest = r.rest[size:]
	if !r.facts(facts) {
		r.err = ErrDamaged
		return nil, false
	}
	return &r.rec, true
}

const factsHead = 9

func (r *Reader) facts(b []byte) bool {
	if len(b) < factsHead {
		return false
	}
	f := &r.rec.Facts
	f.InStock = b[0]&1 == 1
	f.Prior, f.Score = binary.LittleEndian.Uint16(b[1:]), binary.LittleEndian.Uint16(b[3:])
	f.Freshness = binary.LittleEndian.Uint32(b[5:])
	c := cursor{b: b[factsHead:]}
	for i := range f.Titles {
		f.Titles[i] = c.title()
	}
	f.Brand = int64(c.uvarint())
	f.Categories = f.Categories[:0]
	for n := c.count(); n > 0; n-- {
		f.Categories = append(f.Categories, int64(c.uvarint()))
	}
	r.pairs = r.pairs[:0]
	for n := c.count(); n > 0; n-- {
		r.pairs = append(r.pairs, Pair{int64(c.uvarint()), int64(c.uvarint())})
	}
	r.variants(&c)
	return !c.bad && len(c.b) == 0
}

func (r *Reader) variants(c *cursor) {
	f := &r.rec.Facts
	f.Variants, r.store = f.Variants[:0], r.store[:0]
	for n := c.count(); n > 0; n-- {
		v := Variant{Price: int64(c.uvarint())}
		from := len(r.store)
		for m := c.count(); m > 0; m-- {
			i := c.uvarint()
			if i >= uint64(len(r.pairs)) {
				c.bad = true
				return
			}
			r.store = append(r.store, r.pairs[i])
		}
		v.Pairs = slices.Clip(r.store[from:])
		f.Variants = append(f.Variants, v)
	}
}

type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) uvarint() uint64 {
	if len(c.b) > 0 && c.b[0] < 0x80 { // nearly all of them
		v := uint64(c.b[0])
		c.b = c.b[1:]
		return v
	}
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.bad, c.b = true, nil
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) title() TitleWords {
	n := 2 * int(c.count())
	if n > len(c.b) {
		c.bad, c.b = true, nil
		return nil
	}
	t := TitleWords(c.b[:n])
	c.b = c.b[n:]
	return t
}

// count reads a length and refuses one that the remaining bytes could not hold.
func (c *cursor) count() uint64 {
	v := c.uvarint()
	if v > uint64(len(c.b)) {
		c.bad, c.b = true, nil
		return 0
	}
	return v
}
