package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

func xlsx(t testing.TB, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.Write(&b, "Товары", rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func csvOf(t testing.TB, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is written comes back as it was, formulas and apostrophes too, in both forms.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringMatching(`[ ]?[=+\-@'＝\n]{0,2}[ -~а-яё€“]{0,20}`)
		width := rapid.IntRange(1, 6).Draw(r, "width")
		rows := rapid.SliceOfN(rapid.SliceOfN(text, width, width), 1, 8).Draw(r, "rows")
		for i := range rows { // an empty tail is not kept apart from no tail
			rows[i][width-1] = "x" + rows[i][width-1]
		}
		for name, file := range map[string][]byte{"xlsx": xlsx(t, rows), "csv": csvOf(t, rows)} {
			got, err := sheet.Read(file, sheet.Usual)
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(rows, got); diff != "" {
				r.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestAFormulaIsNeverWritten(t *testing.T) {
	t.Parallel()
	file := csvOf(t, [][]string{{`=HYPERLINK("http://evil.example")`, "+7", "-1", "@x", "ok"}})
	if !strings.Contains(string(file), `"'=HYPERLINK`) || !strings.Contains(string(file), ";'+7;'-1;'@x;ok") {
		t.Errorf("a cell may be taken for a formula: %s", file)
	}
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'", " =", "\u00a0\u3000+"} {
		for _, rest := range []string{`HYPERLINK("http://evil.example")`, "1+2", "-1", "1;=1", "1\r=1", "1\n=1"} {
			cell := begin + rest
			want := "'" + cell
			if strings.ContainsAny(cell, ";\"\r\n") { // unquoted, it would grow into two cells, or into a row
				want = `"` + strings.ReplaceAll(want, `"`, `""`) + `"`
			}
			var b bytes.Buffer
			if err := sheet.WriteCSV(&b, [][]string{{"text", "number"}, {cell, cell}}, 1); err != nil {
				t.Fatal(err)
			}
			if want := "\uFEFFtext;number\r\n" + want + ";" + want + "\r\n"; b.String() != want {
				t.Errorf("CSV: %q, want %q", b.String(), want)
			}
			b.Reset()
			if err := sheet.Write(&b, "Товары", [][]string{{"text", "number"}, {cell, cell}}, 1); err != nil {
				t.Fatal(err)
			}
			if x := sheetOf(t, b.Bytes()); strings.Count(x, `<t xml:space="preserve">&#39;`) != 2 || strings.Contains(x, "<f") {
				t.Errorf("XLSX: the cell %q may be taken for a formula in %s", cell, x)
			}
		}
	}
}

// sheetOf is the XML of a book's sheet.
func sheetOf(t testing.TB, book []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	x, err := fs.ReadFile(z, "xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(x)
}

// sheetXML packs a sheet as other programs write them.
func sheetXML(t testing.TB, data, shared string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId7"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" Type="x" Target="/xl/worksheets/first.xml"/></Relationships>`,
		"xl/worksheets/first.xml":    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + data + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + shared + `</sst>`,
	} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSheetsOfOtherProgramsAreRead(t *testing.T) {
	t.Parallel()
	file := sheetXML(t, `<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row>`+
		`<row r="3"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3"><v>6.3026E5</v></c><c r="C3" t="b"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c><c r="E3" t="str"><f>A1</f><v>'тест</v></c></row>`,
		`<si><r><t>вес</t></r><r><t>, г</t></r></si><si><t>код</t></si>`)
	got, err := sheet.Read(file, sheet.Usual)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"код", "", "вес, г"}, nil, {"2", "630260", "1", "", "'тест"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCSVInTheEncodingsOfRussia(t *testing.T) {
	t.Parallel()
	old, err := charmap.Windows1251.NewEncoder().String("код;вес\r\n630260;350\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"utf-8": "\uFEFFкод,вес\n630260,350\n", "windows-1251": old, "tabs": "код\tвес\n630260\t350"} {
		got, err := sheet.Read([]byte(file), sheet.Usual)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff([][]string{{"код", "вес"}, {"630260", "350"}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	small := sheet.Limits{Bytes: 64 << 10, Rows: 100, Columns: 10, Cell: 1000}
	good := xlsx(t, [][]string{{"a"}, {"b"}})
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":       {nil, sheet.ErrNotSheet},
		"spaces":      {[]byte(" \n "), sheet.ErrNotSheet},
		"cut off":     {good[:len(good)/2], sheet.ErrBroken},
		"binary":      {[]byte("\x89PNG\r\n\x00\x00"), sheet.ErrNotSheet},
		"other zip":   {zipped(t, "a.txt", "hello"), sheet.ErrNotSheet},
		"big file":    {bytes.Repeat([]byte("a;b\n"), 20_000), sheet.ErrTooLarge},
		"many rows":   {bytes.Repeat([]byte("a;b\n"), 200), sheet.ErrTooLarge},
		"long cell":   {bytes.Repeat([]byte("a"), 2000), sheet.ErrTooLarge},
		"wide row":    {bytes.Repeat([]byte("a;"), 50), sheet.ErrTooLarge},
		"far row":     {sheetXML(t, `<row r="1048576"><c r="A1048576"><v>1</v></c></row>`, ""), sheet.ErrTooLarge},
		"far column":  {sheetXML(t, `<row r="1"><c r="XFD1"><v>1</v></c></row>`, ""), sheet.ErrTooLarge},
		"zip bomb":    {sheetXML(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>`+strings.Repeat("0", 4<<20)+`</t></is></c></row>`, ""), sheet.ErrTooLarge},
		"broken XML":  {sheetXML(t, `<row r="1"><c`, ""), sheet.ErrBroken},
		"XML entity":  {sheetXML(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>&lol;</t></is></c></row>`, ""), sheet.ErrBroken},
		"row below":   {sheetXML(t, `<row r="-5"><c r="A1"><v>1</v></c></row>`, ""), sheet.ErrBroken},
		"a type":      {sheetXML(t, `<!DOCTYPE a [<!ENTITY b "c">]><row r="1"><c r="A1"><v>1</v></c></row>`, ""), sheet.ErrBroken},
		"twice":       {withPart(t, sheetXML(t, `<row r="1"><c r="A1"><v>1</v></c></row>`, ""), "XL/workbook.xml"), sheet.ErrBroken},
		"password":    {flagged(sheetXML(t, `<row r="1"><c r="A1"><v>1</v></c></row>`, "")), sheet.ErrBroken},
		"open quote":  {[]byte("код;вес\n\"1;2\n3;4\n"), sheet.ErrBroken},
		"bad pointer": {sheetXML(t, `<row r="1"><c r="A1" t="s"><v>99</v></c></row>`, ""), nil},
	} {
		if _, err := sheet.Read(c.file, small); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// withPart adds a part to a book.
func withPart(t testing.TB, book []byte, name string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range in.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := z.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// flagged says of every part of a book that it has a password.
func flagged(book []byte) []byte {
	for at := 0; ; at++ {
		next := bytes.Index(book[at:], []byte("PK\x01\x02"))
		if next < 0 {
			return book
		}
		at += next
		book[at+8] |= 1
	}
}

// Books that are small when packed and well made, and would take gigabytes or minutes if they were read whole.
func TestBooksThatBlowUp(t *testing.T) {
	const head = `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
	for name, c := range map[string]struct {
		data, shared string
		want         error
	}{
		"a row of empty cells":     {`<row r="1">` + strings.Repeat("<c/>", 4_000_000) + `</row>`, "", sheet.ErrTooLarge},
		"a text of runs":           {head, `<si>` + strings.Repeat("<r><t>a</t></r>", 1_000_000) + `</si>`, sheet.ErrTooLarge},
		"spaces between rows":      {head + strings.Repeat(" ", 31<<20), "", sheet.ErrTooLarge},
		"one long text":            {head, `<si><t>` + strings.Repeat("x", 31<<20) + `</t></si>`, sheet.ErrTooLarge},
		"elements within elements": {strings.Repeat("<a>", 1_000_000), "", sheet.ErrTooLarge},
		"attributes":               {`<row ` + strings.Repeat(`a="" `, 1_000_000) + `/>`, "", sheet.ErrTooLarge},
		"texts that nobody uses":   {head, strings.Repeat("<si><t>x</t></si>", 1_000_000), sheet.ErrTooLarge},
	} {
		file := sheetXML(t, c.data, c.shared)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := sheet.Read(file, sheet.Usual)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<30 {
			t.Errorf("%s: %d bytes packed took %d MB in all", name, len(file), took>>20)
		}
	}
}

// A workbook of millions of sheets is read no further than to its first.
func TestAWorkbookOfManySheets(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"a"}}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	r, err := zip.NewReader(bytes.NewReader(xlsx(t, rows)), int64(len(xlsx(t, rows))))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		if f.Name != "xl/workbook.xml" {
			if err := z.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		body, err := fs.ReadFile(r, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.Replace(body, []byte("</sheets>"), append(bytes.Repeat([]byte("<sheet/>"), 3_000_000), "</sheets>"...), 1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read(b.Bytes(), sheet.Usual)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, got); diff != "" {
		t.Error(diff)
	}
}

func zipped(t testing.TB, name, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzRead(f *testing.F) {
	f.Add(xlsx(f, [][]string{{"код", "вес"}, {"630260", "350"}}))
	f.Add(sheetXML(f, `<row r="2"><c r="B2" t="s"><v>0</v></c></row>`, `<si><t>a</t></si>`))
	f.Add([]byte("a;b\n\"c;d"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := sheet.Read(file, sheet.Limits{Bytes: 1 << 20, Rows: 100, Columns: 20, Cell: 1 << 10})
		if err == nil && len(rows) > 100 {
			t.Fatalf("%d rows", len(rows))
		}
	})
}

// Sums are numbers that a spreadsheet program can add, a minus before them makes no formula, and codes stay texts.
func TestNumbersAreNumbers(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"code", "sum"}, {"0101", "-8570.50"}, {"-1+2", "=1"}, {"-7", "12"}, {"1", "+7"}}
	var b bytes.Buffer
	if err := sheet.Write(&b, "НДС", rows, 1); err != nil {
		t.Fatal(err)
	}
	x := sheetOf(t, b.Bytes())
	for _, want := range []string{`<v>-8570.50</v>`, `<v>12</v>`, `>0101</t>`, `>&#39;-1+2</t>`, `>&#39;=1</t>`, `>&#39;-7</t>`, `>&#39;+7</t>`} {
		if !strings.Contains(x, want) {
			t.Errorf("no %s in %s", want, x)
		}
	}
	b.Reset()
	if err := sheet.WriteCSV(&b, [][]string{{"a", "b"}, {"-1,5", "-1,5"}}, 1); err != nil {
		t.Fatal(err)
	}
	if want := "\uFEFFa;b\r\n'-1,5;-1,5\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
