package media

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
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
		if _, _, err := inspect(content); err != nil {
			return kind, err
		}
		return kind, checkChunks(f, content)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return pdfKind, checkPDF(content)
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return officeKind(content)
	}
	return documentKind{}, none
}
