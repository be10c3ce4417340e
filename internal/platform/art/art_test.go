package art

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The golden drawings were approved by the designer; a change here is a change of the look.
func TestDrawingsAreTheApprovedOnes(t *testing.T) {
	t.Parallel()
	for name, backdrop := range map[string]int{"grinder-malachite": 0, "teapot-lapis": 1, "beans-jasper": 0, "linen-rhodonite": 2,
		"train-turquoise": 1, "shawl-chalk": 1, "vase-rhodonite": 0, "boots-flint": 1} {
		kind, stone, _ := strings.Cut(name, "-")
		want, err := os.ReadFile(filepath.Join("testdata", name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := draw(kind, stone, backdrop)
		if diff := cmp.Diff(strings.Split(string(want), "><"), strings.Split(got, "><")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEveryKindInEveryStoneIsSmallWellFormedAndTheSameTwice(t *testing.T) {
	t.Parallel()
	if !Has(Fallback) {
		t.Errorf("the kind for unknown goods, %s, is not drawn", Fallback)
	}
	for _, kind := range Kinds() {
		for _, stone := range Palettes {
			svg, ok := SVG(kind, stone)
			again, _ := SVG(kind, stone)
			if !ok || svg != again || len(svg) > 8000 {
				t.Errorf("%s-%s: ok %v, same %v, %d bytes", kind, stone, ok, svg == again, len(svg))
			}
			for d := xml.NewDecoder(strings.NewReader(svg)); ; {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s-%s: %v", kind, stone, err)
				}
			}
		}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{"/media/art/mug-lapis.svg": 200, "/media/art/mug-lapis": 404, "/media/art/mug-gold.svg": 404,
		"/media/art/../mug.svg": 404, "/media/art/": 404, For("unknown", "42"): 200} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s = %d, want %d", path, w.Code, want)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/media/art/mug-lapis.svg", nil)
	r.Header.Set("If-None-Match", version)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		t.Errorf("known bytes: %d, want 304", w.Code)
	}
}

func TestPaletteForSpreads(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i := range 800 {
		seen[PaletteFor(strings.Repeat("x", i%7)+string(rune('a'+i%26))+num(float64(i)))]++
	}
	for _, stone := range Palettes {
		if seen[stone] < 50 {
			t.Errorf("%s is given to %d of 800 products", stone, seen[stone])
		}
	}
}
