package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// The look at a picture's head never panics, and what passes it fits into memory.
func FuzzInspect(f *testing.F) {
	f.Add(pngHeader(10, 10))
	f.Add(pngHeader(50_000, 50_000))
	f.Add([]byte("GIF89a\x0a\x00\x0a\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x2c\x00\x00\x00\x00\x0a\x00\x0a\x00\x00"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x0b\x08\x00\x0a\x00\x0a\x01\x01\x11\x00"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Add(append([]byte("RIFF\x16\x00\x00\x00WEBPVP8X"), binary.LittleEndian.AppendUint64(nil, 10)...))
	f.Fuzz(func(t *testing.T, content []byte) {
		_, cfg, err := inspect(content)
		if err == nil && (cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width*cfg.Height > MaxPixels) {
			t.Fatalf("%d × %d passes", cfg.Width, cfg.Height)
		}
	})
}

// The look at a document never panics, and refuses in words.
func FuzzDocument(f *testing.F) {
	f.Add([]byte(paper))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if kind, err := documentOf(content); err == nil && kind.contentType == "" || err != nil && errs.KeyOf(err) == "" {
			t.Fatalf("%+v, %v", kind, err)
		}
	})
}

// bytesOf is how much memory the pixels of a picture take.
func bytesOf(img image.Image) int {
	switch img := img.(type) {
	case *image.Gray:
		return len(img.Pix)
	case *image.Gray16:
		return len(img.Pix)
	case *image.Paletted:
		return len(img.Pix)
	case *image.RGBA:
		return len(img.Pix)
	case *image.NRGBA:
		return len(img.Pix)
	case *image.RGBA64:
		return len(img.Pix)
	case *image.NRGBA64:
		return len(img.Pix)
	case *image.CMYK:
		return len(img.Pix)
	case *image.YCbCr:
		return len(img.Y) + len(img.Cb) + len(img.Cr)
	case *image.NYCbCrA:
		return len(img.Y) + len(img.Cb) + len(img.Cr) + len(img.A)
	}
	return 0
}

// A picture that passes the look and is small is decoded or refused, never more, and takes no more memory than it was
// weighed at.
func FuzzDecode(f *testing.F) {
	f.Add(pngHeader(4, 4))
	for _, img := range []image.Image{image.NewGray(image.Rect(0, 0, 250, 250)), image.NewNRGBA64(image.Rect(0, 0, 3, 3)), image.NewRGBA(image.Rect(0, 0, 17, 5))} {
		var p, j bytes.Buffer
		if err := errors.Join(png.Encode(&p, img), jpeg.Encode(&j, img, nil)); err != nil {
			f.Fatal(err)
		}
		f.Add(p.Bytes())
		f.Add(j.Bytes())
		f.Add(chunked(p.Bytes(), "tRNS", []byte{0, 0}))
		f.Add(chunked(p.Bytes(), "tRNS", []byte{0, 0, 0, 0, 0, 0}))
	}
	f.Add([]byte("GIF89a\x02\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x44\x01\x00;"))
	f.Fuzz(func(t *testing.T, content []byte) {
		format, cfg, err := inspect(content)
		if err != nil || cfg.Width*cfg.Height > 1<<16 {
			return
		}
		if img, err := decode(format, content); err == nil && img.Bounds().Dx()*img.Bounds().Dy() > 1<<17 {
			t.Fatalf("it said %d × %d and is %v", cfg.Width, cfg.Height, img.Bounds())
		} else if err == nil && int64(bytesOf(img)) > 2*weightOf(format, cfg, content)+16<<10 { // whole blocks, of which a small picture has parts
			t.Fatalf("%d × %d pixels of %s take %d bytes, weighed at %d", cfg.Width, cfg.Height, format.name, bytesOf(img), weightOf(format, cfg, content))
		}
	})
}

func FuzzLabel(f *testing.F) {
	for _, seed := range []string{"../../etc/passwd", `C:\x\y.jpg`, "a.php\x00.jpg", "..", "\u202egpj.exe", strings.Repeat("я", 300) + ".jpeg", ". .", "a/."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := label(name)
		if strings.ContainsAny(got, "/\\\x00\u202e") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > MaxName || got == "." || got == ".." {
			t.Fatalf("label(%q) = %q", name, got)
		}
	})
}
