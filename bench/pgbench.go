package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

var (
	tps          = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without`)
	transactions = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
)

// pgbench runs a transaction written by hand on the large market for a window: how many a second
// PostgreSQL does when nothing but the transaction is in its way, and how many it did.
func (b *bench) pgbench(ctx context.Context, script string, clients int, defines map[string]int64) (rate float64, n int, err error) {
	bin, ok := embeddedpg.Find(0)
	program := filepath.Join(bin.Dir, "pgbench")
	if _, err := os.Stat(program); !ok || err != nil {
		return 0, 0, fmt.Errorf("there is no pgbench in %q: it comes with PostgreSQL, or as postgresql-contrib", bin.Dir)
	}
	file := filepath.Join(b.scratch, "script.sql")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		return 0, 0, err
	}
	args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(int(b.window.Seconds())), "-f", file}
	for name, value := range defines {
		args = append(args, "--define="+name+"="+strconv.FormatInt(value, 10))
	}
	out, err := exec.CommandContext(ctx, program, append(args, b.cluster.SocketURL(largeDB))...).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	if rate, n, err = readPgbench(string(out)); err != nil {
		return 0, 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return rate, n, nil
}

// readPgbench reads what pgbench printed at its end.
func readPgbench(out string) (rate float64, n int, err error) {
	found, count := tps.FindStringSubmatch(out), transactions.FindStringSubmatch(out)
	if found == nil || count == nil {
		return 0, 0, errors.New("it says no rate")
	}
	rate, err = strconv.ParseFloat(found[1], 64)
	n, errCount := strconv.Atoi(count[1])
	return rate, n, errors.Join(err, errCount)
}
