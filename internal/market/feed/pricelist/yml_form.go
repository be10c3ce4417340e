package pricelist

import (
	"cmp"
	"encoding/xml"
	"regexp"
	"strings"
)

// root is the name of the element that all of a catalogue is in.
const root = "yml_catalog"

// maxAttributes is how many attributes one element may have: an offer of YML has five.
const maxAttributes = 64

// include is the namespace of elements in whose place another file is put. Source: W3C XInclude 1.1, 3.
const include = "http://www.w3.org/2001/XInclude"

// shopsDTD is the one type of document that a catalogue may declare, as the format once asked: it names a file that nobody
// reads. Entities and types of a file's own are nothing that a shop needs.
var shopsDTD = regexp.MustCompile(`^DOCTYPE\s+yml_catalog(\s+SYSTEM\s+("([^"\[\]<>]*/)?shops\.dtd"|'([^'\[\]<>]*/)?shops\.dtd'))?\s*$`)

// shaped refuses what encoding/xml lets pass and no XML is: a second root, text and declarations where none may stand, an
// attribute twice; and what asks for other files. y.depth is that within t.
func (y *ymlReader) shaped(t xml.Token) error {
	line, _ := y.d.InputPos()
	malformed := broken("feed.bad_xml", nil, "line", line, "rows", y.rows)
	switch t := t.(type) {
	case xml.StartElement:
		if y.depth == 1 && y.rooted || len(t.Attr) > maxAttributes {
			return malformed
		}
		if !y.rooted && y.amiss != nil && t.Name.Local == root {
			return y.amiss
		}
		y.rooted = true
		if t.Name.Space == include {
			return broken("feed.refers_outside", nil, "line", line)
		}
		for i, a := range t.Attr {
			for _, b := range t.Attr[:i] {
				if a.Name == b.Name {
					return malformed
				}
			}
		}
	case xml.CharData:
		if y.depth == 0 && strings.TrimSpace(string(t)) != "" {
			return y.beside(malformed)
		}
	case xml.ProcInst:
		if t.Target == "xml" && (y.rooted || y.declared) {
			return malformed
		}
		y.declared = true
	case xml.Directive:
		twice := y.typed
		y.declared, y.typed = true, true
		if y.rooted || twice || !shopsDTD.Match(t) {
			return y.beside(broken("feed.refers_outside", nil, "line", line))
		}
	}
	return nil
}

// beside judges what stands outside of the root: what comes before it is told of when the root is a catalogue's, for of
// another document it is more to the point that it is none.
func (y *ymlReader) beside(err error) error {
	if y.rooted {
		return err
	}
	y.amiss = cmp.Or(y.amiss, err)
	return nil
}
