package rank

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/search/record"
)

func packed(title []uint32, body ...uint32) record.PackedWords {
	var w record.Words
	w.TitleLen[0], w.BodyLen = uint8(len(title)), uint16(len(body))
	for i, h := range title {
		w.Add(h, record.Title, i, false)
	}
	for _, h := range body {
		w.Add(h, record.Body, 0, false)
	}
	return w.Pack()
}

func query(terms ...uint32) *Query {
	q := &Query{}
	for _, t := range terms {
		q.Groups = append(q.Groups, Group{IDF: 3, Alts: []Alt{{Terms: []uint32{t}, Weight: 1}}})
	}
	return q
}

func TestWhatAShopperExpectsComesFirst(t *testing.T) {
	t.Parallel()
	w := Default
	score := func(doc record.PackedWords, prior float64) float64 { return w.Score(query(1, 2), doc, prior).Score }
	for name, pair := range map[string][2]float64{
		"title over body":       {score(packed([]uint32{1, 2, 9}), 0), score(packed([]uint32{9}, 1, 2), 0)},
		"both words over one":   {score(packed([]uint32{1, 2}), 0), score(packed([]uint32{1, 9}), 0)},
		"neighbours over far":   {score(packed([]uint32{1, 2, 7, 8, 9}), 0), score(packed([]uint32{1, 7, 8, 9, 2}), 0)},
		"short title over long": {score(packed([]uint32{1, 2}), 0), score(packed([]uint32{1, 2, 5, 6, 7, 8, 9, 10}), 0)},
		"popular over unknown":  {score(packed([]uint32{1, 2}), 1), score(packed([]uint32{1, 2}), 0)},
	} {
		if pair[0] <= pair[1] {
			t.Errorf("%s: %.3f is not above %.3f", name, pair[0], pair[1])
		}
	}
}

func TestMissingGroupsAreCounted(t *testing.T) {
	t.Parallel()
	q := query(1, 2, 3)
	q.Groups[2].Optional = true
	w := Default
	if m := w.Score(q, packed([]uint32{1, 8}), 0); m.Missing != 1 || m.Has != 1 {
		t.Errorf("missing %d, has %b; want 1 and 1", m.Missing, m.Has)
	}
}

func TestAnotherOccurrenceNeverHurts(t *testing.T) {
	t.Parallel()
	w := Default
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Uint32Range(1, 5), 0, 20).Draw(t, "body")
		with, without := packed([]uint32{9}, append(body, 1)...), packed([]uint32{9}, append(body, 7)...)
		if a, b := w.Score(query(1), with, 0).Score, w.Score(query(1), without, 0).Score; a < b {
			t.Fatalf("%v: %.4f with the word, %.4f without", body, a, b)
		}
	})
}
