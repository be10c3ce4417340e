package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What is kept for visitors from abroad comes back as it was, beside any other pairs, though numbers repeat.
func TestAwayComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		few := rapid.Int64Range(0, 3)
		var f Facts
		want := map[int]Away{}
		for i := range rapid.IntRange(1, 4).Draw(rt, "variants") {
			v := Variant{Price: 100}
			for range rapid.IntRange(0, 3).Draw(rt, "pairs") {
				v.Pairs = append(v.Pairs, Pair{few.Draw(rt, "attr") + 1, few.Draw(rt, "value")})
			}
			if rapid.Bool().Draw(rt, "away") {
				want[i] = Away{Class: few.Draw(rt, "class"), Grams: few.Draw(rt, "grams"), Offer: few.Draw(rt, "offer"), Price: few.Draw(rt, "price")}
				v.Send(want[i])
			}
			f.Variants = append(f.Variants, v)
		}
		rec, ok := Read(PackFacts(7, &f)).Next()
		if !ok {
			rt.Fatal("damaged")
		}
		for i := range rec.Variants {
			got, sent := rec.Variants[i].Away()
			if w, ok := want[i]; ok != sent || ok && cmp.Diff(w, got) != "" {
				rt.Fatalf("variant %d: %+v, %v, want %+v", i, got, sent, want[i])
			}
			terms := 0
			for _, p := range rec.Variants[i].Indexed() {
				if p.Attr == AwayAttr {
					if terms++; p.Value != got.Class {
						rt.Fatalf("found by %d, not by its class %d", p.Value, got.Class)
					}
				}
			}
			if sent != (terms == 1) {
				rt.Fatalf("%d terms", terms)
			}
		}
	})
}
