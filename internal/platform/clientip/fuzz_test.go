package clientip

import (
	"net/http/httptest"
	"testing"
)

// Whatever a stranger writes into X-Forwarded-For, without a trusted proxy before them they are who they are.
func FuzzOf(f *testing.F) {
	for _, seed := range []string{"198.51.100.1", "a, b", "::1, 10.0.0.1", "198.51.100.1:80", "\"[2001:db8::1]:80\"", ",,,", "::ffff:10.0.0.1", "fe80::1%eth0"} {
		f.Add(seed)
	}
	near, err := ParseTrusted("10.0.0.0/8")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Forwarded-For", header)
		r.RemoteAddr = "203.0.113.7:1"
		if got := near.Of(r).String(); got != "203.0.113.7" {
			t.Fatalf("%q makes a stranger %s", header, got)
		}
		r.RemoteAddr = "10.1.1.1:1"
		if got := near.Of(r); !got.IsValid() || got.Zone() != "" || Bucket(got) == "" {
			t.Fatalf("%q through our proxy is %v", header, got)
		}
	})
}

func FuzzParseTrusted(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8,::1/128", "10.0.0.1", "", ",", "10.0.0.0/33", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if trusted, err := ParseTrusted(list); err == nil {
			trusted.Of(httptest.NewRequest("GET", "/", nil))
		}
	})
}
