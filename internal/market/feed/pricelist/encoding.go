package pricelist

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of a feed as a file. They hold after decompression, so a bomb is cut off and not unpacked.
const (
	MaxBytes = 2 << 30
	maxRatio = 200 // of a gzip file; text packs 5–20 times
)

// gzipped is how a gzip file begins. Source: RFC 1952 §2.3.1.
var gzipped = [2]byte{0x1f, 0x8b}

var errTooLarge = errors.New("pricelist: larger than the limit")

// charsets are the encodings feeds in the wild declare.
var charsets = map[string]encoding.Encoding{
	"windows-1251": charmap.Windows1251, "cp1251": charmap.Windows1251, "win-1251": charmap.Windows1251, "1251": charmap.Windows1251,
	"koi8-r": charmap.KOI8R, "cp866": charmap.CodePage866, "ibm866": charmap.CodePage866, "iso-8859-5": charmap.ISO8859_5,
	"iso-8859-1": charmap.Windows1252, "windows-1252": charmap.Windows1252,
	"utf-16": unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM),
}

// charsetReader gives encoding/xml the text of a declared encoding; encoding/xml reads UTF-8 itself.
func charsetReader(label string, input io.Reader) (io.Reader, error) {
	if e, ok := charsets[strings.ToLower(strings.TrimSpace(label))]; ok {
		return e.NewDecoder().Reader(input), nil
	}
	return nil, broken("feed.unknown_encoding", nil, "name", cut(label, 40))
}

// open undoes gzip and a byte order mark and bounds what comes out.
func open(r io.Reader) (*bufio.Reader, error) {
	in := &counter{r: r}
	br := bufio.NewReaderSize(in, 64<<10)
	head, err := br.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(head, gzipped[:]) {
		gz, err := gzip.NewReader(br)
		if err != nil {
			return nil, broken("feed.bad_gzip", err)
		}
		br = bufio.NewReaderSize(&bounded{r: gz, packed: in}, 64<<10)
	} else {
		br = bufio.NewReaderSize(&bounded{r: br}, 64<<10)
	}
	if head, err = br.Peek(3); err != nil && err != io.EOF {
		return nil, wrapRead(err)
	}
	if bytes.Equal(head, []byte{0xef, 0xbb, 0xbf}) {
		if _, err := br.Discard(3); err != nil {
			return nil, err
		}
	}
	return br, nil
}

func wrapRead(err error) error {
	if errors.Is(err, errTooLarge) {
		return broken("feed.too_large", err)
	}
	if errors.Is(err, unicode.ErrMissingBOM) { // it says UTF-16 and is not
		return broken("feed.wrong_encoding", err, "line", 1)
	}
	if _, corrupt := errors.AsType[flate.CorruptInputError](err); corrupt || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) ||
		errors.Is(err, io.ErrUnexpectedEOF) { // which only what is packed ends with
		return broken("feed.bad_gzip", err)
	}
	return err
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded stops at MaxBytes, and at maxRatio times what was read of the packed file.
type bounded struct {
	r      io.Reader
	packed *counter
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	if b.n > MaxBytes || (b.packed != nil && b.n > 1<<20 && b.n > b.packed.n*maxRatio) {
		return 0, errTooLarge
	}
	return n, err
}

// decodeText makes a reader of UTF-8 out of text whose encoding nobody declared: UTF-8 if its
// first 64 KB are, and then the rest must be, else windows-1251, which is what Russian spreadsheets write.
func decodeText(br *bufio.Reader) (io.Reader, string, error) {
	head, err := br.Peek(64 << 10)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, "", wrapRead(err)
	}
	whole := head
	for i := 0; i < utf8.UTFMax && len(whole) > 0 && !utf8.Valid(whole); i++ {
		whole = whole[:len(whole)-1] // a character may be cut at the edge
	}
	if utf8.Valid(whole) && len(head)-len(whole) < utf8.UTFMax {
		return transform.NewReader(br, encoding.UTF8Validator), "utf-8", nil
	}
	if line, mixed := mixture(head); mixed {
		return nil, "", broken("feed.mixed_encoding", nil, "line", line)
	}
	return charmap.Windows1251.NewDecoder().Reader(br), "windows-1251", nil
}

// telltale is how many Cyrillic letters of two bytes each windows-1251 would hardly make by chance, in a row of bytes
// that are all good UTF-8.
const telltale = 4

// mixture reports whether text that is not UTF-8 begins as such, and on which line it ceases to.
func mixture(text []byte) (line int, mixed bool) {
	letters := 0
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			return 1 + bytes.Count(text[:at], []byte{'\n'}), letters >= telltale
		}
		if r >= 'А' && r <= 'я' {
			letters++
		}
		at += n
	}
	return 0, false
}
