package order

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

// BenchmarkPgLimit is what BenchmarkPlace is measured against: the same rows written by hand in
// testdata/limit.sql, run by pgbench with as many connections as the program has.
func BenchmarkPgLimit(b *testing.B) {
	url := dbtest.URL(b)
	pool, err := pg.Open(b.Context(), url, pg.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	for _, price := range []money.Amount{100000, 200000} {
		catalogtest.Sale(b, pool, price, shelf)
	}
	setup, err := os.ReadFile("testdata/limit_setup.sql")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := pool.Exec(b.Context(), string(setup)); err != nil {
		b.Fatal(err)
	}
	bin, ok := embeddedpg.Find(0)
	if !ok {
		b.Fatal("no PostgreSQL is installed")
	}
	const clients = 8
	cmd := exec.CommandContext(b.Context(), filepath.Join(bin.Dir, "pgbench"), "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2",
		"-t", strconv.Itoa(max(b.N/clients, 1)), "-f", "testdata/limit.sql", url)
	b.ResetTimer()
	out, err := cmd.CombinedOutput()
	b.StopTimer()
	m := tps.FindSubmatch(out)
	if err != nil || m == nil {
		b.Fatalf("pgbench: %v\n%s", err, out)
	}
	rate, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(rate, "purchases/s")
}
