package dict

import (
	"slices"
	"testing"
)

func TestThesaurusKnowsShopWordsAndBrands(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{"лэптопы": "ноутбук", "стиралка": "стиральная машина", "самсунг": "samsung", "coca cola": "кока-кола", "Gazprom Neft": "Газпром Нефть"} {
		if !has(Default().Strong(Stems(from)), Stems(to)) {
			t.Errorf("%q does not lead to %q: %v", from, to, Default().Strong(Stems(from)))
		}
	}
	if !has(Default().Weak(Stems("афиша")), Stems("Афишная тумба")) {
		t.Errorf("a place is not found by its term")
	}
}

func has(list []Phrase, want Phrase) bool {
	return slices.ContainsFunc(list, func(p Phrase) bool { return slices.Equal(p, want) })
}

func TestEveryPhraseIsBounded(t *testing.T) {
	t.Parallel()
	for _, m := range []phrases{Default().strong, Default().weak} {
		for from, list := range m {
			if len(list) > 60 {
				t.Errorf("%q leads to %d phrases: too vague to help", from, len(list))
			}
		}
	}
}
