package egress

import (
	"net/netip"
	"testing"
)

// An address that passes is http or https to a name or a public number, on a usual port.
func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{"https://example.ru/feed.xml", "http://127.0.0.1/", "http://[::ffff:10.0.0.1]:8080/", "http://0x7f000001/", "http://①②⑦.⓪.⓪.①/", "file:///etc/passwd", "http://a@b@c/", "http://x:99999/", "//x", "http:x", "http://[fe80::1%25eth0]/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := CheckURL(text)
		if err != nil {
			return
		}
		if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			t.Fatalf("%q passes as %v", text, u)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && !Public(a) {
			t.Fatalf("%q passes as %v", text, a)
		}
	})
}

// No address that carries one of our network inside is public.
func FuzzPublic(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1})
	f.Add([]byte{0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, ok := netip.AddrFromSlice(raw)
		if !ok || !Public(a) {
			return
		}
		if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a.Is4In6() || a.IsInterfaceLocalMulticast() {
			t.Fatalf("%v is public", a)
		}
	})
}
