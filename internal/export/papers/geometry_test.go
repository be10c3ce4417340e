package papers_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
)

const mm = 72 / 25.4 // points in a millimetre

// sheets are the drawn papers and their true sizes in millimetres.
var sheets = []struct {
	name          string
	make          func(papers.Record) ([]byte, error)
	width, height float64
}{
	{"CN 22", papers.CN22, 74, 105}, {"CN 23", papers.CN23, 210, 148}, {"invoice", papers.Invoice, 210, 297}, {"label", papers.Label, 105, 148},
}

// place is where the small letters of a piece of text stand, in points.
type place struct{ left, bottom, right, top float64 }

func placeOf(p pdftest.Piece) place {
	look := pdf.Type{Bold: p.Bold, Size: p.Size, Stretch: int(p.Stretch*100 + 0.5)}
	return place{p.X, p.Y - 0.12*p.Size, p.X + look.Width(p.Text)*mm, p.Y + 0.68*p.Size}
}

func (a place) meets(b place) bool {
	const hair = 0.05
	return a.left < b.right-hair && b.left < a.right-hair && a.bottom < b.top-hair && b.bottom < a.top-hair
}

// Nothing is written over anything else, or over the edge, however long the texts are.
func TestNothingOverlaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRecord().Draw(rt, "record")
		for _, sheet := range sheets {
			d := pdftest.Read(t, must1(t, r, sheet.make))
			if abs(d.Width-sheet.width*mm) > 0.01 || abs(d.Height-sheet.height*mm) > 0.01 {
				t.Fatalf("%s measures %.1f by %.1f mm", sheet.name, d.Width/mm, d.Height/mm)
			}
			for i, p := range d.Pieces {
				at := placeOf(p)
				if at.left < 1*mm || at.bottom < 1*mm || at.right > d.Width-1*mm || at.top > d.Height-1*mm {
					rt.Fatalf("%s, sheet %d: %q runs over the edge", sheet.name, p.Page, p.Text)
				}
				if p.Size < 3.5 {
					rt.Fatalf("%s: %q is %.1f points small", sheet.name, p.Text, p.Size)
				}
				for _, q := range d.Pieces[:i] {
					if q.Page == p.Page && at.meets(placeOf(q)) {
						rt.Fatalf("%s, sheet %d: %q stands on %q", sheet.name, p.Page, p.Text, q.Text)
					}
				}
			}
		}
	})
}

func abs(v float64) float64 { return max(v, -v) }

// A scanner reads the item's number from every sheet, and the bars are as high as asked.
func TestTheBarCodeIsRead(t *testing.T) {
	t.Parallel()
	r := longRecord()
	for _, sheet := range sheets {
		d := pdftest.Read(t, must1(t, r, sheet.make))
		for page := 1; page <= d.Pages; page++ {
			var bars []pdftest.Rect
			for _, f := range d.Fills {
				if f.Page == page && len(f.Marks) > 0 && f.Marks[0] == "barcode" {
					bars = append(bars, f)
				}
			}
			if len(bars) == 0 && sheet.name == "invoice" && page == 1 {
				continue
			}
			if high := bars[0].H / mm; page == 1 && high < 12.5-1e-3 {
				t.Errorf("%s: bars are %.1f mm high", sheet.name, high)
			}
			if got := scan(t, bars); got != string(r.S10) {
				t.Errorf("%s, sheet %d: read %q", sheet.name, page, got)
			}
		}
	}
}

// scan draws bars at ten pixels a point and reads them as a scanner does.
func scan(t *testing.T, bars []pdftest.Rect) string {
	t.Helper()
	left, right := bars[0].X-12, bars[len(bars)-1].X+bars[len(bars)-1].W+12
	img := image.NewGray(image.Rect(0, 0, int((right-left)*10), 60))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, b := range bars {
		for x := int((b.X - left) * 10); x < int((b.X+b.W-left)*10); x++ {
			for y := range 60 {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := oned.NewCode128Reader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read.GetText()
}

// longRecord is a parcel of many things with a comment that fits no box.
func longRecord() papers.Record {
	r := aRecord()
	lines := r.Lines
	r.Lines, r.Value, r.GrossGrams = nil, 0, 60_000
	for i := range 30 {
		r.Lines = append(r.Lines, lines[i%2])
		r.Value += lines[i%2].Value
	}
	r.ValueRUB, r.Comment = r.Value, strings.Repeat("Phytosanitary certificate. ", 30)
	return r
}

func TestSheetsAreNumberedAndCopied(t *testing.T) {
	t.Parallel()
	r := longRecord()
	r.Copies = 1
	once := pdftest.Read(t, must1(t, r, papers.CN23))
	if once.Pages < 3 {
		t.Fatalf("%d sheets", once.Pages)
	}
	numbered := 0
	for _, p := range once.Pieces {
		if strings.HasPrefix(p.Text, "1/") || p.Text == "CN 23" {
			numbered++
		}
	}
	if numbered != once.Pages+1 {
		t.Errorf("%d of %d sheets are numbered", numbered, once.Pages)
	}
	r.Copies = 3
	if got := pdftest.Read(t, must1(t, r, papers.CN23)); got.Pages != 3*once.Pages || len(got.Pieces) != 3*len(once.Pieces) {
		t.Errorf("three copies of %d sheets have %d", once.Pages, got.Pages)
	}
}

// The figure to reach is 50 a second on one core.
func BenchmarkCN23(b *testing.B) {
	r := aRecord()
	r.Copies = 1
	b.ReportAllocs()
	for b.Loop() {
		if _, err := papers.CN23(r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "forms/s")
}

// All papers of one parcel.
func BenchmarkPapers(b *testing.B) {
	r := aRecord()
	size := 0
	for b.Loop() {
		size = 0
		for _, make := range []func(papers.Record) ([]byte, error){papers.CN23, papers.Invoice, papers.Label, papers.ITMATT, papers.CustomsXML} {
			out, err := make(r)
			if err != nil {
				b.Fatal(err)
			}
			size += len(out)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "parcels/s")
	b.ReportMetric(float64(size), "bytes")
}
