package pdf

import (
	"encoding/binary"
	"slices"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// ttf is a TrueType font that was read once and is shared by all sheets: what a letter is and how wide it is, and the
// tables a smaller font with only some of its letters is cut from.
type ttf struct {
	name    string
	tables  map[string][]byte
	glyphs  [lastRune + 1]uint16 // by letter; 0 is none
	advance []uint16             // by glyph, in thousandths of the size
	loca    []uint32             // where each glyph's outline begins in glyf, one more than there are glyphs
	box     [4]int               // the font's bounds, ascent and descent, in thousandths of the size
	ascent  int
	descent int
}

// lastRune bounds the letters that sheets look for: the embedded fonts have none beyond but for ligatures.
const lastRune = 0x25ff

var regularFace, boldFace = mustFace("GoRegular", goregular.TTF), mustFace("GoBold", gobold.TTF)

func mustFace(name string, data []byte) *ttf {
	f := &ttf{name: name, tables: map[string][]byte{}}
	for i := range int(be16(data[4:])) {
		entry := data[12+16*i:]
		from, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		f.tables[string(entry[:4])] = data[from : from+size]
	}
	parsed, err := sfnt.Parse(data)
	if err != nil {
		panic("pdf: embedded font " + name + ": " + err.Error())
	}
	var buf sfnt.Buffer
	for r := rune(' '); r <= lastRune; r++ {
		if glyph, err := parsed.GlyphIndex(&buf, r); err == nil {
			f.glyphs[r] = uint16(glyph)
		}
	}
	f.measure(parsed.NumGlyphs())
	f.plain()
	return f
}

func be16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

// measure reads the metrics and the places of the outlines. The short form of loca counts in pairs of bytes.
func (f *ttf) measure(glyphs int) {
	head, hhea, hmtx, loca := f.tables["head"], f.tables["hhea"], f.tables["hmtx"], f.tables["loca"]
	em := int(be16(head[18:]))
	scale := func(n uint16) int { return int(int16(n)) * 1000 / em }
	f.ascent, f.descent = scale(be16(hhea[4:])), scale(be16(hhea[6:]))
	for i := range f.box {
		f.box[i] = scale(be16(head[36+2*i:]))
	}
	metrics := int(be16(hhea[34:]))
	f.advance = make([]uint16, glyphs)
	for g := range glyphs {
		f.advance[g] = uint16(int(be16(hmtx[4*min(g, metrics-1):])) * 1000 / em)
	}
	long := be16(head[50:]) == 1
	f.loca = make([]uint32, glyphs+1)
	for g := range f.loca {
		if long {
			f.loca[g] = binary.BigEndian.Uint32(loca[4*g:])
		} else {
			f.loca[g] = 2 * uint32(be16(loca[2*g:]))
		}
	}
}

// glyph finds a letter's glyph; 0 is none.
func (f *ttf) glyph(r rune) uint16 {
	if r < 0 || r > lastRune {
		return 0
	}
	return f.glyphs[r]
}

func (f *ttf) outline(g uint16) []byte { return f.tables["glyf"][f.loca[g]:f.loca[g+1]] }

// plain leaves the outlines without the instructions that fit letters to the pixels of small screens: paper has none, and
// they are half of the font.
func (f *ttf) plain() {
	glyf, loca := make([]byte, 0, len(f.tables["glyf"])), make([]uint32, len(f.loca))
	for g := range len(f.loca) - 1 {
		loca[g] = uint32(len(glyf))
		glyf = append(glyf, withoutInstructions(f.outline(uint16(g)))...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	loca[len(loca)-1] = uint32(len(glyf))
	f.tables["glyf"], f.loca = glyf, loca
}

func withoutInstructions(outline []byte) []byte {
	if len(outline) < 10 {
		return nil
	}
	if contours := int(int16(be16(outline))); contours >= 0 {
		at := 10 + 2*contours
		size := int(be16(outline[at:]))
		out := append(slices.Clone(outline[:at]), 0, 0)
		return append(out, outline[at+2+size:]...)
	}
	out := slices.Clone(outline)
	end := components(out, func(flags []byte, _ uint16) { flags[0] &^= 1 }) // 1<<8: instructions follow
	return out[:end]
}

// components goes over the parts of a composite glyph, each with its flags, and gives back where they end.
func components(outline []byte, each func(flags []byte, part uint16)) int {
	const words, scaled, more, scaledXY, matrix = 1 << 0, 1 << 3, 1 << 5, 1 << 6, 1 << 7
	at := 10
	for flags := uint16(more); flags&more != 0; {
		flags = be16(outline[at:])
		each(outline[at:at+2], be16(outline[at+2:]))
		at += 6
		if flags&words != 0 {
			at += 2
		}
		switch {
		case flags&scaled != 0:
			at += 2
		case flags&scaledXY != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
	}
	return at
}

// parts adds the glyphs that composite glyphs are put together from: é is e and an accent.
func (f *ttf) parts(used []uint16) []uint16 {
	for i := 0; i < len(used); i++ {
		outline := f.outline(used[i])
		if len(outline) < 10 || int16(be16(outline)) >= 0 {
			continue
		}
		components(outline, func(_ []byte, part uint16) {
			if !slices.Contains(used, part) {
				used = append(used, part)
			}
		})
	}
	return used
}

// subset cuts a font that has the outlines of the used glyphs only. Glyphs keep their numbers.
func (f *ttf) subset(used []uint16) []byte {
	used = f.parts(append([]uint16{0}, used...))
	slices.Sort(used)
	glyf, loca := make([]byte, 0, 16<<10), make([]byte, 0, 4*len(f.loca))
	for g := range f.loca {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if _, found := slices.BinarySearch(used, uint16(g)); found && g < len(f.loca)-1 {
			glyf = append(glyf, f.outline(uint16(g))...)
		}
	}
	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1) // loca is in its long form
	return assemble(func(name string) []byte {
		switch name {
		case "glyf":
			return glyf
		case "loca":
			return loca
		case "head":
			return head
		}
		return f.tables[name]
	})
}

// kept are the tables that an embedded font needs beside the outlines, in the order of their names as the format asks.
var kept = []string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"}

// assemble writes a font file of the kept tables. Check sums are left empty: readers of documents do not look at them.
func assemble(table func(string) []byte) []byte {
	out := []byte{0, 1, 0, 0, 0, byte(len(kept)), 0, 64, 0, 2, 0, 32} // six tables: search range 4 entries
	at := 12 + 16*len(kept)
	for _, name := range kept {
		size := len(table(name))
		out = append(out, name...)
		out = append(out, 0, 0, 0, 0)
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(size))
		at += (size + 3) &^ 3
	}
	for _, name := range kept {
		out = append(out, table(name)...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}
