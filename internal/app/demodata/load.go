package demodata

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
)

//go:embed shops.toml brands.toml large.toml cards/*.toml openfoodfacts.tsv LICENSE-grocery LICENSE-openfoodfacts photos/*.jpg
var files embed.FS

// Load reads the whole market once and gives the same one ever after: do not change it.
var Load = sync.OnceValues(load)

// Photo gives the JPEG bytes of a product's photograph.
func Photo(name string) ([]byte, error) { return files.ReadFile("photos/" + name) }

func load() (*Market, error) {
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, err
	}
	m := &Market{Notices: notices}
	if m.Shops, err = loadShops(); err != nil {
		return nil, err
	}
	var brands struct{ Brand []Brand }
	if err := decode("brands.toml", &brands); err != nil {
		return nil, err
	}
	m.Brands = brands.Brand
	b := builder{tax: tax, market: m}
	paths, err := fs.Glob(files, "cards/*.toml")
	if err != nil {
		return nil, err
	}
	var all []error
	for _, path := range paths {
		if err := b.cards(path); err != nil {
			all = append(all, fmt.Errorf("%s: %w", path, err))
		}
	}
	if err := errors.Join(all...); err != nil {
		return nil, err // every broken card at once: whoever wrote them mends them in one go
	}
	if err := b.openFoodFacts(); err != nil {
		return nil, fmt.Errorf("openfoodfacts.tsv: %w", err)
	}
	return m, nil
}

func decode(path string, v any) error {
	raw, err := files.ReadFile(path)
	if err != nil {
		return err
	}
	meta, err := toml.Decode(string(raw), v)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("%s: unknown key %v", path, extra[0])
	}
	return nil
}

// both splits "русский|English"; a text without a bar serves both languages.
func both(s string) Text {
	ru, en, ok := strings.Cut(s, "|")
	if !ok {
		en = ru
	}
	return Text{RU: strings.TrimSpace(ru), EN: strings.TrimSpace(en)}
}

func (m *Market) shop(slug string) (Shop, bool) {
	i := slices.IndexFunc(m.Shops, func(s Shop) bool { return s.Slug == slug })
	if i < 0 {
		return Shop{}, false
	}
	return m.Shops[i], true
}
