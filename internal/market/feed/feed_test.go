package feed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
)

// bench is the fixture of these tests.
type bench struct{ *feedtest.Bench }

func newBench(t testing.TB, trusted bool, src feed.Source) *bench {
	t.Helper()
	return &bench{feedtest.New(t, trusted, src)}
}

// offers writes n offers whose price is base plus their number.
func offers(n, base int) string {
	var doc strings.Builder
	doc.WriteString(feedtest.Head)
	for i := range n {
		fmt.Fprintf(&doc, `<offer id="g-%d"><name>Кофемолка ручная %d</name><price>%d</price><categoryId>2</categoryId></offer>`, i, i, base+i)
	}
	doc.WriteString(feedtest.Tail)
	return doc.String()
}

type tally struct{ Total, Created, Changed, Unchanged, Failed int }

func tallyOf(i feed.Import) tally { return tally{i.Total, i.Created, i.Changed, i.Unchanged, i.Failed} }
