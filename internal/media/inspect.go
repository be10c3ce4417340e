package media

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// format is one kind of picture we read. Decoders are named outright: the image package's registry
// would let any imported package add a decoder that hostile bytes can reach.
type format struct {
	name   string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	exif   func([]byte) []byte
}

var (
	jpegFormat = format{"jpeg", jpeg.DecodeConfig, jpeg.Decode, jpegExif}
	pngFormat  = format{"png", png.DecodeConfig, png.Decode, pngExif}
	gifFormat  = format{"gif", gif.DecodeConfig, gif.Decode, noExif} // gif.Decode stops after the first frame
	webpFormat = format{"webp", webp.DecodeConfig, webp.Decode, webpExif}
)

// sniff tells the format by the first bytes; the name and the declared type of an upload are not asked.
func sniff(content []byte) (format, bool) {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return jpegFormat, true
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return pngFormat, true
	case bytes.HasPrefix(content, []byte("GIF87a")), bytes.HasPrefix(content, []byte("GIF89a")):
		return gifFormat, true
	case len(content) > 12 && string(content[:4]) == "RIFF" && string(content[8:12]) == "WEBP":
		return webpFormat, true
	}
	return format{}, false
}

// A progressive JPEG goes over all its pixels again with each scan, and a scan of nothing takes 58 bytes: a small file of
// many scans would keep a processor for hours. Programs that write JPEG make ten or so. Within a scan's data the marker
// cannot occur. Source: ITU-T T.81 B.1.1.5, G.1.
var startOfScan = []byte{0xff, 0xda}

const maxScans = 40

// inspect reads no more than headers and refuses what is no picture of ours or would not fit in
// memory: an 86-byte PNG can ask for 2.4 GB.
func inspect(content []byte) (format, image.Config, error) {
	f, ok := sniff(content)
	if !ok {
		return f, image.Config{}, errs.New(errs.Invalid, "media.not_image")
	}
	cfg, err := config(f, content)
	if err != nil {
		return f, cfg, errs.New(errs.Invalid, "media.unreadable").With(err)
	}
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return f, cfg, errs.New(errs.Invalid, "media.unreadable")
	}
	if cfg.Width > MaxSide || cfg.Height > MaxSide || cfg.Width*cfg.Height > MaxPixels {
		return f, cfg, errs.New(errs.Invalid, "media.too_many_pixels", "max", MaxPixels/1_000_000)
	}
	if f.name == jpegFormat.name && bytes.Count(content, startOfScan) > maxScans {
		return f, cfg, errs.New(errs.Invalid, "media.unreadable")
	}
	if weight := weightOf(f, cfg, content); weight > MaxDecoded {
		pixels := float64(cfg.Width) * float64(cfg.Height)
		return f, cfg, errs.New(errs.Invalid, "media.too_many_pixels", "max", int(pixels*MaxDecoded/float64(weight)/1_000_000))
	}
	return f, cfg, nil
}

func config(f format, content []byte) (cfg image.Config, err error) {
	defer recovered(&err)
	return f.config(bytes.NewReader(content))
}

func decode(f format, content []byte) (img image.Image, err error) {
	defer recovered(&err)
	img, err = f.decode(bytes.NewReader(content))
	if err != nil {
		return nil, errs.New(errs.Invalid, "media.unreadable").With(err)
	}
	return img, nil
}

// recovered turns a decoder's panic into an unreadable picture. Decoders read hostile bytes; a bug
// of theirs must cost one upload and not the process.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = errs.New(errs.Invalid, "media.unreadable").With(fmt.Errorf("decoder panicked: %v", p))
	}
}
