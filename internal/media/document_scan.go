package media

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"io"
)

// maxPackedText is what the packed texts and colour profiles of a scan may come to, bytes: a printer's profile has two
// million. Programs that show a picture unpack them beside it.
const maxPackedText = 16 << 20

// checkChunks refuses a PNG whose texts or profile blow up: of all formats only it packs them. Source: PNG, 11.3.
func checkChunks(f format, content []byte) error {
	if f.name != pngFormat.name {
		return nil
	}
	left := int64(maxPackedText)
	for at := 8; at+12 <= len(content); {
		size, kind := int64(binary.BigEndian.Uint32(content[at:])), string(content[at+4:at+8])
		if size > int64(len(content)-at-12) {
			return errBroken
		}
		body := content[at+8 : at+8+int(size)]
		if kind == "IEND" {
			return nil
		}
		if kind == "zTXt" || kind == "iTXt" || kind == "iCCP" {
			if left -= unpackedText(kind, body, left); left < 0 {
				return errBlown
			}
		}
		at += 12 + int(size)
	}
	return errBroken
}

// unpackedText says how long a text is when it is unpacked, more than most when it is longer.
func unpackedText(kind string, body []byte, most int64) int64 {
	_, packed, found := bytes.Cut(body, []byte{0}) // behind its name
	skip := 1                                      // how it is packed
	if kind == "iTXt" {
		skip = 2
	}
	if !found || len(packed) < skip || kind == "iTXt" && packed[0] == 0 {
		return 0
	}
	if packed = packed[skip:]; kind == "iTXt" { // behind its language, and its name in that
		for range 2 {
			_, packed, _ = bytes.Cut(packed, []byte{0})
		}
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return 0
	}
	n, _ := io.Copy(io.Discard, io.LimitReader(z, most+1)) //nolint:errcheck // what is damaged blows nothing up any further
	return n
}

// whole decodes a scan to the end and keeps nothing of it: one that is damaged shows an officer nothing.
func (e *encoder) whole(ctx context.Context, content []byte) error {
	f, cfg, err := inspect(content)
	if err != nil {
		return err
	}
	leave, err := e.enter(ctx, weightOf(f, cfg, content))
	if err != nil {
		return err
	}
	defer leave()
	_, err = decode(f, content)
	return err
}
