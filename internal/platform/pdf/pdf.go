// Package pdf writes plain documents (invoices, receipts, packing slips) in Russian and English on
// A4, with the Go fonts embedded. It lays out headings, paragraphs, labelled values and tables; it
// knows nothing of what they say.
package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// Sizes in millimetres and points.
const (
	margin   = 18.0
	width    = 210 - 2*margin
	line     = 5.2
	textSize = 10.0
)

// Doc is a document being written, from top to bottom. Errors are kept until Bytes.
type Doc struct {
	f *fpdf.Fpdf
}

// Info describes a document. Lang is its language (ru, en).
type Info struct {
	Title   string
	Author  string
	Created time.Time
}

// New starts a document. The same calls with the same Info give the same bytes.
func New(info Info) *Doc {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, margin)
	f.AddUTF8FontFromBytes("go", "", goregular.TTF)
	f.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	f.SetCatalogSort(true)
	f.SetCreationDate(info.Created.UTC())
	f.SetModificationDate(info.Created.UTC())
	f.SetTitle(Printable(info.Title), true)
	f.SetAuthor(Printable(info.Author), true)
	f.SetLang("ru")
	f.AddPage()
	d := &Doc{f: f}
	d.regular(textSize)
	return d
}

func (d *Doc) regular(size float64) { d.f.SetFont("go", "", size) }
func (d *Doc) bold(size float64)    { d.f.SetFont("go", "B", size) }

// Title writes the document's name.
func (d *Doc) Title(text string) {
	d.bold(17)
	d.f.MultiCell(0, 8, Printable(text), "", "L", false)
	d.f.Ln(2)
	d.regular(textSize)
}

// Heading begins a part.
func (d *Doc) Heading(text string) {
	d.f.Ln(3)
	d.bold(12)
	d.f.MultiCell(0, 6.5, Printable(text), "", "L", false)
	d.f.Ln(1)
	d.regular(textSize)
}

// Para writes a paragraph.
func (d *Doc) Para(text string) {
	d.f.MultiCell(0, line, Printable(text), "", "L", false)
	d.f.Ln(1)
}

// Note writes a paragraph in small print.
func (d *Doc) Note(text string) {
	d.regular(8.5)
	d.f.SetTextColor(90, 86, 78)
	d.f.MultiCell(0, 4.4, Printable(text), "", "L", false)
	d.f.SetTextColor(0, 0, 0)
	d.f.Ln(1)
	d.regular(textSize)
}

// Space leaves mm millimetres empty.
func (d *Doc) Space(mm float64) { d.f.Ln(mm) }

// Pair is a labelled value.
type Pair struct{ Label, Value string }

// Pairs writes labelled values under each other, values in one column.
func (d *Doc) Pairs(pairs ...Pair) {
	const label = 48.0
	for _, p := range pairs {
		d.fit(line)
		y := d.f.GetY()
		d.f.SetTextColor(90, 86, 78)
		d.f.MultiCell(label-2, line, Printable(p.Label), "", "L", false)
		after := d.f.GetY()
		d.f.SetTextColor(0, 0, 0)
		d.f.SetXY(margin+label, y)
		d.f.MultiCell(width-label, line, Printable(p.Value), "", "L", false)
		d.f.SetY(max(after, d.f.GetY()))
	}
	d.f.Ln(1)
}

// fit begins a new page unless height millimetres are left on this one.
func (d *Doc) fit(height float64) {
	_, page := d.f.GetPageSize()
	if d.f.GetY()+height > page-margin {
		d.f.AddPage()
	}
}

// Column is a column of a table. Width is a share of the whole; Right aligns numbers.
type Column struct {
	Head  string
	Width float64
	Right bool
}

// Table writes rows under heads that repeat on each page; long cells wrap. Rows of foot are bold.
func (d *Doc) Table(cols []Column, rows, foot [][]string) {
	var sum float64
	for _, c := range cols {
		sum += c.Width
	}
	widths, heads := make([]float64, len(cols)), make([]string, len(cols))
	for i, c := range cols {
		widths[i], heads[i] = c.Width/sum*width, c.Head
	}
	head := func() {
		d.bold(9)
		d.f.SetFillColor(242, 239, 232)
		d.row(cols, widths, heads, true)
		d.regular(9.5)
	}
	head()
	for _, r := range rows {
		d.pageFor(widths, r, head)
		d.row(cols, widths, r, false)
	}
	d.bold(9.5)
	for _, r := range foot {
		d.pageFor(widths, r, func() {})
		d.row(cols, widths, r, false)
	}
	d.regular(textSize)
	d.f.Ln(2)
}

// pageFor begins a new page with the heads when a row does not fit on this one.
func (d *Doc) pageFor(widths []float64, cells []string, head func()) {
	page := d.f.PageNo()
	d.fit(d.height(widths, cells))
	if d.f.PageNo() != page {
		head()
	}
}

func (d *Doc) height(widths []float64, cells []string) float64 {
	lines := 1
	for i, w := range widths {
		lines = max(lines, len(d.f.SplitText(cell(cells, i), w-3)))
	}
	return float64(lines)*line + 2
}

func cell(cells []string, i int) string {
	if i < len(cells) && cells[i] != "" {
		return Printable(cells[i])
	}
	return " "
}

func (d *Doc) row(cols []Column, widths []float64, cells []string, fill bool) {
	h := d.height(widths, cells)
	x, y := margin, d.f.GetY()
	if fill {
		d.f.Rect(x, y, width, h, "F")
	}
	d.f.SetDrawColor(207, 200, 188)
	d.f.Line(margin, y+h, margin+width, y+h)
	for i, w := range widths {
		align := "L"
		if cols[i].Right {
			align = "R"
		}
		d.f.SetXY(x+0.5, y+1)
		d.f.MultiCell(w-1, line, cell(cells, i), "", align, false)
		x += w
	}
	d.f.SetXY(margin, y+h)
}

// Image puts a PNG at the left, side millimetres wide, and a text beside it.
func (d *Doc) Image(png []byte, side float64, beside string) {
	d.fit(side)
	name := fmt.Sprintf("image%d-%d", d.f.PageNo(), int(d.f.GetY()*100))
	opt := fpdf.ImageOptions{ImageType: "PNG"}
	d.f.RegisterImageOptionsReader(name, opt, bytes.NewReader(png))
	y := d.f.GetY()
	d.f.ImageOptions(name, margin, y, side, side, false, opt, 0, "")
	d.f.SetXY(margin+side+5, y+2)
	d.f.MultiCell(width-side-5, line, Printable(beside), "", "L", false)
	d.f.SetXY(margin, y+side+2)
}

// Bytes ends the document.
func (d *Doc) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := d.f.Output(&b); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return b.Bytes(), nil
}

var face = func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic("pdf: embedded font: " + err.Error())
	}
	return f
}()

var replacer = strings.NewReplacer("₽", "руб.", "₸", "тг", "\u202f", "\u00a0", "\u2009", "\u00a0", "\u2011", "-", "\t", " ", "\r", "")

// Printable replaces what the font cannot show: currency signs by their words, odd spaces by plain
// ones, and any other missing letter by a question mark, so that nothing vanishes unseen.
func Printable(text string) string {
	var buf sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 || r > 0xffff {
			return '?'
		}
		return r
	}, replacer.Replace(strings.ToValidUTF8(text, "?")))
}
