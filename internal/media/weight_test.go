package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// declared is a JPEG that declares another size than it has, and another kind of frame.
func declared(t *testing.T, content []byte, marker byte, w, h int) []byte {
	t.Helper()
	content = bytes.Clone(content)
	at := bytes.Index(content, []byte{0xff, 0xc0})
	if at < 0 {
		t.Fatal("no frame header")
	}
	content[at+1] = marker
	copy(content[at+5:], []byte{byte(h >> 8), byte(h), byte(w >> 8), byte(w)})
	return content
}

// deepPNG declares a picture of sixteen bits a colour.
func deepPNG(t *testing.T, w, h int) []byte {
	t.Helper()
	content := asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 1, 1)))
	const header = 16 // the signature, and a chunk's length and name
	binary.BigEndian.PutUint32(content[header:], uint32(w))
	binary.BigEndian.PutUint32(content[header+4:], uint32(h))
	binary.BigEndian.PutUint32(content[header+13:], crc32.ChecksumIEEE(content[header-4:header+13]))
	return content
}

// A picture is let in by the memory that its decoder takes, not by its size alone.
func TestPicturesAreWeighed(t *testing.T) {
	t.Parallel()
	colours := asJPEG(t, striped(16, 16)) // 4:2:0
	grey := asJPEG(t, image.NewGray(image.Rect(0, 0, 16, 16)))
	tests := map[string]struct {
		content []byte
		most    int // megapixels of the refusal; 0: it is let in
	}{
		"baseline, 40 megapixels":         {declared(t, colours, 0xc0, 8000, 5000), 0},
		"progressive, 24 megapixels":      {declared(t, colours, progressive, 6000, 4000), 0},
		"progressive, 40 megapixels":      {declared(t, colours, progressive, 8000, 5000), 26},
		"progressive grey, 40 megapixels": {declared(t, grey, progressive, 8000, 5000), 0},
		"baseline, 42 megapixels":         {declared(t, colours, 0xc0, 8400, 5000), 40},
		"sixteen bits, 24 megapixels":     {deepPNG(t, 6000, 4000), 0},
		"sixteen bits, 40 megapixels":     {deepPNG(t, 8000, 5000), 25},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := inspect(tt.content)
			if tt.most == 0 {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			refusal, ok := errors.AsType[*errs.Error](err)
			if !ok || refusal.Key != "media.too_many_pixels" {
				t.Fatalf("%v, want media.too_many_pixels", err)
			}
			if diff := cmp.Diff([]any{"max", tt.most}, refusal.Args); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// hidden puts in front of a JPEG's frame a marker without a length, so that whoever reads one jumps to a frame that says less.
func hidden(t *testing.T, content []byte, marker byte) []byte {
	t.Helper()
	at := bytes.Index(content, []byte{0xff, progressive})
	if at < 0 {
		t.Fatal("no frame")
	}
	content = slices.Concat(content[:at], []byte{0xff, marker}, content[at:])
	less := []byte{0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0}
	jump := at + 2 + 0xff<<8 + progressive // where the length that is none leads
	return slices.Concat(content, make([]byte, jump-len(content)), less)
}

// chunked puts a chunk behind the header of a PNG.
func chunked(content []byte, name string, data []byte) []byte {
	const header = 33
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, name...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(content[:header], chunk, content[header:])
}

// greyPNG declares a grey picture, in passes or not.
func greyPNG(t *testing.T, w, h int, passes byte) []byte {
	t.Helper()
	content := asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	const header = 16
	binary.BigEndian.PutUint32(content[header:], uint32(w))
	binary.BigEndian.PutUint32(content[header+4:], uint32(h))
	content[header+12] = passes
	binary.BigEndian.PutUint32(content[header+13:], crc32.ChecksumIEEE(content[header-4:header+13]))
	return content
}

// What a picture says to make itself lighter than it is.
func TestNothingMakesAPictureLighter(t *testing.T) {
	t.Parallel()
	const w, h = 4000, 3000
	colours := declared(t, asJPEG(t, striped(16, 16)), progressive, w, h)
	full := declared(t, asJPEG(t, striped(16, 16)), 0xc0, w, h)
	at := bytes.Index(full, []byte{0xff, 0xc0})
	full[at+11] = 0x11 // 4:4:4
	named := bytes.Clone(full)
	named[at+10], named[at+13], named[at+16] = 'R', 'G', 'B'
	adobe := slices.Concat(full[:2], []byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"), full[2:])
	grey := greyPNG(t, w, h, 0)
	for name, tt := range map[string]struct {
		content []byte
		weight  float64 // bytes per pixel
	}{
		"progressive":                       {colours, 7.5},
		"behind a marker of a restart":      {hidden(t, colours, restart+3), 7.5},
		"behind a marker of nothing":        {hidden(t, colours, 0), 7.5},
		"4:4:4":                             {full, 3},
		"red, green and blue":               {named, 7},
		"red, green and blue, Adobe's way":  {adobe, 7},
		"grey":                              {grey, 1},
		"grey in passes":                    {greyPNG(t, w, h, 1), 1.5},
		"grey, one of which is transparent": {chunked(grey, "tRNS", []byte{0, 0}), 4},
		"deep":                              {deepPNG(t, w, h), 8},
	} {
		f, ok := sniff(tt.content)
		cfg, err := config(f, tt.content)
		if !ok || err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := float64(weightOf(f, cfg, tt.content)) / (w * h); got != tt.weight {
			t.Errorf("%s: %g bytes a pixel, want %g", name, got, tt.weight)
		}
	}
}

// A picture that asks to be gone over a thousand times is refused before the first.
func TestManyScansAreRefused(t *testing.T) {
	t.Parallel()
	picture := declared(t, asJPEG(t, striped(16, 16)), progressive, 4000, 3000)
	scan := append(bytes.Clone(startOfScan), 0, 8, 1, 1, 0, 0, 63, 0)
	if _, _, err := inspect(append(bytes.Clone(picture), bytes.Repeat(scan, 10)...)); err != nil {
		t.Errorf("eleven scans: %v", err)
	}
	if _, _, err := inspect(append(picture, bytes.Repeat(scan, 1000)...)); errs.KeyOf(err) != "media.unreadable" {
		t.Errorf("a thousand scans: %v", err)
	}
}

// Scaling the largest photograph takes a fraction of what its pixels do.
func TestScalingIsFrugal(t *testing.T) {
	photo := image.NewYCbCr(image.Rect(0, 0, 8000, 5000), image.YCbCrSubsampleRatio420)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	scaled := scale(photo, 1280, 800)
	runtime.ReadMemStats(&after)
	if size := scaled.Bounds().Size(); size != image.Pt(1280, 800) {
		t.Fatalf("scaled to %v", size)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 120<<20 {
		t.Errorf("scaling took %d MB", grown>>20)
	}
}

// Halving first keeps colours and edges where they were.
func TestScalingKeepsThePicture(t *testing.T) {
	t.Parallel()
	small := scale(striped(2001, 1333), 320, 213)
	for at, want := range map[image.Point]color.RGBA{{10, 10}: red, {150, 200}: red, {170, 5}: blue, {310, 210}: blue} {
		if got := small.RGBAAt(at.X, at.Y); got != want {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}
