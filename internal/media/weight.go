package media

import (
	"encoding/binary"
	"image"
	"image/color"
)

// MaxDecoded is how much memory decoding may take in all, bytes: a photograph of 40 megapixels, or several smaller
// ones at once. A progressive JPEG and sixteen bits a colour take more for each pixel, so fewer pixels are let in.
const MaxDecoded = 200_000_000

// weightOf is how much memory decoding a picture takes, in bytes.
func weightOf(f format, cfg image.Config, content []byte) int64 {
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if f.name == jpegFormat.name {
		return int64(float64(pixels) * jpegWeight(content))
	}
	switch cfg.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8 * pixels
	case color.Gray16Model:
		return 2 * pixels
	case color.GrayModel:
		return pixels
	}
	if _, ok := cfg.ColorModel.(color.Palette); ok {
		return pixels
	}
	return 4 * pixels
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
		return samples * (1 + coefficient)
	}
	return samples
}

// progressive is the marker of a progressive frame.
const progressive = 0xc2

// jpegFrame finds the frame header: its marker, and what follows its length.
func jpegFrame(content []byte) (marker byte, body []byte) {
	for at := 2; at+4 <= len(content) && content[at] == 0xff; {
		marker = content[at+1]
		if marker == 0xff { // fill byte
			at++
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
