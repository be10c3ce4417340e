package media

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

var (
	errActing = errs.New(errs.Invalid, "media.acting_document")
	errBroken = errs.New(errs.Invalid, "media.broken_document")
	errBlown  = errs.New(errs.Invalid, "media.blown_document")
	errClosed = errs.New(errs.Invalid, "media.closed_document")
)

// acting are the names in a PDF that run programs, send what was typed into it to somebody, or hold other files or forms of
// another language. Source: ISO 32000-1 §7.11.4, §12.6.4, §12.7.8. closed says that nobody sees inside without a password: ISO 32000-1 §7.6.
var (
	acting = regexp.MustCompile(`/(JavaScript|Launch|RichMedia|SubmitForm|ImportData|GoToE|EmbeddedFiles?)\b|/XFA\s*[\[0-9]`)
	closed = regexp.MustCompile(`/Encrypt\b`)
)

// noFiles is a list of files within that names none: our own papers bear it, as all that their library writes.
var noFiles = regexp.MustCompile(`/EmbeddedFiles\s*<<\s*/Names\s*\[\s*\]\s*>>`)

// pdfTail is how far from its end a PDF may say that it ends: readers look no further either.
const pdfTail = 1024

// maxInflated is what the streams of a PDF may come to when they are unpacked, with what was read for it: ten pages of
// scans without losses. More would keep us, and whoever opens the document, too long.
const maxInflated = 256 << 20

func checkPDF(content []byte) error {
	tail := content[max(0, len(content)-pdfTail):]
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return errBroken
	}
	plain := spelled(content)
	switch {
	case acting.Match(noFiles.ReplaceAll(content, nil)), acting.Match(noFiles.ReplaceAll(plain, nil)):
		return errActing
	case closed.Match(plain):
		return errClosed
	}
	return checkStreams(content, len(objects.FindAll(plain, -1)))
}

// coded is a character of a name that is written by its number, as any may be. Source: ISO 32000-1 §7.3.5.
var coded = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)

// spelled writes every character of every name out; what has none by its number comes back as it is.
func spelled(content []byte) []byte {
	if bytes.IndexByte(content, '#') < 0 {
		return content
	}
	return coded.ReplaceAllFunc(content, func(code []byte) []byte {
		b, err := strconv.ParseUint(string(code[1:]), 16, 8)
		if err != nil {
			return code
		}
		return []byte{byte(b)}
	})
}

// Objects of a PDF may stand packed within a stream, and programs of today write most of them so. Source: ISO 32000-1
// §7.5.7, §7.3.8.
var (
	stream    = regexp.MustCompile(`\bstream\r?\n`)
	objects   = regexp.MustCompile(`/ObjStm\b`)
	oneFilter = regexp.MustCompile(`/Filter\s*(/FlateDecode\b|\[\s*/FlateDecode\s*\])`)
	anyFilter = regexp.MustCompile(`/Filter\b`)
	predicted = regexp.MustCompile(`/Predictor\s*([2-9]|1\d)`)
)

// checkStreams unpacks every stream that is deflated and looks for what acts in it. Objects that are packed in a way that
// no program writes are hidden, not packed; so are those of the streams, as many as content names, that do not stand where one
// would look for them.
func checkStreams(content []byte, named int) error {
	left, seen := maxInflated, 0
	for at := 0; ; {
		next := stream.FindIndex(content[at:])
		if next == nil {
			break
		}
		before, body := content[at:at+next[0]], content[at+next[1]:]
		dict := spelled(before[max(0, bytes.LastIndex(before, []byte("endobj"))):])
		if n := len(objects.FindAll(dict, -1)); n > 0 {
			seen += n
			if anyFilter.Match(dict) && !oneFilter.Match(dict) || predicted.Match(dict) {
				return errClosed
			}
		}
		read, err := inflate(body, &left)
		if err != nil {
			return err
		}
		at += next[1] + read
	}
	if seen < named {
		return errClosed
	}
	return nil
}

// inflate looks for what acts in a stream and says how far it goes, 0 when it is not deflated. What it reads and what comes
// out is taken from left.
func inflate(body []byte, left *int) (read int, err error) {
	from := bytes.NewReader(body)
	z, err := zlib.NewReader(from)
	if err != nil {
		return 0, nil //nolint:nilerr // packed otherwise, or not at all
	}
	const overlap = 64 // more than the longest name, each of its letters by its number
	window := make([]byte, 0, overlap+64<<10)
	for {
		n, err := z.Read(window[len(window):cap(window)])
		window = window[:len(window)+n]
		if *left -= n; *left < len(body)-from.Len() {
			return 0, errBlown
		}
		if acting.Match(window) || acting.Match(spelled(window)) {
			return 0, errActing
		}
		if err != nil {
			read = len(body) - from.Len()
			*left -= read
			if errors.Is(err, io.EOF) {
				return read, nil
			}
			return 0, nil // it is no stream, or a damaged one: what begins within it is looked at by itself
		}
		window = append(window[:0], window[max(0, len(window)-overlap):]...)
	}
}
