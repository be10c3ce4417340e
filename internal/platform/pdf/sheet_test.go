package pdf_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
)

var sheetInfo = pdf.Info{Title: "CN 23 № 1", Author: "Ярмарка", Created: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}

func drawn(t *testing.T) []byte {
	t.Helper()
	s := pdf.NewSheet(sheetInfo, 210, 148)
	s.Text(10, 20, pdf.Type{Size: 8}, "Матрёшка «Семёновская» № 5 — 2 шт.")
	s.Mark("value", func() {
		s.Text(10, 30, pdf.Type{Size: 8, Bold: true, Stretch: 80, Gray: 40}, "Łódź, Çeşme, București 🙂")
	})
	s.Fill(10, 40, 5, 12.5, 0)
	s.Line(0, 60, 210, 60, 0.2)
	s.Box(1, 1, 208, 146, 0.2)
	s.AddPage()
	s.Text(0, 0, pdf.Type{Size: 10}, "second")
	doc, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestASheetIsReadBack(t *testing.T) {
	t.Parallel()
	d := pdftest.Read(t, drawn(t))
	if d.Pages != 2 || math.Abs(d.Width-210/25.4*72) > 0.01 || math.Abs(d.Height-148/25.4*72) > 0.01 {
		t.Errorf("%d pages of %g by %g points", d.Pages, d.Width, d.Height)
	}
	var texts []string
	for _, p := range d.Pieces {
		texts = append(texts, p.Text)
	}
	if want := []string{"Матрёшка «Семёновская» № 5 — 2 шт.", "Łódź, Çeşme, București ?", "second"}; !slices.Equal(texts, want) {
		t.Errorf("read %q, want %q", texts, want)
	}
	if p := d.Pieces[1]; !p.Bold || p.Stretch != 0.8 || !slices.Equal(p.Marks, []string{"value"}) || math.Abs(p.X-10/25.4*72) > 0.01 {
		t.Errorf("%+v", p)
	}
	if len(d.Fills) != 1 || math.Abs(d.Fills[0].H-12.5/25.4*72) > 0.01 {
		t.Errorf("%+v", d.Fills)
	}
	if size := len(drawn(t)); size > 25_000 {
		t.Errorf("%d bytes for a few words", size)
	}
	if !bytes.Equal(drawn(t), drawn(t)) {
		t.Error("two drawings differ")
	}
}

func TestWrapLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aбWщ. -\n")), 0, 200, -1).Draw(t, "text")
		width := rapid.Float64Range(4, 60).Draw(t, "width")
		look := pdf.Type{Size: 7, Stretch: rapid.IntRange(70, 100).Draw(t, "stretch")}
		lines := look.Wrap(text, width)
		for _, line := range lines {
			if look.Width(line) > width+1e-9 && len([]rune(line)) > 1 {
				t.Fatalf("%q is wider than %g", line, width)
			}
		}
		solid := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if solid(strings.Join(lines, " ")) != solid(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func BenchmarkSheet(b *testing.B) {
	for b.Loop() {
		s := pdf.NewSheet(sheetInfo, 210, 148)
		for i := range 120 {
			s.Text(10, float64(i), pdf.Type{Size: 6, Bold: i%5 == 0}, "Detailed description of contents: матрёшка расписная")
		}
		doc, err := s.Bytes()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(doc)), "bytes")
	}
}
