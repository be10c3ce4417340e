package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// MaxDecoded is how much memory decoding may take in all, bytes: a photograph of 40 megapixels, or several smaller
// ones at once. A progressive JPEG and sixteen bits a colour take more for each pixel, so fewer pixels are let in.
const MaxDecoded = 200_000_000

// weightOf is how much memory decoding a picture takes, in bytes.
func weightOf(f format, cfg image.Config, content []byte) int64 {
	pixels := float64(cfg.Width) * float64(cfg.Height)
	switch f.name {
	case jpegFormat.name:
		return int64(pixels * jpegWeight(content))
	case pngFormat.name:
		return int64(pixels * pngWeight(cfg.ColorModel, content))
	case webpFormat.name:
		return int64(pixels * webpWeight(cfg.ColorModel))
	}
	return int64(pixels) // of a GIF, an index into its palette
}

// pngWeight is bytes per pixel. One colour that stands for nothing (a tRNS chunk) makes grey pixels full ones; a picture
// that comes in seven passes stands beside the last of them, which has half of its pixels.
func pngWeight(model color.Model, content []byte) float64 {
	var weight float64
	clear := bytes.Contains(content, []byte("tRNS"))
	switch _, palette := model.(color.Palette); {
	case palette, model == color.GrayModel && !clear:
		weight = 1
	case model == color.Gray16Model && !clear:
		weight = 2
	case model == color.RGBA64Model, model == color.NRGBA64Model, model == color.Gray16Model:
		weight = 8
	default:
		weight = 4
	}
	const interlace = 28 // the last byte of the header: PNG, 11.2.2
	if len(content) > interlace && content[interlace] != 0 {
		weight *= 1.5
	}
	return weight
}

// webpWeight is bytes per pixel: of a picture without losses, its pixels and those before the last transform; else its
// samples, and with them its transparency, which comes as such a picture.
func webpWeight(model color.Model) float64 {
	const lossless, lossy, transparency = 4 + 4, 1.5, 1
	switch model {
	case color.YCbCrModel:
		return lossy
	case color.NYCbCrAModel:
		return lossy + transparency + lossless
	}
	return lossless
}

// coefficient is what a decoder keeps of each sample of a progressive JPEG until the last scan: an int32.
const coefficient = 4

// jpegWeight is bytes per pixel: one for each sample of each component, and its coefficient when the picture is
// progressive. Source: ITU-T T.81 B.2.2, the frame header.
func jpegWeight(content []byte) float64 {
	const worst = 4 * (1 + coefficient)
	kind, frame := jpegFrame(content)
	if len(frame) < 6 {
		return worst
	}
	parts := frame[6:]
	if n := int(frame[5]); n == 0 || len(parts) < 3*n {
		return worst
	}
	var sum, across, down int
	for i := range int(frame[5]) {
		h, v := int(parts[3*i+1]>>4), int(parts[3*i+1]&15)
		sum, across, down = sum+h*v, max(across, h), max(down, v)
	}
	if sum == 0 || across*down == 0 {
		return worst
	}
	samples := float64(sum) / float64(across*down)
	if kind == progressive {
		samples *= 1 + coefficient
	}
	if n := int(frame[5]); n == 4 || n == 3 && plainColours(parts, content) {
		samples += 4 // what was decoded is written once more, as pixels
	}
	return samples
}

// plainColours reports whether three components are red, green and blue, as a decoder finds it: by their names, or by
// Adobe's segment that says that nothing was transformed.
func plainColours(parts, content []byte) bool {
	if parts[0] == 'R' && parts[3] == 'G' && parts[6] == 'B' {
		return true
	}
	const transform = 11 // bytes behind the beginning of its name
	for at := 0; ; at += transform {
		next := bytes.Index(content[at:], []byte("Adobe"))
		if next < 0 {
			return false
		}
		at += next
		if at >= 4 && content[at-4] == 0xff && content[at-3] == 0xee && at+transform < len(content) && content[at+transform] == 0 {
			return true
		}
		if at+transform > len(content) {
			return false
		}
	}
}

// progressive is the marker of a progressive frame.
const progressive = 0xc2

// restart is the first of eight markers that stand alone. Decoders pass over them anywhere.
const restart = 0xd0

// jpegFrame finds the frame header: its marker, and what follows its length.
func jpegFrame(content []byte) (marker byte, body []byte) {
	for at := 2; at+4 <= len(content) && content[at] == 0xff; {
		marker = content[at+1]
		if marker == 0xff { // fill byte
			at++
			continue
		}
		if marker == 0 || marker >= restart && marker <= restart+7 { // they have no length: what follows is the next marker
			at += 2
			continue
		}
		size := int(binary.BigEndian.Uint16(content[at+2:]))
		if size < 2 || at+2+size > len(content) {
			return 0, nil
		}
		if marker >= 0xc0 && marker <= progressive {
			return marker, content[at+4 : at+2+size]
		}
		at += 2 + size
	}
	return 0, nil
}
