package app

import (
	"context"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

const (
	// startOver is how long after the start its own work (jobs, lists that are read once) is taken to last.
	startOver = 5 * time.Second
	// tidyEvery is how often what was needed once is given back.
	tidyEvery = time.Hour
)

// tidy gives memory back that was needed once: what the start left behind, and the parts of the program's own file that
// were read (a quarter of it is the business of the start alone). Whatever is needed again is read again, from the system's cache.
func tidy(ctx context.Context) {
	for pause := startOver; ; pause = tidyEvery {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		debug.FreeOSMemory()
		if err := forgetFile(); err != nil {
			slog.DebugContext(ctx, "the program's file stays in memory", "error", err.Error())
		}
	}
}

// span is a part of the address space.
type span struct{ from, to uint64 }

// readOnly finds, in the text of /proc/self/maps, the parts of a file that are mapped and cannot be written.
func readOnly(maps, file string) []span {
	var list []span
	for line := range strings.Lines(maps) {
		f := strings.Fields(line)
		if len(f) < 6 || f[5] != file || len(f[1]) < 4 || f[1][1] == 'w' {
			continue
		}
		from, to, _ := strings.Cut(f[0], "-")
		a, err := strconv.ParseUint(from, 16, 64)
		b, err2 := strconv.ParseUint(to, 16, 64)
		if err == nil && err2 == nil && a < b {
			list = append(list, span{a, b})
		}
	}
	return list
}
