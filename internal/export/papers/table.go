package papers

import (
	"fmt"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// column is a column of a form's table of things.
type column struct {
	width            float64
	foreign, russian string
	mark             string                // what its cells are called
	text             func(l *Line) string  // of a cell with one line
	below            func(l *Line) figureP // a second line under it; nil or without a text is none
	own              func(l *Line) []cellP // of a cell with several paragraphs; nil for a figure
}

// cellP is a paragraph of a cell.
type cellP struct {
	mark, text string
	look       pdf.Type
}

// figureP is a figure under another one.
type figureP struct{ mark, text string }

// code is the column of a thing's code: that of the nomenclature the sender's customs reads, and under it the destination's
// own where it asks for one. One does not stand for the other: beyond their first six digits they mean different things.
func code(width float64, foreign, russian string) column {
	return column{width: width, foreign: foreign, russian: russian, mark: "hs", text: func(l *Line) string { return l.HS },
		below: func(l *Line) figureP { return figureP{"htsus", prefixed(schedule, l.HTSUS)} }}
}

// schedule names the USA's own tariff schedule before its code.
const schedule = "HTSUS "

// foreign is what a thing is for readers abroad, in the files that have no field for a destination's own code.
func (l *Line) foreign() string { return l.TextEN + prefixed("; "+schedule, l.HTSUS) }

// table is where the lines of a record stand on a form.
type table struct {
	f       *form
	columns []column
	head    float64 // height of the heads
	caption float64 // type of the heads
	look    pdf.Type
	row     float64 // the least height of a row
}

// roomy makes the table in the largest type in which all lines fit the place; when they fit in none, in the largest, and
// the rest goes to continuation sheets.
func roomy(b box, with func(size float64) *table, sizes ...float64) *table {
	for _, size := range sizes {
		t, y := with(size), 0.0
		for i := range t.f.r.Lines {
			if y += t.height(&t.f.r.Lines[i]); y > b.h-t.head {
				break
			}
		}
		if y <= b.h-t.head {
			return t
		}
	}
	return with(sizes[0])
}

// heads draws the captions of the columns at the top of a place.
func (t *table) heads(b box) {
	x := b.x
	for i, c := range t.columns {
		t.f.caption(box{x + 0.6, b.y + 0.4, c.width - 1.2, t.head}, t.caption, c.foreign, c.russian)
		if i > 0 {
			t.f.Line(x, b.y, x, b.y+b.h, hair)
		}
		x += c.width
	}
	t.f.Line(b.x, b.y+t.head, b.x+b.w, b.y+t.head, hair)
}

// height of a row is that of its highest cell.
func (t *table) height(l *Line) float64 {
	high := t.row
	for _, c := range t.columns {
		if c.below != nil && c.below(l).text != "" {
			high = max(high, t.row+t.look.Leading())
		}
		if c.own == nil {
			continue
		}
		sum := 0.0
		for _, p := range c.own(l) {
			sum += float64(len(p.look.Wrap(p.text, c.width-1.2))) * p.look.Leading()
		}
		high = max(high, sum+0.8)
	}
	return high
}

// draw writes lines from the number from on, as many as fit the place, and gives back the number of the first that did
// not fit. A place too small for any line is left empty.
func (t *table) draw(b box, from int) int {
	t.heads(b)
	y, end := b.y+t.head, b.y+b.h
	for i := from; i < len(t.f.r.Lines); i++ {
		l := &t.f.r.Lines[i]
		high := t.height(l)
		if y+high > end+1e-6 {
			return i
		}
		if y > b.y+t.head {
			t.f.Line(b.x, y, b.x+b.w, y, hair/2)
		}
		t.cells(b.x, y, i, l)
		y += high
	}
	return len(t.f.r.Lines)
}

func (t *table) cells(x, y float64, i int, l *Line) {
	for _, c := range t.columns {
		b := box{x + 0.6, y + 0.4, c.width - 1.2, t.row}
		x += c.width
		if c.own == nil {
			t.f.figure(fmt.Sprintf("line.%d.%s", i, c.mark), b, t.look, c.text(l))
			if c.below != nil {
				under := c.below(l)
				t.f.figure(fmt.Sprintf("line.%d.%s", i, under.mark), box{b.x, b.y + t.look.Leading(), b.w, b.h}, t.look, under.text)
			}
			continue
		}
		for _, p := range c.own(l) {
			t.f.Mark(fmt.Sprintf("line.%d.%s", i, p.mark), func() { b.y = t.f.lines(b.x, b.y, b.w, p.look, p.text) })
		}
	}
}

// description is what a thing is, in English, then in Russian, then its brand.
func description(look pdf.Type) func(l *Line) []cellP {
	second := pdf.Type{Size: look.Size - 0.8, Stretch: look.Stretch, Gray: 25}
	return func(l *Line) []cellP {
		list := []cellP{{"text_en", l.TextEN, look}}
		if l.TextRU != "" {
			list = append(list, cellP{"text_ru", l.TextRU, second})
		}
		if l.Brand != "" {
			list = append(list, cellP{"brand", "Brand: " + l.Brand, second})
		}
		return list
	}
}

// rest puts the lines that did not fit, and the texts that did not, on continuation sheets, and numbers all sheets.
func (f *form) rest(t *table, from int, name string, b box, header float64) error {
	for from < len(f.r.Lines) {
		f.AddPage()
		if err := f.continuation(name, b, header); err != nil {
			return err
		}
		place := b.below(header)
		f.Box(place.x, place.y, place.w, place.h, frame)
		next := t.draw(place, from)
		if next == from {
			return fmt.Errorf("papers: line %d fits no sheet of %s", from+1, name)
		}
		from = next
	}
	if err := f.notesSheet(name, b, header); err != nil {
		return err
	}
	if pages := f.Pages(); pages > 1 {
		t := pdf.Type{Bold: true, Size: max(6, f.small+1)}
		for i := range pages {
			f.Page(i)
			text := fmt.Sprintf("%d/%d", i+1, pages)
			f.Text(b.x+b.w-t.Width(text)-1, b.y+0.8, t, text)
		}
	}
	return nil
}

// notesSheet writes in full the texts that were only begun in their places.
func (f *form) notesSheet(name string, b box, header float64) error {
	y := b.y + b.h
	caption, look := pdf.Type{Size: f.small, Gray: 35}, pdf.Type{Size: f.small + 1}
	for _, n := range f.notes {
		lines := look.Wrap(n.text, b.w-2)
		for i := 0; i < len(lines); {
			if y+caption.Leading()+look.Leading() > b.y+b.h {
				f.AddPage()
				if err := f.continuation(name, b, header); err != nil {
					return err
				}
				y = b.y + header + 1
			}
			f.Text(b.x+1, y, caption, n.caption)
			y += caption.Leading()
			f.Mark(n.mark, func() {
				for ; i < len(lines) && y+look.Leading() <= b.y+b.h; i++ {
					f.Text(b.x+1, y, look, lines[i])
					y += look.Leading()
				}
			})
			y += 1
		}
	}
	return nil
}

// continuation heads a further sheet: of which form and of which item it is.
func (f *form) continuation(name string, b box, header float64) error {
	f.Text(b.x, b.y+0.5, pdf.Type{Bold: true, Size: 8}, name)
	f.caption(box{b.x, b.y + 4.2, b.w * 0.27, header}, f.small, "Continuation sheet / Feuille complémentaire", "Дополнительный лист")
	return f.barcode(box{b.x + b.w*0.28, b.y + 1, b.w * 0.62, header}, 8, 7, f.r.S10)
}
