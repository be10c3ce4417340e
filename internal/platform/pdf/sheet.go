package pdf

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Sheet is a form being drawn: pages of one size, and text, lines and boxes at exact places. Unlike Doc it lays nothing
// out by itself. Lengths are millimetres from the top left corner, sizes of type are points. A Sheet is cheap: the
// fonts are read once for all, and only the letters that are used are embedded.
type Sheet struct {
	Copies        int // how often all pages are there, one set after the other; 0 is once
	info          Info
	width, height float64
	pages         []*bytes.Buffer
	page          *bytes.Buffer
	used          [2][]uint16 // glyphs of the regular and the bold face, sorted
	letters       [2]map[uint16]rune
}

// Type is how letters look. Stretch is their width in hundredths; 0 is 100. Gray is from 0 (black) to 100 (white).
type Type struct {
	Bold    bool
	Size    float64
	Stretch int
	Gray    int
}

const point = 25.4 / 72 // in millimetres

// NewSheet begins a form whose pages measure width by height. The same calls with the same Info give the same bytes.
func NewSheet(info Info, width, height float64) *Sheet {
	s := &Sheet{info: info, width: width, height: height, letters: [2]map[uint16]rune{{}, {}}}
	s.AddPage()
	return s
}

// AddPage goes to a new page.
func (s *Sheet) AddPage() {
	s.page = &bytes.Buffer{}
	s.pages = append(s.pages, s.page)
}

// Page goes back to a page that was begun, counted from 0, to write on it what only became known later.
func (s *Sheet) Page(i int) { s.page = s.pages[i] }

// Pages is how many pages there are so far.
func (s *Sheet) Pages() int { return len(s.pages) }

func (t Type) face() *ttf {
	if t.Bold {
		return boldFace
	}
	return regularFace
}

func (t Type) stretch() float64 {
	if t.Stretch == 0 {
		return 1
	}
	return float64(t.Stretch) / 100
}

// Leading is the distance between two lines of text.
func (t Type) Leading() float64 { return t.Size * point * 1.18 }

// Width is how wide a text is on one line.
func (t Type) Width(text string) float64 {
	f, sum := t.face(), 0
	for _, r := range text {
		sum += int(f.advance[f.glyph(r)])
	}
	return float64(sum) / 1000 * t.Size * point * t.stretch()
}

// Wrap breaks a text into lines that are no wider than width: between words, and inside a word that is wider itself.
func (t Type) Wrap(text string, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.FieldsSeq(paragraph) {
			joined := word
			if line != "" {
				joined = line + " " + word
			}
			if t.Width(joined) <= width {
				line = joined
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for t.Width(word) > width {
				head := t.head(word, width)
				lines = append(lines, word[:head])
				word = word[head:]
			}
			line = word
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// head is how many bytes of a word fit, at least one letter.
func (t Type) head(word string, width float64) int {
	fits := 0
	for i, r := range word {
		end := i + len(string(r))
		if fits > 0 && t.Width(word[:end]) > width {
			break
		}
		fits = end
	}
	return fits
}

// CanShow reports whether the embedded fonts have a letter.
func CanShow(r rune) bool { return regularFace.glyph(r) != 0 && boldFace.glyph(r) != 0 }

// Text writes one line whose top is at y. A letter that the font does not have becomes a question mark.
func (s *Sheet) Text(x, y float64, t Type, text string) {
	if text == "" {
		return
	}
	f, b, face := t.face(), s.page, 0
	if t.Bold {
		face = 1
	}
	b.WriteString("BT ")
	if t.Gray != 0 {
		s.num(float64(t.Gray) / 100)
		b.WriteString("g ")
	}
	b.WriteString("/F" + strconv.Itoa(face) + " ")
	s.num(t.Size)
	b.WriteString("Tf ")
	if t.Stretch != 0 {
		b.WriteString(strconv.Itoa(t.Stretch) + " Tz ")
	}
	s.num(x / point)
	s.num((s.height-y)/point - t.Size*float64(f.ascent)/1000)
	b.WriteString("Td <")
	for _, r := range text {
		g := f.glyph(r)
		if g == 0 {
			r, g = '?', f.glyph('?')
		}
		s.use(face, g, r)
		const hex = "0123456789ABCDEF"
		b.Write([]byte{hex[g>>12], hex[g>>8&15], hex[g>>4&15], hex[g&15]})
	}
	b.WriteString("> Tj")
	if t.Stretch != 0 {
		b.WriteString(" 100 Tz") // it outlives the text object
	}
	if t.Gray != 0 {
		b.WriteString(" 0 g")
	}
	b.WriteString(" ET\n")
}

func (s *Sheet) use(face int, g uint16, r rune) {
	if _, known := s.letters[face][g]; !known {
		s.letters[face][g] = r
		at, _ := slices.BinarySearch(s.used[face], g)
		s.used[face] = slices.Insert(s.used[face], at, g)
	}
}

// Mark names what draw writes, so that a reader of the document finds it again; it is not seen.
func (s *Sheet) Mark(name string, draw func()) {
	s.page.WriteString("/" + name + " BMC\n")
	draw()
	s.page.WriteString("EMC\n")
}

// Line draws a straight line of a thickness.
func (s *Sheet) Line(x1, y1, x2, y2, thick float64) {
	s.num(thick / point)
	s.page.WriteString("w ")
	s.num(x1 / point)
	s.num((s.height - y1) / point)
	s.page.WriteString("m ")
	s.num(x2 / point)
	s.num((s.height - y2) / point)
	s.page.WriteString("l S\n")
}

// Box draws the outline of a rectangle.
func (s *Sheet) Box(x, y, width, height, thick float64) {
	s.num(thick / point)
	s.page.WriteString("w ")
	s.rect(x, y, width, height)
	s.page.WriteString("S\n")
}

// Fill draws a rectangle full of a grey, from 0 (black) to 100 (white).
func (s *Sheet) Fill(x, y, width, height float64, gray int) {
	s.num(float64(gray) / 100)
	s.page.WriteString("g ")
	s.rect(x, y, width, height)
	s.page.WriteString("f 0 g\n")
}

func (s *Sheet) rect(x, y, width, height float64) {
	s.num(x / point)
	s.num((s.height - y - height) / point)
	s.num(width / point)
	s.num(height / point)
	s.page.WriteString("re ")
}

// num writes a number with three decimals at most, and a space.
func (s *Sheet) num(v float64) {
	b := strconv.AppendFloat(s.page.AvailableBuffer(), v, 'f', 3, 64)
	if bytes.IndexByte(b, '.') >= 0 {
		b = bytes.TrimRight(bytes.TrimRight(b, "0"), ".")
	}
	s.page.Write(append(b, ' '))
}
