package jobs

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// The library's counts are details; its warnings are heard.
func TestTheLibraryIsQuiet(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	at := new(slog.LevelVar)
	log := slog.New(quiet{slog.NewTextHandler(&out, &slog.HandlerOptions{Level: at})}).With("queue", "default").WithGroup("river")
	log.Info("counts")
	log.Warn("stuck", "n", 1)
	if got := out.String(); strings.Contains(got, "counts") || !strings.Contains(got, "level=WARN msg=stuck queue=default river.n=1") {
		t.Errorf("logged: %s", got)
	}
	at.Set(slog.LevelDebug)
	if log.Info("counts"); !strings.Contains(out.String(), "level=DEBUG msg=counts") {
		t.Errorf("logged in detail: %s", out.String())
	}
}
