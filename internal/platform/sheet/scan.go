package sheet

import (
	"encoding/xml"
	"io"
	"strings"
)

// Bounds of a document within a book, besides what all of it may unpack to: encoding/xml keeps a token and the names of
// all open elements whole, and reading four million of them takes two seconds.
const (
	maxToken  = 1 << 20
	maxDepth  = 64
	maxTokens = 4_000_000
)

// scanner reads XML by tokens, so that what is not looked for takes no memory. encoding/xml expands no entities of a
// document's own, so none can blow up; a document that declares any is refused.
type scanner struct {
	d     *xml.Decoder
	span  *span
	depth int
	read  int // tokens
}

func newScanner(r io.Reader) *scanner {
	s := &scanner{span: &span{r: r}}
	s.d = xml.NewDecoder(s.span)
	return s
}

// span stops what reads too much for one token.
type span struct {
	r io.Reader
	n int
}

func (s *span) Read(p []byte) (int, error) {
	if s.n > maxToken {
		return 0, ErrTooLarge
	}
	n, err := s.r.Read(p)
	s.n += n
	return n, err
}

// token reads the next token, which holds until the one after.
func (s *scanner) token() (xml.Token, error) {
	s.span.n = 0
	if s.read++; s.read > maxTokens {
		return nil, ErrTooLarge
	}
	tok, err := s.d.Token()
	switch tok.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, ErrTooLarge
		}
	case xml.EndElement:
		s.depth--
	case xml.Directive: // no spreadsheet program declares a type of document, and entities of its own
		return nil, ErrBroken
	}
	return tok, err
}

// within reads to the end of the element that was just begun and hands on every token before it.
func (s *scanner) within(fn func(xml.Token) error) error {
	for outside := s.depth - 1; ; {
		tok, err := s.token()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if s.depth == outside {
			return nil
		}
		if err := fn(tok); err != nil {
			return err
		}
	}
}

// children calls fn behind the start of each child; fn reads on to the child's end.
func (s *scanner) children(fn func(xml.StartElement) error) error {
	return s.within(func(tok xml.Token) error {
		if start, ok := tok.(xml.StartElement); ok {
			return fn(start)
		}
		return nil
	})
}

func (s *scanner) skip() error { return s.within(func(xml.Token) error { return nil }) }

// text joins the character data of the element that was just begun, the first most bytes of it.
func (s *scanner) text(most int) (string, error) {
	var b strings.Builder
	err := s.within(func(tok xml.Token) error {
		if data, ok := tok.(xml.CharData); ok && b.Len() < most {
			b.Write(data[:min(len(data), most-b.Len())])
		}
		return nil
	})
	return b.String(), err
}

// runs joins a text that may be cut into runs of different looks; what only says how to pronounce it is left out.
func (s *scanner) runs(most int) (string, error) {
	var b strings.Builder
	var read func(xml.StartElement) error
	read = func(start xml.StartElement) error {
		switch start.Name.Local {
		case "r":
			return s.children(read)
		case "t":
			text, err := s.text(most - b.Len())
			b.WriteString(text)
			return err
		}
		return s.skip()
	}
	err := s.children(read)
	return b.String(), err
}
