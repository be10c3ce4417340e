package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The fixed parts of a workbook of one sheet (ECMA-376). Style 1 is the bold head; cells have the text format (49), so that
// no program turns a code like 0902.30 into a number or a date, but for those of columns of numbers, style 2.
const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	rootRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	styles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00##"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`
)

// Write writes an XLSX of one sheet whose first row is the head. Columns of numbers hold decimals with a point, and can be
// summed up; everything else is text. The same rows give the same bytes.
func Write(w io.Writer, name string, rows [][]string, numbers ...int) error {
	z := zip.NewWriter(w)
	for _, part := range []struct {
		path string
		fill func(io.Writer) error
	}{
		{"[Content_Types].xml", text(contentTypes)}, {"_rels/.rels", text(rootRels)}, {"xl/_rels/workbook.xml.rels", text(workbookRels)},
		{"xl/styles.xml", text(styles)},
		{"xl/workbook.xml", func(w io.Writer) error { return writeBook(w, name) }},
		{"xl/worksheets/sheet1.xml", func(w io.Writer) error { return writeSheet(w, rows, numbers) }},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.path, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		if err := part.fill(f); err != nil {
			return err
		}
	}
	return z.Close()
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func writeBook(w io.Writer, name string) error {
	if utf8.RuneCountInString(name) > 31 { // the longest that spreadsheet programs take
		name = string([]rune(name)[:31])
	}
	b := bufio.NewWriter(w)
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
		`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="`)
	if err := xml.EscapeText(b, []byte(name)); err != nil {
		return err
	}
	b.WriteString(`" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	return b.Flush()
}

func writeSheet(w io.Writer, rows [][]string, numbers []int) error {
	b := bufio.NewWriter(w)
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	writeWidths(b, rows)
	b.WriteString(`<sheetData>`)
	for i, row := range rows {
		b.WriteString(`<row r="` + strconv.Itoa(i+1) + `">`)
		style := "0"
		if i == 0 {
			style = "1"
		}
		for j, cell := range row {
			if cell == "" {
				continue
			}
			if i > 0 && slices.Contains(numbers, j) && isNumber(cell) && !strings.Contains(cell, ",") {
				b.WriteString(`<c r="` + column(j) + strconv.Itoa(i+1) + `" s="2"><v>` + cell + `</v></c>`)
				continue
			}
			b.WriteString(`<c r="` + column(j) + strconv.Itoa(i+1) + `" s="` + style + `" t="inlineStr"><is><t xml:space="preserve">`)
			if err := xml.EscapeText(b, []byte(guard(cell))); err != nil {
				return err
			}
			b.WriteString(`</t></is></c>`)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.Flush()
}

// writeWidths makes columns as wide as what is in them, within reason.
func writeWidths(b *bufio.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 8)
			}
			widths[j] = max(widths[j], min(48, utf8.RuneCountInString(cell)+2))
		}
	}
	if len(widths) == 0 {
		return
	}
	b.WriteString(`<cols>`)
	for j, n := range widths {
		at := strconv.Itoa(j + 1)
		b.WriteString(`<col min="` + at + `" max="` + at + `" width="` + strconv.Itoa(n) + `" style="0" customWidth="1"/>`)
	}
	b.WriteString(`</cols>`)
}

// column names a column as spreadsheets do: A, B, … Z, AA.
func column(n int) string {
	name := ""
	for n++; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
