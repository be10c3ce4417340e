package media

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Bounds of an office file, which is a zip archive that somebody's program will unpack.
const (
	maxOfficeParts    = 5_000
	maxOfficeUnpacked = 200 << 20
	maxOfficeRatio    = 100 // of an archive that unpacks to more than a megabyte
)

// officeKind looks into an Office Open XML package: what it says of its parts first, then the parts themselves, none of which
// is kept. Source: ECMA-376 part 2.
func officeKind(content []byte) (documentKind, error) {
	none := errs.New(errs.Invalid, "media.not_document")
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return documentKind{}, errBroken.With(err)
	}
	var unpacked uint64
	parts := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		unpacked += min(f.UncompressedSize64, maxOfficeUnpacked+1)
		name := strings.ToLower(f.Name)
		if parts[name] || strings.ContainsAny(name, `\:`) || path.IsAbs(name) || slices.Contains(strings.Split(name, "/"), "..") || !f.Mode().IsRegular() && !f.Mode().IsDir() {
			return documentKind{}, none
		}
		parts[name] = true
		if path.Base(name) == "vbaproject.bin" {
			return documentKind{}, errActing
		}
	}
	if len(z.File) > maxOfficeParts || unpacked > maxOfficeUnpacked || unpacked > 1<<20 && unpacked > maxOfficeRatio*uint64(len(content)) {
		return documentKind{}, errBlown
	}
	kind := documentKind{}
	switch {
	case !parts["[content_types].xml"]:
		return kind, none
	case parts["word/document.xml"]:
		kind = docxKind
	case parts["xl/workbook.xml"]:
		kind = xlsxKind
	default:
		return kind, none
	}
	left := int64(maxLookedAt)
	for _, f := range z.File {
		err := checkPart(f)
		if err == nil && path.Ext(strings.ToLower(f.Name)) == ".xml" {
			err = known(checkXML(f, &left))
		}
		if err != nil {
			return documentKind{}, err
		}
	}
	return kind, nil
}

// checkPart reads a part to its end, so that it is as long and as whole as the archive says.
func checkPart(f *zip.File) (err error) {
	const encrypted = 1 // APPNOTE.TXT 4.4.4, bit 0
	if f.Flags&encrypted != 0 {
		return errClosed
	}
	r, err := f.Open()
	if err != nil {
		return errBroken.With(err)
	}
	defer r.Close() //nolint:errcheck // read only; the last read has told of what is broken
	switch name := strings.ToLower(f.Name); {
	case path.Ext(name) == ".rels":
		err = checkRelations(r)
	case name == "[content_types].xml":
		err = without(r, "macroEnabled", "<!DOCTYPE")
	case path.Ext(name) == ".xml":
		err = without(r, "<!DOCTYPE")
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	return known(err)
}

// known gives our own reasons as they are and calls everything else damage.
func known(err error) error {
	if _, ours := errors.AsType[*errs.Error](err); err == nil || ours {
		return err
	}
	return errBroken.With(err)
}

// without reads everything and refuses what has one of words in it, in whichever of the two encodings that a part may have.
// No office program declares a type of document: only what asks for a file or a page elsewhere, or blows up, does. Source:
// ECMA-376 part 2, 10.1.2.
func without(r io.Reader, words ...string) error {
	var looked [][]byte
	overlap := 0
	for _, w := range words {
		wide := []byte(strings.Join(strings.Split(w, ""), "\x00")) // UTF-16, whichever byte comes first
		looked = append(looked, []byte(w), wide)
		overlap = max(overlap, len(wide))
	}
	window := make([]byte, 0, overlap+64<<10)
	for {
		n, err := r.Read(window[len(window):cap(window)])
		window = window[:len(window)+n]
		if slices.ContainsFunc(looked, func(w []byte) bool { return bytes.Contains(window, w) }) {
			return errActing
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		window = append(window[:0], window[max(0, len(window)-overlap):]...)
	}
}

// Relations of a part to what acts, or is another file: macros and controls, objects of other programs, templates and books
// that are fetched when the document is opened. A link that a reader follows is harmless. Source: ECMA-376 part 2, 9.3.
var actingRelations = []string{"vbaproject", "oleobject", "control", "activexcontrolbinary", "attachedtemplate", "externallink", "externallinkpath",
	"xlmacrosheet", "xlintlmacrosheet", "frame", "subdocument", "afchunk"}

// maxRelations bounds the list of a part's relations, bytes.
const maxRelations = 4 << 20

func checkRelations(r io.Reader) error {
	guard := &elementGuard{r: io.LimitReader(r, maxRelations)}
	d := xml.NewDecoder(guard)
	for depth := 0; ; {
		guard.n = 0
		tok, err := d.Token()
		switch {
		case err == io.EOF && d.InputOffset() >= maxRelations:
			return errBlown
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if _, ends := tok.(xml.EndElement); ends {
			depth--
		}
		if _, declares := tok.(xml.Directive); declares {
			return errActing
		}
		start, ok := tok.(xml.StartElement)
		if ok {
			if depth++; depth > maxNested {
				return errBlown
			}
		}
		if !ok || start.Name.Local != "Relationship" {
			continue
		}
		var kind, mode string
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "Type":
				kind = strings.ToLower(path.Base(a.Value))
			case "TargetMode":
				mode = a.Value
			}
		}
		if slices.Contains(actingRelations, kind) || mode == "External" && kind != "hyperlink" {
			return errActing
		}
	}
}
