package search

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLikeliestAreThoseThatASortPutsFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.Int64Range(0, 20), 0, 60).Draw(t, "keys")
		n := rapid.IntRange(0, 70).Draw(t, "n")
		c := &collector{}
		for i, k := range keys {
			c.list = append(c.list, scored{key: k, doc: uint32(i)})
		}
		sorted := slices.SortedFunc(slices.Values(c.list), before)
		got := slices.SortedFunc(slices.Values(c.likeliest(n)), before)
		if diff := cmp.Diff(docs(sorted[:min(n, len(sorted))]), docs(got)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if len(c.list) != len(keys) {
			t.Fatal("something was lost")
		}
	})
}

func docs(list []scored) []uint32 {
	out := make([]uint32, 0, len(list))
	for _, s := range list {
		out = append(out, s.doc)
	}
	return out
}
