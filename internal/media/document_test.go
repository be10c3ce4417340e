package media

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

const paper = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

// packed is a zip archive of parts, all of the same content.
func packed(t *testing.T, content string, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdfWith is a PDF whose catalogue and body have more in them.
func pdfWith(catalog, body string) []byte {
	return []byte(strings.Replace(paper, "/Type/Catalog>>endobj\n", "/Type/Catalog"+catalog+">>endobj\n"+body+"\n", 1))
}

func objectStream(dict, body string) string {
	return "4 0 obj<</Type/ObjStm/N 1/First 4" + dict + ">>stream\n" + body + "\nendstream endobj"
}

func deflated(text string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// pngClaimingText is a scan with one more chunk behind its head.
func pngClaimingText(kind, body string) []byte {
	const head = 33
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, kind...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	var b bytes.Buffer
	if err := png.Encode(&b, striped(8, 8)); err != nil {
		panic(err)
	}
	return slices.Insert(b.Bytes(), head, chunk...)
}

func relation(kind, mode string) string {
	return `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` +
		kind + `" Target="http://x/" TargetMode="` + mode + `"/></Relationships>`
}

// patched sets a byte of every entry of an archive's directory.
func patched(archive []byte, at int, value byte) []byte {
	for i := 0; ; i++ {
		next := bytes.Index(archive[i:], []byte("PK\x01\x02"))
		if next < 0 {
			return archive
		}
		i += next
		archive[i+at] = value
	}
}

// varied is a number between two texts, times over, each time another, so that an archive does not make it too small.
func varied(before, after string, times int) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, "%s%x%s", before, uint32(i)*2654435761, after)
	}
	return b.String()
}

// office packs a letter one part of which is content; more parts are next to nothing.
func office(t testing.TB, name, content string, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	parts := map[string]string{"[Content_Types].xml": "<x/>", name: content}
	for _, part := range more {
		parts[part] = "<x/>"
	}
	for part, body := range parts {
		f, err := z.Create(part)
		if err == nil {
			_, err = io.WriteString(f, body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDocumentsAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewGray(image.Rect(0, 0, 2, 2)), nil); err != nil {
		t.Fatal(err)
	}
	many := []string{"[Content_Types].xml", "word/document.xml"}
	for range maxOfficeParts {
		many = append(many, "word/media/"+strings.Repeat("x", len(many)%90)+".xml"+strings.Repeat("y", len(many)/90))
	}
	for name, tt := range map[string]struct {
		content []byte
		kind    string // its usual ending, "" when it is refused
		key     string
	}{
		"PDF":                            {[]byte(paper), ".pdf", ""},
		"DOCX":                           {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml"), ".docx", ""},
		"XLSX":                           {packed(t, "<x/>", "[Content_Types].xml", "xl/workbook.xml"), ".xlsx", ""},
		"scan":                           {asPNG(t, striped(8, 8)), ".png", ""},
		"GIF":                            {moving.Bytes(), "", "media.not_document"},
		"half a scan's head":             {asPNG(t, striped(8, 8))[:12], "", "media.unreadable"},
		"page called PDF":                {[]byte("%PDF-1.4<script>alert(1)</script><html>"), "", "media.broken_document"},
		"PDF cut off":                    {[]byte(paper[:40]), "", "media.broken_document"},
		"PDF with a script":              {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S/JavaScript/JS(app.alert(1))>>", 1)), "", "media.acting_document"},
		"PDF that starts a program":      {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S /Launch/F(cmd.exe)>>", 1)), "", "media.acting_document"},
		"PDF with a script, spelled":     {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S/J#61va#53cript/JS(app.alert(1))>>", 1)), "", "media.acting_document"},
		"PDF that sends a form":          {pdfWith("/AA<</O<</S/SubmitForm/F(http://x)>>>>", ""), "", "media.acting_document"},
		"PDF with a file in it":          {pdfWith("/Names<</EmbeddedFiles 9 0 R>>", ""), "", "media.acting_document"},
		"PDF with no file in its list":   {pdfWith("/Names <<\n/EmbeddedFiles << /Names [\n  \n] >>\n>>", ""), ".pdf", ""},
		"PDF with a form of another":     {pdfWith("/AcroForm<</XFA 9 0 R>>", ""), "", "media.acting_document"},
		"PDF with a password":            {pdfWith("/Encrypt 9 0 R", ""), "", "media.closed_document"},
		"PDF with a link":                {pdfWith("/A<</S/URI/URI(https://example.ru)>>", ""), ".pdf", ""},
		"PDF with packed objects":        {pdfWith("", objectStream("/Filter/FlateDecode", deflated("4 0 <</Type/Catalog>>"))), ".pdf", ""},
		"PDF with a packed script":       {pdfWith("", objectStream("/Filter/FlateDecode", deflated("4 0 <</S/J#61vaScript/JS(app.alert(1))>>"))), "", "media.acting_document"},
		"PDF with a script packed twice": {pdfWith("", objectStream("/Filter[/ASCIIHexDecode/FlateDecode]", "789c>")), "", "media.closed_document"},
		"PDF with predicted objects":     {pdfWith("", objectStream("/Filter/FlateDecode/DecodeParms<</Predictor 12>>", deflated("x"))), "", "media.closed_document"},
		"PDF with objects in a hole":     {pdfWith("", "4 0 obj<</Type/ObjStm (endobj)/Filter/LZWDecode>>stream\nx\nendstream endobj"), "", "media.closed_document"},
		"PDF that blows up":              {pdfWith("", objectStream("/Filter/FlateDecode", deflated(strings.Repeat("0", maxInflated+1)))), "", "media.blown_document"},
		"scan with a text that blows up": {pngClaimingText("zTXt", "c\x00\x00"+deflated(strings.Repeat("0", maxPackedText+1))), "", "media.blown_document"},
		"scan with a profile that does":  {pngClaimingText("iCCP", "c\x00\x00"+deflated(strings.Repeat("0", maxPackedText+1))), "", "media.blown_document"},
		"scan with a language's text":    {pngClaimingText("iTXt", "c\x00\x01\x00ru\x00c\x00"+deflated(strings.Repeat("0", maxPackedText+1))), "", "media.blown_document"},
		"scan with a text":               {pngClaimingText("zTXt", "c\x00\x00"+deflated("Договор")), ".png", ""},
		"scan without an end":            {asPNG(t, striped(8, 8))[:60], "", "media.broken_document"},
		"DOCX that asks outside":         {packed(t, `<!DOCTYPE x [<!ENTITY y SYSTEM "http://x/">]><x>&y;</x>`, "[Content_Types].xml", "word/document.xml"), "", "media.acting_document"},
		"DOCX that does in UTF-16":       {packed(t, "\xff\xfe"+strings.Join(strings.Split("<!DOCTYPE x>", ""), "\x00")+"\x00", "[Content_Types].xml", "word/document.xml"), "", "media.acting_document"},
		"DOCX with macros allowed":       {packed(t, "application/vnd.ms-word.document.macroEnabled.main+xml", "[Content_Types].xml", "word/document.xml"), "", "media.acting_document"},
		"DOCX that fetches its template": {packed(t, relation("attachedTemplate", "External"), "[Content_Types].xml", "word/document.xml", "word/_rels/settings.xml.rels"), "", "media.acting_document"},
		"DOCX that fetches a picture":    {packed(t, relation("image", "External"), "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"), "", "media.acting_document"},
		"DOCX with an object":            {packed(t, relation("oleObject", ""), "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"), "", "media.acting_document"},
		"XLSX with another book":         {packed(t, relation("externalLink", ""), "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"), "", "media.acting_document"},
		"DOCX with a link":               {packed(t, relation("hyperlink", "External"), "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"), ".docx", ""},
		"DOCX whose relations are none":  {packed(t, "<a><b>", "[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"), "", "media.broken_document"},
		"DOCX with a password":           {patched(packed(t, "<x/>", "[Content_Types].xml", "word/document.xml"), 8, 1), "", "media.closed_document"},
		"DOCX longer than it says":       {patched(packed(t, "<x/>", "[Content_Types].xml", "word/document.xml"), 24, 1), "", "media.broken_document"},
		"program in a zip":               {packed(t, "MZ", "a.exe"), "", "media.not_document"},
		"zip without types":              {packed(t, "<x/>", "word/document.xml"), "", "media.not_document"},
		"DOCX with a macro":              {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "", "media.acting_document"},
		"DOCX that climbs":               {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "../../x"), "", "media.not_document"},
		"DOCX that climbs on DOS":        {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", `..\x`), "", "media.not_document"},
		"DOCX with a part twice":         {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "WORD/document.xml"), "", "media.not_document"},
		"DOCX of too many parts":         {packed(t, "", many...), "", "media.blown_document"},
		"DOCX that blows up":             {packed(t, strings.Repeat("0", 4<<20), "[Content_Types].xml", "word/document.xml"), "", "media.blown_document"},
		"DOCX of crossed tags":           {packed(t, "<a><b></a></b>", "[Content_Types].xml", "word/document.xml"), "", "media.broken_document"},
		"DOCX with NUL":                  {packed(t, "<a>\x00</a>", "[Content_Types].xml", "word/document.xml"), "", "media.broken_document"},
		"DOCX with an entity":            {packed(t, "<a>&lol;</a>", "[Content_Types].xml", "word/document.xml"), "", "media.broken_document"},
		"DOCX of broken text":            {packed(t, "<a>\xff</a>", "[Content_Types].xml", "word/document.xml"), "", "media.broken_document"},
		"DOCX that is deep":              {office(t, "word/document.xml", varied("<a", ">", 60_000)), "", "media.blown_document"},
		"DOCX whose relations are deep":  {office(t, "word/_rels/document.xml.rels", varied("<a", ">", 60_000), "word/document.xml"), "", "media.blown_document"},
		"DOCX of one vast element":       {office(t, "word/document.xml", "<a "+varied("b", "", 900_000)), "", "media.blown_document"},
		"DOCX larger than is looked at":  {office(t, "word/document.xml", "<a>"+varied("<c/>", "", 1_500_000)+"</a>"), ".docx", ""},
		"DOCX in UTF-16":                 {packed(t, "\xff\xfe"+strings.Join(strings.Split("<?xml version='1.0' encoding='UTF-16'?><x/>", ""), "\x00")+"\x00", "[Content_Types].xml", "word/document.xml"), ".docx", ""},
		"DOCX that names a disk":         {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "C:/x"), "", "media.not_document"},
		"zip cut off":                    {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml")[:60], "", "media.broken_document"},
		"program":                        {[]byte("MZ\x90\x00"), "", "media.not_document"},
		"a script that is a picture":     {[]byte("GIF89a/*\x00*/=1;alert(1)"), "", "media.not_document"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind, err := documentOf(tt.content)
			if tt.kind == "" {
				if !errs.Is(err, errs.Invalid) || errs.KeyOf(err) != tt.key {
					t.Errorf("%v, want Invalid %s", err, tt.key)
				}
				return
			}
			if err != nil || kind.endings[0] != tt.kind {
				t.Errorf("%+v, %v, want %s", kind, err, tt.kind)
			}
		})
	}
}

// A document's name ends as what it is, whatever it was called.
func TestDocumentsAreNamedAfterWhatTheyAre(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"устав.pdf": "устав.pdf", "УСТАВ.PDF": "УСТАВ.PDF", "invoice.exe": "invoice.exe.pdf", "устав": "устав.pdf", "": ""} {
		if got := pdfKind.named(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
}
