package account

import (
	"context"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
)

// What a browser, or whoever calls itself one, answers to a ceremony is read by a part of others: it must never panic.
func FuzzPasskeyAnswers(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg"}}`,
		`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, answer []byte) {
		if made, err := protocol.ParseCredentialCreationResponseBytes(answer); err == nil {
			_ = made.Response.CollectedClientData.Challenge
		}
		if asserted, err := protocol.ParseCredentialRequestResponseBytes(answer); err == nil {
			_ = asserted.Response.CollectedClientData.Challenge
		}
	})
}

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
