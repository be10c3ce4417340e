package pagecache

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// The coders are safe for many at once through EncodeAll and DecodeAll; their options are right, so they do not fail.
var (
	zstder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(128<<10))
	unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(16<<20))
)

// gzipLevel is where klauspost's gzip still gains: a page comes out a twentieth smaller than at level 1 for a third more time.
const gzipLevel = 3

var (
	gzippers = sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(nil, gzipLevel)
		if err != nil {
			panic("pagecache: " + err.Error()) // the level is a constant
		}
		return w
	}}
	// texts are buffers for pages on their way.
	texts = sync.Pool{New: func() any { return new([]byte) }}
)

// pack brings a page into a form. The plain one is kept as what differs from the first page of its kind: nine tenths of
// a page are what every page of its kind has, so it takes half the memory that zstd would and a third of the time.
func pack(plain []byte, e encoding, dict *s2.Dict) ([]byte, error) {
	buf := texts.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer texts.Put(buf)
	switch {
	case e == gzipped:
		var b bytes.Buffer
		w := gzippers.Get().(*gzip.Writer) //nolint:forcetypeassert // as above
		defer gzippers.Put(w)
		w.Reset(&b)
		if _, err := w.Write(plain); err != nil {
			return nil, err
		}
		err := w.Close()
		return bytes.Clone(b.Bytes()), err
	case e == zstandard:
		*buf = zstder.EncodeAll(plain, (*buf)[:0])
	case dict != nil:
		*buf = dict.Encode(room(*buf, len(plain)), plain)
	default:
		*buf = s2.Encode(room(*buf, len(plain)), plain)
	}
	return bytes.Clone(*buf), nil
}

// room is b, long enough for whatever n bytes become.
func room(b []byte, n int) []byte {
	most := s2.MaxEncodedLen(n)
	if cap(b) < most {
		return make([]byte, most)
	}
	return b[:most]
}

// unpack gives the plain text out of the form that is undone quickest, in dst where there is room.
func unpack(forms [len(encodingNames)][]byte, dict *s2.Dict, dst []byte) ([]byte, error) {
	switch {
	case forms[identity] != nil && dict != nil:
		return dict.Decode(dst[:cap(dst)], forms[identity])
	case forms[identity] != nil:
		return s2.Decode(dst[:cap(dst)], forms[identity])
	case forms[zstandard] != nil:
		return unzstd.DecodeAll(forms[zstandard], dst)
	}
	r, err := gzip.NewReader(bytes.NewReader(forms[gzipped]))
	if err != nil {
		return dst, err
	}
	b := bytes.NewBuffer(dst)
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}
