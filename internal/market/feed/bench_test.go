package feed_test

import (
	"bufio"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
)

// goods streams a price list of n offers, the same on every run; round moves prices and stock as a day does.
func goods(n, round int) io.Reader {
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(w, 64<<10)
		fmt.Fprint(out, feedtest.Head)
		for i := range n {
			fmt.Fprintf(out, `<offer id="b-%d" available="true"><price>%d</price><currencyId>RUB</currencyId><categoryId>2</categoryId>`+
				`<name>Кофемолка ручная, образец %d</name><vendor>Марка %d</vendor><vendorCode>VC-%d</vendorCode>`+
				`<description>Кофемолка номер %d: жернова, корпус, уход и всё, что о ней рассказывают в магазине.</description>`+
				`<count>%d</count><param name="Цвет">%s</param></offer>`+"\n",
				i, 1000+i%9000+round*(i%3), i, i%500, i, i, 1+i%90+round*(i%5), []string{"белый", "чёрный", "синий"}[i%3])
		}
		fmt.Fprint(out, feedtest.Tail)
		w.CloseWithError(out.Flush())
	}()
	return r
}

// BenchmarkImport brings b.N offers into an empty shop, BenchmarkImportAgain the same ones a day later:
// go test -tags nodynamic -run ^$ -bench Import -benchtime 50000x ./internal/market/feed
func BenchmarkImport(b *testing.B) { benchImport(b, false) }

func BenchmarkImportAgain(b *testing.B) { benchImport(b, true) }

func benchImport(b *testing.B, again bool) {
	s := newBench(b, true, feed.Source{})
	bring := func(round int) {
		id, err := s.S.UploadLarge(b.Context(), feed.Import{SellerID: s.Shop.ID, SourceID: s.Source, FileName: "bench.xml"}, goods(b.N, round))
		if err == nil {
			err = s.S.Run(b.Context(), id)
		}
		if got := s.Get(id); err != nil || got.State != feed.Done || got.Total != b.N {
			b.Fatalf("%s %d of %d, %v", got.State, got.Total, b.N, err)
		}
	}
	if again {
		bring(0)
	}
	b.ResetTimer()
	began := time.Now()
	bring(1)
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "offers/s")
}
