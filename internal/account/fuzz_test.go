package account

import (
	"context"
	"strings"
	"testing"
)

func FuzzDeviceOf(f *testing.F) {
	for _, seed := range []string{"Mozilla/5.0 (Windows NT 10.0) Chrome/126.0", "curl/8", "", "\x00", "<script>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		if got := deviceOf(context.Background(), agent); got == "" || strings.Contains(got, "<") {
			t.Fatalf("%q is %q", agent, got)
		}
		isPhone(agent)
	})
}
