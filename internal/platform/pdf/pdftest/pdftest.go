// Package pdftest reads the text of documents that package pdf wrote, so that tests may look at
// the words. It is imported by tests only.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	stream = regexp.MustCompile(`(?s)<</Filter /FlateDecode /Length \d+>>\s*stream\n(.*?)\nendstream`)
	shown  = regexp.MustCompile(`(?s)\(((?:[^\\()]|\\.)*)\)\s*Tj`)
)

// Text gives the words of a document, one piece of text a line, in the order of writing.
func Text(t testing.TB, doc []byte) string {
	t.Helper()
	if !bytes.HasPrefix(doc, []byte("%PDF-")) {
		t.Fatalf("not a PDF: %.20q", doc)
	}
	var pieces []string
	for _, m := range stream.FindAllSubmatch(doc, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // not a text stream
		}
		content, err := io.ReadAll(z)
		if err != nil || !bytes.Contains(content, []byte(")Tj")) {
			continue
		}
		for _, s := range shown.FindAllSubmatch(content, -1) {
			pieces = append(pieces, decode(s[1]))
		}
	}
	return strings.Join(pieces, "\n")
}

// decode takes escapes away and reads UTF-16 (big-endian).
func decode(raw []byte) string {
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			i++
			if raw[i] == 'r' {
				b = append(b, '\r')
				continue
			}
		}
		b = append(b, raw[i])
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}
