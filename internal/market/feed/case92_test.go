package feed_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// feedRows is how long the feed of case 92 is: CI reads a tenth of it, make feed all.
var feedRows = flag.Int("feed.rows", 10_000, "rows of the feed of case 92")

// Three rows in a hundred of a long feed are bad: the others are taken, each bad one is named with its reason in both
// languages, a kill in the middle loses and doubles nothing, and the file sent again changes nothing.
func TestCase92ThreeInAHundredRowsAreBad(t *testing.T) {
	t.Parallel()
	const every = 33
	rows := *feedRows
	var doc strings.Builder
	doc.WriteString(feedtest.Head)
	bad := map[int]bool{}
	for i := 1; i <= rows; i++ {
		price := fmt.Sprint(1000 + i)
		if i%every == 0 {
			price, bad[i] = "по запросу", true
		}
		fmt.Fprintf(&doc, `<offer id="g-%d"><name>Кофемолка ручная %d</name><price>%s</price><categoryId>2</categoryId></offer>`, i, i, price)
	}
	doc.WriteString(feedtest.Tail)
	b := newBench(t, true, feed.Source{})
	id := b.Upload(doc.String(), false)
	ctx, kill := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.S.Run(ctx, id) }()
	for b.Count(`select coalesce(max(cursor), 0) from imports`) < rows/2 {
		select {
		case err := <-done:
			t.Fatalf("over before it could be killed: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	kill()
	<-done // killed, or over in the meantime: what it says decides nothing
	if _, err := b.DB.Exec(t.Context(), `update imports set lease_until = null`); err != nil {
		t.Fatal(err)
	}
	if err := b.S.Run(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	good := rows - len(bad)
	if diff := cmp.Diff(tally{Total: rows, Created: good, Failed: len(bad)}, tallyOf(b.Get(id))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := b.Count(`select count(*) from offers`); n != good {
		t.Errorf("%d offers, want %d", n, good)
	}
	list, err := b.S.Problems(t.Context(), b.Shop.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if !bad[p.N] || p.SKU != fmt.Sprintf("g-%d", p.N) || p.Value != "по запросу" {
			t.Fatalf("row %d is named: %+v", p.N, p)
		}
		ru, en := i18n.In(i18n.RU, p.Key), i18n.In(i18n.EN, p.Key)
		if !strings.Contains(ru, "Цена не читается") || en == ru || strings.Contains(en, p.Key) {
			t.Fatalf("the reason is %q and %q", ru, en)
		}
	}
	if n := b.Count(`select count(distinct n) from import_problems`); n != len(bad) {
		t.Errorf("%d rows are named, want %d", n, len(bad))
	}
	again := b.Run(doc.String(), false)
	if diff := cmp.Diff(tally{Total: rows, Unchanged: good, Failed: len(bad)}, tallyOf(again)); diff != "" {
		t.Errorf("sent again (-want +got):\n%s", diff)
	}
}
