package app

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// The first line on stdout is the address, /readyz follows, and the end is orderly.
func TestServeStartsAndEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, write := io.Pipe()
	done := make(chan int, 1)
	var errOut lockedBuffer
	go func() {
		done <- Run(ctx, append(serveOn(t, dbtest.URL(t)), "--log-level", "error"), write, &errOut)
		_ = write.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("it said nothing; stderr: %s", errOut.String())
	}
	address, ok := strings.CutPrefix(lines.Text(), "listening on ")
	if !ok {
		t.Fatalf("the first line is %q", lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	awaitReady(t, ctx, address)
	if status := get(t, ctx, address+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz answers %d", status)
	}
	cancel()
	select {
	case status := <-done:
		if status != 0 {
			t.Errorf("status %d; stderr: %s", status, errOut.String())
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it did not end")
	}
}

func awaitReady(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	for get(t, ctx, address+"/readyz") != http.StatusOK {
		time.Sleep(20 * time.Millisecond)
	}
}

func get(t *testing.T, ctx context.Context, url string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}
