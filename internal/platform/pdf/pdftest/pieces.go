package pdftest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Piece is a line of text as it stands on a page of a Sheet. Lengths are points from the bottom left corner; Y is the
// base line.
type Piece struct {
	Page    int
	X, Y    float64
	Size    float64
	Stretch float64 // 1 is none
	Bold    bool
	Text    string
	Marks   []string // names given by Sheet.Mark, the outermost first
}

// Rect is a filled rectangle of a page, in points from the bottom left corner.
type Rect struct {
	Page       int
	X, Y, W, H float64
	Marks      []string
}

// Drawing is what was read of a Sheet.
type Drawing struct {
	Width, Height float64 // of a page, in points
	Pages         int
	Pieces        []Piece
	Fills         []Rect
}

var (
	object   = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	resource = regexp.MustCompile(`/F(\d) (\d+) 0 R`)
	contents = regexp.MustCompile(`/Contents (\d+) 0 R`)
	unicodes = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	mediabox = regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`)
	meaning  = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]{4})>`)
)

// Read finds every piece of text and every filled rectangle of a document that pdf.Sheet wrote. It reads the letters as
// any viewer does, through the embedded fonts' own tables.
func Read(t testing.TB, doc []byte) Drawing {
	t.Helper()
	objects := map[string][]byte{}
	for _, m := range object.FindAllSubmatch(doc, -1) {
		objects[string(m[1])] = m[2]
	}
	var d Drawing
	for number := 1; number <= len(objects); number++ {
		body := objects[strconv.Itoa(number)]
		if !bytes.Contains(body, []byte("/Type /Page ")) {
			continue
		}
		box := mediabox.FindSubmatch(body)
		d.Width, d.Height = float(string(box[1])), float(string(box[2]))
		fonts := map[string]map[string]rune{}
		for _, m := range resource.FindAllSubmatch(body, -1) {
			letters := map[string]rune{}
			at := unicodes.FindSubmatch(objects[string(m[2])])
			for _, pair := range meaning.FindAllSubmatch(inflate(t, objects[string(at[1])]), -1) {
				letters[string(pair[1])] = rune(code(string(pair[2])))
			}
			fonts["/F"+string(m[1])] = letters
		}
		d.Pages++
		d.read(inflate(t, objects[string(contents.FindSubmatch(body)[1])]), fonts)
	}
	return d
}

// read follows a page's drawing, one operator at a time.
func (d *Drawing) read(content []byte, fonts map[string]map[string]rune) {
	var stack, marks []string
	piece := Piece{Page: d.Pages, Stretch: 1}
	var rect Rect
	last := func(n int) string { return stack[len(stack)-n] }
	for token := range strings.FieldsSeq(string(content)) {
		switch token {
		case "Tf":
			piece.Bold, piece.Size = last(2) == "/F1", float(last(1))
		case "Tz":
			piece.Stretch = float(last(1)) / 100
		case "Td":
			piece.X, piece.Y = float(last(2)), float(last(1))
		case "Tj":
			font := "/F0"
			if piece.Bold {
				font = "/F1"
			}
			piece.Text, piece.Marks = text(last(1), fonts[font]), append([]string(nil), marks...)
			d.Pieces = append(d.Pieces, piece)
		case "BMC":
			marks = append(marks, strings.TrimPrefix(last(1), "/"))
		case "EMC":
			marks = marks[:len(marks)-1]
		case "re":
			rect = Rect{d.Pages, float(last(4)), float(last(3)), float(last(2)), float(last(1)), append([]string(nil), marks...)}
		case "f":
			d.Fills = append(d.Fills, rect)
		case "g", "w", "m", "l", "S", "BT", "ET":
		default:
			stack = append(stack, token)
			continue
		}
		stack = stack[:0]
	}
}

func text(hex string, letters map[string]rune) string {
	var b strings.Builder
	for hex = strings.Trim(hex, "<>"); len(hex) >= 4; hex = hex[4:] {
		b.WriteRune(letters[hex[:4]])
	}
	return b.String()
}

func inflate(t testing.TB, body []byte) []byte {
	t.Helper()
	_, data, _ := bytes.Cut(body, []byte("stream\n"))
	z, err := zlib.NewReader(bytes.NewReader(bytes.TrimSuffix(data, []byte("\nendstream"))))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func float(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64)
	return v
}

func code(hex string) uint64 {
	v, _ := strconv.ParseUint(hex, 16, 16)
	return v
}
