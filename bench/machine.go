package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Machine is where the figures were measured; they compare with others of the same machine only.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Cores      int    `json:"cores"`
	CPU        string `json:"cpu"`
	Kernel     string `json:"kernel"`
	MemoryMB   int    `json:"memory_mb"`
	Load       string `json:"load"` // averages of 1, 5 and 15 minutes when the run began
	Go         string `json:"go"`
	PostgreSQL string `json:"postgresql"`
	Commit     string `json:"commit"`
}

// machine gathers the facts; what this system does not tell stays empty.
func machine(ctx context.Context, db *pgxpool.Pool) (Machine, error) {
	m := Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.NumCPU(), Go: runtime.Version(),
		CPU: fieldOf("/proc/cpuinfo", "model name"), Kernel: firstLine("/proc/sys/kernel/osrelease"),
		MemoryMB: kilobytes(fieldOf("/proc/meminfo", "MemTotal")) / 1024, Load: averages(firstLine("/proc/loadavg"))}
	if out, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output(); err == nil {
		m.Commit = strings.TrimSpace(string(out))
	}
	err := db.QueryRow(ctx, `select split_part(current_setting('server_version'), ' ', 1)`).Scan(&m.PostgreSQL)
	return m, err
}

func averages(line string) string {
	parts := strings.Fields(line)
	return strings.Join(parts[:min(3, len(parts))], " ")
}

func firstLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return firstOf(string(text))
}

// fieldOf reads "name : value" from a file of the kernel's.
func fieldOf(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
