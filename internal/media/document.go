package media

import (
	"archive/zip"
	"bytes"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Bounds of an office file, which is a zip archive that somebody's program will unpack.
const (
	maxOfficeParts    = 5_000
	maxOfficeUnpacked = 200 << 20
	maxOfficeRatio    = 100 // of an archive that unpacks to more than a megabyte
)

// documentKind is one kind of document we keep: its type, and the endings its name may have, the usual one first.
type documentKind struct {
	contentType string
	endings     []string
}

var (
	pdfKind  = documentKind{"application/pdf", []string{".pdf"}}
	docxKind = documentKind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}}
	xlsxKind = documentKind{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}}
	scans    = map[string]documentKind{
		"jpeg": {"image/jpeg", []string{".jpg", ".jpeg"}},
		"png":  {"image/png", []string{".png"}},
		"webp": {"image/webp", []string{".webp"}},
	}
)

// named gives the name the ending of what the file is: whoever opens it trusts the ending.
func (k documentKind) named(name string) string {
	if name == "" || slices.Contains(k.endings, strings.ToLower(path.Ext(name))) {
		return name
	}
	return label(name + k.endings[0])
}

// documentOf tells the kind by content. A document is kept as it is and given out as an attachment, never inside our
// pages; what would act by itself in the program that opens it is refused.
func documentOf(content []byte) (documentKind, error) {
	none := errs.New(errs.Invalid, "media.not_document")
	f, picture := sniff(content)
	switch {
	case picture:
		kind, ok := scans[f.name]
		if !ok {
			return kind, none
		}
		_, _, err := inspect(content)
		return kind, err
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return pdfKind, checkPDF(content)
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return officeKind(content)
	}
	return documentKind{}, none
}

// acting are actions of a PDF that run programs. Source: ISO 32000-1 §12.6.4.
var acting = regexp.MustCompile(`/(JavaScript|Launch|RichMedia)\b`)

// pdfTail is how far from its end a PDF may say that it ends: readers look no further either.
const pdfTail = 1024

func checkPDF(content []byte) error {
	tail := content[max(0, len(content)-pdfTail):]
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return errs.New(errs.Invalid, "media.broken_document")
	}
	if acting.Match(content) || acting.Match(spelled(content)) {
		return errs.New(errs.Invalid, "media.acting_document")
	}
	return nil
}

// coded is a character of a name that is written by its number, as any may be. Source: ISO 32000-1 §7.3.5.
var coded = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)

// spelled writes every character of every name out.
func spelled(content []byte) []byte {
	return coded.ReplaceAllFunc(content, func(code []byte) []byte {
		b, err := strconv.ParseUint(string(code[1:]), 16, 8)
		if err != nil {
			return code
		}
		return []byte{byte(b)}
	})
}

// officeKind looks into an Office Open XML package without unpacking it. Source: ECMA-376 part 2.
func officeKind(content []byte) (documentKind, error) {
	none := errs.New(errs.Invalid, "media.not_document")
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return documentKind{}, errs.New(errs.Invalid, "media.broken_document").With(err)
	}
	var unpacked uint64
	parts := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		unpacked += min(f.UncompressedSize64, maxOfficeUnpacked+1)
		name := strings.ToLower(f.Name)
		if parts[name] || strings.Contains(name, `\`) || path.IsAbs(name) || slices.Contains(strings.Split(name, "/"), "..") || !f.Mode().IsRegular() && !f.Mode().IsDir() {
			return documentKind{}, none
		}
		parts[name] = true
		if path.Base(name) == "vbaproject.bin" {
			return documentKind{}, errs.New(errs.Invalid, "media.acting_document")
		}
	}
	if len(z.File) > maxOfficeParts || unpacked > maxOfficeUnpacked || unpacked > 1<<20 && unpacked > maxOfficeRatio*uint64(len(content)) {
		return documentKind{}, errs.New(errs.Invalid, "media.blown_document")
	}
	switch {
	case !parts["[content_types].xml"]:
	case parts["word/document.xml"]:
		return docxKind, nil
	case parts["xl/workbook.xml"]:
		return xlsxKind, nil
	}
	return documentKind{}, none
}
