package media_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/media"
)

func TestPictureTag(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	p := media.Picture{Image: media.Image{Key: strings.Repeat("0", 32), W: 800, H: 600, Alt: `Ваза "Юкка"`}, Eager: true}
	if err := media.PictureTag(p).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`type="image/webp"`, `/96.webp 96w, `, `/1280.jpg 800w`, `width="640" height="480"`,
		`alt="Ваза &#34;Юкка&#34;"`, `loading="eager"`, `fetchpriority="high"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in %s", want, b.String())
		}
	}
	b.Reset()
	if err := media.PictureTag(media.Picture{Fallback: "/static/art/mug-amber.svg"}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "<picture>") || !strings.Contains(got, `src="/static/art/mug-amber.svg"`) {
		t.Errorf("no image: %s", got)
	}
}
