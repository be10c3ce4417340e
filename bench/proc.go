package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of /proc's processor times: 1/100 s on every Linux.
const tick = 10 * time.Millisecond

// spent is the processor time of the program and of PostgreSQL. On a system without /proc both are 0.
type spent struct{ program, database time.Duration }

func (s spent) minus(o spent) spent { return spent{s.program - o.program, s.database - o.database} }

// per is the time of one of n operations, in milliseconds.
func (s spent) per(n int) (program, database float64) {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) / float64(max(n, 1)) }
	return ms(s.program), ms(s.database)
}

// stat is what /proc/PID/stat tells of one process.
type stat struct {
	parent int
	own    time.Duration
	waited time.Duration // of children that ended
}

// readStat reads one process; ok is false where it has ended or the system has no /proc.
func readStat(pid int) (s stat, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, false
	}
	return parseStat(string(text))
}

// parseStat reads the fields after the name, which is in brackets and may hold anything.
func parseStat(text string) (s stat, ok bool) {
	_, rest, found := cutLast(text, ") ")
	f := strings.Fields(rest)
	if !found || len(f) < 15 {
		return s, false
	}
	n := func(i int) int64 { v, _ := strconv.ParseInt(f[i], 10, 64); return v }
	s.parent = int(n(1))
	s.own = time.Duration(n(11)+n(12)) * tick
	s.waited = time.Duration(n(13)+n(14)) * tick
	return s, true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// processorTime is what the program, and PostgreSQL with all its backends, have spent so far.
func processorTime(program, postmaster int) spent {
	var s spent
	if p, ok := readStat(program); ok {
		s.program = p.own
	}
	if p, ok := readStat(postmaster); ok {
		s.database = p.own + p.waited
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*") // none where there is no /proc
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if p, ok := readStat(pid); ok && p.parent == postmaster {
			s.database += p.own
		}
	}
	return s
}

// meter remembers what the machine and this run had spent at a moment.
type meter struct {
	at           time.Time
	machine, own time.Duration
}

// others notes how much of the machine somebody else used since the cluster was started: figures
// taken beside another's work say little.
func (b *bench) others(ctx context.Context) {
	now := b.reading(ctx)
	if b.meter.machine == 0 || now.machine == 0 {
		return
	}
	busy := (now.machine - b.meter.machine) - (now.own - b.meter.own)
	b.report.note("others used %s of %d cores", number(max(0, busy.Seconds()/now.at.Sub(b.meter.at).Seconds())), runtime.NumCPU())
}

// reading is the meter as it stands. Without /proc the machine's part is 0.
func (b *bench) reading(ctx context.Context) meter {
	m := meter{at: time.Now(), machine: busy(strings.Fields(firstLine("/proc/stat")))}
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			m.own += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	if postmaster, err := b.postmaster(ctx); err == nil {
		m.own += processorTime(0, postmaster).database
	}
	return m
}

// busy adds up the times of /proc/stat's first line, but for idling and waiting for disks. Guests'
// time is in the user's already.
func busy(fields []string) (sum time.Duration) {
	for i, f := range fields[:min(9, len(fields))] {
		if n, err := strconv.ParseInt(f, 10, 64); err == nil && i != 4 && i != 5 {
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// resident is a process's memory in megabytes, and the most it ever was; 0 without /proc.
func resident(pid int) (now, peak float64) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	return float64(kilobytes(fieldOf(path, "VmRSS"))) / 1024, float64(kilobytes(fieldOf(path, "VmHWM"))) / 1024
}

func kilobytes(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(text, "kB")))
	return n
}
