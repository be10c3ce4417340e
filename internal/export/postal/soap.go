package postal

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Bounds on an XML answer: what is deeper or longer is no answer of the post's.
const (
	xmlDepth    = 24
	xmlElements = 200_000
)

var errXML = errors.New("not the XML it should be")

// readXML reads an XML answer into v, after looking through all of it: a document type, which is where entities that
// grow are declared, is refused, and so is what is too deep or has too many elements.
func readXML(body []byte, v any) error {
	d := newXML(body)
	depth, elements := 0, 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(errXML, err)
		}
		switch token.(type) {
		case xml.Directive:
			return fmt.Errorf("%w: it has a document type", errXML)
		case xml.StartElement:
			depth++
			elements++
		case xml.EndElement:
			depth--
		}
		if depth > xmlDepth || elements > xmlElements {
			return fmt.Errorf("%w: %d elements, %d deep", errXML, elements, depth)
		}
	}
	if elements == 0 {
		return fmt.Errorf("%w: it is empty", errXML)
	}
	if err := newXML(body).Decode(v); err != nil {
		return errors.Join(errXML, err)
	}
	return nil
}

func newXML(body []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-8", "utf8", "us-ascii":
			return in, nil
		case "windows-1251", "cp1251":
			return charmap.Windows1251.NewDecoder().Reader(in), nil
		}
		return nil, fmt.Errorf("charset %.20q", charset)
	}
	return d
}

// escape makes a text safe inside an element.
func escape(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a strings.Builder never fails
	}
	return b.String()
}
