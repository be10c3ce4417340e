package clientip

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, trusted, peer string
		forwarded           []string
		want                string
	}{
		{"nobody trusted: the header is not read", "", "203.0.113.9:1", []string{"1.2.3.4"}, "203.0.113.9"},
		{"our proxy vouches", "10.0.0.0/8", "10.0.0.2:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"an invented entry before it is ignored", "10.0.0.0/8", "10.0.0.2:1", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9"},
		{"two proxies of ours", "10.0.0.0/8", "10.0.0.2:1", []string{"203.0.113.9, 10.0.0.7"}, "203.0.113.9"},
		{"several headers are one list", "10.0.0.0/8", "10.0.0.2:1", []string{"1.2.3.4", "203.0.113.9"}, "203.0.113.9"},
		{"a stranger's header", "10.0.0.0/8", "198.51.100.1:1", []string{"1.2.3.4"}, "198.51.100.1"},
		{"garbage", "10.0.0.0/8", "10.0.0.2:1", []string{"nonsense"}, "10.0.0.2"},
		{"no header", "10.0.0.0/8", "10.0.0.2:1", nil, "10.0.0.2"},
		{"a single address", "127.0.0.1", "127.0.0.1:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv4 in IPv6 clothes", "127.0.0.1", "[::ffff:127.0.0.1]:1", []string{"203.0.113.9"}, "203.0.113.9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trusted, err := ParseTrusted(tt.trusted)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			var got netip.Addr
			trusted.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = From(r.Context())
			})).ServeHTTP(httptest.NewRecorder(), r)
			if got.String() != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParseTrustedRefuses(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"proxy", "10.0.0.0/33", "10.0.0.1,,x"} {
		if got, err := ParseTrusted(list); err == nil {
			t.Errorf("ParseTrusted(%q) = %v, want an error", list, got)
		}
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"203.0.113.9":                      "203.0.113.9",
		"2001:db8:1:2:aaaa:bbbb:cccc:dddd": "2001:db8:1:2::/64",
		"2001:db8:1:2::1":                  "2001:db8:1:2::/64",
	} {
		if got := Bucket(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Bucket(%s) = %s, want %s", addr, got, want)
		}
	}
}
