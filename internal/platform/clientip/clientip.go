// Package clientip finds the address a request really came from. X-Forwarded-For is believed only
// as far as the proxies we run ourselves vouch for it: the list is read from its end and the first
// address that is not one of ours is the client. Without a list the header is never read, so
// nobody can shed a rate limit by inventing one.
package clientip

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Trusted is the list of networks whose proxies we run.
type Trusted []netip.Prefix

// ParseTrusted reads a list of addresses and networks parted by commas or spaces, such as
// "10.0.0.0/8, 127.0.0.1"; an empty text trusts nobody.
func ParseTrusted(list string) (Trusted, error) {
	var trusted Trusted
	for _, part := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := parsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("trusted proxies: %q is neither an address nor a network", part)
		}
		trusted = append(trusted, prefix)
	}
	return trusted, nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.Prefix(a.BitLen())
}

// Of gives the client's address of r; the zero address when the peer has none, as over a socket file.
func (t Trusted) Of(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && t.contains(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break // a broken entry ends what our proxies can vouch for
		}
		client = hop.Unmap().WithZone("")
	}
	return client
}

func (t Trusted) contains(a netip.Addr) bool {
	for _, p := range t {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

type key struct{}

// Middleware keeps the client's address in the request's context for From.
func (t Trusted) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(With(r.Context(), t.Of(r))))
	})
}

// With keeps addr in ctx as the client's address.
func With(ctx context.Context, addr netip.Addr) context.Context {
	return context.WithValue(ctx, key{}, addr)
}

// From gives the client's address that Middleware found; the zero address when it did not run.
func From(ctx context.Context) netip.Addr {
	addr, _ := ctx.Value(key{}).(netip.Addr)
	return addr
}

// Bucket names the client for rate limits: an IPv4 address, or the /64 of an IPv6 one, because a
// single subscriber owns all of that.
func Bucket(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
