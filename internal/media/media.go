// Package media keeps what people upload: pictures of goods, re-encoded into sizes that pages ask
// for, and documents that only their owner may fetch. It owns media_files and the blobs named
// there. Nothing of an upload but its pixels survives: names are labels, metadata is dropped,
// types are told by content. It never decides where a picture is shown.
package media

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Limits of an upload.
const (
	MaxImageBytes    = 15 << 20
	MaxDocumentBytes = 20 << 20
	MaxPixels        = 40_000_000
	MaxSide          = 16_000 // pixels
	MaxName          = 120    // letters of the label

	// What the documents that one owner sent may amount to. An archive of contracts and expert papers of many years fits.
	MaxDocuments      = 2000
	MaxDocumentsBytes = 2 << 30
)

// PictureRoom is how many bytes the pictures of one shop may take in all their sizes, unless the operator sets another
// figure: some 60,000 photographs.
const PictureRoom = 20 << 30

// Sizes are the widths in pixels that every picture is kept in, smallest first. A picture narrower
// than a size is not blown up: that size then holds it at its own width.
var Sizes = []int{96, 320, 640, 1280}

// Image is a stored picture, ready to be shown. The zero Image means "no picture".
// Other modules may fill one from media_files: id, key, width, height.
type Image struct {
	ID  int64
	Key string
	W   int // of the upright original, pixels
	H   int
	Alt string
}

// IsZero reports whether there is no picture.
func (i Image) IsZero() bool { return i.Key == "" }

// Src is the address of one size as JPEG. size is one of "96", "320", "640", "1280".
func (i Image) Src(size string) string { return i.url(size, "jpg") }

// SrcWebP is the address of one size as WebP.
func (i Image) SrcWebP(size string) string { return i.url(size, "webp") }

func (i Image) url(size, ext string) string { return "/media/" + i.Key + "/" + size + "." + ext }

// SrcSet lists the sizes as JPEG for the srcset attribute, each with its true width.
func (i Image) SrcSet() string { return i.srcset("jpg") }

// SrcSetWebP lists the sizes as WebP for the srcset attribute.
func (i Image) SrcSetWebP() string { return i.srcset("webp") }

func (i Image) srcset(ext string) string {
	var list []string
	for _, size := range Sizes {
		w, _ := fit(i.W, i.H, size)
		list = append(list, i.url(strconv.Itoa(size), ext)+" "+strconv.Itoa(w)+"w")
		if w == i.W {
			break // larger sizes hold the same pixels
		}
	}
	return strings.Join(list, ", ")
}

// fit says how large a picture of w×h is in a size: at most size wide and twice as high, never
// larger than it is.
func fit(w, h, size int) (int, int) {
	fw, fh := w, h
	if fw > size {
		fw, fh = size, max(1, h*size/w)
	}
	if fh > 2*size {
		fw, fh = max(1, w*2*size/h), 2*size
	}
	return fw, fh
}

// Document is a stored file that only its owner may fetch.
type Document struct {
	ID          int64
	Owner       Owner
	Name        string
	ContentType string
	Bytes       int64
	CreatedAt   time.Time
	key         string
}

// Owner says whose an upload is: a shop's, a person's, or the operator's own when both are 0.
type Owner struct {
	SellerID int64
	PersonID int64
}

// recipe is part of every picture's key: changing how pictures are encoded changes the addresses,
// which are immutable for whoever keeps them.
const recipe = "yarmarka picture 1\n"

func imageKey(content []byte) string {
	h := sha256.New()
	h.Write([]byte(recipe))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

var keyForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func imageBlob(key string, size int, ext string) string {
	return fmt.Sprintf("image/%s/%s/%d.%s", key[:2], key, size, ext)
}

func documentBlob(key string) string { return fmt.Sprintf("document/%s/%s.bin", key[:2], key) }

// label makes a file name fit to be read by people: without its directories, control and
// direction-changing characters, and not too long. It is never used as a path.
func label(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	if len(runes) > MaxName {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		runes = slices.Concat(runes[:MaxName-len(ext)], ext)
	}
	if text := strings.TrimSpace(string(runes)); strings.Trim(text, "./") != "" {
		return text
	}
	return ""
}
