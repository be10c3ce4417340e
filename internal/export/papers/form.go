package papers

import (
	"fmt"
	"math"
	"strings"

	"github.com/boombuler/barcode/code128"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// Thickness of lines on forms, in millimetres.
const (
	hair  = 0.15
	rule  = 0.3
	frame = 0.45
)

// box is a place on a form.
type box struct{ x, y, w, h float64 }

// below is the box without its upper part.
func (b box) below(height float64) box { return box{b.x, b.y + height, b.w, b.h - height} }

// note is a text that did not fit its box and is written in full on a continuation sheet.
type note struct{ mark, caption, text string }

// form is a paper being filled in. What does not fit its place is kept in notes and never lost.
type form struct {
	*pdf.Sheet
	r     *Record
	notes []note
	small float64 // the smallest type that values are shrunk to
}

func newForm(r *Record, name string, width, height, small float64) *form {
	info := pdf.Info{Title: name + " " + r.S10.String(), Author: r.Sender.title(), Created: r.Date}
	return &form{Sheet: pdf.NewSheet(info, width, height), r: r, small: small}
}

// title is who a party is known as.
func (p Party) title() string {
	if p.Organization != "" {
		return p.Organization
	}
	return p.Name
}

// caption writes what a field is: English and French as on the forms of the UPU, Russian under them in grey. It gives
// back the height it took.
func (f *form) caption(b box, size float64, foreign, russian string) float64 {
	t := pdf.Type{Size: size, Stretch: 92}
	y := f.lines(b.x, b.y, b.w, t, foreign)
	t.Size, t.Gray = size-0.3, 42
	return f.lines(b.x, y, b.w, t, russian) - b.y
}

// lines writes a text over as many lines as it takes and gives back where they end.
func (f *form) lines(x, y, width float64, t pdf.Type, text string) float64 {
	for _, line := range t.Wrap(text, width) {
		f.Text(x, y, t, line)
		y += t.Leading()
	}
	return y
}

// value fills a place with a text under a name. It takes the largest type in which the text fits, first narrower letters,
// then smaller ones; what fits in none is begun here and written in full on a continuation sheet.
func (f *form) value(mark, caption string, b box, t pdf.Type, text string) {
	if text == "" {
		return
	}
	for size := t.Size; size >= f.small; size -= 0.5 {
		for _, stretch := range []int{0, 88, 78} {
			try := pdf.Type{Bold: t.Bold, Size: size, Stretch: stretch, Gray: t.Gray}
			if lines := try.Wrap(text, b.w); float64(len(lines))*try.Leading() <= b.h+1e-6 {
				f.Mark(mark, func() { f.lines(b.x, b.y, b.w, try, text) })
				return
			}
		}
	}
	t = pdf.Type{Bold: t.Bold, Size: f.small, Stretch: 78}
	lines := t.Wrap(text, b.w)
	room := int(math.Max(0, b.h/t.Leading()-1))
	f.Mark("begun", func() { f.lines(b.x, b.y, b.w, t, strings.Join(lines[:room], "\n")) })
	f.Text(b.x, b.y+float64(room)*t.Leading(), pdf.Type{Bold: true, Size: f.small, Stretch: 78}, "> continued / suite / далее")
	f.notes = append(f.notes, note{mark, caption, text})
}

// figure writes a number on one line, as narrow as it must be, aligned to the right of its place.
func (f *form) figure(mark string, b box, t pdf.Type, text string) {
	for t.Size > f.small && t.Width(text) > b.w {
		t.Size -= 0.25
	}
	if wide := t.Width(text); wide > b.w {
		t.Stretch = max(30, int(math.Floor(b.w/wide*100)))
	}
	f.Mark(mark, func() { f.Text(b.x+b.w-t.Width(text), b.y, t, text) })
}

// tick draws a box of a category, crossed or empty, and its name.
func (f *form) tick(x, y, size float64, name string, on bool, width float64, foreign, russian string) {
	f.Box(x, y, size, size, hair*1.5)
	if on {
		t := pdf.Type{Bold: true, Size: size / 25.4 * 72 * 1.05}
		f.Mark("tick."+name, func() { f.Text(x+(size-t.Width("X"))/2, y+(size-t.Leading())/2, t, "X") })
	}
	f.caption(box{x + size + 0.8, y - 0.2, width - size - 1, size}, size*1.55, foreign, russian)
}

// barcode draws an item's number as Code 128, in the middle of a place, and the number under it in groups, as people
// read it. A quiet zone of ten modules is kept at both sides.
func (f *form) barcode(b box, height, size float64, id s10.Number) error {
	code, err := code128.Encode(string(id))
	if err != nil {
		return fmt.Errorf("papers: bar code of %q: %w", string(id), err)
	}
	modules := code.Bounds().Dx()
	module := min(0.38, b.w/float64(modules+20))
	left := b.x + (b.w-module*float64(modules))/2
	f.Mark("barcode", func() {
		for from := 0; from < modules; {
			to := from
			for to < modules && black(code.At(to, 0)) == black(code.At(from, 0)) {
				to++
			}
			if black(code.At(from, 0)) {
				f.Fill(left+float64(from)*module, b.y, float64(to-from)*module, height, 0)
			}
			from = to
		}
	})
	t := pdf.Type{Bold: true, Size: size}
	f.Mark("s10", func() { f.Text(b.x+(b.w-t.Width(id.String()))/2, b.y+height+0.6, t, id.String()) })
	return nil
}

func black(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}

// kilograms writes grams as papers do: with three decimals.
func kilograms(grams int64) string { return fmt.Sprintf("%d.%03d", grams/1000, grams%1000) }

// sum writes an amount with its currency: 1234.50 RUB.
func sum(a money.Amount, c money.Currency) string { return money.Decimal(a) + " " + string(c) }

// address is a party over several lines, as it is written on an item.
func (p Party) address() string {
	organization := p.Organization
	if p.Name == p.Organization {
		organization = ""
	}
	return paragraphs(p.Name, organization, p.place())
}

// place is where a party is, without its names.
func (p Party) place() string {
	return paragraphs(p.Street, words(p.Postcode, p.City), p.Region, countryName(p.Country))
}

// contact is how a party is reached.
func (p Party) contact() string {
	var parts []string
	if p.Phone != "" {
		parts = append(parts, "Tel. "+p.Phone)
	}
	return words(append(parts, p.Email)...)
}

func words(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func paragraphs(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(line)
		}
	}
	return b.String()
}

// oneLine puts paragraphs behind each other.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", ", ") }

// unit is what a line is counted in.
func (l *Line) unit() string {
	if l.Unit == "" {
		return "pcs"
	}
	return l.Unit
}

// quantity writes how many pieces of what unit a line has.
func (l *Line) quantity() string { return fmt.Sprintf("%d %s", l.Quantity, l.unit()) }
