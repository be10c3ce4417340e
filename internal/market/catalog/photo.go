package catalog

import (
	"strconv"

	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/art"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Photo is a picture of a card, or the drawn illustration that stands in for one.
type Photo struct {
	MediaID int64  `json:"media_id"`
	Key     string `json:"key"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	Alt     Text   `json:"alt"`
	Art     string `json:"art"` // address of the illustration, used when Key is empty
}

// ArtPath is the illustration of a product without photos: the kind comes from its category, the
// stone from its id, so that a product always looks the same.
func ArtPath(kind string, productID int64) string {
	return art.For(kind, strconv.FormatInt(productID, 10))
}

// Image is the picture as media keeps it.
func (p Photo) Image() media.Image {
	return media.Image{ID: p.MediaID, Key: p.Key, W: p.Width, H: p.Height}
}

// Src is the address of the picture about 320 pixels wide.
func (p Photo) Src() string {
	if p.Key == "" {
		return p.Art
	}
	return p.Image().Src("320")
}

// Pic makes the picture ready to print; sizes tells the browser how wide it will be shown.
func (p Photo) Pic(alt, sizes string) ui.Pic {
	if p.Key == "" {
		return ui.Pic{Src: p.Art, Alt: alt}
	}
	img := p.Image()
	return ui.Pic{Src: img.Src("640"), SrcSet: img.SrcSet(), WebP: img.SrcSetWebP(), Sizes: sizes, Alt: alt}
}
