package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// orientation is the EXIF mark of how the camera was held, 1 (upright) to 8.
// Source: EXIF 2.32 §4.6.4, tag 0x0112.
func orientation(tiff []byte) int {
	tiff = bytes.TrimPrefix(tiff, []byte("Exif\x00\x00"))
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) != 0x0112 {
			continue
		}
		if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// jpegExif finds the APP1 segment that holds EXIF data.
func jpegExif(content []byte) []byte {
	for at := 2; at+4 <= len(content) && content[at] == 0xff; {
		marker := content[at+1]
		if marker == 0xff { // fill byte
			at++
			continue
		}
		if marker == 0xda || marker == 0xd9 {
			return nil
		}
		size := int(binary.BigEndian.Uint16(content[at+2:]))
		if size < 2 || at+2+size > len(content) {
			return nil
		}
		body := content[at+4 : at+2+size]
		if marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return body
		}
		at += 2 + size
	}
	return nil
}

// pngExif finds the eXIf chunk.
func pngExif(content []byte) []byte {
	for at := 8; at+12 <= len(content); {
		size := int(binary.BigEndian.Uint32(content[at:]))
		if size < 0 || size > len(content)-at-12 {
			return nil
		}
		if string(content[at+4:at+8]) == "eXIf" {
			return content[at+8 : at+8+size]
		}
		at += 12 + size
	}
	return nil
}

// webpExif finds the EXIF chunk of the RIFF file.
func webpExif(content []byte) []byte {
	for at := 12; at+8 <= len(content); {
		size := int(binary.LittleEndian.Uint32(content[at+4:]))
		if size < 0 || size > len(content)-at-8 {
			return nil
		}
		if string(content[at:at+4]) == "EXIF" {
			return content[at+8 : at+8+size]
		}
		at += 8 + size + size%2
	}
	return nil
}

func noExif([]byte) []byte { return nil }

// swapsSides reports whether the upright picture has width and height exchanged.
func swapsSides(orientation int) bool { return orientation >= 5 }

// upright turns and mirrors src as its orientation asks.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if swapsSides(orientation) {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			dx, dy := place(orientation, x, y, w, h)
			dst.SetRGBA(dx, dy, rgbaAt(src, x, y))
		}
	}
	return dst
}

func rgbaAt(src *image.RGBA, x, y int) color.RGBA {
	return src.RGBAAt(src.Rect.Min.X+x, src.Rect.Min.Y+y)
}

// place says where the pixel at x, y of a stored w×h picture belongs in the upright one.
func place(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
