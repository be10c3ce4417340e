package media

import (
	"archive/zip"
	"bytes"
	"image"
	"image/gif"
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
		"PDF":                        {[]byte(paper), ".pdf", ""},
		"DOCX":                       {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml"), ".docx", ""},
		"XLSX":                       {packed(t, "<x/>", "[Content_Types].xml", "xl/workbook.xml"), ".xlsx", ""},
		"scan":                       {asPNG(t, striped(8, 8)), ".png", ""},
		"GIF":                        {moving.Bytes(), "", "media.not_document"},
		"half a scan's head":         {asPNG(t, striped(8, 8))[:12], "", "media.unreadable"},
		"page called PDF":            {[]byte("%PDF-1.4<script>alert(1)</script><html>"), "", "media.broken_document"},
		"PDF cut off":                {[]byte(paper[:40]), "", "media.broken_document"},
		"PDF with a script":          {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S/JavaScript/JS(app.alert(1))>>", 1)), "", "media.acting_document"},
		"PDF that starts a program":  {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S /Launch/F(cmd.exe)>>", 1)), "", "media.acting_document"},
		"PDF with a script, spelled": {[]byte(strings.Replace(paper, "/Type/Catalog", "/OpenAction<</S/J#61va#53cript/JS(app.alert(1))>>", 1)), "", "media.acting_document"},
		"program in a zip":           {packed(t, "MZ", "a.exe"), "", "media.not_document"},
		"zip without types":          {packed(t, "<x/>", "word/document.xml"), "", "media.not_document"},
		"DOCX with a macro":          {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "", "media.acting_document"},
		"DOCX that climbs":           {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "../../x"), "", "media.not_document"},
		"DOCX that climbs on DOS":    {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", `..\x`), "", "media.not_document"},
		"DOCX with a part twice":     {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml", "WORD/document.xml"), "", "media.not_document"},
		"DOCX of too many parts":     {packed(t, "", many...), "", "media.blown_document"},
		"DOCX that blows up":         {packed(t, strings.Repeat("0", 4<<20), "[Content_Types].xml", "word/document.xml"), "", "media.blown_document"},
		"zip cut off":                {packed(t, "<x/>", "[Content_Types].xml", "word/document.xml")[:60], "", "media.broken_document"},
		"program":                    {[]byte("MZ\x90\x00"), "", "media.not_document"},
		"a script that is a picture": {[]byte("GIF89a/*\x00*/=1;alert(1)"), "", "media.not_document"},
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
