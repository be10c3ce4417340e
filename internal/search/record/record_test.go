package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawFacts(t *rapid.T) Facts {
	id := rapid.Int64Range(1, 1<<40)
	pair := rapid.Custom(func(t *rapid.T) Pair { return Pair{id.Draw(t, "attr"), id.Draw(t, "value")} })
	variant := rapid.Custom(func(t *rapid.T) Variant {
		return Variant{Price: rapid.Int64Range(1, 1<<50).Draw(t, "price"), Pairs: rapid.SliceOfN(pair, 0, 4).Draw(t, "pairs")}
	})
	return Facts{
		Prior: rapid.Uint16().Draw(t, "prior"), InStock: rapid.Bool().Draw(t, "stock"), Score: rapid.Uint16().Draw(t, "score"),
		Freshness: rapid.Uint32().Draw(t, "fresh"), Brand: id.Draw(t, "brand"),
		Categories: rapid.SliceOfN(id, 0, 5).Draw(t, "cats"), Variants: rapid.SliceOfN(variant, 0, 6).Draw(t, "variants"),
	}
}

func TestRecordsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all, words []byte
		var want []Facts
		hashes := rapid.SliceOfN(rapid.Uint32(), 1, 30).Draw(t, "hashes")
		for i := range rapid.IntRange(1, 4).Draw(t, "n") {
			var w Words
			for pos, h := range hashes {
				w.Add(h, Field(pos%4), pos%60, false)
			}
			f := drawFacts(t)
			want = append(want, f)
			f.Titles = w.Titles()
			want[i] = f
			all = append(all, PackFacts(uint32(i+1), &f)...)
			words = append(words, w.PackFor(uint32(i+1))...)
		}
		r := Read(all)
		for i, f := range want {
			got, ok := r.Next()
			if !ok || got.Doc != uint32(i+1) {
				t.Fatalf("record %d: %v %v", i, ok, r.Err())
			}
			if diff := cmp.Diff(f, got.Facts, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			for pos, h := range hashes {
				if Field(pos%4) == Title && got.Titles[0].Find(h) < 0 {
					t.Fatalf("word %x of the title is lost", h)
				}
			}
		}
		if _, ok := r.Next(); ok || r.Err() != nil {
			t.Fatalf("more after the end: %v", r.Err())
		}
		n := uint32(0)
		err := EachWords(words, func(doc uint32, packed PackedWords) {
			if n++; doc != n || !packed.Valid() {
				t.Fatalf("words of document %d came %dth", doc, n)
			}
			for _, h := range hashes {
				if _, ok := packed.Find(h); !ok {
					t.Fatalf("word %x is lost", h)
				}
			}
		})
		if err != nil || int(n) != len(want) {
			t.Fatalf("%d of %d documents' words, %v", n, len(want), err)
		}
	})
}

func FuzzReadNeverPanics(f *testing.F) {
	var w Words
	w.Add(7, Title, 0, false)
	good := PackFacts(1, &Facts{Titles: w.Titles(), Brand: 3, Categories: []int64{1, 2}, Variants: []Variant{{Price: 5, Pairs: []Pair{{1, 2}}}}})
	f.Add(good)
	f.Add(good[:len(good)-2])
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Read(b)
		for n := 0; ; n++ {
			rec, ok := r.Next()
			if !ok {
				return
			}
			rec.Titles.Find(7)
			if n > len(b) {
				t.Fatal("more records than bytes")
			}
		}
	})
}

func FuzzEachWordsNeverPanics(f *testing.F) {
	var w Words
	w.Add(7, Title, 0, false)
	w.Add(9, Body, 0, false)
	good := w.PackFor(1)
	f.Add(good)
	f.Add(append(good, good[:len(good)-2]...))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		err := EachWords(b, func(_ uint32, packed PackedWords) {
			packed.Find(7)
			n++
		})
		if n > len(b) || err == nil && len(b) > 0 && n == 0 {
			t.Fatalf("%d documents in %d bytes, %v", n, len(b), err)
		}
	})
}
