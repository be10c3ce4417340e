package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/webp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

var red, blue = color.RGBA{220, 20, 20, 255}, color.RGBA{20, 20, 220, 255}

// striped is a picture whose left half is red and right half blue.
func striped(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := red
			if x >= w/2 {
				c = blue
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is an APP1 body with an orientation and a text that must not survive.
func exif(order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	b := []byte("Exif\x00\x00" + mark)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, orientation)
	b = order.AppendUint16(b, 0)
	b = order.AppendUint32(b, 0)
	return append(b, "GPS 55.7887 49.1221 Иванов"...)
}

func withExif(content, body []byte) []byte {
	seg := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return bytes.Join([][]byte{content[:2], seg, body, content[2:]}, nil)
}

func render(t *testing.T, content []byte) (int, int, []rendition) {
	t.Helper()
	w, h, list, err := newEncoder().render(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	return w, h, list
}

func TestRenderMakesEverySize(t *testing.T) {
	t.Parallel()
	w, h, list := render(t, asPNG(t, striped(1600, 800)))
	if w != 1600 || h != 800 {
		t.Errorf("size %d×%d, want 1600×800", w, h)
	}
	var got []string
	for _, r := range list {
		j, err := jpeg.DecodeConfig(bytes.NewReader(r.jpeg))
		if err != nil {
			t.Fatal(err)
		}
		p, err := webp.DecodeConfig(bytes.NewReader(r.webp))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d: %d×%d %d×%d", r.size, j.Width, j.Height, p.Width, p.Height))
	}
	want := []string{"96: 96×48 96×48", "320: 320×160 320×160", "640: 640×320 640×320", "1280: 1280×640 1280×640"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("renditions (-want +got):\n%s", d)
	}
}

func TestSmallPictureIsNotBlownUp(t *testing.T) {
	t.Parallel()
	_, _, list := render(t, asPNG(t, striped(200, 100)))
	for _, r := range list[1:] {
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(r.jpeg)); err != nil || cfg.Width != 200 {
			t.Errorf("size %d is %d wide (%v), want 200", r.size, cfg.Width, err)
		}
	}
	img := Image{Key: strings.Repeat("a", 32), W: 200, H: 100}
	if got, want := img.SrcSet(), "/media/"+img.Key+"/96.jpg 96w, /media/"+img.Key+"/320.jpg 200w"; got != want {
		t.Errorf("SrcSet = %q, want %q", got, want)
	}
}

// TestOrientation turns a picture with a red left half by every EXIF mark and looks where red is.
func TestOrientation(t *testing.T) {
	t.Parallel()
	redSide := map[uint16]string{1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}
	for mark, want := range redSide {
		for _, order := range []struct {
			binary.AppendByteOrder
			mark string
		}{{binary.LittleEndian, "II*\x00"}, {binary.BigEndian, "MM\x00*"}} {
			w, h, list := render(t, withExif(asJPEG(t, striped(400, 200)), exif(order, order.mark, mark)))
			if turned := w == 200 && h == 400; turned != (mark >= 5) {
				t.Errorf("mark %d: %d×%d", mark, w, h)
			}
			img, err := jpeg.Decode(bytes.NewReader(list[1].jpeg))
			if err != nil {
				t.Fatal(err)
			}
			if got := sideOfRed(img); got != want {
				t.Errorf("mark %d: red is %s, want %s", mark, got, want)
			}
		}
	}
}

func sideOfRed(img image.Image) string {
	b := img.Bounds()
	isRed := func(x, y int) bool { r, _, bl, _ := img.At(x, y).RGBA(); return r > bl }
	nw, ne, sw := isRed(b.Dx()/10, b.Dy()/10), isRed(b.Dx()*9/10, b.Dy()/10), isRed(b.Dx()/10, b.Dy()*9/10)
	switch {
	case nw && sw:
		return "left"
	case nw && ne:
		return "top"
	case ne:
		return "right"
	case sw:
		return "bottom"
	}
	return "nowhere"
}

func TestMetadataIsGone(t *testing.T) {
	t.Parallel()
	content := withExif(asJPEG(t, striped(400, 200)), exif(binary.LittleEndian, "II*\x00", 1))
	content = append(content, "<script>alert(1)</script>"...) // bytes after the end of a JPEG
	_, _, list := render(t, content)
	for _, r := range list {
		for _, out := range [][]byte{r.jpeg, r.webp} {
			for _, leak := range []string{"GPS", "Exif", "EXIF", "Иванов", "<script"} {
				if bytes.Contains(out, []byte(leak)) {
					t.Errorf("size %d still holds %q", r.size, leak)
				}
			}
		}
	}
}

func TestTransparentBecomesWhite(t *testing.T) {
	t.Parallel()
	_, _, list := render(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 50, 50))))
	img, err := jpeg.Decode(bytes.NewReader(list[0].jpeg))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(25, 25).RGBA(); min(r, g, b) < 0xfa00 {
		t.Errorf("colour %x %x %x, want white", r, g, b)
	}
}

// TestPolyglotGIF: a GIF that is a script too is re-encoded into pictures that are not.
func TestPolyglotGIF(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := gif.Encode(&b, striped(20, 20), nil); err != nil {
		t.Fatal(err)
	}
	_, _, list := render(t, append(b.Bytes(), "/*=1;alert(document.cookie)//*/"...))
	if bytes.Contains(list[0].jpeg, []byte("alert")) || bytes.Contains(list[0].webp, []byte("alert")) {
		t.Error("the script survived")
	}
}

// pngHeader is a PNG of 57 bytes that declares w×h pixels and holds none.
func pngHeader(w, h uint32) []byte {
	ihdr := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h), 8, 6, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(ihdr))
	return append(b, "\x00\x00\x00\x00IEND\xae\x42\x60\x82"...)
}

func TestHostileUploadsAreRefused(t *testing.T) {
	t.Parallel()
	sample := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	tests := map[string]struct {
		content []byte
		key     string
	}{
		"svg":              {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "media.not_image"},
		"html named jpg":   {[]byte("<!doctype html><script>alert(1)</script>"), "media.not_image"},
		"pdf":              {[]byte("%PDF-1.7\n/JS (app.alert(1))"), "media.not_image"},
		"tiff":             {[]byte("II*\x00\x08\x00\x00\x00"), "media.not_image"},
		"only a signature": {[]byte("\x89PNG\r\n\x1a\n"), "media.unreadable"},
		"50 000 × 50 000":  {pngHeader(50_000, 50_000), "media.too_many_pixels"},
		"2³¹ wide":         {pngHeader(1<<31-1, 1<<31-1), "media.unreadable"},
		"long and thin":    {pngHeader(16_001, 1), "media.too_many_pixels"},
		"no pixels":        {pngHeader(10, 10), "media.unreadable"},
		"half a JPEG":      {asJPEG(t, striped(400, 400))[:900], "media.unreadable"},
		"broken.png":       {sample("broken.png"), "media.unreadable"},
		"truncated_jpeg":   {sample("truncated_jpeg.jpg"), "media.unreadable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := newEncoder().render(t.Context(), tt.content)
			if !errs.Is(err, errs.Invalid) || errs.KeyOf(err) != tt.key {
				t.Errorf("%v, want Invalid %s", err, tt.key)
			}
		})
	}
}

// TestBombCostsNothing: refusing a picture that declares 10 GB allocates next to nothing.
func TestBombCostsNothing(t *testing.T) {
	bomb := pngHeader(50_000, 50_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, err := inspect(bomb); err == nil {
		t.Fatal("accepted")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("refusing took %d bytes", grown)
	}
}

// TestHostileFolder feeds every hostile picture given to the project, where the folder is at hand.
// Whatever happens must be a classified refusal or pictures that decode and carry no metadata.
func TestHostileFolder(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("YARMARKA_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dirs := []string{"testdata", filepath.Join(dir, "hostile", "images")}
	enc := newEncoder()
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			t.Logf("%s is not here: only the copied samples are tried", dir)
			continue
		}
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			checkHostile(t, enc, path, content)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func checkHostile(t *testing.T, enc *encoder, path string, content []byte) {
	t.Helper()
	_, _, list, err := enc.render(context.Background(), content)
	if err != nil {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v is not a classified refusal", path, err)
		}
		return
	}
	for _, r := range list {
		if _, err := jpeg.Decode(bytes.NewReader(r.jpeg)); err != nil {
			t.Errorf("%s: size %d: %v", path, r.size, err)
		}
		if bytes.Contains(r.jpeg, []byte("Exif")) || bytes.Contains(r.webp, []byte("EXIF")) {
			t.Errorf("%s: size %d keeps metadata", path, r.size)
		}
	}
}

// TestFit: every size is kept, no picture grows, no side vanishes, proportions hold to a pixel.
func TestFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, MaxSide).Draw(t, "w"), rapid.IntRange(1, MaxSide).Draw(t, "h")
		size := rapid.SampledFrom(Sizes).Draw(t, "size")
		fw, fh := fit(w, h, size)
		if fw < 1 || fh < 1 || fw > min(w, size) || fh > min(h, 2*size) {
			t.Fatalf("fit(%d, %d, %d) = %d, %d", w, h, size, fw, fh)
		}
		if fw > 1 && fh > 1 && max(w*fh-h*fw, h*fw-w*fh) > max(w, h) {
			t.Fatalf("fit(%d, %d, %d) = %d, %d is out of proportion", w, h, size, fw, fh)
		}
	})
}

// TestPlaceIsABijection: turning loses no pixel whichever mark it is.
func TestPlaceIsABijection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 20).Draw(t, "w"), rapid.IntRange(1, 20).Draw(t, "h")
		mark := rapid.IntRange(1, 8).Draw(t, "mark")
		uw, uh := w, h
		if swapsSides(mark) {
			uw, uh = h, w
		}
		seen := map[[2]int]bool{}
		for y := range h {
			for x := range w {
				dx, dy := place(mark, x, y, w, h)
				if dx < 0 || dy < 0 || dx >= uw || dy >= uh || seen[[2]int{dx, dy}] {
					t.Fatalf("mark %d: %d,%d of %d×%d goes to %d,%d", mark, x, y, w, h, dx, dy)
				}
				seen[[2]int{dx, dy}] = true
			}
		}
	})
}

func FuzzExif(f *testing.F) {
	f.Add(exif(binary.LittleEndian, "II*\x00", 6))
	f.Add(exif(binary.BigEndian, "MM\x00*", 3))
	f.Add([]byte("Exif\x00\x00II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, find := range []func([]byte) []byte{jpegExif, pngExif, webpExif} {
			if o := orientation(find(b)); o < 1 || o > 8 {
				t.Errorf("orientation %d", o)
			}
		}
		if o := orientation(b); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\Фото\ваза.jpg`: "ваза.jpg", "a.php\x00.jpg": "a.php.jpg", "": "", "..": "",
		"gpj.\u202Efdp.exe": "gpj.fdp.exe", "CON": "CON", "\xff.png": ".png",
		strings.Repeat("я", 300) + ".jpeg": strings.Repeat("я", 115) + ".jpeg",
	} {
		if got := label(in); got != want {
			t.Errorf("label(%q) = %q, want %q", in, got, want)
		}
	}
}

// BenchmarkRender takes a photograph of 12 megapixels, as telephones make them, through every size.
func BenchmarkRender(b *testing.B) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, striped(4000, 3000), nil); err != nil {
		b.Fatal(err)
	}
	enc := newEncoder()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := enc.render(b.Context(), photo.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
