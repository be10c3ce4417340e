package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// importFeed measures the reading of a YML file into a shop that has nothing yet, in a copy of the small market: whoever
// keeps the markets for another run keeps the small one small.
func (b *bench) importFeed(ctx context.Context) (err error) {
	file := filepath.Join(b.scratch, "feed.yml")
	if err := writeFeed(file, b.rows, b.report.At); err != nil {
		return err
	}
	if err := b.copyMarket(ctx, importDB, smallDB); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.maintain(ctx, `drop database `+importDB)) }()
	const slug = "bench"
	address := b.cluster.SocketURL(importDB)
	if err := addShop(ctx, address, slug); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, b.program, "import", "yml", file, "--shop", slug, "--data", b.data,
		"--database-url", address, "--log-level", "error")
	began := time.Now()
	text, err := cmd.CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return fmt.Errorf("%w: %s", err, text[max(0, len(text)-2000):])
	}
	b.report.atLeast("import.rate", "offers/s", float64(b.rows)/took.Seconds(), 500_000/300.0)
	b.report.only("import.took", "s", took.Seconds())
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		b.report.atMost("import.memory", "MB", float64(usage.Maxrss)/maxrssPerMB, 200)
	}
	b.report.note("import of %d offers: %s", b.rows, lastLine(text))
	return nil
}

// writeFeed writes a feed of n offers in the shape shops publish.
func writeFeed(path string, n int, at time.Time) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<yml_catalog date=%q><shop><name>Bench</name><company>Bench</company>"+
		"<url>https://bench.example/</url><currencies><currency id=\"RUB\" rate=\"1\"/></currencies><categories>", at.Format("2006-01-02 15:04"))
	categories := []string{"Чайники", "Кроссовки", "Смартфоны", "Книги", "Шампуни", "Настольные лампы", "Рюкзаки", "Детские конструкторы"}
	for i, name := range categories {
		fmt.Fprintf(w, `<category id="%d">%s</category>`, i+1, name)
	}
	fmt.Fprint(w, "</categories><offers>\n")
	for i := range n {
		fmt.Fprintf(w, `<offer id="b-%d" available="true"><url>https://bench.example/%d</url><price>%d</price><currencyId>RUB</currencyId>`+
			`<categoryId>%d</categoryId><name>%s образец %d</name><vendor>Марка %d</vendor><vendorCode>VC-%d</vendorCode>`+
			`<description>Описание товара номер %d: материал, размеры, уход и всё, что о нём рассказывают в магазине.</description>`+
			`<count>%d</count><param name="Цвет">%s</param></offer>`+"\n",
			i, i, 100+i%9000, i%len(categories)+1, categories[i%len(categories)], i, i%500, i, i, 1+i%90, []string{"белый", "чёрный", "синий"}[i%3])
	}
	fmt.Fprint(w, "</offers></shop></yml_catalog>\n")
	return w.Flush() // which repeats the first error of all that was written
}

// addShop opens a trusted shop that the feed is imported into.
func addShop(ctx context.Context, address, slug string) error {
	pool, err := pg.Open(ctx, address, pg.Options{})
	if err != nil {
		return err
	}
	defer pool.Close()
	return pg.InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := seller.Create(ctx, tx, seller.Seller{Slug: slug, Name: slug, Status: seller.Open, Trusted: true,
			Legal: seller.Legal{LegalForm: "ip", LegalName: slug}})
		return err
	})
}

func lastLine(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}
