package media

import (
	"archive/zip"
	"encoding/xml"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of the XML of an office file while we look whether it is any: how much of all parts is looked at, what one element
// with its attributes may take, bytes, and how deep elements may stand. What is beyond the first is not looked at.
const (
	maxLookedAt = 16 << 20
	maxElement  = 4 << 20
	maxNested   = 1_000
)

// checkXML reads the XML of a part and refuses what is none: the program that is to show it would not open it, or would mend it
// in silence. What was read is taken from left.
func checkXML(f *zip.File, left *int64) (err error) {
	r, err := f.Open()
	if err != nil {
		return errBroken.With(err)
	}
	defer r.Close() //nolint:errcheck // read only
	within := &io.LimitedReader{R: r, N: *left}
	defer func() { *left = within.N }()
	guard := &elementGuard{r: transform.NewReader(within, unicode.BOMOverride(transform.Nop))} // UTF-16 begins with its mark
	d := xml.NewDecoder(guard)
	d.CharsetReader = func(_ string, text io.Reader) (io.Reader, error) { return text, nil } // what is neither it nor UTF-8 ends there
	for depth := 0; ; {
		guard.n = 0
		tok, err := d.Token()
		switch {
		case within.N == 0 && err != nil:
			return nil //nolint:nilerr // well as far as it was read
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		switch tok.(type) {
		case xml.Directive:
			return errActing
		case xml.StartElement:
			if depth++; depth > maxNested {
				return errBlown
			}
		case xml.EndElement:
			depth--
		}
	}
}

// elementGuard stops what reads too much for one element.
type elementGuard struct {
	r io.Reader
	n int
}

func (g *elementGuard) Read(p []byte) (int, error) {
	if g.n > maxElement {
		return 0, errBlown
	}
	n, err := g.r.Read(p)
	g.n += n
	return n, err
}
