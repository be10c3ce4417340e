package search

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// nameKeeper remembers names of categories, brands, attributes and values for as long as answers may be kept: every
// list asks for the same few hundred. What has no name is remembered as such.
type nameKeeper struct {
	mu    sync.Mutex
	since time.Time
	langs map[i18n.Lang]*keptNames
	size  int
}

type keptNames struct {
	categories, brands, attrs map[int64]keptName
	pairs                     map[Pair]keptName
}

type keptName struct {
	name Name
	ok   bool
}

// maxNames bounds what is remembered; then it begins anew.
const maxNames = 20_000

func newKeptNames() *keptNames {
	return &keptNames{categories: map[int64]keptName{}, brands: map[int64]keptName{}, attrs: map[int64]keptName{}, pairs: map[Pair]keptName{}}
}

// get answers ids out of memory and asks for the rest.
func (k *nameKeeper) get(ctx context.Context, lang i18n.Lang, ids IDs, now time.Time, keepFor time.Duration, ask func(context.Context, i18n.Lang, IDs) (Names, error)) (Names, error) {
	if keepFor == 0 {
		return ask(ctx, lang, ids)
	}
	out := Names{Categories: map[int64]Name{}, Brands: map[int64]Name{}, Attrs: map[int64]Name{}, Pairs: map[Pair]Name{}}
	k.mu.Lock()
	if now.Sub(k.since) > keepFor || k.size > maxNames {
		k.since, k.langs, k.size = now, map[i18n.Lang]*keptNames{}, 0
	}
	if k.langs[lang] == nil {
		k.langs[lang] = newKeptNames()
	}
	have := k.langs[lang]
	missing := IDs{
		Categories: recall(have.categories, ids.Categories, out.Categories), Brands: recall(have.brands, ids.Brands, out.Brands),
		Attrs: recall(have.attrs, ids.Attrs, out.Attrs), Pairs: recall(have.pairs, ids.Pairs, out.Pairs),
	}
	k.mu.Unlock()
	if len(missing.Categories)+len(missing.Brands)+len(missing.Attrs)+len(missing.Pairs) == 0 {
		return out, nil
	}
	got, err := ask(ctx, lang, missing)
	if err != nil {
		return out, err
	}
	k.mu.Lock()
	remember(have.categories, missing.Categories, got.Categories)
	remember(have.brands, missing.Brands, got.Brands)
	remember(have.attrs, missing.Attrs, got.Attrs)
	remember(have.pairs, missing.Pairs, got.Pairs)
	k.size += len(missing.Categories) + len(missing.Brands) + len(missing.Attrs) + len(missing.Pairs)
	k.mu.Unlock()
	maps.Copy(out.Categories, got.Categories)
	maps.Copy(out.Brands, got.Brands)
	maps.Copy(out.Attrs, got.Attrs)
	maps.Copy(out.Pairs, got.Pairs)
	return out, nil
}

// recall copies the names that are remembered into out and gives the ids that are not.
func recall[K comparable](have map[K]keptName, ids []K, out map[K]Name) []K {
	return slices.DeleteFunc(slices.Clone(ids), func(id K) bool {
		n, known := have[id]
		if n.ok {
			out[id] = n.name
		}
		return known
	})
}

func remember[K comparable](have map[K]keptName, asked []K, got map[K]Name) {
	for _, id := range asked {
		n, ok := got[id]
		have[id] = keptName{n, ok}
	}
}
