package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"runtime/debug"

	"github.com/gen2brain/webp"
	"golang.org/x/image/draw"
	"golang.org/x/sync/semaphore"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Quality of what is kept: at these figures goods photographs show no blocks on a phone screen, and
// WebP is about a third smaller.
const (
	jpegQuality = 82
	webpQuality = 78
	webpMethod  = 2 // 0 quick … 6 small; 2 takes half the time of the default for 3 % more bytes
)

// rendition is one encoded size of a picture.
type rendition struct {
	size int
	jpeg []byte
	webp []byte
}

// encoder turns uploads into renditions, so many at once as memory allows and no more.
type encoder struct{ room *semaphore.Weighted }

// newEncoder admits one picture of the greatest weight, or several lighter ones, at a time.
func newEncoder() *encoder { return &encoder{room: semaphore.NewWeighted(MaxDecoded)} }

// heavy is from how many bytes on a picture's memory is given back before the next one is let in.
const heavy = 32_000_000

// enter waits until there is room to decode a picture of a weight, and gives what makes it free again.
func (e *encoder) enter(ctx context.Context, weight int64) (leave func(), err error) {
	if err := e.room.Acquire(ctx, weight); err != nil {
		return nil, fmt.Errorf("waiting for room to decode: %w", err)
	}
	return func() {
		if weight > heavy { // its garbage must not lie beside the next one's pixels
			debug.FreeOSMemory()
		}
		e.room.Release(weight)
	}, nil
}

// render decodes content and encodes every size. w and h are those of the upright picture.
func (e *encoder) render(ctx context.Context, content []byte) (w, h int, _ []rendition, err error) {
	f, cfg, err := inspect(content)
	if err != nil {
		return 0, 0, nil, err
	}
	leave, err := e.enter(ctx, weightOf(f, cfg, content))
	if err != nil {
		return 0, 0, nil, err
	}
	defer leave()
	src, err := decode(f, content)
	if err != nil {
		return 0, 0, nil, err
	}
	turn := orientation(f.exif(content))
	w, h = src.Bounds().Dx(), src.Bounds().Dy()
	if swapsSides(turn) {
		w, h = h, w
	}
	list, err := renditions(ctx, src, w, h, turn)
	return w, h, list, err
}

// renditions scales from the largest size down, each from the one before: the original is read once.
func renditions(ctx context.Context, src image.Image, w, h, turn int) ([]rendition, error) {
	list := make([]rendition, len(Sizes))
	var last *image.RGBA
	for i := len(Sizes) - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		fw, fh := fit(w, h, Sizes[i])
		if last != nil && last.Bounds().Dx() == fw && last.Bounds().Dy() == fh {
			list[i] = list[i+1]
			list[i].size = Sizes[i]
			continue
		}
		if last == nil {
			last = upright(scaleUnturned(src, fw, fh, turn), turn)
		} else {
			last = scale(last, fw, fh)
		}
		r, err := encode(last)
		if err != nil {
			return nil, err
		}
		r.size = Sizes[i]
		list[i] = r
	}
	return list, nil
}

// scaleUnturned scales before turning: turning the small picture is cheaper.
func scaleUnturned(src image.Image, fw, fh, turn int) *image.RGBA {
	if swapsSides(turn) {
		fw, fh = fh, fw
	}
	return scale(src, fw, fh)
}

// scale draws src over white, so that what was transparent reads on every page. It halves what is more than twice too
// large first: the kernel keeps 32 bytes for each pixel of a column as high as its source, 220 MB for a photograph of 40
// megapixels at once.
func scale(src image.Image, w, h int) *image.RGBA {
	for src.Bounds().Dx() >= 2*w && src.Bounds().Dy() >= 2*h {
		src = drawn(draw.ApproxBiLinear, src, (src.Bounds().Dx()+1)/2, (src.Bounds().Dy()+1)/2)
	}
	return drawn(draw.CatmullRom, src, w, h)
}

func drawn(by draw.Scaler, src image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if src.Bounds().Dx() == w && src.Bounds().Dy() == h {
		draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Over)
		return dst
	}
	by.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	return dst
}

func encode(img *image.RGBA) (rendition, error) {
	var j, w bytes.Buffer
	if err := jpeg.Encode(&j, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return rendition{}, fmt.Errorf("jpeg: %w", err)
	}
	if err := webp.Encode(&w, img, webp.Options{Quality: webpQuality, Method: webpMethod}); err != nil {
		return rendition{}, errs.New(errs.Unavailable, "error.unavailable").With(fmt.Errorf("webp: %w", err))
	}
	return rendition{jpeg: j.Bytes(), webp: w.Bytes()}, nil
}
